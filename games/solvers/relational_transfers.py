"""Equilibria with voluntary side payments: joint payoffs, punishment payoffs, and what brings them.

Any number of players, any number of states, perfect monitoring, one discount factor, money can be burnt.  Then the
pure equilibrium payoffs from a state are all that share out no more than U and give every player i at least v_i.
Source: Goldlücke and Kranz (2018); for repeated games Goldlücke and Kranz (2012).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.exact_worth import unfit_for_transfers
from games.payoff_set import EquilibriumPayoffSet
from games.plan import Plan
from games.solvers.solver import Progress, Solution, Solver, SupportBounds, Target, finite, plan_of
from games.stochastic_game import StochasticGame
from games.strategy_automaton import StrategyAutomaton
from games.transfer_elimination import (
    KNIFE_EDGE,
    Elimination,
    Floats,
    Ints,
    PathElimination,
    TransferGame,
    eliminate,
    eliminate_on_path,
)
from games.transfer_proofs import path_states, prove_plan, prove_shortfall, punishment_rows, reached
from games.verdict import Sustainable, Undecided, Unsustainable, Verdict


@final
@dataclass(frozen=True, eq=False)
class TransferSolution(Solution):
    """Joint and punishment payoffs of every state.

    ``elimination``  profiles that equilibria can play, U, v and the slack of every profile.
    ``laid``         the game as it was laid out for the method.
    """

    elimination: Elimination
    laid: TransferGame

    @property
    def empty(self) -> bool:
        """No pure equilibrium exists from the initial state, even with side payments."""
        return self.status == "converged" and not self.elimination.live[self.game.initial]

    @property
    def joint_payoff(self) -> Floats:
        """Float[states]: U, the most that all players together have in an equilibrium; NaN where there is none."""
        return np.where(self.elimination.live, self.elimination.joint, np.nan)

    @property
    def punishment_payoffs(self) -> Floats:
        """Float[states, players]: v, the least that each player has in an equilibrium; NaN where there is none."""
        return np.where(self.elimination.live[:, None], self.elimination.worst, np.nan)

    @cached_property
    def punishment_rows(self) -> Ints:
        """Int[states, players]: the rows played when a player is being punished."""
        return punishment_rows(self.elimination, self.laid)

    def verdict(self, target: Target) -> Verdict:
        """Whether an equilibrium with side payments keeps to the target; certificates are checked before they return.

        The margin of a target that holds is the least slack on its best path: what is left for a player who is
        tempted more than the game says, once all others are paid what keeps them from deviating.
        """
        plan = plan_of(self.game, target)
        concept = SolutionConcept.PURE_WITH_TRANSFERS
        found = self.elimination
        if not found.finished:
            return Undecided(concept, "policy iteration did not come to an end")
        if not found.live[self.game.initial]:
            # That no equilibrium exists at all is the stronger statement, and a plan is no part of it.
            evidence = prove_shortfall(self.laid, found, None, None)
            if evidence is None:
                return Undecided(concept, "knife edge: that no equilibrium exists could not be proved exactly")
            return Unsustainable(concept, evidence, None)
        path = eliminate_on_path(self.laid, found, plan.allowed)
        if not path.finished:
            return Undecided(concept, "policy iteration did not come to an end")
        if path.open[self.game.initial]:
            margin = self._margin(path)
            proof = prove_plan(self.laid, found, path, plan)
            if proof is not None:
                return Sustainable(concept, proof, None if margin is None else max(margin, 0.0))
            return Undecided(concept, self._edge(path), {} if margin is None else {"computed_margin": margin})
        shortfall = prove_shortfall(self.laid, found, path, plan)
        margin = self._failed_margin(plan)
        if shortfall is not None:
            return Unsustainable(concept, shortfall, margin if margin is not None and margin < 0 else None)
        return Undecided(concept, self._edge(path), {} if margin is None else {"computed_margin": margin})

    def automaton(self, target: Target) -> StrategyAutomaton | None:
        """None: automata have no place for payments; the certificate of the verdict holds rows and payoffs instead."""
        plan_of(self.game, target)
        return None

    def state_json(self, state: int) -> dict[str, Any]:
        """Joint and punishment payoffs of one state with the profiles that bring them; null where there is none."""
        found, game = self.elimination, self.game
        if not found.live[state]:
            return {"joint_payoff": None, "punishment_payoffs": None,
                    "equilibrium_actions": None, "punishment_actions": None}
        return {
            "joint_payoff": finite(float(found.joint[state])),
            "punishment_payoffs": [finite(float(p.values[state])) for p in found.punishments],
            "equilibrium_actions": list(game.profile_labels(int(found.policy[state]))),
            "punishment_actions": [list(game.profile_labels(int(r))) for r in self.punishment_rows[state]],
        }

    def _edge(self, path: PathElimination) -> str:
        edge = KNIFE_EDGE * self.laid.scale
        near = np.flatnonzero((np.abs(self.elimination.slack) <= edge) | (np.abs(path.slack) <= edge))
        where = f"; for instance {self.game.place(int(near[0]))}" if len(near) else ""
        return f"knife edge: slacks within {edge:.3g} of zero could not be decided exactly{where}"

    def _margin(self, path: PathElimination) -> float | None:
        """Least slack on the path, in payoff units; None if nobody can deviate from it."""
        states = path_states(self.laid, path)
        choice = states[(self.game.action_counts[states] > 1).any(axis=1)]
        if not len(choice):
            return None
        return float(path.slack[path.rows[choice]].min()) / (1 - self.laid.factor)

    def _failed_margin(self, plan: Plan) -> float | None:
        """Least slack on the path of greatest joint payoff within a plan that cannot be kept to, in payoff units."""
        game, found = self.game, self.elimination
        joint, rows, _ = self.laid.joint(plan.allowed, np.ones(game.n_states, dtype=bool), None)
        path = PathElimination(found.live, rows, joint, found.slack, (), True)
        states = path_states(self.laid, path)
        if not found.live[states].all():
            return None
        slack = self.laid.worth(self.laid.total, joint) - self.laid.tempted(found.worst)
        return float(slack[rows[states]].min()) / (1 - self.laid.factor)


@final
@dataclass(frozen=True)
class RelationalTransfers(Solver):
    """Policy elimination: joint and punishment payoffs over the profiles that some equilibrium plays."""

    name = "relational_transfers"
    exact_for = (
        "pure-action equilibria of games with voluntary side payments and money burning, any number of players, "
        "perfect monitoring and one discount factor"
    )
    cost = "per round of deletion a few sparse linear systems of the size of the state space, for each player"
    source = "Goldlücke and Kranz (2018), Discounted stochastic games with voluntary transfers"
    preference = 10

    def accepts(self, game: StochasticGame) -> str | None:
        """Voluntary transfers with burning, perfect monitoring, a common discount factor."""
        return unfit_for_transfers(game)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> TransferSolution:
        """Delete profiles until all that are left can be played; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        laid = TransferGame(game)
        found = eliminate(laid, progress)
        return TransferSolution(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_WITH_TRANSFERS,
            game=game,
            status="converged" if found.finished and _decided(laid, found) else "undecided",
            payoff_sets=tuple(_payoff_set(found, s) for s in range(game.n_states)),
            iterations=len(found.rounds),
            error_bound=1e-12 * laid.scale / (1 - laid.factor) if found.finished else None,
            seconds=time.perf_counter() - began,
            elimination=found,
            laid=laid,
        )


