"""What the README promises, checked; its Python examples run as doctests (see pyproject.toml)."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.repository.test_repository import ROOT, text_of
from treaties import read_treaty
from treaties.command_line.main import app

README = text_of("README.md")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[list[str]]:
    """Every command line of the console blocks that starts with ``program``, without its remark."""
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith(program + " ")]


def test_there_is_something_to_check() -> None:
    assert len(blocks("python")) >= 2
    assert len(blocks("toml")) >= 1
    assert len(commands("servanda")) >= 6
    assert ["make", "brief"] in commands("make")
    assert ["make", "test"] in commands("make")


@pytest.mark.parametrize("line", commands("servanda"), ids=" ".join)
def test_every_command_shown_exists_with_its_options(line: list[str]) -> None:
    words = line[1:]
    path = words[:2] if words[0] == "game" else words[:1]
    shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    assert shown.exit_code == 0, shown.output
    for option in (word.split("=")[0] for word in words if word.startswith("--")):
        assert option in shown.output, f"{' '.join(path)} has no {option}"


@pytest.mark.parametrize("line", commands("make"), ids=" ".join)
def test_every_make_target_shown_exists(line: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", text_of("Makefile"), flags=re.MULTILINE)
    assert {word for word in line[1:] if "=" not in word} <= set(targets)


@pytest.mark.parametrize("number", range(len(blocks("toml"))))
def test_every_treaty_shown_is_a_treaty(number: int, tmp_path: Path) -> None:
    path = tmp_path / "shown.toml"
    path.write_text(blocks("toml")[number], encoding="utf-8")
    assert read_treaty(path).title


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:games|treaties|tests|papers)/[\w./]+)`|\]\(([\w./]+)\)", README)
    missing = [a or b for a, b in named if not (ROOT / (a or b)).exists()]
    assert missing == []


def test_the_treaty_shown_is_the_file_that_the_example_reads() -> None:
    assert text_of("treaties/cases/procurement.toml") in blocks("toml")
