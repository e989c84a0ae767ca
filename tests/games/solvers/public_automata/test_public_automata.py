"""Public automata on games with known answers: public goods with a trigger, and what methods for two players solve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from games import GameError, Plan, StochasticGame, Sustainable, Undecided, Unsustainable, repeated_game
from games.certificates.certificate import SolutionConcept
from games.certificates.exclusion import Exclusion
from games.certificates.signals import PublicSelfGeneration, PublicShortfall, UndetectedDeviation
from games.model.public_monitoring import PublicMonitoring
from games.play.phases import phases
from games.questions.solve import choose_solver, solve
from games.solvers.public_automata import PublicAutomata
from games.solvers.public_polygons import PublicPolygons
from games.solvers.verdict import certificate_of
from tests.support.example_certificates import in_the_dark, three_with_a_report
from tests.support.noisy_games import random_noisy_game
from tests.support.public_evidence import unpaid
from tests.support.public_goods import best_trigger, public_goods

ALL_GIVE = "give,give,give"


def best(game: StochasticGame) -> float:
    """The joint payoff of the best equilibrium found, whose proof is checked."""
    automaton = PublicAutomata().solve(game).best_automaton()
    assert automaton is not None
    assert PublicSelfGeneration.of(game, automaton).check(game).accepted
    return float(sum(p * sum(automaton.modes[k].payoffs) for k, p in automaton.initial))


def test_it_is_chosen_for_three_players_without_payments() -> None:
    solver, why = choose_solver(public_goods("1/2"))
    assert solver.name == "public_automata" and "public_polygons (" in why
    for other in (replace(public_goods("1/2"), monitoring=None), replace(public_goods("1/2"), transfers="voluntary")):
        assert PublicAutomata().accepts(other) is not None
        with pytest.raises(GameError, match="public_automata"):
            PublicAutomata().solve(other)


@pytest.mark.parametrize(("discount", "noise", "caught"), [
    ("1/2", "1/10", "1/2"), ("4/5", "1/10", "1/2"), ("9/10", "1/20", "1/4"), ("99/100", "1/10", "1/2"),
])
def test_public_goods_bring_what_the_best_trigger_brings(discount: str, noise: str, caught: str) -> None:
    """No less than with one trigger for all; a signal that points at nobody leaves no more to all together."""
    expected = best_trigger(discount, noise=noise, caught=caught)
    assert expected is not None
    assert best(public_goods(discount, noise=noise, caught=caught)) == pytest.approx(3 * expected, abs=1e-6)


def test_too_impatient_for_any_trigger_nothing_but_keeping_is_found() -> None:
    assert best_trigger("3/10") is None
    assert best(public_goods("3/10")) == pytest.approx(0.0, abs=1e-9)


def test_cooperation_lasts_as_long_as_the_chance_of_a_bad_signal_says() -> None:
    """With v = 11/12, D = v: p = (1 - d)/3 / (d 2/5 v), and giving stops with noise p in every period."""
    game = public_goods("9/10")
    automaton = PublicAutomata().solve(game).best_automaton()
    assert automaton is not None
    found = phases(game, automaton, Plan.of_profile(game, ALL_GIVE))
    chance = (0.1 / 3) / (0.9 * 0.4 * 11 / 12)
    assert found.begins and found.keeps == pytest.approx(1 / (0.1 * chance), rel=1e-4)


def test_giving_for_ever_after_every_signal_is_refuted_from_the_path() -> None:
    for discount in ("1/10", "9/10", "99/100"):
        game = public_goods(discount)
        verdict = PublicAutomata().solve(game).verdict(ALL_GIVE)
        assert isinstance(verdict, Unsustainable) and isinstance(verdict.certificate, Exclusion)
        assert verdict.concept is SolutionConcept.PURE_PUBLIC and verdict.certificate.check(game).accepted
        assert verdict.margin == pytest.approx(-1 / 3, abs=1e-6)


def test_perfect_signals_give_what_full_observation_gives() -> None:
    """Grim trigger keeps giving from d = (1 - r/n) / (r - r/n) on, which is 1/4; its margin is that of the bound."""
    for discount, holds in (("1/5", False), ("3/10", True), ("9/10", True)):
        plain = replace(public_goods(discount), monitoring=None)
        game = replace(plain, monitoring=PublicMonitoring((tuple(f"y{k}" for k in range(8)),), (np.eye(8),)))
        verdict = PublicAutomata().solve(game).verdict(ALL_GIVE)
        assert not isinstance(verdict, Undecided) and isinstance(verdict, Sustainable) is holds
        d = float(game.discount[0])
        margin = 2 / 3 * d / (1 - d) * 1.5 - 1 / 3                       # d/(1 - d) (1 - 0) less the gain of 1/3
        assert verdict.margin == pytest.approx(margin, abs=1e-5)


def test_every_route_to_a_no_is_checked_and_told_apart() -> None:
    dark = in_the_dark()
    assert isinstance(certificate_of(PublicAutomata().solve(dark).verdict("work,work,work")), UndetectedDeviation)
    report = three_with_a_report()
    assert isinstance(certificate_of(PublicAutomata().solve(report).verdict("work,work,work")), Exclusion)
    solution = PublicAutomata().solve(public_goods("1/10"))
    game, plan = solution.game, Plan.of_profile(solution.game, ALL_GIVE)
    for found, kind in (
        (solution.refutations.from_payments(plan), PublicShortfall),
        (solution.refutations.from_full_observation(plan, 10.0), Exclusion),
    ):
        assert found is not None and isinstance(found.certificate, kind)
        assert found.concept is SolutionConcept.PURE_PUBLIC and found.certificate.check(game).accepted


def test_what_is_undecided_comes_with_bounds() -> None:
    rng = np.random.default_rng(12)
    open_ones = 0
    for _ in range(12):
        game = unpaid(random_noisy_game(rng, players=3, signals=3, discount=0.8))
        solution = PublicAutomata(most_rows=2_000).solve(game)
        for row in range(0, game.n_rows, 3):
            verdict = solution.verdict({"s0": [list(game.profile_labels(row))]})
            if isinstance(verdict, Undecided):
                open_ones += 1
                assert "joint_upper" in verdict.bounds and len(verdict.reason) > 20
                low, high = verdict.bounds.get("joint_lower"), verdict.bounds["joint_upper"]
                assert low is None or low <= high + 1e-6
            else:
                evidence = certificate_of(verdict)
                assert evidence is not None and evidence.check(game).accepted
    assert open_ones < 12


def test_a_method_by_name_reads_its_options() -> None:
    solution = solve(public_goods("9/10"), solver="public_automata", settle=False)
    assert solution.joint_bounds()[0] is None and solution.joint_bounds()[1] == pytest.approx(3.0)
    assert isinstance(solution.verdict(ALL_GIVE), Unsustainable)


def test_an_equilibrium_that_begins_with_a_plan_is_found_where_the_best_for_all_is_another() -> None:
    """Whoever keeps while the others give has 3/2 more, so that the greatest sums ask two to give for one."""
    game = public_goods("9/10")
    payoffs = game.payoffs.copy()
    payoffs[[1, 2, 4], [2, 1, 0]] += 1.5
    noisy = replace(game, payoffs=payoffs).with_discount("99/100")
    solution = PublicAutomata().solve(noisy)
    plan = Plan.of_profile(noisy, ALL_GIVE)
    automaton = solution.beginning_with(plan)
    assert automaton is not None and phases(noisy, automaton, plan).begins
    assert PublicSelfGeneration.of(noisy, automaton).check(noisy).accepted
    assert solution.beginning_with(Plan.of_profile(noisy, "keep,keep,keep")) is not None


@pytest.mark.parametrize("seed", range(6))
def test_it_never_contradicts_polygons_of_two_players(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = unpaid(random_noisy_game(rng, states=1 + seed // 4, signals=3, discount=(0.6, 0.85)[seed % 2]))
    exact = PublicPolygons(refine=False, effort=2e6).solve(game)
    found = PublicAutomata(most_rows=2_000).solve(game)
    initial = game.states[game.initial]
    for row in game.rows_of(game.initial):
        target = {initial: [list(game.profile_labels(row))]}
        answers = {type(solution.verdict(target)) for solution in (exact, found)}
        assert answers != {Sustainable, Unsustainable}, target
    most = exact.joint_bounds()[1]
    low, high = found.joint_bounds()
    if most is None:
        assert low is None
    else:
        assert low is None or low <= most + 1e-6
        assert high is not None and high >= most - 1e-6


def test_a_repeated_dilemma_is_solved_as_well_as_by_polygons() -> None:
    law = np.array([[0.9, 0.1], [0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    game = replace(
        repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], "9/10"),
        monitoring=PublicMonitoring((("well", "ill"),), (law,)))
    most = PublicPolygons().solve(game).joint_bounds()[0]
    assert most is not None and best(game) == pytest.approx(most, rel=2e-3)


@pytest.mark.parametrize("discount", ["1/2", "9/10"])
def test_mistakes_that_point_at_nobody_cost_what_the_bound_says(discount: str) -> None:
    """Each has (r - 1) - noise (1 - r/n) / (caught - noise): nobody can be rewarded for what another is punished."""
    low, high = PublicAutomata().solve(public_goods(discount)).joint_bounds()
    assert low == pytest.approx(2.75, abs=1e-6) and high == pytest.approx(2.75, abs=1e-4)
    assert low is not None and high is not None and low <= high
