"""Calculations about parties that alternate in office, for `calculations`.  Source: Alesina (1988)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def patience_of_parties(compromise: float, first_governs: float) -> tuple[float, float]:
    """The least discount factor at which each of two parties keeps to a common policy when it governs.

    Ideal policies are 0 and 1, losses quadratic.  A party that governs can carry out its own ideal instead; from then
    on each carries out its own.  Value of keeping and value of leaving are linear in the discount factor.
    """
    found = []
    for ideal, governs in ((0.0, first_governs), (1.0, 1 - first_governs)):
        kept = -(compromise - ideal) ** 2
        after = -(1 - governs)                         # the other's ideal is at a distance of 1
        found.append(kept / after)                     # kept = (1 - d) 0 + d after
    return found[0], found[1]


def _best_compromise(first_governs: Any) -> Numbers:
    """The common policy that the least patient parties can keep to, and the discount factor that it takes."""
    from scipy.optimize import minimize_scalar

    chance = float(to_fraction(first_governs))
    found = minimize_scalar(
        lambda policy: max(patience_of_parties(policy, chance)), bounds=(0, 1), method="bounded",
        options={"xatol": 1e-12},
    )
    return [Fraction(float(found.x)), Fraction(float(found.fun))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "best_compromise": _best_compromise,
}
