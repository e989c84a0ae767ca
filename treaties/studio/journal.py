"""What is kept of a draft on disk, beside its file, so that a killed program loses nothing: ``aurora.draft.json``."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from games.files.reading import UnreadableFile, read_bytes
from games.files.writing import write_text
from treaties.studio.history import History

FORMAT = "servanda-draft/1"
LARGEST = 100_000_000


@final
@dataclass(frozen=True)
class Entry:
    """Something that was entered and could not be made part of the text, at which revision."""

    value: Any
    revision: int


@final
@dataclass(frozen=True)
class Kept:
    """What a journal holds: the way to the text, its revision, and entries that wait, by path.

    ``on_disk``  the ``fingerprint`` of what the file was when it was read or written last.
    """

    history: History
    revision: int
    on_disk: str
    entered: Mapping[str, Entry] = field(default_factory=dict)


def fingerprint(text: str) -> str:
    """By what a text of the file is known again."""
    return hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()


class Elsewhere(Exception):
    """The journal is no longer what was written here: another program works on the same file."""


@final
class Journal:
    """The journal of one treaty file; ``path`` is where it is."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.path = file.with_name(f"{file.stem}.draft.json")
        self._written: bytes | None = None

    def read(self) -> Kept | None:
        """What is kept; None if nothing is.  Raises ``ValueError`` if what is there is no journal of this file."""
        try:
            content = read_bytes(self.path, LARGEST)
        except UnreadableFile:
            if self.path.exists():
                raise ValueError("cannot be read") from None
            self._written = None
            return None
        self._written = content
        try:
            kept = json.loads(content)
            if kept.get("format") != FORMAT or kept.get("file") != self.file.name:
                raise ValueError(f"is no {FORMAT} of {self.file.name}")
            entered = {str(path): Entry(one["value"], int(one["revision"])) for path, one in kept["entered"].items()}
            return Kept(History.of_json(kept["history"]), int(kept["revision"]), str(kept["on_disk"]), entered)
        except (AttributeError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"is damaged ({error})") from None

    def write(self, kept: Kept) -> None:
        """Keep a draft, all of it or nothing; raises ``Elsewhere``, and ``GameError`` if it cannot be written."""
        text = json.dumps(
            {
                "format": FORMAT,
                "file": self.file.name,
                "revision": kept.revision,
                "on_disk": kept.on_disk,
                "entered": {p: {"value": e.value, "revision": e.revision} for p, e in kept.entered.items()},
                "history": kept.history.to_json(),
            },
            ensure_ascii=False,
            indent=1,
        )
        self.insist()
        write_text(self.path, text, mode=self._mode())
        self._written = text.encode("utf-8")

    def drop(self) -> None:
        """Keep nothing any more; raises ``Elsewhere``."""
        self.insist()
        self.path.unlink(missing_ok=True)
        self._written = None

    def set_aside(self) -> Path:
        """Move what is no journal out of the way, and return where it is now."""
        aside = self.path.with_name(f"{self.file.stem}.draft.unreadable.json")
        os.replace(self.path, aside)
        self._written = None
        return aside

    def _mode(self) -> int | None:
        """Permissions of the treaty file, whose text a journal holds; None if it is no more."""
        try:
            return stat.S_IMODE(self.file.stat().st_mode)
        except OSError:
            return None

    def insist(self) -> None:
        """Raise ``Elsewhere`` if the journal on disk is another one than was read or written here last.

        One that was deleted holds nothing that could be lost.
        """
        there = self.path.read_bytes() if self.path.is_file() else None
        if there is not None and there != self._written:
            raise Elsewhere(
                f"{self.path.name} was changed by another program: the file seems to be open in a second studio; "
                "close one of them, and open the file again"
            )
