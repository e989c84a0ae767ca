"""Kernels for convex polygons in the plane; points, segments and the empty set are ordinary values.

A polygon is the first ``n`` rows of a Float[capacity, 2] array, counter-clockwise, starting at the lowest vertex (the
leftmost of the lowest), so that its edges come sorted by angle in [0, 2 pi).  ``n`` = 0 is the empty set, 1 a point,
2 a segment.

Tolerance policy: callers scale every coordinate to a range of one first.  Heights below ``FLAT`` are rounding noise.
A half-plane that misses a polygon by less than the ``slack`` given to ``clip`` keeps the face nearest to it, so ties do
not hang on rounding.

Sources: Andrew (1979), monotone chain; Sutherland and Hodgman (1974), clipping; Guibas and Seidel (1987), Minkowski
sums by merging edges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Ints
from games.numerics.compiled import kernel

FLAT = 1e-15

Points = NDArray[np.float64]


@kernel
def _sort_upwards(points: Points, n: int) -> NDArray[np.int64]:
    """Indices of the first ``n`` points by (y, x): a merge sort, so that ties cost nothing."""
    order = np.arange(n)
    other = np.empty(n, np.int64)
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle = min(low + width, n)
            high = min(low + 2 * width, n)
            i, j = low, middle
            for k in range(low, high):
                take_left = j >= high
                if i < middle and j < high:
                    p, q = order[i], order[j]
                    take_left = points[p, 1] < points[q, 1] or (
                        points[p, 1] == points[q, 1] and points[p, 0] <= points[q, 0])
                if take_left:
                    other[k] = order[i]
                    i += 1
                else:
                    other[k] = order[j]
                    j += 1
        order, other = other, order
        width *= 2
    return order


@kernel
def _drop_inner_points(points: Points, n: int) -> int:
    """Move to the front the points that are not well inside the octagon of extreme points; how many there are."""
    extreme = np.zeros(8, np.int64)
    best = np.full(8, -np.inf)
    for k in range(n):
        x, y = points[k, 0], points[k, 1]
        for d, value in enumerate((-y, x - y, x, x + y, y, y - x, -x, -x - y)):
            if value > best[d]:
                best[d] = value
                extreme[d] = k
    corner = np.empty((8, 2))
    for d in range(8):
        corner[d, 0] = points[extreme[d], 0]
        corner[d, 1] = points[extreme[d], 1]
    kept = 0
    for k in range(n):
        x, y = points[k, 0], points[k, 1]
        inside = True
        for d in range(8):
            e = (d + 1) % 8
            dx, dy = corner[e, 0] - corner[d, 0], corner[e, 1] - corner[d, 1]
            if (dx != 0.0 or dy != 0.0) and dx * (y - corner[d, 1]) - dy * (x - corner[d, 0]) <= FLAT:
                inside = False
                break
        if not inside:
            points[kept, 0] = x
            points[kept, 1] = y
            kept += 1
    return kept


@kernel
def _flat(points: Points, a: int, b: int, c: int) -> bool:
    """Whether going a, b, c does not turn left by more than rounding, or turns back."""
    ux, uy = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1]
    vx, vy = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1]
    cross = ux * vy - uy * vx
    if cross <= 0.0:
        return True
    between = ux * (vx - ux) + uy * (vy - uy) >= 0.0
    return bool(between and cross * cross <= FLAT * FLAT * (vx * vx + vy * vy))


@kernel
def convex_hull(points: Points, n: int, out: Points) -> int:
    """Hull of the first ``n`` points into ``out`` (at least n + 1 rows); its size.  Reorders ``points``."""
    if n > 32:
        n = _drop_inner_points(points, n)
    if n == 0:
        return 0
    order = _sort_upwards(points, n)
    chain = np.empty(2 * n + 1, np.int64)
    size = 0
    for k in range(n):
        while size >= 2 and _flat(points, chain[size - 2], chain[size - 1], order[k]):
            size -= 1
        chain[size] = order[k]
        size += 1
    right = size
    for k in range(n - 2, -1, -1):
        while size > right and _flat(points, chain[size - 2], chain[size - 1], order[k]):
            size -= 1
        chain[size] = order[k]
        size += 1
    if size > 1:
        size -= 1
    widest = 0.0
    for k in range(size):
        out[k, 0] = points[chain[k], 0]
        out[k, 1] = points[chain[k], 1]
        widest = max(widest, abs(out[k, 0] - out[0, 0]), abs(out[k, 1] - out[0, 1]))
    return 1 if widest <= FLAT else size


@kernel
def clip(polygon: Points, n: int, axis: int, bound: float, slack: float, out: Points) -> int:
    """The part with coordinate ``axis`` at least ``bound``, into ``out`` (at least n + 2 rows); its size.

    All of it if no vertex misses the bound by more than ``slack``, which may be rounding; otherwise, if all miss it and
    some by no more than that, the face nearest to it.  The result may repeat points.
    """
    if n == 0:
        return 0
    top = -np.inf
    low = np.inf
    for k in range(n):
        top = max(top, polygon[k, axis])
        low = min(low, polygon[k, axis])
    if top < bound - slack:
        return 0
    size = 0
    if low >= bound - slack:
        for k in range(n):
            out[k, 0] = polygon[k, 0]
            out[k, 1] = polygon[k, 1]
        return n
    bound = min(bound, top)
    other = 1 - axis
    previous = n - 1
    for k in range(n):
        a, b = polygon[previous, axis], polygon[k, axis]
        if (a >= bound) != (b >= bound):
            share = (bound - a) / (b - a)
            out[size, axis] = bound
            out[size, other] = polygon[previous, other] + share * (polygon[k, other] - polygon[previous, other])
            size += 1
        if b >= bound:
            out[size, 0] = polygon[k, 0]
            out[size, 1] = polygon[k, 1]
            size += 1
        previous = k
    return size


@kernel
def cut(polygon: Points, n: int, dx: float, dy: float, level: float, out: Points) -> int:
    """The part where ``dx * x + dy * y <= level``, into ``out`` (at least n + 2 rows); its size."""
    size = 0
    previous = n - 1
    for k in range(n):
        a = dx * polygon[previous, 0] + dy * polygon[previous, 1] - level
        b = dx * polygon[k, 0] + dy * polygon[k, 1] - level
        if (a <= 0.0) != (b <= 0.0):
            share = a / (a - b)
            out[size, 0] = polygon[previous, 0] + share * (polygon[k, 0] - polygon[previous, 0])
            out[size, 1] = polygon[previous, 1] + share * (polygon[k, 1] - polygon[previous, 1])
            size += 1
        if b <= 0.0:
            out[size, 0] = polygon[k, 0]
            out[size, 1] = polygon[k, 1]
            size += 1
        previous = k
    return size


@kernel
def cut_each(members: Ints, polygons: Points, sizes: Ints, dx: float, dy: float, level: Points) -> None:
    """Cut the polygon of every member s to where ``dx * x + dy * y <= level[s]``."""
    out = np.empty((polygons.shape[1] + 4, 2))
    for s in members:
        n = cut(polygons[s], sizes[s], dx, dy, level[s], out)
        sizes[s] = n
        for k in range(n):
            polygons[s, k, 0] = out[k, 0]
            polygons[s, k, 1] = out[k, 1]


@kernel
def hull_each(members: Ints, polygons: Points, sizes: Ints) -> None:
    """Replace the polygon of every member by its hull."""
    out = np.empty((polygons.shape[1] + 4, 2))
    for s in members:
        n = convex_hull(polygons[s].copy(), sizes[s], out)
        sizes[s] = n
        for k in range(n):
            polygons[s, k, 0] = out[k, 0]
            polygons[s, k, 1] = out[k, 1]


@kernel
def _later(ax: float, ay: float, bx: float, by: float) -> int:
    """Angles of two edges in [0, 2 pi): 1 if the first is larger, -1 if smaller, 0 if parallel up to rounding."""
    upper_a = ay > 0.0 or (ay == 0.0 and ax > 0.0)
    upper_b = by > 0.0 or (by == 0.0 and bx > 0.0)
    if upper_a != upper_b:
        return -1 if upper_a else 1
    cross = ax * by - ay * bx
    if cross * cross <= 1e-31 * (ax * ax + ay * ay) * (bx * bx + by * by):
        return 0
    return -1 if cross > 0.0 else 1


@kernel
def add_edges(edges: Points, n: int, polygon: Points, m: int, weight: float, out: Points) -> int:
    """Merge the edges of ``weight`` * polygon into a list sorted by angle; the length of ``out``.

    Edges stay as they were measured on the summands: re-deriving them from summed vertices could flip their order.
    """
    i = j = size = 0
    sides = m if m >= 2 else 0
    bx = by = 0.0
    fresh = True
    while i < n or j < sides:
        if j < sides and fresh:
            k = j + 1 if j + 1 < m else 0
            bx = weight * (polygon[k, 0] - polygon[j, 0])
            by = weight * (polygon[k, 1] - polygon[j, 1])
            fresh = False
        side = 0
        if i >= n:
            side = 1
        elif j >= sides:
            side = -1
        else:
            side = _later(edges[i, 0], edges[i, 1], bx, by)
        if side <= 0 and i < n:
            out[size, 0] = edges[i, 0]
            out[size, 1] = edges[i, 1]
            i += 1
        else:
            out[size, 0] = 0.0
            out[size, 1] = 0.0
        if side >= 0 and j < sides:
            out[size, 0] += bx
            out[size, 1] += by
            j += 1
            fresh = True
        size += 1
    return size


@kernel
def distance(polygon: Points, n: int, x: float, y: float) -> float:
    """Euclidean distance of a point to a polygon; infinite if the polygon is empty."""
    if n == 0:
        return np.inf
    nearest = np.inf
    inside = n >= 3
    for k in range(n):
        m = k + 1 if k + 1 < n else 0
        ex, ey = polygon[m, 0] - polygon[k, 0], polygon[m, 1] - polygon[k, 1]
        px, py = x - polygon[k, 0], y - polygon[k, 1]
        if ex * py - ey * px < 0.0:
            inside = False
        square = ex * ex + ey * ey
        along = 0.0
        if square > 0.0:
            along = min(1.0, max(0.0, (ex * px + ey * py) / square))
        rx, ry = px - along * ex, py - along * ey
        nearest = min(nearest, rx * rx + ry * ry)
    return 0.0 if inside else np.sqrt(nearest)


@kernel
def excess(polygon: Points, n: int, inner: Points, m: int) -> float:
    """How far ``polygon`` sticks out of ``inner``: the one-sided Hausdorff distance."""
    worst = 0.0
    for k in range(n):
        worst = max(worst, distance(inner, m, polygon[k, 0], polygon[k, 1]))
    return worst


def hull_of(points: Points) -> Points:
    """Float[k, 2]: counter-clockwise hull of Float[n, 2] points, of any scale.

    >>> hull_of(np.array([[0.0, 0], [2, 0], [1, 0], [0, 2]])).tolist()
    [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]]
    """
    if len(points) == 0:
        return np.empty((0, 2))
    centre = points.min(axis=0)
    scale = np.ptp(points, axis=0)
    scale[scale == 0.0] = 1.0
    out = np.empty((len(points) + 1, 2))
    n = convex_hull(np.ascontiguousarray((points - centre) / scale), len(points), out)
    return np.asarray(out[:n] * scale + centre)


def hausdorff(a: Points, b: Points) -> float:
    """Hausdorff distance between two convex polygons; infinite if just one is empty.

    >>> hausdorff(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]))
    5.0
    """
    if len(a) == 0 or len(b) == 0:
        return 0.0 if len(a) == len(b) else float("inf")
    first, second = np.ascontiguousarray(a, dtype=float), np.ascontiguousarray(b, dtype=float)
    return float(max(excess(first, len(a), second, len(b)), excess(second, len(b), first, len(a))))
