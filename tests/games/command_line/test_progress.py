"""The line that says how far a command is: at once, one line, and only for who wants it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from games import repeated_game, write_game
from games.command_line.progress import progress_line
from tests.support.command_line import run_with


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_there_is_no_line_away_from_a_terminal_unless_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line("solving") as progress:
        progress("step", 0.5)
    assert capsys.readouterr().err == ""
    with progress_line("solving", always=True):
        # Before any work is reported, and before any time has passed.
        assert capsys.readouterr().err == "\rsolving, 0%, 0 s"
    assert capsys.readouterr().err == "\n"


def test_a_terminal_sees_what_is_done_on_one_line_that_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr("games.command_line.progress.EVERY", 0.001)
    monkeypatch.setenv("COLUMNS", "60")
    with progress_line("solving") as progress:
        progress("a step\nwith \x1b[31m colour and a name that goes on and on and on and on", 0.25)
        while "a step" not in terminal.getvalue():
            pass
        progress("b", 0.5)
        while "solving: b, 50%" not in terminal.getvalue():
            pass
    said = terminal.getvalue()
    assert "\n" not in said and "\x1b" not in said
    looks = said.split("\r")
    assert all(len(look) < 60 for look in looks)
    assert looks[-1] == "" and looks[-2].strip() == "" and len(looks[-2]) >= len(looks[-3].rstrip())


def test_the_long_commands_take_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    game = write_game(repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5), tmp_path / "game.json")
    assert run("game", "solve", game).err == ""
    told = run("game", "solve", game, "--progress")
    assert told.err.startswith("\rsolving") and told.err.count("\n") == 1 and told.code == 0
    for command in (["check"], ["brief"], ["explain"], ["bargain"], ["papers"], ["game", "solve"], ["game", "tree"]):
        assert "--progress" in run(*command, "--help").out, command
