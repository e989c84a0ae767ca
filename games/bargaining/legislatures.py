"""Legislative bargaining (Baron and Ferejohn 1989): who proposes, who is paid for a vote, and what a veto is worth.

In each period a member is recognised at random and proposes how to divide 1; if the votes in favour win, that is the
division, else the next period comes (closed rule).  In a stationary equilibrium a vote costs the discounted value of
its owner, and proposers buy the cheapest winning coalition, at random among equally cheap ones.  Values are unique
(Eraslan 2002 for quotas; Eraslan and McLennan 2013 for any rule), if all discount factors are below 1.  Where somebody
does not discount they may not be: `patient_vetoes` says what is known.

Iterating on values cycles.  Instead prices are guessed by `smoothed_prices`, made exact by `price_classes`, and proved
by `stationary_proposals`.  Under rules other than quotas prices can be irrational; the answer is then an equilibrium up
to an error that is proved, not exact.

Sources: Baron and Ferejohn (1989); Winter (1996), McCarty (2000) for vetoes; Eraslan (2002).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

import numpy as np

from games.bargaining.patient_vetoes import division_among, patient_vetoes
from games.bargaining.polished_prices import polished_equilibrium
from games.bargaining.price_classes import exact_equilibrium, exact_equilibrium_at
from games.bargaining.rational_input import Number, Numbers, distribution, floats, rational, rationals
from games.bargaining.smoothed_prices import CoalitionChooser, QuotaChooser, smoothed_prices
from games.bargaining.stationary_proposals import StationaryProposals
from games.bargaining.voting_rules import Coalition, CoalitionRule, QuotaRule
from games.coalitions.rules import weighted
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats

LARGEST_ERROR = Fraction(1, 10**10)
"""An answer that is not exact must be an equilibrium up to this."""


@final
@dataclass(frozen=True, eq=False)
class LegislativeEquilibrium:
    """Stationary equilibrium of legislative bargaining.

    ``values``     Float[member]: expected shares before anybody is recognised.
    ``proposals``  Float[proposer, member]: expected shares if that member is recognised.
    ``evidence``   whom each proposer pays, and values, in rationals, with their check.
    ``error``      by how much the evidence falls short of an equilibrium: 0 unless prices are irrational.
    ``unique``     whether all stationary equilibria have these values; None if that is not known, which happens only
                   where somebody does not discount.
    ``remark``     why the values are not the only ones, or not known to be; "" if they are.
    """

    evidence: StationaryProposals
    error: Fraction
    unique: bool | None = True
    remark: str = ""

    @property
    def values(self) -> Floats:
        """Float[member]."""
        return floats(self.evidence.values)

    @property
    def proposals(self) -> Floats:
        """Float[proposer, member]."""
        return floats([self.evidence.paid(i) for i in range(len(self.evidence.values))])

    @property
    def exact(self) -> tuple[Fraction, ...]:
        """``values`` as rationals."""
        return self.evidence.values

    def check(self) -> bool:
        """Whether exact arithmetic re-proves the equilibrium, up to ``error``."""
        return self.evidence.check(self.error)


def legislative(
    recognition: Numbers,
    discounts: Numbers | Number,
    quota: int | Callable[[Coalition], Any] | None = None,
    veto: Collection[int] = (),
    *,
    winning: Callable[[Coalition], Any] | None = None,
    weights: Sequence[int] | None = None,
) -> LegislativeEquilibrium | None:
    """The stationary equilibrium under the closed rule; None if none could be proved.

    ``recognition``  probability of each member to propose; they sum to 1.
    ``discounts``    one per member, or one for all, in [0, 1].
    ``quota``        votes needed, the proposer's included; with ``weights``, the weight needed.
    ``veto``         members without whom nothing passes.
    ``winning``      instead of a quota: a function that tells whether a set of members passes a proposal.
    ``weights``      whole numbers of votes; the default is one each.

    Values are unique if all discount factors are below 1, or if exactly one of the members without whom nothing passes
    does not discount and is recognised at times: it has everything.  Otherwise ``unique`` and ``remark`` say so.

    Quotas of equal votes are solved for any number of members, other rules for at most 16.
    Raises ``GameError`` for numbers that do not fit and for rules under which a vote can hurt.

    >>> found = legislative([1/3] * 3, 0.9, 2)
    >>> found.values.round(6).tolist(), found.proposals[0].round(6).tolist()
    ([0.333333, 0.333333, 0.333333], [0.7, 0.15, 0.15])
    >>> str(legislative([1/3] * 3, 0.9, 2, veto=[0]).exact[0])
    '11/15'
    >>> legislative([1/4] * 4, 0.9, 5, weights=[3, 2, 2, 1]).values.round(6).tolist()
    [0.348606, 0.258964, 0.258964, 0.133466]
    >>> found = legislative([1/3] * 3, 1, 3)
    >>> found.unique, found.remark
    (False, 'members 0, 1 and 2 do not discount and nothing passes without them: any division among them is stable')
    """
    chance = distribution(recognition, "recognition probabilities")
    members = len(chance)
    if isinstance(discounts, (int, float, str, Fraction)):
        patience = (rational(discounts, "discount", 0, 1),) * members
    else:
        patience = rationals(discounts, "discounts", members, 0, 1)
    rule = _rule(members, quota, frozenset(veto), winning, weights)
    patient = patient_vetoes(patience, rule)
    division = division_among(patient, chance, patience, rule)
    if division is not None:
        unique = len(patient) == 1
        return LegislativeEquilibrium(division, Fraction(0), unique, "" if unique else _many(patient))
    found = _discounted(chance, patience, rule)
    if found is None or max(patience) < 1:
        return found
    if patient:
        return replace(found, unique=False, remark=_unrecognised(patient))
    return replace(found, unique=None, remark="somebody does not discount: values are not known to be the only ones")


def _many(patient: Sequence[int]) -> str:
    named = f"{', '.join(map(str, patient[:-1]))} and {patient[-1]}"
    return f"members {named} do not discount and nothing passes without them: any division among them is stable"


def _unrecognised(patient: Sequence[int]) -> str:
    return (f"member {patient[0]} does not discount, is never recognised, and nothing passes without it: it may have "
            "any share, the others dividing the rest in proportion")


def _discounted(
    chance: tuple[Fraction, ...], patience: tuple[Fraction, ...], rule: QuotaRule | CoalitionRule
) -> LegislativeEquilibrium | None:
    """An equilibrium by way of prices found in floating point; None if none was proved."""
    p, d = np.array(chance, dtype=float), np.array(patience, dtype=float)
    if isinstance(rule, QuotaRule):
        guess = smoothed_prices(QuotaChooser(rule, p, (p > 0) & (d > 0)), p, d)
    else:
        guess = smoothed_prices(CoalitionChooser([rule.partners(k) for k in range(rule.members)], p), p, d)
    if guess is None:
        return None
    evidence = exact_equilibrium(chance, patience, rule, guess[0])
    if evidence is not None:
        return LegislativeEquilibrium(evidence, Fraction(0))
    if isinstance(rule, QuotaRule):
        return None
    nearly = polished_equilibrium(chance, patience, rule, *guess)
    if nearly is None or nearly.residual > LARGEST_ERROR or not nearly.check(nearly.residual):
        return None
    evidence = exact_equilibrium_at(chance, patience, rule, floats(nearly.values))
    return LegislativeEquilibrium(evidence or nearly, Fraction(0) if evidence else nearly.residual)


def _rule(
    members: int, quota: Any, veto: Coalition, winning: Callable[[Coalition], Any] | None, weights: Sequence[int] | None
) -> QuotaRule | CoalitionRule:
    if callable(quota) and winning is None:
        quota, winning = None, quota
    if (quota is None) == (winning is None):
        raise GameError("bargaining: give either a quota or a function that tells which coalitions win")
    if winning is not None:
        if weights is not None:
            raise GameError("bargaining: weights need a quota, not a function")
        return CoalitionRule(members, winning, veto)
    if isinstance(quota, bool) or quota != int(quota):
        raise GameError(f"bargaining: a quota of {quota!r}; give a whole number of votes")
    if weights is None:
        return QuotaRule(members, int(quota), veto)
    if len(weights) != members:
        raise GameError(f"bargaining: {len(weights)} weights for {members} members; give one for each")
    if len(set(weights)) == 1 and weights[0] > 0:
        return QuotaRule(members, max(1, -(-int(quota) // weights[0])), veto)
    return CoalitionRule(members, weighted(int(quota), weights), veto)

