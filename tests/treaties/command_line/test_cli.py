"""The ``servanda`` command as a program: quick help, exit codes, pipes, terminals; bad treaty files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from games import repeated_game, write_game
from tests.support.command_line import BAD_FILES, ROOT, Run, process, run_with
from treaties.command_line.main import main

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def dilemma(tmp_path: Path) -> Path:
    return write_game(repeated_game(DILEMMA, discount=0.5, name="dilemma"), tmp_path / "dilemma.json")


def test_a_fault_of_the_program_is_owned_up_to(
    run: Run, dilemma: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("games.questions.solve.solve", broken)
    result = run("game", "solve", dilemma)
    assert result.code == 70
    assert "ZeroDivisionError: by design" in result.err
    assert "SERVANDA_DEBUG=1" in result.err
    monkeypatch.setenv("SERVANDA_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["game", "solve", str(dilemma)])


def test_help_is_quick_as_it_imports_no_arithmetic() -> None:
    code = (
        "import sys\n"
        "from treaties.command_line.main import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('LOADED', [m for m in ('numpy', 'scipy', 'pydantic', 'matplotlib', 'numba') if m in sys.modules])\n"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("check", "brief", "explain", "schema", "game"):
        assert command in told
    assert told.splitlines()[-1] == "LOADED []"


def test_version(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version").out.strip() == f"servanda {version('servanda')}"


@pytest.mark.parametrize(
    "command", ["check", "brief", "explain", "schema", "game", "game solve", "game certify", "game convert"])
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.code == 0
    assert "Usage: servanda" in result.out
    if command != "game":
        assert "Example: servanda" in result.out


@pytest.mark.parametrize("command", ["check", "brief", "explain"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_treaty_files_end_with_two(run: Run, tmp_path: Path, command: str, name: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(BAD_FILES[name])
    result = run(command, path)
    assert result.code == 2
    assert result.err.startswith("servanda: ")


def test_output_to_a_closed_pipe_is_quiet(dilemma: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m treaties.command_line.main game solve {dilemma} --json | head -c 1", shell=True, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )
    assert done.stdout == "{"
    assert done.stderr == ""


def test_names_that_the_terminal_cannot_show_do_not_stop_the_answer(tmp_path: Path) -> None:
    path = write_game(
        repeated_game(DILEMMA, discount=0.5, players=["Österreich", "日本"], name="δ-game"), tmp_path / "game.json")
    done = process("game", "solve", str(path), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "-game" in done.stdout
    done = process("game", "solve", str(path), "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(done.stdout)["game"] == "δ-game"


def test_no_colour_codes_away_from_a_terminal(dilemma: Path) -> None:
    done = process("game", "solve", str(dilemma), "--target", "a1,b1", NO_COLOR="")
    assert "\x1b" not in done.stdout + done.stderr


TWO_SUNSETS = """
schema = "servanda-treaty/1"
title = "Two sunsets"
payoff_unit = "units per year"
[[party]]
id = "A"
name = "Alpha"
discount = 0.9
[[party]]
id = "B"
name = "Beta"
discount = 0.9
[[matter]]
id = "m"
options = ["C", "D"]
compliant = ["C"]
table = { A = [[2, -1], [3, 0]], B = [[2, 3], [-1, 0]] }
"""


@pytest.mark.parametrize(("clauses", "said"), [
    ('[[provision]]\ntype = "sunset"\nterm_years = 3\n[[provision]]\ntype = "sunset"\nterm_years = 4\n',
     "2 provisions each set the length of a term; keep one of them"),
    ('[[provision]]\ntype = "staged_derisking"\nstages = [{ year = 0, exposure = 1 }, { year = 2, exposure = 0.5 }]\n',
     'has an explicit table, which has no temptation to scale; set scales = "stakes"'),
])  # fmt: skip
def test_a_treaty_that_cannot_become_a_game_is_bad_input_with_its_remedy(
    clauses: str, said: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "treaty.toml"
    path.write_text(TWO_SUNSETS + clauses, encoding="utf-8")
    result = run("check", path)
    assert result.code == 2
    assert said in result.err and "Traceback" not in result.err
