"""Votes: who is counted with what weight, what carries a motion, and who can block it.

What carries a motion is said with the rules of `games.coalitions.rules`: weights and quotas are compared as exact
rationals, so that a quota is met exactly where the file's decimals meet it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from treaties.effects import Announcement, Bools
from treaties.model.errors import fault
from treaties.model.quantity import Quantity, Within
from treaties.model.references import PartyId

if TYPE_CHECKING:
    from games.coalitions.rules import Rule

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
        said = [*(yes[voter] for voter in self.voters), *(~np.asarray(no[voter]) for voter in self.voters)]

        def sums_of(weights: tuple[int, ...]) -> NDArray[Any]:
            # Python's own integers where they outgrow 64 bits.
            kind = np.int64 if sum(weights) < 2**62 else object
            total = np.zeros(said[0].shape, dtype=kind)
            for one, weight in zip(said, weights, strict=True):
                if weight:
                    total += one.astype(kind) * weight
            return total

        return self._simple_game.decides(sums_of)

    def ever_leaves_it_to(self, voter: str) -> bool:
        """Whether some division of the others leaves the motion to one voter; tries 2^(voters - 1) divisions."""
        others = [name for name in self.voters if name != voter]
        for cast in itertools.product((True, False), repeat=len(others)):
            votes: dict[str, Vote] = {name: "yes" if yes else "no" for name, yes in zip(others, cast, strict=True)}
            if self.decide({**votes, voter: "yes"}) and not self.decide({**votes, voter: "no"}):
                return True
        return False

    @cached_property
    def _simple_game(self) -> Rule:
        """The rule over statements: of each voter that it votes for the motion, then that it does not vote against it.

        So seen, more support never hurts, and every kind is made of weights and quotas.
        """
        from games.coalitions.rules import WeightedRule, all_of, any_of, consent_of, weighted

        count = len(self.voters)
        votes = [weight for _, weight in self.weights]
        silent = range(count, 2 * count)
        unblocked = consent_of([count + k for k, voter in enumerate(self.voters) if voter in self.vetoers], 2 * count)
        if self.kind == "unanimity":
            return all_of(weighted(1, [1] * count + [0] * count), consent_of(silent, 2 * count))
        if self.kind == "quota":
            return all_of(weighted(self.quota or 0, votes + [0] * count), unblocked)
        level = weighted(sum(votes, Fraction(0)), votes * 2)      # for = against: for + (all - against) = all
        ahead = WeightedRule(level.quota + 1, level.weights)
        if self.chair is None:
            return all_of(ahead, unblocked)
        casting = consent_of([self.voters.index(self.chair)], 2 * count)
        return all_of(any_of(ahead, all_of(level, casting)), unblocked)


@final
@dataclass(frozen=True)
class Committee(Announcement):
    """A committee of the parties: the article that sets it up, and what carries a motion in it."""

    article: str
    rule: VotingRule


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
