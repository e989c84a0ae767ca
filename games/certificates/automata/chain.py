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
        node, row, kind = self._kinds()
        laws = self.exact.n_laws
        law = self.exact.tables.law_of_row
        seen_code = np.unique(self.maps[node, kind] * laws + law[row])
        seen_pair = np.searchsorted(seen_code, self.maps[node, kind] * laws + law[row])
        dev = self._pure_deviations(node, row, kind)
        mixes = [self._mixed(int(x), node, row, kind) for x in np.flatnonzero(self.mixed)]
        self._index_lotteries()
        pairs, missing = self._pairs(seen_code)
        size = len(self.nodes) + len(missing)
        shape = (len(self.nodes), len(seen_code))
        steps = csr_array((np.ones(len(node), dtype=bool), (node, seen_pair)), shape=shape)
        ends = csr_array(
            (np.ones(len(self._end), dtype=bool), self._end, pairs.start), shape=(len(seen_code), size))
        lead = csr_array(steps @ ends)
        pair_of = {int(c): k for k, c in enumerate(seen_code)} if mixes else {}
        return AutomatonChain(
            self.exact, self.nodes, self.cells, self._play(mixes, seen_code, pair_of),
            self._deviations(dev, mixes, seen_code, pair_of), pairs, lead, missing,
            {key: k for k, key in enumerate(self.nodes)},
        )

    def _kinds(self) -> tuple[Ints, Ints, Ints]:
        """For every node and row of its state: 0 if it looks like complying, 1 + i if player i deviated alone."""
        game = self.game
        node, row = spans(game.row_start, self.state)
        played = np.where(self.mixed, game.row_start[self.state], self.row)
        differs = game.own_action[row] != game.own_action[played[node]]
        alone = differs.sum(axis=1) == 1
        same = self.exact.outcome_class[row] == self.exact.outcome_class[played[node]]
        kind = np.where(alone & ~same, 1 + differs.argmax(axis=1), 0)
        for x in np.flatnonzero(self.mixed):
            mine = slice(*np.searchsorted(node, [x, x + 1]))
            kind[mine] = self._kinds_of_mix(int(x))
        return node, row, kind.astype(np.int64)

    def _kinds_of_mix(self, x: int) -> list[int]:
        game, mix = self.game, self.cells[x].mix
        assert mix is not None
        rows = game.rows_of(int(self.state[x]))
        outside = np.array([[mix[i][a] == 0 for i, a in enumerate(game.own_action[r])] for r in rows])
        look = self.exact.outcome_class
        kinds = []
        for r, out in zip(rows, outside, strict=True):
            i = int(out.argmax())
            if out.sum() != 1 or any(
                look[b] == look[r] for b in game.deviation_rows(r, i) if not outside[b - rows.start].any()
            ):
                kinds.append(0)
            else:
                kinds.append(1 + i)
        return kinds

    def _pure_deviations(self, node: Ints, row: Ints, kind: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        pick = (kind > 0) & ~self.mixed[node]
        code = self.maps[node, kind] * self.exact.n_laws + self.exact.tables.law_of_row[row]
        return node[pick], kind[pick] - 1, row[pick], code[pick]

    def _mixed(
        self, x: int, node: Ints, row: Ints, kind: Ints
    ) -> tuple[int, list[tuple[Fraction, int, int]], list[tuple[int, int, bool, list[tuple[Fraction, int, int]]]]]:
        """A mixed node's play and deviations, as (probability, row, code of the (map, law) pair) terms."""
        game, mix = self.game, self.cells[x].mix
        assert mix is not None
        first = int(game.row_start[self.state[x]])
        mine = slice(*np.searchsorted(node, [x, x + 1]))
        kinds = kind[mine]
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
                strict = any(kinds[r - first] for _, r, _ in those)
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

    def _deviations(self, pure: tuple[Ints, Ints, Ints, Ints], mixes: list[Any], codes: Ints,
                    pair_of: dict[int, int]) -> Deviations:
        node, player, row, code = pure
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
