"""Equilibria with voluntary side payments: joint payoffs, punishment payoffs, and what brings them.

Any number of players, any number of states, perfect monitoring, one discount factor.  Then the pure equilibrium payoffs
from a state are all that share out no more than U and give every player i at least v_i; where money cannot be burnt,
all of these that share out no less than a least joint payoff.
Source: Goldlücke and Kranz (2018); for repeated games Goldlücke and Kranz (2012).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, final

import numpy as np

from games.certificates.transfers.schedule import TransferSchedule
from games.certificates.transfers.worth import concept_with_transfers, unfit_for_transfers
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.numerics.progress import Progress
from games.solvers.payoff_set import payoffs_with_transfers
from games.solvers.relational_transfers.balance import least_joint_payoff
from games.solvers.relational_transfers.elimination import (
    KNIFE_EDGE,
    Elimination,
    PathElimination,
    TransferGame,
    eliminate,
    eliminate_on_path,
)
from games.solvers.relational_transfers.margins import PlanPath, Temptations, plan_margin
from games.solvers.relational_transfers.proofs import prove_plan, prove_shortfall, punishment_rows, reached
from games.solvers.relational_transfers.staircase import TransferStaircase, transfer_staircase
from games.solvers.solution import Bounds, Solution, Target, Temptation, WeakestDeviation, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, finite


@final
@dataclass(frozen=True, eq=False)
class TransferSolution(Solution):
    """Joint and punishment payoffs of every state.

    ``elimination``  profiles that equilibria can play, U, v and the slack of every profile.
    ``laid``         the game as it was laid out for the method.
    ``least``        Float[states]: the least joint payoff, the sum of v where money can be burnt.
    """

    elimination: Elimination
    laid: TransferGame
    least: Floats

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

    @property
    def least_joint_payoff(self) -> Floats:
        """Float[states]: the least that all players together have in an equilibrium; NaN where there is none.

        The sum of v where money can be burnt.  Where it cannot, payoffs are no simplex: they lack a corner.
        """
        return np.where(self.elimination.live, self.least, np.nan)

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
        concept = self.concept
        found = self.elimination
        if not found.finished:
            return Undecided(concept, "policy iteration did not come to an end")
        if not found.live[self.game.initial]:
            # That no equilibrium exists at all is the stronger statement, and a plan is no part of it.
            evidence = prove_shortfall(self.laid, found, None, None)
            if evidence is None:
                return Undecided(concept, "knife edge: that no equilibrium exists could not be proved exactly")
            return Unsustainable(concept, evidence[0], None, evidence[1])
        path = PlanPath.of(self.laid, found, plan)
        if not path.found.finished:
            return Undecided(concept, "policy iteration did not come to an end")
        margin = path.margin(self.laid, found)
        known = {} if margin is None else {"computed_margin": margin}
        if path.holds:
            proof = prove_plan(self.laid, found, path.found, plan)
            if proof is not None:
                return Sustainable(concept, proof[0], None if margin is None else max(margin, 0.0), proof[1])
            return Undecided(concept, self._edge(path.found), known)
        shortfall = prove_shortfall(self.laid, found, path.found, plan)
        if shortfall is not None:
            negative = margin if margin is not None and margin < 0 else None
            return Unsustainable(concept, shortfall[0], negative, shortfall[1])
        return Undecided(concept, self._edge(path.found), known)

    def margin(self, target: Target) -> float | None:
        """As in ``Solution``; of the sign that elimination says where it is nearer to zero than can be told."""
        return plan_margin(self.laid, self.elimination, plan_of(self.game, target))

    def weakest_link(self, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
        """The profile on the best path where all deviations together leave least to spare.

        None if the path's states lack equilibria, or nobody can deviate.
        """
        game, laid, found = self.game, self.laid, self.elimination
        if not found.finished or not found.live[game.initial]:
            return None
        path = PlanPath.of(laid, found, plan_of(game, target))
        row = path.weakest_row(laid, found)
        if row is None:
            return None
        tempted = Temptations.of(laid, path.joint, found.worst)
        together = sorted(
            (Temptation(i, int(b), float(tempted.gain[row, i]))
             for i, b in enumerate(tempted.deviation[row]) if b >= 0),
            key=lambda t: (-t.gain, t.player))
        if not together:
            return None
        most = together[0]
        return WeakestDeviation(int(game.row_state[row]), most.player, row, most.deviation, float(tempted.slack[row]),
                                tuple(together), float(tempted.at_stake[row]))

    def joint_bounds(self, state: str | int | None = None) -> Bounds:
        """As in ``Solution``: one number, if elimination came to its end."""
        at = self.game.initial if state is None else self._state(state)
        if not self.elimination.live[at]:
            return None, None
        most = float(self.elimination.joint[at])
        return (most if self.status == "converged" or self.elimination.finished else None), most

    def schedule(self, target: Target) -> TransferSchedule | None:
        """Who pays whom, and when, in an equilibrium that keeps to the target; None if none is proved.

        Payoffs are exact rationals where they can be solved for, otherwise rounded in the players' disfavour.
        """
        plan, found = plan_of(self.game, target), self.elimination
        if not found.finished or not found.live[self.game.initial]:
            return None
        path = PlanPath.of(self.laid, found, plan)
        proof = prove_plan(self.laid, found, path.found, plan, exact_first=True) if path.holds else None
        return None if proof is None else TransferSchedule.of(proof[0], self.game)

    def at_every_discount(self) -> TransferStaircase:
        """As in ``Solution``."""
        return transfer_staircase(self.game)

    @cached_property
    def temptations(self) -> Temptations:
        """What is at stake after every profile and each player's best deviation; in states with equilibria only."""
        return Temptations.of(self.laid, self.elimination.joint, self.elimination.worst)

    def slacks_json(self) -> list[dict[str, Any]]:
        """As in ``Solution``; ``slack`` and ``at_stake`` are null in states without equilibrium."""
        found, game, table = self.elimination, self.game, self.temptations
        slack = table.slack
        out = []
        for row in range(game.n_rows):
            if found.live[game.row_state[row]]:
                known = {"slack": float(slack[row])}
                out.append(table.row_json(game, row) | known | {"playable": bool(found.admissible[row])})
            else:
                out.append({"state": game.states[int(game.row_state[row])], "profile": list(game.profile_labels(row)),
                            "at_stake": None, "deviations": [], "slack": None, "playable": False})
        return out

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
        } | ({} if game.burning else {"least_joint_payoff": finite(float(self.least[state]))})

    def _edge(self, path: PathElimination) -> str:
        edge = KNIFE_EDGE * self.laid.scale
        near = np.flatnonzero((np.abs(self.elimination.slack) <= edge) | (np.abs(path.slack) <= edge))
        where = f"; for instance {self.game.place(int(near[0]))}" if len(near) else ""
        return f"knife edge: slacks within {edge:.3g} of zero could not be decided exactly{where}"


