"""Exact payoff sets of two-player games with perfect monitoring: pure-action subgame-perfect, public randomisation.

Exact for: two players, perfect monitoring, no transfers, any discount factors (they may differ).  The method and its
tolerances are in ``sets``, plans in ``paths``, automata in ``extraction``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from games.solvers.equilibrium_polygons.extraction import ATTEMPTS, candidates
from games.solvers.equilibrium_polygons.iteration import MAX_SWEEPS, PolygonSolution
from games.solvers.equilibrium_polygons.paths import PathSets, path_sets, threat_margin
from games.solvers.equilibrium_polygons.sets import payoff_sets, solve_payoff_sets
from games.solvers.equilibrium_polygons.weakest import hopeless_deviation
from games.solvers.outer_bounds import refute, refute_and_check
from games.solvers.solution import Solution, Target, WeakestDeviation, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, only_if_proved

CLOSE_CALL = 1e-7
"""Margins within this share of the payoff range of zero are tried both ways."""

QUICK_REFUTE_SECONDS = 5.0
MOST_HINTS = 200
"""At one of many discount factors: time for a refutation, and normals that it is given to begin with."""

QUICK_PRECISION = 1e-4
"""There, of margins of plans that leave a choice, relative to the payoff range; their sign is not touched by it."""


@final
@dataclass(frozen=True, eq=False)
class PolygonEquilibria(Solution):
    """Equilibrium payoff sets of a two-player game, and the verdicts that follow from them.

    ``sets``             the polygons themselves.
    ``refute_seconds``   time allowed for the search for a proof that a target cannot be sustained.
    ``attempts``         to find an automaton that proves that it can.
    """

    sets: PolygonSolution
    refute_seconds: float
    attempts: int = len(ATTEMPTS)

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds.

        The payoff sets say in floating point which way it goes and the margin; nothing is answered without its proof.
        Sets that did not settle are still too large, never too small, so what they lead to is tried all the same.
        """
        game = self.game
        plan = plan_of(game, target)
        path = path_sets(game, self.sets, plan)
        margin = path.margin
        close = CLOSE_CALL * self.payoff_range
        tried: Verdict | None = None
        if margin is not None and margin >= -close:
            tried = self._sustained(plan, margin)
            if isinstance(tried, Sustainable):
                return tried
        if margin is None or margin <= close:
            refuted = refute_and_check(game, plan, seconds=self.refute_seconds)
            if refuted is not None:
                # Rounding may have put a margin that is proved negative at zero.
                negative = None if margin is None else min(margin, -np.finfo(float).tiny)
                return Unsustainable(self.concept, refuted[0], negative, refuted[1])
        return Undecided(self.concept, self._reason(tried, margin, close), self._bounds(margin))

    def margin(self, target: Target) -> float | None:
        """As in ``Solution``: least slack on the target's path when the worst equilibrium follows every deviation.

        Nearer to zero than can be told in floating point it is the verdict's, where there is one.
        """
        plan = plan_of(self.game, target)
        margin = self.margin_of(plan, path_sets(self.game, self.sets, plan))
        if margin is None or abs(margin) > CLOSE_CALL * self.payoff_range:
            return margin
        proved = super().margin(plan)
        return margin if proved is None else proved

    def margin_of(self, plan: Plan, path: PathSets) -> float | None:
        """The margin from the path's sets, which if they did not settle are too large, and so is it."""
        margin = path.margin
        if margin is None:
            return -self.payoff_range
        if margin >= 0 and self.status != "converged":
            return super().margin(plan)
        return margin if np.isfinite(margin) else self.payoff_range

    def weakest_link(self, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        """The deviation that decides a target's margin, as far as it can be told; None if not, or nobody can deviate.

        Where the plan settles play every deviation is followed by the worst equilibrium: the link's margin is the
        plan's.  Otherwise it is the weakest link of the automaton that proves that the plan holds, or, where it does
        not, a deviation that pays even if everything else goes as well as it can.
        """
        game, sets, plan = self.game, self.sets, plan_of(self.game, target)
        if plan.is_markov:
            path = path_sets(game, sets, plan)
            if path.weakest is None or path.margin is None:
                return None
            state, player, row = path.weakest
            # The proof says that it holds, so what is below zero is rounding.
            margin = max(path.margin, 0.0) if isinstance(verdict, Sustainable) else path.margin
            return WeakestDeviation(state, player, int(np.flatnonzero(plan.allowed)[state]), row, margin)
        verdict = verdict or self.verdict(plan)
        if isinstance(verdict, Sustainable):
            return super().weakest_link(plan, verdict)
        return None if sets.empty else hopeless_deviation(game, plan, sets.worst)

    def _sustained(self, plan: Plan, margin: float) -> Verdict | None:
        """The proof by an automaton; what the exact check said if it failed; None if no automaton was found."""
        known = max(margin, 0.0) if np.isfinite(margin) else None
        tried: Verdict | None = None
        slack = 0.0 if known is None else known * float(1 - self.game.discount.max())
        for automaton in candidates(self.game, self.sets, plan, slack, self.attempts):
            certificate = NoProfitableDeviation.of(self.game, automaton, plan)
            tried = only_if_proved(self.game, Sustainable(self.concept, certificate, known))
            if isinstance(tried, Sustainable):
                break
        return tried

    def _reason(self, tried: Verdict | None, margin: float | None, close: float) -> str:
        if isinstance(tried, Undecided):
            return tried.reason
        if self.status != "converged":
            return f"no proof was found, and the payoff sets did not settle within {self.iterations} sweeps"
        if margin is None or margin < -close:
            return "the payoff sets say that it cannot be sustained, but no proof of that was found"
        if margin > close:
            return "the payoff sets say that it can be sustained, but no automaton that proves it was found"
        return "too close to the boundary between what can and what cannot be sustained for a proof either way"

    def _bounds(self, margin: float | None) -> dict[str, float]:
        """The polygons contain the sets, so punishments may be milder than they say by at most the error."""
        if margin is None or not np.isfinite(margin):
            return {}
        if not np.isfinite(self.sets.error_bound):
            return {"margin_upper": margin}
        factor = self.game.discount / (1 - self.game.discount)
        return {"margin_lower": margin - float(factor.max()) * self.sets.error_bound, "margin_upper": margin}


@final
@dataclass(frozen=True)
class EquilibriumPolygons(Solver):
    """The exact payoff sets of two-player games with perfect monitoring.

    ``tolerance``   relative to each player's payoff range.
    ``max_sweeps``  after so many sweeps of one component the answer is "undecided".
    ``max_vertices``  per polygon (None: as many as suit the game's size); sets that need more are "undecided".
    ``refute_seconds``  time allowed for the search for a proof that a target cannot be sustained.
    ``attempts``    to find an automaton that proves that it can.
    ``inner_sets``  bound the sets from inside as well; without, the reported sets are outer bounds with unknown gaps.
    """

    name = "equilibrium_polygons"
    exact_for = "two players, perfect monitoring, no side payments, public randomisation, pure actions"
    cost = "per sweep, one Minkowski sum per distinct law of the next state and one hull per state"
    source = "Abreu, Pearce and Stacchetti (1990); Abreu and Sannikov (2014); Abreu, Brooks and Sannikov (2020)"
    preference = 10

    tolerance: float = 1e-10
    max_sweeps: int = MAX_SWEEPS
    max_vertices: int | None = None
    refute_seconds: float = 30.0
    inner_sets: bool = True
    attempts: int = len(ATTEMPTS)

    def accepts(self, game: StochasticGame) -> str | None:
        """Two players, perfect monitoring, no transfers."""
        if game.n_players != 2:
            return f"it draws payoff sets in the plane, for two players; this game has {game.n_players}"
        if game.monitoring is not None:
            return "players see public signals, and it needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and it knows none"
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PolygonEquilibria:
        """Find the payoff sets; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        found = solve_payoff_sets(
            game,
            tolerance=self.tolerance,
            max_sweeps=self.max_sweeps,
            max_vertices=self.max_vertices,
            progress=progress,
        )
        sets = tuple(payoff_sets(game, found, inside=self.inner_sets))
        gap = max(s.gap for s in sets)
        return PolygonEquilibria(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_SUBGAME_PERFECT,
            game=game,
            status=found.status,
            payoff_sets=sets,
            iterations=found.iterations,
            error_bound=gap if np.isfinite(gap) else None,
            seconds=time.perf_counter() - began,
            sets=found,
            refute_seconds=self.refute_seconds,
            attempts=self.attempts,
        )

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float | None:
        """As in ``Solver``; where bounds on the punishments refute the plan no set is drawn."""
        there = game.with_discount(discount)
        self.insist(there)
        kept = Plan(there, plan.allowed)
        bound = threat_margin(there, kept) if kept.is_markov else None
        if bound is not None and bound < 0:
            return bound
        solution = self._briefly().solve(there)
        return solution.margin_of(kept, path_sets(there, solution.sets, kept, precision=QUICK_PRECISION))

    def verdict_at(self, game: StochasticGame, plan: Plan, discount: float, near: float | None = None) -> Verdict:
        """As in ``Solver``; edges of the sets here and ``near`` say in which directions to look for a refutation."""
        there = game.with_discount(discount)
        kept = Plan(there, plan.allowed)
        solution = self._briefly().solve(there)
        verdict = solution.verdict(kept)
        if near is None or not isinstance(verdict, Undecided):
            return verdict
        close = game.with_discount(near)
        beside = self._briefly().solve(close)
        normals = _normals([*_polygons(solution, kept), *_polygons(beside, Plan(close, plan.allowed))])
        exclusion = refute(there, kept, directions_hint=normals[:MOST_HINTS], seconds=QUICK_REFUTE_SECONDS, batches=1)
        return verdict if exclusion is None else Unsustainable(verdict.concept, exclusion, None)

    def _briefly(self) -> EquilibriumPolygons:
        return replace(self, refute_seconds=min(self.refute_seconds, QUICK_REFUTE_SECONDS), inner_sets=False)


def _polygons(solution: PolygonEquilibria, plan: Plan) -> tuple[Floats, ...]:
    return (*solution.sets.polygons, *path_sets(solution.game, solution.sets, plan).polygons)


def _normals(polygons: Iterable[Floats]) -> Floats:
    """Float[k, 2]: outward normals of the polygons' edges, of length one, each once."""
    found = []
    for polygon in polygons:
        edges = np.roll(polygon, -1, axis=0) - polygon
        edges = edges[np.hypot(edges[:, 0], edges[:, 1]) > 0]
        found.append(np.column_stack([edges[:, 1], -edges[:, 0]]) / np.hypot(edges[:, 0], edges[:, 1])[:, None])
    return np.unique(np.vstack(found).round(9), axis=0)
