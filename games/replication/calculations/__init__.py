"""Calculations that published results name: bargaining, coalitions, game trees, signals, trust; no game file has them.

A claim of kind "calculation" names one and its arguments; each gives numbers in a fixed order.  The files here are
found; each has a table ``CALCULATIONS`` of functions by name.  Names are looked up there and nowhere else: nothing from
a paper is run as code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from games.model.stochastic_game import GameError

__all__ = ["calculate", "calculations"]


@cache
def calculations() -> Mapping[str, Callable[..., Sequence[Fraction]]]:
    """All calculations by name; raises ``ValueError`` if two files have one of the same name.

    >>> "shapley_shubik" in calculations()
    True
    """
    found: dict[str, Callable[..., Sequence[Fraction]]] = {}
    for module in iter_modules(__path__):
        table = import_module(f"{__name__}.{module.name}").CALCULATIONS
        if twice := found.keys() & table:
            raise ValueError(f"calculations {', '.join(sorted(twice))}: two files have them")
        found |= table
    return found


def calculate(name: str, given: Mapping[str, Any]) -> tuple[Fraction, ...]:
    """The numbers that a calculation gives; raises ``GameError`` if there is none of that name or it is given amiss."""
    known = calculations()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
        raise GameError(f"calculation: {name!r} is unknown; {hint}")
    try:
        return tuple(known[name](**given))
    except GameError:
        raise
    except TypeError as error:
        raise GameError(f"calculation {name}: {error}; give its arguments by name") from None
    except (ValueError, ArithmeticError, LookupError, AttributeError) as error:
        # A paper's file holds any values: what a calculation makes of lists too long, zeros or names is no fault of it.
        problem = f"{type(error).__name__}: {error}"
        raise GameError(f"calculation {name}: it cannot work with what is given ({problem}); correct that") from None
