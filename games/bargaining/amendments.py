"""The open rule among three members (Baron and Ferejohn 1989): a proposal can be amended before it is voted on.

Whoever proposes faces another member, recognised at random, who either moves the previous question, so that the
proposal is put to the vote and passes, or makes an amendment; in the next period the one that a majority prefers is on
the floor.  The proposer either pays one other member enough to move the question (and risks that the third is
recognised), or both.  Who amends turns to the member that was to be paid: the former proposer would not vote for less.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.bargaining.exact_linear import solve_exactly
from games.bargaining.rational_input import Number, rational


@final
@dataclass(frozen=True)
class OpenRule:
    """Symmetric stationary equilibrium of three members under the open rule.

    ``paid``   how many others the proposer pays, 1 or 2.
    ``share``  what the proposer keeps if its proposal passes.
    ``value``  expected payoff of the member whose proposal is on the floor.
    ``former`` expected payoff of the member whose proposal has just been replaced (None if that does not happen).
    """

    discount: Fraction
    paid: int
    share: Fraction
    value: Fraction
    former: Fraction | None

    @property
    def expected_delay(self) -> Fraction:
        """Periods until agreement after the first proposal: the third member amends half of the time."""
        return Fraction(1) if self.paid == 1 else Fraction(0)

    def check(self) -> bool:
        """Whether values are consistent, whoever is paid will move the question, and paying others is not better."""
        d = self.discount
        offer = (1 - self.share) / self.paid
        if self.paid == 2:
            # To pay one member only gives share' with 1/2, and being replaced with 1/2, then half a chance to amend.
            other = (1 - d * self.value) / 2 + d * (d * self.value / 2) / 2
            return offer == d * self.value and self.value == self.share and other <= self.value
        consistent = (
            self.former is not None and self.former == d * self.value / 2
            and self.value == self.share / 2 + d * self.former / 2
        )
        return consistent and offer == d * self.value and 1 - 2 * d * self.value <= self.value


def open_rule(discount: Number) -> OpenRule:
    """The equilibrium: one member is paid if the discount factor is above sqrt(3) - 1, else both are.

    Raises ``GameError`` for a discount outside [0, 1].

    >>> open_rule(1).share, open_rule("1/2").share, open_rule("1/2").paid
    (Fraction(3, 5), Fraction(1, 2), 2)
    """
    d = rational(discount, "discount", 0, 1)
    both = solve_exactly([[Fraction(1), 2 * d], [Fraction(1), Fraction(-1)]], [Fraction(1), Fraction(0)])
    one = solve_exactly(
        [[Fraction(1), d, Fraction(0)],                      # share + d value = 1
         [Fraction(-1, 2), Fraction(1), -d / 2],             # value = (share + d former) / 2
         [Fraction(0), -d / 2, Fraction(1)]],                # former = d value / 2
        [Fraction(1), Fraction(0), Fraction(0)])
    assert both is not None                                  # determinants -(1 + 2 d) and 1 + d / 2 - d**2 / 4
    assert one is not None
    if both[1] >= one[1]:
        return OpenRule(d, 2, both[0], both[1], None)
    return OpenRule(d, 1, one[0], one[1], one[2])
