"""How far a command is: one line on standard error, there from the first moment and gone or ended with the work."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import final

from games.numerics.progress import Progress
from games.numerics.visible import visible

EVERY = 0.25
"""Seconds between two looks of the line at a terminal; elsewhere it is written anew every second."""


@contextmanager
def progress_line(title: str, always: bool = False) -> Iterator[Progress]:
    """A line that is kept up to date while standard error is a terminal, or ``always``; silence otherwise.

    Yields a function to be called with a word and the share of the work done (0 to 1).
    """
    terminal = sys.stderr.isatty()
    if not (terminal or always):
        yield lambda _what, _share: None
        return
    line = _Line(title, terminal)
    try:
        yield line.note
    finally:
        line.end()


@final
class _Line:
    """The line and the thread that keeps it up to date, whether or not the work reports anything."""

    def __init__(self, title: str, terminal: bool) -> None:
        self.title = title
        self.terminal = terminal
        self.what, self.share = "", 0.0
        self.began = time.monotonic()
        self.width = 0
        self.over = Event()
        self.show()
        self.thread = Thread(target=self.keep, daemon=True)
        self.thread.start()

    def note(self, what: str, share: float) -> None:
        """What is being done, and how much of all is done."""
        self.what, self.share = what, share

    def keep(self) -> None:
        """Show the line again and again."""
        while not self.over.wait(EVERY if self.terminal else 1.0):
            self.show()

    def text(self) -> str:
        """What the line says, on no more than one line of the terminal."""
        seconds = f"{time.monotonic() - self.began:.0f} s"
        said = f"{self.title}{f': {self.what}' if self.what else ''}, {self.share:.0%}, {seconds}"
        return visible(said)[: max(shutil.get_terminal_size().columns - 1, 20)]

    def show(self) -> None:
        """Write the line over what it said before."""
        text = self.text()
        self.write("\r" + text.ljust(self.width))
        self.width = len(text)

    def end(self) -> None:
        """A terminal's line makes place for the answer; elsewhere it stays, ended."""
        self.over.set()
        self.thread.join()
        self.write("\r" + " " * self.width + "\r" if self.terminal else "\n")

    @staticmethod
    def write(text: str) -> None:
        """Straight to the reader."""
        sys.stderr.write(text)
        sys.stderr.flush()
