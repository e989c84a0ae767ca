"""Running the ``servanda`` command in tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from treaties.command_line.main import main

ROOT = Path(__file__).parents[2]

BAD_FILES: dict[str, bytes] = {
    "empty": b"",
    "not json": b"players = 2",
    "binary": bytes(range(256)) * 4,
    "null": b"null",
    "list": b"[]",
    "number": b"3",
    "unfinished": b'{"format": "servanda-game/1"',
    "other format": b'{"format": "servanda-treaty/1"}',
    "only format": b'{"format": "servanda-game/1"}',
    "deep": b"[" * 50_000,
    "zero bytes": bytes(100),
    "huge number": b'{"format": "servanda-game/1", "players": ["A"], "discount": 1e99999, "states": []}',
    "many digits": b'{"format": "servanda-game/1", "players": ["A"], "discount": ' + b"9" * 10_000 + b', "states": []}',
    "utf-16": '{"format": "servanda-game/1"}'.encode("utf-16"),
}


class Result(NamedTuple):
    """Exit code, standard output and standard error of one run."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


def run_with(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; every run must end with an exit code and without a traceback."""
    def call(*arguments: object) -> Result:
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        code = end.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)
    return call


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "treaties.command_line.main", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | environment,
    )
