"""Repeated negotiation: brute force, laws, published results, games without equilibrium, evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from games import (
    Plan,
    StochasticGame,
    Sustainable,
    Undecided,
    Unsustainable,
    read_certificate,
    read_game,
    repeated_game,
    solve,
)
from games.certificates.certificate_file import certificate_text
from games.certificates.negotiation.plan import NegotiatedPlan
from games.solvers.relational_transfers.solver import TransferSolution
from games.solvers.repeated_negotiation.solver import NegotiationSolution, RepeatedNegotiation
from games.solvers.verdict import certificate_of
from tests.support.arms_race import arms_race
from tests.support.brute_force import transfer_payoffs
from tests.support.brute_negotiation import negotiation_dates
from tests.support.example_certificates import DILEMMA, PENNIES, two_state_dilemma
from tests.support.random_games import random_game

ORACLES = Path(__file__).parents[3] / "oracles"


def solved(game: StochasticGame, hazard: Any, weights: Any = None, **options: Any) -> NegotiationSolution:
    solution = solve(replace(game, transfers="voluntary"), concept="rne", negotiation_hazard=hazard,
                     bargaining_weights=weights, **options)
    assert isinstance(solution, NegotiationSolution)
    return solution


def stored(name: str) -> StochasticGame:
    return read_game(json.loads((ORACLES / f"transfer_{name}.json").read_text())["game"])


def some_random_games(count: int, seed: int) -> list[StochasticGame]:
    rng = np.random.default_rng(seed)
    sizes = ((2, 2, 2), (2, 1, 3), (3, 1, 2), (2, 3, (1, 2)), (3, 2, (1, 2)), (2, 2, (1, 3)))
    out = []
    for k in range(count):
        players, states, actions = sizes[k % len(sizes)]
        game = random_game(rng, players, states, actions, integers=k % 3 == 0, reach=1 + k % 2)
        out.append(replace(game, transfers="voluntary"))
    return out


def directional_game(rng: np.random.Generator, players: int = 2, states: int = 3) -> StochasticGame:
    """States are left for later ones only; how likely one stays depends on what is done."""
    game = random_game(rng, players, states, 2, integers=bool(rng.integers(2)))
    law = np.zeros((game.n_rows, states))
    for row, s in enumerate(game.row_state.tolist()):
        later = int(rng.integers(s, states))
        stay = int(rng.integers(0, 9)) / 8
        law[row, s] += stay
        law[row, later] += 1 - stay
    from scipy.sparse import csr_array

    return replace(game, transition=csr_array(law), transfers="voluntary")


# -- against brute force -----------------------------------------------------------------------------------------------


def test_every_date_agrees_with_the_obvious_recursion_in_rationals() -> None:
    seen = {"payoffs": 0, "failures": 0, "hazards by state": 0}
    rng = np.random.default_rng(4)
    for k, game in enumerate(some_random_games(60, 3)):
        n = game.n_players
        weights = [F(int(w), 6) for w in rng.multinomial(6, np.full(n, 1 / n))]
        chances = [F(int(h), 4) for h in rng.integers(0, 5, game.n_states if k % 2 else 1)]
        hazard = chances if k % 2 else chances * game.n_states
        dates = negotiation_dates(game, hazard, weights, 6)
        for left in (1, 2, 6):
            solution = solved(game, tuple(chances) if k % 2 else chances[0], weights, method="truncated", dates=left)
            seen["hazards by state"] += len(set(hazard)) > 1
            for s, expected in enumerate(dates[left - 1].payoffs):
                told = solution.to_json()["states"][game.states[s]]
                if expected is None:
                    assert told["joint_payoff"] is None and told["negotiated_payoffs"] is None
                    continue
                joint, worst, agreed = expected
                assert told["joint_payoff"] == pytest.approx(float(joint), abs=1e-9)
                assert told["punishment_payoffs"] == pytest.approx([float(v) for v in worst], abs=1e-9)
                assert told["negotiated_payoffs"] == pytest.approx([float(r) for r in agreed], abs=1e-9)
                seen["payoffs"] += 1
            found = [(f.state, f.row, left - f.date + 1) for f in solution.failures if f.row >= 0]
            first: dict[int, tuple[int, int, int]] = {}
            for number, date in enumerate(dates[:left], 1):
                for s, row, slack in date.failing:
                    if slack < 0 and all(d.payoffs[s] is not None for d in dates[: number - 1]):
                        first.setdefault(s, (s, row, number))
            assert sorted(found) == sorted(first.values())
            seen["failures"] += len(found)
    assert seen["payoffs"] > 150 and seen["failures"] > 5 and seen["hazards by state"] > 20


def test_a_stationary_equilibrium_is_what_play_until_the_next_negotiation_brings() -> None:
    """The game that pays r for ever, once negotiation strikes, is solved by enumerating all its policies."""
    rng = np.random.default_rng(8)
    checked = 0
    for k in range(20):
        game = directional_game(rng) if k % 2 else some_random_games(6, 100 + k)[k % 6]
        hazard = F(int(rng.integers(1, 4)), 4)
        solution = solved(game, hazard, method="exact")
        if solution.played is None or not solution.played.standing.live.all():
            continue
        agreed = solution.negotiated_payoffs
        law = game.transition.toarray()
        d = float(game.discount[0])
        until = np.vstack([
            np.hstack([(1 - float(hazard)) * law, np.full((game.n_rows, 1), float(hazard))]),
            [[0.0] * game.n_states + [1.0]]])
        own = np.vstack([game.payoffs + d / (1 - d) * float(hazard) * (law @ agreed), np.zeros(game.n_players)])
        from scipy.sparse import csr_array

        joint, worst = transfer_payoffs(replace(
            game, states=(*game.states, "over"), actions=(*game.actions, (("end",),) * game.n_players),
            payoffs=own, transition=csr_array(until), rationals={}))
        if solution.status != "converged" or any(u is None for u in joint):
            continue
        assert solution.joint_payoff == pytest.approx([float(u or 0) for u in joint[:-1]], abs=1e-8)
        assert solution.punishment_payoffs == pytest.approx(
            np.array([[float(v) for v in w] for w in worst[:-1]]), abs=1e-8)
        checked += 1
    assert checked >= 8


# -- laws --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["exact", "truncated"])
def test_without_negotiation_the_payoffs_are_those_of_agreements_that_stand(method: str) -> None:
    for game in some_random_games(24, 12):
        agreed, standing = solved(game, 0, method=method), solve(game)
        assert isinstance(standing, TransferSolution)
        if standing.empty:
            assert np.isnan(agreed.joint_payoff[game.initial])
            continue
        here = np.isfinite(agreed.joint_payoff)
        assert here[game.initial]
        assert agreed.joint_payoff[here] == pytest.approx(standing.joint_payoff[here], abs=1e-9)
        assert agreed.punishment_payoffs[here] == pytest.approx(standing.punishment_payoffs[here], abs=1e-9)
        surplus = standing.joint_payoff - standing.punishment_payoffs.sum(axis=1)
        share = standing.punishment_payoffs + surplus[:, None] / game.n_players
        assert agreed.negotiated_payoffs[here] == pytest.approx(share[here], abs=1e-9)


def test_joint_payoffs_cover_punishments_and_negotiation_shares_all_of_them() -> None:
    rng = np.random.default_rng(2)
    for game in some_random_games(40, 21):
        weights = rng.integers(1, 5, game.n_players).tolist()
        solution = solved(game, 0.4, weights)
        here = np.isfinite(solution.joint_payoff)
        joint, worst = solution.joint_payoff[here], solution.punishment_payoffs[here]
        agreed = solution.negotiated_payoffs[here]
        assert np.all(joint >= worst.sum(axis=1) - 1e-9)
        assert agreed.sum(axis=1) == pytest.approx(joint, abs=1e-9)
        assert np.all(agreed >= worst - 1e-12)


def test_order_of_players_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(10):
        payoffs = np.round(rng.random((2, 3, 2, 3)), 3)
        game = repeated_game(payoffs, 0.6, transfers="voluntary")
        turned = repeated_game(payoffs.transpose(2, 0, 1, 3)[..., [2, 0, 1]], 0.6, transfers="voluntary")
        for method in ("exact", "truncated", "capped"):
            first, second = solved(game, 0.3, (1, 2, 4), method=method), solved(turned, 0.3, (4, 1, 2), method=method)
            assert first.empty == second.empty
            if not first.empty:
                found += 1
                assert first.joint_payoff == pytest.approx(second.joint_payoff, abs=1e-10)
                assert first.negotiated_payoffs[:, [2, 0, 1]] == pytest.approx(second.negotiated_payoffs, abs=1e-10)
    assert found > 10


def test_affine_changes_of_payoffs_carry_over() -> None:
    for game in some_random_games(24, 5):
        base = solved(game, 0.3, method="truncated", dates=40)
        scale, shift = 3.0, np.arange(1.0, game.n_players + 1)
        other = solved(replace(game, payoffs=scale * game.payoffs + shift), 0.3, method="truncated", dates=40)
        assert scale * base.joint_payoff + shift.sum() == pytest.approx(other.joint_payoff, abs=1e-8, nan_ok=True)
        assert scale * base.negotiated_payoffs + shift == pytest.approx(
            other.negotiated_payoffs, abs=1e-8, nan_ok=True)


def test_in_a_repeated_game_negotiation_is_impatience_until_it_strikes() -> None:
    """Goldlücke and Kranz (2023): what can be played is what can be played at discount factor (1 - hazard) times it."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        payoffs = np.round(rng.random((3, 3, 2)), 3)
        renegotiated = solved(repeated_game(payoffs, "4/5"), "1/4")
        impatient = solve(repeated_game(payoffs, "3/5", transfers="voluntary"))
        assert isinstance(impatient, TransferSolution)
        assert renegotiated.empty == impatient.empty
        if not impatient.empty:
            assert renegotiated.joint_payoff == pytest.approx(impatient.joint_payoff, abs=1e-9)
            capped = solved(repeated_game(payoffs, "4/5"), "1/4", method="capped", dates=1)
            assert capped.negotiated_payoffs == pytest.approx(renegotiated.negotiated_payoffs, abs=1e-9)


