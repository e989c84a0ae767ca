"""Hulls and half-spaces in few dimensions, flat ones too: against what they must be by construction."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from games.numerics.polytopes import corners, extreme, facets, gaps, greatest, towards

CUBE = np.array(list(product((0.0, 1.0), repeat=3)))


def test_corners_of_a_hull_are_found_among_other_points() -> None:
    inside = np.random.default_rng(1).random((20, 3)) * 0.9 + 0.05
    points = np.concatenate([inside, CUBE, CUBE])
    assert extreme(points).tolist() == list(range(20, 28))


@pytest.mark.parametrize(("points", "corner"), [
    ([[1.0, 2, 3]] * 3, [0]),
    ([[0.0, 0, 0], [2, 2, 2], [1, 1, 1], [3, 3, 3]], [0, 3]),
    ([[0.0, 0, 5], [1, 0, 5], [0, 1, 5], [1, 1, 5], [0.5, 0.5, 5]], [0, 1, 2, 3]),
])
def test_flat_hulls_have_corners_and_facets(points: list[list[float]], corner: list[int]) -> None:
    array = np.array(points)
    assert extreme(array).tolist() == corner
    normals, levels = facets(array)
    assert (array @ normals.T <= levels + 1e-12).all()
    middle = array.mean(axis=0)
    for k in range(3):
        beside = middle + 4 * np.eye(3)[k]
        assert (normals @ beside > levels + 1e-6).any()
    found = corners(normals, levels)
    assert found is not None
    assert np.linalg.norm(gaps(found, array[corner]), axis=1).max(initial=0.0) < 1e-6


def test_half_spaces_and_points_are_two_forms_of_a_hull() -> None:
    points = np.random.default_rng(4).normal(size=(30, 4))
    points = points[extreme(points)]
    found = corners(*facets(points))
    assert found is not None
    assert len(gaps(found, points)) == 0 or np.linalg.norm(gaps(found, points)[0]) < 1e-9
    assert np.linalg.norm(gaps(points, found), axis=1).max(initial=0.0) < 1e-9
    direction = np.array([1.0, -2, 0.5, 3])
    assert greatest(*facets(points), direction) == pytest.approx((points @ direction).max())


def test_what_is_empty_or_has_no_bound_is_said_to() -> None:
    axis = np.array([[1.0, 0], [-1, 0]])
    assert greatest(axis, np.array([0.0, -1]), np.array([1.0, 0])) == -np.inf
    assert greatest(axis, np.array([1.0, 1]), np.array([0.0, 1])) == np.inf


def test_the_way_to_a_hull_is_the_shortest() -> None:
    assert towards(np.array([2.0, 0.5, 0.5]), CUBE) == pytest.approx([1, 0, 0], abs=1e-6)
    assert np.linalg.norm(towards(np.array([0.3, 0.5, 0.5]), CUBE)) < 1e-9
    assert towards(np.array([2.0, 2, 2]), CUBE) == pytest.approx([1, 1, 1], abs=1e-6)
    ways = gaps(np.array([[2.0, 0.5, 0.5], [0.5, 4, 0.5], [0.5, 0.5, 0.5]]), CUBE, 2)
    assert np.linalg.norm(ways, axis=1) == pytest.approx([3, 1], abs=1e-6)
