"""Verdicts on plans that vary over time: judged in the game with a clock, proved of the game without one."""

from __future__ import annotations

from dataclasses import replace

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.exclusion.exclusion import Exclusion
from games.model.clock import TimedPlan
from games.model.stochastic_game import GameError
from games.solvers.discovery import discover
from games.solvers.solution import Solution
from games.solvers.verdict import Undecided, Verdict, only_if_proved


def timed_verdict(solution: Solution, target: TimedPlan) -> Verdict:
    """Whether the plan is the path of an equilibrium, by the solution's method with its usual options.

    Raises ``GameError`` if the plan was made for another game, or if the method does not apply to it with a clock.
    """
    game = solution.game
    if target.game is not game and target.game.digest != game.digest:
        raise GameError("the plan was made for another game; make it from the game that was solved")
    there = target.plan.game
    method = next(kind for kind in discover() if kind.name == solution.solver)()
    method.insist(there)
    verdict = method.solve(there).verdict(target.plan)
    if isinstance(verdict, Undecided):
        return verdict
    proof = verdict.certificate
    if not isinstance(proof, NoProfitableDeviation | Exclusion):
        return Undecided(verdict.concept, f"evidence of the kind {proof.kind} has no place for a clock; ask for the "
                         "verdict on plan.plan in the game plan.plan.game")
    told = replace(proof, game_digest=game.digest, clock=target.clock)
    return only_if_proved(game, replace(verdict, certificate=told))
