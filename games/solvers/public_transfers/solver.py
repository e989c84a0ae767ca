"""Equilibria with voluntary side payments when everyone sees signals instead of actions.

Any number of players, any number of states, one discount factor.  With money burning the pure equilibrium payoffs from
a state are all that share out no more than U and give every player i at least v_i; a program per row and aim says what
the outcomes of a period, signal and next state together, can enforce.  Without burning these are bounds from outside.
Source: Goldlücke and Kranz (2012) for repeated games, extended to states as in Goldlücke and Kranz (2018).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, final

import numpy as np

from games.certificates.signals.outcomes import unfit_for_public_transfers
from games.certificates.signals.shortfall import PublicShortfall
from games.certificates.signals.transfer_plan import CONCEPTS, PublicTransferPlan
from games.certificates.transfers.schedule import TransferSchedule
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.polygons import hausdorff
from games.numerics.progress import Progress
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds, payoffs_with_transfers
from games.solvers.public_transfers.balance import BalancedPlay, balanced_play, settled_path, unenforced
from games.solvers.public_transfers.bounds import PublicBounds
from games.solvers.public_transfers.iteration import OUTWARD, PublicIteration
from games.solvers.public_transfers.liquidity import PublicLiquidity
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.paths import PublicPath, best_path, row_margin
from games.solvers.public_transfers.proofs import balanced_plan, balanced_shortfall, shortfall, transfer_plan
from games.solvers.relational_transfers import TransferGame, path_states, reached
from games.solvers.solution import Bounds, Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.undetected_deviation import undetected_deviation
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, finite

SLACKS = (1e-11, 1e-9, 1e-7)
"""How much every incentive is tightened to find equilibria, relative to the largest payoff; the first that works."""

OUTWARDS = (OUTWARD, 1e-11, 1e-9)
NEAR = 1e-6
"""Bounds from outside and inside that differ by less, relative to the largest payoff, say that the sets are known."""

RELIEF_STEPS = 24

SEEN_BY_ALL = (
    "that needs everyone to see what was done; with public signals the certificate of a target holds what follows "
    "every outcome"
)


@final
@dataclass(frozen=True, eq=False)
class PublicTransferSolution(Solution):
    """Bounds on joint and punishment payoffs of every state, and equilibria that come near to them.

    ``outer``  what no equilibrium exceeds.  ``inner`` payoffs of equilibria whose incentives have some slack to spare;
               None if none were found.
    ``balanced``  without burning: play that generates its own payoffs, none of which is burnt; None if none was found.
    ``laid``, ``outcomes``  the game as it was laid out for the method.
    """

    outer: PublicBounds
    inner: PublicBounds | None
    balanced: BalancedPlay | None
    laid: TransferGame
    outcomes: PublicOutcomes

    @property
    def empty(self) -> bool:
        """No pure equilibrium exists from the initial state, even with side payments."""
        return self.status == "converged" and not self.outer.live[self.game.initial]

    @property
    def joint_payoff(self) -> Floats:
        """Float[states]: the most that all together have in an equilibrium, to rounding; NaN where there is none.

        With money burning; without, no equilibrium has more.
        """
        return np.where(self.outer.live, self.outer.joint - self._moved, np.nan)

    @property
    def punishment_payoffs(self) -> Floats:
        """Float[states, players]: the least that each has in an equilibrium, to rounding; NaN where there is none."""
        return np.where(self.outer.live[:, None], self.outer.worst + self._moved, np.nan)

    @property
    def _moved(self) -> float:
        """How far bounds were moved outward to stay bounds when rounded."""
        return OUTWARD * self.laid.scale / (1 - self.laid.factor)

    def verdict(self, target: Target) -> Verdict:
        """Whether an equilibrium with side payments keeps to the target; certificates are checked before they return.

        The margin of a target that holds is how much more any single player might be tempted in one period, whatever
        the profile of the best path and the state, once rewards that keep the others from deviating are paid out.  That
        of a target that fails is minus the least relief from all temptations on the path with which it would hold.
        """
        plan, concept = plan_of(self.game, target), CONCEPTS[self.game.burning]
        if not self.outer.live[self.game.initial]:
            # That no equilibrium exists at all is the stronger statement, and a plan is no part of it.
            evidence = self._shortfall(None)
            if evidence is None:
                return Undecided(concept, "knife edge: that no equilibrium exists could not be proved exactly")
            return Unsustainable(concept, evidence, None)
        path = best_path(self.laid, self.outer, plan.allowed)
        unseen = undetected_deviation(self.game, plan)
        if unseen is not None:
            return unseen.at_most(None if path.open[self.game.initial] else self._relief(plan.allowed))
        if not self.game.burning and path.open[self.game.initial]:
            return self._balanced_verdict(plan)
        margin = self._margin(plan, path)
        known = {} if margin is None else {"computed_margin": margin}
        if path.open[self.game.initial]:
            proof = self._proof(plan)
            if proof is not None:
                return Sustainable(concept, proof, None if margin is None else max(margin, 0.0))
            return Undecided(concept, "knife edge: no equilibrium with incentives to spare was found", known)
        evidence = self._shortfall(plan)
        if evidence is not None:
            return Unsustainable(concept, evidence, margin)
        return Undecided(concept, "knife edge: that no equilibrium keeps to it could not be proved exactly", known)

    def _balanced_verdict(self, plan: Plan) -> Verdict:
        """Without burning, where a plan could be kept to with it."""
        concept = CONCEPTS[False]
        path = settled_path(self.laid, plan.allowed, self.outer.live)
        margin = None if path is None else self._least(path.rows[path.states], path.joint)
        known = {} if margin is None else {"computed_margin": margin}
        failing = None if path is None else unenforced(self.outer.bounds, path, self.outer)
        if path is not None and failing is not None:
            evidence = balanced_shortfall(
                self.laid, self.outcomes, self.outer.steps, OUTWARD, path, *failing, plan)
            if evidence is not None:
                return Unsustainable(concept, evidence, margin if margin is not None and margin < 0 else None)
            return Undecided(concept, "knife edge: that no equilibrium keeps to it could not be proved exactly", known)
        for slack in SLACKS:
            play = balanced_play(self.laid, self.outcomes, self.outer, _asked(self.laid, slack))
            proof = None if play is None else balanced_plan(self.laid, self.outcomes, play, path, plan)
            if proof is not None:
                return Sustainable(concept, proof, None if margin is None else max(margin, 0.0))
        return Undecided(concept, "without burning only bounds are known, and they do not decide", known)

    def schedule(self, target: Target) -> TransferSchedule | None:
        """Never: raises ``GameError``."""
        raise GameError(f"payments: {SEEN_BY_ALL}")

    def slacks_json(self) -> list[dict[str, Any]]:
        """Never: raises ``GameError``."""
        raise GameError(f"slacks: {SEEN_BY_ALL}")

    def at_every_discount(self) -> PublicLiquidity:
        """As in ``Solution``: what every profile needs to be at stake, which is the same at every discount factor."""
        return PublicLiquidity.of(self.game)

    def state_json(self, state: int) -> dict[str, Any]:
        """Joint and punishment payoffs of one state with the profiles that bring them; null where there is none."""
        outer, inner, game = self.outer, self.inner, self.game
        if not outer.live[state]:
            return {"joint_payoff": None, "punishment_payoffs": None,
                    "equilibrium_actions": None, "punishment_actions": None}
        out = {
            "joint_payoff": finite(float(self.joint_payoff[state])),
            "punishment_payoffs": [finite(x) for x in self.punishment_payoffs[state].tolist()],
            "equilibrium_actions": list(game.profile_labels(int(outer.rows[state, 0]))),
            "punishment_actions": [list(game.profile_labels(int(r))) for r in outer.rows[state, 1:]],
        }
        if self.status == "converged":
            return out
        known: PublicBounds | BalancedPlay | None = inner if inner is not None and inner.live[state] else None
        if self.balanced is not None and (state, 0) in self.balanced.plays:
            known = self.balanced
        if known is None:
            return out
        return out | {"found_joint_payoff": finite(float(known.joint[state])),
                      "found_punishment_payoffs": [finite(x) for x in known.worst[state].tolist()]}

    @cached_property
    def existence(self) -> PublicTransferPlan | None:
        """A checked certificate that an equilibrium exists, with payoffs near those of ``inner``; None without one."""
        return self._proof(Plan.free(self.game))

    def _proof(self, plan: Plan) -> PublicTransferPlan | None:
        for slack in SLACKS:
            known = self.inner if slack == SLACKS[0] else None
            inner = known or tightened(self.outcomes, self.laid, self.outer, slack)
            if not inner.live[self.game.initial]:
                continue
            path = best_path(self.laid, inner, plan.allowed)
            if path.open[self.game.initial]:
                proof = transfer_plan(self.laid, self.outcomes, inner, path, plan)
                if proof is not None:
                    return proof
        return None

    def _shortfall(self, plan: Plan | None) -> PublicShortfall | None:
        game = self.game
        for outward in OUTWARDS:
            outer = self.outer if outward == OUTWARD else PublicIteration(self.outcomes, self.laid, outward).run()
            steps = outer.steps
            if plan is not None and outer.live[game.initial]:
                path = best_path(self.laid, outer, plan.allowed, outward)
                if path.open[game.initial]:
                    return None
                steps += path.steps
            elif outer.live[game.initial]:
                return None
            found = shortfall(self.laid, self.outcomes, steps, outward, plan)
            if found is not None:
                return found
        return None

    def margin(self, target: Target) -> float | None:
        """As in ``Solution``; without burning as the verdict has it."""
        plan, outer = plan_of(self.game, target), self.outer
        if not self.game.burning:
            return super().margin(plan)
        path = best_path(self.laid, outer, plan.allowed) if outer.live[self.game.initial] else None
        if path is not None and path.open[self.game.initial]:
            margin = self.path_margin(path)
            return self.payoff_range if margin is None else max(margin, 0.0)
        if not outer.finished:
            return None
        relief = None if path is None else self._relief(plan.allowed)
        return -self.payoff_range if relief is None else relief

    def path_margin(self, path: PublicPath) -> float | None:
        """The margin of a path that can be kept to; None if nobody can deviate from it."""
        return self._least(path.rows[path_states(self.laid, path.rows)], path.joint)

    def joint_bounds(self, state: str | int | None = None) -> Bounds:
        """As in ``Solution``."""
        at = self.game.initial if state is None else self._state(state)
        if not self.outer.live[at]:
            return None, None
        most = float(self.joint_payoff[at])
        if self.inner is not None and self.inner.live[at]:
            return float(self.inner.joint[at]), most
        return (most if self.status == "converged" else None), most

    def _margin(self, plan: Plan, path: PublicPath) -> float | None:
        if not path.open[self.game.initial]:
            return self._relief(plan.allowed)
        return self.path_margin(path)

    def _least(self, rows: Ints, joint: Floats) -> float | None:
        """The least margin of some rows."""
        found = (row_margin(self.outer.bounds, int(row), joint, self.outer.worst) for row in rows)
        known = [x for x in found if x is not None]
        return min(known) if known else None

    def _relief(self, allowed: Bools) -> float | None:
        """Minus the least amount by which every temptation on the path must fall; None if no relief helps."""
        low, high = 0.0, 2 * self.payoff_range
        unit = 1 - self.laid.factor
        if not self._helped(allowed, high * unit):
            return None
        for _ in range(RELIEF_STEPS):
            middle = (low + high) / 2
            low, high = (low, middle) if self._helped(allowed, middle * unit) else (middle, high)
        return -high

    def _helped(self, allowed: Bools, relief: float) -> bool:
        path = best_path(self.laid, self.outer, allowed, tighten=-relief)
        return bool(path.open[self.game.initial])


@final
@dataclass(frozen=True)
class PublicTransfers(Solver):
    """The monotone map on simplices from above, and equilibria with some slack in all incentives from below.

    ``settle``  find such equilibria and prove them; without, the status is "undecided", which takes no proof.  Verdicts
                have their own proofs either way.
    """

    name = "public_transfers"
    exact_for = (
        "pure-action perfect public equilibria of games with public signals, voluntary side payments and money "
        "burning, any number of players and one discount factor (without burning: bounds)"
    )
    cost = "per round a few small linear programs for each state and player, states settled component by component"
    source = (
        "Goldlücke and Kranz (2012), Infinitely repeated games with public monitoring and monetary transfers; "
        "Goldlücke and Kranz (2018), for states"
    )
    preference = 20
    signals = True

    settle: bool = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Voluntary transfers and a common discount factor; signals or none."""
        return unfit_for_public_transfers(game)

    def quick(self) -> PublicTransfers:
        """From outside, and from inside without proofs."""
        return replace(self, settle=False)

    def margin_at(self, game: StochasticGame, plan: Plan, discount: float) -> float | None:
        """As in ``Solver``; with burning only that a plan fails, not by how much."""
        if not game.burning:
            return super().margin_at(game, plan, discount)
        solution = self.quick().solve(game.with_discount(discount))
        initial, most = game.initial, solution.payoff_range
        path = best_path(solution.laid, solution.outer, plan.allowed) if solution.outer.live[initial] else None
        if path is None or not path.open[initial]:
            return -most if solution.outer.finished else None
        margin = solution.path_margin(path)
        return most if margin is None else min(max(margin, 0.0), most)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PublicTransferSolution:
        """Bound payoffs from outside and inside; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        laid, outcomes = TransferGame(game), PublicOutcomes(game)
        outer = PublicIteration(outcomes, laid).run(progress)
        inner, balanced = None, None
        if outer.live[game.initial] and game.burning:
            found = tightened(outcomes, laid, outer, SLACKS[0])
            inner = found if found.live[game.initial] else None
        elif outer.live[game.initial] and self.settle:
            balanced = balanced_play(laid, outcomes, outer, _asked(laid, SLACKS[0]))
        gap = _gap(laid, outer, inner)
        solution = PublicTransferSolution(
            solver=self.name,
            why="asked for by name",
            concept=CONCEPTS[game.burning],
            game=game,
            status="undecided",
            payoff_sets=tuple(_payoff_set(outer, inner, balanced, s) for s in range(game.n_states)),
            iterations=len(outer.steps),
            error_bound=gap,
            seconds=time.perf_counter() - began,
            outer=outer,
            inner=inner,
            balanced=balanced,
            laid=laid,
            outcomes=outcomes,
        )
        return _settled(solution, began) if self.settle and outer.finished else solution


def tightened(outcomes: PublicOutcomes, laid: TransferGame, outer: PublicBounds, slack: float) -> PublicBounds:
    """Bounds on equilibria whose deviations are all worse than complying by ``slack`` of the largest payoff."""
    return PublicIteration(outcomes, laid, tighten=_asked(laid, slack), start=outer).run()


def _asked(laid: TransferGame, slack: float) -> float:
    """So much slack in payoff units, wide enough for rounding."""
    return slack * laid.scale * max(1.0, 0.1 / (1 - laid.factor))


def _settled(solution: PublicTransferSolution, began: float) -> PublicTransferSolution:
    """The same as converged, if proofs say so."""
    if not solution.outer.live[solution.game.initial]:
        known = isinstance(solution.verdict(Plan.free(solution.game)), Unsustainable)
    else:
        near = solution.error_bound is not None and solution.error_bound <= NEAR * solution.laid.scale
        known = near and solution.existence is not None
    return replace(solution, status="converged", seconds=time.perf_counter() - began) if known else solution


def _gap(laid: TransferGame, outer: PublicBounds, inner: PublicBounds | None) -> float | None:
    """How far bounds from outside and inside are apart in the states that can be reached."""
    if inner is None:
        return None
    states = reached(laid)
    return float(max((outer.joint - inner.joint)[states].max(), (inner.worst - outer.worst)[states].max(), 0.0))


def _payoff_set(
    outer: PublicBounds, inner: PublicBounds | None, balanced: BalancedPlay | None, state: int
) -> EquilibriumPayoffSet | SupportBounds:
    outside = payoffs_with_transfers(float(outer.joint[state]), outer.worst[state], bool(outer.live[state]))
    known = inner is not None and bool(inner.live[state])
    if balanced is not None and (state, 0) in balanced.plays and isinstance(outside, EquilibriumPayoffSet):
        # Without burning what was found is only the edge on which nothing is burnt.
        edge = payoffs_with_transfers(float(balanced.joint[state]), balanced.worst[state], True)
        assert isinstance(edge, EquilibriumPayoffSet)
        segment = edge.vertices[-2:]
        return EquilibriumPayoffSet(outside.vertices, segment, hausdorff(outside.vertices, segment))
    if isinstance(outside, SupportBounds):
        inside = np.full(len(outside.outer), -np.inf)
        if inner is not None and known:
            inside = np.concatenate([[inner.joint[state]], -inner.worst[state]])
        return SupportBounds(outside.directions, outside.outer, inside)
    if inner is None or not known:
        return EquilibriumPayoffSet(outside.vertices, np.empty((0, 2)), 0.0 if outside.empty else np.inf)
    found = payoffs_with_transfers(float(inner.joint[state]), inner.worst[state], True)
    assert isinstance(found, EquilibriumPayoffSet)
    return EquilibriumPayoffSet(outside.vertices, found.vertices, hausdorff(outside.vertices, found.vertices))
