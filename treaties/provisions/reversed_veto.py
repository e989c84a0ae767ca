"""Reversed veto (snapback): cooperation goes on only as long as a vote to continue is carried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, field_validator, model_validator

from treaties.effects import (
    YEAR,
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    Effect,
    Law,
    Option,
    ProvisionContext,
    StateVariable,
    Suspension,
    Transition,
    ballot,
    event_variable,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.references import EventId, MatterIds, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.voting import Member, Vote, Votes, VotingRule, check_votes, exact, swapped, weights_of


@final
class ReversedVeto(Provision):
    """Who votes on going on, what carries that vote, and what is out of force when it is not carried.

    The vote is taken at once with the year's conduct and decides on the years that follow.
    """

    title: ClassVar[str] = "Reversed veto (snapback)"
    mechanism: ClassVar[str] = (
        "The default is turned round: what goes on needs a positive decision, so that one complainant suffices to end "
        "it and no ally's veto can save it; a right that expires is used early or never."
    )
    reference: ClassVar[str] = "Winter (1996); UN Security Council Resolution 2231 (2015)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = (
        "Joint Comprehensive Plan of Action (2015), paragraph 37, and UN Security Council Resolution 2231"
    )
    cannot_say: ClassVar[str] = (
        "Days between a complaint and the vote are not told, and what ends for good is not negotiated anew."
    )
    no_neutral_terms: ClassVar[str] = (
        "each member has a vote that no other treaty has, and one refusal ends the matters"
    )

    type: Literal["reversed_veto"] = "reversed_veto"
    members: Annotated[tuple[Member, ...], Field(min_length=1)] = Field(
        description="Parties that vote on continuing: party, weight (1), veto (false)."
    )
    quota: Votes | None = Field(
        default=None, description="Votes that carry continuation; omitted = unanimity, so that each member can end it."
    )
    matters: MatterIds = Field(default=(), description="Matters that end when it is not carried; omitted = all.")
    years: Annotated[tuple[YearOfTerm, ...], Field(min_length=1)] | None = Field(
        default=None, description="Years of the term (1 = first) in which the vote is taken; omitted = every year."
    )
    closed_years: YearOfTerm | None = Field(
        default=None, description="Years for which the matters are then out of force; omitted = for good."
    )
    grounds: EventId | None = Field(
        default=None, description="Event that must be present for the vote to be taken; omitted = any reason."
    )
    expires_year: YearOfTerm | None = Field(
        default=None, description="Year of the first term after which no more votes are taken; omitted = never."
    )
    plan: Literal["never", "grounds", "at will"] = Field(
        default="never",
        description="Whether compliance expects members never to vote against it, to do so where the grounds hold, or "
        "at will, as pays each of them.",
    )

    @field_validator("years")
    @classmethod
    def _in_order(cls, years: tuple[int, ...] | None) -> tuple[int, ...] | None:
        for k in range(1, len(years or ())):
            if years is not None and years[k] <= years[k - 1]:
                raise fault(
                    f"year {years[k]} does not come after year {years[k - 1]}", "list them in rising order", (k,)
                )
        return years

    @model_validator(mode="after")
    def _can_decide(self) -> ReversedVeto:
        check_votes(self.members, weights_of(self.members), self.quota)
        if self.plan == "grounds" and self.grounds is None:
            raise fault("is 'grounds', but no grounds are named", "add grounds, or leave plan out", at=("plan",))
        return self

    @property
    def voting_rule(self) -> VotingRule:
        """What carries the motion to continue."""
        vetoers = tuple(member.party for member in self.members if member.veto)
        if self.quota is None:
            return VotingRule(weights_of(self.members), "unanimity", None, vetoers)
        return VotingRule(weights_of(self.members), "quota", exact(self.quota), vetoers)

    def decide(self, votes: Mapping[str, Vote]) -> bool:
        """Whether cooperation goes on, given the votes on continuing it; who is not named abstains."""
        return self.voting_rule.decide(votes)

    def decide_by_ordinary_veto(self, votes: Mapping[str, Vote]) -> bool:
        """Whether cooperation would go on if the same members, quota and vetoes decided on ending it instead.

        ``votes`` on continuing are read as preferences: who is for continuing votes against ending, and conversely.
        """
        return not self.voting_rule.decide(swapped(votes))

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        looked_at = max(*(self.years or (0,)), self.expires_year or 0)
        if looked_at:
            yield ClockYears(looked_at)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        if name != "applies_to":
            return None
        return "the votes of all members are counted together", "name the members that vote"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        years = treaty.context.shortest_term
        if years is None:
            return
        if self.years is not None and self.years[-1] > years:
            problem = f"a vote in year {self.years[-1]} of a term of {years} years is never taken"
            yield Remark("warning", "years", problem, f"choose years from 1 to {years}")
        if self.expires_year is not None and self.expires_year > years:
            problem = f"the right lapses after year {self.expires_year} of a first term of {years}"
            yield Remark("warning", "expires_year", problem, "leave it out, or choose a year")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ReversedVeto) and self.article == other.article
        return "two reversed vetoes have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        closed = tuple(f"closed, {left} left" for left in range(1, (self.closed_years or 0) + 1)) or ("ended",)
        yield StateVariable(self._standing, ("continues", *closed), rank=(42, 0), usual="continues")
        yield Transition(self._standing, self._next_standing, self.article)
        if self.expires_year is not None:
            yield StateVariable(self._right, ("alive", "lapsed"), rank=(43, 0), usual="alive")
            yield Transition(self._right, self._lapsing, self.article)
        matters = self.matters or context.matters
        for matter in matters:
            yield Suspension(matter, self._closed, article=self.article)
        named = " and ".join(f"{{{matter}}}" for matter in matters)
        for member in self.members:
            options = (
                Option(
                    "continue",
                    default=True,
                    available=self._voting,
                    article=self.article,
                    words=f"votes for going on with {named}",
                ),
                Option(
                    self._against,
                    expected=self._voting if self.plan == "grounds" else None,
                    available=self._voting,
                    at_will=self.plan == "at will",
                    article=self.article,
                    words=f"votes against going on with {named}",
                ),
            )
            yield Choice(member.party, self._ballot, options, procedural=True)

    def _named(self, what: str) -> str:
        return what if self.article == "-" else f"{what} under article {self.article}"

    @property
    def _standing(self) -> str:
        return self._named("continuation")

    @property
    def _right(self) -> str:
        return self._named("snapback right")

    @property
    def _against(self) -> str:
        return self._named("snap back")

    @property
    def _ballot(self) -> str:
        return ballot(self._standing)

    def _voting(self, columns: Columns) -> Bools:
        """Where the vote is taken: there is still something to continue and the right is alive."""
        there: Bools = columns.operating & (columns.code(self._standing) == 0)
        if self.years is not None:
            there = there & np.isin(columns.code(YEAR) + 1, self.years)
        if self.grounds is not None:
            there = there & (columns.code(event_variable(self.grounds)) == 1)
        if self._right in columns.codes:
            there = there & (columns.code(self._right) == 0)
        return there

    def _closed(self, columns: Columns) -> Bools:
        return np.asarray(columns.code(self._standing) > 0)

    def _next_standing(self, columns: Columns) -> Law:
        standing = columns.code(self._standing)
        votes = ({m.party: columns.takes(m.party, self._ballot, name) for m in self.members} for name in self._names)
        ends = self._voting(columns) & ~self.voting_rule.carried(*votes)
        left = standing if self.closed_years is None else np.maximum(standing - 1, 0)
        return Law.surely(np.where(ends, len(columns.values[self._standing]) - 1, left))

    @property
    def _names(self) -> tuple[str, str]:
        return "continue", self._against

    def _lapsing(self, columns: Columns) -> Law:
        passed = columns.in_force & (columns.code(YEAR) + 1 >= (self.expires_year or 0))
        return Law.surely(np.where(passed, 1, columns.code(self._right)))
