"""An automaton laid over a game: which (mode, state) leads where, by play and by every deviation, in exact numbers.

Nodes are the automaton's cells.  What may follow a row depends on the row's *law* and on a *map* from next states
to lotteries over modes ("nobody deviated", or "player i deviated alone").  Few distinct (map, law) pairs occur, and
all expectations are taken once per pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.certificates.exact_game import ExactGame
from games.model.strategy_automaton import Cell, Lottery
from games.numerics.arrays import Ints
from games.numerics.exact import Integers, as_integers, common_denominator


def spans(start: Ints, which: Ints) -> tuple[Ints, Ints]:
    """Positions in ``which`` and entry numbers, for the entries ``start[k]:start[k + 1]`` of every k in ``which``."""
    sizes = (start[1:] - start[:-1])[which]
    before = np.concatenate([[0], np.cumsum(sizes)])
    entry = np.repeat(start[which] - before[:-1], sizes) + np.arange(before[-1])
    return np.repeat(np.arange(len(which)), sizes), entry


@final
@dataclass(frozen=True, eq=False)
class Terms:
    """Convex combinations of (row, pair) outcomes: item k is ``sum weight * outcome / below[k]``.

    ``start``  Int[items + 1] into ``row``, ``pair`` and ``weight``.
    """

    start: Ints
    row: Ints
    pair: Ints
    weight: Integers
    below: Integers

    def total(self, outcome: Integers) -> Integers:
        """Integers[items]: weighted sums of per-term outcomes, still to be divided by ``below``."""
        return np.add.reduceat(outcome * self.weight, self.start[:-1])


@final
@dataclass(frozen=True, eq=False)
class Pairs:
    """Distinct (map, law) pairs: distributions over nodes, ``weight / below``.

    ``start``  Int[pairs + 1] into ``node`` (-1 where the automaton has no cell) and ``weight``.
    """

    start: Ints
    node: Ints
    weight: Integers
    below: Integers


@final
@dataclass(frozen=True, eq=False)
class Deviations:
    """Every one-shot deviation of every node.

    ``terms``    what the deviation brings (row and (map, law) pair), averaged over the others' mixing.
    ``strict``   False for actions in the support of a mix and for actions nobody can tell from complying:
                 they must not pay, yet they do not count towards a margin.
    """

    node: Ints
    player: Ints
    row: Ints
    strict: NDArray[np.bool_]
    terms: Terms


@final
class _Lotteries:
    """Interns lotteries and maps, so that equal ones share a number."""

    def __init__(self, n_players: int) -> None:
        self.n = n_players
        self.table: list[Lottery] = []
        self.maps: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        self._number: dict[Lottery, int] = {}
        self._by_id: dict[int, int] = {}
        self._map_number: dict[Any, int] = {}
        self._then_at: dict[int, tuple[tuple[int, int], ...]] = {}
        self._split: dict[int, list[tuple[tuple[int, int], ...]]] = {}

    def lottery(self, lottery: Lottery) -> int:
        k = self._by_id.get(id(lottery))
        if k is None:
            k = self._number.setdefault(lottery, len(self._number))
            if k == len(self.table):
                self.table.append(lottery)
            self._by_id[id(lottery)] = k
        return k

    def map_of(self, default: Lottery, at: tuple[tuple[int, int], ...]) -> int:
        key = (self.lottery(default), at)
        k = self._map_number.setdefault(key, len(self.maps))
        if k == len(self.maps):
            self.maps.append(key)
        return k

    def maps_of(self, cell: Cell) -> list[int]:
        """Maps of a cell: nobody deviated, then one per deviating player."""
        then_at = self._then_at.get(id(cell.then_at))
        if then_at is None:
            then_at = tuple(sorted((s, self.lottery(x)) for s, x in cell.then_at.items()))
            self._then_at[id(cell.then_at)] = then_at
        split = self._split.get(id(cell.punish_at))
        if split is None:
            parts: list[list[tuple[int, int]]] = [[] for _ in range(self.n)]
            for (i, s), x in cell.punish_at.items():
                parts[i].append((s, self.lottery(x)))
            split = self._split[id(cell.punish_at)] = [tuple(sorted(p)) for p in parts]
        return [self.map_of(cell.then, then_at), *(self.map_of(x, split[i]) for i, x in enumerate(cell.punish))]


@final
@dataclass(frozen=True, eq=False)
class AutomatonChain:
    """The automaton over the game; build with ``AutomatonChain.of`` from cells that ``cell_fault`` finds sound.

    ``nodes``      (mode, state) of every cell, ``cells`` the cells, in the same order.
    ``play``       what complying brings, one item per node.
    ``pairs``      the distributions over nodes that ``play`` and ``deviations`` refer to.
    ``lead``       csr Bool[nodes, nodes + missing]: steps by play or any deviation, joint ones too;
    ``missing``    (mode, state) pairs without a cell that some step leads to.
    """

    exact: ExactGame
    nodes: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    play: Terms
    deviations: Deviations
    pairs: Pairs
    lead: csr_array
    missing: tuple[tuple[int, int], ...]
    number: Mapping[tuple[int, int], int] = field(repr=False)

    @staticmethod
    def of(exact: ExactGame, cells: Mapping[tuple[int, int], Cell]) -> AutomatonChain:
        """Lay the cells over the game."""
        return _Builder(exact, cells).build()

    def reached(self, roots: list[int], on_path: bool) -> NDArray[np.bool_]:
        """Bool[nodes + missing]: reached from the roots by play alone (``on_path``) or by play and deviations."""
        size = len(self.nodes) + len(self.missing)
        lead = self.play_lead if on_path else self.lead
        seen = np.zeros(size, dtype=bool)
        frontier = np.unique(np.array(roots, dtype=np.int64))
        seen[frontier] = True
        while len(frontier):
            inside = frontier[frontier < len(self.nodes)]
            _, entry = spans(lead.indptr.astype(np.int64), inside)
            nxt = np.unique(lead.indices[entry]).astype(np.int64)
            frontier = nxt[~seen[nxt]]
            seen[frontier] = True
        return seen

    @property
    def play_lead(self) -> csr_array:
        """Bool[nodes, nodes]: steps of play when nobody deviates (steps to missing cells left out)."""
        owner = np.repeat(np.arange(len(self.nodes)), np.diff(self.play.start))
        at, entry = spans(self.pairs.start, self.play.pair)
        target = self.pairs.node[entry]
        ok = target >= 0
        shape = (len(self.nodes), len(self.nodes))
        return csr_array((np.ones(int(ok.sum())), (owner[at][ok], target[ok])), shape=shape)


@final
class _Builder:
    def __init__(self, exact: ExactGame, cells: Mapping[tuple[int, int], Cell]) -> None:
        self.exact, self.game = exact, exact.game
        self.nodes = tuple(cells)
        self.cells = tuple(cells.values())
        self.lotteries = _Lotteries(self.game.n_players)
        n = self.game.n_players
        self.maps = np.array([self.lotteries.maps_of(c) for c in self.cells], dtype=np.int64).reshape(-1, n + 1)
        self.mode = np.array([m for m, _ in self.nodes], dtype=np.int64)
        self.state = np.array([s for _, s in self.nodes], dtype=np.int64)
        self.row = np.array([c.row for c in self.cells], dtype=np.int64)
        self.mixed = np.array([c.mix is not None for c in self.cells], dtype=bool)

    def build(self) -> AutomatonChain:
        dev = self._pure_deviations()
        looks = {int(x): self._kinds_of_mix(int(x)) for x in np.flatnonzero(self.mixed)}
        node, law, kind = self._steps(dev, looks)
        seen_code, seen_pair = np.unique(self._code(node, law, kind), return_inverse=True)
        mixes = [self._mixed(x, kinds) for x, kinds in looks.items()]
        self._index_lotteries()
        pairs, missing = self._pairs(seen_code)
        size = len(self.nodes) + len(missing)
        shape = (len(self.nodes), len(seen_code))
        steps = csr_array((np.ones(len(node), dtype=bool), (node, seen_pair.ravel())), shape=shape)
        ends = csr_array(
            (np.ones(len(self._end), dtype=bool), self._end, pairs.start), shape=(len(seen_code), size))
        lead = csr_array(steps @ ends)
        pair_of = {int(c): k for k, c in enumerate(seen_code)} if mixes else {}
        return AutomatonChain(
            self.exact, self.nodes, self.cells, self._play(mixes, seen_code, pair_of),
            self._deviations(dev, mixes, seen_code, pair_of), pairs, lead, missing,
            {key: k for k, key in enumerate(self.nodes)},
        )

    def _code(self, node: Ints, law: Ints, kind: Ints) -> Ints:
        """Codes of (map, law) pairs: of kind 0 where it looks like complying, 1 + i where player i deviated alone."""
        return self.maps[node, kind] * self.exact.n_laws + law

    def _pure_deviations(self) -> tuple[Ints, Ints, Ints]:
        """Node, player and row of all that a player alone can bring about, other than what the node's row brings."""
        game, pure = self.game, np.flatnonzero(~self.mixed)
        found = []
        for i in range(game.n_players):
            counts = game.action_counts[self.state[pure], i]
            node = np.repeat(pure, counts)
            action = np.arange(len(node)) - np.repeat(np.cumsum(counts) - counts, counts)
            played = self.row[node]
            row = played + (action - game.own_action[played, i]) * game.stride[self.state[node], i]
            real = ~self.exact.same_outcome(row, played)
            found.append((node[real], np.full(int(real.sum()), i, dtype=np.int64), row[real]))
        node, player, row = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((row, node))
        return node[order], player[order], row[order]

    def _steps(self, dev: tuple[Ints, Ints, Ints], looks: Mapping[int, Ints]) -> tuple[Ints, Ints, Ints]:
        """Every node, law and kind of some row of its state, complying and joint deviations included."""
        tables, n_laws, pure = self.exact.tables, self.exact.n_laws, np.flatnonzero(~self.mixed)
        node, player, row = dev
        states, laws, rows = tables.rows_of_laws
        first = np.searchsorted(states, np.arange(self.game.n_states + 1))
        at, entry = spans(first, self.state[pure])
        # What looks like complying are all rows of a law but for those by which somebody alone deviates.
        place = np.searchsorted(pure[at] * n_laws + laws[entry], node * n_laws + tables.law_of_row[row])
        quiet = np.bincount(place, minlength=len(at)) < rows[entry]
        steps = [(pure[at][quiet], laws[entry][quiet], np.zeros(int(quiet.sum()), dtype=np.int64)),
                 (node, tables.law_of_row[row], player + 1)]
        for x, kinds in looks.items():
            here = self.game.rows_of(int(self.state[x]))
            steps.append((np.full(len(here), x), tables.law_of_row[here.start:here.stop], kinds))
        of_node, law, kind = (np.concatenate(parts) for parts in zip(*steps, strict=True))
        return of_node, law, kind

    def _kinds_of_mix(self, x: int) -> Ints:
        """Kinds of the rows of a mixed node's state."""
        game, mix = self.game, self.cells[x].mix
        assert mix is not None
        rows = game.rows_of(int(self.state[x]))
        outside = np.array([[mix[i][a] == 0 for i, a in enumerate(game.own_action[r])] for r in rows])
        kinds = np.zeros(len(rows), dtype=np.int64)
        for r, out in zip(rows, outside, strict=True):
            i = int(out.argmax())
            if out.sum() == 1:
                others = np.array([b for b in game.deviation_rows(r, i) if not outside[b - rows.start].any()])
                if not self.exact.same_outcome(others, np.full(len(others), r)).any():
                    kinds[r - rows.start] = 1 + i
        return kinds

    def _mixed(
        self, x: int, kinds: Ints,
    ) -> tuple[int, list[tuple[Fraction, int, int]], list[tuple[int, int, bool, list[tuple[Fraction, int, int]]]]]:
        """A mixed node's play and deviations, as (probability, row, code of the (map, law) pair) terms."""
        game, mix = self.game, self.cells[x].mix
        assert mix is not None
        first = int(game.row_start[self.state[x]])
        stride = game.stride[self.state[x]]
        law = self.exact.tables.law_of_row

        def terms(actions: list[list[tuple[int, Fraction]]]) -> Iterator[tuple[Fraction, int, int]]:
            for profile in product(*actions):
                r = first + sum(a * int(stride[i]) for i, (a, _) in enumerate(profile))
                chance = Fraction(1)
                for _, p in profile:
                    chance *= p
                yield chance, r, int(self.maps[x, kinds[r - first]]) * self.exact.n_laws + int(law[r])

        support = [[(a, p) for a, p in enumerate(mine_i) if p] for mine_i in mix]
        devs = []
        for i, probabilities in enumerate(mix):
            for a, p in enumerate(probabilities):
                if len(support[i]) == 1 and p:
                    continue
                those = list(terms([*support[:i], [(a, Fraction(1))], *support[i + 1:]]))
                strict = any(bool(kinds[r - first]) for _, r, _ in those)
                devs.append((i, those[0][1], strict, those))
        return x, list(terms(support)), devs

    def _index_lotteries(self) -> None:
        table, maps, states = self.lotteries.table, self.lotteries.maps, self.game.n_states
        self.lot_start = np.concatenate([[0], np.cumsum([len(x) for x in table])]).astype(np.int64)
        self.lot_mode = np.array([m for x in table for m, _ in x], dtype=np.int64)
        below = [lcm(*(p.denominator for _, p in x)) for x in table]
        self.map_below = as_integers([lcm(below[d], *(below[k] for _, k in at)) for d, at in maps])
        self.lot_num = as_integers([p.numerator for x in table for _, p in x])
        self.lot_den = as_integers([p.denominator for x in table for _, p in x])
        self.default = np.array([d for d, _ in maps], dtype=np.int64)
        keys = sorted((m * states + s, k) for m, (_, at) in enumerate(maps) for s, k in at)
        self.at_key = np.array([k for k, _ in keys], dtype=np.int64)
        self.at_lottery = np.array([k for _, k in keys], dtype=np.int64)

    def _pairs(self, codes: Ints) -> tuple[Pairs, tuple[tuple[int, int], ...]]:
        t, states = self.exact.tables, self.game.n_states
        maps, laws = codes // self.exact.n_laws, codes % self.exact.n_laws
        at, entry = spans(t.law_start, laws)
        nxt = t.law_state[entry]
        lottery = self.default[maps[at]]
        if len(self.at_key):
            key = maps[at] * states + nxt
            where = np.minimum(np.searchsorted(self.at_key, key), len(self.at_key) - 1)
            lottery = np.where(self.at_key[where] == key, self.at_lottery[where], lottery)
        inner, outcome = spans(self.lot_start, lottery)
        pair = at[inner]
        share = self.map_below[maps[pair]] // self.lot_den[outcome] * self.lot_num[outcome]
        weight = t.law_weight[entry][inner] * share
        goal = self.lot_mode[outcome] * states + nxt[inner]
        own = self.mode * states + self.state
        order = np.argsort(own)
        where = np.minimum(np.searchsorted(own[order], goal), len(own) - 1)
        known = own[order][where] == goal
        target = np.where(known, order[where], -1)
        lost = np.unique(goal[~known])
        self._end = np.where(known, target, len(own) + np.searchsorted(lost, goal))
        start = np.searchsorted(pair, np.arange(len(codes) + 1)).astype(np.int64)
        missing = tuple((int(c) // states, int(c) % states) for c in lost)
        return Pairs(start, target, weight, t.law_total[laws] * self.map_below[maps]), missing

    def _play(self, mixes: list[Any], codes: Ints, pair_of: dict[int, int]) -> Terms:
        law = self.exact.tables.law_of_row
        by_mix = {x: terms for x, terms, _ in mixes}
        if not by_mix:
            code = self.maps[:, 0] * self.exact.n_laws + law[self.row]
            return _single(self.row, np.searchsorted(codes, code))
        items = []
        for x in range(len(self.nodes)):
            r = int(self.row[x])
            sure = [(Fraction(1), r, int(self.maps[x, 0]) * self.exact.n_laws + int(law[r]))]
            items.append(by_mix.get(x, sure))
        return _terms(items, pair_of)

    def _deviations(self, pure: tuple[Ints, Ints, Ints], mixes: list[Any], codes: Ints,
                    pair_of: dict[int, int]) -> Deviations:
        node, player, row = pure
        code = self._code(node, self.exact.tables.law_of_row[row], player + 1)
        one = _single(row, np.searchsorted(codes, code))
        strict = np.ones(len(node), dtype=bool)
        extra = [(x, *dev) for x, _, devs in mixes for dev in devs]
        if not extra:
            return Deviations(node, player, row, strict, one)
        more = _terms([terms for *_, terms in extra], pair_of)
        joined = Terms(
            np.concatenate([one.start, one.start[-1] + more.start[1:]]),
            np.concatenate([one.row, more.row]), np.concatenate([one.pair, more.pair]),
            np.concatenate([one.weight, more.weight]), np.concatenate([one.below, more.below]))
        return Deviations(
            np.concatenate([node, [e[0] for e in extra]]), np.concatenate([player, [e[1] for e in extra]]),
            np.concatenate([row, [e[2] for e in extra]]),
            np.concatenate([strict, np.array([e[3] for e in extra], dtype=bool)]), joined)


def _single(row: Ints, pair: Ints) -> Terms:
    ones = as_integers([1] * len(row))
    return Terms(np.arange(len(row) + 1), row, pair.astype(np.int64), ones, ones)


def _terms(items: list[list[tuple[Fraction, int, int]]], pair_of: dict[int, int]) -> Terms:
    start = np.concatenate([[0], np.cumsum([len(x) for x in items])]).astype(np.int64)
    rows = np.array([r for x in items for _, r, _ in x], dtype=np.int64)
    pairs = np.array([pair_of[c] for x in items for *_, c in x], dtype=np.int64)
    over = [common_denominator([p for p, *_ in x]) for x in items]
    return Terms(start, rows, pairs, np.concatenate([n for n, _ in over]), as_integers([d for _, d in over]))
