"""Undetected deviations: three parties by hand, and every condition that a forged certificate would do without."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.certificate import SolutionConcept
from games.certificates.reading import CertificateError
from games.certificates.signals.undetected_deviation import LeadsThere, PaysUnseen, Step, UndetectedDeviation
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, repeated_game
from tests.support.example_certificates import DILEMMA, examples, in_the_dark

F = Fraction
WORK = "work,work,work"


def evidence(game: StochasticGame, *steps: Step, plan: Plan | None = None) -> UndetectedDeviation:
    return UndetectedDeviation.of(game, steps, Plan.of_profile(game, WORK) if plan is None else plan)


def place_of(game: StochasticGame, *steps: Step, plan: Plan | None = None) -> str:
    """Where a certificate that must be refused is."""
    report = evidence(game, *steps, plan=plan).check(game)
    assert not report.accepted and report.problem and report.claim
    return report.place


def test_in_the_dark_anybody_but_the_third_shirks_unseen() -> None:
    game = in_the_dark()
    for deviation in (12, 10):                                     # by A, by B: neither changes any chance
        report = evidence(game, PaysUnseen(8, deviation), LeadsThere(0, 1)).check(game)
        assert report.accepted and report.numbers == {"least_gain": 1.0, "steps": 2.0}
    assert place_of(game, PaysUnseen(8, 9), LeadsThere(0, 1)) == "steps[0].deviation"    # C's shows
    assert place_of(game, PaysUnseen(0, 4)) == "steps[0].deviation"                      # in the calm everybody's does


def test_it_holds_at_any_discount_factors_and_with_payments_whether_money_burns_or_not() -> None:
    for discount in (0, ["9/10", 0, "1/2"], "99/100"):
        for transfers, burning in (("none", True), ("voluntary", True), ("voluntary", False)):
            game = replace(in_the_dark(), transfers=transfers, burning=burning)  # type: ignore[arg-type]
            game = game.with_discount(discount)  # type: ignore[arg-type]
            assert evidence(game, PaysUnseen(8, 12), LeadsThere(0, 1)).check(game).accepted


def test_the_concept_follows_from_who_can_pay() -> None:
    game = in_the_dark()
    found = evidence(game, PaysUnseen(8, 12), LeadsThere(0, 1))
    assert found.concept is SolutionConcept.PURE_PUBLIC
    for concept in SolutionConcept:
        report = replace(found, concept=concept).check(game)
        assert report.accepted == (concept is SolutionConcept.PURE_PUBLIC)
        assert report.accepted or report.place == "concept"


def test_the_initial_state_must_be_struck_out() -> None:
    game = in_the_dark()
    assert place_of(game) == "steps"
    assert place_of(game, PaysUnseen(8, 12)) == "steps"


def test_steps_rest_on_earlier_ones_only() -> None:
    game = in_the_dark()
    assert place_of(game, LeadsThere(0, 1), PaysUnseen(8, 12)) == "steps[0].next"
    assert place_of(game, LeadsThere(0, 0)) == "steps[0].next"                           # it would lead to itself
    assert place_of(game, PaysUnseen(8, 12), LeadsThere(0, 1), LeadsThere(0, 1)) == "steps[2].row"


@pytest.mark.parametrize("state", [-1, 2, 10**30])
def test_a_next_state_must_be_possible(state: int) -> None:
    game = in_the_dark()
    assert place_of(game, PaysUnseen(8, 12), LeadsThere(0, state)) == "steps[1].next"
    back = replace(game, initial=1)
    assert place_of(back, LeadsThere(8, 0)) == "steps[0].next"                           # the dark lasts for ever


@pytest.mark.parametrize("row", [-1, 16, 10**30])
def test_rows_must_exist(row: int) -> None:
    game = in_the_dark()
    assert place_of(game, PaysUnseen(row, 12)) == "steps[0].row"
    assert place_of(game, PaysUnseen(8, row)) == "steps[0].deviation"
    assert place_of(game, LeadsThere(row, 1)) == "steps[0].row"


def test_only_rows_that_the_plan_allows_are_struck_out_and_all_of_them_must_be() -> None:
    game = in_the_dark()
    assert place_of(game, PaysUnseen(9, 13)) == "steps[0].row"                           # not asked for
    two = Plan.from_json(game, {"calm": [["work"] * 3], "dark": [["work"] * 3, ["shirk", "shirk", "work"]]})
    steps = PaysUnseen(8, 12), LeadsThere(0, 1)
    assert place_of(game, *steps, plan=two) == "steps[1].next"
    loses_by_working = PaysUnseen(14, 10)
    assert place_of(game, PaysUnseen(8, 12), loses_by_working, plan=two) == "steps[1].deviation"


def test_a_deviation_is_of_one_player_and_pays() -> None:
    game = in_the_dark()
    assert place_of(game, PaysUnseen(8, 14)) == "steps[0].deviation"                     # A and B together
    assert place_of(game, PaysUnseen(8, 8)) == "steps[0].deviation"
    assert place_of(game, PaysUnseen(8, 4)) == "steps[0].deviation"                      # a row of the other state
    payoffs = game.payoffs.copy()
    payoffs[12, 0] = payoffs[8, 0]
    assert place_of(replace(game, payoffs=payoffs), PaysUnseen(8, 12)) == "steps[0].deviation"


def test_gains_and_laws_are_compared_beyond_double_precision() -> None:
    game = in_the_dark()
    payoffs = game.payoffs.copy()
    payoffs[12, 0] = payoffs[8, 0]
    hair = replace(game, payoffs=payoffs, rationals={("payoff", 12, 0): F(1, 10**400)})
    assert evidence(hair, PaysUnseen(8, 12), LeadsThere(0, 1)).check(hair).accepted
    loss = replace(game, payoffs=payoffs, rationals={("payoff", 12, 0): F(-1, 10**400)})
    assert place_of(loss, PaysUnseen(8, 12)) == "steps[0].deviation"
    seen = game.monitoring
    assert seen is not None
    shows = replace(game, monitoring=replace(seen, rationals={
        ("signal", 12, 0): F(4, 5) - F(1, 10**400), ("signal", 12, 1): F(1, 5) + F(1, 10**400)}))
    assert place_of(shows, PaysUnseen(8, 12)) == "steps[0].deviation"


def test_a_chance_too_small_for_double_precision_is_a_chance() -> None:
    game = in_the_dark()
    law = game.transition.toarray()
    law[:8] = [1.0, 0.0]
    entries = csr_array((np.ravel(law), np.tile([0, 1], 16), np.arange(0, 33, 2)), shape=(16, 2))
    never = replace(game, transition=entries)
    assert place_of(never, PaysUnseen(8, 12), LeadsThere(0, 1)) == "steps[1].next"
    hardly = replace(never, rationals={
        ("transition", 0, 1): F(1, 10**400), ("transition", 0, 0): 1 - F(1, 10**400)})
    assert evidence(hardly, PaysUnseen(8, 12), LeadsThere(0, 1)).check(hardly).accepted


def test_the_next_state_shows_what_the_signal_does_not() -> None:
    """There is one signal only; a next state that depends on the profile tells it."""
    payoffs = [[[[1, 1], [1, 1]], [[2, 1], [2, 1]]]] * 2
    game = _two_states(payoffs, [[1, 0]] * 4)
    plan = Plan.of_profile(game, "a0,b0")
    assert evidence(game, PaysUnseen(0, 2), plan=plan).check(game).accepted
    told = _two_states(payoffs, [[1, 0], [1, 0], [0.5, 0.5], [1, 0]])
    assert place_of(told, PaysUnseen(0, 2), plan=Plan.of_profile(told, "a0,b0")) == "steps[0].deviation"


def _two_states(payoffs: list[list[list[list[int]]]], law: list[list[float]]) -> StochasticGame:
    table = np.array(payoffs, dtype=float).reshape(8, 2)
    return StochasticGame(
        ("A", "B"), np.array([0.5, 0.5]), ("s", "t"), ((("a0", "a1"), ("b0", "b1")),) * 2, table,
        csr_array(np.array([*law, *[[0.0, 1.0]] * 4])),
        monitoring=PublicMonitoring((("y",),) * 2, (np.ones((4, 1)),) * 2))


@pytest.mark.parametrize(("after", "accepted"), [([[0.5, 0.5], [0, 1]], True), ([[0, 1], [0.5, 0.5]], False)])
def test_the_law_is_that_of_signal_and_next_state_together(after: list[list[float]], accepted: bool) -> None:
    """Row 2 has the signals of row 0, and the same chance of each next state; what follows which signal may differ."""
    game = _two_states([[[[1, 1], [1, 1]], [[2, 1], [2, 1]]]] * 2, [[0.25, 0.75]] * 4)
    first = [[0.5, 0.5], [0, 1]]
    following = np.array([*first, *first, *after, *first, *[[0, 1]] * 8], dtype=float)
    law = np.full((4, 2), 0.5)
    game = replace(game, monitoring=PublicMonitoring((("x", "y"),) * 2, (law, law), csr_array(following)))
    found = evidence(game, PaysUnseen(0, 2), plan=Plan.of_profile(game, "a0,b0"))
    assert found.check(game).accepted == accepted


def test_where_everyone_sees_the_profile_every_deviation_shows() -> None:
    game = repeated_game(DILEMMA, "1/2")
    plan = Plan.of_profile(game, "a0,b0")
    assert place_of(game, PaysUnseen(0, 2), plan=plan) == "steps[0].deviation"
    partly = in_the_dark()
    assert partly.monitoring is not None
    law = partly.monitoring.law[0], np.zeros((8, 0))
    partly = replace(partly, monitoring=PublicMonitoring((("good", "bad"), ()), law))
    assert place_of(partly, PaysUnseen(8, 12)) == "steps[0].deviation"


def test_a_plan_that_the_game_does_not_have_is_refused() -> None:
    game = in_the_dark()
    found = replace(evidence(game, PaysUnseen(8, 12), LeadsThere(0, 1)), plan={"noon": [["work"] * 3]})
    assert found.check(game).place == "claim.plan"


@pytest.mark.parametrize(("step", "message"), [
    ({"row": 0}, "exactly one of 'deviation' and 'next'"), ({"row": 0, "deviation": 1, "next": 1}, "exactly one of"),
    ({"next": 1}, "'row' is missing"), ({"row": 0, "next": "1"}, "steps[0].next: a whole number"),
    ({"row": 0, "next": 1, "player": 0}, "unknown field 'player'"), ([0, 1], "steps[0]: an object is expected"),
])
def test_malformed_steps_are_refused_in_words(step: object, message: str) -> None:
    document = {**examples()["undetected in the dark"][1].to_json(), "steps": [step]}
    with pytest.raises(CertificateError) as caught:
        UndetectedDeviation.from_json(document)
    assert message in str(caught.value)
