"""Calculations about concessions that are credible only while a revolt threatens, for `calculations`.

Source: Acemoglu and Robinson (2001).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


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


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "least_threat": _least_threat,
}
