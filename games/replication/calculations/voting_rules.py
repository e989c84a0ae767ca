"""Calculations about voting rules that members must want to keep to, that published results name.

Each period an action is proposed that all members must carry out; it is worth 1 to each with chance p and -1 otherwise,
independently.  It is taken if so many vote for it.  A member outvoted can refuse, and then nothing is done now or, by
the punishment, later.  Source: Maggi and Morelli (2006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]
Votes = tuple[int, ...]
"""1 or -1 for each member: what the action is worth to it."""

MOST_MEMBERS = 14
"""All ways in which members can vote are gone through."""


def taken(members: int, chance: Fraction, majority: int) -> Iterator[tuple[Votes, Fraction]]:
    """Every way to vote in which the action is taken, and its probability."""
    for votes in product((1, -1), repeat=members):
        if votes.count(1) >= majority:
            yield votes, prod((chance if v == 1 else 1 - chance for v in votes), start=Fraction(1))


def worth(members: int, chance: Fraction, majority: int) -> Fraction:
    """What the first member expects per period."""
    return sum((law * votes[0] for votes, law in taken(members, chance, majority)), Fraction(0))


def patience(members: int, chance: Fraction, majority: int, punishment: Fraction) -> Fraction:
    """The least discount factor at which nobody who is outvoted refuses, if refusal brings ``punishment`` per period.

    Raises ``GameError`` if there is none.
    """
    gains = [-min(votes) for votes, _ in taken(members, chance, majority)]
    stake = worth(members, chance, majority) - punishment
    most = max(gains, default=0)
    if most <= 0:
        return Fraction(0)
    if stake <= 0:
        raise GameError(f"voting_rules: {majority} of {members} is worth no more than what follows a refusal")
    return most / (most + stake)  # (1 - d) most = d stake


def _read(rule: Sequence[Any]) -> tuple[int, Fraction, int]:
    members, chance, majority = rule
    p = to_fraction(chance)
    if not 1 <= majority <= members <= MOST_MEMBERS or not 0 < p < 1:
        raise GameError(f"voting_rules: {list(rule)}; members (up to {MOST_MEMBERS}), a chance in (0, 1), a majority")
    return members, p, majority


def _rule_worth(rules: Sequence[Sequence[Any]]) -> Numbers:
    """What each rule, of members, p and votes needed, is worth to a member per period."""
    return [worth(*_read(rule)) for rule in rules]


def _rule_patience(rules: Sequence[Sequence[Any]], fallback: str = "nothing") -> Numbers:
    """The least discount factor for each rule; a refusal is followed by ``nothing`` for ever, or by ``unanimity``."""
    if fallback not in ("nothing", "unanimity"):
        raise GameError(f"rule_patience: fallback {fallback!r}; it is 'nothing' or 'unanimity'")
    found = []
    for members, p, majority in map(_read, rules):
        punishment = worth(members, p, members) if fallback == "unanimity" else Fraction(0)
        found.append(patience(members, p, majority, punishment))
    return found


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "rule_worth": _rule_worth,
    "rule_patience": _rule_patience,
}
