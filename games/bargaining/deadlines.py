"""Legislative bargaining with a deadline: if the last proposal fails, nobody gets anything.

Values follow by going back from the last session, in rationals.  A vote costs the discounted value of its owner in the
next session; where several cheapest coalitions cost the same, each is bought with the same probability (with quotas:
each member at the margin), which decides who gets what, but is a convention: other odds are equilibria as well.

Source: Winter (1996) for vetoes; Baron and Ferejohn (1989), finite sessions.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from games.bargaining.rational_input import Number, Numbers, distribution, rational, rationals
from games.bargaining.voting_rules import QuotaRule
from games.model.stochastic_game import GameError

Row = tuple[Fraction, ...]


def legislative_with_deadline(
    recognition: Numbers,
    discounts: Numbers | Number,
    quota: int,
    veto: Collection[int] = (),
    *,
    sessions: int,
) -> tuple[Row, ...]:
    """Values before the first of so many sessions, and before each later one, down to the last.

    Arguments as in `games.bargaining.legislative`.  Returns Fraction[sessions][member]; raises ``GameError`` for
    numbers that do not fit.

    >>> first, *_ = legislative_with_deadline(["1/3"] * 3, 1, 2, [0], sessions=3)
    >>> [str(v) for v in first]
    ['29/54', '25/108', '25/108']
    """
    chance = distribution(recognition, "recognition probabilities")
    members = range(len(chance))
    if isinstance(discounts, (int, float, str, Fraction)):
        patience: Row = (rational(discounts, "discount", 0, 1),) * len(chance)
    else:
        patience = rationals(discounts, "discounts", len(chance), 0, 1)
    if isinstance(sessions, bool) or sessions != int(sessions) or sessions < 1:
        raise GameError(f"bargaining: {sessions!r} sessions; give a whole number from 1 on")
    rule = QuotaRule(len(chance), quota, frozenset(veto))
    values: list[Row] = []
    prices: Row = (Fraction(0),) * len(chance)
    for _ in range(int(sessions)):
        shares = [_shares(rule, k, prices) for k in members]
        values.append(tuple(
            sum((p * share[j] for p, share in zip(chance, shares, strict=True)), Fraction(0)) for j in members))
        prices = tuple(d * v for d, v in zip(patience, values[-1], strict=True))
    return tuple(reversed(values))


def _shares(rule: QuotaRule, proposer: int, prices: Row) -> list[Fraction]:
    """Expected shares under the cheapest winning coalitions, members at the margin with equal odds."""
    others = [j for j in range(rule.members) if j != proposer and j not in rule.veto]
    need = rule.bought(proposer)
    margin = sorted(prices[j] for j in others)[need - 1] if need else Fraction(-1)
    cheaper = [j for j in others if prices[j] < margin]
    level = [j for j in others if prices[j] == margin]
    share = [Fraction(0)] * rule.members
    for j in rule.veto - {proposer}:
        share[j] = prices[j]
    for j in cheaper:
        share[j] = prices[j]
    for j in level:
        share[j] = prices[j] * Fraction(need - len(cheaper), len(level))
    share[proposer] = 1 - sum(share, Fraction(0))
    return share
