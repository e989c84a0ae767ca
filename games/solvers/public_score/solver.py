"""What patient players can have when everyone sees signals instead of actions: maximal scores.

Repeated games with any number of players, public signals or perfect monitoring, without side payments.  All equilibrium
payoffs, at every common discount factor, lie in the set that maximal scores bound; if it has full dimension, those of
patient enough players come as near to each of its points as one likes.  Source: Fudenberg and Levine (1994).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.signals.maximal_score import MaximalScore, unfit_for_scores
from games.model.identifiability import ProfileIdentifiability, identifiability
from games.model.plan import Plan
from games.model.stage_game import stage_game_of
from games.model.stochastic_game import StochasticGame
from games.numerics.polygons import hausdorff, hull_of
from games.numerics.progress import Progress
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds
from games.solvers.public_score.limit_sets import LimitSet, limit_set, read_direction
from games.solvers.public_score.proofs import excluded
from games.solvers.public_score.scores import TOLERANCE, PublicScores
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Undecided, Unsustainable, Verdict

CONCEPT = SolutionConcept.PUBLIC_LIMIT
NEAR = 1e-6
"""Sets that differ by less, relative to the largest payoff range, count as the same."""

MOST_TOLD = 12
"""What signals do not tell, among the remarks."""

DIMENSION: dict[bool | None, str] = {
    True: "it has full dimension, so that patient enough players come as near to each of its points as one likes",
    False: "it lacks full dimension, so that even for patient players it is only a bound",
    None: "whether it has full dimension is not known",
}


@final
@dataclass(frozen=True, eq=False)
class PublicScoreSolution(Solution):
    """The limit set and what is proved of it.

    ``limit``   the set, from outside.  ``nowhere``  the proof that no equilibrium exists at any common discount factor.
    """

    limit: LimitSet
    nowhere: MaximalScore | None

    @property
    def empty(self) -> bool:
        """No pure perfect public equilibrium exists at any common discount factor, which is proved."""
        return self.nowhere is not None

    @cached_property
    def identifiability(self) -> tuple[ProfileIdentifiability, ...]:
        """What the signals tell of who did what, profile by profile."""
        return identifiability(self.game)

    def score(self, direction: Sequence[float | str | Fraction]) -> float:
        """The maximal score of a direction of payoffs; raises ``GameError`` if it is none."""
        scores = self.limit.scores
        given = read_direction(scores, direction)
        size = max(abs(float(x) * s) for x, s in zip(given, scores.scale.tolist(), strict=True))
        return float(size * scores.maximal(scores.scaled(given)))

    def verdict(self, target: Target) -> Verdict:
        """Unsustainable if the payoffs of the target's profiles lie outside the set; otherwise undecided.

        Outside, no equilibrium at any common discount factor plays the target and nothing else on its path.  Inside,
        the limit says nothing of the discount factor at hand; ``bounds`` then hold how far inside the payoffs of a
        single profile are.
        """
        plan = plan_of(self.game, target)
        if self.nowhere is not None:
            return Unsustainable(CONCEPT, self.nowhere, None)
        proof = excluded(self.limit, plan)
        if proof is not None:
            return Unsustainable(CONCEPT, proof, None)
        return Undecided(CONCEPT, self._reason(), self._bounds(plan))

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What the set says of patient players, and what the signals tell of who did what."""
        seen = tuple(("seen", line) for line in _seen(self.identifiability, self.game))
        if self.empty:
            return seen
        limit = (
            f"{len(self.limit.directions)} directions tried; the set holds all equilibrium payoffs at every common "
            f"discount factor; {DIMENSION[self.limit.full]}"
        )
        return (("limit", limit), *seen)

    def to_json(self) -> dict[str, Any]:
        """With the directions tried, whether the set has full dimension, and what the signals tell."""
        return super().to_json() | {
            "directions_tried": len(self.limit.directions),
            "full_dimension": self.limit.full,
            "identifiability": [profile.to_json(self.game) for profile in self.identifiability],
        }

    def _reason(self) -> str:
        at = "whether it can be sustained at this discount factor is not for this method to say"
        if self.limit.full is None:
            return f"{at}: its payoffs are within the bounds in the directions tried, and more is not known"
        if not self.limit.full:
            return (
                f"{at}: its payoffs are in the set that bounds all equilibria, which lacks full dimension, so that "
                "even for patient players the set is only a bound"
            )
        return (
            f"{at}: its payoffs are in the limit set, which has full dimension, so that patient enough players have "
            "equilibria with payoffs as near to them as one likes"
        )

    def _bounds(self, plan: Plan) -> dict[str, float]:
        rows = np.flatnonzero(plan.allowed)
        if len(rows) != 1 or self.limit.full is None:
            return {}
        return {"distance_to_boundary": max(self.limit.distance_inside(self.game.payoffs[rows[0]]), 0.0)}


