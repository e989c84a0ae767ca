"""The game of a treaty in symbols: compiled at some values of its numbers, and interpolated exactly.

Amounts, chances and discount factors enter the compiled game as polynomials of low degree.  These are found from games
compiled at short decimals, in rational arithmetic, and held against games compiled at other values.  Where no
polynomial fits, or another value gives another structure, there is no game in symbols.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, final

import numpy as np
import sympy as sp
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from games.model.stochastic_game import StochasticGame
from games.numerics.exact import to_fraction
from games.symbolic import SymbolicGame
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms
from treaties.thresholds.numbers import Moved, NoFormula

MOST_ROWS, MOST_STATES = 1500, 60
"""Larger games are not put in symbols."""
DEGREES = (1, 2, 4, 8)
"""Of polynomials that are tried, in each symbol."""
MOST_COMPILED = 90
DIGITS = 12
"""Numbers of a compiled game are read to so many decimal places."""
NEAR = 1e-9
SIMPLE = 10**6
"""Coefficients that lie next to a fraction with a denominator of at most this are that fraction."""


@final
@dataclass(frozen=True, eq=False)
class Traced:
    """A treaty's game in symbols.

    ``compiled``  the treaty at the values of the text;  ``game`` the same game in symbols, row by row.
    ``moved``     the numbers that are symbols, the one asked about first.
    ``degree``    of its polynomials;  ``samples`` how many games were compiled to find and to check them.
    """

    treaty: Treaty
    compiled: CompiledTreaty
    game: SymbolicGame
    moved: tuple[Moved, ...]
    degree: int
    samples: int

    def at(self, values: Sequence[float]) -> StochasticGame | None:
        """The game compiled at some values of the numbers; None if its structure is another there."""
        told = compile_treaty(treaty_at(self.treaty, self.moved, values))
        return told.game if same_structure(self.compiled, told) else None


def treaty_at(treaty: Treaty, numbers: Sequence[Moved], values: Sequence[float]) -> Treaty:
    """The treaty with other numbers."""
    return with_terms(treaty, {p: value for number, value in zip(numbers, values, strict=True) for p in number.paths})


def same_structure(one: CompiledTreaty, other: CompiledTreaty) -> bool:
    """Whether two games have the same states, moves and compliance."""
    a, b = one.game, other.game
    return a.states == b.states and a.actions == b.actions and np.array_equal(one.plan.allowed, other.plan.allowed)


def traced(treaty: Treaty, numbers: Sequence[Moved]) -> Traced:
    """The game of a treaty with some numbers as symbols; raises ``NoFormula``."""
    compiled = compile_treaty(treaty)
    game = compiled.game
    if game.monitoring is not None:
        raise NoFormula("signals are noisy: whether the treaty is kept is not decided by one automaton of fixed shape")
    if game.transfers != "none":
        raise NoFormula("parties may pay one another: whether the treaty is kept is not decided by one automaton of "
                        "fixed shape")
    if game.n_rows > MOST_ROWS or game.n_states > MOST_STATES:
        raise NoFormula(f"its game is too large for formulas: {game.n_states} states and {game.n_rows} profiles, "
                        f"{MOST_STATES} and {MOST_ROWS} are the most")
    extra = [_values(compiled, treaty, numbers, place) for place in _others(numbers)]
    known: dict[tuple[float, ...], NDArray[np.float64]] = {}
    for degree in DEGREES:
        if (degree + 1) ** len(numbers) > MOST_COMPILED:
            break
        places = list(itertools.product(*(_spread(number, degree) for number in numbers)))
        for place in places:
            if place not in known:
                known[place] = _values(compiled, treaty, numbers, place)
        powers = list(itertools.product(range(degree + 1), repeat=len(numbers)))
        table = np.array([known[place] for place in places])
        kinds, which = np.unique(table, axis=1, return_inverse=True)
        coefficients = _coefficients(places, powers, kinds)
        if all(_fits(coefficients, powers, place, told, which.ravel())
               for place, told in zip(_others(numbers), extra, strict=True)):
            symbols = [sp.Symbol(number.name) for number in numbers]
            expressions = [sum((sp.Rational(c.numerator, c.denominator) * sp.Mul(*map(sp.Pow, symbols, power))
                                for c, power in zip(column, powers, strict=True) if c), sp.Integer(0))
                           for column in coefficients]
            told = _game(game, [expressions[k] for k in which.ravel()], _ordered(numbers, symbols))
            return Traced(treaty, compiled, told, tuple(numbers), degree, len(known) + len(extra))
    raise NoFormula(f"the numbers of its game are no polynomials of degree up to {degree} in "
                    f"{', '.join(number.name for number in numbers)}")


def _spread(number: Moved, degree: int) -> tuple[float, ...]:
    """Short decimals inside the range, one more than the degree."""
    width = number.high - number.low
    return tuple(float(f"{number.low + width * (k + 1) / (degree + 2):.3g}") for k in range(degree + 1))


def _others(numbers: Sequence[Moved]) -> Iterator[tuple[float, ...]]:
    """Three more places inside the ranges, at which what was found is checked."""
    for k in range(3):
        yield tuple(float(f"{n.low + (n.high - n.low) * ((0.137 + 0.618 * (k + j * 0.37)) % 0.9 + 0.05):.4g}")
                    for j, n in enumerate(numbers))


def _values(
    compiled: CompiledTreaty, treaty: Treaty, numbers: Sequence[Moved], place: tuple[float, ...]
) -> NDArray[np.float64]:
    """Float[entries]: payoffs, laws and discount factors of the game there; raises ``NoFormula``."""
    there = compile_treaty(treaty_at(treaty, numbers, place))
    if not same_structure(compiled, there):
        told = ", ".join(f"{n.name} = {x:g}" for n, x in zip(numbers, place, strict=True))
        raise NoFormula(f"the structure of the game is another at {told} than in the text: states, moves or what "
                        "compliance is")
    game = there.game
    return np.concatenate([game.payoffs.ravel(), game.transition.toarray().ravel(), game.discount])


def _coefficients(
    places: Sequence[tuple[float, ...]], powers: Sequence[tuple[int, ...]], kinds: NDArray[np.float64]
) -> list[list[Fraction]]:
    """Per kind of entry the coefficients of its polynomial, exactly, next to simple fractions made these."""
    matrix = fmpq_mat(len(places), len(powers), [
        _rational(prod((to_fraction(x) ** e for x, e in zip(place, power, strict=True)), start=Fraction(1)))
        for place in places for power in powers])
    told = [_rational(to_fraction(round(float(x), DIGITS))) for x in kinds.ravel()]
    right = fmpq_mat(kinds.shape[0], kinds.shape[1], told)
    solved = matrix.solve(right)
    return [[_simple(Fraction(int(solved[j, k].p), int(solved[j, k].q))) for j in range(len(powers))]
            for k in range(kinds.shape[1])]


def _rational(number: Fraction) -> fmpq:
    return fmpq(number.numerator, number.denominator)


def _simple(number: Fraction) -> Fraction:
    near = number.limit_denominator(SIMPLE)
    return near if abs(near - number) <= NEAR * (1 + abs(number)) else number


def _fits(
    coefficients: list[list[Fraction]], powers: Sequence[tuple[int, ...]], place: tuple[float, ...],
    told: NDArray[np.float64], which: NDArray[np.int64],
) -> bool:
    terms = np.array([np.prod([x**e for x, e in zip(place, power, strict=True)]) for power in powers])
    found = np.array([[float(c) for c in column] for column in coefficients]) @ terms
    return bool(np.all(np.abs(found[which] - told) <= NEAR * (1 + np.abs(told))))


def _game(game: StochasticGame, entries: Sequence[Any], assuming: tuple[Any, ...]) -> SymbolicGame:
    n, rows, states = game.n_players, game.n_rows, game.n_states
    laws: list[Mapping[int, Any]] = []
    for row in range(rows):
        start = rows * n + row * states
        law = {s: x for s, x in enumerate(entries[start : start + states]) if x != 0}
        last = max(law)
        law[last] = sp.expand(1 - sum(x for s, x in law.items() if s != last))
        laws.append(law)
    return SymbolicGame(
        players=game.players,
        discount=tuple(entries[-n:]),
        states=game.states,
        actions=game.actions,
        payoffs=tuple(tuple(entries[row * n : row * n + n]) for row in range(rows)),
        transition=tuple(laws),
        assuming=assuming,
        initial=game.initial,
    )


def _ordered(numbers: Sequence[Moved], symbols: Sequence[Any]) -> tuple[Any, ...]:
    """Amounts other than the one asked about keep the order and the signs that they have in the text."""
    told = sorted(
        ((n.value, k) for k, n in enumerate(numbers) if k and not n.share and n.value is not None), reverse=True
    )
    apart = [symbols[a] - symbols[b] for (x, a), (y, b) in itertools.pairwise(told) if x > y]
    positive = [symbols[k] for x, k in told if x > 0][-1:]
    negative = [-symbols[k] for x, k in told if x < 0][:1] if not positive else []
    return (*apart, *positive, *negative)
