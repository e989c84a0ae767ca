"""Variants judged by several processes: the same answers, page and JSON, whoever finds them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from games.numerics.processes import Processes, Question
from tests.support.command_line import ROOT, run_with
from treaties.assessing import sharing
from treaties.assessing.answers import Answers
from treaties.assessing.assess import Assessment, assess
from treaties.briefing.write import render
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty

CASES = ROOT / "treaties" / "cases"


def told(found: Assessment) -> str:
    return json.dumps(found.to_json()) + render(found)


def all_elsewhere(_: Processes, question: Callable[..., object], *arguments: object) -> Question[object]:
    """Every question is answered elsewhere: all that goes there and comes back is pickled."""
    asked = Question(partial(question, *arguments))
    asked.found.set_result(pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(asked.ask))())))
    return asked


@pytest.mark.parametrize("name", ["procurement", "offset"])
def test_what_others_find_is_what_this_process_would_have_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty(CASES / f"{name}.toml")
    alone = told(assess(treaty, side_payments="options"))
    monkeypatch.setattr(Processes, "ask", all_elsewhere)
    assert told(assess(treaty, side_payments="options", workers=2)) == alone


def test_margins_found_elsewhere_are_not_sought_again(monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty(CASES / "offset.toml")
    alone, text = Answers(treaty).text, Answers(treaty).text
    asked: Question[dict[float, float | None]] = Question(dict)
    asked.found.set_result(sharing.margins_of(treaty, "voluntary"))
    text.share_margins("voluntary", asked)
    region = alone.region("voluntary")
    monkeypatch.setattr("treaties.assessing.with_payments.margin", None)
    assert text.region("voluntary") == region and region.intervals


def files(treaty: Path, folder: Path, workers: int, capsys: pytest.CaptureFixture[str]) -> tuple[str, bytes]:
    """What ``check --json --variants`` prints and the page that ``brief`` writes."""
    run, page = run_with(capsys), folder / f"{workers}.html"
    checked = run("check", treaty, "--json", "--variants", "--workers", workers)
    assert (checked.code, run("brief", treaty, "--plain", "--out", page, "--workers", workers).code) == (0, 0)
    return checked.out, page.read_bytes()


def test_page_and_json_do_not_depend_on_the_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a large treaty: ``tests/treaties/briefing/test_aurora.py``."""
    monkeypatch.setattr(sharing, "WORTH_A_PROCESS", 0)
    started = []
    enter = Processes.__enter__

    def counted(processes: Processes) -> Processes:
        enter(processes)
        started.append(len(processes.running))
        return processes

    monkeypatch.setattr(Processes, "__enter__", counted)
    treaty = CASES / "offset.toml"
    assert files(treaty, tmp_path, 2, capsys) == files(treaty, tmp_path, 1, capsys)
    assert started == [1, 1, 0, 0]


def test_a_library_starts_no_process_unasked_and_none_for_a_small_treaty() -> None:
    large, small = (Answers(read_treaty(CASES / f"{name}.toml")).text for name in ("aurora", "offset"))
    assert [sharing.helpers(large, workers).count for workers in (1, 2, 4, 256)] == [0, 1, 3, 8]
    assert sharing.helpers(small, 4).count == 0


def test_a_variant_that_is_none_is_told_as_it_is_without_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty(CASES / "offset.toml")
    broken = treaty.variants[0].model_copy(update={"set": {"no_such_clause.value": 1}})
    wrong: Treaty = treaty.model_copy(update={"variants": (broken, *treaty.variants[1:])})
    with pytest.raises(TreatyFileError) as alone:
        assess(wrong)
    monkeypatch.setattr(sharing, "WORTH_A_PROCESS", 0)
    with pytest.raises(TreatyFileError) as shared:
        assess(wrong, workers=2)
    assert str(shared.value) == str(alone.value)