# -- published results -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hazard", [0.1, 0.5, 1])
@pytest.mark.parametrize("dates", [1, 2, 3, 10, 50, 300, 1000])
def test_blackmail_unravels_geometrically_for_as_many_dates_as_you_like(hazard: float, dates: int) -> None:
    """The holder of the secret gets discount factor ** dates / 2, to the last digits: tolerances would enforce more."""
    solution = solved(stored("blackmail"), hazard, method="truncated", dates=dates)
    assert solution.status == "converged"
    assert solution.negotiated_payoffs[0, 0] == pytest.approx(0.9**dates / 2, rel=1e-9)


def test_blackmail_has_no_stationary_equilibrium() -> None:
    solution = solved(stored("blackmail"), 0.3, method="exact")
    assert solution.empty and solution.status == "converged"
    assert solution.missing is not None and solution.missing.none and "'x0'" in solution.missing.reason
    assert isinstance(solution.verdict("keep,-"), Undecided)
    fallback = solved(stored("blackmail"), 0.3)
    assert fallback.method == "truncated" and fallback.to_json()["missing"] == solution.missing.reason


def test_the_hold_up_has_its_critical_hazard_decided_exactly() -> None:
    game = stored("holdup")
    at, above = solved(game, "2/27"), solved(game, F(2, 27) + F(1, 10**9))
    assert at.status == above.status == "converged"
    assert isinstance(at.verdict("2,-"), Sustainable)
    lost = above.verdict("2,-")
    assert isinstance(lost, Unsustainable) and lost.margin is not None and -1e-6 < lost.margin < 0
    dated = solved(game, "2/27", method="truncated")
    assert dated.status == "undecided" and dated.edges
    assert "knife_edges" in dated.to_json()


