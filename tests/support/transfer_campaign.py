"""A campaign over random games with voluntary transfers: two to four players, one to three states, few actions.

``python -m tests.support.transfer_campaign 5000`` runs it and prints its figures; it stops at the first broken law.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games import Plan, StochasticGame, Sustainable, Undecided, solve
from games.certificates.certificate_file import certificate_text, read_certificate
from games.questions.discount_region import LOWEST
from games.solvers.relational_transfers.solver import TransferSolution
from games.solvers.relational_transfers.staircase import transfer_staircase
from games.solvers.verdict import certificate_of
from tests.support.brute_force import least_joint_payoff, transfer_path_slack, transfer_payoffs
from tests.support.random_games import random_game, relabelled

MOST_POLICIES = 40
"""Games with more policies are not enumerated."""


def campaign(count: int, seed: int = 0) -> Counter[str]:
    """Put ``count`` random games to every law that applies to them; how many there were of each sort."""
    rng = np.random.default_rng(seed)
    seen: Counter[str] = Counter()
    for k in range(count):
        players = 2 + k % 3
        game = random_game(rng, players, int(rng.integers(1, 4)), (1, 3) if players == 2 else (1, 2),
                           integers=k % 4 == 0, reach=int(rng.integers(1, 4)))
        seen["games"] += 1
        burning = k % 5 > 0
        seen["without burning"] += not burning
        _try(replace(game, transfers="voluntary", burning=burning), rng, seen)
    return seen


def _try(game: StochasticGame, rng: np.random.Generator, seen: Counter[str]) -> None:
    solution = _solved(game)
    seen["undecided"] += solution.status == "undecided"
    seen["empty"] += solution.empty
    _bounds(solution)
    rows = [int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]
    allowed = np.zeros(game.n_rows, dtype=bool)
    allowed[rows] = True
    exact = transfer_payoffs(game) if _policies(game) <= MOST_POLICIES else None
    for plan in (Plan(game, allowed), Plan.free(game)):
        verdict = solution.verdict(plan)
        seen[f"verdicts {type(verdict).__name__.lower()}"] += 1
        evidence = certificate_of(verdict)
        if evidence is not None:
            again = read_certificate(json.loads(certificate_text(evidence)))
            assert again.check(game).accepted
            assert not again.check(game.with_discount(Fraction(7, 11))).accepted
            seen["certificates"] += 1
        if not isinstance(verdict, Undecided) and plan.is_markov and exact is not None:
            slack = transfer_path_slack(game, _walked(game, rows), exact)
            assert isinstance(verdict, Sustainable) == (slack is not None and slack >= 0)
            seen["verdicts enumerated"] += 1
    if solution.status == "converged":
        _names_do_not_matter(solution, rng)
        if exact is not None:
            _agrees_with_enumeration(solution, *exact)
            seen["enumerated"] += 1
        if game.n_states == 1:
            _is_monotone(solution)
            seen["repeated"] += 1


def _solved(game: StochasticGame) -> TransferSolution:
    solution = solve(game)
    assert isinstance(solution, TransferSolution)
    return solution


def _bounds(solution: TransferSolution) -> None:
    """The greatest joint payoff covers the least, and that the punishments; all lie within what the game can pay."""
    game, live = solution.game, solution.elimination.live
    joint, worst = solution.joint_payoff[live], solution.punishment_payoffs[live]
    least = solution.least_joint_payoff[live]
    assert np.all(joint >= least - 1e-9)
    assert np.all(least >= worst.sum(axis=1) - 1e-9)
    assert np.all(joint <= game.payoffs.sum(axis=1).max() + 1e-9)
    assert np.all(worst >= game.payoffs.min(axis=0) - 1e-9)
    assert solution.elimination.live[game.initial] != solution.empty


def _names_do_not_matter(solution: TransferSolution, rng: np.random.Generator) -> None:
    """Players, states and actions in another order."""
    other, players, states = relabelled(solution.game, rng)
    found = _solved(other)
    assert found.empty == solution.empty
    assert found.joint_payoff == pytest.approx(solution.joint_payoff[states], abs=1e-9, nan_ok=True)
    assert found.least_joint_payoff == pytest.approx(solution.least_joint_payoff[states], abs=1e-9, nan_ok=True)
    assert found.punishment_payoffs == pytest.approx(
        solution.punishment_payoffs[np.ix_(states, players)], abs=1e-9, nan_ok=True)


def _agrees_with_enumeration(
    solution: TransferSolution, joint: list[Fraction | None], worst: list[list[Fraction]]
) -> None:
    for s, most in enumerate(joint):
        if most is None:
            assert np.isnan(solution.joint_payoff[s])
        else:
            assert solution.joint_payoff[s] == pytest.approx(float(most), abs=1e-9)
            assert solution.punishment_payoffs[s] == pytest.approx([float(v) for v in worst[s]], abs=1e-9)
    if not solution.game.burning:
        exact = [np.nan if x is None else float(x) for x in least_joint_payoff(solution.game)]
        assert solution.least_joint_payoff == pytest.approx(exact, abs=1e-9, nan_ok=True)


def _is_monotone(solution: TransferSolution) -> None:
    """In a repeated game patience raises U and lowers v; the staircase says the same."""
    game, d = solution.game, float(solution.game.discount[0])
    before: TransferSolution | None = None
    for now in (_solved(game.with_discount(LOWEST)), solution, _solved(game.with_discount(round((1 + d) / 2, 3)))):
        if before is not None and not before.empty:
            assert now.joint_payoff[0] >= before.joint_payoff[0] - 1e-9
            assert np.all(now.punishment_payoffs <= before.punishment_payoffs + 1e-9)
        before = now
    step = transfer_staircase(game).at(game.exact_discount(0))
    assert solution.empty == (step is None)
    if step is not None:
        assert solution.joint_payoff[0] == pytest.approx(float(step.joint), abs=1e-9)
        assert solution.punishment_payoffs[0] == pytest.approx([float(v) for v in step.worst], abs=1e-9)


def _policies(game: StochasticGame) -> int:
    return int(np.prod(np.diff(game.row_start)))


def _walked(game: StochasticGame, rows: list[int]) -> dict[int, int]:
    path: dict[int, int] = {}
    waiting = [game.initial]
    while waiting:
        s = waiting.pop()
        if s not in path:
            path[s] = rows[s]
            waiting += game.exact_transition(rows[s])
    return path


if __name__ == "__main__":
    began = time.perf_counter()
    for name, number in sorted(campaign(int(sys.argv[1])).items()):
        print(f"{name}: {number}")
    print(f"seconds: {time.perf_counter() - began:.0f}")
