"""Exact arithmetic: from what was written to rationals."""

from __future__ import annotations

from fractions import Fraction


def to_fraction(number: float | int | str | Fraction) -> Fraction:
    """The rational that a number names: decimals and "p/q" as written, floats by their shortest decimal.

    Raises ``ValueError`` for text that is no number.

    >>> to_fraction(0.1), to_fraction("1/3"), to_fraction(2)
    (Fraction(1, 10), Fraction(1, 3), Fraction(2, 1))
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, float):
        return Fraction(repr(float(number)))
    return Fraction(number)
