"""The Shapley value: what each player adds on average, when players join in a random order.

Source: Shapley (1953), A value for n-person games.
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np

from games.coalitions.characteristic import Characteristic, Worths
from games.coalitions.sum_tables import sizes_of


def shapley_value(v: Characteristic, n: int) -> tuple[Fraction, ...]:
    """The Shapley value of a game, as exact ``Fraction``s, one per player.

    ``v``  the worth of each coalition of the players 0 … n − 1: a function of frozensets, a mapping from tuples or
    frozensets, or a table Float[2^n] in which player i belongs to the coalitions whose number has the bit i.
    Raises ``GameError`` as ``Worths.of``.  Cost: n · 2^(n − 1) exact subtractions.

    >>> [str(x) for x in shapley_value({(0,): 0, (1,): 0, (2,): 0, (0, 1): 60, (0, 2): 40, (1, 2): 20,
    ...                                 (0, 1, 2): 100}, 3)]
    ['130/3', '100/3', '70/3']
    """
    worths = Worths.of(v, n)
    size = sizes_of(n)
    share = np.array([factorial(k) * factorial(n - 1 - k) for k in range(n)], dtype=object)
    out = []
    for i in range(n):
        pairs = worths.units.reshape(-1, 2, 2**i)
        weight = share[size.reshape(-1, 2, 2**i)[:, 0]]
        out.append(Fraction(int(((pairs[:, 1] - pairs[:, 0]) * weight).sum()), worths.below * factorial(n)))
    return tuple(out)
