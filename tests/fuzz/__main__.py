"""Fuzzing: broken files and command lines, in this process's children, one at a time.

    python -m tests.fuzz [--seed 1] [--first 0] [--count 2000 | --minutes 5] [--only 17]

An input is drawn from the seed and its number alone, so that ``--only`` has it again, and ``--first`` goes on where
another run has ended.  Most inputs go to a reader and what exact code says at once, a few per cent to a command.  A
fault is a reader that raises anything but the project's own refusals, a command that ends with exit code 70, prints a
traceback or a character that acts on a terminal, or raises anything but ``SystemExit``; and whatever takes more than 20
seconds of processor time or raises the memory in use by more than 1 GB.  Exit status 1 if there were any.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import final

from games.numerics.visible import visible_lines
from tests.fuzz.mutations import broken, broken_line
from tests.fuzz.originals import (
    FILE,
    LINES,
    LINES_GAME,
    OTHER,
    OUT,
    PROCUREMENT,
    ROOT,
    Original,
    certificates,
    games,
    papers,
    paths,
    small_treaties,
    strategies,
    terms,
    treaties,
    trees,
)
from tests.fuzz.readers import READERS, REFUSALS
from treaties.command_line.main import main as servanda

SECONDS = 20
MEGABYTES = 1000
NOT_ENDED = -1
RENEWED = 200
"""A child whose memory has risen by so many megabytes ends, and the next begins small."""
KINDS = (treaties, treaties, treaties, small_treaties, terms, games, games, certificates, certificates, certificates,
         paths, strategies, trees, papers)
LINES_SHARE, COMMANDS_SHARE = 0.02, 0.02
"""Of all inputs: broken command lines, and broken files that go to a command."""


@final
@dataclass(frozen=True)
class Run:
    """One input: the command line, what became of it (exit code, words on what went wrong), and what it cost."""

    line: str
    code: int
    problem: str
    seconds: float
    megabytes: float


class TooLong(BaseException):
    """A run has used up its processor time."""


def drawn(seed: int, number: int, folder: Path) -> list[str]:
    """Write the files of an input and return its command line."""
    draw = random.Random(f"{seed}/{number}")
    if draw.random() < LINES_SHARE:
        places = {FILE: _written(folder / "sound.toml", PROCUREMENT.encode()),
                  OTHER: _written(folder / "sound.json", LINES_GAME.encode()), OUT: str(folder / "out")}
        return [_placed(word, places) for word in broken_line(draw.choice(LINES), draw)]
    kind = draw.choice(KINDS)
    one, more = draw.choice(kind()), draw.choice(kind())
    content = broken(one.text, draw, more.text)
    places = {FILE: _put(one, content, folder), OTHER: _written(folder / "other.json", one.other.encode()),
              OUT: str(folder / "out.html")}
    if one.commands and draw.random() < COMMANDS_SHARE:
        return [_placed(word, places) for word in draw.choice(one.commands)]
    return [draw.choice(one.readers), places[FILE], places[OTHER]]


def _put(one: Original, content: bytes, folder: Path) -> str:
    """Where a broken file is; that of a paper stands among the paper's other files."""
    if "/" not in one.name:
        return _written(folder / Path(one.name).name, content)
    source = ROOT / "papers" / one.name
    paper = folder / f"with {source.parent.name}" / source.parent.name
    paper.mkdir(parents=True, exist_ok=True)
    for file in source.parent.iterdir():
        (paper / file.name).write_bytes(content if file == source else file.read_bytes())
    return str(paper.parent)


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def _placed(word: str, places: dict[str, str]) -> str:
    for mark, place in places.items():
        word = word.replace(mark, place)
    return word


