"""Points of weighted Minkowski sums as mixtures of vertices, with rational weights."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mix = tuple[tuple[int, Fraction], ...]
"""(vertex, probability) pairs, probabilities positive and summing to 1 exactly."""

LARGEST_DENOMINATOR = 10**10
NEAR = 1e-9


def minkowski_lottery(polygons: list[Floats], weights: Floats, target: Floats, discount: Floats) -> list[Mix]:
    """Per summand a lottery over its vertices, so that ``discount`` * sum of weight * expected vertex is ``target``.

    ``polygons``  Float[k, 2] each; ``weights`` Float[summands]; ``discount`` Float[2]; ``target`` Float[2] in the sum
    (or the nearest point of it).  The lotteries are tied to one another: the same mixture of one to four vertex tuples.
    """
    corners, tuples = _sum_vertices(polygons, weights)
    corners = corners * discount
    near = np.hypot(*(corners - target).T)
    k = int(near.argmin())
    if near[k] <= NEAR or len(corners) == 1:
        return _mixture([(tuples[k], Fraction(1))], len(polygons))
    on_edge = _on_boundary(corners, target)
    if on_edge[0] <= NEAR:
        return _mixture(_edge(tuples, on_edge[1], on_edge[2]), len(polygons))
    # Inside: between the two boundary points level with the target.
    ends = []
    for a in range(len(corners)):
        b = (a + 1) % len(corners)
        low, high = corners[a, 1] - target[1], corners[b, 1] - target[1]
        if low * high < 0.0 or (low == 0.0 and high != 0.0):
            share = low / (low - high)
            ends.append((corners[a, 0] + share * (corners[b, 0] - corners[a, 0]), a, share))
    if len(ends) < 2:
        return _mixture(_edge(tuples, on_edge[1], on_edge[2]), len(polygons))
    left, right = min(ends), max(ends)
    share = _simple((target[0] - left[0]) / (right[0] - left[0])) if right[0] > left[0] else Fraction(0)
    parts = [(t, p * (1 - share)) for t, p in _edge(tuples, left[1], left[2])]
    parts += [(t, p * share) for t, p in _edge(tuples, right[1], right[2])]
    return _mixture(parts, len(polygons))


def _sum_vertices(polygons: list[Floats], weights: Floats) -> tuple[Floats, list[tuple[int, ...]]]:
    """Vertices of a weighted Minkowski sum, and for each the vertex of every summand that it is made of."""
    angle: list[float] = []
    step: list[tuple[int, Floats]] = []
    for j, polygon in enumerate(polygons):
        if len(polygon) > 1:
            for edge in np.roll(polygon, -1, axis=0) - polygon:
                turn = float(np.arctan2(edge[1], edge[0]))
                angle.append(turn if turn >= 0.0 else turn + 2 * np.pi)
                step.append((j, weights[j] * edge))
    here = np.zeros(2)
    for polygon, weight in zip(polygons, weights, strict=True):
        here = here + weight * polygon[0]
    at = [0] * len(polygons)
    corners, tuples = [here], [tuple(at)]
    for k in np.argsort(np.array(angle), kind="stable")[:-1] if angle else ():
        j, edge = step[int(k)]
        at[j] = (at[j] + 1) % len(polygons[j])
        here = here + edge
        corners.append(here)
        tuples.append(tuple(at))
    return np.array(corners), tuples


def _on_boundary(corners: Floats, target: Floats) -> tuple[float, int, float]:
    """Nearest point of the boundary: distance, edge, share of the edge."""
    edge = np.roll(corners, -1, axis=0) - corners
    square = np.maximum((edge**2).sum(axis=1), 1e-300)
    share = np.clip(((target - corners) * edge).sum(axis=1) / square, 0.0, 1.0)
    miss = np.hypot(*(target - corners - share[:, None] * edge).T)
    # Of edges equally near the longest: short ones carry more rounding.
    candidates = np.flatnonzero(miss <= miss.min() + 1e-12)
    k = int(candidates[np.argmax(square[candidates])])
    return float(miss[k]), k, float(share[k])


def _edge(tuples: list[tuple[int, ...]], edge: int, share: float) -> list[tuple[tuple[int, ...], Fraction]]:
    weight = _simple(share)
    ends = [(tuples[edge], 1 - weight), (tuples[(edge + 1) % len(tuples)], weight)]
    return [(t, p) for t, p in ends if p]


def _mixture(parts: list[tuple[tuple[int, ...], Fraction]], summands: int) -> list[Mix]:
    out: list[Mix] = []
    for j in range(summands):
        mix: dict[int, Fraction] = {}
        for vertices, p in parts:
            if p:
                mix[vertices[j]] = mix.get(vertices[j], Fraction(0)) + p
        out.append(tuple(sorted(mix.items())))
    return out


def _simple(share: float) -> Fraction:
    """A fraction of small denominator within 1e-10 of a share, kept in [0, 1]."""
    return Fraction(min(max(share, 0.0), 1.0)).limit_denominator(LARGEST_DENOMINATOR)
