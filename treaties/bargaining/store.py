"""Certificates of designs that were judged before, so that a search that was interrupted goes on where it stopped.

One line per design, written as soon as the design is judged, with the certificate from which its verdict can be told
again.  A line serves for the same text of the treaty, the same terms, the same program and the same effort of proofs.
Nothing in a line is believed: whoever can write the file can write anything, and a seal shows only what was damaged by
accident.  A certificate is checked anew on the design's own game; where there is none, or it does not prove the
verdict, the design is judged anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import final

from games.certificates.sealing import changed_places, sealed
from games.files.writing import replaceable
from games.model.stochastic_game import GameError
from treaties.bargaining.designs import EFFORT, Design, DesignOutcome
from treaties.model.treaty import Treaty

FORMAT = "servanda-designs/1"
FIRST_LINE = (json.dumps({"format": FORMAT}) + "\n").encode()


@cache
def program() -> str:
    """SHA-256 of the source of both packages: what other code found is looked for anew."""
    top = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(p for package in ("games", "treaties") for p in (top / package).rglob("*.py")):
        digest.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@final
@dataclass(eq=False)
class DesignStore:
    """Certificates of one treaty's designs in the file ``path``, which need not exist; ``fresh`` forgets what is in it.

    ``reused``  how many outcomes were told from its certificates so far, each checked anew.

    Raises ``GameError`` if something else is in that place, which is left as it is, and ``OSError`` if the file cannot
    be read or written.
    """

    path: Path
    treaty: Treaty
    fresh: bool = False
    reused: int = field(default=0, init=False)
    _known: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if not _is_store(self.path):
            return
        if self.fresh:
            self.path.unlink()
            return
        with self.path.open("rb") as stream:
            for line in stream:
                self._read(line)

    def _read(self, line: bytes) -> None:
        try:
            entry = json.loads(line)
            if entry["seal"] and not changed_places(entry) and isinstance(entry["certificate"], str):
                self._known[entry["key"]] = entry["certificate"]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def key(self, design: Design) -> str:
        """SHA-256 of all that the outcome of a design depends on."""
        variant = None if design.variant is None else design.variant.model_dump(mode="json")
        parts = [self.treaty.source_hash, design.name, variant, program(), asdict(EFFORT)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def evidence(self, design: Design) -> str:
        """The packed certificate that the file has for a design; empty if it has none."""
        return self._known.get(self.key(design), "")

    def add(self, one: DesignOutcome) -> None:
        """Write the certificate of an outcome down at once, unless the file has it already."""
        self.reused += one.reproved
        key = self.key(one.design)
        if self._known.get(key) == one.evidence:
            return
        self._known[key] = one.evidence
        entry = {"key": key, "design": one.design.name, "verdict": one.verdict, "certificate": one.evidence}
        line = (json.dumps(sealed(entry)) + "\n").encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            if size < len(FIRST_LINE):
                stream.truncate(0)
                line = FIRST_LINE + line
            else:
                # A half line that a crash left is closed first, so that it spoils no other.
                stream.seek(size - 1)
                line = line if stream.read(1) == b"\n" else b"\n" + line
            stream.write(line)


def _is_store(path: Path) -> bool:
    """Whether a store is there, False if nothing is; raises ``GameError`` if it is something else."""
    if not replaceable(path):
        return False
    with path.open("rb") as stream:
        first = stream.readline(len(FIRST_LINE))
    # A crash may have left the beginning of the first line.
    if not FIRST_LINE.startswith(first):
        known = FIRST_LINE.decode().strip()
        raise GameError(f"{path}: this is no store of designs (its first line is not {known}) and is left as it is; "
                        "move it away, or choose another --out")
    return True
