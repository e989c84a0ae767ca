"""Votes: who is counted with what weight, what carries a motion, and who can block it.

Weights and quotas are compared as exact rationals, so that a quota is met exactly where the file's decimals meet it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from treaties.effects import Bools, Ints
from treaties.errors import fault
from treaties.provision import PartyId
from treaties.quantity import Quantity, Within

Vote = Literal["yes", "no", "abstain"]
Votes = Annotated[Quantity, Within(0, name="a number of votes")]


@final
class Member(BaseModel):
    """A party with a vote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: PartyId = Field(description="The party that votes, by id.")
    weight: Votes = Field(default=Quantity(value=1.0), description="Number of votes that it casts.")
    veto: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if nothing is carried against its vote."
    )


@final
@dataclass(frozen=True)
class VotingRule:
    """What carries a motion.

    ``weights``   (voter, weight) in the order of the text.
    ``kind``      ``unanimity``: somebody votes for it and nobody against; ``majority``: more votes for than against,
                  and in a tie what ``chair`` votes; ``quota``: votes for it reach ``quota``.  Abstaining never blocks.
    ``vetoers``   voters, in any order, against whose "no" nothing is carried, whatever the kind.
    """

    weights: tuple[tuple[str, Fraction], ...]
    kind: Literal["unanimity", "majority", "quota"] = "unanimity"
    quota: Fraction | None = None
    vetoers: tuple[str, ...] = ()
    chair: str | None = None

    @property
    def voters(self) -> tuple[str, ...]:
        """Who votes."""
        return tuple(voter for voter, _ in self.weights)

    def decide(self, votes: Mapping[str, Vote]) -> bool:
        """Whether the votes carry the motion; who is not named abstains.  Raises ``KeyError`` for a stranger."""
        for voter in votes:
            if voter not in self.voters:
                raise KeyError(voter)
        cast = {name: {v: np.array([votes.get(v) == name]) for v in self.voters} for name in ("yes", "no")}
        return bool(self.carried(cast["yes"], cast["no"])[0])

    def carried(self, yes: Mapping[str, Bools], no: Mapping[str, Bools]) -> Bools:
        """Bool[entries]: where the motion is carried, given where each voter votes for and against it."""
        scale = math.lcm(*(weight.denominator for _, weight in self.weights), (self.quota or Fraction(0)).denominator)
        in_favour, against = (self._count(cast, scale) for cast in (yes, no))
        blocked = np.any([no[voter] for voter in self.voters if voter in self.vetoers] or [in_favour < 0], axis=0)
        if self.kind == "unanimity":
            opposed = np.any([no[voter] for voter in self.voters], axis=0)
            supported = np.any([yes[voter] for voter in self.voters], axis=0)
            return np.asarray(supported & ~opposed & ~blocked)
        if self.kind == "quota":
            return np.asarray((in_favour >= int((self.quota or Fraction(0)) * scale)) & ~blocked)
        tie = in_favour == against
        casting = yes[self.chair] if self.chair is not None else np.zeros(tie.shape, dtype=bool)
        return np.asarray(((in_favour > against) | (tie & casting)) & ~blocked)

    def _count(self, cast: Mapping[str, Bools], scale: int) -> Ints:
        """Votes cast, in units of one part in ``scale``; Python's own integers where they outgrow 64 bits."""
        whole = {voter: int(weight * scale) for voter, weight in self.weights}
        kind = np.int64 if sum(whole.values()) < 2**62 else object
        return np.asarray(np.sum([cast[voter].astype(kind) * votes for voter, votes in whole.items()], axis=0))


def swapped(votes: Mapping[str, Vote]) -> dict[str, Vote]:
    """The same voters asked the opposite question: who wants a thing to go on votes against ending it.

    >>> swapped({"A": "yes", "B": "abstain"})
    {'A': 'no', 'B': 'abstain'}
    """
    opposite: dict[Vote, Vote] = {"yes": "no", "no": "yes", "abstain": "abstain"}
    return {voter: opposite[vote] for voter, vote in votes.items()}


def exact(number: Quantity) -> Fraction:
    """A number of votes as the decimal that the file writes."""
    return Fraction(repr(number.value))


def check_votes(members: Sequence[Member], weights: Sequence[tuple[str, Fraction]], quota: Quantity | None) -> None:
    """Raises a fault if a member is named twice, or if no division of the votes could decide by the quota."""
    names = [member.party for member in members]
    for k, name in enumerate(names):
        if name in names[:k]:
            raise fault(f"{name!r} votes twice", "name each member once", at=("members", k, "party"))
    total = sum((weight for _, weight in weights), Fraction(0))
    if quota is not None and not 0 < exact(quota) <= total:
        raise fault(
            f"{quota.value:g} of {float(total):g} votes can never be the line between yes and no",
            f"choose a number above 0, up to {float(total):g}",
            at=("quota",),
        )


def weights_of(members: Iterable[Member]) -> tuple[tuple[str, Fraction], ...]:
    """Voters and weights of a list of members, for a ``VotingRule``."""
    return tuple((member.party, exact(member.weight)) for member in members)
