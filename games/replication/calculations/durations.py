"""Calculations about how long an agreement should last before it is negotiated anew, that published results name.

All durations are enumerated in exact arithmetic, until those left out cost more than the best one found.
Source: Koremenos (2001, 2005), in reduced forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]
Cost = tuple[Fraction, Fraction]
"""What a duration costs, and the least that it and any longer one can cost."""

LONGEST = 500
"""Longer agreements are not tried."""


def drifting(negotiation: Fraction, variance: Fraction, discount: Fraction) -> Iterator[Cost]:
    """Costs of agreements of 1, 2, … periods that are renewed for ever, while what was agreed on is out of date.

    The world follows a random walk, so that the expected squared distance from it grows by ``variance`` each period and
    is nothing again after a negotiation.  With ``discount`` 1 the cost is an average per period, else a discounted sum.
    """
    gone, weight, distance = negotiation, Fraction(1), Fraction(0)
    for duration in range(1, LONGEST + 1):
        gone += weight * distance
        weight *= discount
        distance += variance
        if discount == 1:
            # What the drift alone costs on average only grows with the duration.
            yield gone / duration, (gone - negotiation) / duration
        else:
            yield gone / (1 - weight), gone


def learning(prior: Fraction, noise: Fraction, negotiation: Fraction, discount: Fraction) -> Iterator[Cost]:
    """Costs of one renegotiation after 1, 2, … periods: what is learnt by then makes a better agreement.

    Until then each period costs the variance ``prior`` of what is right; every period brings a signal of variance
    ``noise``, and beliefs are updated by Bayes' rule; from then on each period costs the variance that is left.
    """
    gone, weight, left = Fraction(0), Fraction(1), prior
    for _ in range(LONGEST):
        gone += weight * prior
        weight *= discount
        left = 1 / (1 / left + 1 / noise)
        yield gone + weight * (negotiation + left / (1 - discount)), gone


def cheapest(costs: Iterator[Cost]) -> tuple[int, Fraction]:
    """The shortest duration of least cost, and that cost; raises ``GameError`` if longer ones might be better."""
    best: tuple[Fraction, int] | None = None
    for duration, (cost, bound) in enumerate(costs, 1):
        if best is not None and bound > best[0]:
            return best[1], best[0]
        best = min(best, (cost, duration)) if best is not None else (cost, duration)
    raise GameError(f"durations: none of up to {LONGEST} periods is seen to be the best; it may be best not to end")


def _drifts(contracts: Sequence[Sequence[Any]], discount: Any) -> list[tuple[int, Fraction]]:
    d = to_fraction(discount)
    numbers = [tuple(map(to_fraction, contract)) for contract in contracts]
    if not 0 < d <= 1 or any(k < 0 or variance <= 0 for k, variance in numbers):
        raise GameError("durations: a discount factor in (0, 1], costs at least 0 and variances above 0")
    return [cheapest(drifting(k, variance, d)) for k, variance in numbers]


def _learnings(contracts: Sequence[Sequence[Any]], discount: Any) -> list[tuple[int, Fraction]]:
    d = to_fraction(discount)
    numbers = [tuple(map(to_fraction, contract)) for contract in contracts]
    if not 0 < d < 1 or any(min(prior, noise) <= 0 or k < 0 for prior, noise, k in numbers):
        raise GameError("durations: a discount factor between 0 and 1, costs at least 0 and variances above 0")
    return [cheapest(learning(prior, noise, k, d)) for prior, noise, k in numbers]


def _drift_durations(contracts: Sequence[Sequence[Any]], discount: Any = 1) -> Numbers:
    """The best duration for each cost of negotiation and variance."""
    return [Fraction(duration) for duration, _ in _drifts(contracts, discount)]


def _drift_costs(contracts: Sequence[Sequence[Any]], discount: Any = 1) -> Numbers:
    """What the best duration costs: the average per period, or if ``discount`` is below 1 the discounted sum."""
    return [cost for _, cost in _drifts(contracts, discount)]


def _learning_durations(contracts: Sequence[Sequence[Any]], discount: Any) -> Numbers:
    """The best date of the renegotiation for each prior variance, variance of signals and cost of negotiation."""
    return [Fraction(duration) for duration, _ in _learnings(contracts, discount)]


def _learning_costs(contracts: Sequence[Sequence[Any]], discount: Any) -> Numbers:
    """The discounted sum of costs with the best date of the renegotiation."""
    return [cost for _, cost in _learnings(contracts, discount)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "drift_durations": _drift_durations,
    "drift_costs": _drift_costs,
    "learning_durations": _learning_durations,
    "learning_costs": _learning_costs,
}
