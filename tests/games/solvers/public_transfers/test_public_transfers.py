"""Public signals and transfers: against a program with all promises at once, published numbers, and exact checks."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, Undecided, Unsustainable, read_game, solve
from games.certificates.certificate_file import certificate_text, read_certificate
from games.files.game_file import game_to_json
from games.model.public_monitoring import PublicMonitoring
from games.questions.discount_region import discount_region
from games.solvers.payoff_set import SupportBounds
from games.solvers.public_transfers.liquidity import PublicLiquidity
from games.solvers.public_transfers.solver import PublicTransfers, PublicTransferSolution
from games.solvers.verdict import certificate_of
from tests.support.brute_public import largest_set
from tests.support.noisy_games import noisy_dilemma, random_noisy_game, seen_in_full, with_signals
from tests.support.random_games import random_game


def solved(game: StochasticGame) -> PublicTransferSolution:
    solution = solve(game, solver="public_transfers")
    assert isinstance(solution, PublicTransferSolution)
    return solution


# -- against brute force ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_repeated_games_agree_with_all_promises_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_noisy_game(rng, signals=3, discount=float(rng.choice([0.4, 0.7, 0.9])))
    _agrees(game)


@pytest.mark.parametrize("seed", range(6))
def test_stochastic_games_agree_with_all_promises_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed + 100)
    game = random_game(rng, 2, 2, 1, discount=float(rng.choice([0.4, 0.7, 0.9])))
    # One player moves in each state, so that policies are few.
    actions = ((("a", "b"), ("-",)), (("-",), ("a", "b")))
    payoffs = np.round(rng.uniform(-2, 3, (4, 2)), 3)
    law = rng.multinomial(10, [0.5, 0.5], size=4) / 10
    game = replace(game, actions=actions, payoffs=payoffs, transition=csr_array(law))
    _agrees(with_signals(game, [rng.multinomial(10, [0.4, 0.3, 0.3], size=2) / 10 for _ in range(2)]))


def test_three_players_agree_with_all_promises_at_once() -> None:
    rng = np.random.default_rng(11)
    actions = ((("a", "b"), ("a", "b"), ("-",)),)
    base = random_game(rng, 3, 1, 1, discount=0.8)
    payoffs = np.round(rng.uniform(-2, 3, (4, 3)), 3)
    game = replace(base, actions=actions, payoffs=payoffs, transition=csr_array(np.ones((4, 1))))
    _agrees(with_signals(game, [rng.multinomial(10, [0.5, 0.5], size=4) / 10]))


def _agrees(game: StochasticGame) -> None:
    solution, expected = solved(game), largest_set(game)
    if expected is None:
        assert not solution.outer.live.any()
        return
    assert solution.outer.live.all()
    assert solution.joint_payoff == pytest.approx(expected[0], abs=1e-7)
    assert solution.punishment_payoffs == pytest.approx(expected[1], abs=1e-7)
    assert solution.inner is not None
    assert np.all(solution.inner.joint <= solution.outer.joint)
    assert np.all(solution.inner.worst >= solution.outer.worst)


# -- published numbers -----------------------------------------------------------------------------------------------


def test_the_noisy_dilemma_is_solved_by_this_solver_and_holds_from_ten_thirteenths_on() -> None:
    for discount, holds in ((0.76923, False), (0.76924, True), (0.9, True)):
        solution = solve(noisy_dilemma(discount))
        assert solution.solver == "public_transfers"
        assert solution.status == "converged"
        verdict = solution.verdict("C,C")
        assert isinstance(verdict, Sustainable if holds else Unsustainable)
        assert verdict.margin is not None and (verdict.margin >= 0) == holds


@pytest.mark.parametrize("audit, critical", [(0.05, 0.749064), (0.1, 0.729927), (0.2, 0.694444), (0.5, 0.606061)])
def test_verdicts_on_both_sides_of_the_critical_discount_factor_with_audits(audit: float, critical: float) -> None:
    for discount, kind in ((critical - 2e-6, Unsustainable), (critical + 2e-6, Sustainable)):
        assert isinstance(solve(noisy_dilemma(round(discount, 7), audit=audit)).verdict("C,C"), kind)


def test_the_discount_region_of_the_noisy_dilemma_is_proved_on_both_sides() -> None:
    region = discount_region(noisy_dilemma(), "C,C", step=0.2)
    assert [edge.discount for edge in region.edges] == pytest.approx([10 / 13], abs=2e-6)
    assert region.edges[0].proved


@pytest.mark.parametrize("discount", [0.5, 0.77, 0.8, 0.82, 0.9, 0.99])
def test_payoffs_are_those_that_liquidity_tells(discount: float) -> None:
    for audit in (0.0, 0.3):
        game = noisy_dilemma(discount, audit=audit)
        level, solution = PublicLiquidity.of(game).best(discount), solved(game)
        assert level is not None
        assert solution.joint_payoff[0] == pytest.approx(level.joint, abs=1e-9)
        assert solution.punishment_payoffs[0] == pytest.approx(level.worst, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_verdicts_agree_with_the_thresholds_of_liquidity(seed: int) -> None:
    game = random_noisy_game(np.random.default_rng(seed + 40), players=2 + seed % 2, signals=3)
    liquidity = PublicLiquidity.of(game)
    for row in range(game.n_rows):
        threshold = liquidity.threshold(row)
        tried = (0.1, 0.9, 0.99) if not threshold else (threshold - 1e-6, threshold + 1e-6)
        for discount in tried:
            if not 0 < discount < 0.999:
                continue
            other = game.with_discount(round(discount, 9))
            allowed = np.arange(game.n_rows) == row
            holds = threshold is not None and discount >= threshold
            assert isinstance(solve(other).verdict(Plan(other, allowed)), Sustainable if holds else Unsustainable)


# -- perfect monitoring and no information ---------------------------------------------------------------------------


def test_signals_that_show_everything_equal_perfect_monitoring() -> None:
    rng = np.random.default_rng(21)
    for k in range(25):
        game = replace(random_game(rng, 2 + k % 2, int(rng.integers(1, 4)), (1, 3), reach=2), transfers="voluntary")
        perfect, found = solve(game, solver="relational_transfers"), solved(seen_in_full(game))
        assert found.empty == perfect.empty
        for s in range(game.n_states):
            expected, state = perfect.state_json(s), found.state_json(s)
            assert (expected["joint_payoff"] is None) == (state["joint_payoff"] is None)
            if expected["joint_payoff"] is not None:
                assert state["joint_payoff"] == pytest.approx(expected["joint_payoff"], abs=1e-9)
                assert state["punishment_payoffs"] == pytest.approx(expected["punishment_payoffs"], abs=1e-9)


def _audited(detection: float, false_alarm: float, discount: float) -> StochasticGame:
    """A dilemma in which an audit of each party raises an alarm with these probabilities."""
    law = np.zeros((4, 4))
    for row, (first, second) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        a, b = (detection if x else false_alarm for x in (first, second))
        law[row] = [(1 - a) * (1 - b), (1 - a) * b, a * (1 - b), a * b]
    return with_signals(noisy_dilemma(discount), [law])


def test_audits_that_always_tell_equal_perfect_monitoring() -> None:
    """Nobody gains more than 1, so that both need 2 d / (1 - d) >= 2: cooperation from 1/2 on."""
    for discount, holds in ((0.4999, False), (0.5001, True)):
        assert isinstance(solved(_audited(1.0, 0.0, discount)).verdict("C,C"), Sustainable) == holds
    perfect = solve(replace(_audited(1.0, 0.0, 0.6), monitoring=None))
    found = solved(_audited(1.0, 0.0, 0.6))
    assert perfect.solver == "relational_transfers"
    assert found.joint_payoff[0] == pytest.approx(perfect.state_json(0)["joint_payoff"], abs=1e-9)
    assert found.punishment_payoffs[0] == pytest.approx(perfect.state_json(0)["punishment_payoffs"], abs=1e-9)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_audits_that_sound_the_alarm_as_often_either_way_tell_nothing(rate: float) -> None:
    solution = solved(_audited(rate, rate, 0.99))
    assert solution.joint_payoff[0] == pytest.approx(0, abs=1e-9)
    assert solution.punishment_payoffs[0] == pytest.approx([0, 0], abs=1e-9)
    assert isinstance(solution.verdict("C,C"), Unsustainable)


def test_the_state_that_follows_is_information_too() -> None:
    """Signals that say nothing, but a next state that betrays breaches: two states that differ in name only."""
    game = random_game(np.random.default_rng(0), 2, 2, 2, discount=0.9)
    dilemma = np.array([[1, 1], [-1.5, 2], [2, -1.5], [0, 0]])
    law = np.array([[0.9, 0.1], [0.2, 0.8], [0.2, 0.8], [0.1, 0.9]] * 2)
    game = replace(game, payoffs=np.vstack([dilemma, dilemma]), transition=csr_array(law))
    blind = [np.full((4, 2), 0.5)] * 2
    told = solved(with_signals(game, blind))
    assert told.joint_payoff[0] > 1
    same = replace(game, transition=csr_array(np.full((8, 2), 0.5)))
    assert solved(with_signals(same, blind)).joint_payoff[0] == pytest.approx(0, abs=1e-9)
    # The same information as a signal of a repeated game.
    repeated = with_signals(noisy_dilemma(0.9), [law[:4]])
    assert told.joint_payoff[0] == pytest.approx(solved(repeated).joint_payoff[0], abs=1e-9)


def test_next_states_that_depend_on_the_signal() -> None:
    """The signal decides what follows: as if signal and next state were drawn together."""
    base = with_signals(random_game(np.random.default_rng(4), 2, 2, 2, discount=0.85),
                        [np.array([[0.8, 0.2], [0.5, 0.5], [0.4, 0.6], [0.3, 0.7]])] * 2)
    assert base.monitoring is not None
    next_law = np.tile([[0.9, 0.1], [0.2, 0.8]], (8, 1))
    law = np.vstack([np.asarray(x) for x in base.monitoring.law]) @ next_law[:2]
    game = replace(base, transition=csr_array(law), monitoring=PublicMonitoring(
        base.monitoring.signals, base.monitoring.law, csr_array(next_law)))
    joint = [np.array([[p * next_law[y, s] for y, p in enumerate(row) for s in (0, 1)] for row in x])
             for x in base.monitoring.law]
    # Four signals that name signal and next state, while the next state is drawn from one of two certain laws.
    certain = np.tile([[1.0, 0], [0, 1]], (16, 1))
    other = replace(game, monitoring=PublicMonitoring((("a", "b", "c", "d"),) * 2, tuple(joint), csr_array(certain)))
    first, second = solved(game), solved(other)
    assert first.joint_payoff == pytest.approx(second.joint_payoff, abs=1e-9)
    assert first.punishment_payoffs == pytest.approx(second.punishment_payoffs, abs=1e-9)
    written = read_game(game_to_json(game))
    again = solved(written)
    assert again.joint_payoff == pytest.approx(first.joint_payoff, abs=1e-9)
    assert isinstance(again.verdict(Plan.free(written)), Sustainable)


def test_signals_of_very_small_probability_do_no_harm() -> None:
    game = noisy_dilemma(0.8)
    assert game.monitoring is not None
    tiny = np.array([1e-27, 3e-24, 1e-26, 2e-25])[:, None]
    law = np.hstack([np.asarray(game.monitoring.law[0]) * (1 - tiny), tiny])
    found = solved(with_signals(game, [law]))
    assert found.joint_payoff[0] == pytest.approx(solved(game).joint_payoff[0], abs=1e-9)
    assert found.status == "converged"


# -- what a solution says --------------------------------------------------------------------------------------------


def test_a_solution_as_json() -> None:
    out = solve(noisy_dilemma(0.9)).to_json()
    state = out["states"]["s0"]
    assert state["joint_payoff"] == pytest.approx(2)
    assert state["punishment_payoffs"] == pytest.approx([0, 0], abs=1e-9)
    assert state["equilibrium_actions"] == ["C", "C"]
    # Whoever is being punished has nothing better than 0 whether it cooperates for a reward or not.
    assert all(len(profile) == 2 for profile in state["punishment_actions"])
    assert out["concept"].startswith("pure-action perfect public equilibrium")


def test_three_players_have_bounds_in_the_directions_of_the_faces() -> None:
    game = random_noisy_game(np.random.default_rng(1), players=3, signals=4, discount=0.9)
    found = solved(game).payoff_sets[0]
    assert isinstance(found, SupportBounds)
    assert np.all(found.inner <= found.outer + 1e-9)


def test_what_it_does_not_accept() -> None:
    game = noisy_dilemma()
    assert PublicTransfers().accepts(replace(game, transfers="none")) is not None
    assert PublicTransfers().accepts(game.with_discount([0.5, 0.6])) is not None
    assert PublicTransfers().accepts(game) is None


def test_a_knife_edge_is_undecided() -> None:
    verdict = solve(noisy_dilemma("10/13")).verdict("C,C")
    assert isinstance(verdict, Undecided)


# -- certificates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_verdicts_of_random_games_are_proved_and_written_and_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for k in range(4):
        game = random_noisy_game(rng, players=2 + k % 2, states=1 + k % 3, signals=3, actions=(1, 3),
                                 discount=float(rng.choice([0.5, 0.8, 0.95])))
        solution = solved(game)
        assert solution.status == "converged"
        allowed = np.zeros(game.n_rows, dtype=bool)
        allowed[[int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]] = True
        for plan in (Plan(game, allowed), Plan.free(game)):
            evidence = certificate_of(solution.verdict(plan))
            assert evidence is not None
            again = read_certificate(json.loads(certificate_text(evidence)))
            assert again.check(game).accepted
            assert not again.check(game.with_discount(Fraction(7, 11))).accepted


# -- without burning -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audit", [0.0, 0.05, 0.5])
def test_without_burning_cooperation_for_ever_holds_from_the_published_threshold_on(audit: float) -> None:
    critical = 5 / (6 + 4 * audit)
    for discount, kind in ((critical - 1e-5, Unsustainable), (critical + 1e-5, Sustainable)):
        game = noisy_dilemma(round(discount, 7), audit=audit, burning=False)
        solution = solve(game)
        assert solution.solver == "public_transfers" and solution.status == "undecided"
        verdict = solution.verdict("C,C")
        assert isinstance(verdict, kind)
        assert verdict.margin is not None and (verdict.margin >= 0) == (kind is Sustainable)
        evidence = certificate_of(verdict)
        assert evidence is not None
        again = read_certificate(json.loads(certificate_text(evidence)))
        assert again.check(game).accepted
        burnt = again.check(replace(game, burning=True))
        assert not burnt.accepted


def test_the_discount_region_without_burning() -> None:
    region = discount_region(noisy_dilemma(burning=False), "C,C", step=0.2)
    assert [edge.discount for edge in region.edges] == pytest.approx([5 / 6], abs=2e-6)
    assert region.edges[0].proved


def test_play_that_balances_is_within_the_bounds_with_burning() -> None:
    rng = np.random.default_rng(8)
    seen = 0
    for k in range(12):
        game = random_noisy_game(rng, states=1 + k % 3, signals=3, actions=(1, 3), discount=0.85)
        allowed = np.zeros(game.n_rows, dtype=bool)
        allowed[[int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]] = True
        verdict = solved(replace(game, burning=False)).verdict(Plan(replace(game, burning=False), allowed))
        if isinstance(verdict, Sustainable):
            # Whatever holds without burning holds with it.
            assert isinstance(solved(game).verdict(Plan(game, allowed)), Sustainable)
            seen += 1
    assert seen > 1


def test_perfect_monitoring_without_burning_is_taken_as_well() -> None:
    """Seen breaches are paid for to the other party: 2 d / (1 - d) >= 2, as with burning."""
    for discount, kind in (("0.4999", Unsustainable), ("0.5001", Sustainable)):
        game = replace(noisy_dilemma(discount, burning=False), monitoring=None)
        solution = solve(game)
        assert solution.solver == "relational_transfers"
        assert isinstance(solution.verdict("C,C"), kind)
