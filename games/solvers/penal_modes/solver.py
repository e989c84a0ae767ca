"""Verdicts both ways for any number of players, by penal codes of few modes and outer bounds.

A plan holds where an automaton of a few modes per state keeps to it and no deviation from the automaton pays; it fails
where bounds on what any equilibrium can give leave no room for it.  Both are proved exactly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.progress import Progress
from games.play.markov_play import MarkovPlay
from games.solvers.outer_bounds import AxisBounds, axis_bounds, refute_and_check
from games.solvers.payoff_set import SupportBounds
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.automaton import automaton_of
from games.solvers.penal_modes.search import Code, codes
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, only_if_proved

FINER = 10**10
"""Largest denominator of chances where the usual one is too coarse for the exact check."""


@final
@dataclass(frozen=True, eq=False)
class PenalModesSolution(Solution):
    """Bounds on equilibrium payoffs, and the verdicts that penal codes and outer bounds prove.

    ``bounds``          along the axes;
    ``search_seconds``  time allowed for the search for an automaton, ``refute_seconds`` for a proof that none exists.
    """

    bounds: AxisBounds
    search_seconds: float
    refute_seconds: float

    @cached_property
    def arrays(self) -> PenalGame:
        """The game in the numbers of the kernels."""
        return PenalGame.of(self.game)

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds."""
        plan = plan_of(self.game, target)
        upper = self._upper_margin(plan)
        if upper is not None and upper < -1e-9 * self.payoff_range:
            refuted = refute_and_check(self.game, plan, seconds=self.refute_seconds, batches=0)
            if refuted is not None:
                return Unsustainable(self.concept, refuted[0], upper, refuted[1])
        if not self.bounds.empty[self.game.initial]:
            found = self._sustained(plan)
            if found is not None:
                return found
        refuted = refute_and_check(self.game, plan, seconds=self.refute_seconds)
        if refuted is not None:
            negative = None if upper is None else min(upper, -np.finfo(float).tiny)
            return Unsustainable(self.concept, refuted[0], negative, refuted[1])
        bounds = {} if upper is None or not np.isfinite(upper) else {"margin_upper": upper}
        return Undecided(self.concept, "no penal code of few modes was found that keeps to the plan, and no proof that "
                         "none exists", bounds)

    def _sustained(self, plan: Plan) -> Sustainable | None:
        """The proof by an automaton; None if none was found that the exact check accepts."""
        b, arrays = self.bounds, self.arrays
        box = arrays.scaled(np.where(b.empty[:, None], self.game.payoffs.min(axis=0), b.least)), arrays.scaled(b.most)
        for code in codes(arrays, plan, box, b.alive, time.monotonic() + self.search_seconds):
            for denominator in (10**7, FINER):
                certificate = NoProfitableDeviation.of(self.game, automaton_of(arrays, code, denominator), plan)
                margin = self._path_margin(code)
                tried = only_if_proved(self.game, Sustainable(self.concept, certificate, margin))
                if isinstance(tried, Sustainable):
                    return tried
        return None

    def _path_margin(self, code: Code) -> float | None:
        """Least slack on the path, in payoff units of one period; None if nobody can deviate there."""
        judged = code.judged
        modes = [m for m in range(len(judged.table.row)) if m >= len(code.family)] or [code.start]
        seen = judged.seen[modes]
        slack = judged.slack[modes] * self.arrays.scale / (1 - self.arrays.discount)
        least = float(slack[seen].min(initial=np.inf))
        return max(least, 0.0) if np.isfinite(least) else None

    def _upper_margin(self, plan: Plan) -> float | None:
        """No punishment holds a player below its bound, so a settled path cannot have more slack than this."""
        if not plan.is_markov or self.bounds.empty[self.game.initial]:
            return None
        play = MarkovPlay(self.game, np.flatnonzero(plan.allowed).astype(np.int64))
        slack = play.slack(play.values(), self.bounds.least).value
        return float(slack[play.reached(self.game.initial)].min())


@final
@dataclass(frozen=True)
class PenalModes(Solver):
    """Penal codes of few modes against outer bounds.

    ``search_seconds``  time allowed for the search for an automaton that keeps to a plan,
    ``refute_seconds``  for the search for a proof that no equilibrium does.
    """

    name = "penal_modes"
    exact_for = "perfect monitoring, no side payments, any number of players, public randomisation, pure actions"
    cost = "per sweep, a few small linear programs per state and mode"
    source = "Abreu (1988); Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003)"
    preference = 20

    search_seconds: float = 20.0
    refute_seconds: float = 20.0

    def accepts(self, game: StochasticGame) -> str | None:
        """Perfect monitoring, no transfers."""
        if game.monitoring is not None:
            return "players see public signals, and it needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and it knows none"
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PenalModesSolution:
        """Bound the payoffs; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        bounds = axis_bounds(game)
        n = game.n_players
        directions = np.vstack([np.eye(n), -np.eye(n)])
        sets = tuple(
            SupportBounds(directions, np.full(2 * n, -np.inf) if bounds.empty[s]
                          else np.concatenate([bounds.most[s], -bounds.least[s]]), np.full(2 * n, -np.inf))
            for s in range(game.n_states))
        return PenalModesSolution(
            solver=self.name, why="asked for by name", concept=SolutionConcept.PURE_SUBGAME_PERFECT, game=game,
            status="undecided", payoff_sets=sets, iterations=0, error_bound=None,
            seconds=time.perf_counter() - began, bounds=bounds, search_seconds=self.search_seconds,
            refute_seconds=self.refute_seconds)
