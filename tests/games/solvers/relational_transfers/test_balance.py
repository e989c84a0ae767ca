"""Voluntary transfers where money cannot be burnt: the same U and v, and a least joint payoff."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import StochasticGame, Undecided, repeated_game, solve, write_game
from games.certificates.certificate import SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.transfers.plan import TransferPlan
from games.numerics.polygons import excess, hausdorff
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.relational_transfers.solver import TransferSolution
from games.solvers.verdict import certificate_of
from tests.support.brute_force import least_joint_payoff
from tests.support.command_line import run_with
from tests.support.example_certificates import DILEMMA
from tests.support.random_games import random_game

LEAST_FOUR = [[[-1, -1], [4, 2]], [[1, 3], [0, 0]]]


def solved(game: StochasticGame, burning: bool = False) -> TransferSolution:
    solution = solve(replace(game, transfers="voluntary", burning=burning))
    assert isinstance(solution, TransferSolution)
    return solution


@pytest.mark.parametrize("seed", range(30))
def test_the_least_joint_payoff_is_the_one_found_by_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    players, states, actions = ((2, 1, 3), (2, 2, 2), (3, 2, (1, 2)), (2, 3, (1, 2)))[seed % 4]
    game = replace(random_game(rng, players, states, actions, integers=seed % 3 == 0, reach=2),
                   transfers="voluntary", burning=False)
    exact = least_joint_payoff(game)
    found = solved(game)
    assert found.status == "converged"
    assert found.least_joint_payoff == pytest.approx([np.nan if x is None else float(x) for x in exact],
                                                     abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
def test_joint_and_punishment_payoffs_and_verdicts_do_not_take_burning(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2 + seed % 2, 2, 2, reach=2)
    free, balanced = solved(game, burning=True), solved(game)
    assert free.empty == balanced.empty
    assert free.joint_payoff == pytest.approx(balanced.joint_payoff, abs=1e-12, nan_ok=True)
    assert free.punishment_payoffs == pytest.approx(balanced.punishment_payoffs, abs=1e-12, nan_ok=True)
    live = balanced.elimination.live
    least, worst = balanced.least_joint_payoff[live], balanced.punishment_payoffs[live].sum(axis=1)
    assert np.all(least >= worst - 1e-9) and np.all(least <= balanced.joint_payoff[live] + 1e-9)
    for row in game.rows_of(0):
        target = {"s0": [list(game.profile_labels(row))]}
        one, two = free.verdict(target), balanced.verdict(target)
        assert type(one) is type(two)
        assert not isinstance(two, Undecided)
        assert two.concept is SolutionConcept.PURE_WITH_BALANCED_TRANSFERS
        evidence = certificate_of(two)
        assert evidence is not None
        assert read_certificate(json.loads(certificate_text(evidence))).check(balanced.game).accepted


def test_certificates_say_whether_money_may_be_burnt() -> None:
    game = repeated_game(DILEMMA, "1/2", transfers="voluntary")
    for burning, target in ((True, "a0,b0"), (False, "a0,b0")):
        solution = solved(game, burning)
        evidence = certificate_of(solution.verdict(target))
        assert isinstance(evidence, TransferPlan)
        other = replace(game, burning=not burning)
        assert evidence.check(other).place == "game_digest"
        report = replace(evidence, game_digest=other.digest).check(other)
        assert report.place == "concept" and "money burning" in report.problem


def test_the_corner_is_cut_off_at_the_least_joint_payoff() -> None:
    # The second and third profiles bring 6 and 4 and nobody gains by leaving them; the others cannot be played.
    game = repeated_game(LEAST_FOUR, "0.49")
    found = solved(game)
    assert (found.joint_payoff[0], found.least_joint_payoff[0]) == pytest.approx((6, 4))
    low, high = found.punishment_payoffs[0]
    assert (low, high) == pytest.approx((1, 2))
    assert found.payoff_set().vertices == pytest.approx(np.array([[2, 2], [4, 2], [1, 5], [1, 3]]))
    assert solved(game, burning=True).payoff_set().vertices == pytest.approx(np.array([[1, 2], [4, 2], [1, 5]]))


def test_payoffs_of_a_constant_sum_game_of_three_lie_on_a_plane() -> None:
    first = [[[3, 0], [3, -1]], [[-1, 1], [-1, 1]]], [[[4, 0], [0, -1]], [[-1, 0], [1, -1]]]
    payoffs = np.array([[[[x, y, 6 - x - y] for x, y in row] for row in block] for block in first], dtype=float)
    found = solved(repeated_game(payoffs, "0.9"))
    bounds = found.support_bounds()
    assert bounds.directions[1].tolist() == [-1, -1, -1]
    assert bounds.outer[:2] == pytest.approx([6, -6])
    assert found.punishment_payoffs[0].sum() == pytest.approx(2)


def with_payments_on_a_grid(game: StochasticGame, amounts: list[float]) -> StochasticGame:
    """Periods split in two: first both pay one of ``amounts`` to the other, then they play; no other transfers."""
    d = float(game.discount[0]) ** 0.5
    pay = np.array([[b - a, a - b] for a in amounts for b in amounts]) * (1 + d)
    act = game.payoffs * (1 + d) / d
    law = np.zeros((len(pay) + len(act), 2))
    law[: len(pay), 1] = law[len(pay):, 0] = 1
    labels = tuple(f"pay {a:g}" for a in amounts)
    return StochasticGame(game.players, np.array([d, d]), ("pay", "act"), ((labels, labels), game.actions[0]),
                          np.vstack([pay, act]), csr_array(law))


@pytest.mark.parametrize(("payoffs", "discount"), [
    (LEAST_FOUR, 0.49),
    ([[[2, 2], [0, -1]], [[-1, 4], [-1, 4]]], 0.49),
    ([[[4, 4], [1, 1]], [[3, 2], [-1, -1]]], 0.49),
    ([[[1, 3], [3, 4]], [[4, 2], [2, -1]]], 0.64),
])
def test_the_polygon_method_comes_to_the_same_set_on_ever_finer_grids_of_payments(
    payoffs: list[list[list[int]]], discount: float
) -> None:
    game = repeated_game(payoffs, discount)
    predicted = solved(game).payoff_set().vertices
    assert len(predicted) == 4
    off = []
    for step in (1.0, 0.25):
        grid = with_payments_on_a_grid(game, [k * step for k in range(round(5 / step) + 1)])
        found = EquilibriumPolygons().solve(grid).payoff_set("pay").vertices
        assert excess(found, len(found), predicted, len(predicted)) <= 1e-6
        off.append(hausdorff(found, predicted))
    assert off[1] <= min(off[0] + 1e-9, 0.15)


def test_the_command_says_from_where_to_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    game = replace(repeated_game(LEAST_FOUR, "0.49", transfers="voluntary"), burning=False)
    write_game(game, tmp_path / "game.json")
    run = run_with(capsys)
    told = json.loads(run("game", "solve", tmp_path / "game.json", "--json", "--payments").out)
    assert "no money burning" in told["concept"]
    assert told["states"]["s0"]["least_joint_payoff"] == pytest.approx(4)
    assert all(payment["burnt"] == "0" for payment in told["payments"]["due"])
    assert "joint payoff from 4 to 6" in run("game", "solve", tmp_path / "game.json").out
