"""Outcomes of designs in a file, so that an interrupted search goes on where it stopped.

One JSON object a line, found again by the hash of everything an outcome depends on: the treaty file, the design, the
program's own source and how long it looks for proofs.  A line is written in one go and sealed; half a line, which a
crash can leave, and a line that was changed since are passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, final

from games.certificates.sealing import changed_places, sealed
from treaties.bargaining.designs import EFFORT, Design, DesignOutcome
from treaties.findings.records import CertificateNote, Judgement, Rung, VariantFinding, WeakestLink
from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty


@cache
def program() -> str:
    """SHA-256 of the source of both packages: outcomes that other code found are other outcomes."""
    top = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(p for package in ("games", "treaties") for p in (top / package).rglob("*.py")):
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


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
            if entry["seal"] and not changed_places(entry):
                self._known[entry["key"]] = entry["outcome"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return

    def key(self, design: Design) -> str:
        """SHA-256 of all that the outcome of a design depends on."""
        variant = None if design.variant is None else design.variant.model_dump(mode="json")
        parts = [self.treaty.source_hash, design.name, variant, program(), asdict(EFFORT)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def outcome(self, design: Design) -> DesignOutcome | None:
        """What the file knows about a design; None if nothing, or nothing that can be read."""
        known = self._known.get(self.key(design))
        if known is None:
            return None
        try:
            finding = None if known["finding"] is None else _finding(known["finding"])
            out = DesignOutcome(design, finding, known["problem"], known["seconds"])
        except (KeyError, TypeError, ValueError):
            return None
        self.reused += 1
        return out

    def add(self, one: DesignOutcome) -> None:
        """Write an outcome down at once."""
        finding = None if one.finding is None else asdict(one.finding)
        said = {"finding": finding, "problem": one.problem, "seconds": one.seconds}
        # Sealed as it will be read again, where tuples are lists.
        entry = json.loads(json.dumps({"key": self.key(one.design), "design": one.design.name, "outcome": said}))
        line = json.dumps(sealed(entry)) + "\n"
        # A half line that a crash left is closed first, so that it spoils no other.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size:
                stream.seek(size - 1)
                line = line if stream.read(1) == b"\n" else "\n" + line
            stream.write(line.encode())


def _finding(said: dict[str, Any]) -> VariantFinding:
    """What ``dataclasses.asdict`` made of a finding without proofs, after a round through JSON."""
    lines = tuple(RedLine(**line) for line in said["red_lines_crossed"])
    ladder = tuple(Rung(**rung | {"found": _judgement(rung["found"])}) for rung in said["ladder"])
    return VariantFinding(
        **said | {"ladder": ladder, "red_lines_crossed": lines, "refused_at_home": tuple(said["refused_at_home"])}
    )


def _judgement(said: dict[str, Any]) -> Judgement:
    link, note = said["weakest_link"], said["certificate"]
    low, high = said["joint"]
    return Judgement(
        **said
        | {
            "joint": (low, high),
            "discount": tuple(said["discount"]),
            "weakest_link": None if link is None else WeakestLink(**link),
            "certificate": None if note is None else CertificateNote(**note),
        }
    )
