"""A search over designs that is interrupted goes on where it stopped, and ends with the same answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.support.command_line import run_with
from tests.treaties.bargaining.test_bargain import SHARING
from treaties.assessing.credibility import Effort
from treaties.bargaining import bargain as bargaining
from treaties.bargaining import workers
from treaties.bargaining.designs import Design, DesignOutcome, from_grid, judge
from treaties.bargaining.store import DesignStore
from treaties.command_line.main import app
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sharing.toml").write_text(SHARING, encoding="utf-8")
    return tmp_path / "sharing.toml"


def answer(path: Path, *options: str) -> dict[str, Any]:
    run = CliRunner().invoke(app, ["bargain", str(path), "--json", "--workers", "1", *options])
    assert run.exit_code == 0, run.output
    found: dict[str, Any] = json.loads(run.stdout)
    return {name: value for name, value in found.items() if name != "seconds"}


def counting(monkeypatch: pytest.MonkeyPatch, stop_after: int | None = None) -> list[str]:
    """Names of the designs that are judged from here on; the user presses Ctrl-C after so many."""
    judged: list[str] = []

    def judge_one(treaty: Treaty, design: Design) -> DesignOutcome:
        if len(judged) == stop_after:
            raise KeyboardInterrupt
        judged.append(design.name)
        return judge(treaty, design)

    monkeypatch.setattr(workers, "judge", judge_one)
    return judged


@pytest.mark.parametrize("done", [1, 3])
def test_an_interrupted_search_goes_on_and_gives_the_same_json(
    path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    whole = answer(path, "--out", "whole.html")
    with monkeypatch.context() as patch:
        counting(patch, stop_after=done)
        treaty = read_treaty(path)
        with pytest.raises(KeyboardInterrupt):
            bargaining.bargain(
                treaty, from_grid(treaty, 100), size=5, store=DesignStore(Path("sharing.bargain.jsonl"), treaty)
            )
    # A crash in the middle of writing leaves half a line.
    with Path("sharing.bargain.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"key": "12')
    with monkeypatch.context() as patch:
        judged = counting(patch)
        assert answer(path) == whole and len(judged) == 5 - done
    with monkeypatch.context() as patch:
        judged = counting(patch)
        assert answer(path) == whole and judged == []
        assert answer(path, "--fresh") == whole and len(judged) == 5


def test_what_was_found_for_another_text_program_or_effort_is_not_believed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    treaty = read_treaty(path)
    design = from_grid(treaty, 2)[1]
    store = DesignStore(Path("store.jsonl"), treaty)
    one = judge(treaty, design)
    store.add(one)
    again = DesignStore(Path("store.jsonl"), treaty)
    assert again.outcome(design) == one and again.outcome(from_grid(treaty, 1)[0]) is None and again.reused == 1
    path.write_text(SHARING.replace("discount = 0.8", "discount = 0.85"), encoding="utf-8")
    assert DesignStore(Path("store.jsonl"), read_treaty(path)).outcome(design) is None
    monkeypatch.setattr("treaties.bargaining.store.program", lambda: "other code")
    assert again.outcome(design) is None
    monkeypatch.undo()
    monkeypatch.setattr("treaties.bargaining.store.EFFORT", Effort(attempts=1))
    assert again.outcome(design) is None


def test_a_file_that_holds_something_else_is_no_obstacle(path: Path) -> None:
    treaty = read_treaty(path)
    design = from_grid(treaty, 1)[0]
    key = DesignStore(Path("none.jsonl"), treaty).key(design)
    lines = ["[]", "null", "{}", "not json", json.dumps({"key": key, "outcome": {"verdict": "sustainable"}})]
    Path("other.jsonl").write_text("\n".join(lines), encoding="utf-8")
    store = DesignStore(Path("other.jsonl"), treaty)
    assert store.outcome(design) is None and store.reused == 0
    store.add(judge(treaty, design))
    assert DesignStore(Path("other.jsonl"), treaty).outcome(design) is not None


def test_a_line_that_was_changed_is_not_believed(path: Path) -> None:
    treaty = read_treaty(path)
    design = from_grid(treaty, 1)[0]
    one = judge(treaty, design)
    DesignStore(Path("store.jsonl"), treaty).add(one)
    text = Path("store.jsonl").read_text(encoding="utf-8")
    other = "unsustainable" if one.verdict == "sustainable" else "sustainable"
    Path("store.jsonl").write_text(text.replace(f'"{one.verdict}"', f'"{other}"'), encoding="utf-8")
    assert DesignStore(Path("store.jsonl"), treaty).outcome(design) is None


def test_a_place_where_nothing_can_be_kept_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("page.jsonl").mkdir()
    told = run_with(capsys)("bargain", path, "--out", "page.html")
    assert told.code == 2 and "page.jsonl" in told.err and "--out" in told.err
