"""Sets of equilibrium payoffs, held between an inner and an outer set."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray


@final
@dataclass(frozen=True, eq=False)
class EquilibriumPayoffSet:
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
@dataclass(frozen=True, eq=False)
class SupportBounds:
    """Bounds on equilibrium payoffs from one state, direction by direction, for any number of players.

    ``directions``  Float[k, players]; ``outer``, ``inner`` Float[k]: the largest value of each direction over the
    equilibrium payoffs lies between ``inner`` (-inf if no equilibrium was found) and ``outer``.
    """

    directions: NDArray[np.float64]
    outer: NDArray[np.float64]
    inner: NDArray[np.float64]


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
