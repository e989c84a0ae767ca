"""Reading files: only regular ones and only so many bytes, so that no name can hang the program or fill its memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from games.model.stochastic_game import GameError

LARGEST = 100_000_000
"""Files of more bytes than this are refused, unless a reader says otherwise."""


class UnreadableFile(GameError):
    """A file that cannot be read, or had better not be: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


def read_bytes(path: str | Path, most: int = LARGEST) -> bytes:
    """The content of a regular file of at most ``most`` bytes; raises ``UnreadableFile``, whose text names no file.

    Pipes and devices are refused before they are opened: they may have no end, or never begin.
    """
    try:
        about = os.stat(path)
        if stat.S_ISREG(about.st_mode) and about.st_size <= most:
            with open(path, "rb") as stream:
                # A file may have grown since, or be one of those of the system that say they are empty.
                content = stream.read(most + 1)
    except FileNotFoundError:
        raise UnreadableFile("cannot be read: there is no such file", "check the path") from None
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"cannot be read: {getattr(error, 'strerror', None) or error}", "") from None
    if stat.S_ISDIR(about.st_mode):
        raise UnreadableFile("cannot be read: it is a folder", "name a file")
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableFile("cannot be read: it is a pipe or a device", "save what it gives as a file, and name that")
    if about.st_size > most:
        raise _too_large(most, about.st_size)
    if len(content) > most:
        raise _too_large(most, len(content))
    return content


def read_text(path: str | Path) -> str:
    """The text of a file, in UTF-8 or else in Latin-1, as old spreadsheets write; raises ``UnreadableFile``."""
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def path_of(source: Any) -> Path:
    """The path that a caller gave; raises ``GameError`` if it is none."""
    try:
        return Path(source)
    except TypeError:
        raise GameError(f"{source!r:.60} is no path of a file, nor the object that its text describes") from None


def _too_large(most: int, size: int) -> UnreadableFile:
    more = f" ({size / 1e6:,.0f} MB)" if size > most + 1 else ""
    return UnreadableFile(f"is larger than {most / 1e6:g} MB{more}", "no such file needs so much")
