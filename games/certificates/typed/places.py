"""Where play can be in a game with types, beliefs apart: mode, state, and what every type with a rule remembers.

They are unfolded from the start through every outcome, whoever would bring it about, joint deviations included.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from scipy.sparse import csr_array

from games.certificates.faults import Fault
from games.model.typed_game import TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Bools, Floats, Ints

MOST_PLACES = 400_000
"""Games that unfold into more are refused."""


@final
@dataclass(frozen=True, eq=False)
class Moves:
    """What a type does at every place.

    ``action``  Int[places, k], ``count`` Int[places] how many of them have a chance; ``chance`` [places, k] rationals,
    None where nothing is mixed.
    """

    action: Ints
    count: Ints
    chance: Any | None


@final
@dataclass(frozen=True, eq=False)
class Places:
    """Places and their edges.

    ``mode``, ``state``  Int[places]; ``memory`` Int[places, rules], the rules in order of player and type.
    ``over``       Bool[places]: play has come to rest and pays nothing; such places are told apart by state only.
    ``root``       where play begins.
    ``pair_place``, ``pair_row``  Int[pairs]: every place with every row of its state, in order.
    ``edge_pair``, ``edge_state``, ``edge_place``  Int[edges]: what may follow a pair; ``edge_chance`` Float[edges], by
                   the law as it is written.
    ``moves``      per player and type.
    """

    typed: TypedGame
    rule: TypedRule
    mode: Ints
    state: Ints
    memory: Ints
    over: Bools
    root: int
    pair_place: Ints
    pair_row: Ints
    edge_pair: Ints
    edge_state: Ints
    edge_place: Ints
    edge_chance: Floats
    moves: tuple[tuple[Moves, ...], ...]

    @cached_property
    def pair_start(self) -> Ints:
        """Int[places + 1]: the first pair of every place."""
        return np.searchsorted(self.pair_place, np.arange(len(self.mode) + 1)).astype(np.int64)

    @cached_property
    def edge_start(self) -> Ints:
        """Int[pairs + 1]: the first edge of every pair."""
        return np.searchsorted(self.edge_pair, np.arange(len(self.pair_row) + 1)).astype(np.int64)

    def redrawn(self, player: int, edges: Ints) -> Bools | None:
        """Bool[edges]: where the player's type is drawn anew and all see it; None if it never is."""
        again = self.typed.redraws[player] if self.typed.redraws is not None else None
        return None if again is None else _marked(
            again, self.state[self.pair_place[self.edge_pair[edges]]], self.edge_state[edges])

    def words(self, place: int) -> str:
        """A place in words, for messages."""
        said = f"mode {self.rule.modes[self.mode[place]]!r}, state {self.typed.game.states[self.state[place]]!r}"
        for k, (who, one) in enumerate(_rules(self.typed)):
            assert one.rule is not None
            if len(one.rule.memories) > 1:
                said += f", {one.name!r} of {self.typed.game.players[who]!r} remembers "
                said += repr(one.rule.memories[self.memory[place, k]])
        return said


def unfold_places(typed: TypedGame, rule: TypedRule) -> Places | Fault:
    """All places, or where the rule says nothing although play or deviations come there."""
    return _Unfolding(typed, rule).run()


def _rules(typed: TypedGame) -> list[tuple[int, Any]]:
    """Player and type of every type with a rule of its own, in order."""
    return [(i, one) for i, types in enumerate(typed.types) for one in types if one.rule is not None]


def _marked(pairs: csr_array, source: Ints, target: Ints) -> Bools:
    """Bool[k]: which pairs of states are not zero in a sparse matrix."""
    coo = pairs.tocoo()
    there = coo.data != 0
    codes = coo.coords[0][there].astype(np.int64) * pairs.shape[1] + coo.coords[1][there]
    return np.isin(source * pairs.shape[1] + target, codes)


