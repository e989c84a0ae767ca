"""Five alike parties and a public good, r = 2: the threshold of patience is that of the closed form, proved both ways.

Keeping to it earns r - 1; a free rider earns r (n - 1) / n once and nothing from then on, which is also the least that
anybody can be held to; so it holds from (1 - r / n) / (r - r / n) = 3/8 on.  Source: Friedman (1971); Abreu (1988).
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import repeated_game, write_game
from tests.support.command_line import ROOT, Run, run_with

FILE = ROOT / "tests" / "treaties" / "reading" / "accepted" / "five_alike.toml"
MULTIPLIER, PARTIES = Fraction(2), 5
THRESHOLD = (1 - MULTIPLIER / PARTIES) / (MULTIPLIER - MULTIPLIER / PARTIES)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.mark.parametrize(
    ("away", "verdict", "kind"),
    [
        (Fraction(-1, 1000), "unsustainable", "exclusion"),
        (Fraction(0), "sustainable", "no-profitable-deviation"),
        (Fraction(1, 1000), "sustainable", "no-profitable-deviation"),
    ],
)
def test_five_alike_parties_hold_from_the_factor_of_the_closed_form_on(
    run: Run, away: Fraction, verdict: str, kind: str
) -> None:
    factor = THRESHOLD + away
    found = json.loads(run("check", FILE, "--discount", str(factor), "--json").out)
    assert (found["verdict"], found["certificate"]["kind"], found["certificate"]["checked"]) == (verdict, kind, True)
    keeping, riding = MULTIPLIER - 1, MULTIPLIER * (PARTIES - 1) / PARTIES
    assert found["margin"] == pytest.approx(float((keeping - (1 - factor) * riding) / (1 - factor)), abs=1e-9)
    [(least, most)] = found["discount_region"]["intervals"]
    assert (least, most) == (pytest.approx(float(THRESHOLD), abs=1e-5), 0.98)


def test_patience_may_be_a_fraction_and_what_no_decimal_holds_is_told(run: Run) -> None:
    told = run("check", FILE, "--discount", "1/3", "--json")
    assert json.loads(told.out)["values"][0]["discount"] == 1 / 3
    assert told.err == "remark: --discount 1/3: 1/3 is taken as 0.3333333333333333: a treaty's numbers are decimals\n"
    assert run("check", FILE, "--discount", "3/8", "--json").err == ""


@pytest.mark.parametrize("wrong", ["one", "1/0", "nan", "3/2", "-0.1", "0.5,0.5", "", "1e9999"])
def test_what_is_no_discount_factor_is_refused_alike_for_treaties_and_games(
    run: Run, tmp_path: Path, wrong: str
) -> None:
    game = write_game(repeated_game(np.zeros((1, 1, 1, 1, 1, 5)), 0.5), tmp_path / "five.json")
    of_treaty = run("check", FILE, f"--discount={wrong}")
    of_game = run("game", "solve", game, f"--discount={wrong}")
    assert of_treaty.code == of_game.code == 2
    assert of_treaty.err.replace("parties", "players") == of_game.err
    assert of_game.err.startswith(f"servanda: --discount {wrong!r}")
