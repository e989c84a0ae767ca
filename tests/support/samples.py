"""Samples of a sweep that was never made."""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.sweeping.sample import Sample


def sample(columns: dict[str, Floats], yes: Bools, no: Bools | None = None, margin: Floats | None = None) -> Sample:
    """A design that holds and fails in these worlds; of ``no`` None, it fails where it does not hold."""
    count = len(yes)
    return Sample(
        "text", np.arange(count), columns, yes, ~yes if no is None else no,
        np.full(count, np.nan) if margin is None else margin, {}, {},
    )  # fmt: skip
