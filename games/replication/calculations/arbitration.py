"""Calculations about final offers to an arbitrator, that published results name.

Two sides make an offer each; the arbitrator takes the one that is closer to what it thinks right, a random number of
known law.  One side wants little, the other much.  Source: Brams and Merrill (1983).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]
Chance = Callable[[Any], Any]
"""A distribution function, of arrays too."""

GRID = 2001
"""Offers among which a best reply is looked for, before it is refined."""


def _law(name: str, centre: float, scale: float) -> Chance:
    """A symmetric distribution around ``centre``: normal (standard deviation), uniform (half-width) or laplace."""
    import numpy as np
    from scipy.special import ndtr

    laws: dict[str, Chance] = {
        "normal": ndtr,
        "uniform": lambda z: np.clip((1 + z) / 2, 0, 1),
        "laplace": lambda z: (1 + np.sign(z) * -np.expm1(-np.abs(z))) / 2,
    }
    if name not in laws:
        raise GameError(f"final_offers: law {name!r}; it is normal, uniform or laplace")
    return lambda x: laws[name]((x - centre) / scale)


def settlement(below: Chance, low: Any, high: Any) -> Any:
    """What is expected to be settled on if the offers are ``low`` <= ``high``; ``below`` is the distribution."""
    near_low = below((low + high) / 2)
    return low * near_low + high * (1 - near_low)


def best_reply(below: Chance, low: float, top: float) -> float:
    """The offer from ``low`` to ``top`` of the side that wants much; the best on a grid, then refined around it.

    Offers below ``low`` need not be looked at: whichever is taken, the settlement is no more than ``low``.
    """
    import numpy as np
    from scipy.optimize import brentq

    offers = np.linspace(low, top, GRID)
    best = int(settlement(below, low, offers).argmax())
    left, right = float(offers[max(best - 1, 0)]), float(offers[min(best + 1, GRID - 1)])
    step = (top - low) * 1e-8  # small, because a density may have a kink where it matters

    def rising(offer: float) -> float:
        return float(settlement(below, low, offer + step) - settlement(below, low, offer - step))

    if rising(left) <= 0 or rising(right) >= 0:
        return float(offers[best])
    return float(brentq(rising, left, right, xtol=1e-12))


def _final_offers(law: str, centre: Any, scale: Any) -> Numbers:
    """The two offers of the equilibrium that is symmetric about the centre.

    Offers centre - x and centre + x are one if the second is the best reply to the first among all offers; by symmetry
    the first then is to the second.
    """
    from scipy.optimize import brentq

    middle, width = float(to_fraction(centre)), float(to_fraction(scale))
    if width <= 0:
        raise GameError("final_offers: the scale is above 0")
    below = _law(law, middle, width)
    top = middle + 8 * width

    def apart(x: float) -> float:
        return best_reply(below, middle - x, top) - (middle + x)

    x = float(brentq(apart, 0.0, 4 * width, xtol=1e-12))
    if abs(apart(x)) > 1e-6 * width:
        raise GameError("final_offers: best replies jump, and no symmetric pair of offers is found")
    return [Fraction(middle - x), Fraction(middle + x)]


def _gap(law: str, centre: Any, scale: Any) -> Numbers:
    """How far apart the two offers are."""
    low, high = _final_offers(law, centre, scale)
    return [high - low]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "final_offers": _final_offers,
    "gap_of_offers": _gap,
}
