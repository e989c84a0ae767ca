"""The set of common discount factors at which compliance holds: a scan, and bisection of every edge.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from treaties.findings import DiscountRegion

LOWEST, HIGHEST, STEP = 0.02, 0.98, 0.04
EDGE_TOLERANCE = 1e-6

Decide = Callable[[float], bool | None]
"""Whether compliance holds at a common discount factor; None if undecided."""


def discount_region(
    decide: Decide,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    step: float = STEP,
    tolerance: float = EDGE_TOLERANCE,
    progress: Callable[[str, float], None] | None = None,
) -> DiscountRegion:
    """Scan [lowest, highest] in steps and locate every edge to within ``tolerance``."""
    count = round((highest - lowest) / step) + 1
    grid = [round(float(d), 10) for d in np.linspace(lowest, highest, count)]
    answers: list[bool | None] = []
    for k, discount in enumerate(grid):
        answers.append(decide(discount))
        if progress is not None:
            progress("discount factors", (k + 1) / (count + 2))
    undecided = [d for d, answer in zip(grid, answers, strict=True) if answer is None]
    known = [(d, answer) for d, answer in zip(grid, answers, strict=True) if answer is not None]
    intervals: list[tuple[float, float]] = []
    start: float | None = None
    for k, (discount, holds) in enumerate(known):
        if holds and start is None:
            start = discount if k == 0 else _edge(decide, known[k - 1][0], discount, tolerance, undecided)
        if not holds and start is not None:
            intervals.append((start, _edge(decide, discount, known[k - 1][0], tolerance, undecided)))
            start = None
    if start is not None:
        intervals.append((start, known[-1][0]))
    return DiscountRegion(
        intervals=tuple(intervals),
        tolerance=tolerance,
        grid=(lowest, highest, step),
        undecided=tuple(sorted(undecided)),
        note=f"scanned from {lowest:g} to {highest:g} in steps of {step:g}; narrower islands are not excluded",
    )


def _edge(decide: Decide, fails: float, holds: float, tolerance: float, undecided: list[float]) -> float:
    """The discount factor nearest to ``fails`` at which compliance was seen to hold, to within ``tolerance``.

    A point that cannot be decided is noted and counted as failing, so that nothing unproved is called stable.
    """
    while abs(holds - fails) > tolerance:
        middle = (holds + fails) / 2
        answer = decide(middle)
        if answer is None:
            undecided.append(middle)
        if answer:
            holds = middle
        else:
            fails = middle
    return holds
