"""Evidence for stationary legislative bargaining: proposals and values that exact arithmetic re-proves.

Nothing here solves for them: every line of the definition of a stationary equilibrium is checked in rationals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.bargaining.voting_rules import Coalition, VotingRule

Lottery = tuple[tuple[Fraction, Coalition], ...]


@final
@dataclass(frozen=True)
class StationaryProposals:
    """Whom each proposer pays for its vote, how likely, and what playing like this for ever is worth.

    ``recognition``  probability of each member to propose.
    ``discounts``    of each member.
    ``rule``         which votes pass a proposal.
    ``partners``     for each proposer, a lottery over sets of others, each of whom gets its price and votes yes.
    ``values``       expected payoff of each member at the start of a period.
    """

    recognition: tuple[Fraction, ...]
    discounts: tuple[Fraction, ...]
    rule: VotingRule
    partners: tuple[Lottery, ...]
    values: tuple[Fraction, ...]

    @property
    def prices(self) -> tuple[Fraction, ...]:
        """The least for which each member votes yes: its discounted value."""
        return tuple(d * v for d, v in zip(self.discounts, self.values, strict=True))

    def paid(self, proposer: int) -> tuple[Fraction, ...]:
        """Expected shares if this member proposes."""
        prices, members = self.prices, range(self.rule.members)
        share = [prices[j] * sum((p for p, with_ in self.partners[proposer] if j in with_), Fraction(0))
                 for j in members]
        share[proposer] = 1 - sum((share[j] for j in members if j != proposer), Fraction(0))
        return tuple(share)

    @property
    def residual(self) -> Fraction:
        """The most by which anything falls short of an equilibrium; 0 if it is one exactly.

        The largest of: what a proposer could save by other partners or gain by not proposing at all, and the error of
        a value.  Members whose price is met vote yes, others no: nobody gains by voting otherwise.
        """
        prices, members = self.prices, range(self.rule.members)
        worst = Fraction(0)
        worth = [Fraction(0)] * self.rule.members
        for i in members:
            least = self.rule.least_cost(i, prices)
            for _, with_ in self.partners[i]:
                worst = max(worst, sum((prices[j] for j in with_), Fraction(0)) - least)
            worst = max(worst, prices[i] - (1 - least))
            if self.recognition[i]:
                for j, share in enumerate(self.paid(i)):
                    worth[j] += self.recognition[i] * share
        return max(worst, *(abs(self.values[j] - worth[j]) for j in members))

    def check(self, tolerance: Fraction = Fraction(0)) -> bool:
        """Whether this is a stationary equilibrium, up to ``tolerance`` in what anybody could gain and in any value."""
        members = range(self.rule.members)
        sizes = {len(self.recognition), len(self.discounts), len(self.partners), len(self.values)}
        return (
            sizes == {len(members)}
            and min(self.recognition) >= 0 and sum(self.recognition) == 1 and min(self.values) >= 0
            and all(0 <= d <= 1 for d in self.discounts)
            and all(
                sum(p for p, _ in lottery) == 1
                and all(p >= 0 and i not in with_ and self.rule.wins(with_ | {i}) for p, with_ in lottery)
                for i, lottery in enumerate(self.partners)
            )
            and self.residual <= tolerance
        )
