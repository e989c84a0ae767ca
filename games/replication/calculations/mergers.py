"""Calculations about mergers of firms, for `calculations`.  Source: Salant, Switzer and Reynolds (1983)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

from games.model.stochastic_game import GameError

Numbers = Sequence[Fraction]


@cache
def cournot_profit(firms: int) -> Fraction:
    """Profit of each of so many firms that choose outputs, where the price is 1 minus their sum and nothing costs.

    First-order conditions 2 q_i + (sum of the others') = 1, solved as a linear system in rationals.
    """
    from games.bargaining.exact_linear import solve_exactly

    one = Fraction(1)
    outputs = solve_exactly([[one * (1 + (i == j)) for j in range(firms)] for i in range(firms)], [one] * firms)
    if outputs is None:
        raise ArithmeticError("the first-order conditions of Cournot firms have one solution")
    return outputs[0] * (1 - sum(outputs))


def _profitable_merger(firms: Sequence[int]) -> Numbers:
    """For each number of Cournot firms, how many must merge at least that the merger pays its members.

    A merger of all always does.  Raises ``GameError`` for fewer than two firms.
    """
    if min(firms) < 2:
        raise GameError(f"mergers: {min(firms)} firm has nobody to merge with; give at least two")

    def gains(count: int, merged: int) -> bool:
        return cournot_profit(count - merged + 1) >= merged * cournot_profit(count)

    return [Fraction(next(merged for merged in range(2, count + 1) if gains(count, merged))) for count in firms]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {"profitable_merger": _profitable_merger}
