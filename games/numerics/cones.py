"""The extreme rays of a pointed polyhedral cone {z: G z >= 0} in exact integer arithmetic.

Source: the double description method, Motzkin, Raiffa, Thompson and Thrall (1953), started from as many independent
rows as there are coordinates; adjacency by zero sets as in Fukuda and Prodon (1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

import numpy as np
from flint import fmpz_mat

from games.numerics.exact_programs import Span
from games.numerics.vertices import Ray, ZeroSets, cut, lowest, zero_sets


def extreme_rays(matrix: Sequence[Sequence[int]], most: int) -> tuple[list[Ray], ZeroSets]:
    """The extreme rays of {z: G z >= 0} as integers in lowest terms and, for each, which rows hold with equality.

    ``matrix``  Int[k, d], the rows of G, d of them independent, so that the cone has a tip.
    ``most``    rays kept at once.

    Raises ``Unfinished`` beyond ``most`` rays, ``ValueError`` if the cone contains a line.

    >>> extreme_rays([[1, 0], [-1, 2], [0, 1]], 10)[0]
    [(2, 1), (0, 1)]
    """
    size = len(matrix[0])
    span = Span(size)
    first = [k for k, row in enumerate(matrix) if span.rank < size and span.add(row)]
    if len(first) < size:
        raise ValueError("the cone contains a line")
    # The rays of the first cone are the columns of the inverse: each leaves one row and keeps the others.
    inverse = fmpz_mat([list(matrix[k]) for k in first]).inv()
    rays = []
    for column in range(size):
        entries = [inverse[i, column] for i in range(size)]
        scale = lcm(*(int(x.q) for x in entries))
        rays.append(lowest([int(x.p) * (scale // int(x.q)) for x in entries]))
    tight = np.zeros((size, len(matrix)), dtype=bool)
    tight[:, first] = ~np.eye(size, dtype=bool)
    zeros = zero_sets(tight)
    for j, row in enumerate(matrix):
        if j in first:
            continue
        value = [sum(a * x for a, x in zip(row, ray, strict=True) if a) for ray in rays]
        rays, zeros = cut(rays, zeros, value, j, size - 2, most)
    return rays, zeros
