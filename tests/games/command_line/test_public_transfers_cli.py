"""``servanda game`` on games with public signals and transfers."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from games.files.game_writing import write_game
from tests.support.command_line import ROOT, Run, run_with
from tests.support.noisy_games import noisy_dilemma

SCHEMA = json.loads((ROOT / "games" / "files" / "servanda-solution.schema.json").read_text())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_a_game_with_signals_and_transfers_finds_its_solver(run: Run, tmp_path: Path) -> None:
    game, proof = write_game(noisy_dilemma("9/10"), tmp_path / "game.json"), tmp_path / "proof.json"
    result = run("game", "solve", game, "--target", "C,C", "--certificate", proof, "--region", "--scan", "0.1,0.9,0.2",
                 "--all-discounts", "--json")
    assert result.code == 0
    found = json.loads(result.out)
    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(found)] == []
    assert found["solver"] == "public_transfers" and found["status"] == "converged"
    state = found["states"]["s0"]
    assert state["joint_payoff"] == pytest.approx(2)
    assert state["punishment_actions"] == [["D", "D"], ["D", "D"]]
    assert found["verdict"]["verdict"] == "sustainable"
    assert found["region"]["edges"][0]["discount"] == pytest.approx(10 / 13, abs=2e-6)
    assert [level["from"] for level in found["liquidity"]["levels"]] == pytest.approx(
        [0, 10 / 13, 5 / 6], abs=1e-9)
    assert found["liquidity"]["profiles"][0]["always_from"] == pytest.approx(10 / 13, abs=1e-9)
    result = run("game", "certify", game, "--certificate", proof)
    assert result.code == 0 and "accepted" in result.out
    result = run("game", "certify", game, "--certificate", proof, "--discount", "0.8")
    assert result.code == 1 and "refused" in result.out


def test_without_burning_the_output_says_what_is_a_bound_and_what_was_found(run: Run, tmp_path: Path) -> None:
    game = write_game(noisy_dilemma("4/5", burning=False), tmp_path / "game.json")
    result = run("game", "solve", game, "--target", "C,C", "--json")
    found = json.loads(result.out)
    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(found)] == []
    assert found["status"] == "undecided"
    assert found["verdict"]["verdict"] == "unsustainable"
    assert "balance" in found["concept"]
    state = found["states"]["s0"]
    assert state["joint_payoff"] == pytest.approx(5 / 3) and state["found_joint_payoff"] == pytest.approx(0, abs=1e-9)
    result = run("game", "solve", game, "--discount", "0.9", "--json")
    state = json.loads(result.out)["states"]["s0"]
    assert state["found_joint_payoff"] == pytest.approx(2)
    assert state["found_punishment_payoffs"] == pytest.approx([0, 0], abs=1e-9)


def test_in_words(run: Run, tmp_path: Path) -> None:
    game = write_game(noisy_dilemma("7/10"), tmp_path / "game.json")
    result = run("game", "solve", game, "--target", "C,C", "--all-discounts")
    assert result.code == 0
    for words in ("unsustainable", "public-shortfall", "from 0.769231", "needs liquidity 5", "joint payoff at most 0"):
        assert words in result.out
    for option in ("--payments", "--slacks"):
        result = run("game", "solve", game, option)
        assert result.code == 2 and "everyone to see" in result.err
