"""Points of weighted Minkowski sums as mixtures of vertices, with rational weights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Floats

Mix = tuple[tuple[int, Fraction], ...]
"""(vertex, probability) pairs, probabilities positive and summing to 1 exactly."""

LARGEST_DENOMINATOR = 10**10
NEAR = 1e-9


def minkowski_lottery(found: MinkowskiSum, target: Floats, discount: Floats) -> list[Mix]:
    """Per summand a lottery over its vertices, so that ``discount`` * sum of weight * expected vertex is ``target``.

    ``discount`` Float[2]; ``target`` Float[2] in the sum (or the nearest point of it).  The lotteries are tied to one
    another: the same mixture of one to four vertex tuples.
    """
    corners = found.corners * discount
    near = np.hypot(*(corners - target).T)
    k = int(near.argmin())
    if near[k] <= NEAR or len(corners) == 1:
        return _mixture([(found.vertices(k), Fraction(1))], len(found.counts))
    on_edge = _on_boundary(corners, target)
    if on_edge[0] <= NEAR:
        return _mixture(_edge(found, on_edge[1], on_edge[2]), len(found.counts))
    # Inside: between the two boundary points level with the target.
    ends = []
    for a in range(len(corners)):
        b = (a + 1) % len(corners)
        low, high = corners[a, 1] - target[1], corners[b, 1] - target[1]
        if low * high < 0.0 or (low == 0.0 and high != 0.0):
            share = low / (low - high)
            ends.append((corners[a, 0] + share * (corners[b, 0] - corners[a, 0]), a, share))
    if len(ends) < 2:
        return _mixture(_edge(found, on_edge[1], on_edge[2]), len(found.counts))
    left, right = min(ends), max(ends)
    share = _simple((target[0] - left[0]) / (right[0] - left[0])) if right[0] > left[0] else Fraction(0)
    parts = [(t, p * (1 - share)) for t, p in _edge(found, left[1], left[2])]
    parts += [(t, p * share) for t, p in _edge(found, right[1], right[2])]
    return _mixture(parts, len(found.counts))


@final
@dataclass(frozen=True, eq=False)
class MinkowskiSum:
    """A weighted Minkowski sum: ``corners`` Float[corners, 2], ``turned`` Int[corners - 1]: the summand whose vertex
    changes from one corner to the next; ``counts`` vertices per summand.
    """

    corners: Floats
    turned: NDArray[np.int64]
    counts: tuple[int, ...]

    def vertices(self, corner: int) -> tuple[int, ...]:
        """The vertex of every summand that a corner is made of."""
        steps = np.bincount(self.turned[:corner], minlength=len(self.counts)).tolist()
        return tuple(step % count for step, count in zip(steps, self.counts, strict=True))


def minkowski_sum(polygons: list[Floats], weights: Floats) -> MinkowskiSum:
    """Vertices of a weighted Minkowski sum: the edges of all summands, joined in the order of their angles.

    ``polygons``  Float[k, 2] each, counter-clockwise from the lowest vertex; ``weights`` Float[summands].
    """
    counts = tuple(len(polygon) for polygon in polygons)
    start = sum((w * p[0] for p, w in zip(polygons, weights, strict=True)), np.zeros(2))
    moving = [j for j, count in enumerate(counts) if count > 1]
    if not moving:
        return MinkowskiSum(start[None, :], np.empty(0, dtype=np.int64), counts)
    edges = np.vstack([polygons[j][[*range(1, counts[j]), 0]] - polygons[j] for j in moving])
    owner = np.repeat(moving, [counts[j] for j in moving])
    turn = np.arctan2(edges[:, 1], edges[:, 0])
    order = np.argsort(np.where(turn >= 0.0, turn, turn + 2 * np.pi), kind="stable")[:-1]
    steps = edges[order] * weights[owner[order], None]
    return MinkowskiSum(np.vstack([start, start + np.cumsum(steps, axis=0)]), owner[order], counts)


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


def _edge(found: MinkowskiSum, edge: int, share: float) -> list[tuple[tuple[int, ...], Fraction]]:
    weight = _simple(share)
    ends = [(found.vertices(edge), 1 - weight), (found.vertices((edge + 1) % len(found.corners)), weight)]
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
