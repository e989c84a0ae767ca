"""Veto: a party may block a matter for a year, unless others may override it and do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

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
    UnlimitedPayments,
    ballot,
    event_variable,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import in_words
from treaties.model.references import EventId, MatterId, PartyIds, YearOfTerm
from treaties.model.remark import Remark


def _count_or_unlimited(data: Any) -> Any:
    whole = isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= 60
    if not whole and data != "unlimited":
        problem = f'needs a whole number from 0 to 60 or "unlimited", got {in_words(data)}'
        raise fault(problem, "correct the number of uses")
    return data


Uses = Annotated[int | Literal["unlimited"], BeforeValidator(_count_or_unlimited)]


@final
class Veto(Provision):
    """Who may block which matter, how often, on which grounds, until when, and who may override it.

    Where others may override it, the veto is no conduct of its own but a move beside conduct: whoever uses it goes on
    complying or not, which counts if the veto is overridden.  All vote at once: a vote to override is for the case that
    the veto is used.  A use that is overridden is spent.
    """

    title: ClassVar[str] = "Veto"
    mechanism: ClassVar[str] = (
        "A lawful way not to comply in a bad year takes the place of a breach; too free a veto makes the other side's "
        "compliance worthless."
    )
    reference: ClassVar[str] = "Rosendorff and Milner (2001); Winter (1996)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = "Franco-German agreement on defence export controls (2019), articles 1-2"
    cannot_say: ClassVar[str] = (
        "It blocks a matter for a year, not a single sale, and grounds are true: nobody can claim them falsely."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"uses_per_term": 0}
    right: ClassVar[bool] = True
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "holder": "The right of veto belongs to {}.",
        "matter": "In a year in which it is used, {} is out of force.",
        "grounds": "It may be used only in the event of {}.",
        "uses_per_term": {
            "0": "No party holds a veto.",
            "1": "The holder may use its veto once in each term.",
            "unlimited": "The holder may use its veto as often as it wishes.",
            "": "The holder may use its veto {} times in each term.",
        },
    }

    type: Literal["veto"] = "veto"
    holder: PartyIds = Field(description="Party or parties that hold the right, by id.")
    matter: MatterId = Field(description="The matter that is out of force in a year in which the veto is used.")
    uses_per_term: Uses = Field(
        default="unlimited", description='Times each holder may use it per term; "unlimited" or omitted = no limit.'
    )
    grounds: EventId | None = Field(
        default=None, description="Event that must be present for the veto to be used; omitted = any reason."
    )
    expires_year: YearOfTerm | None = Field(
        default=None, description="Year of the first term after which the right has lapsed; omitted = never."
    )
    override_by: PartyIds | None = Field(
        default=None, description="Parties, none of them a holder, that may override a use; omitted = nobody."
    )
    override_votes: Annotated[int, Field(strict=True, ge=1, le=60)] | None = Field(
        default=None, description="Votes of these parties that override it; omitted = all of them."
    )
    plan: Literal["grounds", "never", "always", "at will"] | None = Field(
        default=None,
        description="What compliance expects: use when the grounds hold, never, whenever it is available, or at will, "
        "as pays its holder; omitted = when the grounds hold, without grounds never, but at will where the parties may "
        "pay one another without a limit.",
    )

    @model_validator(mode="after")
    def _can_be_overridden(self) -> Veto:
        for k, party in enumerate(self.override_by or ()):
            if party in self.holder:
                raise fault(f"{party!r} holds the veto itself", "name other parties", at=("override_by", k))
        if self.override_votes is not None and self.override_by and self.override_votes > len(self.override_by):
            raise fault(
                f"{self.override_votes} of {len(self.override_by)} votes can never be reached",
                f"choose a number up to {len(self.override_by)}",
                at=("override_votes",),
            )
        return self

    def expected_use(self, context: ProvisionContext) -> Literal["grounds", "never", "always", "at will"]:
        """The plan that is judged: without grounds, `grounds` means never.

        A veto for any reason that no plan speaks of is a threat where the parties can bargain over what it is worth
        not to use it, which they can where payments have no limit: it is then judged as used at will.
        """
        if self.plan is None and self.grounds is None and context.all_said(UnlimitedPayments):
            return "at will"
        return "never" if self.plan in (None, "grounds") and self.grounds is None else self.plan or "grounds"

    @property
    def limit(self) -> int | None:
        """Uses per term; None when there is no limit."""
        return None if self.uses_per_term == "unlimited" else int(self.uses_per_term)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.expires_year is not None and self.uses_per_term != 0:
            yield ClockYears(self.expires_year)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.limit == 0:
            yield Remark("note", "uses_per_term", "a right with no uses can never be used")
        if self.plan == "always" and self.grounds is None and self.limit is None:
            problem = f"the plan blocks {self.matter} in every year"
            yield Remark("warning", "plan", problem, "name grounds, limit it or change the plan")
        if self.override_votes is not None and self.override_by is None:
            yield Remark("note", "override_votes", "has no meaning without override_by", "leave it out")
        years = treaty.context.shortest_term
        if years is None:
            if self.limit:
                problem = f"the treaty has no term, so {self.limit} uses must last for ever"
                yield Remark("note", "uses_per_term", problem, "add a sunset clause with renewal")
            return
        if self.limit is not None and self.limit > years:
            problem = f"{self.limit} uses in a term of {years} years are no limit"
            yield Remark("warning", "uses_per_term", problem, 'write "unlimited" or lower it')
        if self.expires_year is not None and self.expires_year > years:
            problem = f"the right lapses after year {self.expires_year} of a first term of {years}"
            yield Remark("warning", "expires_year", problem, "leave it out, or choose a year")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, Veto) and self.matter == other.matter and set(self.holder) & set(other.holder)
        return f"two vetoes on {self.matter} have the same holder" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.uses_per_term == 0:
            return
        for holder in self.holder:
            place = context.parties.index(holder)
            yield self._right_of(holder, self.expected_use(context))
            if self.limit:
                left = tuple(range(self.limit + 1))
                yield StateVariable(
                    self._left(holder),
                    left,
                    initial=self.limit,
                    rank=(40, place),
                    party=holder,
                    words=f"vetoes left to {{{holder}}} on {{{self.matter}}}",
                )
                yield Transition(self._left(holder), partial(self._uses, context, holder), self.article)
        if self.override_by is not None:
            for party in self.override_by:
                yield Choice(party, self._override, tuple(self._votes_to_override()), procedural=True)
            yield Suspension(self.matter, self._stands, article=self.article)
        if self.expires_year is not None:
            rank = (41, context.matters.index(self.matter))
            named = f"veto right on {{{self.matter}}}"
            yield StateVariable(self._lapse, ("alive", "lapsed"), rank=rank, usual="alive", words=named)
            yield Transition(self._lapse, self._lapsing, self.article)

    def _right_of(self, holder: str, use: str) -> Choice:
        """The right as conduct of its own, or as a move beside conduct where it can be overridden."""
        final = self.override_by is None
        available = partial(self._available, holder)
        veto = Option(
            self._use,
            expected=partial(self._available, holder) if use in ("grounds", "always") else None,
            available=available,
            suspends=final,
            at_will=use == "at will",
            article=self.article,
            words=f"vetoes {{{self.matter}}}",
        )
        if final:
            return Choice(holder, self.matter, (veto,))
        none = Option(
            "no veto",
            default=True,
            available=available,
            article=self.article,
            words=f"does not veto {{{self.matter}}}",
        )
        return Choice(holder, self._subject, (none, veto), procedural=True)

    def _votes_to_override(self) -> Iterable[Option]:
        named = f"a veto on {{{self.matter}}}"
        yield Option(
            "uphold", default=True, available=self._can_be_used, article=self.article, words=f"upholds {named}"
        )
        yield Option(
            self._override, available=self._can_be_used, article=self.article, words=f"votes to override {named}"
        )

    @property
    def _use(self) -> str:
        return "veto" if self.override_by is None else f"veto {self.matter}"

    @property
    def _subject(self) -> str:
        return self.matter if self.override_by is None else ballot(f"veto on {self.matter}")

    @property
    def _override(self) -> str:
        return f"override {'/'.join(self.holder)} on {self.matter}"

    def _can_be_used(self, columns: Columns) -> Bools:
        return np.asarray(np.any([self._available(holder, columns) for holder in self.holder], axis=0))

    def _stands(self, columns: Columns) -> Bools:
        """Where the veto is used and not overridden."""
        used = np.any([columns.takes(holder, self._subject, self._use) for holder in self.holder], axis=0)
        named = self.override_by or ()
        votes = np.sum([columns.takes(party, self._override, self._override) for party in named], axis=0)
        return np.asarray(used & (votes < (self.override_votes or len(named))))

    def _left(self, holder: str) -> str:
        return f"vetoes left to {holder} on {self.matter}"

    @property
    def _lapse(self) -> str:
        return f"veto right on {self.matter}"

    def _available(self, holder: str, columns: Columns) -> Bools:
        there = columns.operating
        if self.limit is not None:
            there = there & (columns.code(self._left(holder)) > 0) if self.limit else np.zeros(columns.size, dtype=bool)
        if self.grounds is not None:
            there = there & (columns.code(event_variable(self.grounds)) == 1)
        if self._lapse in columns.codes:
            there = there & (columns.code(self._lapse) == 0)
        return there

    def _uses(self, context: ProvisionContext, holder: str, columns: Columns) -> Law:
        left = columns.code(self._left(holder)) - columns.takes(holder, self._subject, self._use)
        # A new term brings the full number back.
        return Law.surely(np.where(context.last_year(columns), self.limit or 0, left))

    def _lapsing(self, columns: Columns) -> Law:
        passed = columns.in_force & (columns.code(YEAR) + 1 >= (self.expires_year or 0))
        return Law.surely(np.where(passed, 1, columns.code(self._lapse)))
