"""Advice: what a reader asks beyond the verdict, each asked once and told from one record.

In how many worlds it holds, the smallest change that flips the answer, what could be traded, and which clauses the
answer rests on.  Nothing here repeats or replaces the verdict of the assessment, which every answer is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from games.numerics.progress import Progress, part
from treaties.advising.in_worlds import InWorlds, in_worlds
from treaties.advising.packages import Package, packages
from treaties.advising.reasons import Reasons, reasons
from treaties.advising.scan import Scan
from treaties.advising.slider_grid import SliderGrid, slider_grid
from treaties.advising.smallest_change import SmallestChange, smallest_change
from treaties.assessing.assessment import Assessment
from treaties.model.treaty import Treaty

WORLDS = 200
"""Worlds that are drawn where nobody says how many."""


@final
@dataclass(frozen=True)
class Advice:
    """What was found beyond an assessment.

    ``worlds``    None where no number of the treaty has a range, or none were asked for.
    ``smallest``  None where it was not asked for.
    ``packages_note``  how many packages were tried, or why there are none.
    ``sliders``   None where they were not asked for, or nothing can be moved.
    """

    worlds: InWorlds | None
    smallest: SmallestChange | None
    packages: tuple[Package, ...]
    packages_note: str
    reasons: Reasons
    sliders: SliderGrid | None

    def to_json(self) -> dict[str, Any]:
        """The ``advice`` object of ``servanda brief --json`` (``servanda-advice/1``)."""
        return {
            "format": "servanda-advice/1",
            "worlds": None if self.worlds is None else self.worlds.to_json(),
            "smallest": None if self.smallest is None else self.smallest.to_json(),
            "packages": [one.to_json() for one in self.packages],
            "packages_note": self.packages_note,
            "reasons": self.reasons.to_json(),
            "sliders": None if self.sliders is None else self.sliders.to_json(),
        }


def advise(
    treaty: Treaty,
    found: Assessment,
    *,
    worlds: int = WORLDS,
    seed: int = 0,
    fixes: bool = True,
    sliders: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
) -> Advice:
    """What a reader asks beyond the verdict.

    ``found``    the assessment of the treaty.
    ``worlds``   how many to draw, by ``seed``; 0 for none.
    ``fixes``    also seek the smallest change and packages;  ``sliders`` also the grid of a page's sliders.
    ``workers``  processes; what is found is the same.
    """
    said = progress or (lambda what, share: None)
    sampled = in_worlds(treaty, worlds, seed=seed, workers=workers, progress=part(said, 0.0, 0.3)) if worlds else None
    why = reasons(treaty, found, part(said, 0.3, 0.5))
    smallest: SmallestChange | None = None
    traded: tuple[Package, ...] = ()
    note = "not asked for"
    if fixes:
        scan = Scan(treaty, found)
        smallest = smallest_change(scan, found, part(said, 0.5, 0.75))
        traded, note = packages(scan, part(said, 0.75, 0.85))
    counted = () if sampled is None else sampled.options
    likely = {one.name: one.likelihood for one in counted if one.likelihood is not None}
    last = part(said, 0.85, 1.0)
    grid = slider_grid(treaty, found, seed=seed, likely=likely, progress=last) if sliders else None
    return Advice(sampled, smallest, traded, note, why, grid)

