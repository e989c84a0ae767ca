"""Calculations about tariffs that repeated play keeps low, that published results name.

Two countries, two goods, demand a - b p in both; each exports one good to the other.  Welfare is consumers' surplus,
the worth of endowments and the revenue of tariffs, from prices that clear both markets.  A deviation is answered by the
tariffs of one period's equilibrium for ever.  Source: Bagwell and Staiger (1990), in a linear form derived here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import Any, final

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

ROUNDING = 1e-12
"""Gains and losses may be wrong by this, relative to welfare."""


@final
@dataclass(frozen=True)
class Trade:
    """Both goods: free trade moves ``volume`` of each; demand falls by ``slope`` per unit of price.

    The importing country is endowed with none of the good, the exporting one with twice the volume.
    """

    volume: float
    slope: float

    def welfare(self, own: float, other: float) -> float:
        """Of the country whose tariff on imports is ``own``, where its exports pay ``other``."""
        return self._bought(own) + self._sold(other)

    def _prices(self, tariff: float) -> tuple[float, float]:
        """Where the good is sold to and where it comes from: demand of both countries is the endowment."""
        intercept, endowment = 4 * self.volume, 2 * self.volume
        abroad = (2 * intercept - endowment - self.slope * tariff) / (2 * self.slope)
        return abroad + tariff, abroad

    def _surplus(self, price: float) -> float:
        return (4 * self.volume - self.slope * price) ** 2 / (2 * self.slope)

    def _bought(self, tariff: float) -> float:
        price, _ = self._prices(tariff)
        return self._surplus(price) + tariff * (4 * self.volume - self.slope * price)

    def _sold(self, tariff: float) -> float:
        _, price = self._prices(tariff)
        return self._surplus(price) + price * 2 * self.volume

    @property
    def nash(self) -> float:
        """The best tariff in one period, whatever the other's is: welfare is quadratic in a country's own tariff."""
        from scipy.optimize import brentq

        step = self.volume / self.slope

        def marginal(tariff: float) -> float:
            return self.welfare(tariff + step, 0.0) - self.welfare(tariff - step, 0.0)

        return float(brentq(marginal, 0.0, 2 * step, xtol=1e-14, rtol=1e-14))

    def gain(self, tariff: float) -> float:
        """What a country has more, once, by deviating from a tariff that both have."""
        return self.welfare(self.nash, tariff) - self.welfare(tariff, tariff)

    def loss(self, tariff: float) -> float:
        """What a country has less in every period of the one-period equilibrium."""
        return self.welfare(tariff, tariff) - self.welfare(self.nash, self.nash)

    def least_tariff(self, stake: float) -> float:
        """The least tariff whose gain from deviating is at most ``stake``."""
        from scipy.optimize import brentq

        if self.gain(0.0) <= stake:
            return 0.0
        return float(brentq(lambda tariff: self.gain(tariff) - stake, 0.0, self.nash, xtol=1e-15, rtol=1e-14))


def _trade(volume: Any, slope: Any) -> Trade:
    trade = Trade(float(to_fraction(volume)), float(to_fraction(slope)))
    if trade.volume <= 0 or trade.slope <= 0:
        raise GameError("trade: volume and slope are above 0")
    return trade


def _nash_tariff(volume: Any = 1, slope: Any = 1) -> Numbers:
    """The tariff of one period's equilibrium."""
    return [Fraction(_trade(volume, slope).nash)]


def _cooperative_tariffs(discounts: Sequence[Any], volume: Any = 1, slope: Any = 1) -> Numbers:
    """The least tariff that reversion keeps up, for each discount factor, where the volume of trade never changes.

    Nash tariffs always satisfy the constraint with equality; that root is divided out.
    """
    from scipy.optimize import brentq

    trade = _trade(volume, slope)
    found = []
    for given in discounts:
        d = float(to_fraction(given))

        def slack(tariff: float, d: float = d) -> float:
            return (d * trade.loss(tariff) - (1 - d) * trade.gain(tariff)) / (trade.nash - tariff)

        near = trade.nash * (1 - 1e-6)
        least = 0.0 if slack(0.0) >= -ROUNDING else near if slack(near) < 0 else brentq(slack, 0.0, near, xtol=1e-14)
        found.append(Fraction(float(least)))
    return found


def _mean(function: Callable[[float], float], low: float, high: float, kink: float) -> float:
    """Of a uniform variable: Gauss and Legendre's rule on both sides of a kink, exact for polynomials there."""
    from numpy.polynomial.legendre import leggauss

    points, weights = leggauss(4)
    edges = sorted({low, min(max(kink, low), high), high})
    total = 0.0
    for a, b in pairwise(edges):
        middle, half = (a + b) / 2, (b - a) / 2
        total += half * sum(w * function(middle + half * x) for x, w in zip(points, weights, strict=True))
    return total / (high - low)


def stakes(discount: float, volumes: tuple[float, float], slope: float) -> tuple[float, float]:
    """What reversion takes from a country, and the volume up to which trade is free; volumes are uniform.

    The stake w is the largest fixed point of w = d/(1 - d) E[loss at the least tariff that w deters], from above.
    """
    from scipy.optimize import brentq

    low, high = volumes

    def free_up_to(stake: float) -> float:
        top = high
        while Trade(top, slope).gain(0.0) < stake:
            top *= 2
        return float(brentq(lambda volume: Trade(volume, slope).gain(0.0) - stake, low * 1e-9, top, xtol=1e-14))

    def after(stake: float) -> float:
        def lost(volume: float) -> float:
            trade = Trade(volume, slope)
            return trade.loss(trade.least_tariff(stake))

        return discount / (1 - discount) * _mean(lost, low, high, free_up_to(stake))

    stake = discount / (1 - discount) * _mean(lambda volume: Trade(volume, slope).loss(0.0), low, high, inf)
    for _ in range(1000):
        following = after(stake)
        if abs(following - stake) <= ROUNDING:
            return following, free_up_to(following)
        stake = following
    raise GameError("managed_trade: what is at stake did not settle")


def _managed_trade(discounts: Sequence[Any], volumes: Sequence[Any], slope: Any = 1) -> Numbers:
    """For each discount factor, what is at stake and the volume up to which trade is free, in turn."""
    low, high = (float(to_fraction(x)) for x in volumes)
    ends = _trade(low, slope), _trade(high, slope)
    if not low < high:
        raise GameError("managed_trade: volumes are two, the lesser first")
    pairs = [stakes(float(to_fraction(d)), (low, high), ends[0].slope) for d in discounts]
    return [Fraction(x) for pair in pairs for x in pair]


def _free_trade_patience(volumes: Sequence[Any], slope: Any = 1) -> Numbers:
    """The least discount factor at which trade is free at every volume."""
    from scipy.optimize import brentq

    low, high = (float(to_fraction(x)) for x in volumes)
    gain = _trade(high, slope).gain(0.0)
    loss = _mean(lambda volume: _trade(volume, slope).loss(0.0), low, high, inf)
    return [Fraction(float(brentq(lambda d: d * loss - (1 - d) * gain, 0.0, 1.0, xtol=1e-15)))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "nash_tariff": _nash_tariff,
    "cooperative_tariffs": _cooperative_tariffs,
    "managed_trade": _managed_trade,
    "free_trade_patience": _free_trade_patience,
}
