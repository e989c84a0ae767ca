"""``servanda game strategy`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from games import read_certificate, read_game, repeated_game, write_game
from games.command_line.strategy import NEEDED, STRATEGY_NAMES
from games.files.strategy_file import strategy_to_json
from games.model.strategy_automaton import StrategyAutomaton
from games.play.strategies import grim
from games.play.strategies.names import STRATEGIES
from tests.support.command_line import Run, run_with


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def dilemma(tmp_path: Path) -> Path:
    game = repeated_game(
        [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5, actions=[["comply", "breach"]] * 2, name="dilemma")
    return write_game(game, tmp_path / "dilemma.json")


def test_a_name_is_judged_and_its_proof_is_accepted(run: Run, dilemma: Path, tmp_path: Path) -> None:
    result = run("game", "strategy", dilemma, "grim", "--certificate", tmp_path / "proof.json")
    assert result.code == 0
    assert "grim: an equilibrium" in result.out and "margin   1 on the path" in result.out
    assert read_certificate(tmp_path / "proof.json").check(read_game(dilemma)).accepted


def test_what_is_no_equilibrium_is_an_answer_with_the_deviation_that_pays(run: Run, dilemma: Path) -> None:
    result = run("game", "strategy", dilemma, "tit_for_tat")
    assert result.code == 0
    assert "tit_for_tat: no equilibrium" in result.out
    assert "pays     P1 plays comply in mode 'P2 defected', state s0, and gains 0.666667" in result.out


def test_of_a_game_with_payments_the_remedy_is_told_and_works(run: Run, dilemma: Path) -> None:
    content = json.loads(dilemma.read_text(encoding="utf-8")) | {"transfers": "voluntary"}
    dilemma.write_text(json.dumps(content), encoding="utf-8")
    refused = run("game", "strategy", dilemma, "grim")
    assert refused.code == 2 and "--transfers none" in refused.err
    assert run("game", "strategy", dilemma, "grim", "--transfers", "none").code == 0


def test_json_says_it_all_in_exact_numbers(run: Run, dilemma: Path) -> None:
    result = run("game", "strategy", dilemma, "k_period", "--periods", "2", "--cooperate", "comply,comply",
                 "--punish", "breach,breach", "--discount", "1/3", "--json")
    found = json.loads(result.out)
    assert found["equilibrium"] is False and found["strategy"] == "k_period"
    assert found["situations"][0]["best_deviations"]["P1"] == {
        "action": "breach", "slack": pytest.approx(-1 / 9), "exact_slack": "-1/9", "pays": True}
    assert found["values"]["P1"] == {"about": 2.0, "exact": "2"}


def test_a_players_own_file_is_judged(run: Run, dilemma: Path, tmp_path: Path) -> None:
    game = read_game(dilemma)
    automaton = grim().automaton(game)
    assert isinstance(automaton, StrategyAutomaton)
    own = tmp_path / "own.json"
    own.write_text(json.dumps(strategy_to_json(game, automaton)), encoding="utf-8")
    assert "own.json: an equilibrium" in run("game", "strategy", dilemma, own).out
    assert run("game", "strategy", dilemma, own, "--cooperate", "comply,comply").code == 2


@pytest.mark.parametrize(("words", "message"), [
    (("grimm",), "did you mean 'grim'"),
    (("k_period",), "k_period needs --periods"),
    (("always",), "always needs --cooperate"),
    (("forgiving_grim",), "forgiving_grim needs --chance"),
    (("grim", "--periods", "2"), "strategy grim has no 'periods'"),
    (("grim", "--cooperate", "comply"), "1 action named"),
    (("none.json",), "there is no such file"),
])
def test_what_cannot_be_used_is_told(run: Run, dilemma: Path, words: tuple[str, ...], message: str) -> None:
    result = run("game", "strategy", dilemma, *words)
    assert result.code == 2 and message in result.err


def test_the_names_in_the_help_are_those_there_are() -> None:
    assert sorted(STRATEGY_NAMES.split(", ")) == sorted(STRATEGIES)
    assert NEEDED.keys() <= STRATEGIES.keys()
