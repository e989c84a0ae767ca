"""Ballots: for, against and abstaining; vetoes by voting against; and what happens if nothing is decided.

In most rules whoever abstains is not in favour and that is all.  In the Security Council an abstention is no veto: a
motion needs enough votes in favour *and* nobody with a veto against.  Which of two motions is put, and hence what
happens when none is carried, is the default rule: under a *reversed veto* a measure ends unless a vote keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, final

from games.coalitions.rules import Rule, known_voters
from games.model.stochastic_game import GameError

Vote = Literal["for", "against", "abstain"]
Votes = Sequence[Vote] | Mapping[int, Vote]
"""One vote for each voter; in a mapping, whoever is missing abstains."""


@final
@dataclass(frozen=True)
class Ballot:
    """A motion is carried if those in favour win under ``carry``, unless those against win under ``block``."""

    carry: Rule
    block: Rule

    def __post_init__(self) -> None:
        """Both rules must be about one body."""
        if self.carry.voters != self.block.voters:
            raise GameError(f"ballot: {self.carry.voters} voters carry and {self.block.voters} block; use one body")

    @property
    def voters(self) -> int:
        """How many voters there are."""
        return self.carry.voters


def passes(rule: Rule | Ballot, votes: Votes) -> bool:
    """Whether a motion is carried.

    ``rule``   a ``Rule``, under which abstaining is not being in favour, or a ``Ballot``, which tells it from voting
    against.
    ``votes``  "for", "against" or "abstain", one for each voter in order, or by voter (the others abstain).
    Raises ``GameError`` for votes of strangers, votes of another kind, or too few or too many votes.

    >>> from games.coalitions.rules import at_least
    >>> passes(at_least(2, 3), ["for", "abstain", "for"])
    True
    """
    cast = _cast(rule, votes)
    if isinstance(rule, Rule):
        return rule(_who(cast, "for"))
    return rule.carry(_who(cast, "for")) and not rule.block(_who(cast, "against"))


def kept(rule: Rule | Ballot, votes: Votes, unless_voted: Literal["stays", "ends"]) -> bool:
    """Whether a measure is kept, from what each voter wants and from what happens unless a vote says otherwise.

    ``votes``         each voter's position on *keeping* the measure.  It is not changed by what is put to the vote.
    ``unless_voted``  "stays": the motion is to end the measure, so that those for keeping it vote against; the
                      ordinary rule.  "ends": the motion is to keep it; the reversed veto, or snapback.
    Raises as ``passes``.
    """
    if unless_voted not in ("stays", "ends"):
        raise GameError(f"default: {unless_voted!r} is unknown; write 'stays' or 'ends'")
    if unless_voted == "ends":
        return passes(rule, votes)
    turned: dict[Vote, Vote] = {"for": "against", "against": "for", "abstain": "abstain"}
    return not passes(rule, {voter: turned[vote] for voter, vote in _cast(rule, votes).items()})


def _cast(rule: Rule | Ballot, votes: Votes) -> dict[int, Vote]:
    if isinstance(votes, str) or (not isinstance(votes, Mapping) and len(votes) != rule.voters):
        raise GameError(f"votes: {rule.voters} voters, but {len(votes)} votes; give one for each, in order")
    cast = dict(votes) if isinstance(votes, Mapping) else dict(enumerate(votes))
    known_voters(cast, rule.voters)
    for voter, vote in cast.items():
        if vote not in ("for", "against", "abstain"):
            raise GameError(f"votes: voter {voter} votes {vote!r}; write 'for', 'against' or 'abstain'")
    return cast


def _who(cast: Mapping[int, Vote], vote: Vote) -> frozenset[int]:
    return frozenset(voter for voter, given in cast.items() if given == vote)
