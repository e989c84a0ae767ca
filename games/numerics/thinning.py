"""Polygons with fewer vertices: around a given one, or inside it.  Polygons are as in ``games.numerics.polygons``."""

from __future__ import annotations

import numpy as np

from games.numerics.compiled import kernel
from games.numerics.polygons import FLAT, Points, convex_hull


@kernel
def merge_short_edges(polygon: Points, n: int, tau: float) -> int:
    """Replace edges by the corner where their neighbours meet, if it is no farther off than ``tau``; the new size.

    The result contains the polygon.  In place.
    """
    k = 0
    since = 0
    while n >= 4 and since < n:
        a, b, c, d = (k + n - 1) % n, k % n, (k + 1) % n, (k + 2) % n
        ux, uy = polygon[b, 0] - polygon[a, 0], polygon[b, 1] - polygon[a, 1]
        vx, vy = polygon[d, 0] - polygon[c, 0], polygon[d, 1] - polygon[c, 1]
        ex, ey = polygon[c, 0] - polygon[b, 0], polygon[c, 1] - polygon[b, 1]
        turn = ux * vy - uy * vx
        merged = False
        if turn > 0.0:
            beyond = (ex * vy - ey * vx) / turn
            px, py = beyond * ux, beyond * uy
            # Next to nearly parallel neighbours the corner is far off, however little it stands above the edge's line.
            square = ex * ex + ey * ey
            along = min(max((px * ex + py * ey) / square, 0.0), 1.0) if square > 0.0 else 0.0
            if beyond >= 0.0 and np.hypot(px - along * ex, py - along * ey) <= tau:
                polygon[b, 0] += px
                polygon[b, 1] += py
                for m in range(c, n - 1):
                    polygon[m, 0] = polygon[m + 1, 0]
                    polygon[m, 1] = polygon[m + 1, 1]
                n -= 1
                merged = True
                k = b if c > b else b - 1
        if merged:
            since = 0
        else:
            since += 1
            k += 1
    return n


@kernel
def keep_extremes(polygon: Points, n: int, most: int) -> int:
    """Keep the vertices that are extreme in one of ``most`` directions evenly round the circle; the new size.

    The result lies inside the polygon and has the same least and greatest coordinates (``most`` a multiple of 4).
    Directions that do not depend on the polygon keep the choice steady from one iteration to the next.  In place.
    """
    keep = np.zeros(n, dtype=np.bool_)
    for k in range(most):
        angle = 2.0 * np.pi * k / most
        dx, dy = np.cos(angle), np.sin(angle)
        best = 0
        top = polygon[0, 0] * dx + polygon[0, 1] * dy
        for v in range(1, n):
            level = polygon[v, 0] * dx + polygon[v, 1] * dy
            if level > top + 1e-13:
                top = level
                best = v
        keep[best] = True
    kept = 0
    for v in range(n):
        if keep[v]:
            polygon[kept, 0] = polygon[v, 0]
            polygon[kept, 1] = polygon[v, 1]
            kept += 1
    return kept


def coarsened(polygon: Points, size: int) -> Points:
    """Float[k, 2]: a polygon around the given one (scaled to a range of one) with at most ``size`` >= 4 vertices."""
    out = np.ascontiguousarray(polygon, dtype=np.float64)
    n = len(out)
    tau = FLAT
    while n > size:
        n = merge_short_edges(out, n, tau)
        tau *= 2.0
    if n == len(polygon):
        return out
    hull = np.empty((n + 1, 2))
    return hull[: convex_hull(out[:n].copy(), n, hull)]