def _decided(laid: TransferGame, found: Elimination) -> bool:
    """Whether no profile that U or v rest on is at a knife edge that exact arithmetic does not decide.

    A profile in which nobody gains by deviating is at no edge: its slack is the discounted expectation of U - sum of v,
    and where all profiles played are such, or have slack to spare, that is nowhere negative.
    """
    game = laid.game
    if not found.live[game.initial]:
        return True
    used = np.column_stack([found.policy, punishment_rows(found, laid)])[reached(laid)]
    near = used[found.slack[used] <= KNIFE_EDGE * laid.scale]
    if not len(near) or laid.settled(found.worst)[near].all():
        return True
    plan = Plan.free(game)
    return prove_plan(laid, found, eliminate_on_path(laid, found, plan.allowed), plan) is not None


def _payoff_set(found: Elimination, state: int) -> EquilibriumPayoffSet | SupportBounds:
    """The simplex of one state: a triangle for two players, support in the directions of its faces for others."""
    worst = found.worst[state]
    n = len(worst)
    if n != 2:
        directions = np.vstack([np.ones(n), -np.eye(n)])
        bound = np.concatenate([[found.joint[state]], -worst])
        bound = bound if found.live[state] else np.full(n + 1, -np.inf)
        return SupportBounds(directions, bound, bound)
    if not found.live[state]:
        return EquilibriumPayoffSet(np.empty((0, 2)), np.empty((0, 2)), 0.0)
    surplus = max(float(found.joint[state] - worst.sum()), 0.0)
    corners = worst + (np.array([[0.0, 0.0], [surplus, 0.0], [0.0, surplus]]) if surplus > 0 else np.zeros((1, 2)))
    return EquilibriumPayoffSet(corners, corners, 0.0)
