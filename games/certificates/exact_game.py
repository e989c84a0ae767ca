"""A stochastic game in exact integers: payoffs over one denominator, every distinct law over its own total."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.model.row_tables import Laws, RowTables
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import Integers, as_integers, common_denominator, decimal_integers, divide_down, divide_up


@final
@dataclass(frozen=True, eq=False)
class ExactTables:
    """What does not depend on the discount factors.

    ``law_of_row``   Int[rows]: number of the row's law; rows with the same law share it.
    ``law_start``    Int[laws + 1] into ``law_state`` (next states) and ``law_weight`` (integers);
    ``law_total``    Integers[laws]: a probability is ``law_weight / law_total``, exactly.
    """

    game: StochasticGame
    law_of_row: NDArray[np.int64]
    law_start: NDArray[np.int64]
    law_state: NDArray[np.int64]
    law_weight: Integers
    law_total: Integers

    @staticmethod
    def of(game: StochasticGame) -> ExactTables:
        """Read the exact numbers of a game; agrees with ``exact_payoff`` and ``exact_transition`` entry by entry."""
        return ExactTables(game, *_laws(game))

    @property
    def payoff(self) -> Integers:
        """Integers[rows, players]; the payoff is ``payoff / payoff_unit``."""
        return self._payoffs[0]

    @property
    def payoff_unit(self) -> int:
        """What payoffs are counted in."""
        return self._payoffs[1]

    @cached_property
    def _payoffs(self) -> tuple[Integers, int]:
        """Read when they are first asked for: many questions are about laws alone."""
        payoff, unit = decimal_integers(self.game.payoffs)
        special = {k: v for k, v in self.game.rationals.items() if k[0] == "payoff"}
        if special:
            wider = lcm(unit, *(v.denominator for v in special.values()))
            payoff = payoff * (wider // unit)
            for (_, row, player), value in special.items():
                payoff[row, player] = value.numerator * (wider // value.denominator)
            unit = wider
        return payoff, unit

    @cached_property
    def rows_of_laws(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (state, law) that occur, sorted, as two arrays, and of how many rows each."""
        tables, laws = self.game.tables, len(self.law_total)
        state, kind, rows = tables.rows_of_laws
        code, place = np.unique(state * laws + self.law_of_row[tables.laws.first[kind]], return_inverse=True)
        return code // laws, code % laws, np.bincount(place.ravel(), rows).astype(np.int64)


_Laws = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Integers, Integers]
_recent_laws: OrderedDict[int, tuple[Laws, _Laws]] = OrderedDict()


def _laws(game: StochasticGame) -> _Laws:
    """Distinct laws of a game; games with one transition matrix share them, whatever their payoffs."""
    shared = game.tables.laws
    key = id(shared)
    if key not in _recent_laws:
        _recent_laws[key] = (shared, _distinct_laws(game))  # holding it keeps the identity in the key its own
        while len(_recent_laws) > 4:
            _recent_laws.popitem(last=False)
    _recent_laws.move_to_end(key)
    return _recent_laws[key][1]


