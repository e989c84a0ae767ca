"""Evidence from the field that was once accepted: built here as it was written, and refused."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.automata.self_generation import Point, SelfGeneration
from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.certificate_file import read_certificate, write_certificate
from games.certificates.transfers.plan import TransferCell, TransferPlan
from games.files.game_file import read_game
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.questions.solve import solve
from games.solvers.verdict import Unsustainable
from tests.support.command_line import Run, run_with
from tests.support.example_certificates import DILEMMA, PENNIES

F = Fraction
TINY = F(1, 10**400)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def game_file(place: Path, discount: str, *states: dict[str, Any], transfers: str = "none") -> Path:
    place.write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": discount, "transfers": transfers,
        "states": [{"name": f"s{k}", **state} for k, state in enumerate(states)]}))
    return place


def tiny_chance(place: Path) -> Path:
    """Nothing to choose and 1 for each; with a chance of 1e-400 pennies are matched for ever after."""
    alone = {"actions": [["C"], ["C"]], "payoffs": [[[1, 1]]], "transitions": [[{"s0": "1", "s1": "1e-400"}]]}
    pennies = {"actions": [["H", "T"]] * 2, "payoffs": PENNIES}
    return game_file(place, "1/2", alone, pennies, transfers="voluntary")


def kept_without_the_second_state(path: Path) -> Certificate:
    """Payoffs that are right if what follows the tiny chance is worth nothing: 2 / (1 + chance) and so on."""
    game = read_game(path)
    stay = dict(game.exact_transition(0))[0]
    one = F(1, 2) / (1 - stay / 2)
    cell = TransferCell(0, 0, 2 * one, (one, one), (0, 0), 0, 2 * one)
    return TransferPlan(game.digest, SolutionConcept.PURE_WITH_TRANSFERS, {}, (cell,))


@pytest.mark.parametrize("concept", list(SolutionConcept))
def test_a_mixed_automaton_is_no_equilibrium_in_pure_actions(
    run: Run, tmp_path: Path, concept: SolutionConcept
) -> None:
    path = game_file(tmp_path / "g.json", "1/2", {"actions": [["H", "T"]] * 2, "payoffs": PENNIES})
    half = ((F(1, 2), F(1, 2)),) * 2
    automaton = StrategyAutomaton(("m",), {(0, 0): Cell(-1, surely(0), (surely(0),) * 2, mix=half)}, surely(0))
    forged = NoProfitableDeviation(read_game(path).digest, concept, automaton, {})
    result = run("game", "certify", path, "--certificate", write_certificate(forged, tmp_path / "c.json"))
    right = concept is SolutionConcept.MIXED_REVERSION
    assert result.code == (0 if right else 1)
    assert ("Actions are mixed" if right else "cells[0].mix") in result.out


def test_a_tolerance_of_100_is_not_the_files_to_choose(run: Run, tmp_path: Path) -> None:
    path = game_file(tmp_path / "g.json", "1/5", {"actions": [["C", "D"]] * 2, "payoffs": DILEMMA})
    point = Point((F(2), F(2)), 3, {0: surely(0)})
    for concept in SolutionConcept:
        forged = SelfGeneration(
            read_game(path).digest, concept, {0: (point,)}, F(100), (0, (F(2), F(2)), surely(0)))
        proof = write_certificate(forged, tmp_path / "c.json")
        assert run("game", "certify", path, "--certificate", proof).code == 1


def test_a_state_behind_a_chance_of_1e_minus_400_is_needed(run: Run, tmp_path: Path) -> None:
    path = tiny_chance(tmp_path / "g.json")
    proof = write_certificate(kept_without_the_second_state(path), tmp_path / "c.json")
    result = run("game", "certify", path, "--certificate", proof)
    assert result.code == 1 and "'s1' can be reached" in result.out


def test_a_chance_of_1e_minus_400_is_solved_for(run: Run, tmp_path: Path) -> None:
    """Where pennies are matched no pure equilibrium exists, and play may come there: so none exists at all."""
    path = tiny_chance(tmp_path / "g.json")
    game = read_game(path)
    assert game.exact_transition(0)[1] == TINY / (1 + TINY)
    found = solve(game)
    verdict = found.verdict("C,C")
    assert isinstance(verdict, Unsustainable) and verdict.certificate.check(game).accepted
    assert run("game", "solve", path, "--target", "C,C").code == 0


def test_a_signal_that_is_almost_never_seen_is_one(run: Run, tmp_path: Path) -> None:
    """The second signal comes with a chance of 1e-400 and is followed by the second state, where nothing is stable."""
    seen = {
        "actions": [["C"], ["C"]], "payoffs": [[[1, 1]]], "signals": ["well", "ill"],
        "signal_probabilities": [[["1", "1e-400"]]], "transitions": [[{"well": {"s0": "1"}, "ill": {"s1": "1"}}]]}
    path = game_file(tmp_path / "g.json", "1/2", seen, {"actions": [["H", "T"]] * 2, "payoffs": PENNIES})
    result = run("game", "solve", path, "--target", "C,C", "--certificate", tmp_path / "c.json")
    assert result.code == 0 and "C,C: sustainable" not in result.out
    assert "C,C: undecided" in result.out or read_certificate(tmp_path / "c.json").check(read_game(path)).accepted
