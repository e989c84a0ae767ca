"""Where a margin that depends on the discount factor is not negative: a scan, and a root search at every edge.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.

Source of the root search: Dowell and Jarratt (1971), the Illinois form of the secant rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from games.model.stochastic_game import GameError
from games.numerics.counts import counted
from games.numerics.progress import Progress

MOST_POINTS = 10_000
"""Scans of more points than this are refused: at each a game is solved."""

MarginAt = Callable[[float], float | None]
"""Margin of a plan at a common discount factor, negative where it does not hold; None if it cannot be told."""


@final
@dataclass(frozen=True)
class ScannedEdge:
    """Where a plan begins or ceases to hold.

    ``discount``  nearest to the edge at which the plan was seen to hold.
    ``holds``     on which side of the edge.
    ``beyond``    whether it was seen to fail on the other side, or only could not be told.
    """

    discount: float
    holds: Literal["above", "below"]
    beyond: Literal["fails", "undecided"]


@final
@dataclass(frozen=True)
class Scan:
    """What a scan saw.

    ``intervals``  closed intervals [low, high] of discount factors at which the plan holds.
    ``edges``      those ends of intervals that are not ends of the scan, in increasing order.
    ``undecided``  grid points at which neither answer could be reached; counted as failing.
    ``grid``       (lowest, highest, step).
    """

    intervals: tuple[tuple[float, float], ...]
    edges: tuple[ScannedEdge, ...]
    undecided: tuple[float, ...]
    grid: tuple[float, float, float]


def scan(
    margin_at: MarginAt,
    *,
    lowest: float,
    highest: float,
    step: float,
    tolerance: float,
    also: Sequence[float] = (),
    progress: Progress | None = None,
) -> Scan:
    """Scan [lowest, highest] in steps, the last one shortened to fit, and locate every edge to within ``tolerance``.

    ``also``  further points to try, which may lie beyond either end.

    Raises ``GameError`` if the scan makes no sense.
    """
    if not tolerance > 0:
        raise GameError(f"edges to within {tolerance}: a positive tolerance is needed")
    insist_on_grid(lowest, highest, step)
    count = max(round((highest - lowest) / step), 1) + 1
    grid = sorted({round(float(d), 10) for d in np.linspace(lowest, highest, count)} | set(also))
    count = len(grid)
    margins: list[float | None] = []
    for k, discount in enumerate(grid):
        margins.append(margin_at(discount))
        if progress is not None:
            progress("discount factors", (k + 1) / (count + 2))
    holds = [margin is not None and margin >= 0 for margin in margins]
    edges: dict[int, ScannedEdge] = {}
    for k in range(1, count):
        if holds[k] != holds[k - 1]:
            inside, outside = (k, k - 1) if holds[k] else (k - 1, k)
            at, margin = _edge(margin_at, grid[outside], margins[outside], grid[inside], margins[inside], tolerance)
            edges[k] = ScannedEdge(at, "above" if holds[k] else "below", "undecided" if margin is None else "fails")
    intervals: list[tuple[float, float]] = []
    start = grid[0] if holds[0] else None
    for k in range(1, count):
        if k in edges and holds[k]:
            start = edges[k].discount
        elif k in edges and start is not None:
            intervals.append((start, edges[k].discount))
    if start is not None and holds[-1]:
        intervals.append((start, grid[-1]))
    undecided = tuple(d for d, margin in zip(grid, margins, strict=True) if margin is None)
    return Scan(tuple(intervals), tuple(edges.values()), undecided, (lowest, highest, step))


def insist_on_grid(lowest: float, highest: float, step: float) -> None:
    """Raise ``GameError`` if the points of a scan make no sense or are too many."""
    if not (0 <= lowest < highest < 1 and step > 0):
        raise GameError(
            f"discount factors from {lowest} to {highest} in steps of {step}: "
            "0 <= lowest < highest < 1 and a positive step are needed"
        )
    points = (highest - lowest) / step + 1
    if points > MOST_POINTS:
        # Two digits of 6 per cent more are never less.
        enough = 1.06 * (highest - lowest) / (MOST_POINTS - 1)
        raise GameError(
            f"discount factors from {lowest} to {highest} in steps of {step}: {counted(points)} points to try, more "
            f"than {MOST_POINTS:,}; take a step of {enough:.2g} or more"
        )


def _edge(
    margin_at: MarginAt,
    fails: float,
    failing: float | None,
    holds: float,
    holding: float | None,
    tolerance: float,
) -> tuple[float, float | None]:
    """The discount factor nearest to ``fails`` at which the plan was seen to hold, and the margin just beyond it.

    The Illinois form of the secant rule, with a bisection whenever it does not halve the bracket in three steps.  A
    point that cannot be decided counts as failing, so that nothing unproved is called stable.
    """
    a, b = fails, holds
    fb = holding or 0.0
    fa = -(fb or 1.0) if failing is None else failing
    beyond = failing
    side, width = 0, abs(b - a)
    for step in range(200):
        if abs(b - a) <= tolerance:
            break
        middle = (a * fb - b * fa) / (fb - fa) if fb != fa else (a + b) / 2
        # A nudge towards the far side makes the bracket close from both sides.
        middle += 0.25 * tolerance * (1 if side <= 0 else -1) * (1 if b > a else -1)
        if (step % 3 == 2 and abs(b - a) > width / 2) or not min(a, b) < middle < max(a, b):
            middle = (a + b) / 2
        if step % 3 == 2:
            width = abs(b - a)
        margin = margin_at(middle)
        if margin is not None and margin >= 0:
            b, fb = middle, margin
            fa = fa / 2 if side > 0 else fa
            side = 1
        else:
            a, fa, beyond = middle, -abs(fa) if margin is None else margin, margin
            fb = fb / 2 if side < 0 else fb
            side = -1
    return b, beyond