def run(line: list[str]) -> Run:
    """Run the command in this process and say what is wrong with how it ended."""
    said = io.StringIO()
    began, problem, code = time.process_time(), "", NOT_ENDED
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if _reads(line):
                READERS[line[0]](*line[1:])
                code = 0
            else:
                servanda(line)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except TooLong:
        problem = f"more than {SECONDS} s"
    except REFUSALS as error:
        code = 2
        said.write(str(error).encode(errors="replace").decode())
    except BaseException as error:
        step = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__} at {Path(step.filename).name}:{step.lineno}: {str(error)[:300]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    text, raised = said.getvalue(), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if not problem and code not in (0, 1, 2, 3):
        problem = f"exit code {code}: {text[-400:]}"
    elif "Traceback" in text:
        problem = "a traceback"
    elif not _reads(line) and visible_lines(text) != text.replace("\t", "\\t"):
        problem = f"acts on a terminal: {visible_lines(text)[-400:]!r}"
    elif raised > MEGABYTES:
        problem = f"{raised:.0f} MB"
    return Run(" ".join(line), code, problem, time.process_time() - began, raised)


def _reads(line: list[str]) -> bool:
    """Whether the first word stands for a reader, and is no command."""
    return bool(line) and line[0] in READERS


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


def one_by_one(seed: int, first: int, last: float, until: float, report: int) -> None:
    """In a child: run inputs, and report each as a line "number, code, seconds, problem" before and after it."""
    with os.fdopen(report, "w", buffering=1, errors="backslashreplace") as lines:
        number, grown = first, 0.0
        folder = Path(tempfile.mkdtemp())
        while number < last and time.monotonic() < until and grown < RENEWED:
            folder.mkdir(exist_ok=True)
            os.chdir(folder)
            line = drawn(seed, number, folder)
            lines.write(f"{number}\t{NOT_ENDED}\t0\t{' '.join(line)[:500]!r}\n")
            # Only a loop in compiled code gets here: the alarm is heard between two steps of Python.
            spent = int(time.process_time())
            resource.setrlimit(resource.RLIMIT_CPU, (spent + 4 * SECONDS, resource.RLIM_INFINITY))
            found = run(line)
            if not _reads(line):  # a command may have written something
                os.chdir("/")
                shutil.rmtree(folder)
            said = f"{found.line[:200]!r} {found.problem!r}" if found.problem else ""
            lines.write(f"{number}\t{found.code}\t{found.seconds:.2f}\t{said}\n")
            number, grown = number + 1, grown + found.megabytes
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)


def _compile() -> None:
    """Solve sound games in a child: what is compiled on the way is kept on disk, and its time is no input's fault."""
    child = os.fork()
    if child == 0:
        with tempfile.TemporaryDirectory() as folder:
            for one in games():
                READERS["solve-game"](_written(Path(folder) / "game.json", one.text.encode()), "")
        os._exit(0)
    os.waitpid(child, 0)


def main() -> int:
    """Run until the count or the time is reached, print what went wrong and what was done; 1 if anything was."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    if asked.only is not None:
        return _again(asked.seed, asked.only)
    minutes = 5.0 if asked.minutes is None and asked.count is None else asked.minutes
    last = asked.first + asked.count if asked.count is not None else float("inf")
    for kind in KINDS:
        kind()  # made once, before the children are
    _compile()
    until = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    codes: Counter[int] = Counter()
    faults, number, slowest, spent = 0, asked.first, 0.0, 0.0
    while number < last and time.monotonic() < until:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            one_by_one(asked.seed, number, last, until, writer)
            os._exit(0)
        os.close(writer)
        begun = None
        with os.fdopen(reader, errors="replace") as lines:
            for text in lines:
                which, code, seconds, said = text.rstrip("\n").split("\t", 3)
                begun = said if int(code) == NOT_ENDED and not float(seconds) else None
                number, slowest, spent = int(which), max(slowest, float(seconds)), spent + float(seconds)
                if begun is None:
                    codes[int(code)] += 1
                    number += 1
                    if (number - asked.first) % 10_000 == 0:
                        print(f"{number - asked.first} inputs, {faults} faults, {spent:.0f} s", flush=True)
                    if said:
                        faults += 1
                        print(f"input {which}: {said}", flush=True)
        _, status = os.waitpid(child, 0)
        if begun is not None:
            faults += 1
            print(f"input {number}: the process ended with status {status}: {begun}", flush=True)
            number += 1
    ended = ", ".join(f"{count} with {code}" for code, count in sorted(codes.items()))
    print(f"seed {asked.seed}: {number - asked.first} inputs, {faults} faults; ended {ended}; "
          f"slowest {slowest:.1f} s, all {spent:.0f} s", flush=True)
    return 1 if faults else 0


def _again(seed: int, number: int) -> int:
    """Run one input with its traceback; its files stay."""
    folder = Path(tempfile.mkdtemp())
    line = drawn(seed, number, folder)
    print(line)
    os.environ["SERVANDA_DEBUG"] = "1"
    if _reads(line):
        READERS[line[0]](*line[1:])
    else:
        servanda(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
