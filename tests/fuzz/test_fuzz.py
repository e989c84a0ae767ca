"""The fuzzer finds what it looks for, and a slice of its inputs ends without a fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.__main__ import KINDS, drawn, run
from tests.fuzz.originals import FILE, LINES, LINES_GAME, OTHER, OUT, PROCUREMENT, ROOT
from tests.fuzz.readers import READERS


def test_an_input_is_drawn_from_its_number_alone(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    for number in range(30):
        lines = [[word.replace(name, "") for word in drawn(7, number, tmp_path / name)] for name in ("first", "second")]
        assert lines[0] == lines[1]


def test_what_is_broken_is_sound(tmp_path: Path) -> None:
    """Readers take every original as it is: otherwise all that is drawn from it would end at the same refusal."""
    for one in dict.fromkeys(one for kind in KINDS for one in kind() if "papers" not in kind.__name__):
        file, other = tmp_path / one.name, tmp_path / "other"
        file.write_text(one.text, encoding="utf-8")
        other.write_text(one.other, encoding="utf-8")
        for reader in set(one.readers) - {"solve-game"}:
            READERS[reader](str(file), str(other))


def test_command_lines_that_are_broken_are_sound(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(PROCUREMENT, encoding="utf-8")
    (tmp_path / OTHER).write_text(LINES_GAME, encoding="utf-8")
    for line in LINES:
        if line[0] not in ("brief", "papers"):  # slow, and without a folder of papers
            words = [str(tmp_path / word) if word in (FILE, OTHER, OUT) else word for word in line]
            found = run(words)
            assert (found.code, found.problem) == (0, ""), line


def test_faults_of_readers_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise KeyError("by design")

    monkeypatch.setattr("tests.fuzz.readers.read_game", broken)
    assert "KeyError at test_fuzz.py" in run(["read-game", str(tmp_path / "game.json"), ""]).problem


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
@pytest.mark.first
def test_some_seconds_of_broken_files_ends_without_a_fault() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seed", "1", "--minutes", "0.2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
