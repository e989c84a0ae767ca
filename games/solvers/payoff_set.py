"""Sets of equilibrium payoffs, held between an inner and an outer set."""

from __future__ import annotations

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
