"""Calculations about power that shifts and promises that bind nobody, for `calculations`.

Sources: Powell (2006) for war over a shift of power; Acemoglu and Robinson (2001) for concessions that are credible
only while a revolt threatens; Alesina (1988) for parties that alternate in office.
"""

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


def concession_value(discount: Fraction, threat: Fraction, income: Fraction, transfer: Fraction) -> Fraction:
    """What the poor have, average discounted, from a period of threat on if they never revolt.

    They have an income, and a transfer in periods of threat alone, which come independently with a chance ``threat``:
    two linear equations for what they have from a period of threat and from a quiet one.
    """
    from games.bargaining.exact_linear import solve_exactly

    ahead = discount * threat, discount * (1 - threat)
    found = solve_exactly(
        [[1 - ahead[0], -ahead[1]], [-ahead[0], 1 - ahead[1]]],
        [(1 - discount) * (income + transfer), (1 - discount) * income],
    )
    if found is None:
        raise GameError("concessions: without discounting nothing is certain; give a discount factor below 1")
    return found[0]


def _least_threat(discount: Any, revolt: Any, income: Any, transfer: Any) -> Numbers:
    """The least chance of threat at which the largest transfer, made under threat alone, averts a revolt.

    ``revolt``  what a revolt is worth to the poor, average discounted.

    The value of concessions is affine in the chance: it is computed at 0 and at 1.
    """
    d, worth, own, given = map(to_fraction, (discount, revolt, income, transfer))
    never, always = (concession_value(d, Fraction(chance), own, given) - worth for chance in (0, 1))
    if not never < 0 <= always:
        raise GameError("concessions: a revolt is averted at every chance of threat or at none")
    return [never / (never - always)]


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
    "wars": _wars,
    "least_phase_in": _least_phase_in,
    "least_threat": _least_threat,
    "best_compromise": _best_compromise,
}
