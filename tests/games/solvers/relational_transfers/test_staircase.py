"""The staircase of a repeated game with voluntary transfers against solving it anew at many discount factors."""

from __future__ import annotations

import json
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from games import GameError, StochasticGame, Sustainable, Unsustainable, read_game, repeated_game, solve
from games.drawing.staircase import plot_staircase
from games.solvers.relational_transfers.solver import TransferSolution
from games.solvers.relational_transfers.staircase import transfer_staircase
from tests.support.brute_force import transfer_payoffs
from tests.support.command_line import run_with
from tests.support.example_certificates import PENNIES, two_state_dilemma

PAPERS = Path(__file__).parents[4] / "papers"
TINY = F(1, 10**6)


def random_repeated(seed: int) -> StochasticGame:
    """Two to four players with two or three actions each; every third game has payoffs with ties."""
    rng = np.random.default_rng(seed)
    players = 2 + seed % 3
    shape = (*rng.integers(2, 5 - players // 2, size=players).tolist(), players)
    payoffs = rng.integers(-3, 5, size=shape) if seed % 3 == 0 else rng.uniform(-1, 2, size=shape).round(3)
    return repeated_game(payoffs.astype(float), "1/2", transfers="voluntary")


def solved(game: StochasticGame, discount: F) -> TransferSolution:
    solution = solve(game.with_discount(discount))
    assert isinstance(solution, TransferSolution)
    return solution


@pytest.mark.parametrize("seed", range(18))
def test_every_step_is_what_policy_elimination_finds_at_a_grid_and_around_the_edges(seed: int) -> None:
    game = random_repeated(seed)
    found = transfer_staircase(game)
    edges = [step.start for step in found.steps]
    assert edges == sorted(set(edges))
    grid = [F(k, 20) for k in range(20)]
    for discount in sorted({*grid, *(e - TINY for e in edges if e), *edges, *(e + TINY for e in edges)}):
        if not 0 <= discount < 1:
            continue
        step, solution = found.at(discount), solved(game, discount)
        assert solution.status == "converged"
        assert solution.empty == (step is None)
        if step is not None:
            assert solution.joint_payoff[0] == pytest.approx(float(step.joint), abs=1e-9)
            assert solution.punishment_payoffs[0] == pytest.approx([float(v) for v in step.worst], abs=1e-9)
            assert solution.elimination.admissible[[step.path, *step.punish]].all()
        once = [p.sometimes is not None and p.sometimes <= discount for p in found.profiles]
        assert solution.elimination.admissible.tolist() == once or step is None


@pytest.mark.parametrize("seed", range(12))
def test_steps_are_exact(seed: int) -> None:
    game = random_repeated(seed)
    found = transfer_staircase(game)
    for discount in {*(step.start for step in found.steps), F(1, 3), F(9, 10)}:
        joint, worst = transfer_payoffs(game.with_discount(discount))
        step = found.at(discount)
        assert (joint[0] is None) == (step is None)
        if step is not None:
            assert (joint[0], tuple(worst[0])) == (step.joint, step.worst)


@pytest.mark.parametrize("seed", range(12))
def test_every_profile_can_be_played_for_ever_from_its_threshold_on_and_not_before(seed: int) -> None:
    game = random_repeated(seed)
    for profile in transfer_staircase(game).profiles:
        target = ",".join(game.profile_labels(profile.row))
        if profile.always is None:
            assert isinstance(solved(game, F(999_999, 10**6)).verdict(target), Unsustainable)
            continue
        assert profile.sometimes is not None and profile.sometimes <= profile.always < 1
        assert isinstance(solved(game, profile.always).verdict(target), Sustainable)
        if profile.always > TINY:
            assert isinstance(solved(game, profile.always - TINY).verdict(target), Unsustainable)


def test_the_public_good_rises_by_its_published_steps() -> None:
    game = read_game(PAPERS / "goldluecke_kranz_2012" / "public_good.json")
    found = transfer_staircase(game)
    liquidity = ["0", "0.9", "1.1", "1.3", "1.5", "1.7", "1.9", "2.1", "2.3", "2.5", "2.7"]
    joint = ["0.7", "4.3", "4.6", "4.9", "5.2", "5.5", "5.8", "6.1", "6.4", "6.7", "7.0"]
    assert [step.liquidity for step in found.steps] == [F(x) for x in liquidity]
    assert [step.joint for step in found.steps] == [F(x) for x in joint]
    for step in found.steps[1:]:
        assert step.start == step.liquidity / (step.liquidity + step.joint - F("0.7"))
        assert step.worst == (F("0.4"), F("0.3"))
    assert found.at(found.steps[3].start) is found.steps[3]
    assert found.at(found.steps[3].start - F(1, 10**30)) is found.steps[2]


def test_without_a_pure_equilibrium_of_the_stage_game_the_staircase_begins_late_or_never() -> None:
    assert transfer_staircase(repeated_game(PENNIES, 0.5, transfers="voluntary")).steps == ()
    # Both want to differ from pennies, but a third outcome that nobody can leave alone pays all.
    payoffs = [[[1, -1], [-1, 1], [-2, -2]], [[-1, 1], [1, -1], [-2, -2]], [[-2, -2], [-2, 5], [4, 4]]]
    found = transfer_staircase(repeated_game(payoffs, 0.5, transfers="voluntary"))
    first = found.steps[0]
    assert first.start > 0 and found.at(first.start - TINY) is None
    joint, _ = transfer_payoffs(repeated_game(payoffs, first.start - TINY, transfers="voluntary"))
    assert joint == [None]


def test_it_is_refused_where_there_is_none() -> None:
    with pytest.raises(GameError, match="of one state; this game has 2"):
        transfer_staircase(two_state_dilemma("0.5"))
    with pytest.raises(GameError, match="cannot pay one another"):
        transfer_staircase(repeated_game(PENNIES, 0.5))


def test_its_picture_is_drawn_and_the_same_every_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    game = PAPERS / "goldluecke_kranz_2012" / "simple_cournot.json"
    drawn = []
    for name in ("one.svg", "two.svg"):
        assert run("game", "solve", game, "--all-discounts", "--plot", tmp_path / name).code == 0
        drawn.append((tmp_path / name).read_text())
    assert drawn[0] == drawn[1]
    assert drawn[0].count("<path") > 20 and "http://www.w3.org/2000/svg" in drawn[0]
    plot_staircase(transfer_staircase(repeated_game(PENNIES, 0.5, transfers="voluntary")), tmp_path / "none.png")
    assert (tmp_path / "none.png").stat().st_size > 1000


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    game = PAPERS / "goldluecke_kranz_2012" / "simple_cournot.json"
    told = json.loads(run("game", "solve", game, "--all-discounts", "--json").out)["staircase"]
    assert [(s["from"], s["below"], s["joint_payoff"]) for s in told["steps"]] == [
        ("0", "0.25", "14"), ("0.25", "1/3", "18"), ("1/3", "1", "20")]
    assert told["profiles"][0] == {
        "profile": ["L", "L"], "needs": "10", "sometimes_from": "1/3", "always_from": "1/3"}
    shown = run("game", "solve", game, "--all-discounts").out
    assert "from 1/3: joint payoff 20 by (L, L), players at least 0, 0" in shown
    refused = run("game", "solve", game, "--all-discounts", "--transfers", "none")
    assert refused.code == 2 and "--transfers voluntary" in refused.err
