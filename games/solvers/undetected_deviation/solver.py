"""Games with public signals of any kind: plans on whose path a departure pays and shows nothing are refuted.

No equilibrium is looked for, so that the answer on every other plan is "undecided".
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import final

import numpy as np

from games.certificates.signals.undetected_deviation import concept_of
from games.model.stochastic_game import StochasticGame
from games.numerics.progress import Progress
from games.solvers.payoff_set import SupportBounds
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.undetected_deviation.search import undetected_deviation
from games.solvers.verdict import Undecided, Verdict

NOT_KNOWN = (
    "no departure on its path both pays and shows nothing, or play can avoid it, and no method here decides more of "
    "such a game"
)


@final
@dataclass(frozen=True, eq=False)
class UndetectedDeviationSolution(Solution):
    """A game of which nothing is computed before a target is given; payoffs are bounded by those of a period."""

    def verdict(self, target: Target) -> Verdict:
        """Unsustainable if play that keeps to the target comes to where a departure pays and shows nothing."""
        found = undetected_deviation(self.game, plan_of(self.game, target))
        return Undecided(self.concept, NOT_KNOWN) if found is None else found


@final
@dataclass(frozen=True)
class UndetectedDeviations(Solver):
    """Departures that pay and leave the law of the signal and the next state as it is, found and proved exactly."""

    name = "undetected_deviation"
    exact_for = (
        "refuting plans on whose path a departure pays and shows nothing, in games with public signals, any number of "
        "players, any discount factors, with side payments or without; it decides nothing else"
    )
    cost = "linear in the table of signals, and exact laws of the rows that the plan allows where such departures are"
    source = "Abreu, Pearce and Stacchetti (1990), theorem 2"
    preference = 99
    signals = True
    refutes_only = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Games with public signals."""
        return None if game.monitoring is not None else "everyone sees what was done, so that every departure shows"

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> UndetectedDeviationSolution:
        """Bound payoffs by those of a period; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        bounds = _feasible(game)
        return UndetectedDeviationSolution(
            solver=self.name,
            why="asked for by name",
            concept=concept_of(game),
            game=game,
            status="undecided",
            payoff_sets=(bounds,) * game.n_states,
            iterations=0,
            error_bound=None,
            seconds=time.perf_counter() - began,
        )


def _feasible(game: StochasticGame) -> SupportBounds:
    """Each player has at least its least payoff of a period and, where nobody pays it, at most its greatest."""
    above = np.eye(game.n_players)
    below = 0.0 - above
    least, most = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
    if game.transfers != "none":
        return SupportBounds(below, -least, np.full(game.n_players, -np.inf))
    return SupportBounds(
        np.concatenate([above, below]), np.concatenate([most, -least]), np.full(2 * game.n_players, -np.inf))
