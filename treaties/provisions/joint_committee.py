"""Joint committee: a body of the parties that releases a matter every year, or opens the next stage, by vote."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.effects import (
    STAGE,
    Announcement,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Condition,
    Effect,
    Law,
    MajorityLater,
    Option,
    ProvisionContext,
    StageDue,
    StageVote,
    StateVariable,
    Suspension,
    Transition,
    ballot,
    ratchet_variable,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability, Quantity
from treaties.model.references import GoesAlone, MatterId, PartyId
from treaties.model.remark import Remark
from treaties.model.voting import Committee, Member, Votes, VotingRule, check_votes, exact, weights_of

NEUTRAL = "neutral members"

MOST_VOTERS = 12
"""Up to so many voters every division is tried to find members that never decide."""


@final
class Neutral(BaseModel):
    """Members of a committee that stand for no party and vote together, by chance."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: Votes = Field(default=Quantity(value=1.0), description="Number of votes that they cast.")
    yes: Probability = Field(description="Chance per year (0 to 1) that they vote in favour.")
    veto: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if nothing is carried against their vote."
    )


@final
class JointCommittee(Provision):
    """Who sits in the committee with how many votes, what carries a motion, who can block it, and what it decides.

    The parties vote at once with their conduct.  A matter that is not released is out of force for that year, as after
    a veto.  Neutral members are no players: how they will vote is drawn anew every year and known before the parties
    act; in the first year they vote in favour.
    """

    title: ClassVar[str] = "Joint committee"
    mechanism: ClassVar[str] = (
        "What the committee does not release stands still, so that whoever can keep a motion from being carried holds "
        "a veto in all but name; a quota or a casting vote takes it away again."
    )
    reference: ClassVar[str] = "Winter (1996); Baron and Ferejohn (1989)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = (
        "F-35 production memorandum (2006), management section (recalled): executive steering board"
    )
    cannot_say: ClassVar[str] = "Members do not talk before they vote, and no agenda is set: each year has one motion."
    no_neutral_terms: ClassVar[str] = (
        "without a vote in favour nothing is released, so that every rule leaves the members a choice"
    )

    type: Literal["joint_committee"] = "joint_committee"
    members: Annotated[tuple[Member, ...], Field(min_length=1)] = Field(
        description="Parties with a vote: party, weight (1), veto (false)."
    )
    rule: Literal["unanimity", "majority", "quota"] = Field(
        default="unanimity", description="What carries a motion: no vote against, more for than against, or a quota."
    )
    quota: Votes | None = Field(default=None, description="Votes in favour that carry a motion, for the rule `quota`.")
    chair: Annotated[PartyId, GoesAlone()] | None = Field(
        default=None, description="Member with the casting vote in a tie, for the rule `majority`; omitted = none."
    )
    neutral: Neutral | None = Field(default=None, description="Members that stand for no party, if any.")
    decides: Literal["release", "stages"] = Field(
        default="release",
        description="`release`: whether a matter is in force this year; `stages`: whether the next stage begins.",
    )
    matter: MatterId | None = Field(default=None, description="The matter that it releases, for `release`.")

    @model_validator(mode="after")
    def _can_decide(self) -> JointCommittee:
        if self.rule == "quota" and self.quota is None:
            raise fault("is needed by the rule 'quota'", "add quota = 2, say", at=("quota",))
        check_votes(self.members, self._weights, self.quota)
        names = [member.party for member in self.members]
        if self.chair is not None and self.chair not in names:
            raise fault(f"{self.chair!r} is no member", f"choose one of {', '.join(names)}", at=("chair",))
        if self.decides == "release" and self.matter is None:
            raise fault("is needed where the committee decides on release", "name a matter", at=("matter",))
        return self

    @property
    def _weights(self) -> tuple[tuple[str, Fraction], ...]:
        neutral = () if self.neutral is None else ((NEUTRAL, exact(self.neutral.weight)),)
        return (*weights_of(self.members), *neutral)

    @property
    def voting_rule(self) -> VotingRule:
        """The rule by which a motion is carried, neutral members included."""
        vetoers = [member.party for member in self.members if member.veto]
        if self.neutral is not None and self.neutral.veto:
            vetoers.append(NEUTRAL)
        quota = exact(self.quota) if self.rule == "quota" and self.quota is not None else None
        return VotingRule(self._weights, self.rule, quota, tuple(vetoers), self.chair)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses, and bargaining, need to know of this one."""
        yield Committee(self.article, self.voting_rule)
        if self.decides == "stages":
            yield StageVote(self._carried)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        if name != "applies_to":
            return None
        return "the votes of all members are counted together", "name the members that vote"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.decides == "stages" and not treaty.context.all_said(StageDue):
            remedy = 'set gate = "committee" in a staged_derisking clause'
            yield Remark("error", "decides", "no stages wait for the committee", remedy)
        later = any(said.committee == self.article for said in treaty.context.all_said(MajorityLater))
        if self.chair is not None and self.rule != "majority" and not later:
            problem = f"there are no ties to decide under the rule '{self.rule}'"
            yield Remark("note", "chair", problem, "leave it out, unless bargaining is to know who proposes")
        if self.quota is not None and self.rule != "quota":
            yield Remark("note", "quota", f"has no meaning under the rule '{self.rule}'", "leave it out")
        rule = self.voting_rule
        for k, member in enumerate(self.members):
            if member.veto and self.rule == "unanimity":
                problem = f"under unanimity {member.party} holds a veto anyway"
                yield Remark("note", f"members.{k}.veto", problem, "leave it out")
            elif len(rule.voters) <= MOST_VOTERS and not rule.ever_leaves_it_to(member.party):
                problem = f"the vote of {member.party} never decides anything"
                remedy = "change the weights or the quota, or leave the member out"
                yield Remark("warning", f"members.{k}", problem, remedy)

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, JointCommittee):
            return None
        if self.decides == other.decides == "stages":
            return "two committees open the stages"
        same = self.decides == other.decides and self.matter == other.matter
        return f"two committees release {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.neutral is not None and 0.0 < self.neutral.yes.value < 1.0:
            named = self._mood if self.decides == "stages" else f"neutral members on {{{self.matter}}}"
            yield StateVariable(self._mood, ("for", "against"), rank=(45, 0), usual="for", words=named)
            yield Transition(self._mood, self._neutral_vote, self.article)
        available = _operating if self.decides == "release" else self._stage_due(context)
        for member in self.members:
            yield Choice(member.party, self._subject, tuple(self._options(available)), procedural=True)
        if self.matter is not None and self.decides == "release":
            yield Suspension(self.matter, self._not_carried, article=self.article)

    def _stage_due(self, context: ProvisionContext) -> Condition:
        due = context.said(StageDue)
        if due is None:
            raise CompilationError(
                f'{self.label}: no clause waits for a committee to open its stages; set gate = "committee" there'
            )
        return due.where

    def _options(self, available: Condition) -> Iterable[Option]:
        yes, no = self._names
        said = ("consents to the next stage", "blocks the next stage")
        if self.decides == "release":
            said = (f"votes to release {{{self.matter}}}", f"votes against releasing {{{self.matter}}}")
        yield Option(yes, default=True, available=available, article=self.article, words=said[0])
        yield Option(no, available=available, article=self.article, words=said[1])

    @property
    def _names(self) -> tuple[str, str]:
        return ("advance", "wait") if self.decides == "stages" else (f"release {self.matter}", f"hold {self.matter}")

    @property
    def _subject(self) -> str:
        return STAGE if self.decides == "stages" else ballot(f"release of {self.matter}")

    @property
    def _mood(self) -> str:
        return f"neutral members on {'stages' if self.decides == 'stages' else self.matter}"

    def _neutral_vote(self, columns: Columns) -> Law:
        assert self.neutral is not None
        codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
        chance = columns.constant(self.neutral.yes.value)
        return Law(codes, np.stack([chance, 1.0 - chance], axis=1))

    def _carried(self, columns: Columns) -> Bools:
        """Where the votes cast carry the motion, by the committee's rule or by what a passerelle put in its place."""
        yes, no = ({v: self._cast(v, name, columns) for v, _ in self._weights} for name in self._names)
        rule = self.voting_rule
        carried = rule.carried(yes, no)
        variable = ratchet_variable(self.article)
        if variable in columns.codes:
            majority = VotingRule(rule.weights, "majority", None, rule.vetoers, rule.chair)
            carried = np.where(columns.code(variable) == 1, majority.carried(yes, no), carried)
        return carried

    def _cast(self, voter: str, option: str, columns: Columns) -> Bools:
        if voter != NEUTRAL:
            return columns.takes(voter, self._subject, option)
        assert self.neutral is not None
        if self._mood in columns.codes:
            in_favour = columns.code(self._mood) == 0
        else:
            in_favour = np.full(columns.size, self.neutral.yes.value == 1.0)
        return np.asarray(in_favour if option == self._names[0] else ~in_favour)

    def _not_carried(self, columns: Columns) -> Bools:
        return ~self._carried(columns)


def _operating(columns: Columns) -> Bools:
    return columns.operating
