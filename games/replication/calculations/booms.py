"""Calculations about collusion whose temptation changes with demand, that published results name.

``firms`` N price-setters see demand before they choose.  In a state whose monopoly profit is M the joint profit x <= M
can be kept up if undercutting does not pay: x (1 - 1/N) <= K, where K = d/(1 - d) E[x]/N is what reversion to zero
profits takes from each.  More profit elsewhere makes more possible here, so that the greatest collusion is the largest
fixed point of K -> d/(1 - d) E[min(M, K N/(N - 1))]/N, which is concave.  Source: Rotemberg and Saloner (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import sqrt
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

MOST_ROUNDS = 100_000
"""Steps towards a fixed point."""


def sustained(profits: Sequence[Fraction], chances: Sequence[Fraction], reach: Fraction) -> list[Fraction]:
    """Joint profit in each state, exactly: the largest x with x = min(M, reach E[x]).

    From above: as long as some state whose monopoly profit is kept has too much of it, the one with the most is given
    up.  ``reach`` is d/((1 - d)(N - 1)).
    """
    order = sorted(range(len(profits)), key=lambda s: profits[s])
    while order:
        capped = sum((c for s, c in enumerate(chances) if s not in order), Fraction(0))
        mean = sum((chances[s] * profits[s] for s in order), Fraction(0)) / (1 - reach * capped)
        if profits[order[-1]] <= reach * mean:
            return [m if s in order else min(m, reach * mean) for s, m in enumerate(profits)]
        order.pop()
    return [Fraction(0)] * len(profits)


def _collusion(profits: Sequence[Any], discount: Any, firms: int = 2, chances: Sequence[Any] = ()) -> Numbers:
    """Joint profit in each of some states of demand, independent over time; equally likely unless ``chances`` says."""
    d, most = to_fraction(discount), [to_fraction(x) for x in profits]
    law = [to_fraction(x) for x in chances] or [Fraction(1, len(most))] * len(most)
    if len(law) != len(most) or sum(law) != 1 or min(law) <= 0 or min(most) <= 0 or firms < 2 or not 0 <= d < 1:
        raise GameError("collusion: chances above 0 sum to 1, profits are above 0, firms at least 2, discount below 1")
    return sustained(most, law, d / ((1 - d) * (firms - 1)))


def settled(intercept: float, shocks: Sequence[float], discount: float, firms: int) -> tuple[float, float, float]:
    """K, the largest shock at which the monopoly price is kept, and the mean joint profit of a period.

    Demand is ``intercept`` + e - price without costs, so that M = (intercept + e)^2/4; e is uniform between ``shocks``.
    The largest fixed point, from above in floating point; raises ``GameError`` if it is not settled.
    """
    from scipy.integrate import quad

    low, high = shocks
    share, weight = firms / (firms - 1), discount / (1 - discount) / firms

    def kept(gain: float) -> float:
        return min(high, max(low, 2 * sqrt(share * gain) - intercept))

    def mean(gain: float) -> float:
        edge = kept(gain)
        monopoly = quad(lambda e: (intercept + e) ** 2 / 4, low, edge)[0]
        cap = min(share * gain, (intercept + edge) ** 2 / 4)
        return float(monopoly + (high - edge) * cap) / (high - low)

    gain = weight * (intercept + high) ** 2 / 4
    for _ in range(MOST_ROUNDS):
        after = weight * mean(gain)
        if abs(after - gain) <= 1e-13 * (1 + gain):
            return after, kept(after), mean(after)
        gain = after
    raise GameError("settled: the profits of collusion did not settle")


def _settled(intercept: Any, shocks: Sequence[Any], discount: Any, firms: int) -> tuple[float, float, float]:
    low, high = (float(to_fraction(x)) for x in shocks)
    d = float(to_fraction(discount))
    if not low < high or firms < 2 or not 0 <= d < 1:
        raise GameError("collusion_under_shocks: shocks are two in order, firms at least 2, the discount below 1")
    return settled(float(to_fraction(intercept)), (low, high), d, firms)


def _collusion_under_shocks(
    intercept: Any, shocks: Sequence[Any], discount: Any, firms: int = 2, unit: Any = 1
) -> Numbers:
    """K and the largest shock at which the monopoly price is kept, both in units of so much."""
    found = _settled(intercept, shocks, discount, firms)
    return [Fraction(x) / to_fraction(unit) for x in found[:2]]


def _profit_under_shocks(
    intercept: Any, shocks: Sequence[Any], discount: Any, firms: int = 2, unit: Any = 1
) -> Numbers:
    """The mean joint profit of a period, in units of so much."""
    return [Fraction(_settled(intercept, shocks, discount, firms)[2]) / to_fraction(unit)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "collusion": _collusion,
    "collusion_under_shocks": _collusion_under_shocks,
    "profit_under_shocks": _profit_under_shocks,
}
