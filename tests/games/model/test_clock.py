"""Plans that vary over time: verdicts against closed forms and a clock written by hand, files, and refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import (
    GameError,
    Plan,
    StochasticGame,
    Sustainable,
    TimedPlan,
    Unsustainable,
    discount_region,
    read_certificate,
    read_path,
    repeated_game,
    solve,
    stochastic_game,
    timed_plan,
)
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.certificates.exclusion.exclusion import Exclusion
from games.files.path_file import path_to_json
from games.model.clock import Clock, with_clock
from games.solvers.verdict import certificate_of

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
ACTIONS = [["C", "D"]] * 2
TURNS: dict[str, list[str]] = {"pattern": ["C,D", "D,C"]}


def dilemma(discount: float | str) -> StochasticGame:
    return repeated_game(DILEMMA, discount, actions=ACTIONS)


@pytest.mark.parametrize(("discount", "holds"), [("0.3", False), ("0.34", True), ("0.6", True), ("0.1", False)])
def test_alternating_holds_from_one_third_on_in_the_dilemma(discount: str, holds: bool) -> None:
    """The one to be exploited has (-1 + 3 d)/(1 + d) of it and 0 by defecting: d at least 1/3, reversion is minmax."""
    game = dilemma(discount)
    solution = solve(game)
    verdict = solution.verdict(timed_plan(game, **TURNS))
    assert isinstance(verdict, Sustainable if holds else Unsustainable)
    proof = certificate_of(verdict)
    assert isinstance(proof, NoProfitableDeviation | Exclusion)
    assert read_certificate(proof.to_json()).check(game).accepted
    assert not replace(proof, clock=Clock(0, 1)).check(game).accepted
    assert not replace(proof, clock=None).check(game).accepted


def test_the_region_of_a_plan_that_alternates() -> None:
    game = dilemma(0.5)
    region = discount_region(game, timed_plan(game, **TURNS), 0.2, 0.6, 0.1)
    assert [edge.discount for edge in region.edges] == [pytest.approx(1 / 3, abs=1e-5)]


def test_a_plan_that_varies_over_time_agrees_with_states_that_count_the_periods() -> None:
    """The clock written by hand as states of a stochastic game: the same verdicts at every discount factor tried."""
    periods, pattern = ["D,D", "C,C"], ["C,D", "D,C", "C,C"]
    ahead = [1, 2, 3, 4, 2]
    for discount in (0.2, 0.4, 0.6, 0.8):
        by_hand = stochastic_game(
            [DILEMMA] * 5, [np.eye(5)[ahead[s]][None, None].repeat(2, 0).repeat(2, 1) for s in range(5)], discount,
            actions=[ACTIONS] * 5)
        plan = Plan.from_json(by_hand, {f"s{s}": [p.split(",")] for s, p in enumerate([*periods, *pattern])})
        game = dilemma(discount)
        verdict = solve(game).verdict(timed_plan(game, periods, pattern))
        assert type(verdict) is type(solve(by_hand).verdict(plan))
        if isinstance(verdict, Sustainable):
            automaton = solve(game).automaton(timed_plan(game, periods, pattern), verdict)
            assert NoProfitableDeviation.of(game, automaton).check(game).accepted  # type: ignore[arg-type]


def test_after_the_periods_everything_is_free() -> None:
    game = dilemma(0.6)
    plan = timed_plan(game, ["C,C"])
    assert isinstance(plan, TimedPlan) and plan.clock == Clock(1, 1)
    assert isinstance(solve(game).verdict(plan), Sustainable)
    assert isinstance(solve(dilemma(0.2)).verdict(timed_plan(dilemma(0.2), ["C,C"])), Unsustainable)


def test_a_game_with_a_clock_pays_and_moves_as_before_exactly() -> None:
    game = stochastic_game(
        [[[["1/3", 2]]], [[[1, 1], [0, "2/7"]]]], [[[["1/3", "2/3"]]], [[[1, 0], ["1/7", "6/7"]]]], "1/3")
    clock = Clock(1, 2)
    there = with_clock(game, clock)
    for hand in range(3):
        for row in range(game.n_rows):
            at = hand * game.n_rows + row
            assert [there.exact_payoff(at, i) for i in (0, 1)] == [game.exact_payoff(row, i) for i in (0, 1)]
            after = clock.after(hand) * game.n_states
            assert there.exact_transition(at) == {after + s: p for s, p in game.exact_transition(row).items()}
    assert there.exact_discount(0) == game.exact_discount(0)


def test_mixed_states_and_profiles_in_a_stochastic_game() -> None:
    game = stochastic_game(
        [DILEMMA, [[[1, 1]]]], [[[[0.5, 0.5]] * 2] * 2, [[[0.5, 0.5]]]], 0.8, states=["peace", "pause"],
        actions=[ACTIONS, [["rest"], ["rest"]]])
    plan = timed_plan(game, [{"peace": [["C", "C"], ["D", "D"]]}], ["C,D", {"peace": [["D", "C"]]}])
    verdict = solve(game).verdict(plan)
    proof = certificate_of(verdict)
    assert proof is not None and proof.check(game).accepted


def test_three_players_take_turns() -> None:
    payoffs = np.zeros((2, 2, 2, 3))
    for a in np.ndindex(2, 2, 2):
        payoffs[a] = [sum(a) * 2 - 3 * a[i] for i in range(3)]      # whoever gives loses 1 and brings 2 to the others
    game = repeated_game(payoffs, 0.9)
    plan = timed_plan(game, pattern=["a1,b0,c0", "a0,b1,c0", "a0,b0,c1"])
    verdict = solve(game, solver="nash_reversion").verdict(plan)
    assert isinstance(verdict, Sustainable) and verdict.certificate.check(game).accepted


def test_in_a_game_that_ends_a_plan_over_time_is_a_plan_for_its_periods() -> None:
    game = repeated_game(DILEMMA, 1, periods=3, actions=ACTIONS)
    plan = timed_plan(game, ["C,C"], ["D,D", "C,D"])
    assert isinstance(plan, Plan)
    assert plan.to_json() == {"period 1": [["C", "C"]], "period 2": [["D", "D"]], "period 3": [["C", "D"]]}
    with pytest.raises(GameError, match="the game ends after 3 periods"):
        timed_plan(game, ["D,D"] * 4)


def test_path_files_with_periods_and_a_pattern(tmp_path: Path) -> None:
    game = dilemma(0.6)
    for written in ({"pattern": [["C", "D"], ["D", "C"]]}, {"periods": [["D", "D"], {"s0": [["C", "C"], ["C", "D"]]}]},
                    {"periods": [["D", "D"]], "pattern": [["C", "C"]]}):
        plan = read_path({"format": "servanda-path/1"} | written, game)
        again = read_path(path_to_json(plan), game)
        assert isinstance(plan, TimedPlan) and isinstance(again, TimedPlan)
        assert plan.clock == again.clock and np.array_equal(plan.allowed, again.allowed)


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"allowed": {}, "pattern": [["C", "C"]]}, "leave one of the two out"),
    ({"pattern": []}, "pattern: a list of profiles is needed"),
    ({"pattern": ["C,D"]}, "pattern, entry 1: a list of action labels is needed"),
    ({"periods": [["C", "C"], ["C", "E"]]}, "periods, entry 2: target 'C,E': no state has this profile"),
    ({"periods": [{"s9": [["C", "C"]]}]}, "periods, entry 1: state 's9' does not exist"),
    ({"periods": [{"s0": []}]}, "periods, entry 1, state 's0': a list of profiles"),
    ({"patern": [["C", "C"]]}, "legal keys are format, allowed, periods, pattern"),
]


@pytest.mark.parametrize(("written", "message"), FAULTS, ids=[m for _, m in FAULTS])
def test_faults_of_path_files_are_named(written: dict[str, object], message: str) -> None:
    with pytest.raises(GameError, match=message):
        read_path({"format": "servanda-path/1"} | written, dilemma(0.6))


def test_refusals_in_words() -> None:
    game = dilemma(0.6)
    with pytest.raises(GameError, match="neither periods nor a pattern"):
        timed_plan(game)
    with pytest.raises(GameError, match="another game"):
        solve(dilemma(0.5)).verdict(timed_plan(game, **TURNS))
    with pytest.raises(GameError, match="shorten the plan"):
        timed_plan(game, pattern=["C,C"] * 60_000)


def test_entries_may_come_as_arrays_or_one_by_one_and_what_is_no_list_is_told() -> None:
    game = dilemma(0.6)
    for given in (np.array([["C", "D"], ["D", "C"]]), (x for x in ("C,D", "D,C"))):
        plan = timed_plan(game, pattern=given)  # type: ignore[arg-type]
        assert plan.to_json() == timed_plan(game, pattern=["C,D", "D,C"]).to_json()
    for wrong in (5, "C,D", {"s0": [["C", "D"]]}):
        with pytest.raises(GameError, match=r"periods: .* is no list of entries"):
            timed_plan(game, periods=wrong)  # type: ignore[arg-type]


def test_a_payoff_excluded_at_a_hand_of_the_clock_is_told_of_that_hand() -> None:
    game = dilemma(0.6)
    ten = (Fraction(10), Fraction(10))
    proof = Exclusion(game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, (), (), 6, None, (1, ten), clock=Clock(0, 2))
    assert proof.check(game).accepted
    assert "from state 's0, turn 2 of 2' gives exactly (10, 10)" in proof.claim(game)
