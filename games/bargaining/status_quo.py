"""Bargaining with an endogenous status quo: what is agreed today is what stays tomorrow if nothing else is agreed.

In each period a recognised member proposes one of finitely many policies; if it passes it is the policy of the period,
and the default of the next (Baron 1996; Kalandrakis 2004; Diermeier and Fong 2011; Nunnari 2021 with a veto player).
Members vote for what they like at least as much as the default; proposers propose what they like best among what
passes.  With one veto player among three, and two others alike, policies are solved one by one
(`games.bargaining.veto_ranking`).  Otherwise Markov equilibria in which all proposals that are equally good are equally
likely are looked for by iterating on values from far away; iteration need not settle (such an equilibrium need not
exist), and then there is no answer.  Strategies that come out are judged in rationals: values solve a linear system,
and nobody may gain by another proposal or vote.

`veto_ratchet` is the equilibrium of Nunnari (2021) over all divisions of a dollar where one of two others holds
something.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.bargaining.exact_linear import solve_exactly
from games.bargaining.rational_input import Number, Numbers, Points, distribution, floats, rational, rationals
from games.bargaining.veto_ranking import Strategies, ranked_by_veto
from games.bargaining.voting_rules import QuotaRule
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats

Row = tuple[Fraction, ...]
NEAR = 1e-9
"""Values closer than this count as equal while iterating."""
SETTLED = 1e-13
DAMPING = (1.0, 0.3)


@final
@dataclass(frozen=True, eq=False)
class EndogenousStatusQuo:
    """Markov equilibrium with an endogenous status quo.

    ``values``     Float[default, member]: average discounted payoffs, before anybody is recognised.
    ``proposals``  Float[proposer, default, policy]: probabilities of what is proposed, and passes.
    ``slack``      the most that anybody could gain by another proposal or vote, once; 0: exactly an equilibrium.
    """

    policies: tuple[Row, ...]
    recognition: Row
    discounts: Row
    rule: QuotaRule
    strategies: Strategies
    enacted: tuple[Row, ...]
    slack: Fraction

    @property
    def exact(self) -> tuple[Row, ...]:
        """[default][member]: ``values`` as rationals."""
        turns = list(zip(self.recognition, self.strategies, strict=True))
        return tuple(
            tuple(sum((p * share * worth[y] for p, moves in turns for y, share in moves[x].items()), Fraction(0))
                  for worth in self.enacted)
            for x in range(len(self.policies))
        )

    @property
    def values(self) -> Floats:
        """Float[default, member]."""
        return floats(self.exact)

    @property
    def proposals(self) -> Floats:
        """Float[proposer, default, policy]."""
        out = np.zeros((self.rule.members, len(self.policies), len(self.policies)))
        for k, moves in enumerate(self.strategies):
            for x, lottery in enumerate(moves):
                for y, share in lottery.items():
                    out[k, x, y] = float(share)
        return out

    def expected(self, default: int, periods: int) -> Floats:
        """Float[periods + 1, member]: the expected policy of each period, the default included."""
        law = np.einsum("k,kxy->xy", np.array(self.recognition, dtype=float), self.proposals)
        now, out = np.eye(len(self.policies))[default], []
        for _ in range(periods + 1):
            out.append(now @ floats(self.policies))
            now = now @ law
        return np.array(out)

    def check(self) -> bool:
        """Whether, in rationals, payoffs are what strategies bring and nobody gains more than ``slack``."""
        exact = self.exact
        lotteries = (lottery for moves in self.strategies for lottery in moves)
        if not all(sum(one.values()) == 1 and min(one.values()) >= 0 for one in lotteries):
            return False
        # With discounting these equations have one solution.
        consistent = all(
            worth[x] == (1 - d) * policy[i] + d * later[i]
            for i, (d, worth) in enumerate(zip(self.discounts, self.enacted, strict=True))
            for x, (policy, later) in enumerate(zip(self.policies, exact, strict=True))
        )
        return consistent and _slack(self.rule, self.strategies, self.enacted) <= self.slack


def endogenous_status_quo(
    policies: Points,
    recognition: Numbers,
    discounts: Numbers | Number,
    quota: int,
    veto: Collection[int] = (),
    *,
    tolerance: Number = 0,
    rounds: int = 2000,
) -> EndogenousStatusQuo | None:
    """A Markov equilibrium over finitely many policies; None (undecided) if none is found.

    ``policies``     what can be agreed: one row each, with what it gives to every member per period.
    ``recognition``  probability of each member to propose.
    ``discounts``    one per member, or one for all, in [0, 1).
    ``quota``        votes needed, and ``veto`` members without whom nothing passes.
    ``tolerance``    strategies count as an equilibrium if nobody can gain more than this; 0: exactly.
    ``rounds``       how long to iterate.

    Raises ``GameError`` for numbers that do not fit.

    >>> dollar = [[1, 0, 0], ["3/4", "1/4", 0], ["3/4", 0, "1/4"]]
    >>> found = endogenous_status_quo(dollar, ["1/3"] * 3, "1/2", quota=2, veto=[0])
    >>> found.slack, found.proposals[2, 1].tolist()
    (Fraction(0, 1), [0.0, 0.0, 1.0])
    """
    chance = distribution(recognition, "recognition probabilities")
    members = len(chance)
    rows = tuple(rationals(row, f"policy {k + 1}", members) for k, row in enumerate(policies))
    if not rows or len(set(rows)) < len(rows):
        raise GameError("bargaining: give at least one policy, and none twice")
    if isinstance(discounts, (int, float, str, Fraction)):
        patience: Row = (rational(discounts, "discount", 0, 1),) * members
    else:
        patience = rationals(discounts, "discounts", members, 0, 1)
    if max(patience) == 1:
        raise GameError("bargaining: a discount of 1; with a status quo for ever, payoffs are not determined")
    rule, most = QuotaRule(members, quota, frozenset(veto)), rational(tolerance, "tolerance", 0)
    ranked = ranked_by_veto(rows, chance, patience, rule)
    if ranked is not None and (slack := _slack(rule, *ranked)) <= most:
        return EndogenousStatusQuo(rows, chance, patience, rule, *ranked, slack)
    for damping in DAMPING:
        strategies = _iterate(floats(rows), floats(chance), floats(patience), rule, damping, rounds)
        if strategies is None:
            continue
        enacted = _evaluated(rows, chance, patience, strategies)
        slack = _slack(rule, strategies, enacted)
        if slack <= most:
            return EndogenousStatusQuo(rows, chance, patience, rule, strategies, enacted, slack)
    return None


def _iterate(
    policies: Floats, recognition: Floats, discounts: Floats, rule: QuotaRule, damping: float, rounds: int
) -> Strategies | None:
    payoff = policies.T
    worth = payoff.copy()                                     # [member, policy]: enacting it now, and what follows
    for _ in range(rounds):
        passes = _passes(rule, worth[:, None, :] >= worth[:, :, None] - NEAR)
        law, moves = np.zeros((len(policies), len(policies))), []
        for k in range(rule.members):
            liked = np.where(passes, worth[k][None, :], -np.inf)
            best = liked >= liked.max(axis=1, keepdims=True) - NEAR
            moves.append(best)
            law += recognition[k] * best / best.sum(axis=1, keepdims=True)
        new = (1 - discounts)[:, None] * payoff + discounts[:, None] * (worth @ law.T)
        off = float(np.abs(new - worth).max())
        worth = damping * new + (1 - damping) * worth
        if off < SETTLED * max(1.0, float(np.abs(payoff).max())):
            return tuple(
                tuple({int(y): Fraction(1, int(row.sum())) for y in np.flatnonzero(row)} for row in best)
                for best in moves)
    return None


def _passes(rule: QuotaRule, votes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray((votes.sum(axis=0) >= rule.quota) & votes[sorted(rule.veto)].all(axis=0))


def _evaluated(policies: tuple[Row, ...], recognition: Row, discounts: Row, strategies: Strategies) -> tuple[Row, ...]:
    """[member][policy]: what enacting a policy is worth, now and later, exactly."""
    states = range(len(policies))
    law = [[sum((p * moves[x].get(y, Fraction(0)) for p, moves in zip(recognition, strategies, strict=True)),
                Fraction(0)) for y in states] for x in states]
    out = []
    for i, d in enumerate(discounts):
        left = [[Fraction(x == y) - d * law[x][y] for y in states] for x in states]
        solved = solve_exactly(left, [(1 - d) * policies[x][i] for x in states])
        assert solved is not None                             # discounting makes the system regular
        out.append(solved)
    return tuple(out)


def _slack(rule: QuotaRule, strategies: Strategies, enacted: tuple[Row, ...]) -> Fraction:
    """The most that a proposer gains by another proposal that passes, or by which a proposal is short of passing."""
    worst, members = Fraction(0), range(rule.members)
    for x in range(len(enacted[0])):
        ahead = [[one[y] - one[x] for y in range(len(one))] for one in enacted]
        passing = [y for y in range(len(enacted[0])) if rule.wins(frozenset(j for j in members if ahead[j][y] >= 0))]
        for k, moves in enumerate(strategies):
            best = max(enacted[k][y] for y in passing)
            for y in moves[x]:
                if y not in passing:
                    order = sorted((-ahead[j][y] for j in members), key=lambda gap: gap)
                    vetoes = (-ahead[j][y] for j in rule.veto)
                    worst = max(worst, order[rule.quota - 1], *vetoes)
                worst = max(worst, best - enacted[k][y])
    return worst


@final
@dataclass(frozen=True)
class VetoRatchet:
    """Three members divide 1 each period; one has a veto, two votes pass, and one of the others holds something.

    Nobody else holds anything, and so it stays: the holder keeps what it has when it proposes, and the other takes it
    over when that one does; the veto player gives the empty-handed a part of it for its vote, and takes the rest.

    ``conceded``  the part that a veto player's proposal leaves to the others: the empty-handed member gets it.
    ``holder``    value of holding 1, and ``other`` of being empty-handed while the other holds 1, before recognition.
    ``kept``      the part of what others hold that is expected to be left in the next period.
    """

    veto_recognition: Fraction
    discount: Fraction
    conceded: Fraction
    holder: Fraction
    other: Fraction

    @property
    def kept(self) -> Fraction:
        """Expected factor per period."""
        return 1 - self.veto_recognition * (1 - self.conceded)

    def others_hold(self, periods: int, at_first: Number = 1) -> Fraction:
        """Expected share of all but the veto player after so many periods."""
        return rational(at_first, "what others hold") * self.kept**periods

    def check(self) -> bool:
        """Whether values are consistent and the empty-handed member is just willing to vote for what it is given."""
        d, p, each = self.discount, self.veto_recognition, (1 - self.veto_recognition) / 2
        have, lack = (1 - d) + d * self.holder, d * self.other
        return (
            self.conceded * have == lack
            and self.holder == p * self.conceded * lack + each * have + each * lack
            and self.other == p * self.conceded * have + each * have + each * lack
            and have >= lack
        )


def veto_ratchet(veto_recognition: Number, discount: Number) -> VetoRatchet:
    """The equilibrium of Nunnari (2021) from defaults at which one member besides the veto player holds something.

    ``veto_recognition``  probability that the veto player proposes; the two others share the rest equally.

    That no division in which both others hold something is a better proposal is shown in the paper, not here.
    Raises ``GameError`` for numbers outside [0, 1], or a discount of 1.

    >>> found = veto_ratchet("1/3", "3/4")
    >>> found.conceded, found.holder, found.other
    (Fraction(1, 2), Fraction(7, 27), Fraction(8, 27))
    """
    p, d = rational(veto_recognition, "recognition of the veto player", 0, 1), rational(discount, "discount", 0, 1)
    if d == 1:
        raise GameError("bargaining: a discount of 1; with a status quo for ever, payoffs are not determined")
    each = (1 - p) / 2
    # The empty-handed member is given what makes it indifferent: conceded * have = lack, with lack = d * other and
    # other = p * lack + each * (have + lack); so lack is this part of what the holder has.
    conceded = d * each / (1 - d * (p + each))
    have = (1 - d) / (1 - d * (p * conceded**2 + each + each * conceded))
    return VetoRatchet(p, d, conceded, (have - (1 - d)) / d if d else each, conceded * have / d if d else each)