@final
@dataclass(frozen=True)
class PublicScore(Solver):
    """The limit set of a repeated game, from outside.

    ``directions``  directions to try beyond those of the method, one number per player each.
    ``tolerance``   relative to the payoff range: corners of a two-player set that cannot be cut deeper are left.
    ``most_directions``  two players: after so many directions the answer is "undecided".
    """

    name = "public_score"
    exact_for = (
        "payoffs of pure-action perfect public equilibria of two-player repeated games as the discount factor goes to "
        "one, no side payments (other numbers of players: bounds in some directions)"
    )
    cost = "per direction and profile one small linear program, for profiles that may matter"
    source = "Fudenberg and Levine (1994), Efficiency and observability with long-run and short-run players"
    preference = 95
    signals = True
    by_name_only = "it speaks of the limit of patient players and not of the discount factor at hand"

    directions: tuple[tuple[float | str | Fraction, ...], ...] = ()
    tolerance: float = TOLERANCE
    most_directions: int = 400

    def accepts(self, game: StochasticGame) -> str | None:
        """Repeated games without side payments and with a common discount factor, whatever it is."""
        return unfit_for_scores(game)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PublicScoreSolution:
        """Find the limit set; raises ``GameError`` if ``accepts`` refuses or a direction is none."""
        self.insist(game)
        began = time.perf_counter()
        limit = limit_set(PublicScores(game), self.directions, self.tolerance, self.most_directions, progress)
        nowhere = excluded(limit, None) if limit.empty else None
        found = _payoff_set(limit)
        near = NEAR * float(limit.scores.scale.max())
        known = nowhere is not None or (not limit.empty and _gap(found) <= near)
        return PublicScoreSolution(
            solver=self.name,
            why="asked for by name",
            concept=CONCEPT,
            game=game,
            status="converged" if known else "undecided",
            payoff_sets=(found,),
            iterations=len(limit.directions),
            error_bound=limit.depth,
            seconds=time.perf_counter() - began,
            limit=limit,
            nowhere=nowhere,
        )


def _payoff_set(limit: LimitSet) -> EquilibriumPayoffSet | SupportBounds:
    """The limit set, and what is known to lie in the closure of equilibrium payoffs.

    All of a settled set of full dimension; otherwise the equilibria of the stage game, which can be played for ever.
    """
    game = limit.scores.game
    always = game.payoffs[_stage_equilibria(game)]
    if limit.vertices is None:
        # Directions of payoffs, of largest entry one.
        of_payoffs = np.array([[float(x) for x in limit.scores.unscaled(d)] for d in limit.directions])
        sizes = np.abs(of_payoffs).max(axis=1)
        directions, outer = of_payoffs / sizes[:, None], limit.support / sizes
        inner = np.full(len(outer), -np.inf) if limit.empty or not len(always) else (directions @ always.T).max(axis=1)
        return SupportBounds(directions, outer, outer if limit.full else np.minimum(inner, outer))
    if limit.empty:
        return EquilibriumPayoffSet(limit.vertices, limit.vertices, 0.0)
    if limit.full:
        return EquilibriumPayoffSet(limit.vertices, limit.vertices, limit.depth or 0.0)
    inside = hull_of(always)
    return EquilibriumPayoffSet(limit.vertices, inside, hausdorff(limit.vertices, inside))


def _stage_equilibria(game: StochasticGame) -> list[int]:
    """Rows that are pure equilibria of the stage game."""
    return [int(np.dot(profile, game.stride[0])) for profile in stage_game_of(game, 0).pure_equilibria()]


def _seen(profiles: Sequence[ProfileIdentifiability], game: StochasticGame) -> list[str]:
    """What the signals do not tell, profile by profile, and how many profiles they tell everything about."""
    lines = [f"at ({', '.join(game.profile_labels(profile.row))}): {finding.words(game)}"
             for profile in profiles for finding in profile.findings]
    more = len(lines) - MOST_TOLD
    if more > 0:
        lines = [*lines[:MOST_TOLD], f"and {more} more; --json gives all"]
    clear = sum(profile.full() for profile in profiles)
    if clear == len(profiles):
        return ["at every profile each deviation shows, and shows who deviated"]
    if clear:
        lines.append(f"at {clear} of {len(profiles)} profiles each deviation shows, and shows who deviated")
    return lines


def _gap(found: EquilibriumPayoffSet | SupportBounds) -> float:
    """How far the two bounds of a set are apart."""
    if isinstance(found, EquilibriumPayoffSet):
        return found.gap
    return float((found.outer - found.inner).max())
