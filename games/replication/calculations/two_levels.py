"""Calculations about agreements that others must ratify, for `calculations`.

Sources: Putnam (1988) for games on two levels; Tarar (2001) for floors on both sides; Rubinstein (1982) for offers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def _ratified_offers(discount: Any, floors: Sequence[Any]) -> Numbers:
    """Alternating offers where each side's ratifiers insist on a least share: the first side's share.

    First when it proposes, then when the other does; nothing if no division satisfies both.
    """
    from games.bargaining import alternating_offers

    first, second = map(to_fraction, floors)
    if first + second > 1:
        return []
    found = alternating_offers([discount, discount], frontier=[(first, 1 - first), (1 - second, second)])
    return [found.exact[0][0], found.exact[1][0]]


def _offer_to_ratifiers(highest: Sequence[Any]) -> Numbers:
    """The best offer, once and for all, to ratifiers of whom only a distribution is known, for each highest threshold.

    They accept if the offer reaches a threshold that is uniform between 0 and ``highest``; refused, there is nothing.
    """
    from scipy.optimize import minimize_scalar

    def best(most: float) -> float:
        found = minimize_scalar(
            lambda offer: -(1 - offer) * min(1.0, offer / most), bounds=(0, 1), method="bounded",
            options={"xatol": 1e-10},
        )
        return float(found.x)

    return [Fraction(best(float(to_fraction(most)))) for most in highest]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "ratified_offers": _ratified_offers,
    "offer_to_ratifiers": _offer_to_ratifiers,
}
