"""Withdrawal: a party may leave after a period of notice, and the treaty ends or goes on among the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    EXIT,
    MEMBER,
    OUT,
    STATUS,
    Announcement,
    Bools,
    Choice,
    Columns,
    Effect,
    EndsOnBreach,
    Ints,
    Law,
    Notice,
    Option,
    ProvisionContext,
    StateVariable,
    SurvivesExit,
    Suspension,
    Transition,
    WalksOut,
    membership_variable,
)
from treaties.model.errors import Misfit
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.references import OneOrMany, PartyId, PartyIds
from treaties.model.remark import Remark


@final
class Withdrawal(Provision):
    """Who may give notice, how long obligations go on after it, and whose exit does not end the treaty.

    A party whose exit the treaty survives is out when its notice has run out, or after a breach on which the treaty
    would end otherwise.  From then on it has no moves, rights or claims, and its outside option; the others go on, and
    what they earn depends on the share of the members that comply.  It is out for good, and with fewer than two
    members left the treaty ends.  That there are fewer than it took to enter into force does not end it (Vienna
    Convention on the Law of Treaties, 1969, Article 55).
    """

    title: ClassVar[str] = "Withdrawal with notice"
    mechanism: ClassVar[str] = (
        "Notice delays the gain from leaving and lets the others respond, but it also binds the party that has been "
        "wronged and stays to the end of it."
    )
    reference: ClassVar[str] = "Helfer (2005)"
    group: ClassVar[Group] = "duration and membership"
    real_treaty: ClassVar[str] = "Intermediate-Range Nuclear Forces Treaty (1987), article XV"
    cannot_say: ClassVar[str] = "Notice cannot be taken back, need not be explained, and does not depend on reasons."
    no_neutral_terms: ClassVar[str] = (
        "leaving by notice is a move of its own, told as such even where notice takes no time"
    )
    ending: ClassVar[bool] = True
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "notice_years": {
            "0": "A party may withdraw at any time, with effect at once.",
            "": "A party may withdraw by notice, and remains bound for {} after giving it.",
        },
    }

    type: Literal["withdrawal"] = "withdrawal"
    notice_years: Annotated[int, Field(strict=True, ge=0, le=20)] = Field(
        description="Years between notice and exit, during which obligations bind (0 to 20)."
    )
    holder: PartyIds | None = Field(default=None, description="Parties that may withdraw; omitted = all.")
    survives_exit_of: Annotated[tuple[PartyId, ...], OneOrMany] = Field(
        default=(), description="Parties whose exit does not end the treaty: it goes on among the others."
    )
    plan: Literal["never", "at will"] = Field(
        default="never",
        description="Whether compliance expects that nobody gives notice, or that each does at will, as pays it.",
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Notice(self.notice_years)
        if self.survives_exit_of:
            yield SurvivesExit(self.survives_exit_of)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        if name == "applies_to":
            return "who may leave is a term of its own", "name them in holder"
        if not self.survives_exit_of:
            return None
        return "who is out stays out, whatever the year", "leave it out, or let exit end the treaty for all"

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """With two parties there is no rest."""
        if not self.survives_exit_of or len(parties) != 2:
            return None
        problem = f"when {self.survives_exit_of[0]} leaves a treaty of two parties, nobody is left to go on with"
        return ("survives_exit_of",), problem, "leave it out, or name a third party"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        years = treaty.context.shortest_term
        if years is not None and self.notice_years >= years:
            problem = f"notice of {self.notice_years} years is as long as the term of {years} or longer"
            yield Remark("warning", "notice_years", problem, "shorten it")
        if not treaty.exit:
            problem = "exit = false stands beside a withdrawal clause, which then is the only way out"
            yield Remark("note", "", problem, "remove one of the two if that is not meant")
        ends_on_breach = bool(treaty.context.all_said(EndsOnBreach))
        for k, party in enumerate(self.survives_exit_of):
            if self.holder is not None and party not in self.holder and not ends_on_breach:
                problem = f"{party} may not give notice and no breach ends its membership: it is never out"
                yield Remark("warning", f"survives_exit_of.{k}", problem, "add it to the holders, or leave it out")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, Withdrawal):
            return None
        apart = self.holder is not None and other.holder is not None and not set(self.holder) & set(other.holder)
        return None if apart else "two withdrawal clauses bind the same party"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.holder or context.parties:
            open_ = partial(_may_leave, party) if party in context.survived else _in_force
            options = (
                Option("stay", default=True, article=self.article, words="stays in the treaty"),
                Option(
                    context.exit_option,
                    available=open_,
                    at_will=self.plan == "at will",
                    article=self.article,
                    words=context.exit_words,
                ),
            )
            yield Choice(party, EXIT, options, procedural=True)
        signals = bool(context.all_said(EndsOnBreach))
        notice = tuple(f"notice, {left} left" for left in range(self.notice_years, 0, -1))
        for party in context.survived:
            yield StateVariable(
                membership_variable(party),
                (MEMBER, *notice, OUT),
                rank=(2, context.parties.index(party)),
                party=party,
                usual=MEMBER,
                words=f"membership of {{{party}}}",
            )
            yield Transition(
                membership_variable(party), partial(_membership, context, party), self.article, sees_signals=signals
            )
            for matter in context.matters:
                if matter not in context.shared:
                    yield Suspension(matter, partial(_departed, party), party, self.article)
        yield Transition(STATUS, partial(_under_notice, context), self.article, sees_signals=signals)


def _in_force(columns: Columns) -> Bools:
    return columns.in_force


def _may_leave(party: str, columns: Columns) -> Bools:
    return np.asarray(columns.in_force & (columns.code(membership_variable(party)) == 0))


def _departed(party: str, columns: Columns) -> Bools:
    return columns.departed(party)


def _under_notice(context: ProvisionContext, columns: Columns) -> Law:
    """Notice puts the treaty into its first year of notice, or ends it at once where none is due.

    Notice of a party whose exit it survives does so only if fewer than two members would be left.
    """
    status = columns.code(STATUS)
    ending = np.zeros(columns.size, dtype=bool)
    for party in context.parties:
        if party not in context.survived:
            ending |= columns.takes(party, EXIT, context.exit_option)
    after = np.where(ending, np.maximum(status, 1), status)
    if context.survived:
        out = [_next_membership(context, p, columns) == _last(p, columns) for p in context.survived]
        alone = len(context.parties) - np.sum(out, axis=0) < 2
        after = np.where(alone, len(columns.values[STATUS]) - 1, after)
    return Law.surely(after)


def _membership(context: ProvisionContext, party: str, columns: Columns) -> Law:
    return Law.surely(_next_membership(context, party, columns))


def _next_membership(context: ProvisionContext, party: str, columns: Columns) -> Ints:
    """Notice runs on and ends in exit; so does, at once, walking out, or a breach on which a clause ends the treaty."""
    now, last = columns.code(membership_variable(party)), _last(party, columns)
    begins = (now > 0) | columns.takes(party, EXIT, context.exit_option)
    after = np.where(begins, np.minimum(now + 1, last), now)
    for said in context.all_said(WalksOut):
        after = np.where(columns.takes(party, EXIT, said.option), last, after)
    for clause in context.all_said(EndsOnBreach):
        ends = columns.established_breach(clause.matter, (party,))
        after = np.where(ends if clause.where is None else ends & clause.where(columns), last, after)
    return after


def _last(party: str, columns: Columns) -> int:
    return len(columns.values[membership_variable(party)]) - 1
