"""With voluntary transfers: what tempts whom, the weakest link of a plan, the discount factors at which it holds."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import GameError, Plan, StochasticGame, Sustainable, Unsustainable, read_game, repeated_game, solve
from games.questions.discount_region import discount_region
from games.solvers.relational_transfers.solver import RelationalTransfers, TransferSolution
from tests.support.brute_force import transfer_path_slack
from tests.support.command_line import run_with
from tests.support.example_certificates import DILEMMA, two_state_dilemma
from tests.support.random_games import random_game

PAPERS = Path(__file__).parents[4] / "papers"
PUBLIC_GOOD = PAPERS / "goldluecke_kranz_2012" / "public_good.json"
LABELS = [["C", "D"], ["C", "D"]]


def with_transfers(game: StochasticGame) -> StochasticGame:
    return replace(game, transfers="voluntary")


def solved(game: StochasticGame) -> TransferSolution:
    solution = solve(with_transfers(game))
    assert isinstance(solution, TransferSolution)
    return solution


def walked(game: StochasticGame, rows: list[int]) -> dict[int, int]:
    """The row of every state that play of ``rows[state]`` comes to."""
    path, waiting = {}, [game.initial]
    while waiting:
        s = waiting.pop()
        if s not in path:
            path[s] = rows[s]
            waiting += game.exact_transition(rows[s])
    return path


def random_plan(seed: int) -> tuple[StochasticGame, list[int]]:
    """A small stochastic game with transfers and a row for every state."""
    rng = np.random.default_rng(seed)
    players = 2 + seed % 2
    game = random_game(rng, players, 2 + seed % 2 * (players == 2), 2, integers=seed % 3 == 0, reach=2)
    rows = [int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]
    return with_transfers(game), rows


def plan_json(game: StochasticGame, rows: list[int]) -> dict[str, list[list[str]]]:
    return {game.states[s]: [list(game.profile_labels(row))] for s, row in enumerate(rows)}


# -- temptations -------------------------------------------------------------------------------------------------------


def test_gains_and_stakes_of_a_dilemma_by_hand() -> None:
    # The joint payoff is 4 and the least payoffs are 0: at 1/2 what follows is worth 4 in units of one period.
    table = solved(repeated_game(DILEMMA, "1/2")).temptations
    assert table.at_stake == pytest.approx([4] * 4)
    assert table.gain == pytest.approx(np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]))
    assert table.deviation.tolist() == [[2, 1], [3, 0], [0, 3], [1, 2]]
    assert table.slack == pytest.approx([2, 3, 3, 4])


@pytest.mark.parametrize("seed", range(6))
def test_slacks_and_best_deviations_are_those_found_row_by_row(seed: int) -> None:
    game, _ = random_plan(seed)
    solution = solved(game)
    joint, worst = solution.elimination.joint, solution.elimination.worst
    d, table = float(game.discount[0]), solution.temptations
    law = game.transition.toarray()
    for row in range(game.n_rows):
        slack = float(law[row] @ (joint - worst.sum(axis=1))) * d
        for i in range(game.n_players):
            worth = {b: (1 - d) * game.payoffs[b, i] + d * law[b] @ worst[:, i] for b in game.deviation_rows(row, i)}
            others = [b for b in worth if game.outcome_class[b] != game.outcome_class[row]]
            slack -= max(worth.values()) - worth[row]
            if not others:
                assert (table.deviation[row, i], table.gain[row, i]) == (-1, -np.inf)
                continue
            assert table.deviation[row, i] in others
            assert table.gain[row, i] * (1 - d) == pytest.approx(max(worth[b] for b in others) - worth[row], abs=1e-12)
            assert worth[int(table.deviation[row, i])] == pytest.approx(max(worth[b] for b in others), abs=1e-12)
        assert table.slack[row] * (1 - d) == pytest.approx(slack, abs=1e-12)
    if solution.elimination.live.all():
        assert table.slack * (1 - d) == pytest.approx(solution.elimination.slack, abs=1e-12)


def test_an_action_that_makes_no_difference_is_no_deviation() -> None:
    game = repeated_game([[[1, 1], [0, 2]], [[1, 1], [0, 2]]], "1/2", transfers="voluntary")
    table = solved(game).temptations
    assert table.deviation.tolist() == [[-1, 1], [-1, 0], [-1, 3], [-1, 2]]
    assert np.all(table.gain[:, 0] == -np.inf)
    assert np.all(np.isfinite(table.slack))


# -- weakest links -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("discount", ["0.2", "0.5"])
def test_the_weakest_link_counts_all_temptations_together(discount: str) -> None:
    # A is tempted by 1 and B by 2; 4 is at stake in every later period.
    game = repeated_game([[[2, 2], [-1, 4]], [[3, -1], [0, 0]]], discount, actions=LABELS, players=["A", "B"])
    solution = solved(game)
    verdict = solution.verdict("C,C")
    assert isinstance(verdict, Sustainable | Unsustainable)
    link = solution.weakest_link("C,C", verdict)
    assert link is not None
    stake = 4 * float(discount) / (1 - float(discount))
    assert link.margin == pytest.approx(stake - 3)
    assert link.margin == pytest.approx(verdict.margin)
    assert link.to_json(solution.game) == {
        "state": "s0", "player": "B", "played": ["C", "C"], "deviation": "D", "margin": pytest.approx(stake - 3),
        "at_stake": pytest.approx(stake), "deviations": [
            {"player": "B", "deviation": "D", "gain": pytest.approx(2)},
            {"player": "A", "deviation": "D", "gain": pytest.approx(1)}]}


@pytest.mark.parametrize("seed", range(30))
def test_the_margin_of_the_weakest_link_is_the_exact_slack_of_the_path(seed: int) -> None:
    game, rows = random_plan(seed)
    solution = solved(game)
    plan = plan_json(game, rows)
    exact = transfer_path_slack(game, walked(game, rows))
    link = solution.weakest_link(plan)
    if exact is None or not solution.elimination.live[list(walked(game, rows))].all():
        assert link is None
        return
    assert link is not None
    assert link.margin == pytest.approx(float(exact), abs=1e-9)
    assert isinstance(solution.verdict(plan), Sustainable if exact >= 0 else Unsustainable)


def test_nobody_who_can_deviate_means_no_weakest_link() -> None:
    assert solved(repeated_game([[[1, 2]]], "1/2", actions=[["x"], ["y"]])).weakest_link("x,y") is None


# -- discount regions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("effort", "critical"), [("10,10", 0.3), ("1,1", None), ("9,9", None)])
def test_regions_in_the_public_good_game(effort: str, critical: float | None) -> None:
    game = read_game(PUBLIC_GOOD)
    region = discount_region(game, effort)
    if effort == "1,1":
        assert region.intervals == ((0.01, 0.99),)
        return
    # Both effort 9: gains 0.1 * 8 + 0.2 * 8 from the joint payoff 6.3; that liquidity buys 6.4 - 0.7 a period.
    threshold = critical or 2.4 / (2.4 + 6.3 - 0.7)
    assert len(region.intervals) == 1
    assert list(region.intervals[0]) == pytest.approx([threshold, 0.99], abs=1e-6)
    assert region.edges[0].proved


def test_the_region_of_the_two_state_dilemma_begins_at_its_critical_discount_factor() -> None:
    region = discount_region(with_transfers(two_state_dilemma("0.5")), "C,C")
    assert [list(interval) for interval in region.intervals] == [
        pytest.approx([(math.sqrt(97) - 7) / 8, 0.99], abs=1e-6)]
    assert region.edges[0].proved


def test_more_patience_can_hurt_with_side_payments_too() -> None:
    """Investing costs 2 now, pays 9 next period and costs 3 ever after: -2 + 11 d - 12 d^2 >= 0 from 1/4 to 2/3."""
    payoffs = np.array([[-2.0, 0], [0, 0], [9, 0], [-3, 0], [0, 0]])
    law = np.zeros((5, 4))
    law[[0, 1, 2, 3, 4], [1, 3, 2, 2, 3]] = 1
    wait = (("wait",), ("watch",))
    game = with_transfers(StochasticGame(
        ("A", "B"), np.zeros(2), ("choose", "prize", "bill", "rest"),
        ((("invest", "refuse"), ("watch",)), wait, wait, wait), payoffs, csr_array(law)).with_discount(0.5))
    region = discount_region(game, "invest,watch")
    assert [list(interval) for interval in region.intervals] == [pytest.approx([1 / 4, 2 / 3], abs=1e-6)]
    assert [edge.holds for edge in region.edges] == ["above", "below"]
    assert all(edge.proved for edge in region.edges)


@pytest.mark.parametrize("seed", range(12))
def test_regions_agree_with_exact_enumeration_on_both_sides_of_every_edge(seed: int) -> None:
    game, rows = random_plan(seed)
    path = walked(game, rows)
    region = discount_region(game, plan_json(game, rows), step=0.05, prove=seed < 4)
    for edge in region.edges:
        inward = 1 if edge.holds == "above" else -1
        for side in (1, -1):
            exact = transfer_path_slack(game.with_discount(round(edge.discount + side * inward * 3e-6, 9)), path)
            assert (exact is not None and exact >= 0) == (side == 1)
        assert edge.proved == (seed < 4)
    for discount in (0.105, 0.355, 0.605, 0.855):
        exact = transfer_path_slack(game.with_discount(discount), path)
        assert (exact is not None and exact >= 0) == any(low <= discount <= high for low, high in region.intervals)


def test_a_region_needs_a_game_of_the_theory() -> None:
    with pytest.raises(GameError, match="cannot pay one another"):
        discount_region(repeated_game(DILEMMA, 0.5), "a0,b0", solver=RelationalTransfers.name)


def test_plans_that_leave_choices_have_regions() -> None:
    game = with_transfers(two_state_dilemma("0.5"))
    free = discount_region(game, Plan.free(game), step=0.1)
    assert free.intervals == ((0.01, 0.99),)
    loose = discount_region(game, {"low": [["C", "C"], ["C", "D"]]}, step=0.1)
    assert len(loose.intervals) == 1 and loose.edges[0].proved
    assert loose.intervals[0][0] == pytest.approx((math.sqrt(97) - 7) / 8, abs=1e-6)


# -- the command line --------------------------------------------------------------------------------------------------


def test_the_command_shows_region_and_weakest_link(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    options = (PAPERS / "abreu_1988" / "simple_cournot.json", "--discount", "1/2", "--transfers", "voluntary",
               "--target", "L,L", "--region", "--scan", "0.1,0.9,0.1")
    told = json.loads(run("game", "solve", *options, "--json").out)
    assert told["region"]["intervals"] == [[pytest.approx(1 / 3, abs=1e-6), 0.9]]
    assert told["region"]["edges"][0]["proved"] is True
    link = told["verdict"]["weakest_link"]
    assert link["margin"] == pytest.approx(20 - 10) and link["at_stake"] == pytest.approx(20)
    assert [d["deviation"] for d in link["deviations"]] == ["M", "M"]
    shown = run("game", "solve", *options).out
    assert "A could play M, gaining 5" in shown and "at stake 20" in shown
