"""The same asked of many things, by several processes; answers come in the order of the things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from games.numerics.progress import Progress

TOO_FEW = 4
"""Fewer things than this are asked of in the process that asks: others would take longer to start."""


Thing = TypeVar("Thing")
Found = TypeVar("Found")


def each_of(
    ask: Callable[[Thing], Found], things: Mapping[str, Thing], workers: int, progress: Progress | None
) -> list[Found]:
    """What is found of each of them, in their order.

    ``things``  by the name that is told while it is worked on;  ``workers`` processes, 1 for this one alone.
    """
    said = progress or (lambda what, share: None)
    found: list[Found] = []
    if workers == 1 or len(things) < TOO_FEW:
        for name, thing in things.items():
            said(name, len(found) / len(things))
            found.append(ask(thing))
        return found
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=min(workers, len(things)), batch_size=1, return_as="generator")
    for name, one in zip(things, parallel(delayed(ask)(thing) for thing in things.values()), strict=True):
        found.append(one)
        said(name, len(found) / len(things))
    return found
