"""Pareto fronts: what brute force finds, and no more for rounding."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from treaties.sweeping.fronts import beaten_by, front


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True)) and one != other


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_the_front_is_that_of_brute_force(objectives: int, seed: int) -> None:
    points = np.random.default_rng([seed, objectives]).integers(0, 6, (60, objectives)).astype(float)
    told = [tuple(point) for point in points.tolist()]
    best = [k for k, one in enumerate(told) if not any(_beats(other, one) for other in told)]
    found = front(points)
    assert sorted([*found.members, *(j for others in found.same.values() for j in others)]) == best
    assert len({told[k] for k in found.members}) == len(found.members) == len({told[k] for k in best})
    assert all(told[j] == told[k] and j > k for k, others in found.same.items() for j in others)
    for k, members in enumerate(beaten_by(points, found.members)):
        assert set(members.tolist()) == {m for m in found.members if _beats(told[m], told[k])}


def test_rounding_beats_nobody() -> None:
    points = np.array([[1.0, 100.0 + 1e-12], [1.0, 100.0], [0.5, 100.0 + 2e-12], [1.0, 100.001]])
    found = front(points)
    assert found.members == (3,) and found.same == {}
    assert front(points[:2]).same == {0: (1,)}


def test_every_member_of_a_trade_off_is_on_the_front_and_no_points_have_none() -> None:
    line = np.array([[k, 10.0 - k] for k in range(11)])
    assert front(line).members == tuple(range(11))
    grid = np.array(list(product(range(4), repeat=2)), dtype=float)
    assert front(grid).members == (15,)
    assert front(np.empty((0, 3))).members == ()
