"""Designs judged in several processes: all of them are, no process outlives its parent, little is lost with it."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, run_with
from tests.treaties.bargaining.test_bargain import SHARING
from treaties.bargaining import workers
from treaties.bargaining.designs import Design, DesignOutcome, from_grid, judge
from treaties.bargaining.workers import judge_all
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty

WIDE = SHARING.replace("2] }", "2], cap = [2, 3, 4], steps = [4, 6, 8] }")
COUNTING = """
import os
from treaties.bargaining import workers
from treaties.command_line.main import main

judge = workers.judge


def counted(treaty, design, evidence):
    with open("begun", "ab", buffering=0) as stream:
        stream.write(b"x")
    return judge(treaty, design, evidence)


workers.judge = counted
main()
"""
NOBODY_LEFT = 5.0
"""Seconds within which every process of a search ends after its parent was killed."""
KILLS = 4
"""Searches that the slow test kills, at moments drawn from a seed; each takes some ten seconds to go on to its end."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sharing.toml").write_text(WIDE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def treaty(folder: Path) -> Treaty:
    return read_treaty(folder / "sharing.toml")


def started(folder: Path, store: str) -> tuple[subprocess.Popen[bytes], int]:
    """A search in two processes, and the reading end of a pipe that all of its processes hold open."""
    reader, writer = os.pipe()
    command = [sys.executable, "-c", COUNTING, "bargain", "sharing.toml", "--workers", "2", "--out", f"{store}.html"]
    search = subprocess.Popen(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, pass_fds=(writer,),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    return search, reader


def killed(search: subprocess.Popen[bytes], reader: int, number: int) -> bool:
    """Kill a search and wait for all of its processes to be gone: whether they were in time."""
    search.send_signal(number)
    search.wait()
    gone = bool(select.select([reader], [], [], NOBODY_LEFT)[0])
    os.close(reader)
    return gone


def lines(path: Path) -> int:
    """Designs that are written down: each has a line after the first, which says what file this is."""
    return max(path.read_bytes().count(b"\n") - 1, 0) if path.exists() else 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_a_search_that_is_killed(folder: Path, number: int) -> None:
    search, reader = started(folder, "page")
    while lines(folder / "page.jsonl") < 2 and search.poll() is None:
        time.sleep(0.02)
    assert killed(search, reader, number)
    begun = (folder / "begun").stat().st_size
    assert search.returncode in (-number, 0) and begun - 2 <= lines(folder / "page.jsonl") <= begun


@pytest.mark.slow
def test_a_search_killed_at_any_moment_goes_on_to_the_same_answer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_with(capsys)

    def answer(store: str) -> object:
        told = run("bargain", "sharing.toml", "--json", "--workers", "2", "--out", f"{store}.html")
        return {name: value for name, value in json.loads(told.out).items() if name != "seconds"}

    whole, moments, lost = answer("whole"), random.Random(7), []
    for k in range(KILLS):
        (folder / "begun").unlink(missing_ok=True)
        search, reader = started(folder, f"page{k}")
        # Some time after some design was written down; before the first one, too.
        enough = moments.randrange(45)
        while lines(folder / f"page{k}.jsonl") < enough and search.poll() is None:
            time.sleep(0.001)
        time.sleep(moments.uniform(0.0, 0.05))
        assert killed(search, reader, signal.SIGKILL), f"a process was left after kill {k}"
        begun = (folder / "begun").stat().st_size if (folder / "begun").exists() else 0
        lost.append((begun, begun - lines(folder / f"page{k}.jsonl")))
        assert lost[-1][1] <= 2, f"kill {k}: of {begun} designs begun, two processes lost {lost[-1][1]}"
        assert answer(f"page{k}") == whole
    print("designs begun and lost at each kill:", *lost)


def test_every_design_is_judged_once_whoever_judges_it(treaty: Treaty) -> None:
    designs = from_grid(treaty, 6)
    alone = dict(judge_all(treaty, designs, 1, [""] * 6))
    shared = dict(judge_all(treaty, designs, 3, [""] * 6))
    again = dict(judge_all(treaty, designs, 3, [alone[k].evidence for k in range(6)]))
    told_again = [one.reproved for _, one in sorted(again.items())]
    assert again == alone and any(told_again) and told_again == [alone[k].evidence != "" for k in range(6)]
    assert sorted(shared) == list(range(6)) == sorted(alone)
    assert all(shared[k].to_json() == alone[k].to_json() for k in alone)


def dies_at_the_third(treaty: Treaty, design: Design, evidence: str) -> DesignOutcome:
    if design.variant is not None and design.variant.name == "3":
        os.kill(os.getpid(), signal.SIGKILL)
    return judge(treaty, design, evidence)


def test_a_process_that_is_ended_from_outside_is_told_with_a_remedy(
    treaty: Treaty, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "judge", dies_at_the_third)
    with pytest.raises(BrokenProcessPool):
        list(judge_all(treaty, from_grid(treaty, 6), 2, [""] * 6))
    told = run_with(capsys)("bargain", "sharing.toml", "--designs", "6", "--workers", "2")
    assert told.code == 2 and "memory" in told.err and "fewer --workers" in told.err
