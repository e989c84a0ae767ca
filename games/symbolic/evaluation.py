"""Slacks of a strategy at numbers, many worlds at once, by numpy: nothing here solves anything in symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from games.symbolic.deviations import Constraint
from games.symbolic.game import Expression, SymbolicGame
from games.symbolic.machine import Laid

Floats = NDArray[np.float64]


def slacks_at(
    game: SymbolicGame, laid: Laid, constraints: Sequence[Constraint], values: Mapping[Expression, Floats]
) -> Floats:
    """Float[constraints, n]: every slack in n worlds, in payoff units.

    ``values``  Float[n] per symbol of the game.
    """
    n = len(next(iter(values.values())))
    size = len(laid.nodes)
    number = {node: k for k, node in enumerate(laid.nodes)}
    mode_place = {name: m for m, name in enumerate(laid.modes)}
    worths = []
    for i in range(game.n_players):
        delta = _numbers(game.discount[i], values, n)
        matrix = np.broadcast_to(np.eye(size), (n, size, size)).copy()
        right = np.empty((n, size))
        for k, row in enumerate(laid.rows):
            right[:, k] = (1 - delta) * _numbers(game.payoffs[row][i], values, n)
            for place, chance in _law(game, laid, k, row, values, n).items():
                matrix[:, k, place] -= delta * chance
        worths.append((delta, np.linalg.solve(matrix, right[:, :, None])[:, :, 0]))
    out = np.empty((len(constraints), n))
    for j, c in enumerate(constraints):
        delta, worth = worths[c.player]
        k = number[mode_place[c.mode], c.state]
        deviating = (1 - delta) * _numbers(game.payoffs[c.row][c.player], values, n)
        for place, chance in _law(game, laid, k, c.row, values, n).items():
            deviating = deviating + delta * chance * worth[:, place]
        out[j] = (worth[:, k] - deviating) / (1 - delta)
    return out


def _law(
    game: SymbolicGame, laid: Laid, k: int, row: int, values: Mapping[Expression, Floats], n: int
) -> dict[int, Floats]:
    out: dict[int, Floats] = {}
    for state, chance in game.transition[row].items():
        share = _numbers(chance, values, n)
        for place, p in laid.after(k, row, state):
            out[place] = out.get(place, np.zeros(n)) + share * float(p)
    return out


def _numbers(expression: Expression, values: Mapping[Expression, Any], n: int) -> Floats:
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
        return _numbers(expression, values, n) * np.ones(n)
