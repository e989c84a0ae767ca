"""Vertices of a bounded polyhedron {x >= 0, A x <= 1} in exact integer arithmetic.

Source: the double description method, Motzkin, Raiffa, Thompson and Thrall (1953); adjacency by zero sets as in Fukuda
and Prodon (1996).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ray = tuple[int, ...]
ZeroSets = NDArray[np.uint64]
"""UInt64[rays, words]: which constraints hold with equality, 64 to a word."""

WORD = 64
MOST_RAYS = 200_000
"""Rays kept at once; with some 20 coordinates they take about 200 MB."""


class Unfinished(Exception):
    """The time or memory allowed was used up before everything was found."""


def vertices(matrix: Sequence[Sequence[int]], deadline: float = np.inf) -> tuple[list[Ray], ZeroSets]:
    """The vertices of {x >= 0, A x <= 1} and, for each, which constraints hold with equality.

    ``matrix``    Int[k, d], all entries positive integers, so that the polyhedron is bounded.
    ``deadline``  of ``time.monotonic``.

    Returns the vertices as integer rays (t, x1, ..., xd), the vertex being x / t, and their zero sets: bit i for
    x_i = 0, bit d + j for row j tight.  Raises ``Unfinished`` at the deadline or beyond ``MOST_RAYS`` rays.
    """
    size = len(matrix[0])
    # Homogeneous coordinates: the cone {t >= 0, x >= 0}, cut by t - a x >= 0 one row after another.  t >= 0 follows
    # once the first row has cut off all rays but that of t, whose zero set has every x_i.
    rays = [tuple(int(i == k) for i in range(size + 1)) for k in range(size + 1)]
    first = np.zeros((size + 1, size + len(matrix)), dtype=bool)
    first[:, :size] = ~np.eye(size + 1, dtype=bool)[:, 1:]
    zeros = zero_sets(first)
    for j, row in enumerate(matrix):
        value = [ray[0] - sum(a * x for a, x in zip(row, ray[1:], strict=True) if x) for ray in rays]
        rays, zeros = cut(rays, zeros, value, size + j, size - 1, MOST_RAYS, deadline)
    return rays, zeros


def cut(
    rays: list[Ray], zeros: ZeroSets, value: Sequence[int], place: int, least: int, most: int, deadline: float = np.inf
) -> tuple[list[Ray], ZeroSets]:
    """The extreme rays of a cone that is cut by one more constraint, and their zero sets.

    ``value``  per ray, by how much it meets the constraint; ``place`` the constraint's bit in zero sets.
    ``least``  constraints that both rays of a two-dimensional face lie on; ``most`` rays kept at once.

    Raises ``Unfinished`` at the deadline (of ``time.monotonic``) or beyond so many rays.
    """
    word, bit = divmod(place, WORD)
    sign = np.array([(v > 0) - (v < 0) for v in value])
    above, below, on = (np.flatnonzero(sign == s) for s in (1, -1, 0))
    zeros[on, word] |= np.uint64(1 << bit)
    keep = np.flatnonzero(sign >= 0)
    new, new_zeros = [], []
    for p, n in adjacent(zeros, above, below, least, deadline):
        new.append(lowest([value[p] * y - value[n] * x for x, y in zip(rays[p], rays[n], strict=True)]))
        new_zeros.append(zeros[p] & zeros[n])
        if len(keep) + len(new) > most:
            raise Unfinished
    kept = zeros[keep]
    if new:
        fresh = np.array(new_zeros)
        fresh[:, word] |= np.uint64(1 << bit)
        kept = np.concatenate([kept, fresh])
    return [rays[k] for k in keep.tolist()] + new, kept


def lowest(ray: Sequence[int]) -> Ray:
    """A ray in lowest terms."""
    common = gcd(*ray)
    return tuple(x // common for x in ray)


def zero_sets(tight: NDArray[np.bool_]) -> ZeroSets:
    """Bool[rays, constraints] packed into words."""
    out = np.zeros((len(tight), -(-tight.shape[1] // WORD)), dtype=np.uint64)
    for k in range(tight.shape[1]):
        out[:, k // WORD] |= tight[:, k].astype(np.uint64) << np.uint64(k % WORD)
    return out


def tight_constraints(zeros: ZeroSets, count: int) -> NDArray[np.bool_]:
    """Bool[rays, count]: the reverse of ``zero_sets``."""
    k = np.arange(count)
    return np.asarray(zeros[:, k // WORD] >> (k % WORD).astype(np.uint64) & np.uint64(1), dtype=bool)


def include(zeros: ZeroSets, wanted: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Bool[rays]: which zero sets contain all of ``wanted``."""
    return np.asarray(((zeros & wanted) == wanted).all(axis=1), dtype=bool)


def adjacent(
    zeros: ZeroSets, above: NDArray[Any], below: NDArray[Any], least: int, deadline: float
) -> Iterator[tuple[int, int]]:
    """Pairs of rays on either side that span a two-dimensional face: no third ray lies on all that both lie on."""
    for p in above.tolist():
        if time.monotonic() > deadline:
            raise Unfinished
        common = zeros[below] & zeros[p]
        for k in np.flatnonzero(np.bitwise_count(common).sum(axis=1) >= least).tolist():
            if time.monotonic() > deadline:
                raise Unfinished
            if np.count_nonzero(include(zeros, common[k])) == 2:
                yield p, int(below[k])
