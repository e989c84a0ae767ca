"""Inner sets that only shrink: what enforced payoffs and the set they were enforced from have in common.

Hulls of the extreme points that a set enforces in finitely many directions need not lie in that set, nor settle: they
can run in circles for ever.  Their common part with the set from which they were enforced lies in it, so that a
sequence of common parts shrinks, and settles; and where it does, its corners are lotteries over enforced payoffs.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats
from games.numerics.polygons import cut, hull_of

FLAT = 1e-16
"""Twice the area of a triangle below which it is a line."""

OFF = 1e-9
"""How far beyond a triangle, as a share, a point may lie that counts as one of it: rounding."""


def common_part(first: Floats, second: Floats, normals: Floats) -> Floats | None:
    """Extreme points of the common part of two polygons in every direction; None if it is empty, or one of them flat.

    ``first``, ``second``  Float[k, 2] points whose hulls are meant; ``normals`` Float[m, 2].  Returns Float[m, 2].
    """
    left, right = hull_of(first), hull_of(second)
    if min(len(left), len(right)) < 3:
        return None
    size = len(left)
    now, out = np.empty((size + len(right) + 4, 2)), np.empty((size + len(right) + 4, 2))
    now[:size] = left
    for here, edge in zip(right, np.roll(right, -1, axis=0) - right, strict=True):
        x, y = float(edge[1]), float(-edge[0])
        size = cut(now, size, x, y, x * float(here[0]) + y * float(here[1]), out)
        if size == 0:
            return None
        now, out = out, now
    part = now[:size]
    return np.asarray(part[np.argmax(normals @ part.T, axis=1)])


def lottery_over(points: Floats, target: Floats, near: float) -> list[tuple[int, float]] | None:
    """At most three of some points with weights that have the target as their mean; None if it lies off their hull.

    ``points``  Float[k, 2], corners of a convex polygon in order, counter-clockwise, repeated ones allowed.
    ``near``    a point nearer than this is the target.
    """
    distance = np.abs(points - target).max(axis=1)
    nearest = int(np.argmin(distance))
    if distance[nearest] < near:
        return [(nearest, 1.0)]
    a, b, c = points[0], points[1:-1], points[2:]
    area = (b[:, 0] - a[0]) * (c[:, 1] - a[1]) - (b[:, 1] - a[1]) * (c[:, 0] - a[0])
    proper = np.flatnonzero(np.abs(area) > FLAT)
    if not len(proper):
        return None
    b, c, area = b[proper], c[proper], area[proper]
    u, v = target - a
    of_b = (u * (c[:, 1] - a[1]) - v * (c[:, 0] - a[0])) / area
    of_c = ((b[:, 0] - a[0]) * v - (b[:, 1] - a[1]) * u) / area
    shares = np.stack([1.0 - of_b - of_c, of_b, of_c], axis=1)
    best = int(np.argmax(shares.min(axis=1)))
    if shares[best].min() < -OFF:
        return None
    weights = np.maximum(shares[best], 0.0)
    weights /= weights.sum()
    corners = (0, int(proper[best]) + 1, int(proper[best]) + 2)
    return [(j, float(w)) for j, w in zip(corners, weights.tolist(), strict=True) if w > 0.0]
