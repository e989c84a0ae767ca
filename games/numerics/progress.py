"""How long computations tell how far they are."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done, in a few words, and the share of it that is done, from 0 to 1."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Progress on a part of a longer task."""
    return lambda what, done: progress(what, start + (end - start) * done)
