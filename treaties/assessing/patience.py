"""The set of common discount factors at which compliance holds: a scan, and a root search at every edge.

Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.
"""

from __future__ import annotations

from games.numerics.progress import Progress
from games.questions.discount_region import TOLERANCE
from games.questions.scan import MarginAt, scan
from treaties.findings.records import DiscountRegion

LOWEST, HIGHEST, STEP = 0.02, 0.98, 0.04


def discount_region(
    margin_at: MarginAt,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    step: float = STEP,
    tolerance: float = TOLERANCE,
    progress: Progress | None = None,
) -> DiscountRegion:
    """Scan [lowest, highest] in steps and locate every edge to within ``tolerance``.

    ``margin_at``  the margin of compliance at a common discount factor; None if it cannot be told.

    >>> discount_region(lambda delta: delta - 1 / 3).intervals[0][0] - 1 / 3 < 1e-6
    True
    """
    found = scan(margin_at, lowest=lowest, highest=highest, step=step, tolerance=tolerance, progress=progress)
    return DiscountRegion(
        intervals=found.intervals,
        tolerance=tolerance,
        grid=found.grid,
        undecided=found.undecided,
        note=f"scanned from {lowest:g} to {highest:g} in steps of {step:g}; narrower islands are not excluded; "
        "edges are computed in floating point, only the file's own discount factors are proved",
    )
