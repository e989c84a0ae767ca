"""Exact arithmetic: from what was written to rationals, and whole arrays of rationals over one denominator."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[Any]
"""An object array of Python integers: exact, of any size."""

LONGEST_NUMBER = 5000
"""Characters of the longest text that is read as a number."""

MOST_AXES = 64
"""Arrays have no more."""

_LONG_EXPONENT = re.compile(r"[eE][+-]?[\d_]{4}")

Numbers = ArrayLike | Sequence[Any]
"""An array, or lists in lists whose entries may also be fractions or text such as "1/3"."""

LEAST_CHANCE = sys.float_info.min
"""What stands in floating point for a probability that is positive and less than any float."""

LARGEST_PLAIN = 2**53
"""Whole numbers below this are floats, and no other is rounded to one below it."""


def to_fraction(number: float | int | str | Fraction) -> Fraction:
    """The rational that a number names: decimals and "p/q" as written, floats by their shortest decimal.

    Raises ``ValueError`` for text that is no number.

    >>> to_fraction(0.1), to_fraction("1/3"), to_fraction(2)
    (Fraction(1, 10), Fraction(1, 3), Fraction(2, 1))
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, np.generic):
        number = number.item()
    if isinstance(number, float):
        return Fraction(repr(float(number)))
    if isinstance(number, str) and (len(number) > LONGEST_NUMBER or _LONG_EXPONENT.search(number)):
        raise ValueError(f"longer than {LONGEST_NUMBER} characters, or an exponent of more than 3 digits")
    return Fraction(number)


def chance(probability: Fraction) -> float:
    """The float of a probability; what is possible stays possible where the float would be 0.

    >>> chance(Fraction(1, 4)), chance(Fraction(1, 10**400)) > 0
    (0.25, True)
    """
    return float(probability) or (LEAST_CHANCE if probability else 0.0)


def quotient(numerator: int, denominator: int) -> float:
    """The float next to a quotient of integers; the largest there is where it lies beyond all floats."""
    try:
        return numerator / denominator
    except OverflowError:
        return sys.float_info.max if (numerator > 0) == (denominator > 0) else -sys.float_info.max


def nearest_float(number: Fraction) -> float:
    """The float next to a rational; the largest there is where it lies beyond all floats."""
    return quotient(number.numerator, number.denominator)


def exact_array(values: Numbers) -> tuple[NDArray[np.float64], dict[tuple[int, ...], Fraction]]:
    """The floats of an array, and those of its entries whose exact value the float's shortest decimal does not name.

    Entries are numbers, fractions, or text such as "1/3".  Raises ``ValueError`` that names the first entry which is
    none, or the first list that is not as long as its neighbours.

    >>> floats, rationals = exact_array([1, "1/2", Fraction(1, 3)])
    >>> floats.round(3).tolist(), rationals
    ([1.0, 0.5, 0.333], {(2,): Fraction(1, 3)})
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(_uneven(values) or "lists in lists are wanted") from None
    if array.dtype.kind in "bf" or (array.dtype.kind in "iu" and np.all(np.abs(array.astype(float)) < LARGEST_PLAIN)):
        return array.astype(np.float64), {}
    array = np.asarray(values, dtype=object)
    exact = {index: _number(array.item(index), index) for index in np.ndindex(*array.shape)}
    floats = np.array([float(value) for value in exact.values()]).reshape(array.shape)
    return floats, {index: value for index, value in exact.items() if to_fraction(float(value)) != value}


def _number(entry: Any, index: tuple[int, ...]) -> Fraction:
    """An entry of an array; raises ``ValueError`` with its place where it is no number that floating point can hold."""
    try:
        number = to_fraction(entry)
        float(number)
    except (TypeError, ValueError, ArithmeticError) as error:
        why = ", which divides by zero" if isinstance(error, ZeroDivisionError) else ""
        why = ", which is too large" if isinstance(error, OverflowError) else why
        shown = repr(entry)[:40]
        raise ValueError(f"{_at(index)} is {shown}{why}; write a number, a Fraction, or text such as '1/3'") from None
    return number


def _at(index: Sequence[int]) -> str:
    """The place of an entry, as one would write it; the array itself has no index."""
    return "entry " + "".join(f"[{k}]" for k in index) if index else "it"


def _uneven(values: Any) -> str:
    """Which of lists in lists is not as long as the first on its level; empty where that is not what is wrong."""
    level: list[tuple[tuple[int, ...], Any]] = [((), values)]
    for _ in range(MOST_AXES):
        first, length = level[0][0], _length(level[0][1])
        for index, value in level:
            if _length(value) != length:
                return (f"{_at(index)} is {_size(_length(value))}, {_at(first)} {_size(length)}; "
                        "give lists on one level equally many entries")
        level = [((*index, k), entry) for index, value in level for k, entry in enumerate(value)] if length else []
        if not level:
            break
    return ""


def _length(value: Any) -> int | None:
    """How many entries a list or an array has; None for anything else."""
    return len(value) if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim) else None


def _size(length: int | None) -> str:
    return "no list" if length is None else f"a list of {length}"


def written(number: Fraction) -> str:
    """The shortest exact text of a rational: a decimal where one of at most 40 places exists, else "p/q".

    >>> written(Fraction(-1, 8)), written(Fraction(1, 3)), written(Fraction(7))
    ('-0.125', '1/3', '7')
    """
    below, twos, fives = number.denominator, 0, 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    places = max(twos, fives)
    if below != 1 or places > 40:
        return f"{number.numerator}/{number.denominator}"
    if places == 0:
        return str(number.numerator)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def decimal_integers(values: NDArray[np.float64]) -> tuple[Integers, int]:
    """Integers and a power of ten whose quotients are the shortest decimals of the floats, exactly.

    >>> decimal_integers(np.array([0.25, -3.0, 1e-4]))
    (array([2500, -30000, 1], dtype=object), 10000)
    """
    distinct = np.unique(values)
    parts = [_digits_and_power(repr(x)) for x in distinct.tolist()]
    places = max((0, *(-power for _, power in parts)))
    table = as_integers([digits * 10 ** (power + places) for digits, power in parts])
    return table[np.searchsorted(distinct, values)], 10**places


def _digits_and_power(text: str) -> tuple[int, int]:
    mantissa, _, exponent = text.partition("e")
    whole, _, decimals = mantissa.partition(".")
    decimals = "" if decimals == "0" else decimals
    return int(whole + decimals), int(exponent or 0) - len(decimals)


def as_integers(values: list[int]) -> Integers:
    """A one-dimensional object array of the given integers, of whatever size they are."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def common_denominator(fractions: list[Fraction]) -> tuple[Integers, int]:
    """Numerators over the least common denominator, and that denominator."""
    below = lcm(*(f.denominator for f in fractions)) if fractions else 1
    return as_integers([f.numerator * (below // f.denominator) for f in fractions]), below


def divide_down(numerator: Any, denominator: Any) -> Any:
    """The greatest integer at most the quotient (positive denominator); works entry by entry."""
    return numerator // denominator


def divide_up(numerator: Any, denominator: Any) -> Any:
    """The least integer at least the quotient (positive denominator); works entry by entry."""
    return -((-numerator) // denominator)
