"""Kernels for convex polygons against slow, obvious computations, degenerate polygons included."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from games.numerics.components import components
from games.numerics.polygons import clip, cut, distance, hausdorff, hull_of
from games.numerics.thinning import coarsened, merge_short_edges
from games.solvers.equilibrium_polygons.lotteries import minkowski_lottery, minkowski_sum
from games.solvers.equilibrium_polygons.operator import RowArrays, law_sum

Floats = NDArray[np.float64]

SHAPES = {
    "point": [[0.2, 0.3]],
    "level segment": [[0.0, 0.0], [1.0, 0.0]],
    "upright segment": [[0.5, 0.0], [0.5, 1.0]],
    "falling segment": [[1.0, 0.0], [0.0, 1.0]],
    "triangle": [[0.0, 0.0], [1.0, 0.0], [0.3, 0.8]],
    "square": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
    "octagon": [[np.cos(t), np.sin(t)] for t in np.arange(8) * np.pi / 4],
}


def directions(count: int = 180) -> Floats:
    angle = np.arange(count) * 2 * np.pi / count
    return np.column_stack([np.cos(angle), np.sin(angle)])


def supports(polygon: Floats) -> Floats:
    return np.asarray((polygon @ directions().T).max(axis=0))


def polygon(name: str) -> Floats:
    return hull_of(np.array(SHAPES[name]))


def counter_clockwise(p: Floats) -> bool:
    if len(p) < 3:
        return True
    edge = np.roll(p, -1, axis=0) - p
    after = np.roll(edge, -1, axis=0)
    return bool(np.all(edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0] > 0))


@pytest.mark.parametrize("seed", range(20))
def test_hull_has_the_vertices_that_another_library_finds(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(200, 2))
    ours = hull_of(points)
    assert counter_clockwise(ours)
    assert hausdorff(ours, points[ConvexHull(points).vertices]) < 1e-12


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=40))
def test_hull_of_points_with_ties_contains_them_all_and_nothing_else(points: list[tuple[int, int]]) -> None:
    array = np.array(points, dtype=float).reshape(-1, 2)
    hull = hull_of(array)
    assert counter_clockwise(hull)
    assert {tuple(v) for v in hull.round(9) + 0.0} <= {tuple(v) for v in array + 0.0}
    for x, y in array:
        assert distance(np.ascontiguousarray(hull), len(hull), x, y) < 1e-12


def test_hull_keeps_the_far_end_of_a_level_bottom_edge_blurred_by_rounding() -> None:
    """Three points at the bottom whose heights differ in the last bit, in every order, and one on top."""
    for heights in product((0.0, 4e-17, 8e-17), repeat=3):
        points = np.array([[0.0, heights[0]], [0.4, heights[1]], [1.0, heights[2]], [0.5, 1.0]])
        assert np.abs(supports(hull_of(points)) - supports(points)).max() < 1e-12


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


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("bound", [-2.0, 0.0, 0.25, 0.5, 0.999, 1.0, 2.0])
def test_clipping_keeps_exactly_the_part_above_the_bound(name: str, axis: int, bound: float) -> None:
    p = polygon(name)
    out = np.empty((len(p) + 2, 2))
    n = clip(p, len(p), axis, bound, 1e-14, out)
    if p[:, axis].max() < bound - 1e-14:
        assert n == 0
        return
    kept = out[:n]
    assert kept[:, axis].min() >= bound - 1e-14
    for x, y in kept:
        assert distance(p, len(p), x, y) < 1e-14
    for corner in p[p[:, axis] >= bound]:
        assert np.hypot(*(kept - corner).T).min() == 0.0
    straddles = p[:, axis].min() < bound < p[:, axis].max()
    assert not straddles or kept[:, axis].min() == pytest.approx(bound, abs=1e-14)


def test_a_bound_missed_by_rounding_keeps_the_nearest_face_and_one_missed_by_more_keeps_nothing() -> None:
    p = polygon("square")
    out = np.empty((8, 2))
    n = clip(p, 4, 1, 1.0 + 1e-15, 1e-14, out)
    assert set(map(tuple, out[:n].tolist())) == {(0.0, 1.0), (1.0, 1.0)}
    assert clip(p, 4, 1, 1.0 + 1e-12, 1e-14, out) == 0


def test_cutting_by_a_slanted_line() -> None:
    p = polygon("square")
    out = np.empty((8, 2))
    n = cut(p, 4, 1.0, 1.0, 1.0, out)
    assert hausdorff(hull_of(out[:n]), np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) < 1e-15
    assert cut(p, 4, 1.0, 1.0, -0.5, out) == 0


@pytest.mark.parametrize("tau", [1e-6, 1e-3, 1e-2])
def test_merging_short_edges_only_ever_enlarges_and_by_no_more_than_allowed(tau: float) -> None:
    angle = np.sort(np.random.default_rng(3).random(120) * 2 * np.pi)
    p = hull_of(np.column_stack([np.cos(angle), 0.6 * np.sin(angle)]))
    merged = p.copy()
    n = merge_short_edges(merged, len(p), tau)
    gain = supports(merged[:n]) - supports(p)
    assert gain.min() >= -1e-15
    assert n <= len(p)
    assert gain.max() <= 3 * tau


def test_coarsened_polygon_contains_the_fine_one_and_has_few_vertices() -> None:
    angle = np.arange(200) * np.pi / 100
    p = hull_of(0.5 * np.column_stack([np.cos(angle), np.sin(angle)]))
    coarse = coarsened(p, 24)
    assert len(coarse) <= 24
    assert (supports(coarse) - supports(p)).min() + 1e-14 >= 0
    assert (supports(coarse) - supports(p)).max() < 0.02


def test_distance_between_sets() -> None:
    empty = np.empty((0, 2))
    assert hausdorff(empty, empty) == 0.0
    assert hausdorff(polygon("square"), empty) == np.inf
    assert hausdorff(polygon("square"), np.array([[0.0, 0.0]])) == pytest.approx(np.sqrt(2))


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


def test_components_come_downstream_first_and_a_clock_runs_backwards() -> None:
    """Years 0 to 9 lead round, with two states a year; the last year may also end for good."""
    years, arcs = 10, []
    for year in range(years):
        after = (year + 1) % years
        for _ in range(2):
            arcs.append([2 * after, 2 * after + 1] + ([20] if year == 9 else []))
    arcs.append([20])
    pointer = np.concatenate([[0], np.cumsum([len(a) for a in arcs])])
    found = components(pointer, np.concatenate(arcs), root=0)
    assert [len(c.states) for c in found] == [1, 20]
    assert all(c.cyclic for c in found)
    assert (found[1].states // 2).tolist() == [year for year in range(9, -1, -1) for _ in range(2)]


def test_a_state_without_a_loop_is_no_cycle() -> None:
    chain = components(np.array([0, 1, 2, 3]), np.array([1, 2, 2]))
    assert [(c.states.tolist(), c.cyclic) for c in chain] == [([2], True), ([1], False), ([0], False)]
