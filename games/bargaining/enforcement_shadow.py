"""Bargaining in the shadow of enforcement (Fearon 1998): what makes a deal keep makes it hard to strike.

Two parties first settle which of two deals to have; one deal is better for the first, the other for the second, and
either gives way when it has had enough (a war of attrition, in its symmetric mixed equilibrium).  Then they keep the
deal as a repeated dilemma in which a breach is seen only after some time.  The more the future counts, the easier a
breach is deterred, and the longer it pays to hold out for the better deal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import exp, inf, log
from typing import final

from games.bargaining.rational_input import Number, rational, rationals
from games.model.stochastic_game import GameError


@final
@dataclass(frozen=True)
class ShadowOfEnforcement:
    """Both phases.

    ``concession_rate``  rate at which each party gives way, per unit of time.
    ``expected_delay``   until one has, in the same units.
    ``value``            what the whole is worth to each, as a flow; giving way at once is worth the same.
    ``lost``             share of what both deals bring on average that is lost to delay.
    ``enforceable``      whether keeping the deal is an equilibrium of the second phase.
    ``highest_rate``     the rate of discount up to which it is; infinite if a breach is seen at once.
    """

    rate: Fraction
    concession_rate: Fraction
    expected_delay: Fraction
    value: Fraction
    lost: Fraction
    enforceable: bool
    highest_rate: float


def shadow_of_enforcement(
    rate: Number,
    high: Number,
    low: Number,
    cost: Number,
    *,
    dilemma: tuple[Number, Number, Number] = (3, 2, 0),
    lag: Number = 1,
) -> ShadowOfEnforcement:
    """Delay before agreement and enforcement after it; everything is exact but the exponential of the lag.

    ``rate``       at which the future is discounted, per unit of time; positive (for a discount d per unit: -log d).
    ``high``       flow of the deal that a party prefers, above ``low``, that of the other's; low + cost is positive.
    ``cost``       flow of costs while no deal is made.
    ``dilemma``    temptation, reward and punishment flows of the enforcement phase, T > R > P.
    ``lag``        time after which a breach is seen and cooperation ends.

    Raises ``GameError`` for numbers that are not in this order.

    >>> soon, late = (shadow_of_enforcement(r, high=3, low=1, cost=1, lag=5) for r in (0.1, 0.01))
    >>> str(soon.expected_delay), soon.enforceable, str(late.expected_delay), late.enforceable
    ('5', True, '50', True)
    >>> shadow_of_enforcement(0.4, high=3, low=1, cost=1, lag=5).enforceable
    False
    """
    r, h, l_, c = (rational(x, what) for x, what in (
        (rate, "rate of discount"), (high, "flow of the better deal"), (low, "flow of the worse deal"), (cost, "cost")))
    tempted, reward, punished = rationals(dilemma, "temptation, reward and punishment", 3)
    behind = rational(lag, "lag", 0)
    if r <= 0:
        raise GameError(f"bargaining: a rate of discount of {rate}; it must be positive")
    if h <= l_ or l_ + c <= 0:
        raise GameError("bargaining: the better deal must bring more than the worse one, and that more than no deal")
    if not tempted > reward > punished:
        raise GameError("bargaining: temptation must be above reward, and reward above punishment")
    # Holding out for dt costs (l + c) r dt and wins h - l at the rival's rate of giving way: indifference.
    hazard = r * (l_ + c) / (h - l_)
    # What is left of a deal after the delay: E exp(-r t) with t exponential at both parties' rates together.
    left = 2 * hazard / (2 * hazard + r)
    mean = (h + l_) / 2
    value = left * mean - (1 - left) * c
    # Breach is best put off for ever if (1 - e)(T - R) <= e (R - P), with e = exp(-r lag).
    needed = (tempted - reward) / (tempted - punished)
    return ShadowOfEnforcement(
        r, hazard, 1 / (2 * hazard), value, (mean - value) / mean if mean else Fraction(0),
        exp(-float(r * behind)) >= float(needed), -log(needed) / float(behind) if behind else inf,
    )
