"""What a student could change: designs one term away, looked up in the grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treaties.findings.cooperation import by_cooperation
from treaties.playing.designs import Grid
from treaties.playing.judged import DesignFound

SAME = 1e-9
"""Of the larger figure: what differs by less is the same."""
NO_RUNG = 9
"""In place of a rung that is not known: any that is comes before it."""


def best_change(grid: Grid, found: Sequence[DesignFound], number: int) -> int:
    """The design one changed term away that mends a design, or improves one that holds; -1 if none does.

    It crosses no red line that the design does not cross.  What leans on a milder answer to a breach is better, then
    what has the larger margin on the same rung: margins of different rungs are not compared.  Where mistakes break
    cooperation off now and then and nothing mends that, it is what keeps it longer.
    """
    here = found[number]
    near = [
        k for axis in range(len(grid.axes)) for k in grid.along(number, axis)
        if set(found[k].crossed) <= set(here.crossed)
    ]  # fmt: skip
    better = [
        k for k in near if found[k].verdict == "sustainable"
        and (here.verdict != "sustainable" or _standing(found[k]) > _standing(here))
    ]  # fmt: skip
    if better or here.cooperation is None:
        return max(better, key=lambda k: (_standing(found[k]), -k), default=-1)
    longest = min([number, *near], key=lambda k: (by_cooperation(found[k].cooperation), k != number, k))
    return -1 if longest == number else longest


def _standing(found: DesignFound) -> tuple[int, float]:
    margin = 0.0 if found.margin is None else float(f"{found.margin:.9g}")
    return -(found.rung or NO_RUNG), margin


def idle_axes(grid: Grid, found: Sequence[DesignFound], number: int) -> tuple[int, ...]:
    """The axes whose term changes nothing: verdict, rung, margin, values, years of cooperation."""
    return tuple(
        axis for axis in range(len(grid.axes))
        if all(_alike(found[number], found[k]) for k in grid.along(number, axis))
    )  # fmt: skip


def _alike(one: DesignFound, other: DesignFound) -> bool:
    """Whether two designs are told alike; of what is undecided nothing is told."""
    if one.verdict in (None, "undecided") or (one.verdict, one.rung) != (other.verdict, other.rung):
        return False
    if one.cooperation != other.cooperation or (one.margin is None) != (other.margin is None):
        return False
    mine, its = (np.array([found.margin or 0.0, *found.values]) for found in (one, other))
    return len(mine) == len(its) and bool(np.allclose(mine, its, rtol=SAME, atol=SAME))
