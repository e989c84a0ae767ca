"""What an automaton is worth and withstands, on the dilemma R=2, T=3, P=0, S=-1 by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from games.certificates.automata.check import Evaluation, examine
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.faults import Fault
from games.model.stochastic_game import GameError
from games.model.strategy_automaton import StrategyAutomaton
from tests.support.example_certificates import dilemma, grim

F = Fraction


def of(discount: str) -> Evaluation:
    game = dilemma(discount)
    found = examine(game, grim(game))
    assert isinstance(found, Evaluation)
    return found


@pytest.mark.parametrize("discount", ["1/5", "1/3", "1/2", "9/10"])
def test_grim_withstands_what_the_hand_finds(discount: str) -> None:
    """Complying brings 2 for ever; deviating 3 once, then 0: a one-off gain of 1 against 2 d / (1 - d)."""
    d = F(discount)
    link = of(discount).weakest(on_path=True)
    assert link is not None
    assert (link.mode, link.state, link.row) in {(0, 0, 1), (0, 0, 2)}
    assert link.slack == pytest.approx(float(2 * d / (1 - d) - 1), abs=1e-12)


def test_values_of_both_modes() -> None:
    values = of("1/2").values()
    assert {key: value.tolist() for key, value in values.items()} == {(0, 0): [2.0, 2.0], (1, 0): [0.0, 0.0]}


def test_the_path_is_asked_apart_from_all_that_deviations_reach() -> None:
    """In the grim mode cooperating alone costs 1 at once: at 9/10 that is the least slack, off the path."""
    found = of("9/10")
    anywhere, on_path = found.weakest(False), found.weakest(True)
    assert anywhere is not None and on_path is not None
    assert (anywhere.mode, on_path.mode) == (1, 0)
    assert [anywhere.slack, on_path.slack] == pytest.approx([1.0, 17.0])
    slacks = found.path_slacks()
    assert slacks.slack.ravel().tolist() == pytest.approx([17.0, 17.0])
    assert slacks.row.tolist() == [[2, 1]]


def test_a_certificate_answers_as_the_evaluation_does_on_whichever_game() -> None:
    """Nothing is remembered from the game asked about before."""
    patient, impatient = dilemma("9/10"), dilemma("1/5")
    certificate = NoProfitableDeviation.of(patient, grim(patient))
    for game in (patient, impatient, patient):
        found = examine(game, certificate.automaton)
        assert isinstance(found, Evaluation)
        assert certificate.weakest_link(game) == found.weakest(True)
        assert certificate.path_slacks(game).slack.tolist() == found.path_slacks().slack.tolist()
    assert certificate.check(patient).accepted
    assert certificate.check(impatient).place == "game_digest"


def test_the_deviation_that_pays_is_proved_only_where_it_does() -> None:
    for discount, pays in (("1/5", True), ("1/3", False), ("1/2", False)):
        game = dilemma(discount)
        link = NoProfitableDeviation.of(game, grim(game)).weakest_link(game)
        assert link is not None
        assert ProfitableDeviation.of(game, grim(game), link).check(game).accepted is pays


def test_an_automaton_that_does_not_fit_is_told_with_its_place() -> None:
    game = dilemma("1/2")
    automaton = grim(game)
    short = StrategyAutomaton(automaton.modes, {(0, 0): automaton.cells[0, 0]}, automaton.initial)
    fault = examine(game, short)
    assert isinstance(fault, Fault)
    assert fault.place.startswith("cells (mode 'grim', ")
    with pytest.raises(GameError, match="although it is reached"):
        NoProfitableDeviation.of(game, short).values(game)
    lost = replace(automaton, cells={(1, 0): automaton.cells[1, 0]})
    fault = examine(game, lost)
    assert isinstance(fault, Fault)
    assert (fault.place, fault.problem) == ("start", "mode 'comply' has no cell in the initial state")
