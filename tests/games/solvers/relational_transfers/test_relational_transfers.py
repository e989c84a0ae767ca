"""Voluntary transfers: brute force, laws, published results, refusals, evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from games import (
    GameError,
    Plan,
    StochasticGame,
    Sustainable,
    Undecided,
    Unsustainable,
    read_game,
    repeated_game,
    solve,
)
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.transfers.payments import payments
from games.certificates.transfers.plan import TransferPlan
from games.certificates.transfers.shortfall import SurplusShortfall
from games.solvers.relational_transfers.elimination import TransferGame, eliminate
from games.solvers.relational_transfers.solver import RelationalTransfers, TransferSolution
from games.solvers.verdict import certificate_of
from tests.support.brute_force import transfer_payoffs
from tests.support.command_line import run_with
from tests.support.example_certificates import DILEMMA, PENNIES, two_state_dilemma
from tests.support.random_games import random_game

PAPERS = Path(__file__).parents[4] / "papers"


def solved(game: StochasticGame) -> TransferSolution:
    solution = solve(replace(game, transfers="voluntary"))
    assert isinstance(solution, TransferSolution)
    return solution


def some_random_games(count: int, seed: int) -> list[StochasticGame]:
    rng = np.random.default_rng(seed)
    sizes = ((2, 2, 2), (2, 1, 3), (3, 1, 2), (2, 3, (1, 2)), (3, 2, (1, 2)), (2, 2, (1, 3)))
    out = []
    for k in range(count):
        players, states, actions = sizes[k % len(sizes)]
        game = random_game(rng, players, states, actions, integers=k % 3 == 0, reach=1 + k % 2)
        out.append(replace(game, transfers="voluntary"))
    return out


# -- against brute force -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_enumerating_all_policies_exactly(seed: int) -> None:
    seen = {"empty state": 0, "all": 0, "undecided": 0}
    for game in some_random_games(60, seed):
        joint, worst = transfer_payoffs(game)
        solution = solved(game)
        if solution.status == "undecided":
            seen["undecided"] += 1
            continue
        for s in range(game.n_states):
            most = joint[s]
            if most is None:
                assert np.isnan(solution.joint_payoff[s])
                seen["empty state"] += 1
                continue
            assert solution.joint_payoff[s] == pytest.approx(float(most), abs=1e-9)
            assert solution.punishment_payoffs[s] == pytest.approx([float(v) for v in worst[s]], abs=1e-9)
            seen["all"] += 1
        assert solution.empty == (joint[game.initial] is None)
    assert seen["undecided"] == 0
    assert seen["empty state"] >= 2
    assert seen["all"] >= 60


def test_verdicts_on_every_profile_agree_with_what_is_left() -> None:
    kinds = set()
    for game in some_random_games(40, 7):
        solution = solved(game)
        for row in game.rows_of(game.initial):
            target = {game.states[game.initial]: [list(game.profile_labels(row))]}
            verdict = solution.verdict(target)
            kinds.add(type(verdict))
            assert not isinstance(verdict, Undecided)
            assert not (isinstance(verdict, Sustainable) and not solution.elimination.admissible[row])
            evidence = certificate_of(verdict)
            assert evidence is not None
            assert read_certificate(json.loads(certificate_text(evidence))).check(game).accepted
    assert kinds == {Sustainable, Unsustainable}


# -- laws --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_joint_payoffs_cover_punishments_and_all_payoffs_are_feasible(seed: int) -> None:
    for game in some_random_games(40, 20 + seed):
        solution = solved(game)
        live = solution.elimination.live
        joint, worst = solution.joint_payoff[live], solution.punishment_payoffs[live]
        assert np.all(joint >= worst.sum(axis=1) - 1e-9)
        assert np.all(joint <= game.payoffs.sum(axis=1).max() + 1e-9)
        assert np.all(worst >= game.payoffs.min(axis=0) - 1e-9)
        assert np.all(solution.elimination.slack[solution.elimination.policy[live]] >= -1e-9)


def test_order_and_names_of_players_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        payoffs = np.round(rng.random((2, 3, 2, 3)), 3)
        game = repeated_game(payoffs, 0.5, transfers="voluntary")
        turned = repeated_game(payoffs.transpose(2, 0, 1, 3)[..., [2, 0, 1]], 0.5, transfers="voluntary")
        first, second = solved(game), solved(turned)
        assert first.empty == second.empty
        if not first.empty:
            assert first.joint_payoff == pytest.approx(second.joint_payoff, abs=1e-12)
            assert first.punishment_payoffs[:, [2, 0, 1]] == pytest.approx(second.punishment_payoffs, abs=1e-12)


def test_affine_changes_of_payoffs_carry_over() -> None:
    for game in some_random_games(20, 5):
        base = solved(game)
        scale, shift = 3.0, np.arange(1.0, game.n_players + 1)
        other = solved(replace(game, payoffs=scale * game.payoffs + shift))
        assert base.empty == other.empty
        assert scale * base.joint_payoff + shift.sum() == pytest.approx(other.joint_payoff, abs=1e-8, nan_ok=True)
        assert scale * base.punishment_payoffs + shift == pytest.approx(other.punishment_payoffs, abs=1e-8, nan_ok=True)


def test_patience_helps_in_repeated_games() -> None:
    rng = np.random.default_rng(11)
    for _ in range(15):
        payoffs = np.round(rng.random((3, 3, 2)), 3)
        before: TransferSolution | None = None
        for discount in ("0.1", "0.3", "0.5", "0.7", "0.9"):
            now = solved(repeated_game(payoffs, discount))
            if before is not None and not before.empty:
                assert not now.empty
                assert now.joint_payoff[0] >= before.joint_payoff[0] - 1e-9
                assert np.all(now.punishment_payoffs <= before.punishment_payoffs + 1e-9)
            before = now


# -- published results -------------------------------------------------------------------------------------------------


def test_the_two_state_dilemma_holds_from_its_critical_discount_factor_on() -> None:
    critical = (97**0.5 - 7) / 8
    game = replace(two_state_dilemma("0.5"), transfers="voluntary")
    for step, kind in ((-1e-7, Unsustainable), (1e-7, Sustainable)):
        assert isinstance(solve(game.with_discount(critical + step)).verdict("C,C"), kind)


@pytest.mark.parametrize(("discount", "joint", "worst"), [
    ("0.2", 14, 7), ("0.2499999", 14, 7), ("1/4", 18, 0), ("0.3333333", 18, 0), ("1/3", 20, 0), ("0.9", 20, 0),
])
def test_simple_cournot_of_abreu_with_transfers(discount: str, joint: float, worst: float) -> None:
    solution = solved(read_game(PAPERS / "abreu_1988" / "simple_cournot.json").with_discount(discount))
    assert solution.status == "converged"
    assert solution.joint_payoff[0] == pytest.approx(joint, abs=1e-9)
    assert solution.punishment_payoffs[0] == pytest.approx([worst, worst], abs=1e-9)


@pytest.mark.parametrize("step", range(1, 11))
def test_the_public_good_rises_by_a_staircase(step: int) -> None:
    """Goldlücke and Kranz (2012): liquidity L buys the joint payoff U from the discount factor L / (L + U - V) on."""
    liquidity, joint = ("0.9", "1.1", "1.3", "1.5", "1.7", "1.9", "2.1", "2.3", "2.5", "2.7")[step - 1], \
        ("4.3", "4.6", "4.9", "5.2", "5.5", "5.8", "6.1", "6.4", "6.7", "7.0")[step - 1]
    critical = F(liquidity) / (F(liquidity) + F(joint) - F("0.7"))
    effort = range(1, 11)
    payoffs = [[[round((x + y) / 2 - 0.6 * x, 10), round((x + y) / 2 - 0.7 * y, 10)] for y in effort] for x in effort]
    at = solved(repeated_game(payoffs, critical))
    assert at.status == "converged"
    assert at.joint_payoff[0] == pytest.approx(float(F(joint)), abs=1e-9)
    assert at.punishment_payoffs[0] == pytest.approx([0.4, 0.3], abs=1e-9)
    below = solved(repeated_game(payoffs, critical - F(1, 10**6)))
    assert below.joint_payoff[0] < float(F(joint)) - 0.2


def cournot_with_reserves(cap: int, price: int, arrivals: tuple[int, ...], discount: str) -> StochasticGame:
    """Firms sell water from reservoirs that refill at random; states (x1, x2), profiles in C order."""
    from scipy.sparse import csr_array

    levels = range(cap + 1)
    payoffs: list[list[int]] = []
    entries: dict[tuple[int, int], int] = {}
    row = 0
    for x in levels:
        for y in levels:
            for p in range(x + 1):
                for q in range(y + 1):
                    unit = max(price - p - q, 0)
                    payoffs.append([p * unit, q * unit])
                    for a in arrivals:
                        for b in arrivals:
                            key = row, min(cap, x - p + a) * (cap + 1) + min(cap, y - q + b)
                            entries[key] = entries.get(key, 0) + 1
                    row += 1
    rows, columns = np.array(list(entries)).T
    chances = np.array(list(entries.values())) / len(arrivals) ** 2
    law = csr_array((chances, (rows, columns)), shape=(row, (cap + 1) ** 2))
    return StochasticGame(
        ("A", "B"), np.zeros(2), tuple(f"{x}_{y}" for x in levels for y in levels),
        tuple((tuple(map(str, range(x + 1))), tuple(map(str, range(y + 1)))) for x in levels for y in levels),
        np.array(payoffs, dtype=float), law, transfers="voluntary",
    ).with_discount(discount)


def test_cournot_with_small_reserves() -> None:
    solution = solved(cournot_with_reserves(5, 5, (0, 1, 2), "0.7"))
    found = [*solution.joint_payoff[:5], *solution.punishment_payoffs[1]]
    assert found == pytest.approx([3.6719, 4.8719, 5.4719, 5.7486, 5.8813, 1.7259, 2.9259], abs=6e-5)


@pytest.mark.slow
def test_cournot_with_large_reserves_is_solved_within_seconds() -> None:
    game = cournot_with_reserves(20, 20, (3, 4), "2/3")
    assert (game.n_states, game.n_rows) == (441, 53361)
    found = eliminate(TransferGame(game))
    assert found.joint[:6] == pytest.approx([60.3333, 66.6667, 72.3333, 77.3333, 81.6667, 85.3333], abs=6e-5)
    assert found.worst[1] == pytest.approx([30.1667, 36.5], abs=6e-5)


# -- what it refuses, and what it says of games without equilibrium ----------------------------------------------------


def test_games_beyond_the_theory_are_refused_with_the_reason() -> None:
    game = repeated_game(DILEMMA, 0.5, transfers="voluntary")
    refusals = {
        "discount factors differ": game.with_discount([0.5, 0.6]),
        "cannot pay one another": replace(game, transfers="none"),
    }
    for reason, other in refusals.items():
        assert reason in (RelationalTransfers().accepts(other) or "")
        with pytest.raises(GameError, match=reason):
            RelationalTransfers().solve(other)


def test_a_state_without_equilibrium_empties_what_can_reach_it() -> None:
    states = [
        {"name": "safe", "actions": [["-"], ["-"]], "payoffs": [[[1, 1]]]},
        {"name": "start", "actions": [["stay", "go"], ["-"]], "payoffs": [[[5, 5]], [[0, 0]]],
         "transitions": [[{"start": 1}], [{"pennies": 1}]]},
        {"name": "pennies", "actions": [["h", "t"], ["h", "t"]], "payoffs": PENNIES},
    ]
    data = {"format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9, "transfers": "voluntary",
            "initial": "start", "states": states}
    solution = solve(read_game(data))
    assert solution.empty and solution.status == "converged"
    told = solution.to_json()
    assert told["empty"] is True
    assert told["states"]["start"]["joint_payoff"] is None
    assert told["states"]["safe"]["joint_payoff"] == 2
    verdict = solution.verdict("stay,-")
    assert isinstance(verdict, Unsustainable) and verdict.margin is None
    assert isinstance(verdict.certificate, SurplusShortfall) and verdict.certificate.plan is None
    assert not solve(read_game(data | {"initial": "safe"})).empty


def test_the_margin_is_what_the_players_have_to_spare_together() -> None:
    # Both are tempted by 1; what is at stake is (4 - 0) * delta / (1 - delta) = 4 at 1/2.
    verdict = solved(repeated_game(DILEMMA, "1/2")).verdict("a0,b0")
    assert isinstance(verdict, Sustainable) and verdict.margin == pytest.approx(2)
    verdict = solved(repeated_game(DILEMMA, "1/5")).verdict("a0,b0")
    assert isinstance(verdict, Unsustainable) and verdict.margin == pytest.approx(-1)


def test_plans_may_leave_choices_open() -> None:
    solution = solved(two_state_dilemma("0.3"))
    assert isinstance(solution.verdict({"low": [["C", "C"], ["D", "D"]]}), Sustainable)
    assert isinstance(solution.verdict({"low": [["C", "C"], ["C", "D"]]}), Unsustainable)
    assert isinstance(solution.verdict(Plan.free(solution.game)), Sustainable)


# -- payments --------------------------------------------------------------------------------------------------------


def test_payments_make_every_player_keep_to_the_plan() -> None:
    """Promises are kept in expectation, nobody would rather be punished, and nothing is created."""
    checked = 0
    for game in some_random_games(40, 31):
        evidence = certificate_of(solved(game).verdict(Plan.free(game)))
        if not isinstance(evidence, TransferPlan):
            continue
        d = game.exact_discount(0)
        worst = {cell.state: cell.worst for cell in evidence.cells}
        tiny = F(1, 10**9)
        played: dict[tuple[int, int | None], dict[int, tuple[F, ...]]] = {}
        for p in payments(evidence, game):
            assert sum(p.net) >= 0
            assert all(w >= v for w, v in zip(p.worth, worst[p.state], strict=True))
            played.setdefault((p.after, p.punished), {})[p.state] = p.worth
        for (row, punished), then in played.items():
            law = game.exact_transition(row)
            assert set(then) == set(law)
            for i in range(game.n_players):
                kept = (1 - d) * game.exact_payoff(row, i) + d * sum(p * then[s][i] for s, p in law.items())
                best = max(
                    (1 - d) * game.exact_payoff(b, i)
                    + d * sum(p * worst[s][i] for s, p in game.exact_transition(b).items())
                    for b in game.deviation_rows(row, i))
                assert kept >= best - tiny
                if i == punished and game.n_players > 1:
                    assert kept <= best + tiny
                checked += 1
    assert checked > 200


def test_the_tempted_player_is_paid() -> None:
    # One player bears the cost of 1 of what brings the other 4; the other pays at least that.
    game = repeated_game([[[-1, 4]], [[0, 0]]], "1/2", transfers="voluntary")
    evidence = certificate_of(solve(game).verdict("a0,b0"))
    assert isinstance(evidence, TransferPlan)
    path = next(p for p in payments(evidence, game) if p.punished is None)
    assert path.net[0] < -1 and path.net[1] > 1
    assert float(sum(path.net)) == pytest.approx(0, abs=1e-9)


# -- evidence that lies ------------------------------------------------------------------------------------------------


def test_forged_transfer_plans_are_refused() -> None:
    game = repeated_game(DILEMMA, "1/2", transfers="voluntary")
    honest = certificate_of(solve(game).verdict("a0,b0"))
    assert isinstance(honest, TransferPlan)
    cell = honest.cells[0]
    forgeries = {
        "cells[0].joint": replace(cell, joint=F(5)),
        "cells[0].path_joint": replace(cell, path_joint=F(5)),
        "cells[0].worst[0]": replace(cell, worst=(F(-1), F(0))),
        "cells[0].path": replace(cell, path=3),
        "cells[0].punish": replace(cell, punish=(9, 9)),
    }
    for place, forged in forgeries.items():
        report = replace(honest, cells=(forged,)).check(game)
        assert not report.accepted
        assert report.place.startswith(place), (place, report)
    assert replace(honest, cells=()).check(game).place == "cells"
    impatient = game.with_discount("0.3")
    report = replace(honest, game_digest=impatient.digest).check(impatient)
    assert not report.accepted and "deterring deviations needs" in report.problem
    assert replace(honest, game_digest="").check(game).place == "game_digest"


def test_forged_shortfalls_are_refused() -> None:
    game = repeated_game(DILEMMA, "0.3", transfers="voluntary")
    honest = certificate_of(solve(game).verdict("a0,b0"))
    assert isinstance(honest, SurplusShortfall)
    step = honest.steps[0]
    unit = 10**honest.places
    assert step.worst is not None
    for forged, place in (
        (replace(step, joint=(unit,)), "steps[0].joint"),
        (replace(step, worst=((unit,), step.worst[1])), "steps[0].worst[0]"),
        (replace(step, joint=(None,)), "steps[0].joint"),
        (replace(step, worst=None), "steps[0]"),
    ):
        report = replace(honest, steps=(forged, *honest.steps[1:])).check(game)
        assert not report.accepted
        assert report.place == place
    assert replace(honest, steps=()).check(game).problem.startswith("all rounds hold")
    # The same rounds in a game in which the plan holds prove nothing there.
    patient = game.with_discount("0.5")
    assert not replace(honest, game_digest=patient.digest).check(patient).accepted
    # That nothing at all can be played does not follow either.
    assert not replace(honest, plan=None).check(game).accepted


# -- the command line --------------------------------------------------------------------------------------------------


def test_the_command_takes_transfers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = run_with(capsys)
    options = (PAPERS / "abreu_1988" / "simple_cournot.json", "--discount", "1/3", "--transfers", "voluntary")
    proof = tmp_path / "proof.json"
    result = run("game", "solve", *options, "--target", "L,L", "--json", "--certificate", proof)
    assert result.code == 0
    told = json.loads(result.out)
    assert told["solver"] == "relational_transfers" and told["transfers"] == "voluntary"
    assert told["states"]["stage"] | {"punishment_actions": None} == {
        "joint_payoff": pytest.approx(20), "punishment_payoffs": pytest.approx([0, 0], abs=1e-12),
        "equilibrium_actions": ["L", "L"], "punishment_actions": None}
    assert told["verdict"]["verdict"] == "sustainable"
    assert run("game", "certify", *options, "--certificate", proof).code == 0
    shown = run("game", "solve", *options).out
    assert "joint payoff at most 20" in shown and "A at least" in shown
