"""Solvers, one file per method.  A file put here is found; nothing else needs to change."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from games.solvers.solver import Solver


@cache
def discover() -> tuple[type[Solver], ...]:
    """The solver classes of this folder, the first to be tried first.

    >>> [solver.name for solver in discover() if solver.name == "nash_reversion"]
    ['nash_reversion']
    """
    found: list[type[Solver]] = []
    for module in iter_modules(__path__):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if (
                isinstance(thing, type) and issubclass(thing, Solver) and thing is not Solver
                and thing.__module__ == f"{__name__}.{module.name}"
            ):
                found.append(thing)
    return tuple(sorted(found, key=lambda solver: (solver.preference, solver.name)))
