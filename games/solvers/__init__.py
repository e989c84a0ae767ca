"""Solvers, one folder per method.  A folder put here is found; nothing else needs to change.

The folder bears the solver's name, and its ``__init__`` hands on the solver class and the few verbs of the method that
other folders may use.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from games.solvers.solver import Solver


@cache
def discover() -> tuple[type[Solver], ...]:
    """The solver classes of this folder's folders, the first to be tried first.

    >>> [solver.name for solver in discover() if solver.name == "nash_reversion"]
    ['nash_reversion']
    """
    found: list[type[Solver]] = []
    for module in iter_modules(__path__):
        if not module.ispkg:
            continue
        folder = f"{__name__}.{module.name}"
        for thing in vars(import_module(folder)).values():
            if isinstance(thing, type) and issubclass(thing, Solver) and thing.__module__.startswith(f"{folder}."):
                found.append(thing)
    return tuple(sorted(found, key=lambda solver: (solver.preference, solver.name)))
