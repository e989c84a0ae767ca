"""Legislative bargaining with veto players who do not discount: they divide everything; a single one has it all.

Let V be the members who belong to every winning coalition, and i one of them who is recognised and does not discount.
All prices w add up to at most 1.  When others propose, i gets w_i whether the proposal passes or not, so that proposing
cannot bring i more than w_i either: its partners cost at least 1 - w_i.  Hence every winning coalition costs 1, those
who are outside some winning coalition have the price 0, and V has the prices 1 in all.  A member of V who discounts has
1 - (1 - w) = w from its own proposals and w from those of others, so that its value is its discounted value: 0.
Conversely any division of 1 among those of V who do not discount is an equilibrium in which whoever proposes pays all
others their prices.

A member of V who does not discount and is never recognised can have any value x as well: the others then bargain over
1 - x.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from games.bargaining.stationary_proposals import StationaryProposals
from games.bargaining.voting_rules import VotingRule


def patient_vetoes(discounts: Sequence[Fraction], rule: VotingRule) -> tuple[int, ...]:
    """Members without whom nothing passes and who do not discount."""
    everybody = frozenset(range(rule.members))
    return tuple(i for i, d in enumerate(discounts) if d == 1 and not rule.wins(everybody - {i}))


def division_among(
    patient: Sequence[int], recognition: tuple[Fraction, ...], discounts: tuple[Fraction, ...], rule: VotingRule
) -> StationaryProposals | None:
    """The equilibrium in which patient veto players share in proportion to their chances to propose.

    That is where it goes to as a common discount factor goes to 1.  None if none of them is ever recognised.
    """
    total = sum((recognition[i] for i in patient), Fraction(0))
    if not total:
        return None
    members = range(rule.members)
    values = tuple(recognition[i] / total if i in patient else Fraction(0) for i in members)
    everybody = frozenset(members)
    partners = tuple(((Fraction(1), everybody - {i}),) for i in members)
    return StationaryProposals(recognition, discounts, rule, partners, values)
