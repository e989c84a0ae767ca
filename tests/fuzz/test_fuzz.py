"""The fuzzer finds what it looks for, and a slice of its inputs ends without a fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import drawn, run
from tests.fuzz.originals import ROOT


def test_an_input_is_drawn_from_its_number_alone(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    for number in range(30):
        lines = [[word.replace(name, "") for word in drawn(7, number, tmp_path / name)] for name in ("first", "second")]
        assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("raised", "problem"),
    [(ZeroDivisionError("by design"), "exit code 70"), (MemoryError(), "exit code 70"),
     (KeyboardInterrupt(), "exit code 130")],
)
def test_faults_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: BaseException, problem: str
) -> None:
    def broken(*_: object) -> None:
        raise raised

    monkeypatch.setattr("games.files.game_file.read_game", broken)
    assert problem in run(["game", "solve", str(tmp_path / "game.json")]).problem


def test_what_is_refused_is_no_fault(tmp_path: Path) -> None:
    found = run(["game", "solve", str(tmp_path / "game.json")])
    assert (found.code, found.problem) == (2, "")


@pytest.mark.slow
def test_five_minutes_of_broken_files_end_without_a_fault() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seed", "1", "--minutes", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
