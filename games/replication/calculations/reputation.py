"""Calculations about reputations, how they are kept and lost, that published results name; see `calculations`.

All but that of unseen replacement are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

SETTLED = 1e-13
"""Values whose future weighs less than this are those of all time."""


def _fighting(b: Fraction, left: int, belief: Fraction) -> tuple[Fraction, Fraction]:
    """How likely the weak incumbent fights an entry with so many entrants left, and the belief after a fight."""
    held = b ** (left - 1)
    if belief >= held:
        return Fraction(1), belief
    return (1 - held) * belief / ((1 - belief) * held) if left > 1 else Fraction(0), held


def _entry_deterrence(b: Any, a: Any, prior: Any, entrants: Sequence[int]) -> Numbers:
    """What the weak incumbent has with so many entrants to come, each.

    An entrant has b if let in, b - 1 if fought, 0 outside; the incumbent a if it stays out, 0 if it lets it in, -1 if
    it fights; a strong one, of probability ``prior``, always fights.  The entrant comes if the belief is below b^n, and
    stays out with probability 1/a at b^n.
    """
    gain, worth, start = map(to_fraction, (b, a, prior))

    def value(left: int, belief: Fraction) -> Fraction:
        if left == 0 or belief == 0:
            return Fraction(0)
        limit = gain**left
        stays_out = Fraction(1) if belief > limit else 1 / worth if belief == limit else Fraction(0)
        fights, after = _fighting(gain, left, belief)
        entered = fights * (value(left - 1, after) - 1) if fights and stays_out < 1 else Fraction(0)
        return stays_out * (worth + value(left - 1, belief) if stays_out else 0) + (1 - stays_out) * entered

    return [value(left, start) for left in entrants]


def _fights(b: Any, belief: Any, left: int) -> Numbers:
    """Of a weak incumbent with so many entrants left: how likely it fights, how likely any does, the belief after."""
    gain, chance = map(to_fraction, (b, belief))
    fights, after = _fighting(gain, left, chance)
    return [fights, chance + (1 - chance) * fights, after]


def _entry_pays(b: Any, belief: Any, left: int) -> Numbers:
    """What the first of so many entrants left expects from coming in: b if let in, b - 1 if fought, by either type."""
    gain, chance = map(to_fraction, (b, belief))
    fought = chance + (1 - chance) * _fighting(gain, left, chance)[0]
    return [(1 - fought) * gain + fought * (gain - 1)]


def _first_entry(prior: Any, gains: Sequence[Any]) -> Numbers:
    """With how many entrants left the first comes in, for each b."""
    start, numbers = to_fraction(prior), [to_fraction(b) for b in gains]
    if start <= 0 or not all(0 < b < 1 for b in numbers):
        raise GameError("first_entry: the prior is above 0, b between 0 and 1")
    return [Fraction(next(n for n in count(1) if b ** (n + 1) < start)) for b in numbers]


def _reputation_bound(prior: Any, eta: Any, discount: Any, least: Any, commitment: Any) -> Numbers:
    """In how many periods short-lived opponents can fail to reply to the commitment, and what a patient player gets.

    They reply to it once its chance is above ``eta``; each time they do not, Bayes' rule divides the belief by at most
    that.  So they fail in at most the largest k with prior <= eta^k periods.
    """
    start, share, d, low, high = map(to_fraction, (prior, eta, discount, least, commitment))
    if not 0 < start < 1 or not 0 < share < 1:
        raise GameError("reputation_bound: prior and eta lie between 0 and 1")
    k = next(n for n in count() if start > share ** (n + 1))
    return [Fraction(k), (1 - d**k) * low + d**k * high]


def _replacement(discount: Any, error: Any, competent: Any, replaced: Any, points: int = 20_001) -> Numbers:
    """The greatest cost of effort at which the competent always work, in floating point.

    Consumers pay the chance of a good outcome, which is 1 - error with effort and error without.  With chance
    ``replaced`` a new owner comes unseen, competent with the chance given; what comes after is not the old one's.
    """
    import numpy as np

    d, e, new, h = (float(to_fraction(x)) for x in (discount, error, competent, replaced))
    belief = np.linspace(0.0, 1.0, points)
    price = belief * (1 - e) + (1 - belief) * e
    good = (1 - h) * belief * (1 - e) / price + h * new
    bad = (1 - h) * belief * e / (1 - price) + h * new
    value, weight = price, 1.0
    while weight > SETTLED:
        after = (1 - e) * np.interp(good, belief, value) + e * np.interp(bad, belief, value)
        value, weight = price + d * (1 - h) * after, weight * d * (1 - h)
    kept = (belief >= h * new) & (belief <= 1 - h * (1 - new))
    gain = d * (1 - h) * (1 - 2 * e) * (np.interp(good, belief, value) - np.interp(bad, belief, value))
    ends = np.interp([h * new, 1 - h * (1 - new)], belief, gain)
    return [Fraction(float(min(gain[kept].min(), *ends)))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "entry_deterrence": _entry_deterrence,
    "fights": _fights,
    "entry_pays": _entry_pays,
    "first_entry": _first_entry,
    "reputation_bound": _reputation_bound,
    "replacement": _replacement,
}
