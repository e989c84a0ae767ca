"""Calculations about war over power that shifts, for `calculations`.  Source: Powell (2006)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

LONGEST_PHASE_IN = 200
"""Shifts of power over more periods than this are not tried."""


def first_war(powers: Sequence[Fraction], destroyed: Fraction, discount: Fraction) -> int | None:
    """The period in which war comes, by backward induction; None if it never does.

    Each period one side offers the other a part of a pie of 1; the other accepts or fights, and the first may fight
    instead of offering.  War destroys a fraction of all pies to come and gives the rest to its winner.

    ``powers``  chance that the other side wins, by period; the last stays for ever.

    The first offers the least that the other accepts, and fights if even so war is better; the other fights if all of
    the pie is not enough, which can happen only where its power falls.  Source: Powell (2006), who asks when offers
    fail.
    """
    spoils = (1 - destroyed) / (1 - discount)
    other = powers[-1] * spoils
    first = 1 / (1 - discount) - other
    war = None
    for t in range(len(powers) - 2, -1, -1):
        alone = powers[t] * spoils, (1 - powers[t]) * spoils
        offer = max(Fraction(0), alone[0] - discount * other)
        kept = 1 - offer + discount * first
        if offer > 1 or kept < alone[1]:
            other, first = alone
            war = t
        else:
            other, first = offer + discount * other, kept
    return war


def _wars(shifts: Sequence[Sequence[Any]]) -> Numbers:
    """For shifts (destroyed, discount, power now, power from the next period on): 1 if there is war at once, else 0."""
    found = []
    for destroyed, discount, now, later in (map(to_fraction, one) for one in shifts):
        found.append(Fraction(first_war([now, later], destroyed, discount) == 0))
    return found


def _least_phase_in(shifts: Sequence[Sequence[Any]]) -> Numbers:
    """For shifts as above the least number of equal steps that keeps the peace; raises ``GameError`` if none does."""
    found = []
    for destroyed, discount, now, later in (map(to_fraction, one) for one in shifts):
        for steps in range(1, LONGEST_PHASE_IN + 1):
            path = [now + (later - now) * k / steps for k in range(steps + 1)]
            if first_war(path, destroyed, discount) is None:
                found.append(Fraction(steps))
                break
        else:
            raise GameError(f"phase in: {LONGEST_PHASE_IN} steps are not enough; give a smaller shift")
    return found


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "wars": _wars,
    "least_phase_in": _least_phase_in,
}
