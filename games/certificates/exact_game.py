"""A stochastic game in exact integers: payoffs over one denominator, every distinct law over its own total."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import StochasticGame
from games.numerics.exact import Integers, as_integers, common_denominator, decimal_integers, divide_down, divide_up
from games.numerics.numbering import numbered, numbered_lists


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


_Laws = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Integers, Integers]
_recent_laws: OrderedDict[tuple[Any, ...], tuple[StochasticGame, _Laws]] = OrderedDict()


def _laws(game: StochasticGame) -> _Laws:
    """Distinct laws of a game; games with one transition matrix share them, whatever their payoffs."""
    special = tuple(sorted((k, v) for k, v in game.rationals.items() if k[0] == "transition"))
    key = (id(game.transition), special)
    if key not in _recent_laws:
        _recent_laws[key] = (game, _distinct_laws(game))  # holding the game keeps the identity in the key its own
        while len(_recent_laws) > 4:
            _recent_laws.popitem(last=False)
    _recent_laws.move_to_end(key)
    return _recent_laws[key][1]


def _distinct_laws(game: StochasticGame) -> _Laws:
    t = game.transition
    integers, _ = decimal_integers(np.asarray(t.data, dtype=np.float64))
    special = {row for kind, row, _ in game.rationals if kind == "transition"}
    indptr, indices = t.indptr.tolist(), np.asarray(t.indices)
    as_written: dict[Any, int] = {}
    number: dict[tuple[tuple[int, int], ...], int] = {}
    pointer = np.asarray(t.indptr, dtype=np.int64)
    plain = np.ones(game.n_rows, dtype=bool)
    plain[list(special)] = False
    kind, first = numbered(numbered_lists(pointer[:-1], pointer[1:], indices, t.data)[0], plain)
    law_of_row, law_of_kind = np.empty(game.n_rows, dtype=np.int64), np.empty(len(first), dtype=np.int64)
    start: list[int] = [0]
    state: list[int] = []
    weight: list[int] = []
    total: list[int] = []
    # Rows with the same entries have the same law, but for those that have exact chances of their own.
    for row in sorted({*first.tolist(), *special}):
        a, b = indptr[row], indptr[row + 1]
        key: Any
        if row in special:
            key = tuple(game.exact_transition(row).items())
        else:
            key = (indices[a:b].tobytes(), t.data[a:b].tobytes())
        known = as_written.get(key)
        if known is None:
            if row in special:
                law = game.exact_transition(row)
                numerators, _ = common_denominator(list(law.values()))
                pairs = list(zip(law, numerators.tolist(), strict=True))
            else:
                # A state listed twice counts once, as in StochasticGame.exact_transition.
                last = dict(zip(indices[a:b].tolist(), integers[a:b].tolist(), strict=True))
                pairs = sorted((s, w) for s, w in last.items() if w)
                shared = gcd(*(w for _, w in pairs))
                pairs = [(s, w // shared) for s, w in pairs]
            # Weights have no factor in common: one law, however it is written, is one law here.
            known = as_written[key] = number.setdefault(tuple(pairs), len(number))
            if known == len(total):
                state += [s for s, _ in pairs]
                weight += [w for _, w in pairs]
                start.append(len(state))
                total.append(sum(w for _, w in pairs))
        if row in special:
            law_of_row[row] = known
        else:
            law_of_kind[kind[row]] = known
    law_of_row[plain] = law_of_kind[kind[plain]]
    return (law_of_row, np.array(start, dtype=np.int64), np.array(state, dtype=np.int64),
            as_integers(weight), as_integers(total))


_recent: OrderedDict[tuple[Any, ...], tuple[StochasticGame, ExactTables]] = OrderedDict()


def _tables(game: StochasticGame) -> ExactTables:
    """Tables of a game; games that differ in their discount factors only share them."""
    rest = tuple(sorted((k, v) for k, v in game.rationals.items() if k[0] != "discount"))
    key = (id(game.payoffs), id(game.transition), rest)
    if key not in _recent:
        _recent[key] = (game, ExactTables.of(game))  # holding the game keeps the identities in the key its own
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
    """

    game: StochasticGame
    tables: ExactTables
    discount: tuple[Fraction, ...]

    @staticmethod
    def of(game: StochasticGame) -> ExactGame:
        """The exact form of a game."""
        return ExactGame(game, _tables(game), tuple(game.exact_discount(i) for i in range(game.n_players)))

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

    @cached_property
    def outcome_class(self) -> NDArray[np.int64]:
        """Int[rows]: equal for rows with the same payoffs to everybody and the same law (same state or not)."""
        law, payoff = self.tables.law_of_row, self.tables.payoff
        if max(int(payoff.max()), -int(payoff.min())) < 2**62:
            return numbered(law, *payoff.T.astype(np.int64))[0]
        number: dict[tuple[Any, ...], int] = {}
        rows = zip(law.tolist(), payoff.tolist(), strict=True)
        return np.array([number.setdefault((k, *g), len(number)) for k, g in rows], dtype=np.int64)

    @cached_property
    def laws_of_state(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (state, law) that occur, sorted, as two arrays."""
        code = np.unique(self.game.row_state * self.n_laws + self.tables.law_of_row)
        return code // self.n_laws, code % self.n_laws

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