def test_the_arms_race_builds_by_the_published_payoffs() -> None:
    solution = solved(arms_race(), 0.65)
    assert (solution.method, solution.dates, solution.status) == ("truncated", 1000, "converged")
    told = solution.to_json()["states"]
    assert told["0_0"]["joint_payoff"] == pytest.approx(-0.534951, abs=1e-6)
    assert told["1_0"]["joint_payoff"] == pytest.approx(-0.5674622, abs=1e-7)
    assert told["1_1"]["joint_payoff"] == pytest.approx(-0.5999734, abs=1e-7)
    assert told["1_0"]["negotiated_payoffs"] == pytest.approx([-0.177967, -0.389495], abs=1e-6)
    assert told["0_0"]["equilibrium_actions"] == ["wb", "wb"]
    assert told["1_0"]["equilibrium_actions"] == ["w", "wb"]
    assert told["1_1"]["equilibrium_actions"] == ["w", "w"]
    standing = solve(arms_race())
    assert isinstance(standing, TransferSolution)
    assert standing.joint_payoff[0] == pytest.approx(0, abs=1e-12)


def test_the_arms_race_of_the_file_is_the_one_built_here() -> None:
    file, built = stored("arms_race_base"), arms_race()
    assert (built.states, built.actions) == (file.states, file.actions)
    assert built.payoffs == pytest.approx(file.payoffs, abs=1e-12)
    assert abs(built.transition - file.transition).max() < 1e-12


