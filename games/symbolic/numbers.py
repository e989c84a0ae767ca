"""Expressions in many worlds at once, by numpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from games.symbolic.game import Expression

Floats = NDArray[np.float64]


def numbers(expression: Expression, values: Mapping[Expression, Any], n: int) -> Floats:
    """Float[n]: an expression in n worlds."""
    told = sp.sympify(expression)
    symbols = sorted(told.free_symbols, key=str)
    if not symbols:
        return np.full(n, float(told))
    return np.asarray(_function(told)(*(values[s] for s in symbols)), dtype=np.float64)


@lru_cache(maxsize=4096)
def _function(expression: Expression) -> Callable[..., Any]:
    """An expression as a function of its symbols, by name."""
    found: Callable[..., Any] = sp.lambdify(sorted(expression.free_symbols, key=str), expression, "numpy")
    return found


def at_numbers(expression: Expression, values: Mapping[Expression, Floats], n: int) -> Floats:
    """Float[n]: a formula in n worlds; NaN where it is no real number."""
    with np.errstate(all="ignore"):
        return numbers(expression, values, n) * np.ones(n)
