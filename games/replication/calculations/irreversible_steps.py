"""Calculations about cooperation that can only be increased, for `calculations`.  Source: Lockwood and Thomas (2002).

Two sides choose levels that never fall; each gains from the other's and pays for its own.  Whoever stays where it is
when the other goes on is left there for ever.  On the best symmetric path nobody gains or loses by that in any period,
so that gain(c[t]) - cost(c[t - 1]) = (1 - d) (gain(c[t]) - cost(c[t])) + d (gain(c[t + 1]) - cost(c[t])): then
d gain(c[t + 1]) - cost(c[t]) is the same in every period.  It can be at most the maximum of d gain(c) - cost(c), since
a path with more of it would rise without limit, and it is that on the best path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log
from typing import Any

from numpy.polynomial import Polynomial

from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

NEGLIGIBLE = 1e-17
"""What is discounted by more than this does not count any more."""


def gradual_path(gain: Polynomial, cost: Polynomial, discount: float, most: float, steps: int) -> list[float]:
    """Levels in periods 1 to ``steps`` of the best symmetric path from level 0.

    ``gain``, ``cost``  of the other's level and of one's own; increasing on [0, most], and no cost at 0.
    """
    from scipy.optimize import brentq

    limit = gradual_limit(gain, cost, discount, most)
    constant = discount * gain(limit) - cost(limit)
    levels = [0.0]
    for _ in range(steps):
        def lacking(level: float, last: float = levels[-1]) -> float:
            return float(discount * gain(level) - cost(last) - constant)

        levels.append(float(brentq(lacking, levels[-1], limit, xtol=1e-15)) if lacking(limit) > 0 else limit)
    return levels[1:]


def gradual_limit(gain: Polynomial, cost: Polynomial, discount: float, most: float) -> float:
    """The level that maximises discount · gain − cost on [0, most]: towards it the path rises."""
    worth = discount * gain - cost
    roots = map(complex, worth.deriv().roots())
    flat = [x.real for x in roots if abs(x.imag) < 1e-12 and 0 < x.real < most]
    return max([0.0, *flat, most], key=lambda level: float(worth(level)))


def _gradual_levels(gain: Sequence[Any], cost: Sequence[Any], discount: Any, most: Any, steps: int) -> Numbers:
    """The first levels of the path; gain and cost by their coefficients, from the constant one on."""
    return list(map(Fraction, gradual_path(*_numbers(gain, cost, discount, most), steps)))


def _gradual_value(gain: Sequence[Any], cost: Sequence[Any], discount: Any, most: Any) -> Numbers:
    """The limit of the levels, and the average discounted payoff of each side along the path."""
    value, price, d, top = _numbers(gain, cost, discount, most)
    levels = gradual_path(value, price, d, top, int(log(NEGLIGIBLE) / log(d)) + 1)
    worth = sum((1 - d) * d**t * float(value(level) - price(level)) for t, level in enumerate(levels))
    return [Fraction(gradual_limit(value, price, d, top)), Fraction(worth)]


def _gradual_ratio(gain: Sequence[Any], cost: Sequence[Any], discount: Any, most: Any) -> Numbers:
    """The second increment over the first."""
    first, second = gradual_path(*_numbers(gain, cost, discount, most), 2)
    return [Fraction((second - first) / first)]


def _numbers(gain: Any, cost: Any, discount: Any, most: Any) -> tuple[Polynomial, Polynomial, float, float]:
    value, price = (Polynomial([float(to_fraction(x)) for x in terms]) for terms in (gain, cost))
    return value, price, float(to_fraction(discount)), float(to_fraction(most))


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "gradual_levels": _gradual_levels,
    "gradual_value": _gradual_value,
    "gradual_ratio": _gradual_ratio,
}
