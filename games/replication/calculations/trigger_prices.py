"""Calculations about cartels that watch a noisy price, and punish when it is low, that published results name.

Source: Green and Porter (1984); Porter (1983).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import erf, exp, log, pi, sqrt
from typing import Any, final

from games.model.stochastic_game import GameError

Numbers = Sequence[Fraction]


@final
@dataclass(frozen=True)
class _Cartel:
    """``firms`` of unit cost ``cost`` sell at ``intercept`` - Q times a lognormal shock of mean 1, log-sd ``sigma``.

    A price below ``trigger`` starts ``periods`` - 1 periods of Cournot outputs (None: for ever).
    """

    discount: float
    firms: int
    intercept: float
    cost: float
    sigma: float
    trigger: float
    periods: int | None

    @property
    def cournot(self) -> float:
        """Output of each firm in the equilibrium of one period."""
        return (self.intercept - self.cost) / (self.firms + 1)

    @property
    def stake(self) -> float:
        """Discounted share of the future that a price war takes: d - d^T."""
        return self.discount - (0.0 if self.periods is None else self.discount**self.periods)

    def profit(self, own: float, other: float) -> float:
        """Expected profit of a firm in one period, if each of the others makes ``other``."""
        return own * (self.intercept - self.cost - own - (self.firms - 1) * other)

    def war(self, own: float, other: float) -> float:
        """Chance that the price falls below the trigger."""
        return (1 + erf(self._score(own, other) / sqrt(2))) / 2

    def _score(self, own: float, other: float) -> float:
        mean = self.intercept - own - (self.firms - 1) * other
        return (log(self.trigger / mean) + self.sigma**2 / 2) / self.sigma

    def slope(self, output: float) -> float:
        """What is wrong with the first-order condition of a collusive output."""
        mean, score = self.intercept - self.firms * output, self._score(output, output)
        density = exp(-score**2 / 2) / sqrt(2 * pi) / (self.sigma * mean)
        keep = 1 - self.discount + self.stake * self.war(output, output)
        marginal = self.intercept - self.cost - (self.firms + 1) * output
        gain = self.profit(output, output) - self.profit(self.cournot, self.cournot)
        return keep * marginal - self.stake * density * gain

    def value(self, output: float) -> float:
        """Average payoff of a firm while all make ``output``."""
        base = self.profit(self.cournot, self.cournot)
        keep = 1 - self.discount + self.stake * self.war(output, output)
        return base + (self.profit(output, output) - base) * (1 - self.discount) / keep

    def best_reply_pays(self, output: float) -> bool:
        """Whether some other output, once, is worth more than ``output``: the condition that is not only local."""
        base, value = self.profit(self.cournot, self.cournot), self.value(output)
        top = self.intercept - (self.firms - 1) * output
        for k in range(1, 400):
            own = top * k / 400
            after = self.discount * value - self.stake * self.war(own, output) * (value - base)
            if (1 - self.discount) * self.profit(own, output) + after > value + 1e-9:
                return True
        return False

    def roots(self) -> list[float]:
        """Outputs between the joint optimum and Cournot outputs that solve the first-order condition, in order.

        Cournot outputs solve it for every trigger, and are left out.
        """
        from scipy.optimize import brentq

        low, high = (self.intercept - self.cost) / (2 * self.firms), self.cournot
        grid = [low + (high - low) * k / 200 for k in range(200)]
        slopes = [self.slope(q) for q in grid]
        return [
            float(brentq(self.slope, a, b, xtol=1e-13))
            for a, b, f, g in zip(grid, grid[1:], slopes, slopes[1:], strict=False) if f * g < 0]

    def outputs(self) -> list[float]:
        """Those of the roots that are best replies among all outputs, and not only near by."""
        return [q for q in self.roots() if not self.best_reply_pays(q)]

    def output(self) -> float | None:
        """The collusive output of greatest value; None if only Cournot outputs are an equilibrium."""
        return max(self.outputs(), key=self.value, default=None)


def _cartel(discount: Any, sigma: Any, periods: int | None, firms: int, intercept: Any, cost: Any) -> _Cartel:
    return _Cartel(float(Fraction(discount)), firms, float(intercept), float(cost), float(sigma), 1.0, periods)


def _trigger_price(
    discount: Any, sigma: Any, trigger: Any, periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Output of each firm, average payoff of collusion, chance of a price war, periods of collusion on average."""
    cartel = replace(_cartel(discount, sigma, periods, firms, intercept, cost), trigger=float(trigger))
    found = cartel.output()
    if found is None:
        raise GameError(f"trigger_price: nothing but Cournot outputs is an equilibrium with trigger {trigger}")
    war = cartel.war(found, found)
    return [Fraction(x) for x in (found, cartel.value(found), war, 1 / war)]


def _war_chance(
    discount: Any, sigma: Any, trigger: Any, periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """The chance of a price war in a period of collusion, alone."""
    return _trigger_price(discount, sigma, trigger, periods, firms, intercept, cost)[2:3]


def _trigger_equilibria(
    discount: Any, sigma: Any, trigger: Any, periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Outputs of collusion, in order, that no other output is a better reply to; the last are Cournot's."""
    cartel = replace(_cartel(discount, sigma, periods, firms, intercept, cost), trigger=float(trigger))
    found = [*cartel.outputs(), cartel.cournot]
    if cartel.best_reply_pays(cartel.cournot):
        raise GameError("trigger_equilibria: Cournot outputs are no equilibrium; that cannot be")
    return [Fraction(q) for q in found]


def _best(base: _Cartel, between: Sequence[Any]) -> tuple[float, float, int] | None:
    """Value, output and trigger in hundredths of the best trigger; None if none sustains anything."""
    low, high = (round(float(x) * 100) for x in between)
    found = []
    for cents in range(low, high + 1):
        cartel = replace(base, trigger=cents / 100)
        output = cartel.output()
        if output is not None:
            found.append((cartel.value(output), output, cents))
    return max(found, default=None)


def _best_trigger_price(
    discount: Any, sigma: Any, between: Sequence[Any], periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Of triggers in steps of .01: the best, each firm's output, average payoff; no numbers if none sustains any."""
    found = _best(_cartel(discount, sigma, periods, firms, intercept, cost), between)
    if found is None:
        return []
    value, output, cents = found
    return [Fraction(cents, 100), Fraction(output), Fraction(value)]


def _best_trigger_value(
    discount: Any, sigma: Any, between: Sequence[Any], periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Average payoff with the best of the triggers, alone."""
    return _best_trigger_price(discount, sigma, between, periods, firms, intercept, cost)[2:]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "trigger_price": _trigger_price,
    "war_chance": _war_chance,
    "trigger_equilibria": _trigger_equilibria,
    "best_trigger_price": _best_trigger_price,
    "best_trigger_value": _best_trigger_value,
}
