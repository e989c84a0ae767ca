"""Sets of equilibrium payoffs, held between an inner and an outer set."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.polytopes import corners, extreme, gaps, greatest, towards
from games.numerics.shown import Shown

ROUNDING = 1e-9
"""Of payoffs, relative to the largest of them."""

TOUCHING = 1e-7
"""A corner lies on a half-space if it is no further from it, relative to the spread of the corners."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class EquilibriumPayoffSet(Shown):
    """Average discounted payoffs that equilibria of the game from one state can give, for two players.

    ``outer``  Float[k, 2], counter-clockwise hull that contains the set; shape (0, 2) if there is no equilibrium.
    ``inner``  Float[m, 2], counter-clockwise hull inside the set (up to ``gap``).
    ``gap``    Hausdorff distance between the two: the honesty.
    """

    outer: NDArray[np.float64]
    inner: NDArray[np.float64]
    gap: float

    @property
    def vertices(self) -> NDArray[np.float64]:
        """Float[k, 2]: the reported set (the outer hull, counter-clockwise)."""
        return self.outer

    @property
    def empty(self) -> bool:
        """No equilibrium of the concept exists from this state."""
        return len(self.outer) == 0

    @property
    def worst(self) -> NDArray[np.float64]:
        """Float[2]: the lowest payoff of each player; raises ``ValueError`` if the set is empty."""
        if self.empty:
            raise ValueError("an empty payoff set has no worst payoff")
        return np.asarray(self.outer.min(axis=0))

    def support(self, direction: NDArray[np.float64]) -> float:
        """The largest value of ``direction`` on the set."""
        return float((self.outer @ direction).max()) if not self.empty else -np.inf

    def contains(self, payoff: NDArray[np.float64]) -> Literal["yes", "no", "within gap"]:
        """Whether a payoff vector lies in the set, as far as the bounds tell."""
        if _inside(self.inner, payoff, -self.gap):
            return "yes"
        return "within gap" if _inside(self.outer, payoff, self.gap) else "no"


def _inside(polygon: NDArray[np.float64], point: NDArray[np.float64], slack: float) -> bool:
    """Whether ``point`` is in a counter-clockwise hull widened by ``slack`` (narrowed if negative)."""
    if len(polygon) == 0:
        return False
    if len(polygon) == 1:
        return bool(np.hypot(*(point - polygon[0])) <= max(slack, 0.0))
    edges = np.roll(polygon, -1, axis=0) - polygon
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    offset = point - polygon
    height = (edges[:, 0] * offset[:, 1] - edges[:, 1] * offset[:, 0]) / lengths
    if len(polygon) == 2:
        along = float(edges[0] @ offset[0]) / float(lengths[0])
        return bool(abs(height[0]) <= max(slack, 0.0) and -slack <= along <= lengths[0] + slack)
    return bool(np.all(height >= -slack))


