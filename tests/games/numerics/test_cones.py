"""Extreme rays of cones against brute force over all choices of rows."""

from __future__ import annotations

import random
from itertools import combinations
from math import gcd

import pytest
from flint import fmpz_mat

from games.numerics.cones import extreme_rays
from games.numerics.vertices import Unfinished, tight_constraints


def brute(matrix: list[list[int]]) -> set[tuple[int, ...]]:
    """Directions on which all but one dimension of rows are tight and no row is violated."""
    size = len(matrix[0])
    out = set()
    for chosen in combinations(matrix, size - 1):
        kernel, nullity = fmpz_mat([list(row) for row in chosen]).nullspace()
        if int(nullity) != 1:
            continue
        ray = [int(kernel[i, 0]) for i in range(size)]
        for sign in (1, -1):
            there = [sign * x // gcd(*ray) for x in ray]
            if all(sum(a * x for a, x in zip(row, there, strict=True)) >= 0 for row in matrix):
                out.add(tuple(there))
    return out


@pytest.mark.parametrize("seed", range(15))
def test_the_rays_of_random_cones_are_all_found(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.choice([2, 3, 4])
    matrix = [[int(i == k) for i in range(size)] for k in range(size)]
    matrix += [[draw.randint(-3, 3) for _ in range(size)] for _ in range(draw.randint(1, 5))]
    rays, zeros = extreme_rays(matrix, 1000)
    assert set(rays) == brute(matrix) and len(set(rays)) == len(rays)
    tight = tight_constraints(zeros, len(matrix))
    for ray, row in zip(rays, tight, strict=True):
        assert row.tolist() == [sum(a * x for a, x in zip(line, ray, strict=True)) == 0 for line in matrix]


def test_a_line_and_too_many_rays_are_refused() -> None:
    with pytest.raises(ValueError, match="contains a line"):
        extreme_rays([[1, 0]], 10)
    square = [[1, 0, 0], [0, 1, 0], [1, -1, 0], [0, 0, 1], [1, 0, -1]]
    assert len(extreme_rays(square, 10)[0]) == 4
    with pytest.raises(Unfinished):
        extreme_rays(square, 2)
