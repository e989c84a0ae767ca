"""Who breaks a treaty first in the worlds in which it fails, and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import final

import pyarrow as pa
import pyarrow.compute as pc


@final
@dataclass(frozen=True)
class FirstBreak:
    """The party that is first to break most often, of the failures of which that is known.

    ``share``  of these failures;  ``year`` after signature in which it breaks most often, from 1 on; None if not known.
    """

    party: str
    share: float
    year: int | None


def first_breaks(table: pa.Table) -> dict[str, FirstBreak]:
    """By design, from the rows of a sweep; without designs that never fail, or of which it is not known."""
    failed = table.filter((pc.field("verdict") == "no") & (pc.field("first_to_break") != ""))
    counts: dict[str, Counter[tuple[str, int | None]]] = {}
    for row in failed.group_by(["design", "first_to_break", "year"]).aggregate([([], "count_all")]).to_pylist():
        counts.setdefault(row["design"], Counter())[row["first_to_break"], row["year"] or None] += row["count_all"]
    return {name: _first(broken) for name, broken in counts.items()}


def _first(broken: Counter[tuple[str, int | None]]) -> FirstBreak:
    parties: Counter[str] = Counter()
    for (party, _), count in broken.items():
        parties[party] += count
    party, count = min(parties.items(), key=lambda item: (-item[1], item[0]))
    years = [(count, -year) for (who, year), count in broken.items() if who == party and year]
    return FirstBreak(party, count / broken.total(), -max(years)[1] if years else None)
