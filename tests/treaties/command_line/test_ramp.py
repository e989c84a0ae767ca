"""``servanda design --ramp``: the best stages for the trust that a file states, in words, as JSON and as a picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Run, run_with
from tests.support.small_treaties import DILEMMA

OPPORTUNIST = '[[party.type]]\nname = "opportunist"\nconduct = "breaches"\nprior = 0.5\n'
TEXT = DILEMMA.replace("discount = 0.6", "discount = 0.9").replace("[[matter]]", f"{OPPORTUNIST}[[matter]]", 1)
STAGES = "stages = [{ year = 0, exposure = 0.25 }, { year = 1, exposure = 1 }]"
STAGED = f'[[provision]]\ntype = "staged_derisking"\n{STAGES}\n'


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_the_best_stages_are_told_drawn_and_written_alike(servanda: Run, tmp_path: Path) -> None:
    file, picture, again = tmp_path / "staged.toml", tmp_path / "a.svg", tmp_path / "b.svg"
    file.write_text(TEXT + STAGED, encoding="utf-8")
    said = servanda("design", file, "--ramp", "--plot", picture)
    assert said.code == 0, said.err
    assert "Borduria with 50%" in said.out and "proved in exact arithmetic" in said.out
    told = servanda("design", file, "--ramp", "--json", "--plot", again)
    document = json.loads(told.out)
    assert document["format"] == "servanda-ramp/1" and document["certificate"]["checked"]
    assert [stage["year"] for stage in document["stages"]] == [0, 1]
    assert document["trust"] == {"A": 1.0, "B": 0.5}
    assert picture.read_bytes() == again.read_bytes() and picture.read_bytes().startswith(b"<?xml")


def test_what_measures_have_to_cost_is_told_with_stages_or_without(servanda: Run, tmp_path: Path) -> None:
    file = tmp_path / "measures.toml"
    patience = OPPORTUNIST.replace('"breaches"', '"strategic"\ndiscount = 0.1')
    measure = '[[provision]]\ntype = "trust_building"\nmeasures = [{ party = "B", name = "open depots", cost = 1 }]\n'
    text = DILEMMA.replace("discount = 0.6", "discount = 0.9").replace("[[matter]]", f"{patience}[[matter]]", 1)
    file.write_text(text + measure + 'opens = "entry"\n', encoding="utf-8")
    said = servanda("design", file, "--ramp")
    assert said.code == 0 and "No ramp: it has no staged_derisking clause" in said.out
    assert "open depots of Borduria tells the opportunist of Borduria apart at a cost from" in said.out
    (found,) = json.loads(servanda("design", file, "--ramp", "--json").out)["measures"]
    assert found["least"] == pytest.approx(0.4) and found["greatest"] == pytest.approx(9)


@pytest.mark.parametrize(
    ("text", "arguments", "problem"),
    [
        (TEXT, ("--ramp",), "no staged_derisking clause; give it one"),
        (TEXT + STAGED, ("--steps", "3"), "--steps: asks for stages of a ramp; add --ramp"),
        (TEXT + STAGED, ("--ramp", "--out", "x.csv"), "--out: lists designs"),
        (DILEMMA + STAGED, ("--ramp",), "no party has types"),
    ],
)
def test_what_cannot_be_asked_of_a_ramp_is_refused(
    servanda: Run, tmp_path: Path, text: str, arguments: tuple[str, ...], problem: str
) -> None:
    file = tmp_path / "t.toml"
    file.write_text(text, encoding="utf-8")
    told = servanda("design", file, *arguments)
    assert told.code == 2 and problem in told.err
