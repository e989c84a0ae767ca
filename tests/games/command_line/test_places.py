"""Outputs are files of their own: no command replaces what it reads, nor one output by another, as is told at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, run_with

GAME = {"format": "servanda-game/1", "players": ["A", "B"], "discount": 0.5, "states": [
    {"name": "s0", "actions": [["C", "D"], ["C", "D"]], "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]}]}
TREE = {"format": "servanda-extensive/1", "players": ["A"], "root": {"payoffs": [0]}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "game.json").write_text(json.dumps(GAME), encoding="utf-8")
    (tmp_path / "game.svg").symlink_to("game.json")
    (tmp_path / "tree.json").write_text(json.dumps(TREE), encoding="utf-8")
    (tmp_path / "path.json").write_text('{"format": "servanda-path/1", "allowed": {}}', encoding="utf-8")
    text = (ROOT / "treaties/cases/procurement.toml").read_text(encoding="utf-8")
    (tmp_path / "treaty.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("line", [
    "brief treaty.toml --out treaty.toml",
    "brief treaty.toml --out ./elsewhere/../treaty.toml",
    "bargain treaty.toml --over variants --out treaty.toml",
    "game solve game.json --target C,C --certificate game.json",
    "game solve game.json --target path.json --certificate path.json",
    "game solve game.json --target C,C --diagram game.svg",
    "game solve game.json --plot game.svg",
    "game tree tree.json --certificate tree.json",
    "game convert game.json --to quantecon --out game.json",
    "game convert tree.json --to efg --out tree.json",
])
def test_what_is_read_is_not_replaced(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    told = run_with(capsys)(*line.split())
    assert (told.code, told.out) == (2, "")
    assert "this command reads that file" in told.err and "another name" in told.err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_two_outputs_have_two_places(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run_with(capsys)("game", "solve", "game.json", "--target", "C,C", "--plot", "a.svg", "--diagram", "./a.svg")
    assert (told.code, told.out) == (2, "") and "--plot is written there too" in told.err


@pytest.mark.parametrize(("place", "why"), [("none/proof.json", "no folder none"), ("game.json/a", "Not a directory")])
def test_a_place_that_is_not_there_is_told_before_the_answer(
    place: str, why: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run_with(capsys)("game", "solve", "game.json", "--target", "C,C", "--certificate", place)
    assert (told.code, told.out) == (2, "") and why in told.err


def test_what_stands_in_the_place_of_an_output_is_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "proof.json").write_text("old", encoding="utf-8")
    told = run_with(capsys)("game", "solve", "game.json", "--target", "C,C", "--certificate", "proof.json")
    assert told.code == 0 and "no-profitable-deviation" in (folder / "proof.json").read_text(encoding="utf-8")
