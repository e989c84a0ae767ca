"""Majority ratchet (passerelle): once all agree, a committee goes over from unanimity to majority, for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    YEAR,
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    CompilationError,
    Effect,
    Law,
    MajorityLater,
    Option,
    ProvisionContext,
    StateVariable,
    Transition,
    ballot,
    ratchet_variable,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.references import ArticleNumber, Years
from treaties.model.remark import Remark
from treaties.model.voting import Committee


@final
class MajorityRatchet(Provision):
    """Which committee may go over to majority, from which year, and what compliance expects.

    Every party of the treaty votes, at once with the year's conduct, until all agree in the same year; the committee
    decides by majority from the next year on and nobody can bring unanimity back.  Vetoes and the casting vote that the
    committee's own article gives stay.
    """

    title: ClassVar[str] = "Majority ratchet (passerelle)"
    mechanism: ClassVar[str] = (
        "Each party gives up its block once and for all, for everybody else's in return; who expects to be outvoted "
        "keeps unanimity, since the step cannot be taken back."
    )
    reference: ClassVar[str] = "Treaty on European Union, Article 48(7); Winter (1996)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = "Montreal Protocol (1987), article 2(9)"
    cannot_say: ClassVar[str] = (
        "Nobody can return to unanimity, opt out of what it is outvoted on, or agree for one kind of decision only."
    )
    no_neutral_terms: ClassVar[str] = (
        "parties that may agree to go over to majority have a choice that no other treaty has"
    )

    own_limits: ClassVar[frozenset[str]] = frozenset({"from_year"})

    type: Literal["majority_ratchet"] = "majority_ratchet"
    committee: ArticleNumber = Field(description="Article of the joint committee that decides by unanimity until then.")
    from_year: Years = Field(
        default=0,
        description="Years after the term began from which the parties may agree (0 = from signature), its own count.",
    )
    plan: Literal["agree", "never"] = Field(
        default="agree", description="Whether compliance expects every party to agree as soon as it may."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield MajorityLater(self.committee)
        if self.from_year:
            yield ClockYears(self.from_year)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return ("it asks for the consent of all", "leave it out") if name == "applies_to" else None

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        committees = treaty.context.all_said(Committee)
        named = [committee.rule for committee in committees if committee.article == self.committee]
        if not named:
            known = ", ".join(committee.article for committee in committees)
            problem = f"no joint committee has the article {self.committee!r}"
            remedy = f"articles of committees: {known}" if known else "add a joint_committee clause before this one"
            yield Remark("error", "committee", problem, remedy)
        for rule in named:
            if rule.kind != "unanimity":
                problem = f"the committee of article {self.committee} needs no unanimity anyway"
                yield Remark("error", "committee", problem, 'set rule = "unanimity" there, or leave this clause out')
            elif rule.chair is None and len(rule.voters) == 2 and len({weight for _, weight in rule.weights}) == 1:
                problem = "two members without a chair: a majority of them is unanimity"
                yield Remark("warning", "committee", problem, "name a chair, or give the members unequal weights")
        years = treaty.context.shortest_term
        if years is not None and self.from_year >= years:
            problem = f"begins {self.from_year} years into a term of {years}: it is never reached"
            yield Remark("warning", "from_year", problem, f"choose a year before {years}")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, MajorityRatchet) and self.committee == other.committee
        return f"two clauses change how the committee of article {self.committee} decides" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        committees = context.all_said(Committee)
        rules = [committee.rule for committee in committees if committee.article == self.committee]
        if not rules:
            known = ", ".join(committee.article for committee in committees) or "none"
            raise CompilationError(
                f"{self.label}: no joint committee has the article {self.committee!r}; articles of committees: {known}"
            )
        if any(rule.kind != "unanimity" for rule in rules):
            raise CompilationError(f"{self.label}: the committee of article {self.committee} needs no unanimity anyway")
        yield StateVariable(self._decisions, ("unanimity", "majority"), rank=(44, 0), usual="unanimity")
        yield Transition(self._decisions, self._next_rule, self.article)
        options = self._options()
        for party in context.parties:
            yield Choice(party, self._ballot, options, procedural=True)

    def _options(self) -> tuple[Option, ...]:
        agrees = self.plan == "agree"
        committee = f" in the committee of article {self.committee}"
        return (
            Option(
                f"majority under article {self.committee}",
                default=agrees,
                available=self._open,
                article=self.article,
                words="agrees to decide by majority",
                citing=committee,
            ),
            Option(
                f"unanimity under article {self.committee}",
                default=not agrees,
                available=self._open,
                article=self.article,
                words="insists on unanimity",
                citing=committee,
            ),
        )

    @property
    def _decisions(self) -> str:
        return ratchet_variable(self.committee)

    @property
    def _ballot(self) -> str:
        return ballot(f"majority under article {self.committee}")

    def _open(self, columns: Columns) -> Bools:
        """Where the parties may still agree."""
        there: Bools = columns.in_force & (columns.code(self._decisions) == 0)
        return there & (columns.code(YEAR) >= self.from_year) if self.from_year else there

    def _next_rule(self, columns: Columns) -> Law:
        insists = columns.any_takes(self._ballot, f"unanimity under article {self.committee}")
        return Law.surely(np.where(self._open(columns) & ~insists, 1, columns.code(self._decisions)))
