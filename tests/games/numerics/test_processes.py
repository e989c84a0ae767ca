"""Questions that other processes may answer: nothing is lost with a process, and none outlives the one that asks."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pytest

from games.numerics.processes import Processes, Question
from tests.support.command_line import ROOT

NOBODY_LEFT = 5.0
"""Seconds within which every process ends after its parent was ended."""
SCRIPT = """
import signal, time
from games.numerics.processes import Processes


def ask(seconds):
    print("begun", flush=True)
    time.sleep(seconds)


if __name__ == "__main__":
    # Tests that a shell runs in the background are deaf to Ctrl-C, and so is what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Processes(1, ask) as processes:
        processes.ask(ask, 600)
        time.sleep(600)
"""


def process_of() -> tuple[int, bool]:
    """Number of the process that answers, and whether another one started it."""
    return os.getpid(), parent_process() is not None


def ended() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fails() -> None:
    raise ValueError("no answer")


def begun(question: Question[Any]) -> bool:
    """Wait for another process to begin with a question."""
    end = time.monotonic() + 60.0
    while not (question.found.running() or question.found.done()) and time.monotonic() < end:
        time.sleep(0.01)
    return question.found.running() or question.found.done()


def test_another_process_answers_what_it_has_begun_and_is_gone_afterwards() -> None:
    with Processes(1, process_of) as processes:
        question = processes.ask(process_of)
        assert begun(question)
        answer = question.elsewhere()
        (child, thread), = processes.running
        assert answer == (child.pid, True)
    assert child.exitcode == -signal.SIGKILL and not thread.is_alive()


def test_without_other_processes_every_question_is_answered_here() -> None:
    with Processes(0, process_of) as processes:
        assert processes.ask(process_of).elsewhere() is None and not processes.running


def test_what_was_taken_back_is_answered_by_nobody_else() -> None:
    with Processes(1, process_of) as processes:
        taken, left = processes.ask(process_of), processes.ask(process_of)
        assert taken.elsewhere() is None, "the process cannot have started yet"
        assert begun(left) and left.elsewhere() is not None
        assert taken.found.cancelled()


def test_an_error_and_the_end_of_a_process_leave_the_question_to_the_one_that_asked(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Processes(1, process_of) as processes:
        failing, ending, after = processes.ask(fails), processes.ask(ended), processes.ask(process_of)
        assert begun(failing) and failing.elsewhere() is None
        assert begun(ending) and ending.elsewhere() is None
        assert after.elsewhere() is None, "nobody is left to answer"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_one_that_asked(tmp_path: Path, number: int) -> None:
    script = tmp_path / "asking.py"
    script.write_text(SCRIPT, encoding="utf-8")
    asking = subprocess.Popen(
        [sys.executable, str(script)], env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert asking.stdout is not None and asking.stderr is not None
    assert asking.stdout.readline() == "begun\n"
    # A terminal tells Ctrl-C to all processes of a group; killed is only the one that asked.
    if number == signal.SIGINT:
        os.killpg(asking.pid, number)
    else:
        asking.send_signal(number)
    # Every process holds the pipe open as long as it lives.
    assert select.select([asking.stdout], [], [], NOBODY_LEFT)[0] and asking.stdout.read() == ""
    assert asking.stderr.read().count("Traceback") == (number == signal.SIGINT)
    asking.wait()
