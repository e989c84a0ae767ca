"""Counts as a reader can take them in, however large they are."""

from __future__ import annotations

from math import floor, inf, log10


def counted(count: float) -> str:
    """A count with its digits in threes; one of more than fifteen digits only by its order of magnitude.

    >>> counted(1234567.0), counted(2**100)
    ('1,234,567', 'about 10^30')
    """
    if count == inf:
        return "more than 10^308"
    return f"{int(count):,}" if count < 1e15 else f"about 10^{floor(log10(count))}"