@final
@dataclass(frozen=True, eq=False, repr=False)
class SupportBounds(Shown):
    """Bounds on equilibrium payoffs from one state, direction by direction, for any number of players.

    ``directions``  Float[k, players]; ``outer``, ``inner`` Float[k]: the largest value of each direction over the
    equilibrium payoffs lies between ``inner`` (-inf if no equilibrium was found) and ``outer``.
    ``points``      Float[m, players]: corners of a hull that lies in the set; None where only ``inner`` is known.
    """

    directions: NDArray[np.float64]
    outer: NDArray[np.float64]
    inner: NDArray[np.float64]
    points: NDArray[np.float64] | None = None

    @staticmethod
    def around(
        points: NDArray[np.float64], directions: NDArray[np.float64], outer: NDArray[np.float64]
    ) -> SupportBounds:
        """What half-spaces hold, and payoffs of equilibria (Float[m, players]) within: their corners are kept."""
        corners = points[extreme(points)]
        inner = (corners @ directions.T).max(axis=0, initial=-np.inf)
        return SupportBounds(directions, outer, inner, corners)

    def with_points(self, points: NDArray[np.float64]) -> SupportBounds:
        """The same, with payoffs of further equilibria (Float[m, players]) inside."""
        known = points if self.points is None else np.concatenate([self.points, points])
        more = SupportBounds.around(known, self.directions, self.outer)
        return replace(more, inner=np.maximum(more.inner, self.inner))

    @property
    def empty(self) -> bool:
        """No equilibrium exists from this state, by bounds in floating point."""
        return bool((self.outer == -np.inf).any())

    @cached_property
    def facets(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Float[k, players] and Float[k]: those half-spaces that hold the set without the others' help."""
        bounded = np.isfinite(self.outer) & (not self.empty)
        normals, levels = self.directions[bounded], self.outer[bounded]
        corners = None if self.empty else self.outer_corners
        if corners is None:
            return normals, levels
        size = np.linalg.norm(normals, axis=1)
        near = TOUCHING * max(float(np.ptp(corners, axis=0).max(initial=0.0)), np.finfo(float).tiny)
        touched = (corners @ (normals / size[:, None]).T >= levels / size - near).sum(axis=0)
        needed = touched >= min(normals.shape[1], len(corners))
        return normals[needed], levels[needed]

    @cached_property
    def outer_corners(self) -> NDArray[np.float64] | None:
        """Float[k, players]: corners of what the outer bounds leave; None if that cannot be told, or is unbounded."""
        if self.empty:
            return np.empty((0, self.directions.shape[1]))
        bounded = np.isfinite(self.outer)
        reached = [np.max(sign * self.directions[bounded], axis=0, initial=0.0) for sign in (1, -1)]
        if not all((reach > 0).all() for reach in reached):
            return None
        return corners(self.directions[bounded], self.outer[bounded])

    @cached_property
    def gap(self) -> float:
        """The largest outer less inner bound over all unit directions; infinite if it is not known.

        That is the distance of the corner of the outer bounds that lies furthest from the hull of the points.
        """
        if self.empty:
            return 0.0
        if self.points is None or not len(self.points) or self.outer_corners is None:
            return math.inf
        return float(np.linalg.norm(gaps(self.outer_corners, self.points), axis=1).max(initial=0.0))

    def support(self, direction: NDArray[np.float64]) -> tuple[float, float]:
        """Between what and what the largest value of a direction lies: -inf, inf where not known, or none exists."""
        direction = np.asarray(direction, dtype=float)
        same = np.flatnonzero((self.directions == direction).all(axis=1))
        low = float(self.inner[same].max(initial=-np.inf))
        if self.points is not None:
            low = max(low, float((self.points @ direction).max(initial=-np.inf)))
        if self.empty:
            return low, -math.inf
        bounded = np.isfinite(self.outer)
        high = greatest(self.directions[bounded], self.outer[bounded], direction)
        return low, min(high, float(self.outer[same].min(initial=np.inf)))

    def contains(self, payoff: NDArray[np.float64]) -> Literal["yes", "no", "within gap"]:
        """Whether a payoff vector lies in the set, as far as the bounds tell."""
        payoff = np.asarray(payoff, dtype=float)
        near = ROUNDING * max(1.0, float(np.abs(payoff).max()))
        if (self.directions @ payoff > self.outer + near * np.linalg.norm(self.directions, axis=1)).any():
            return "no"
        if self.points is not None and len(self.points) and np.linalg.norm(towards(payoff, self.points)) <= near:
            return "yes"
        return "within gap"


def payoffs_with_transfers(
    joint: float, worst: NDArray[np.float64], live: bool, least: float = -math.inf
) -> EquilibriumPayoffSet | SupportBounds:
    """The set {least <= sum of payoffs <= joint, payoff of i >= worst[i]}, empty unless ``live``.

    A polygon for two players, the support in the directions of its faces for others.  ``worst`` Float[players].
    """
    n = len(worst)
    corner = least > worst.sum() + 1e-12 * (abs(joint) + np.abs(worst).sum())
    if n != 2 and corner:
        directions = np.vstack([np.ones(n), -np.ones(n), -np.eye(n)])
        bound = np.concatenate([[joint, -least], -worst]) if live else np.full(n + 2, -np.inf)
        return SupportBounds(directions, bound, bound)
    if n != 2:
        directions = np.vstack([np.ones(n), -np.eye(n)])
        bound = np.concatenate([[joint], -worst]) if live else np.full(n + 1, -np.inf)
        return SupportBounds(directions, bound, bound)
    if not live:
        return EquilibriumPayoffSet(np.empty((0, 2)), np.empty((0, 2)), 0.0)
    surplus = max(joint - float(worst.sum()), 0.0)
    if corner and surplus > 0:
        gone = least - float(worst.sum())
        cut = worst + np.array([[gone, 0.0], [surplus, 0.0], [0.0, surplus], [0.0, gone]])
        cut = cut if gone < surplus * (1 - 1e-12) else cut[1:3]
        return EquilibriumPayoffSet(cut, cut, 0.0)
    corners = worst + (np.array([[0.0, 0.0], [surplus, 0.0], [0.0, surplus]]) if surplus > 0 else np.zeros((1, 2)))
    return EquilibriumPayoffSet(corners, corners, 0.0)
