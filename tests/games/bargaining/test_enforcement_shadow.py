"""Fearon's two phases: recomputed numbers, a discrete war of attrition, and the trade-off between the phases."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log
from typing import Any

import pytest

from games import GameError
from games.bargaining import shadow_of_enforcement


@pytest.mark.parametrize(("rate", "high", "low", "cost", "concession", "delay"), [
    (0.1, 3, 1, 1, 0.1, 5), (0.05, 3, 1, 1, 0.05, 10), (0.01, 3, 1, 1, 0.01, 50), (0.1, 2, 1, 0.5, 0.15, 10 / 3)])
def test_delay(rate: float, high: float, low: float, cost: float, concession: float, delay: float) -> None:
    found = shadow_of_enforcement(rate, high, low, cost)
    assert float(found.concession_rate) == pytest.approx(concession)
    assert float(found.expected_delay) == pytest.approx(delay)
    assert found.value == low                                                 # giving way at once is as good


def test_a_longer_shadow_of_the_future_helps_keeping_and_hinders_striking_deals() -> None:
    discounts = [0.5, 0.7, 0.9, 0.97, 0.99]
    found = [shadow_of_enforcement(-log(d), 3, 1, 1, dilemma=(6, 4, 2), lag=1) for d in discounts]
    delays = [one.expected_delay for one in found]
    assert delays == sorted(delays)
    assert [one.enforceable for one in found] == [True] * 5                   # (T - R) / (T - P) = 1/2
    assert not shadow_of_enforcement(-log(0.49), 3, 1, 1, dilemma=(6, 4, 2), lag=1).enforceable
    assert exp(-found[0].highest_rate) == pytest.approx(0.5)


def test_a_breach_seen_later_is_harder_to_deter() -> None:
    quick, slow = (shadow_of_enforcement(0.3, 3, 1, 1, lag=lag) for lag in (1, 5))
    assert quick.enforceable
    assert not slow.enforceable
    assert quick.highest_rate > slow.highest_rate
    assert shadow_of_enforcement(0.3, 3, 1, 1, lag=0).enforceable


@pytest.mark.parametrize("period", [0.1, 0.001])
def test_a_war_of_attrition_in_short_periods_has_the_same_delay(period: float) -> None:
    """Per period each gives way with the probability that makes the other indifferent."""
    rate, high, low, cost = 0.1, 3.0, 1.0, 1.0
    keep = exp(-rate * period)
    quits = (low + cost) * (1 - keep) / (keep * (high - low))
    assert -cost * (1 - keep) + keep * (quits * high + (1 - quits) * low) == pytest.approx(low)
    delay = period / (1 - (1 - quits) ** 2)
    assert delay == pytest.approx(float(shadow_of_enforcement(rate, high, low, cost).expected_delay), rel=2 * period)


def test_what_is_lost_is_the_better_deal_of_both() -> None:
    """Expected payoffs are those of the worse deal: all that choosing at once would bring beyond it is lost."""
    found = shadow_of_enforcement(0.1, 3, 1, 1)
    assert found.lost == Fraction(1, 2)


@pytest.mark.parametrize(("change", "said"), [
    ({"rate": 0}, "rate"), ({"high": 1}, "better deal"), ({"cost": -2}, "better deal"),
    ({"dilemma": (2, 2, 0)}, "temptation"), ({"dilemma": (1, 2)}, "3 are needed"), ({"lag": -1}, "lag"),
])
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(GameError, match=said):
        shadow_of_enforcement(**({"rate": 0.1, "high": 3, "low": 1, "cost": 1} | change))
