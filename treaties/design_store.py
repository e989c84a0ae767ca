"""Outcomes of designs in a file, so that an interrupted search goes on where it stopped.

One JSON object a line, found again by the hash of everything an outcome depends on: the treaty file, the design, the
version of the program and how long it looks for proofs.  A line is written in one go; half a line, which only a crash
can leave, is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, final

from treaties.design_outcomes import EFFORT, Design, DesignOutcome
from treaties.treaty import Treaty


@final
@dataclass(eq=False)
class DesignStore:
    """Outcomes of one treaty's designs in the file ``path``, which need not exist; ``fresh`` forgets what is in it.

    ``reused``  how many outcomes were taken from the file so far.

    Raises ``OSError`` if the file cannot be read or written.
    """

    path: Path
    treaty: Treaty
    fresh: bool = False
    reused: int = field(default=0, init=False)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.fresh:
            self.path.unlink(missing_ok=True)
        elif self.path.exists():
            for line in self.path.read_bytes().splitlines():
                self._read(line)

    def _read(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            self._known[entry["key"]] = entry["outcome"]
        except (ValueError, KeyError, TypeError):
            return

    def key(self, design: Design) -> str:
        """SHA-256 of all that the outcome of a design depends on."""
        variant = None if design.variant is None else design.variant.model_dump(mode="json")
        parts = [self.treaty.source_hash, design.name, variant, version("servanda"), EFFORT]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def outcome(self, design: Design) -> DesignOutcome | None:
        """What the file knows about a design; None if nothing, or nothing that can be read."""
        found = self._known.get(self.key(design))
        if found is None:
            return None
        try:
            out = DesignOutcome(
                design,
                found["verdict"],
                found["margin"],
                tuple(found["values"]),
                found["certificate"],
                tuple((party, line) for party, line in found["crossed"]),
                tuple(found["refusing"]),
                found["detail"],
                found["seconds"],
            )
        except (KeyError, TypeError, ValueError):
            return None
        self.reused += 1
        return out

    def add(self, one: DesignOutcome) -> None:
        """Write an outcome down at once."""
        said = {name: value for name, value in vars(one).items() if name != "design"}
        line = json.dumps({"key": self.key(one.design), "design": one.design.name, "outcome": said}) + "\n"
        # A half line that a crash left is closed first, so that it spoils no other.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
                line = line if stream.read(1) == b"\n" else "\n" + line
            stream.write(line.encode())
