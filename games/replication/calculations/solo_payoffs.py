"""Calculations about transfers that are promised for what is played, for `calculations`.

Source: Jackson and Wilkie (2005).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def solo_payoff(payoffs: Sequence[Sequence[Sequence[float]]]) -> float:
    """What the first player gets at least if it alone can promise transfers, in the limit of small incentives.

    ``payoffs``  [a1][a2] -> one number per player.

    For every profile a linear program over transfers to the second player, one for each profile: they make the first
    player's own action dominant, the second's a best reply to it, and leave the first as much as can be.  Slightly
    larger transfers make both strict, so that no other equilibrium is left.  Source: Jackson and Wilkie (2005).
    """
    import numpy as np
    from scipy.optimize import linprog

    u = np.asarray(payoffs, dtype=np.float64)
    rows, columns = u.shape[:2]

    def unit(a: int, b: int) -> Any:
        out = np.zeros((rows, columns))
        out[a, b] = 1.0
        return out.ravel()

    values = []
    for a, b in product(range(rows), range(columns)):
        left, right = [], []
        for other, theirs in product(range(rows), range(columns)):
            left.append(unit(a, theirs) - unit(other, theirs))             # own action dominant
            right.append(u[a, theirs, 0] - u[other, theirs, 0])
        for theirs in range(columns):
            left.append(unit(a, theirs) - unit(a, b))                      # the other's a best reply
            right.append(u[a, b, 1] - u[a, theirs, 1])
        found = linprog(unit(a, b), A_ub=np.array(left), b_ub=np.array(right), bounds=(0, None))
        if found.fun is None:
            raise GameError("solo payoff: a linear program was not solved; give finite payoffs")
        values.append(float(u[a, b, 0] - found.fun))
    return max(values)


def _solo_payoff(dilemma: Sequence[Any]) -> Numbers:
    """Of a prisoners' dilemma R, T, P, S."""
    r, t, p, s = (float(to_fraction(x)) for x in dilemma)
    return [Fraction(solo_payoff([[[r, r], [s, t]], [[t, s], [p, p]]]))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "solo_payoff": _solo_payoff,
}
