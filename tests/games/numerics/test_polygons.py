"""Kernels for convex polygons against slow, obvious computations, degenerate polygons included."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from games.numerics.arrays import Floats
from games.numerics.polygons import clip, cut, distance, excess, hausdorff, hull_of
from games.numerics.thinning import coarsened, merge_short_edges
from tests.support.polygons import SHAPES, polygon, supports


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


def test_a_vertex_that_misses_the_bound_by_rounding_is_kept() -> None:
    """A segment whose ends differ in the last digit does not lose the lower one."""
    segment, out = np.array([[1.0 - 1e-16, 0.0], [1.0, 2.0]]), np.empty((4, 2))
    assert clip(segment, 2, 0, 1.0, 1e-14, out) == 2
    assert out[:2].tolist() == segment.tolist()


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


@pytest.mark.parametrize("thin", [1e-4, 1e-7, 1e-10, 1e-13])
def test_no_corner_of_a_merged_sliver_is_farther_off_than_allowed(thin: float) -> None:
    """Where nearly parallel edges meet is far away, even if it hardly rises above the edge between them."""
    rng = np.random.default_rng(11)
    for _ in range(200):
        p = hull_of(np.column_stack([rng.random(12), thin * rng.random(12)]) @ rng.normal(size=(2, 2)))
        merged = p.copy()
        n = merge_short_edges(merged, len(p), 1e-2)
        assert excess(merged, n, p, len(p)) <= 3e-2
        assert excess(p, len(p), merged, n) <= 1e-12


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
