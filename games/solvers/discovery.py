"""Which solvers there are: the folders on the path of ``games.solvers``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import games.solvers

if TYPE_CHECKING:
    from games.solvers.solver import Solver


def solver_names() -> tuple[str, ...]:
    """The names of all solvers, in alphabetical order, without importing any: folders with a file ``solver.py``.

    >>> "nash_reversion" in solver_names()
    True
    """
    found = {file.parent.name for place in games.solvers.__path__ for file in Path(place).glob("*/solver.py")}
    return tuple(sorted(found))


def discover() -> tuple[type[Solver], ...]:
    """The solver classes of the folders, the first to be tried first.

    >>> [solver.name for solver in discover() if solver.name == "nash_reversion"]
    ['nash_reversion']
    """
    return _found(tuple(games.solvers.__path__))


@cache
def _found(places: tuple[str, ...]) -> tuple[type[Solver], ...]:
    from games.solvers.solver import Solver

    found: list[type[Solver]] = []
    for module in iter_modules(places):
        if not module.ispkg:
            continue
        folder = f"games.solvers.{module.name}"
        for thing in vars(import_module(folder)).values():
            if isinstance(thing, type) and issubclass(thing, Solver) and thing.__module__.startswith(f"{folder}."):
                found.append(thing)
    return tuple(sorted(found, key=lambda solver: (solver.preference, solver.name)))
