"""Exclusions of games with public signals: by full observation, and of rows that signals cannot enforce.

In the noisy dilemma (1, 2, 0, -3/2) the signal yC has probability 7/10 after C,C and 3/10 after a deviation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.certificate import SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step, UnenforceableStep
from games.certificates.reading import CertificateError
from games.model.full_observation import seen_by_all
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from tests.support.example_certificates import dilemma
from tests.support.public_evidence import noisy, unpaid

F = Fraction
PURE, PUBLIC = SolutionConcept.PURE_SUBGAME_PERFECT, SolutionConcept.PURE_PUBLIC
FIRST, SECOND, FIRST_DOWN, SECOND_DOWN = range(4)
SEEN: tuple[Step, ...] = (LevelStep(FIRST_DOWN, (0,)), PathStep(), LevelStep(FIRST, (2,)), DropStep((FIRST,)))
"""Of the dilemma R=2, T=3, P=0, S=-1: it excludes C,C for discount factors below 1/3."""

ON_PATH: tuple[Step, ...] = (
    PathStep(), LevelStep(FIRST, (1,)), LevelStep(FIRST_DOWN, (-1,)), UnenforceableStep(((0, ((0, 2, F(1)),)),)))
"""Of the noisy dilemma: C,C for ever is worth 1 whatever is seen, so that nothing deters D."""


def exclusion(game: StochasticGame, steps: tuple[Step, ...], concept: SolutionConcept = PUBLIC) -> Exclusion:
    return Exclusion(game.digest, concept, (), steps, 0, Plan.of_profile(game, "C,C").to_json())


def half_seen(discount: str) -> StochasticGame:
    """The dilemma after a signal that is right with 3/4 about whether both worked."""
    law = np.array([[0.75, 0.25]] + [[0.25, 0.75]] * 3)
    return replace(dilemma(discount), monitoring=PublicMonitoring((("good", "bad"),), (law,)))


@pytest.mark.parametrize(("discount", "excluded"), [("1/5", True), ("33/100", True), ("1/3", False), ("1/2", False)])
def test_what_fails_if_everyone_sees_everything_fails_on_signals(discount: str, excluded: bool) -> None:
    game = half_seen(discount)
    report = exclusion(game, SEEN).check(game)
    assert report.accepted is excluded
    claim = exclusion(game, SEEN).claim(game)
    assert "perfect public equilibrium" in claim and "if everyone" not in claim
    assert "one of the game in which everyone sees everything" in claim


def test_the_concept_is_that_of_the_game_at_hand() -> None:
    game = half_seen("1/5")
    for concept in SolutionConcept:
        assert exclusion(game, SEEN, concept).check(game).accepted is (concept is PUBLIC)
    watched = seen_by_all(game)
    assert exclusion(watched, SEEN, PURE).check(watched).accepted
    assert exclusion(watched, SEEN, PUBLIC).check(watched).place == "concept"


def test_evidence_of_the_game_seen_by_all_says_nothing_of_another_game() -> None:
    game = half_seen("1/5")
    watched = seen_by_all(game)
    found = exclusion(watched, SEEN, PURE)
    assert found.check(game).place == "game_digest"
    assert replace(found, game_digest=game.digest).check(game).place == "concept"
    paid = replace(game, transfers="voluntary")
    assert exclusion(paid, SEEN).check(paid).place == "game"


def test_plans_with_other_rows_are_refused_or_left_room_for() -> None:
    game = half_seen("1/5")
    found = exclusion(game, SEEN)
    strange = replace(found, plan={"s0": [["C", "X"]]}).check(game)
    assert (strange.accepted, strange.place) == (False, "claim.plan")
    assert replace(found, plan={"elsewhere": [["C", "C"]]}).check(game).place == "claim.plan"
    static = replace(found, plan={"s0": [["D", "D"]]}).check(game)
    assert not static.accepted


def ends(told: bool) -> StochasticGame:
    """The dilemma of 1/2 that goes on for ever after a good signal and ends for good after a bad one.

    ``told``  the next state depends on the signal; else it has the same law whatever is seen.
    """
    game = half_seen("1/2")
    law = np.array([[0.75, 0.25]] + [[0.25, 0.75]] * 3)
    marginal = np.vstack([law if told else np.tile([0.5, 0.5], (4, 1)), [[0.0, 1.0]]])
    pairs = np.vstack([np.tile(np.eye(2) if told else np.full((2, 2), 0.5), (4, 1)), np.empty((0, 2))])
    return StochasticGame(
        game.players, game.discount, ("on", "over"), (*game.actions, (("-",),) * 2),
        np.vstack([game.payoffs, [[0.0, 0.0]]]), csr_array(marginal),
        monitoring=PublicMonitoring((("good", "bad"), ()), (law, np.zeros((1, 0))), csr_array(pairs)))


def test_the_law_of_next_states_is_the_one_that_signals_give() -> None:
    """Told by signals the path is worth 2 / (1 + 1/4) = 8/5; if it ends with 1/2 whatever is done, 4/3."""
    steps: tuple[Step, ...] = (
        LevelStep(FIRST_DOWN, (0, 0)), LevelStep(FIRST, (30, 0)), PathStep(), LevelStep(FIRST, (14, 0)))
    for told, most in ((True, 16), (False, 14)):
        game = ends(told)
        plan = Plan.of_profile(game, "C,C").to_json()
        report = Exclusion(game.digest, PUBLIC, (), steps, 1, plan).check(game)
        assert (report.place == "steps[3].levels[0] (state 'on', profile (C, C))") is (most > 14), told
    # The matrix of the other game cannot be put in its place: the check works out the law itself.
    game, other = ends(True), ends(False)
    mixed = replace(game, transition=other.transition)
    plan = Plan.of_profile(mixed, "C,C").to_json()
    report = Exclusion(mixed.digest, PUBLIC, (), steps, 1, plan).check(mixed)
    assert not report.accepted and report.place.startswith("steps[3]")


def test_what_compliance_may_bring_about_punishes_nobody_on_the_path() -> None:
    for discount in ("1/10", "9/10", "99/100"):
        game = noisy(discount)
        report = exclusion(game, ON_PATH).check(game)
        assert report.accepted, report
    watched = unpaid(seen_by_all(noisy("9/10")))
    assert not exclusion(watched, ON_PATH, PURE).check(watched).accepted     # there a deviation shows


BAD: list[tuple[str, Callable[[], Step]]] = [
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((0, 2, F(0)),)),))),
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((0, 2, F(-1)),)),))),
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((1, 2, F(1)),)),))),     # the other player's deviation
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((0, 3, F(1)),)),))),     # of both
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((0, 0, F(1)),)),))),
    ("steps[3].rows[0]", lambda: UnenforceableStep(((0, ((2, 2, F(1)),)),))),
    ("steps[3].rows[0]", lambda: UnenforceableStep(((9, ()),))),
    ("steps", lambda: UnenforceableStep(())),
]


@pytest.mark.parametrize(("place", "step"), BAD)
def test_multipliers_that_prove_nothing_are_refused(place: str, step: Callable[[], Step]) -> None:
    game = noisy("9/10")
    report = exclusion(game, (*ON_PATH[:3], step())).check(game)
    assert (report.accepted, report.place) == (False, place)


def test_off_the_path_the_same_row_may_be_enforced() -> None:
    """By punishments after bad signals, which only the path excludes: 1 - d is less than 0.4 d (1 - 0)."""
    game = noisy("9/10")
    never = UnenforceableStep(((0, ((0, 2, F(1)),)),))
    steps = (LevelStep(FIRST, (1,)), LevelStep(FIRST_DOWN, (0,)), never, PathStep())
    report = exclusion(game, steps).check(game)
    assert not report.accepted
    without_a_path = exclusion(game, (*ON_PATH[1:], PathStep())).check(game)
    assert not without_a_path.accepted and without_a_path.place.startswith("steps[0]")


def test_the_step_comes_back_from_its_file_and_its_seal_guards_it() -> None:
    game = noisy("9/10")
    document = exclusion(game, ON_PATH).to_json()
    assert certificate_text(read_certificate(document)) == certificate_text(exclusion(game, ON_PATH))
    document["steps"][3]["rows"][0][1][0][2] = "2"
    assert read_certificate(document).check(game).place == "steps[3].rows"
    for broken in ([0], [0, [[0, 2]]], [0, [[0, 2, "x"]]]):
        document["steps"][3]["rows"][0] = broken
        with pytest.raises(CertificateError, match="steps"):
            read_certificate(document)
