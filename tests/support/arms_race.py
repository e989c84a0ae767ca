"""The arms race of Goldlücke and Kranz (2023), of any size."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame


def arms_race(
    most: int = 3, discount: str = "0.99", success: float = 0.08, upkeep: float = 0.3, building: float = 0.01
) -> StochasticGame:
    """Stocks from 0 to ``most`` each; per period a player waits (w) or attacks (a), and destroys (d) or builds (b) one.

    An attack costs a player 0.05 and harms the other by 1 per weapon that the attacker has.  Building works with
    probability ``success``; destroying always does.
    """
    stocks = range(most + 1)
    moves = {
        x: [(hit, change) for change in (-1, 0, 1) if 0 <= x + change <= most for hit in ((0, 1) if x else (0,))]
        for x in stocks
    }
    label = {
        x: tuple("wa"[hit] + {-1: "d", 0: "", 1: "b"}[change] for hit, change in moves[x]) for x in stocks
    }
    next_stock = {
        (x, change): [(x + 1, success), (x, 1 - success)] if change == 1 and success < 1 else [(x + change, 1.0)]
        for x in stocks for change in (-1, 0, 1)
    }
    payoffs: list[tuple[float, float]] = []
    rows: list[int] = []
    columns: list[int] = []
    chances: list[float] = []
    for x, y in product(stocks, stocks):
        for (hit, mine), (back, yours) in product(moves[x], moves[y]):
            payoffs.append((
                round(-upkeep * x - 0.05 * x * hit - y * back - building * (mine == 1), 10),
                round(-upkeep * y - 0.05 * y * back - x * hit - building * (yours == 1), 10)))
            for (to, p), (other, q) in product(next_stock[x, mine], next_stock[y, yours]):
                rows.append(len(payoffs) - 1)
                columns.append(to * (most + 1) + other)
                chances.append(p * q)
    law = csr_array((chances, (rows, columns)), shape=(len(payoffs), (most + 1) ** 2))
    return StochasticGame(
        ("A", "B"), np.zeros(2), tuple(f"{x}_{y}" for x in stocks for y in stocks),
        tuple((label[x], label[y]) for x in stocks for y in stocks), np.array(payoffs), law,
        transfers="voluntary", name="Arms race",
    ).with_discount(discount)