@final
class _Unfolding:
    def __init__(self, typed: TypedGame, rule: TypedRule) -> None:
        self.typed, self.rule, self.game = typed, rule, typed.game
        self.rules: list[tuple[int, TypeRule]] = [(i, one.rule) for i, one in _rules(typed)]
        self.sizes = [len(rule.modes), self.game.n_states, *(len(r.memories) for _, r in self.rules)]
        law = csr_array(self.game.transition)
        if np.any(law.data == 0):
            law = law.copy()
            law.eliminate_zeros()
        self.law = law
        self.over = self._over()

    def _over(self) -> Bools:
        """Bool[states]: play stays for certain and pays no type of anybody anything."""
        game, law = self.game, self.law
        stays = np.diff(law.indptr) == 1
        stays[stays] = law.indices[law.indptr[:-1][stays]] == game.row_state[stays]
        quiet = stays & (game.payoffs == 0).all(axis=1)
        for (kind, row, _), value in game.rationals.items():
            if kind == "payoff" and value:
                quiet[row] = False
        for types in self.typed.types:
            for one in types:
                if one.payoffs is not None:
                    quiet &= one.payoffs == 0
        out: Bools = np.logical_and.reduceat(quiet, game.row_start[:-1])
        return out

    def run(self) -> Places | Fault:
        if float(np.prod([float(x) for x in self.sizes])) > 2.0**62:
            return Fault("rule", "its modes, the states and the memories of types are too many together")
        root = np.array([[self.rule.start, self.game.initial, *(r.start for _, r in self.rules)]], dtype=np.int64)
        frontier = self._codes(self._rested(root))
        codes, parts = frontier, []
        while len(frontier):
            if len(codes) > MOST_PLACES:
                return Fault("rule", f"it unfolds into more than {MOST_PLACES} places")
            found = self._step(frontier)
            if isinstance(found, Fault):
                return found
            parts.append(found)
            ahead = np.unique(found[-1])
            frontier = ahead[~np.isin(ahead, codes)]
            codes = np.concatenate([codes, frontier])
        return self._places(codes, parts)

    def _codes(self, fields: Ints) -> Ints:
        out = fields[:, 0]
        for k, size in enumerate(self.sizes[1:], start=1):
            out = out * size + fields[:, k]
        return out

    def _fields(self, codes: Ints) -> Ints:
        out = np.empty((len(codes), len(self.sizes)), dtype=np.int64)
        for k in range(len(self.sizes) - 1, -1, -1):
            codes, out[:, k] = np.divmod(codes, self.sizes[k])
        return out

    def _rested(self, fields: Ints) -> Ints:
        """Where play rests nothing but the state is told apart."""
        done = self.over[fields[:, 1]]
        fields[done, 0] = self.rule.start
        for k, (_, rule) in enumerate(self.rules):
            fields[done, 2 + k] = rule.start
        return fields

    def _step(self, codes: Ints) -> tuple[Ints, ...] | Fault:
        """Pairs (place, row), of what sizes their laws are, and the state and code after every edge."""
        game, rule = self.game, self.rule
        fields = self._fields(codes)
        state = fields[:, 1]
        first, counts = game.row_start[state], np.diff(game.row_start)[state]
        at = np.repeat(np.arange(len(codes)), counts)
        row = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts) + first[at]
        after = np.empty((len(at), len(self.sizes)), dtype=np.int64)
        after[:, 0] = rule.next_mode[fields[at, 0], row]
        for k, (_, own) in enumerate(self.rules):
            after[:, 2 + k] = own.next_memory[fields[at, 2 + k], row]
        sizes = np.diff(self.law.indptr)[row].astype(np.int64)
        edge = np.repeat(np.arange(len(at)), sizes)
        entry = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + self.law.indptr[row][edge]
        then = after[edge]
        then[:, 1] = self.law.indices[entry]
        done = self.over[then[:, 1]]
        lost = np.flatnonzero((then[:, 0] < 0) & ~done)
        if len(lost):
            k = int(at[edge[lost[0]]])
            return Fault("next_mode", f"nothing is said of what follows {game.place(int(row[edge[lost[0]]]))} in mode "
                         f"{rule.modes[fields[k, 0]]!r}, although deviations come there")
        if rule.arrival is not None:
            then[:, 0] = rule.arrival[then[:, 0], then[:, 1]]
            lost = np.flatnonzero((then[:, 0] < 0) & ~done)
            if len(lost):
                return Fault("arrival", f"nothing is said of state {game.states[int(then[lost[0], 1])]!r}, which is "
                             f"reached from mode {rule.modes[fields[at[edge[lost[0]]], 0]]!r}")
        self._begin_anew(then, state[at[edge]])
        return codes[at], row, sizes, then[:, 1].copy(), self._codes(self._rested(then))

    def _begin_anew(self, then: Ints, source: Ints) -> None:
        """Types that are drawn anew remember nothing."""
        for k, (i, own) in enumerate(self.rules):
            again = self.typed.redraws[i] if self.typed.redraws is not None else None
            if again is not None:
                then[_marked(again, source, then[:, 1]), 2 + k] = own.start

    def _places(self, codes: Ints, parts: list[tuple[Ints, ...]]) -> Places | Fault:
        root = codes[0]
        order = np.sort(codes)
        fields = self._fields(order)
        pair_code, row, sizes, state, target = (np.concatenate(x) for x in zip(*parts, strict=True))
        place = np.searchsorted(order, pair_code)
        by = np.argsort(place, kind="stable")
        start = np.concatenate([[0], np.cumsum(sizes)])
        edge = np.repeat(np.arange(len(by)), sizes[by])
        moved = np.cumsum(sizes[by]) - sizes[by]
        entry = np.arange(len(edge)) - moved[edge] + start[by][edge]
        moves = self._moves(fields)
        if isinstance(moves, Fault):
            return moves
        law_entry = np.arange(len(edge)) - moved[edge] + self.law.indptr[row[by]][edge]
        return Places(
            self.typed, self.rule, fields[:, 0], fields[:, 1], fields[:, 2:], self.over[fields[:, 1]],
            int(np.searchsorted(order, root)), place[by], row[by], edge, state[entry],
            np.searchsorted(order, target[entry]), self.law.data[law_entry], moves)

    def _moves(self, fields: Ints) -> tuple[tuple[Moves, ...], ...] | Fault:
        game, done, k = self.game, self.over[fields[:, 1]], 0
        out = []
        for i, types in enumerate(self.typed.types):
            mine = []
            for t, one in enumerate(types):
                if one.rule is not None:
                    action = one.rule.action[fields[:, 2 + k], fields[:, 1]]
                    k += 1
                    mine.append(Moves(action[:, None], np.ones(len(fields), dtype=np.int64), None))
                    continue
                table = self.rule.action[i][t]
                assert table is not None
                mine.append(_with_mixes(np.where(done, 0, table[fields[:, 0], fields[:, 1]]), fields, {
                    key[2:]: chances for key, chances in self.rule.mix.items() if key[:2] == (i, t)}))
                lost = np.flatnonzero(mine[-1].action[:, 0] < 0)
                if len(lost):
                    mode, state = fields[lost[0], :2].tolist()
                    return Fault("action", f"nothing is said of what {one.name!r} of {game.players[i]!r} does in mode "
                                 f"{self.rule.modes[mode]!r}, state {game.states[state]!r}, although play or "
                                 "deviations come there")
            out.append(tuple(mine))
        return tuple(out)


def _with_mixes(action: Ints, fields: Ints, mixes: dict[tuple[int, ...], Any]) -> Moves:
    """The moves of a type that chooses; ``mixes`` by mode and state."""
    width = max((len(chances) for chances in mixes.values()), default=1)
    table, count = np.zeros((len(action), width), dtype=np.int64), np.ones(len(action), dtype=np.int64)
    table[:, 0] = action
    if not mixes:
        return Moves(table, count, None)
    chance = np.full((len(action), width), Fraction(0), dtype=object)
    chance[:, 0] = Fraction(1)
    for (mode, state), chances in mixes.items():
        here = np.flatnonzero((fields[:, 0] == mode) & (fields[:, 1] == state))
        for slot, (a, p) in enumerate(sorted(chances.items())):
            table[here, slot], chance[here, slot] = a, p
        count[here] = len(chances)
    return Moves(table, count, chance)