@final
@dataclass(frozen=True)
class RelationalTransfers(Solver):
    """Policy elimination: joint and punishment payoffs over the profiles that some equilibrium plays.

    ``settle``  prove that no knife edge touches the joint and punishment payoffs; without, their status is "undecided",
                which takes no proof.  Verdicts have their own proofs either way.
    """

    name = "relational_transfers"
    exact_for = (
        "pure-action equilibria of games with voluntary side payments, any number of players, "
        "perfect monitoring and one discount factor"
    )
    cost = "per round of deletion a few sparse linear systems of the size of the state space, for each player"
    source = "Goldlücke and Kranz (2018), Discounted stochastic games with voluntary transfers"
    preference = 10
    provable_rows = 200_000

    settle: bool = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Voluntary transfers, perfect monitoring, a common discount factor."""
        return unfit_for_transfers(game, needs_burning=False)

    def quick(self) -> RelationalTransfers:
        """Without proof that no knife edge is touched."""
        return replace(self, settle=False)

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float | None:
        """As in ``Solver``."""
        there = game.with_discount(discount)
        self.insist(there)
        laid = TransferGame(there)
        return plan_margin(laid, eliminate(laid), Plan(there, plan.allowed))

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> TransferSolution:
        """Delete profiles until all that are left can be played; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        laid = TransferGame(game)
        found = eliminate(laid, progress)
        least = None if game.burning else least_joint_payoff(laid, found)
        known = found.finished and (game.burning or least is not None)
        least = found.worst.sum(axis=1) if least is None else least
        return TransferSolution(
            solver=self.name,
            why="asked for by name",
            concept=concept_with_transfers(game),
            game=game,
            status="converged" if self.settle and known and _decided(laid, found) else "undecided",
            payoff_sets=tuple(
                payoffs_with_transfers(float(found.joint[s]), found.worst[s], bool(found.live[s]), float(least[s]))
                for s in range(game.n_states)),
            iterations=len(found.rounds),
            error_bound=1e-12 * laid.scale / (1 - laid.factor) if found.finished else None,
            seconds=time.perf_counter() - began,
            elimination=found,
            laid=laid,
            least=least,
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
