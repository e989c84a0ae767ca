"""Characteristic functions: what each coalition can secure for itself, exactly, and the properties that theorems need.

Coalitions are numbered: player i belongs to coalition S if the bit i of S is set, so that S runs from 0 (nobody) to
2^n − 1 (everybody).

Source: von Neumann and Morgenstern (1944); Shapley (1971) for convex games.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.coalitions.rules import known_voters, plain
from games.model.stochastic_game import GameError
from games.numerics.exact import Integers, common_denominator, to_fraction

Characteristic = Callable[[frozenset[int]], Any] | Mapping[Any, Any] | Sequence[Any] | NDArray[Any]
"""A function of frozensets; a mapping from frozensets or tuples of players; or a table [2^n] by number."""

MOST_PLAYERS = 20


@final
@dataclass(frozen=True)
class Worths:
    """The worth of every coalition of ``n`` players: ``units[S]`` / ``below``, integers over one denominator."""

    n: int
    units: Integers
    below: int

    @staticmethod
    def of(v: Characteristic | Worths, n: int) -> Worths:
        """Read a characteristic function.

        ``v``  a function of frozensets; a mapping, which may leave out the empty coalition; or a table Float[2^n].
        Numbers are read as the rationals that they spell ("1/3", 0.1).
        Raises ``GameError`` if ``n`` is not between 1 and 20, a coalition is missing or unknown, a worth is no finite
        number, or the empty coalition is worth anything.
        """
        if not 1 <= n <= MOST_PLAYERS:
            raise GameError(f"characteristic function: {n!r} players; give a number from 1 to {MOST_PLAYERS}")
        if isinstance(v, Worths):
            if v.n != n:
                raise GameError(f"characteristic function: it is of {v.n} players, not of {n}; give that number")
            return v
        listed = _listed(v, n)
        exact = []
        for number, worth in enumerate(listed):
            try:
                exact.append(to_fraction(plain(worth)))
            except (TypeError, ValueError, ZeroDivisionError, OverflowError):
                who = sorted(coalition(number, n))
                raise GameError(f"characteristic function: {who} is worth {worth!r}; give a finite number") from None
        if exact[0]:
            raise GameError(f"characteristic function: nobody is worth {exact[0]}; the empty coalition is worth 0")
        return Worths(n, *common_denominator(exact))

    def worth(self, members: Iterable[int]) -> Fraction:
        """The worth of a coalition of players."""
        return Fraction(self.units[number_of(members, self.n)], self.below)

    @cached_property
    def whole(self) -> Fraction:
        """The worth of the grand coalition."""
        return Fraction(self.units[-1], self.below)


def coalition(number: int, n: int) -> frozenset[int]:
    """The players of a numbered coalition."""
    return frozenset(i for i in range(n) if number >> i & 1)


def number_of(members: Iterable[int], n: int) -> int:
    """The number of a coalition; raises ``GameError`` if it holds anybody but players."""
    return sum(1 << int(i) for i in known_voters(members, n))


def subset_sums(values: Iterable[Any]) -> Integers:
    """For one exact value per player, the sum over every coalition, [2^n]."""
    out = np.zeros(1, dtype=object)
    for value in values:
        out = np.concatenate([out, out + value])
    return out


def is_monotone(v: Characteristic | Worths, n: int) -> bool:
    """Whether larger coalitions are worth at least as much; raises as ``Worths.of``.

    >>> is_monotone([0, 1, 1, 1], 2)
    True
    """
    units = Worths.of(v, n).units
    return all(bool((joined >= without).all()) for joined, without in (_halves(units, i) for i in range(n)))


def is_superadditive(v: Characteristic | Worths, n: int) -> bool:
    """Whether any two disjoint coalitions are together worth at least what they are worth apart; raises as above.

    >>> is_superadditive([0, 1, 1, 1], 2), is_superadditive([0, 1, 1, 2], 2)
    (False, True)
    """
    units = Worths.of(v, n).units
    numbers = np.arange(len(units))
    for first in range(1, len(units)):
        apart = numbers[(numbers & first == 0) & (numbers > first)]
        if (units[first] + units[apart] > units[first | apart]).any():
            return False
    return True


def is_convex(v: Characteristic | Worths, n: int) -> bool:
    """Whether a player adds the more, the larger the coalition that it joins (Shapley 1971); raises as above.

    >>> is_convex([0, 0, 0, 1, 0, 1, 1, 3], 3), is_convex([0, 0, 0, 1, 0, 1, 1, 1], 3)
    (True, False)
    """
    units = Worths.of(v, n).units
    for i in range(n):
        joined, without = _halves(units, i)
        gain = (joined - without).reshape(-1)              # by coalitions of the n − 1 others
        if not all((more >= less).all() for more, less in (_halves(gain, j) for j in range(n - 1))):
            return False
    return True


def _halves(units: Integers, i: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Entries of the coalitions with player i, and of the same coalitions without it."""
    pairs = units.reshape(-1, 2, 2**i)
    return pairs[:, 1], pairs[:, 0]


def _listed(v: Any, n: int) -> list[Any]:
    """The worths in order of number, as they were given."""
    if callable(v):
        return [v(coalition(number, n)) for number in range(2**n)]
    if isinstance(v, Mapping):
        given: dict[int, Any] = {0: 0}
        for members, worth in v.items():
            if isinstance(members, (str, bytes)) or not isinstance(members, Iterable):
                raise GameError(f"characteristic function: {members!r} is no coalition; use tuples or frozensets")
            given[number_of(members, n)] = worth
        if len(given) < 2**n:
            missing = next(number for number in range(2**n) if number not in given)
            raise GameError(f"characteristic function: the worth of {sorted(coalition(missing, n))} is missing; add it")
        return [given[number] for number in range(2**n)]
    listed = list(v) if isinstance(v, Iterable) and not isinstance(v, (str, bytes)) else []
    if len(listed) != 2**n:
        raise GameError(f"characteristic function: a table of {len(listed)}; {n} players have {2**n} coalitions")
    return listed
