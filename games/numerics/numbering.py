"""Numbers for what is equal, bit for bit: rows of columns, and lists.

All are mixed into 64 bits, which are sorted once, and then compared: no two unequal ones ever share a number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Ints

COLLISION = "two unequal lists of numbers have the same 64 mixed bits, which is not to be expected; report the game"

CHUNK = 10_000
"""Lists that are looked at together, so that they stay in a processor's cache."""

Bits = NDArray[np.uint64]
Column = NDArray[Any]
"""Whole numbers, or floats."""


def numbered(*columns: Column) -> tuple[Ints, Ints]:
    """Int[rows]: equal rows of some columns have equal numbers, in order of first rows; and Int[numbers], these rows.

    Zero is zero, whatever its sign.  Raises ``ArithmeticError`` if unequal rows cannot be told apart.
    """
    bits = [_bits(column) for column in columns]
    mixed = np.zeros(len(bits[0]), dtype=np.uint64)
    for column in bits:
        mixed = _mixed(mixed ^ column)
    order = np.argsort(mixed)
    start = starts_of_runs(mixed[order])
    number = np.empty(len(mixed), dtype=np.int64)
    number[order] = np.repeat(np.arange(len(start)), np.diff(start, append=len(mixed)))
    first = np.minimum.reduceat(order, start) if len(start) else order
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    number, first = place[number], first[order]
    for column in bits:
        if not np.array_equal(column, column[first[number]]):
            raise ArithmeticError(COLLISION)
    return number, first.astype(np.int64)


def distinct(numbers: Ints) -> Ints:
    """The numbers, each once, in increasing order; of very many this is quicker than ``np.unique``, which hashes."""
    ordered = np.sort(numbers)
    return ordered[starts_of_runs(ordered)]


def starts_of_runs(ordered: Column) -> Ints:
    """Where each run of equal entries begins."""
    return np.flatnonzero(np.concatenate([np.ones(min(len(ordered), 1), dtype=bool), ordered[1:] != ordered[:-1]]))


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
    sums = np.empty(len(length), dtype=np.uint64)
    by_place = _mixed(_bits(np.arange(int(length.max(initial=0)))))
    for k in range(0, len(length), CHUNK):
        own, last = length[k : k + CHUNK], ends[k : k + CHUNK]
        before = int(last[0] - own[0])
        # The place in the list counts, so that another order is another list.
        mixed = by_place[np.arange(before, int(last[-1])) - np.repeat(last - own, own)]
        for column in bits:
            mixed ^= column[before : int(last[-1])]
            mixed = _mixed(mixed)
        summed = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
        sums[k : k + CHUNK] = summed[last - before] - summed[last - own - before]
    number, first = numbered(sums.view(np.int64), length)
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
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x
