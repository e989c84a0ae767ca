"""Remarks: what is odd about a part of a treaty, as its text alone shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, final

from treaties.model.matter import Matter

Severity = Literal["error", "warning", "note"]


@final
@dataclass(frozen=True)
class Remark:
    """Something odd: ``field`` is the path below the clause (or party, matter, event), "" for the whole of it.

    ``error``: no sensible game can be made of it; ``warning``: probably not meant; ``note``: worth knowing.
    """

    severity: Severity
    field: str
    problem: str
    remedy: str = ""


LET_THEM_DIFFER = "let breach and compliance differ in what is seen"
"""The remedy for an examination that tells nothing."""


def seen_anyway(matter: Matter) -> Iterator[Remark]:
    """The remark on an examination of conduct that everyone sees."""
    if not matter.unseen:
        problem = f"everyone sees conduct on {matter.id} anyway: it tells nothing new"
        yield Remark("warning", "matter", problem, 'leave it out, or set observability = "private" there')
