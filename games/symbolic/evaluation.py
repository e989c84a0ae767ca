"""Slacks of a strategy at numbers, many worlds at once, by numpy: nothing here solves anything in symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from games.symbolic.deviations import Constraint
from games.symbolic.game import Expression, SymbolicGame
from games.symbolic.machine import Laid
from games.symbolic.numbers import Floats, numbers


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
        delta = numbers(game.discount[i], values, n)
        matrix = np.broadcast_to(np.eye(size), (n, size, size)).copy()
        right = np.empty((n, size))
        for k, row in enumerate(laid.rows):
            right[:, k] = (1 - delta) * numbers(game.payoffs[row][i], values, n)
            for place, chance in _law(game, laid, k, row, values, n).items():
                matrix[:, k, place] -= delta * chance
        worths.append((delta, np.linalg.solve(matrix, right[:, :, None])[:, :, 0]))
    out = np.empty((len(constraints), n))
    for j, c in enumerate(constraints):
        delta, worth = worths[c.player]
        k = number[mode_place[c.mode], c.state]
        deviating = (1 - delta) * numbers(game.payoffs[c.row][c.player], values, n)
        for place, chance in _law(game, laid, k, c.row, values, n).items():
            deviating = deviating + delta * chance * worth[:, place]
        out[j] = (worth[:, k] - deviating) / (1 - delta)
    return out


def _law(
    game: SymbolicGame, laid: Laid, k: int, row: int, values: Mapping[Expression, Floats], n: int
) -> dict[int, Floats]:
    out: dict[int, Floats] = {}
    for state, chance in game.transition[row].items():
        share = numbers(chance, values, n)
        for place, p in laid.after(k, row, state):
            out[place] = out.get(place, np.zeros(n)) + share * float(p)
    return out
