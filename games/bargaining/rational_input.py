"""What bargaining models are given, read as exact rationals; what is wrong in it is named."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Number = float | int | str | Fraction
"""Decimals and "p/q" count as written, floats by their shortest decimal."""
Numbers = Sequence[Number] | NDArray[Any]
Points = Sequence[Numbers] | NDArray[Any]


def rational(given: Any, what: str, least: int | None = None, most: int | None = None) -> Fraction:
    """The rational that a number names; raises ``GameError`` unless it is finite and in [``least``, ``most``]."""
    try:
        number = to_fraction(given.item() if isinstance(given, np.generic) else given)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        raise GameError(f"bargaining: {what} is {given!r}; give a finite number, or text such as '1/3'") from None
    if (least is not None and number < least) or (most is not None and number > most):
        bound = f"at least {least}" if most is None else f"from {least} to {most}"
        raise GameError(f"bargaining: {what} is {given}; it must be {bound}")
    return number


def rationals(
    given: Numbers, what: str, count: int | None = None, least: int | None = None,
    most: int | None = None,
) -> tuple[Fraction, ...]:
    """A row of rationals; raises ``GameError`` if there are not ``count`` of them or one is out of bounds."""
    if isinstance(given, str) or not hasattr(given, "__len__"):
        raise GameError(f"bargaining: {what} is {given!r}; give a list of numbers")
    if count is not None and len(given) != count:
        raise GameError(f"bargaining: {len(given)} numbers given as {what}; {count} are needed, one for each")
    return tuple(rational(one, f"{what}, number {k + 1}", least, most) for k, one in enumerate(given))


def distribution(given: Numbers, what: str, count: int | None = None) -> tuple[Fraction, ...]:
    """Probabilities, divided by their exact sum, which must be within 1e-9 of 1; raises ``GameError`` otherwise."""
    row = rationals(given, what, count, least=0)
    total = sum(row, Fraction(0))
    if abs(total - 1) > Fraction(1, 10**9):
        raise GameError(f"bargaining: {what} sums to {float(total):.10g}; probabilities sum to 1")
    return tuple(one / total for one in row)


def floats(exact: Sequence[Fraction] | Sequence[tuple[Fraction, ...]]) -> NDArray[np.float64]:
    """Float array, read-only, nearest to rationals."""
    out = np.array(exact, dtype=np.float64)
    out.flags.writeable = False
    return out
