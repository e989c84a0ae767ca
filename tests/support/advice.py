"""Advice made by hand for the assessments of ``briefings``: nothing is drawn, moved or solved here."""

from __future__ import annotations

from typing import Any

from treaties.advising.advice import Advice
from treaties.advising.in_worlds import InWorlds, OptionInWorlds
from treaties.advising.packages import Change, Package
from treaties.advising.reasons import Reasons, Without
from treaties.advising.smallest_change import SmallestChange
from treaties.sweeping.breaking import FirstBreak
from treaties.sweeping.levers import Lever
from treaties.sweeping.likelihood import Likelihood
from treaties.sweeping.moves import Flip, Moved

REMEDY = Lever("remedy.amount", "17", "number", 12.0, (0.0, 6.0, 12.0, 18.0, 24.0), "of the file")
CHANGES = (Change("remedy.amount", "17", 12.0, 15.0, ("SUN",)), Change("veto.uses_per_term", "14(2)", 2, 3, ("NOR",)))


def worlds(text: Likelihood | None = None, names: tuple[str, ...] = ("", "No veto")) -> InWorlds:
    """The text in 62 of 100 worlds, 10 of which are not decided, and some options."""
    likely = text or Likelihood(124, 56, 20, (0.55, 0.77), 0.03)
    told = [OptionInWorlds("", likely, FirstBreak("NOR", 0.75, 3))]
    told += [OptionInWorlds(name, Likelihood(40, 160, 0, (0.15, 0.26), 0.03)) for name in names[1:]]
    return InWorlds(200, 0, tuple(told), varied=3)


def smallest(answer: str = "breaks") -> SmallestChange:
    """Damages lowered break it, raised mend it: both sides proved."""
    low, high = (10.4, 10.3) if answer == "breaks" else (14.2, 14.1)
    flip = Flip("lower" if answer == "breaks" else "raise", low, high, (True, True), 0.07, {"NOR": -0.2, "SUN": 0.1})
    moved = Moved(REMEDY, "breaks" if answer == "breaks" else "fixes", (flip,), {})
    return SmallestChange(answer, moved, terms=4, tried=60)  # type: ignore[arg-type]


def advice(answer: str = "breaks", **changes: Any) -> Advice:
    """All of it."""
    fields: dict[str, Any] = {
        "worlds": worlds(),
        "smallest": smallest(answer),
        "packages": (
            Package(CHANGES, "sustainable", 0.8, {"NOR": 7.6, "SUN": 8.3}, {"NOR": 0.168, "SUN": 0.14}, True),
        ),
        "packages_note": "12 packages were tried",
        "reasons": Reasons(Without("", "-", "the text", "sustainable", 0.1034), ()),
        "sliders": None,
    }
    return Advice(**{**fields, **changes})
