"""Accession: a party takes part in some matters only later, after it has joined and paid its entry fee."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from treaties.effects import (
    YEAR,
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Suspension,
    Transition,
    ballot,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterIds, PartyId, YearOfTerm
from treaties.model.remark import Remark


@final
class Step(BaseModel):
    """From which year the newcomer takes part in which further matters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: YearOfTerm = Field(description="Years after the term began from which it takes part (1 or more).")
    matters: Annotated[MatterIds, Field(min_length=1)] = Field(description="Matters in which it then takes part.")


@final
class Accession(Provision):
    """Who joins when in which matters, at what price, and whether the others must agree.

    In a matter that it has not joined the newcomer owes nothing and earns what nobody's cooperation pays; the others
    cooperate without it, and a matter with one participant is out of force.  It decides on joining in the year before
    the first step, and in every year after it as long as it stays out; it pays when it joins, and later steps follow by
    themselves.
    """

    title: ClassVar[str] = "Accession"
    mechanism: ClassVar[str] = (
        "A newcomer joins if what it gains by taking part, less the fee, is at least what it has by staying out; the "
        "fee pays the members for sharing what they built."
    )
    reference: ClassVar[str] = "Buchanan (1965); Schneider and Urpelainen (2012)"
    group: ClassVar[Group] = "duration and membership"
    real_treaty: ClassVar[str] = (
        "EU SAFE loan instrument (2025), agreements with third countries that pay a contribution"
    )
    cannot_say: ClassVar[str] = (
        "A party that joins may not leave again by itself, and its fee is one sum, not bargained anew."
    )
    no_neutral_terms: ClassVar[str] = (
        "a party that may join has a choice that no other treaty has, and until it joins takes no part"
    )

    type: Literal["accession"] = "accession"
    party: PartyId = Field(description="The party that joins.")
    steps: Annotated[tuple[Step, ...], Field(min_length=1)] = Field(
        description="The steps in order: year and matters; in matters that none names it takes part from the start."
    )
    entry_fee: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="Paid once on joining to the others, in equal parts."
    )
    admission: Literal["open", "consent"] = Field(
        default="open", description="`open`: the newcomer alone decides; `consent`: every other party must admit it."
    )
    plan: Literal["join", "never"] = Field(
        default="join", description="Whether compliance expects the party to join as soon as it can."
    )

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        seen: list[str] = []
        for k, step in enumerate(steps):
            if k and step.year <= steps[k - 1].year:
                raise fault(
                    f"step {k + 1} comes in year {step.year}, not after step {k} (year {steps[k - 1].year})",
                    "list the steps in strictly increasing years",
                    at=(k, "year"),
                )
            for j, matter in enumerate(step.matters):
                if matter in seen:
                    raise fault(f"{matter!r} is joined twice", "name each matter once", at=(k, "matters", j))
                seen.append(matter)
        return steps

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield ClockYears(self.steps[-1].year)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return "a party that may not join yet would take part until then", "say when it may join with steps"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        years = treaty.context.shortest_term
        for k, step in enumerate(self.steps):
            if years is not None and step.year >= years:
                problem = f"step {k + 1} begins {step.year} years into a term of {years}: it is never reached"
                yield Remark("warning", f"steps.{k}.year", problem, f"choose a year before {years}")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, Accession) and self.party == other.party
        return f"two clauses let {self.party} join" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        place = context.parties.index(self.party)
        last = len(self.steps)
        values = ("outside", *(f"step {k} of {last}" for k in range(1, last)), "joined")
        yield StateVariable(
            self._standing,
            values,
            clock=True,
            rank=(33, place),
            party=self.party,
            usual="joined",
            words=f"accession of {{{self.party}}}",
        )
        yield Transition(self._standing, self._next_step, self.article)
        for k, step in enumerate(self.steps):
            for matter in step.matters:
                yield Suspension(matter, partial(self._before, k), self.party, self.article)
        joins = self.plan == "join"
        yield Choice(
            self.party,
            self._ballot,
            (
                Option("join", default=joins, available=self._open, article=self.article, words="joins"),
                Option("stay out", default=not joins, available=self._open, article=self.article, words="stays out"),
            ),
            procedural=True,
        )
        others = [party for party in context.parties if party != self.party]
        if self.admission == "consent":
            for other in others:
                yield Choice(other, self._ballot, tuple(self._admission()), procedural=True)
        if self.entry_fee.value:
            yield PayoffTerm(self.party, self._paid, self.article)
            for other in others:
                yield PayoffTerm(other, partial(self._received, others), self.article)

    def _admission(self) -> Iterable[Option]:
        named = f"{{{self.party}}}"
        yield Option(
            f"admit {self.party}", default=True, available=self._open, article=self.article, words=f"admits {named}"
        )
        yield Option(self._refusal, available=self._open, article=self.article, words=f"keeps {named} out")

    @property
    def _refusal(self) -> str:
        return f"refuse {self.party}"

    @property
    def _standing(self) -> str:
        return f"accession of {self.party}"

    @property
    def _ballot(self) -> str:
        return ballot(self._standing)

    def _due(self, columns: Columns) -> Bools:
        """Where the next step may begin with the next year; what has been joined is not left again with a new term."""
        begins = np.array([step.year for step in self.steps] + [10**6])[columns.code(self._standing)]
        return np.asarray(columns.in_force & (columns.code(YEAR) + 1 >= begins))

    def _open(self, columns: Columns) -> Bools:
        """Where joining is decided."""
        return np.asarray(self._due(columns) & (columns.code(self._standing) == 0))

    def _before(self, step: int, columns: Columns) -> Bools:
        """Where a step has not been taken yet."""
        return np.asarray(columns.code(self._standing) <= step)

    def _joins(self, columns: Columns) -> Bools:
        refused = columns.any_takes(self._ballot, self._refusal)
        return self._open(columns) & columns.takes(self.party, self._ballot, "join") & ~refused

    def _next_step(self, columns: Columns) -> Law:
        standing = columns.code(self._standing)
        moves = np.where(standing == 0, self._joins(columns), self._due(columns))
        return Law.surely(standing + moves)

    def _paid(self, columns: Columns) -> Floats:
        return np.where(self._joins(columns), -self.entry_fee.value, 0.0)

    def _received(self, others: Sequence[str], columns: Columns) -> Floats:
        """An equal part: those who have left get none, and the rest share theirs."""
        here = np.sum([~columns.departed(other) for other in others], axis=0)
        return np.asarray(-self._paid(columns) / np.maximum(here, 1))
