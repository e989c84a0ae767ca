"""A studio for tests: a small treaty on disk, a judge that knows its answer, a client with a key.

As a program it serves a file with that judge: ``python -m tests.support.studio FILE [PORT]``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, final

import uvicorn
from starlette.testclient import TestClient

from tests.support.small_treaties import DILEMMA
from treaties.model.treaty import Treaty
from treaties.studio.desk import Desk
from treaties.studio.draft import Draft
from treaties.studio.gate import HOST
from treaties.studio.keys import Keys
from treaties.studio.server import application, configured, listen, serve
from treaties.studio.verdict import PartyWorth, Verdict

ROOT = Path(__file__).parents[2]
PORT = 8123
HERE = f"http://{HOST}:{PORT}"
PROOF = 0.3
"""Seconds that a proof takes."""
CLAUSES = """
[[provision]]
type = "sunset"
article = "7"
term_years = 4       # as in the mandate
renewal = { rule = "automatic" }

[[provision]]
type = "withdrawal"
article = "9"
notice_years = 1
"""


@final
class KnowingJudge:
    """Says at once that a treaty holds, by a margin of its revision and a half; keeps what it was asked to judge."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, Treaty | None]] = []

    def submit(self, revision: int, treaty: Treaty | None) -> None:
        self.asked.append((revision, treaty))

    def verdict(self, revision: int, wait: float = 0.0, *, proved: bool = False) -> Verdict:
        if proved:
            time.sleep(min(wait, PROOF))
        worth = (PartyWorth("A", "Arcadia", 6.0, 0.0), PartyWorth("B", "Borduria", 1.0 + revision, 0.0))
        return Verdict(
            revision, "proved" if proved else "computed", "holds", revision + 1.5, "points per year", "It holds",
            "Borduria breaches trade; year 2, Article 7", 3, worth, 0.01, ("self-generation", "0f" * 32),
            value_unit="points per year",
        )


@final
@dataclass
class Studio:
    """The parts of one studio, and a client that has the key to it."""

    file: Path
    desk: Desk
    judge: KnowingJudge
    keys: Keys
    client: TestClient

    def post(self, action: str, /, **body: Any) -> Any:
        """Post to the API from the studio's own page, on the newest revision unless another is named."""
        about = {} if action == "compare" else {"session": self.desk.session, "revision": self.desk.draft.revision}
        return self.client.post(f"/api/{action}", json=about | body, headers={"Origin": HERE})


def small_file(folder: Path) -> Path:
    """A new small treaty on disk."""
    file = folder / "small.toml"
    file.write_text(DILEMMA + CLAUSES, encoding="utf-8")
    return file


def studio(folder: Path) -> Studio:
    """A studio on a new small treaty, with a client that used the token."""
    file = small_file(folder)
    judge = KnowingJudge()
    desk = Desk(Draft.open(file), judge)
    keys = Keys(file)
    keys.port = PORT
    client = TestClient(application(desk, keys, PORT), base_url=HERE)
    assert client.get(f"/?token={keys.token}").status_code == 200
    return Studio(file, desk, judge, keys, client)


def origin(address: str) -> str:
    """What an address that opens a studio begins with: the studio's own pages have no other."""
    return address.partition("/?")[0]


@contextmanager
def served(file: Path) -> Iterator[str]:
    """A studio in a thread of this process, with the judge that knows; yields the address that opens it."""
    keys = Keys(file)
    with listen(None, None) as listening:
        keys.port = listening.getsockname()[1]
        app = application(Desk(Draft.open(file), KnowingJudge()), keys, keys.port)
        server = uvicorn.Server(configured(app))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{HOST}:{keys.port}/?token={keys.token}"
        finally:
            server.should_exit = True
            thread.join()


@final
@dataclass
class Running:
    """A studio in a process of its own, and the address that opens it."""

    process: subprocess.Popen[str]
    address: str

    def kill(self) -> None:
        """End it as a crash would: it can do nothing more."""
        self.process.kill()
        self.process.wait(timeout=30)

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C: its exit code, and what it said."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def running(*command: object) -> Iterator[Running]:
    """A program that prints the address of a studio first, ended at the end: by default this one."""
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        first = process.stdout.readline()
        if "http://" not in first:
            raise AssertionError(f"no address but: {first}{process.communicate(timeout=60)[1]}")
        yield Running(process, first[first.index("http://") :].strip())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def knowing(file: Path, port: int | None = None) -> tuple[object, ...]:
    """The command that serves a file with the judge that knows."""
    return ("-m", "tests.support.studio", file, *([] if port is None else [port]))


def main(file: str, port: str | None = None) -> None:
    """Serve a file with the judge that knows, until it is told to end."""
    keys = Keys(Path(file))
    listening = listen(None if port is None else int(port), keys.port)
    keys.port = listening.getsockname()[1]
    keys.remember()
    print(f"http://{HOST}:{keys.port}/?token={keys.token}", flush=True)
    serve(application(Desk(Draft.open(file), KnowingJudge()), keys, keys.port), listening)


if __name__ == "__main__":
    main(*sys.argv[1:])
