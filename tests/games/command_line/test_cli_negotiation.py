"""``servanda game solve --concept rne`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from games import read_game, repeated_game, write_game
from tests.support.command_line import ROOT, Run, run_with

SCHEMA = json.loads((ROOT / "games" / "files" / "servanda-solution.schema.json").read_text())
HOLDUP = ROOT / "papers" / "goldluecke_kranz_2023" / "holdup.json"
BLACKMAIL = ROOT / "papers" / "goldluecke_kranz_2023" / "blackmail.json"
RNE = ("--concept", "rne", "--negotiation-hazard")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_json_holds_the_terms_and_what_is_negotiated(run: Run) -> None:
    result = run("game", "solve", HOLDUP, *RNE, "0.05", "--bargaining-weights", "1,3", "--json")
    assert result.code == 0
    data = json.loads(result.out)
    assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))
    assert data["solver"] == "repeated_negotiation"
    assert (data["negotiation_hazard"], data["bargaining_weights"]) == (0.05, [0.25, 0.75])
    assert (data["method"], data["dates"], data["empty"]) == ("exact", None, False)
    x2 = data["states"]["x_2"]
    assert x2["negotiated_payoffs"] == pytest.approx(
        [v + w * (x2["joint_payoff"] - sum(x2["punishment_payoffs"]))
         for v, w in zip(x2["punishment_payoffs"], (0.25, 0.75), strict=True)], abs=1e-12)


def test_the_critical_hazard_of_the_hold_up_is_proved_on_both_sides(run: Run, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    for hazard, word in (("2/27", "2,-: sustainable"), ("0.0741", "2,-: unsustainable")):
        result = run("game", "solve", HOLDUP, *RNE, hazard, "--target", "2,-", "--certificate", proof, "--strict")
        assert (result.code, word in result.out) == (0, True), result.out
        assert run("game", "certify", HOLDUP, "--certificate", proof).code == 0
        assert run("game", "certify", HOLDUP, "--certificate", proof, "--discount", "0.8").code == 1


def test_words_tell_method_payoffs_and_what_fails(run: Run, tmp_path: Path) -> None:
    shown = run("game", "solve", BLACKMAIL, *RNE, "0.3", "--dates", "3").out
    assert "truncated, 3 dates" in shown
    assert "negotiated payoffs 0.3645, 0.6355" in shown
    shown = run("game", "solve", BLACKMAIL, *RNE, "0.3", "--negotiation-method", "exact").out
    assert "no pure stationary equilibrium" in shown
    assert "no equilibrium of this concept exists" in shown
    from dataclasses import replace

    from tests.support.arms_race import arms_race

    path = write_game(replace(arms_race(20), name="large"), tmp_path / "large.json")
    shown = run("game", "solve", path, *RNE, "0.65").out
    assert "at date 289 in state 14_16" in shown


def test_negotiation_in_some_states_only(run: Run) -> None:
    result = run("game", "solve", HOLDUP, *RNE, "x_2=1,x_1=1/2", "--json")
    assert json.loads(result.out)["negotiation_hazard"] == {
        "x_invest": 0, "x_0": 0, "x_1": 0.5, "x_2": 1, "x_end": 0}


@pytest.mark.parametrize(("options", "message"), [
    (("--concept", "rne"), "needs --negotiation-hazard"),
    (("--negotiation-hazard", "0.3"), "needs --concept rne"),
    (("--dates", "3"), "needs --concept rne"),
    ((*RNE, "0.3", "--transfers", "none"), "add --transfers voluntary"),
    ((*RNE, "1.3"), "give a number from 0 to 1"),
    ((*RNE, "x_2=1,x_2=0"), "once"),
    ((*RNE, "nowhere=1"), "does not exist"),
    ((*RNE, "0.3", "--bargaining-weights", "1,2,3"), "3 given for 2 players"),
    ((*RNE, "0.3", "--negotiation-method", "exact", "--dates", "3"), "knows none"),
    ((*RNE, "0.3", "--target", "2,-", "--region"), "--region"),
])
def test_options_that_do_not_fit_together_are_refused(run: Run, options: tuple[str, ...], message: str) -> None:
    result = run("game", "solve", HOLDUP, *options)
    assert result.code == 2
    assert message in result.err


def test_a_game_file_without_transfers_can_be_given_them(run: Run, tmp_path: Path) -> None:
    path = write_game(repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5), tmp_path / "dilemma.json")
    assert read_game(path).transfers == "none"
    result = run("game", "solve", path, *RNE, "1/3", "--transfers", "voluntary", "--target", "a0,b0")
    assert result.code == 0
    assert "a0,b0: sustainable" in result.out
