"""The same asked of many things, by several processes; answers come in the order of the things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from joblib import Parallel, delayed

from games.numerics.progress import Progress

TOO_FEW = 4
"""Fewer things than this are asked of in the process that asks: others would take longer to start."""


class Named(Protocol):
    """Something with a path, which is told while it is worked on."""

    @property
    def path(self) -> str:
        """What it is called."""


Thing = TypeVar("Thing", bound=Named)
Found = TypeVar("Found")


def each_of(
    ask: Callable[[Thing], Found], things: Sequence[Thing], workers: int, progress: Progress | None
) -> list[Found]:
    """What is found of each of them, in their order; ``workers`` processes, 1 for this one alone."""
    said = progress or (lambda what, share: None)
    found: list[Found] = []
    if workers == 1 or len(things) < TOO_FEW:
        for k, thing in enumerate(things):
            said(thing.path, k / len(things))
            found.append(ask(thing))
        return found
    parallel = Parallel(n_jobs=min(workers, len(things)), batch_size=1, return_as="generator")
    for k, one in enumerate(parallel(delayed(ask)(thing) for thing in things)):
        found.append(one)
        said(things[k].path, (k + 1) / len(things))
    return found
