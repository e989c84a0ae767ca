"""Convex polygons in the plane with rational corners: hulls and half-planes; points, segments and nothing as well.

A polygon lists its corners counter-clockwise, from the lowest (the leftmost of the lowest) on.

Sources: Andrew (1979), monotone chain; Sutherland and Hodgman (1974), clipping.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

Point = tuple[Fraction, Fraction]


def exact_hull(points: Iterable[Point]) -> list[Point]:
    """The corners of the hull of points.

    >>> square = exact_hull((Fraction(x), Fraction(y)) for x in range(3) for y in range(2))
    >>> [(int(x), int(y)) for x, y in square]
    [(0, 0), (2, 0), (2, 1), (0, 1)]
    """
    ordered = sorted(set(points), key=lambda p: (p[1], p[0]))
    if len(ordered) <= 2:
        return ordered
    chains: list[list[Point]] = []
    for way in (ordered, ordered[::-1]):
        chain: list[Point] = []
        for point in way:
            while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def exact_part(polygon: Sequence[Point], axis: int, least: Fraction) -> list[Point]:
    """The part of a polygon whose coordinate ``axis`` is at least so much."""
    kept: list[Point] = []
    for k, point in enumerate(polygon):
        before = polygon[k - 1]
        if (point[axis] >= least) != (before[axis] >= least):
            share = (least - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
        if point[axis] >= least:
            kept.append(point)
    return exact_hull(kept)


def _turn(a: Point, b: Point, c: Point) -> Fraction:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