def test_a_sure_success_leaves_the_arsenals_empty() -> None:
    solution = solved(stored("arms_race_sp1"), 0.65)
    told = solution.to_json()["states"]["0_0"]
    assert told["equilibrium_actions"] == ["w", "w"]
    assert told["joint_payoff"] == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_a_large_arms_race_is_solved_in_memory_linear_in_its_transitions() -> None:
    import tracemalloc

    game = arms_race(40)
    assert (game.n_states, game.n_rows) == (1681, 57600)
    solver = RepeatedNegotiation(negotiation_hazard=0.6, dates=1000, method="truncated")
    tracemalloc.start()
    assert not solver.solve(game).empty
    assert tracemalloc.get_traced_memory()[1] < 600 * game.transition.nnz
    tracemalloc.stop()


# -- games without equilibrium -----------------------------------------------------------------------------------------


def test_a_failing_state_is_named_with_its_date_and_slack() -> None:
    game = arms_race(20)
    solution = solved(game, 0.65)
    assert solution.empty and solution.status == "converged"
    first = solution.to_json()["failures"][0]
    assert (first["state"], first["date"]) == ("14_16", 289)
    assert first["slack"] == pytest.approx(-0.0613807, abs=1e-6)
    verdict = solution.verdict(Plan.free(game))
    assert isinstance(verdict, Undecided)
    assert "date 289" in verdict.reason and "'14_16'" in verdict.reason


def test_a_game_without_any_equilibrium_has_none_with_negotiation() -> None:
    for method in ("exact", "truncated", "capped"):
        solution = solved(repeated_game(PENNIES, 0.9), 0.5, method=method)
        assert solution.empty, method
        assert solution.to_json()["states"]["s0"]["negotiated_payoffs"] is None
    assert isinstance(solution.verdict("a0,b0"), Undecided)


# -- evidence ----------------------------------------------------------------------------------------------------------


def test_verdicts_on_every_profile_come_with_evidence_that_tampering_breaks() -> None:
    rng = np.random.default_rng(6)
    kinds = set()
    for k in range(12):
        game = directional_game(rng, 2 + (k % 4 == 3))
        solution = solved(game, F(int(rng.integers(0, 5)), 4), list(range(1, game.n_players + 1)), method="exact")
        for row in game.rows_of(game.initial):
            verdict = solution.verdict({game.states[0]: [list(game.profile_labels(row))]})
            kinds.add(type(verdict))
            evidence = certificate_of(verdict)
            if evidence is None:
                continue
            assert isinstance(evidence, NegotiatedPlan)
            assert read_certificate(json.loads(certificate_text(evidence))).check(game).accepted
            assert not replace(evidence, kept=not evidence.kept).check(game).accepted
            cell = evidence.cells[0]
            for change in ({"joint": cell.joint - F(1, 10**9)}, {"joint": cell.joint + F(1, 10**9)},
                           {"worst": (cell.worst[0] + F(1, 10**9), *cell.worst[1:])}):
                assert not replace(evidence, cells=(replace(cell, **change), *evidence.cells[1:])).check(game).accepted
    assert {Sustainable, Unsustainable} <= kinds


def test_a_smaller_fixed_point_of_the_payoffs_is_no_equilibrium() -> None:
    """Defection for ever reproduces itself, but play until the next negotiation can bring more."""
    game = repeated_game(DILEMMA, "9/10", transfers="voluntary")
    verdict = solved(game, "1/10").verdict("a0,b0")
    assert isinstance(verdict, Sustainable)
    evidence = verdict.certificate
    assert isinstance(evidence, NegotiatedPlan)
    low = replace(evidence.cells[0], row=3, joint=F(0), worst=(F(0), F(0)), punish=(3, 3))
    for rounds in (evidence.cells[0].rounds, (), ((F(0), F(0), F(0)),)):
        report = replace(evidence, plan={}, cells=(replace(low, rounds=rounds),)).check(game)
        assert not report.accepted and report.place.startswith("cells[0]")


def test_where_play_may_come_back_no_plan_is_refused() -> None:
    game = replace(two_state_dilemma("0.9"), transfers="voluntary")
    verdict = solved(game, "1/20", method="exact").verdict("D,D")
    assert isinstance(verdict, Undecided)
    assert verdict.bounds["computed_margin"] < 0


def test_negotiation_may_strike_in_some_states_only() -> None:
    game = stored("holdup")
    never, once = solved(game, 0), solved(game, {"x_2": 1})
    assert once.joint_payoff[0] < never.joint_payoff[0] - 1e-3
    assert once.to_json()["negotiation_hazard"]["x_1"] == 0
    assert isinstance(once.verdict("2,-"), Unsustainable)
    assert solved(game, {"x_end": 1}).joint_payoff == pytest.approx(never.joint_payoff)
