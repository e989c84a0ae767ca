"""Sums of the polygons of next states, and lotteries that meet a point of one, against slow, obvious computations."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.numerics.arrays import Floats
from games.solvers.equilibrium_polygons.lotteries import minkowski_lottery, minkowski_sum
from games.solvers.equilibrium_polygons.operator import RowArrays, law_sum
from tests.support.polygons import SHAPES, polygon, supports


def two_successors(weight: Floats, discount: Floats) -> RowArrays:
    """One law that leads to two states; the rest is not looked at."""
    rows, payoffs = np.empty(0, dtype=np.int64), np.empty((0, 2))
    return RowArrays(
        first=rows, counts=np.empty((0, 2), dtype=np.int64), stage=payoffs, payoff=payoffs, discount=discount, law=rows,
        law_pointer=np.array([0, 2]), law_state=np.array([0, 1]), law_weight=weight, by_law=rows, outcome=rows)


@pytest.mark.parametrize(("a", "b"), list(product(SHAPES, SHAPES)))
def test_sum_of_two_polygons_is_the_hull_of_sums_of_vertices(a: str, b: str) -> None:
    summands = [polygon(a), polygon(b)]
    polygons = np.zeros((2, 12, 2))
    sizes = np.array([len(p) for p in summands])
    for k, p in enumerate(summands):
        polygons[k, : len(p)] = p
    weight, discount = np.array([0.3, 0.7]), np.array([0.9, 0.5])
    game = two_successors(weight, discount)
    out, edges, spare = np.empty((40, 2)), np.empty((40, 2)), np.empty((40, 2))
    n = law_sum(0, game, polygons, sizes, edges, spare, out)
    every = np.array([discount * (0.3 * p + 0.7 * q) for p in summands[0] for q in summands[1]])
    assert np.abs(supports(out[:n]) - supports(every)).max() < 1e-14
    sizes[1] = 0
    assert law_sum(0, game, polygons, sizes, edges, spare, out) == 0


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(sorted(SHAPES)), min_size=1, max_size=3),
    st.integers(0, 10**6),
    st.sampled_from([(0.9, 0.9), (0.5, 0.9), (0.0, 0.7)]),
)
def test_lotteries_over_vertices_of_summands_meet_any_point_of_the_sum(
    names: list[str], seed: int, discount: tuple[float, float]
) -> None:
    rng = np.random.default_rng(seed)
    parts = [polygon(name) for name in names]
    weight = rng.dirichlet(np.ones(len(parts)))
    inside = [rng.dirichlet(np.full(len(p), 0.3)) @ p for p in parts]
    scale = np.array(discount)
    target = scale * sum(w * x for w, x in zip(weight, inside, strict=True))
    mixes = minkowski_lottery(minkowski_sum(parts, weight), target, scale)
    met = scale * sum(
        w * sum(float(p) * part[k] for k, p in mix) for w, part, mix in zip(weight, parts, mixes, strict=True)
    )
    for mix in mixes:
        assert sum(p for _, p in mix) == Fraction(1)
        assert all(p > 0 for _, p in mix)
        assert len(mix) <= 4
    assert np.abs(met - target).max() < 1e-8
