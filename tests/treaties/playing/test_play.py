"""What a page is made from: designs judged in advance, packed, told in words, and the command that writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run_with
from tests.support.small_treaties import DILEMMA, plus
from treaties.assessing.answers import Version
from treaties.assessing.credibility import CAREFUL
from treaties.findings.records import first_standing
from treaties.playing.designs import grid_of
from treaties.playing.packed import packed, unpacked
from treaties.playing.play import play
from treaties.playing.reasons import Kernel, clauses_of, reasons
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

HERE = Path(__file__).parent
SUNSET = 'type = "sunset"\narticle = "1"\nterm_years = 2\nrenewal = { rule = "automatic" }\n'
REMEDY = 'type = "remedy"\narticle = "2"\namount = 0\nupheld = 1\ndesign = { amount = [0, 9] }\n'


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """A page of two designs: without damages a breach pays, with them it does not."""
    return play(plus(SUNSET, REMEDY))


def test_every_column_has_an_entry_for_every_design(data: dict[str, Any]) -> None:
    assert {name: len(column) for name, column in data["designs"].items()} == dict.fromkeys(data["designs"], 2)


def test_a_design_is_told_as_the_treaty_with_its_terms(data: dict[str, Any]) -> None:
    treaty = plus(SUNSET, REMEDY)
    for number, amount in enumerate((0, 9)):
        version = Version(with_terms(treaty, {"remedy.amount": amount}), None, CAREFUL)
        ladder = version.ladder("none")
        first = first_standing(ladder)
        told = {name: column[number] for name, column in data["designs"].items()}
        assert told["verdict"] == {"unsustainable": 0, "sustainable": 1}[ladder[-1].verdict]
        assert told["rung"] == (0 if first is None else first.number)
        assert told["margin"] == pytest.approx((first or ladder[-1]).margin, rel=1e-3), "that rung's own margin"
        assert told["values"] == pytest.approx(version.values, rel=1e-3)
        assert told["proved"] == 1 and len(told["hash"]) == 12


def test_what_is_played_keeps_a_treaty_that_holds_and_breaks_one_that_does_not(data: dict[str, Any]) -> None:
    designs = data["designs"]
    assert designs["verdict"] == [0, 1] and designs["plan"] == [1, 0]
    assert designs["broken_year"][0] >= 1 and designs["broken_by"][0] > 0 and designs["broken_chance"][0] > 0.1
    assert (designs["broken_year"][1], designs["broken_by"][1]) == (0, 0)


def test_tables_name_only_what_is_there(data: dict[str, Any]) -> None:
    for auto in data["autos"]:
        table = data["tables"][auto["table"]]
        nodes = range(len(auto["state"]))
        assert len(auto["path"]) == auto["years"]
        for node in nodes:
            state = auto["state"][node]
            size = table["first"][state + 1] - table["first"][state]
            assert 0 <= auto["act"][node] < size
            assert len(auto["next"][node]) in (0, size)
            assert all(-1 <= law < len(auto["laws"]) for law in auto["next"][node])
        for law in auto["laws"]:
            assert set(law[::2]) <= set(nodes) and sum(law[1::2]) == pytest.approx(1)
    texts = range(len(data["strings"]))
    assert all(text in texts for menu in data["menus"] for text in menu)


def test_the_reason_is_the_clause_without_which_the_answer_is_another() -> None:
    grid = grid_of(plus(SUNSET, REMEDY))
    sunset, remedy = clauses_of(grid.treaty)
    kernel = Kernel(grid)
    without, with_damages = reasons(grid, kernel)
    assert with_damages.decide == (1,) and kernel.judge(1, remedy).verdict == "no"
    assert 1 in without.idle, "damages of 0 change nothing"
    assert kernel.judge(0, remedy) is kernel.judge(1, remedy), "what is left is judged once"
    assert sunset.type == "sunset"


def test_packing_loses_nothing(data: dict[str, Any]) -> None:
    line = packed(data)
    assert unpacked(line) == json.loads(json.dumps(data))
    assert line.isascii() and len(line) < len(json.dumps(data))


def test_a_file_without_terms_to_change_is_refused_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bare.toml"
    file.write_text(DILEMMA)
    told = run_with(capsys)("play", file, "--out", tmp_path / "bare.html")
    assert told.code == 2 and "design = " in told.err
    assert not (tmp_path / "bare.html").exists()


@pytest.mark.slow
def test_the_example_is_what_is_found_today() -> None:
    found = json.loads(json.dumps(play(read_treaty(HERE / "example.toml"))))
    assert found == json.loads((HERE / "example.json").read_text())
