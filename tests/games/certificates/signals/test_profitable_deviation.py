"""Public automata that are no equilibria: in the noisy dilemma (1, 2, 0, -3/2), with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from games.certificates.certificate import SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.signals import PublicProfitableDeviation
from games.model.public_automaton import PublicAutomaton
from games.model.strategy_automaton import surely
from tests.support.noisy_games import noisy_dilemma
from tests.support.public_evidence import for_ever, noisy, until_a_bad_signal

F = Fraction


def test_cooperation_for_ever_fails_by_what_a_deviation_gains_at_once() -> None:
    game = noisy("9/10")
    report = PublicProfitableDeviation.of(game, for_ever(game, 0), 0, 0, 2).check(game)
    assert report.accepted and report.numbers["slack"] == pytest.approx(-1.0)
    # Playing DD for ever is an equilibrium, and nobody gains by C.
    report = PublicProfitableDeviation.of(game, for_ever(game, 3), 0, 0, 1).check(game)
    assert not report.accepted and "not proved" in report.problem


@pytest.mark.parametrize(
    ("discount", "fails"), [("90/100", True), ("909/1000", True), ("10/11", False), ("19/20", False)])
def test_cooperation_until_a_bad_signal_fails_below_ten_elevenths(discount: str, fails: bool) -> None:
    game = noisy(discount)
    assert PublicProfitableDeviation.of(game, until_a_bad_signal(game), 0, 0, 2).check(game).accepted is fails


def test_only_deviations_of_one_player_in_modes_that_are_reached_count() -> None:
    game = noisy("9/10")
    automaton = until_a_bad_signal(game)
    for mode, player, row in ((0, 0, 3), (0, 1, 2), (0, 0, 0), (7, 0, 2), (0, 2, 2), (-1, 0, 2)):
        assert not PublicProfitableDeviation.of(game, automaton, mode, player, row).check(game).accepted
    stays = PublicAutomaton(
        (for_ever(game, 3).modes[0], replace(for_ever(game, 0).modes[0], then=dict.fromkeys(
            for_ever(game, 0).modes[0].then, surely(1)))), surely(0))
    report = PublicProfitableDeviation.of(game, stays, 1, 0, 2).check(game)
    assert (report.accepted, report.place) == (False, "claim.mode")


def test_forged_payoffs_do_not_make_a_deviation_pay() -> None:
    """Written payoffs that are off only widen what is not known."""
    game = noisy("19/20")
    automaton = until_a_bad_signal(game)
    poor = replace(automaton, modes=(replace(automaton.modes[0], payoffs=(F(0), F(0))), automaton.modes[1]))
    assert not PublicProfitableDeviation.of(game, poor, 0, 0, 2).check(game).accepted


def test_other_games_concepts_and_files_are_refused() -> None:
    game = noisy("9/10")
    found = PublicProfitableDeviation.of(game, for_ever(game, 0), 0, 0, 2)
    assert found.check(noisy("19/20")).place == "game_digest"
    assert replace(found, concept=SolutionConcept.PURE_SUBGAME_PERFECT).check(game).place == "concept"
    paid = noisy_dilemma("9/10")
    assert replace(found, game_digest=paid.digest).check(paid).place == "game"
    document = found.to_json()
    assert certificate_text(read_certificate(document)) == certificate_text(found)
    document["cells"][0]["row"] = 1
    assert read_certificate(document).check(game).place == "cells[0].row"
