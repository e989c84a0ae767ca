"""Excluding cooperation in the dilemma R=2, T=3, P=0, S=-1, every step by hand.

Nobody can be held to less than 0; on the path of C,C everybody has 2 at most; whoever complies forgoes 3 - 2 now and
needs 2 (1 - d) + d w >= 3 (1 - d), so w >= (1 - d) / d, which is more than 2 exactly when d < 1/3.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from games.certificates.certificate import SolutionConcept
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step
from games.model.plan import Plan
from tests.support.example_certificates import dilemma

FIRST, SECOND, FIRST_DOWN, SECOND_DOWN = range(4)
STEPS: tuple[Step, ...] = (
    LevelStep(FIRST_DOWN, (0,)), LevelStep(SECOND_DOWN, (0,)), PathStep(), LevelStep(FIRST, (2,)), DropStep((FIRST,)))


def excluding(discount: str, steps: tuple[Step, ...] = STEPS) -> tuple[bool, str]:
    game = dilemma(discount)
    plan = Plan.of_profile(game, "C,C").to_json()
    report = Exclusion(game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, (), steps, 0, plan).check(game)
    return report.accepted, report.place


@pytest.mark.parametrize(("discount", "excluded"), [
    ("1/10", True), ("1/5", True), ("33/100", True), ("1/3", False), ("34/100", False), ("1/2", False)])
def test_cooperation_is_excluded_exactly_below_one_third(discount: str, excluded: bool) -> None:
    accepted, place = excluding(discount)
    assert accepted is excluded
    assert excluded or place.startswith("steps")


@pytest.mark.parametrize(("number", "step", "place"), [
    (0, LevelStep(FIRST_DOWN, (-1,)), "steps[0]"),  # player 1 can be held to 0, so 1 is no lower bound
    (3, LevelStep(FIRST, (1,)), "steps[3]"),  # the path brings 2
    (3, LevelStep(4, (2,)), "steps[3].direction"),
    (3, LevelStep(FIRST, (2, 2)), "steps[3].levels"),
    (4, PathStep(), "steps[4]"),  # it is on the path already
])
def test_a_step_that_does_not_hold_is_named(number: int, step: Step, place: str) -> None:
    accepted, found = excluding("1/5", (*STEPS[:number], step, *STEPS[number + 1:]))
    assert not accepted
    assert found.startswith(place)


@pytest.mark.parametrize("left_out", range(len(STEPS)))
def test_only_the_other_player_s_threat_is_not_needed(left_out: int) -> None:
    accepted, _ = excluding("3/10", (*STEPS[:left_out], *STEPS[left_out + 1:]))
    assert accepted is (left_out == 1)


def test_what_is_proved_of_pure_play_is_not_claimed_of_mixtures() -> None:
    game = dilemma("1/5")
    plan = Plan.of_profile(game, "C,C").to_json()
    proof = Exclusion(game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, (), STEPS, 0, plan)
    report = replace(proof, concept=SolutionConcept.MIXED_REVERSION).check(game)
    assert (report.accepted, report.place) == (False, "concept")
