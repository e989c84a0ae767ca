"""Hulls of points and intersections of half-spaces in few dimensions, in floating point; flat ones too.

Source: Barber, Dobkin and Huhdanpaa (1996), quickhull; Lawson and Hanson (1974), non-negative least squares.
"""

from __future__ import annotations

import numpy as np
import scipy

from games.numerics.arrays import Floats, Ints

FLAT = 1e-9
"""Points that reach no further out of a plane than this share of their spread lie in it."""

LOOSEN = 1e-9
"""Half-spaces are widened by this share of their spread where they leave no interior."""


def extreme(points: Floats) -> Ints:
    """Int[k]: which points (Float[m, n]) are corners of their hull, the first of equal ones; in ascending order."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    _, first = np.unique(points, axis=0, return_index=True)
    first = np.sort(first)
    flat = _within(points[first])
    if flat.shape[1] == 0:
        return first[:1]
    if flat.shape[1] == 1:
        return np.unique(first[[flat[:, 0].argmin(), flat[:, 0].argmax()]])
    try:
        return np.sort(first[scipy.spatial.ConvexHull(flat).vertices])
    except scipy.spatial.QhullError:
        return first


def facets(points: Floats) -> tuple[Floats, Floats]:
    """Half-spaces whose intersection is a hull: unit normals Float[k, n] and levels Float[k].

    A flat hull has two for every direction that it does not reach out in.  ``points`` Float[m, n], m at least 1.
    """
    n = points.shape[1]
    middle, axes, rank = _frame(points)
    flat = (points - middle) @ axes[:rank].T
    normals = [axes[rank:], -axes[rank:]]
    if rank == 1:
        normals += [axes[:1], -axes[:1]]
    elif rank > 1:
        try:
            found = np.unique(scipy.spatial.ConvexHull(flat).equations[:, :-1].round(12), axis=0)
        except scipy.spatial.QhullError:
            found = np.concatenate([np.eye(rank), -np.eye(rank)])
        normals.append(found @ axes[:rank])
    joined = np.concatenate(normals).reshape(-1, n)
    joined = joined / np.linalg.norm(joined, axis=1)[:, None]
    return joined, (points @ joined.T).max(axis=0)


def corners(normals: Floats, levels: Floats) -> Floats | None:
    """Float[k, n]: corners of {x: normals x <= levels}, which is bounded; None where they cannot be told.

    Without interior the half-spaces are widened a little first, so that their corners hold the set in any case.
    """
    size = np.linalg.norm(normals, axis=1)
    units, at = normals / size[:, None], levels / size
    n = normals.shape[1]
    spread = float(np.ptp(at)) or 1.0
    for wider in (0.0, LOOSEN * spread, 100 * LOOSEN * spread):
        inside = scipy.optimize.linprog(
            np.append(np.zeros(n), -1.0), A_ub=np.column_stack([units, np.ones(len(units))]), b_ub=at + wider,
            bounds=[(None, None)] * n + [(None, spread)], method="highs")
        if inside.x is None or inside.x[-1] < LOOSEN * spread / 4:
            continue
        try:
            half_spaces = np.column_stack([units, -at - wider])
            found = scipy.spatial.HalfspaceIntersection(half_spaces, inside.x[:-1]).intersections
        except scipy.spatial.QhullError:
            continue
        if np.isfinite(found).all():
            return np.asarray(found)
    return None


def greatest(normals: Floats, levels: Floats, direction: Floats) -> float:
    """The most of a direction over {x: normals x <= levels}: -inf if that is empty, inf if there is no bound."""
    found = scipy.optimize.linprog(-direction, A_ub=normals, b_ub=levels, bounds=(None, None), method="highs")
    if found.status == 2:
        return -np.inf
    return np.inf if found.fun is None else -float(found.fun)


def towards(point: Floats, points: Floats) -> Floats:
    """Float[n]: from the nearest place in the hull of points (Float[m, n]) to a point, up to rounding.

    That place is a mixture of the points whatever the rounding, so it is never nearer than the hull.
    """
    ahead = point - points
    size = float(np.abs(ahead).max())
    if size == 0.0:
        return np.zeros(len(point))
    # The last row asks for weights that sum to one.
    sums = np.vstack([ahead.T / size, np.full(len(points), 1e3)])
    weight, _ = scipy.optimize.nnls(sums, np.append(np.zeros(len(point)), 1e3))
    return np.asarray(weight @ ahead / weight.sum())


def gaps(outer: Floats, inner: Floats, most: int = 1) -> Floats:
    """Float[k, n]: for points that lie furthest from the hull of others, the way there; at most so many, longest first.

    None where all lie in the hull.  The first is as long as any.
    """
    nearest = np.array([np.linalg.norm(inner - x, axis=1).min() for x in outer])
    found: list[tuple[float, Floats]] = []
    for k in np.argsort(-nearest, kind="stable"):
        if nearest[k] <= (found[most - 1][0] if len(found) >= most else 0.0):
            break
        way = towards(outer[k], inner)
        found.append((float(np.linalg.norm(way)), way))
        found.sort(key=lambda item: -item[0])
    return np.array([way for _, way in found[:most]]).reshape(-1, outer.shape[1])


def _frame(points: Floats) -> tuple[Floats, Floats, int]:
    """The middle of points, orthonormal axes Float[n, n], and how many of them the points reach out along."""
    middle = points.mean(axis=0)
    _, reach, axes = np.linalg.svd(points - middle, full_matrices=True)
    return middle, axes, int((reach > FLAT * max(float(np.abs(points - middle).max()), 1e-300)).sum())


def _within(points: Floats) -> Floats:
    """Points in coordinates of the least flat that holds them."""
    middle, axes, rank = _frame(points)
    return (points - middle) @ axes[:rank].T