def _distinct_laws(game: StochasticGame) -> _Laws:
    t, shared = game.transition, game.tables.laws
    integers, _ = decimal_integers(np.asarray(t[shared.first].data, dtype=np.float64))
    sizes = np.diff(t.indptr)[shared.first].tolist()
    number: dict[tuple[tuple[int, int], ...], int] = {}
    law_of_kind: list[int] = []
    start: list[int] = [0]
    state: list[int] = []
    weight: list[int] = []
    total: list[int] = []
    before = 0
    # Rows with the same entries, those that no float names among them, have the same law.
    for row, size in zip(shared.first.tolist(), sizes, strict=True):
        if row in shared.exact_by_row:
            law = game.exact_transition(row)
            numerators, _ = common_denominator(list(law.values()))
            pairs = list(zip(law, numerators.tolist(), strict=True))
        else:
            first = int(t.indptr[row])
            ahead, chances = t.indices[first:first + size].tolist(), integers[before:before + size].tolist()
            pairs = sorted((s, w) for s, w in zip(ahead, chances, strict=True) if w)
            common = gcd(*(w for _, w in pairs))
            pairs = [(s, w // common) for s, w in pairs]
        before += size
        # Weights have no factor in common: one law, however it is written, is one law here.
        known = number.setdefault(tuple(pairs), len(number))
        if known == len(total):
            state += [s for s, _ in pairs]
            weight += [w for _, w in pairs]
            start.append(len(state))
            total.append(sum(w for _, w in pairs))
        law_of_kind.append(known)
    return (np.array(law_of_kind, dtype=np.int64)[shared.number], np.array(start, dtype=np.int64),
            np.array(state, dtype=np.int64), as_integers(weight), as_integers(total))


_recent: OrderedDict[int, tuple[RowTables, ExactTables]] = OrderedDict()


def _tables(game: StochasticGame) -> ExactTables:
    """Tables of a game; games that differ in their discount factors only share them."""
    key = id(game.tables)
    if key not in _recent:
        _recent[key] = (game.tables, ExactTables.of(game))  # holding it keeps the identity in the key its own
        while len(_recent) > 4:
            _recent.popitem(last=False)
    _recent.move_to_end(key)
    return _recent[key][1]


@final
@dataclass(frozen=True, eq=False)
class ExactGame:
    """A game with its exact numbers, ready for vectorised integer arithmetic on a grid.

    Values live on a grid: an integer ``x`` stands for ``x / grid``.  Rounding is always stated, down or up, so
    that a bound stays a bound.

    ``scale``  per state and player what a payoff of 1 has become where payoffs were restated; None where they were not.
    """

    game: StochasticGame
    tables: ExactTables
    discount: tuple[Fraction, ...]
    scale: tuple[tuple[Fraction, ...], ...] | None = None

    @staticmethod
    def of(game: StochasticGame, scale: tuple[tuple[Fraction, ...], ...] | None = None) -> ExactGame:
        """The exact form of a game."""
        return ExactGame(game, _tables(game), tuple(game.exact_discount(i) for i in range(game.n_players)), scale)

    def unit(self, state: int, player: int) -> Fraction:
        """What an extra payoff of 1, once, adds to a player's average payoff from a state."""
        weight = 1 - self.discount[player]
        return weight if self.scale is None else weight * self.scale[state][player]

    @property
    def n_laws(self) -> int:
        """Number of distinct laws of motion."""
        return len(self.tables.law_total)

    def law(self, row: int) -> dict[int, Fraction]:
        """Next-state law of a row, exact."""
        t = self.tables
        k = int(t.law_of_row[row])
        span = slice(int(t.law_start[k]), int(t.law_start[k + 1]))
        below = t.law_total[k]
        return {int(s): Fraction(w, below) for s, w in zip(t.law_state[span], t.law_weight[span], strict=True)}

    def payoff(self, row: int, player: int) -> Fraction:
        """Payoff of a row, exact."""
        return Fraction(self.tables.payoff[row, player], self.tables.payoff_unit)

    @cached_property
    def most_tolerated(self) -> Fraction:
        """A millionth of the range of stage payoffs: how far, at most, stated payoffs may lie from the true ones."""
        payoff = self.tables.payoff
        return Fraction(int(payoff.max()) - int(payoff.min()), self.tables.payoff_unit * 10**6)

    def next_states(self, rows: range) -> set[int]:
        """States that some of the rows make possible, however small the chance."""
        t = self.tables
        laws = set(t.law_of_row[rows.start:rows.stop:rows.step].tolist())
        return {s for k in laws for s in t.law_state[t.law_start[k]:t.law_start[k + 1]].tolist()}

    def may_reach(self, states: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Bool[rows]: whether some of the states (Bool[states]) may follow, however small the chance."""
        t = self.tables
        by_law: NDArray[np.bool_] = np.logical_or.reduceat(states[t.law_state], t.law_start[:-1])
        return by_law[t.law_of_row]

    @cached_property
    def reached(self) -> frozenset[int]:
        """States that play can reach from the initial one, whatever is done."""
        seen, waiting = {self.game.initial}, [self.game.initial]
        while waiting:
            new = self.next_states(self.game.rows_of(waiting.pop())) - seen
            seen |= new
            waiting += new
        return frozenset(seen)

    def expected(self, values: Integers, up: bool) -> Integers:
        """Integers[laws]: expectation of ``values`` (Integers[states]) under every law, rounded up or down."""
        t = self.tables
        sums = np.add.reduceat(t.law_weight * values[t.law_state], t.law_start[:-1])
        out: Integers = divide_up(sums, t.law_total) if up else divide_down(sums, t.law_total)
        return out

    def scaled_payoff(self, weights: list[Fraction], grid: int, up: bool) -> Integers:
        """Integers[rows]: ``sum_i weights[i] * payoff_i`` on the grid, rounded up or down."""
        numerators, below = common_denominator(weights)
        total: Integers = np.zeros(len(self.tables.payoff), dtype=object)
        for i, w in enumerate(numerators):
            if w:
                total = total + self.tables.payoff[:, i] * (w * grid)
        unit = below * self.tables.payoff_unit
        out: Integers = divide_up(total, unit) if up else divide_down(total, unit)
        return out

    def same_outcome(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Bool[k]: whether pairs of rows have the same payoffs to everybody and the same law."""
        law, payoff = self.tables.law_of_row, self.tables.payoff
        same = law[one] == law[other]
        same[same] = (payoff[one[same]] == payoff[other[same]]).all(axis=1)
        return np.asarray(same)

    @property
    def laws_of_state(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (state, law) that occur, sorted, as two arrays."""
        return self.tables.rows_of_laws[:2]

    @cached_property
    def successors(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (state, next state) that some row of the state makes possible, as two arrays."""
        t = self.tables
        states, laws = self.laws_of_state
        sizes = np.diff(t.law_start)[laws]
        before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        entry = np.repeat(t.law_start[laws] - before, sizes) + np.arange(sizes.sum())
        code = np.unique(np.repeat(states, sizes) * self.game.n_states + t.law_state[entry])
        return code // self.game.n_states, code % self.game.n_states
