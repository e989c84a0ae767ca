"""Withdrawal: a party may leave after a period of notice during which its obligations bind."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    EXIT,
    STATUS,
    Announcement,
    Bools,
    Choice,
    Columns,
    Effect,
    Law,
    Notice,
    Option,
    ProvisionContext,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.references import PartyIds
from treaties.model.remark import Remark


@final
class Withdrawal(Provision):
    """Who may give notice, and how long obligations go on after it."""

    title: ClassVar[str] = "Withdrawal with notice"
    mechanism: ClassVar[str] = (
        "Notice delays the gain from leaving and lets the others respond, but it also binds the party that has been "
        "wronged and stays to the end of it."
    )
    reference: ClassVar[str] = "Helfer (2005)"
    ending: ClassVar[bool] = True

    type: Literal["withdrawal"] = "withdrawal"
    notice_years: Annotated[int, Field(strict=True, ge=0, le=20)] = Field(
        description="Years between notice and exit, during which obligations bind (0 to 20)."
    )
    holder: PartyIds | None = Field(default=None, description="Parties that may withdraw; omitted = all.")
    plan: Literal["never"] = Field(default="never", description="Compliance expects that notice is not given.")

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Notice(self.notice_years)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        years = treaty.context.shortest_term
        if years is not None and self.notice_years >= years:
            problem = f"notice of {self.notice_years} years is as long as the term of {years} or longer"
            yield Remark("warning", "notice_years", problem, "shorten it")
        if not treaty.exit:
            problem = "exit = false stands beside a withdrawal clause, which then is the only way out"
            yield Remark("note", "", problem, "remove one of the two if that is not meant")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, Withdrawal):
            return None
        apart = self.holder is not None and other.holder is not None and not set(self.holder) & set(other.holder)
        return None if apart else "two withdrawal clauses bind the same party"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.holder or context.parties:
            options = (
                Option("stay", default=True, article=self.article, words="stays in the treaty"),
                Option(context.exit_option, available=_in_force, article=self.article, words=context.exit_words),
            )
            yield Choice(party, EXIT, options, procedural=True)
        yield Transition(STATUS, partial(_under_notice, context.exit_option), self.article)


def _in_force(columns: Columns) -> Bools:
    return columns.in_force


def _under_notice(option: str, columns: Columns) -> Law:
    """Notice puts the treaty into its first year of notice, or ends it at once where none is due."""
    status = columns.code(STATUS)
    return Law.surely(np.where(columns.any_takes(EXIT, option), np.maximum(status, 1), status))
