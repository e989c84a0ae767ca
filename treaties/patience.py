"""The set of common discount factors at which compliance holds: a scan, and a root search at every edge.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from treaties.findings import DiscountRegion

LOWEST, HIGHEST, STEP = 0.02, 0.98, 0.04
EDGE_TOLERANCE = 1e-6

MarginAt = Callable[[float], float | None]
"""Margin of compliance at a common discount factor; None if it cannot be told."""


def discount_region(
    margin_at: MarginAt,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    step: float = STEP,
    tolerance: float = EDGE_TOLERANCE,
    progress: Callable[[str, float], None] | None = None,
) -> DiscountRegion:
    """Scan [lowest, highest] in steps and locate every edge to within ``tolerance``.

    >>> discount_region(lambda delta: delta - 1 / 3).intervals[0][0] - 1 / 3 < 1e-6
    True
    """
    count = round((highest - lowest) / step) + 1
    known: list[tuple[float, float]] = []
    undecided: list[float] = []
    for k, discount in enumerate(round(float(d), 10) for d in np.linspace(lowest, highest, count)):
        margin = margin_at(discount)
        if margin is None:
            undecided.append(discount)
        else:
            known.append((discount, margin))
        if progress is not None:
            progress("discount factors", (k + 1) / (count + 2))
    intervals: list[tuple[float, float]] = []
    start: float | None = None
    for k, (discount, margin) in enumerate(known):
        if margin >= 0 and start is None:
            start = discount if k == 0 else _edge(margin_at, known[k - 1], known[k], tolerance, undecided)
        if margin < 0 and start is not None:
            intervals.append((start, _edge(margin_at, known[k], known[k - 1], tolerance, undecided)))
            start = None
    if start is not None:
        intervals.append((start, known[-1][0]))
    return DiscountRegion(
        intervals=tuple(intervals),
        tolerance=tolerance,
        grid=(lowest, highest, step),
        undecided=tuple(sorted(undecided)),
        note=f"scanned from {lowest:g} to {highest:g} in steps of {step:g}; narrower islands are not excluded; "
        "edges are computed in floating point, only the file's own discount factors are proved",
    )


def _edge(
    margin_at: MarginAt,
    fails: tuple[float, float],
    holds: tuple[float, float],
    tolerance: float,
    undecided: list[float],
) -> float:
    """The discount factor nearest to ``fails`` at which compliance was seen to hold, to within ``tolerance``.

    The Illinois form of the secant rule, with a bisection whenever it does not halve the bracket in two steps.  A point
    that cannot be decided is noted and counted as failing, so that nothing unproved is called stable.
    """
    (a, fa), (b, fb) = fails, holds
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
        if margin is None:
            undecided.append(middle)
        if margin is not None and margin >= 0:
            b, fb = middle, margin
            fa = fa / 2 if side > 0 else fa
            side = 1
        else:
            a, fa = middle, -abs(fa) if margin is None else margin
            fb = fb / 2 if side < 0 else fb
            side = -1
    return b
