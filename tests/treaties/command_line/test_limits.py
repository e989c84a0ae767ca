"""Inputs that ask for more than any machine has end in a message, in a process that is allowed little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import ROOT
from tests.treaties.compiling.test_size import text

MEMORY, SECONDS = 300, 60
"""What all commands of a run together may take: megabytes at most at a time, and seconds of processor time."""
SCRIPT = f"""
import contextlib, io, json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
from treaties.command_line.main import main

def peak():
    # Megabytes.  What getrusage says on Linux counts the memory of the process that started this one, too.
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2

for arguments in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            main(arguments)
        except SystemExit as end:
            status = end.code
    print(json.dumps([status, said.getvalue(), peak()]))
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], str]]:
    """Command lines, and what the message must say."""
    folder = tmp_path_factory.mktemp("limits")

    def file(name: str, content: str) -> str:
        (folder / name).write_text(content, encoding="utf-8")
        return str(folder / name)

    sunset = '[[provision]]\ntype = "sunset"\narticle = "1"\nterm_years = {}\nrenewal = {{ rule = "mutual" }}\n'
    veto = '[[provision]]\ntype = "veto"\narticle = "2"\nholder = "P0"\nmatter = "m0"\nuses_per_term = 1000000000000\n'
    design = "design = { term_years = { min = 1, max = 1_000_000_000_000, step = 1 } }\n"
    state = {"name": "s", "actions": [["c", "d"]] * 2, "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]}
    game = {"format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9, "states": [state]}
    many = game | {"players": [f"P{k}" for k in range(70)], "states": [state | {"actions": [["c", "d"]] * 70}]}
    pipe, sparse = str(folder / "pipe"), str(folder / "sparse")
    os.mkfifo(pipe)
    with open(sparse, "wb") as stream:
        stream.truncate(2**31)
    dilemma = file("dilemma.json", json.dumps(game))
    scan = ["game", "solve", dilemma, "--target", "c,c", "--region", "--scan"]
    rne = ["game", "solve", dilemma, "--transfers", "voluntary", "--concept", "rne", "--negotiation-hazard", "0.3"]
    return {
        "40 matters": (["check", file("matters.toml", text(matters=40))], "Most comes of matter 'm0'"),
        "40 parties": (["check", file("parties.toml", text(parties=40))], "party 'P2'"),
        "three parties": (["check", file("three.toml", text(parties=3, matters=6))], "2,097,152 rows"),
        "30 events": (["check", file("events.toml", text(events=30))], "event 'e0'"),
        "years": (["check", file("years.toml", text(clauses=sunset.format(10**9)))], "term_years"),
        "uses": (["check", file("uses.toml", text(clauses=veto))], "uses_per_term"),
        "grid": (["bargain", file("grid.toml", text(clauses=sunset.format(5) + design))], "widen the step"),
        "designs": (["bargain", "none.toml", "--designs", "1000000000000"], "--designs"),
        "workers": (["bargain", "none.toml", "--workers", "1000000000"], "--workers"),
        "dotted key": (["check", file("key.toml", text() + ".".join(["a"] * 20_000) + " = 1\n")], "more than 50 parts"),
        "dotted table": (["check", file("table.toml", "[" + ".".join(["a"] * 20_000) + "]\n")], "more than 50 parts"),
        "fields": (["check", file("fields.toml", "".join(f"k{k} = 1\n" for k in range(200_000)))], "200,000 fields"),
        "brackets": (["check", file("brackets.toml", "a = " + "[" * 20_000 + "]" * 20_000)], "nested too deeply"),
        "zeros": (["check", "/dev/zero"], "a pipe or a device"),
        "pipe": (["game", "solve", pipe], "a pipe or a device"),
        "sparse": (["game", "tree", sparse], "larger than 100 MB"),
        "certificate": (["game", "certify", dilemma, "--certificate", pipe], "a pipe or a device"),
        "70 players": (["game", "solve", file("players.json", json.dumps(many))], "70 players, more than 60"),
        "deep": (["game", "solve", file("deep.json", '{"a": ' * 100_000)], "nested too deeply"),
        "scan": ([*scan, "0.1,0.9,1e-9"], "points to try"),
        "finer scan": ([*scan, "0.1,0.9,1e-300"], "10^299 points"),
        "dates": ([*rne, "--dates", "1000000000000"], "--dates"),
    }


def test_what_is_too_large_is_told_in_little_memory(inputs: dict[str, tuple[list[str], str]], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps([arguments for arguments, _ in inputs.values()]),
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(inputs), done.stderr
    for (name, (_, words)), (status, said, peak) in zip(inputs.items(), told, strict=True):
        assert status == 2 and words in said, (name, said[:2000])
        assert peak < MEMORY, name
