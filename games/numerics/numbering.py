"""Numbers for what is equal, bit for bit: rows of columns, and lists.

All are mixed into 64 bits, which are sorted once, and then compared: no two unequal ones ever share a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Ints

COLLISION = "two unequal lists of numbers have the same 64 mixed bits, which is not to be expected; report the game"

CHUNK = 100_000
"""Lists that are compared together."""

Bits = NDArray[np.uint64]
Column = NDArray[Any]
"""Whole numbers, or floats."""


def numbered(*columns: Column) -> tuple[Ints, Ints]:
    """Int[rows]: equal rows of some columns have equal numbers, from 0 on; and Int[numbers], the first row of each.

    Zero is zero, whatever its sign.  Raises ``ArithmeticError`` if unequal rows cannot be told apart.
    """
    bits = [_bits(column) for column in columns]
    mixed = np.zeros(len(bits[0]), dtype=np.uint64)
    for column in bits:
        mixed = _mixed(mixed ^ column)
    _, first, number = np.unique(mixed, return_index=True, return_inverse=True)
    number = number.ravel()
    for column in bits:
        if not np.array_equal(column, column[first[number]]):
            raise ArithmeticError(COLLISION)
    return number.astype(np.int64), first.astype(np.int64)


def numbered_lists(start: Ints, stop: Ints, *values: Column) -> tuple[Ints, Ints]:
    """The same of lists: ``values[start[k] : stop[k]]`` of every one of some columns.

    Raises ``ArithmeticError`` if unequal lists cannot be told apart.
    """
    length = stop - start
    ends = np.cumsum(length)
    total = int(ends[-1])
    bits = [_bits(column) for column in values]
    if not (np.array_equal(start, ends - length) and len(bits[0]) == total):
        here = np.repeat(start - (ends - length), length) + np.arange(total)
        bits = [column[here] for column in bits]
    # The place in the list counts, so that another order is another list.
    mixed = _mixed(_bits(np.arange(total) - np.repeat(ends - length, length)))
    for column in bits:
        mixed = _mixed(mixed ^ column)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    number, first = numbered((sums[ends] - sums[ends - length]).view(np.int64), length)
    del mixed, sums
    shift = (ends - length)[first[number]] - (ends - length)
    for k in range(0, len(length), CHUNK):
        piece = slice(int(ends[k] - length[k]), int(ends[min(k + CHUNK, len(length)) - 1]))
        example = np.arange(piece.start, piece.stop) + np.repeat(shift[k : k + CHUNK], length[k : k + CHUNK])
        for column in bits:
            if not np.array_equal(column[piece], column[example]):
                raise ArithmeticError(COLLISION)
    return number, first


def _bits(column: Column) -> Bits:
    """UInt64[rows]: the bits of numbers."""
    if column.dtype.kind == "f":
        return np.ascontiguousarray(column + 0.0, dtype=np.float64).view(np.uint64)
    return np.ascontiguousarray(column, dtype=np.int64).view(np.uint64)


def _mixed(numbers: Bits) -> Bits:
    """UInt64 of the same shape: the bits of each number mixed.

    Source: Steele, Lea and Flood (2014), SplitMix.
    """
    x = numbers + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))
