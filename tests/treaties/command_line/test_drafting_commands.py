"""``servanda provisions`` and ``servanda new``: lists, pages, first files, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from tests.support.command_line import Run, run_with
from treaties.provisions import all_presets, all_types
from treaties.reading.treaty_file import read_treaty


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_provisions_lists_every_type(run: Run) -> None:
    told = run("provisions")
    assert told.code == 0 and all(f" {kind} " in told.out for kind in all_types())
    data = json.loads(run("provisions", "--json").out)
    assert {entry["type"] for entry in data["provisions"]} == set(all_types())
    presets = {entry["type"]: entry["preset_of"] for entry in data["provisions"] if entry["preset_of"]}
    assert presets == {name: preset.preset_of for name, preset in all_presets().items()}
    assert all({"type", "title", "terms"} <= set(entry) for entry in data["provisions"])


def test_provisions_tells_one_of_them_and_guesses_at_wrong_names(run: Run) -> None:
    told = run("provisions", "veto")
    assert told.code == 0 and "uses_per_term" in told.out and "[[provision]]" in told.out
    (entry,) = json.loads(run("provisions", "veto", "--json").out)["provisions"]
    assert entry["type"] == "veto" and "uses_per_term" in {term["name"] for term in entry["terms"]}
    wrong = run("provisions", "vetto")
    assert wrong.code == 2 and "did you mean 'veto'?" in wrong.err and not wrong.out


def test_new_writes_a_file_that_checks(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "t.toml"
    parties = ("--parties", "FRA=France,DEU", "--matters", "development")
    made = run("new", *parties, "--clause", "remedy", "--out", place)
    assert made.code == 0 and str(place) in made.err
    treaty = read_treaty(place)
    assert [party.name for party in treaty.parties] == ["France", "DEU"] and treaty.provisions[0].type == "remedy"
    checked = run("check", place)
    assert checked.code == 0 and "Holds?" in checked.out


def test_new_replaces_a_file_only_if_it_is_told_to(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "t.toml"
    place.write_text("mine")
    refused = run("new", "--parties", "A,B", "--out", place)
    assert refused.code == 2 and "--force" in refused.err and place.read_text() == "mine"
    assert run("new", "--parties", "A,B", "--out", place, "--force").code == 0
    assert read_treaty(place).matters[0].id == "cooperation"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "who signs?"),
        (("--matters", "m"), "who signs?"),
        (("--parties", "A"), "at least 2"),
        (("--parties", "A,A"), "is there twice"),
        (("--parties", "A,B", "--clause", "sunsett"), "did you mean 'sunset'?"),
        (("--parties", "A,B", "--out", "nowhere/t.toml"), "there is no folder"),
    ],
)
def test_new_says_what_is_missing_and_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("new", *arguments)
    assert refused.code == 2 and said in refused.err
    assert list(tmp_path.iterdir()) == []


def test_new_asks_on_a_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "asked.toml"
    answers = iter(
        ["FRA", "F A, DEU", "FRA=France,DEU=Germany", "development, supply", "sunsett", "sunset", "", str(place)]
    )
    yes_or_no = iter([False, True])
    told: list[str] = []

    def answered(question: str, default: str | None = None, value_proc: Callable[[str], str] = str) -> str:
        while True:
            try:
                return value_proc(next(answers))
            except typer.BadParameter as error:
                told.append(error.message)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.prompt", answered)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: next(yes_or_no))
    place.write_text("an earlier draft")
    assert run("new").code == 0
    treaty = read_treaty(place)
    assert [matter.id for matter in treaty.matters] == ["development", "supply"] and treaty.matters[0].unseen
    assert [clause.type for clause in treaty.provisions] == ["sunset"]
    assert [said.split(";")[0] for said in told] == [
        "at least two have to sign",
        "'F A' is no id",
        "there is no clause 'sunsett'",
    ]


def test_new_tells_what_is_odd_about_the_draft(run: Run, tmp_path: Path) -> None:
    made = run("new", "--parties", "A,B", "--clause", "audit", "--out", tmp_path / "t.toml")
    assert made.code == 0 and "warning: audit.matter" in made.err and "observability" in made.err
    seen = run("new", "--parties", "A,B", "--clause", "audit", "--private", "--out", tmp_path / "p.toml")
    assert seen.code == 0 and "warning" not in seen.err


def test_a_page_has_a_block_that_a_file_of_ones_own_can_take(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "t.toml"
    assert run("new", "--parties", "FRA,DEU", "--clause", "remedy", "--others", "YARD", "--out", place).code == 0
    for kind in ("veto", "custom", "outside_choice"):
        page = run("provisions", kind, "--in", place)
        block = page.out.split(f"A block that fits {place}\n")[1].split("\n\n")[0]
        place.write_text(place.read_text() + "\n" + block + "\n")
        assert page.code == 0 and read_treaty(place).provisions[-1].type == kind
    assert [clause.article for clause in read_treaty(place).provisions] == ["1", "2", "3", "4"]
    assert "my_treaty.toml" in run("provisions", "veto").out
    assert "name the clause" in run("provisions", "--in", place).err
    without = run("provisions", "risk_sharing", "--in", place)
    assert without.code == 0 and "no placeholders were found" in without.err


@pytest.mark.parametrize("command", ["provisions", "new"])
def test_help_has_an_example(run: Run, command: str) -> None:
    assert f"Example: servanda {command}" in run(command, "--help").out


def test_help_lists_every_command_in_a_whole_line_and_begins_with_a_file(run: Run) -> None:
    listed = run("--help").out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    commands = [line.split()[0] for line in listed]
    assert commands[:4] == ["new", "provisions", "check", "brief"]
    assert all(line.startswith("  ") and not line.startswith("   ") for line in listed), "one line each"
    assert not any(line.endswith("...") for line in listed)
