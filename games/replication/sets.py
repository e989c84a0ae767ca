"""Claims about sets of payoffs: all of one, or how far it goes in some direction."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from games.model.stochastic_game import StochasticGame
from games.numerics.exact import written
from games.numerics.polygons import hausdorff, hull_of
from games.questions.solve import solve
from games.replication.claims import Discount, GameClaim, Number, Pair, Replication, fraction, unsettled
from games.solvers import PublicScore
from games.solvers.solution import Solution

Corners = Annotated[tuple[Pair, ...], Field(min_length=1)]
"""Points whose hull is a set of payoffs."""


@final
class PayoffSetClaim(GameClaim):
    """Equilibrium payoffs from each state, as the hull of the points given; compared by Hausdorff distance.

    ``mirror``  add to every point the one with the payoffs exchanged.
    """

    kind: Literal["payoff_set"]
    discount: Discount
    vertices: dict[str, Corners] = Field(min_length=1)
    mirror: bool = False

    to_meet: ClassVar[tuple[str, ...]] = ("vertices",)

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        return _compared(self, solve(game.with_discount(self.discount)))


@final
class LimitSetClaim(GameClaim):
    """Perfect public equilibrium payoffs as the discount factor goes to one, as the hull of points.

    ``mirror``  add to every point the one with the payoffs exchanged.
    """

    kind: Literal["limit_set"]
    vertices: dict[str, Corners] = Field(min_length=1)
    mirror: bool = False

    to_meet: ClassVar[tuple[str, ...]] = ("vertices",)

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        return _compared(self, solve(game, solver="public_score"))


@final
class SupportClaim(GameClaim):
    """The largest value of a weighted sum of the players' payoffs over the equilibria from a state."""

    kind: Literal["support"]
    discount: Discount
    state: str
    direction: Pair
    value: Number

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        solution = solve(game.with_discount(self.discount))
        direction = np.array([float(x) for x in self.direction])
        value = solution.payoff_set(self.state).support(direction)
        return Replication(
            self, written(self.value), f"{value:.10g}", abs(value - float(self.value)), unsettled(solution)
        )


@final
class WorstPayoffClaim(GameClaim):
    """The lowest equilibrium payoff of each player from a state: the harshest punishment that is credible."""

    kind: Literal["worst_payoff"]
    discount: Discount
    state: str
    value: Pair

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        solution = solve(game.with_discount(self.discount))
        found = solution.payoff_set(self.state)
        published = np.array([float(x) for x in self.value])
        off = np.inf if found.empty else float(np.abs(found.worst - published).max())
        return Replication(
            self, _vector(published), "none" if found.empty else _vector(found.worst), off, unsettled(solution)
        )


@final
class MaximalScoreClaim(GameClaim):
    """The most that a weighted sum of payoffs can be in any perfect public equilibrium of patient players."""

    kind: Literal["maximal_score"]
    direction: tuple[Number, ...]
    value: Number

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        value = PublicScore().solve(game).score(self.direction)
        return Replication(self, fraction(self.value), f"{value:.10g}", abs(value - float(self.value)))


def _compared(claim: PayoffSetClaim | LimitSetClaim, solution: Solution) -> Replication:
    off, ours, theirs = 0.0, 0, 0  # distance, and corners counted
    for state, points in claim.vertices.items():
        listed = [*points, *((b, a) for a, b in points)] if claim.mirror else list(points)
        published = hull_of(np.array([[float(a), float(b)] for a, b in listed]))
        computed = solution.payoff_set(state).vertices
        off = max(off, hausdorff(published, computed) if len(computed) else np.inf)
        ours += corners(computed, claim.tolerance)
        theirs += corners(published, claim.tolerance)
    return Replication(claim, _points(theirs), _points(ours), off, unsettled(solution))


def corners(polygon: NDArray[np.float64], tolerance: float) -> int:
    """How many vertices of a convex polygon Float[k, 2] are farther than ``tolerance`` from their neighbours' chord."""
    points = polygon
    while len(points) > 1:
        before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
        chord, offset = after - before, points - before
        length = np.hypot(chord[:, 0], chord[:, 1])
        area = np.abs(chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0])
        away = np.hypot(offset[:, 0], offset[:, 1])  # where both neighbours are one point
        height = np.where(length > tolerance, area / np.maximum(length, tolerance), away)
        flattest = int(height.argmin())
        if height[flattest] > tolerance:
            break
        points = np.delete(points, flattest, axis=0)
    return len(points)


def _points(count: int) -> str:
    return f"{count} {'vertex' if count == 1 else 'vertices'}"


def _vector(values: NDArray[np.float64]) -> str:
    # Adding zero turns a rounded minus zero into zero.
    return "(" + ", ".join(f"{x + 0.0:.6g}" for x in values.round(9)) + ")"
