"""What happens if nobody decides: the same votes under an ordinary rule, and under one with the default turned round.

Under the ordinary rule measures need a vote for them; under the reversed one (a snapback) they come unless a vote stops
them.  A vote passes with a quorum of votes for it and no veto holder against it.  Votes alone decide: no payoff enters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.history.lookup import Lookup
from treaties.history.prediction import Prediction, Told
from treaties.model.errors import fault
from treaties.sweeping.sample import Sample

Outcome = Literal["measures", "no measures"]


@final
class Votes(BaseModel):
    """How many voted for measures, against them, and not at all; and the veto holders among each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanting: int = Field(ge=0, description="Votes of those who want measures.")
    opposed: int = Field(ge=0, description="Votes of those who want none.")
    abstaining: int = Field(default=0, ge=0, description="Abstentions.")
    vetoes_wanting: int = Field(default=0, ge=0, description="Veto holders among those who want measures.")
    vetoes_opposed: int = Field(default=0, ge=0, description="Veto holders among those who want none.")

    @model_validator(mode="after")
    def _hold_vetoes_within_votes(self) -> Votes:
        for side in ("wanting", "opposed"):
            if getattr(self, f"vetoes_{side}") > getattr(self, side):
                raise fault(f"has more veto holders than votes among those {side}", "correct the votes", at=(side,))
        return self


def outcome(votes: Votes, quorum: int, *, reversed_default: bool) -> Outcome:
    """Whether measures come.

    >>> council = Votes(wanting=9, opposed=4, abstaining=2, vetoes_wanting=3, vetoes_opposed=2)
    >>> outcome(council, 9, reversed_default=False), outcome(council, 9, reversed_default=True)
    ('no measures', 'measures')
    """
    if reversed_default:
        stopped = votes.opposed >= quorum and not votes.vetoes_wanting
        return "no measures" if stopped else "measures"
    return "measures" if votes.wanting >= quorum and not votes.vetoes_opposed else "no measures"


def other_votes(votes: Votes) -> Iterator[Votes]:
    """Every way in which those without a veto could have voted, the veto holders voting as they did."""
    free = votes.wanting + votes.opposed + votes.abstaining - votes.vetoes_wanting - votes.vetoes_opposed
    for wanting in range(free + 1):
        for opposed in range(free - wanting + 1):
            yield Votes(
                wanting=votes.vetoes_wanting + wanting,
                opposed=votes.vetoes_opposed + opposed,
                abstaining=free - wanting - opposed,
                vetoes_wanting=votes.vetoes_wanting,
                vetoes_opposed=votes.vetoes_opposed,
            )


@final
class DefaultRule(Prediction):
    """The same votes under the ordinary and the reversed default."""

    kind: Literal["default_rule"] = "default_rule"
    votes: Votes = Field(description="How they voted.")
    quorum: int = Field(ge=1, description="Votes that a decision needs, besides no veto against it.")
    voted: str = Field(description="When: the date of the vote among the facts.")
    rule: str = Field(description="The article that turns the default round, as kind.key; its text is not judged here.")
    happened: Outcome = Field(description="What followed.")
    when: str = Field(description="When it followed: the date of an event.")

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """What each rule makes of the votes, also whatever those without a veto do."""
        facts.parameter(self.rule)
        event = facts.event(self.voted)
        found = {way: outcome(self.votes, self.quorum, reversed_default=way) for way in (False, True)}
        every = list(other_votes(self.votes))
        same = sum(
            all(outcome(votes, self.quorum, reversed_default=way) == found[way] for way in found) for votes in every
        )
        foretold = (
            f"under an ordinary veto {found[False]}, under the reversed one {found[True]}; so too in {same} of the "
            f"{len(every)} ways in which those without a veto could have voted"
        )
        after = facts.event(self.when)
        happened = f"{self.voted}: {event.event} {self.when}: {after.event}"
        return Told(foretold, happened, "agrees" if found[True] == self.happened else "differs", self.when)
