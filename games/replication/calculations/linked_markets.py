"""Calculations about collusion in markets that are linked, for `calculations`.

Source: Bernheim and Whinston (1990).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from games.model.stochastic_game import GameError

Numbers = Sequence[Fraction]


def _linked_markets(markets: Sequence[Sequence[int]]) -> Numbers:
    """The least discount factor at which price-setting firms can share monopoly profits of 1 in each market.

    ``markets``  the firms of each.

    A firm that undercuts takes all its markets for a period and has nothing afterwards; firms agree on the shares that
    deter best: a linear program in shares and discount factor.
    """
    import numpy as np
    from scipy.optimize import linprog

    firms = sorted({firm for market in markets for firm in market})
    shares = [(m, firm) for m, market in enumerate(markets) for firm in market]
    # A firm's shares and discount factor times its markets come to its markets at least: rows of A x <= b.
    deters = [[*(-float(owner == firm) for _, owner in shares), -sum(firm in market for market in markets)]
              for firm in firms]
    whole = [[*(float(m == at) for at, _ in shares), 0] for m in range(len(markets))]
    found = linprog(
        np.array([*(0.0 for _ in shares), 1.0]), A_ub=np.array(deters), b_ub=np.array([row[-1] for row in deters]),
        A_eq=np.array(whole), b_eq=np.ones(len(markets)), bounds=(0, 1),
    )
    if found.fun is None:
        raise GameError("linked markets: the linear program was not solved; give each market some firms")
    return [Fraction(found.fun)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "linked_markets": _linked_markets,
}
