"""Red line: a measure of conduct that crosses a line announced beforehand draws the answer agreed beforehand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Announcement,
    Bools,
    Columns,
    Effect,
    Examined,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    Signal,
    StateVariable,
    Suspension,
    Transition,
)
from treaties.model.errors import Place, fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, NonNegativeNumber, Number, Quantity
from treaties.model.references import MatterId, PartyIds, Years
from treaties.model.remark import Remark

NONE, BELOW, ACROSS = "not measured", "below the line", "across the line"


@final
class RedLine(Provision):
    """Whose conduct in which matter is measured, how noisily, where the line is, and what follows across it.

    The measure is what conduct of its kind shows on average, plus normal noise; every party is measured on its own, in
    every year in which it owes something.  Across the line it pays a fixed penalty or is kept out of the matter for
    some years, guilty or not; below it nothing follows, and what nobody sees otherwise counts as kept.
    """

    group: ClassVar[Group] = "information"
    title: ClassVar[str] = "Red line"
    mechanism: ClassVar[str] = (
        "A line announced beforehand settles what is answered and how, so that nobody need judge grey acts. A low line "
        "strikes the innocent, a high one misses breaches; its penalty deters most halfway between the two."
    )
    reference: ClassVar[str] = "Schelling (1960); Green and Porter (1984)"
    real_treaty: ClassVar[str] = (
        "AUKUS agreement on naval nuclear propulsion (2024), termination after a nuclear test or a breach of safeguards"
    )
    cannot_say: ClassVar[str] = (
        "Conduct between keeping and breaking, of which a party would choose the degree: there are two levels. An "
        "answer that ends the treaty. Where nobody sees conduct, whatever flags it keeps the party out, not only "
        "this measure."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"penalty": 0, "suspended_years": 0}

    type: Literal["red_line"] = "red_line"
    party: PartyIds | None = Field(default=None, description="Party or parties that are measured; omitted = all.")
    matter: MatterId = Field(description="The matter in which conduct is measured.")
    threshold: Number = Field(description="The line, on the scale of the measure.")
    noise: NonNegativeNumber = Field(
        default=Quantity(value=0.0), description="Standard deviation of the measure, on its own scale; 0 = exact."
    )
    complying: Number = Field(
        default=Quantity(value=0.0), description="What the measure shows on average of a party that complies."
    )
    breaching: Number = Field(
        default=Quantity(value=1.0), description="What it shows on average of a party in breach; more than that."
    )
    penalty: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What crossing costs the party once, in the payoff unit."
    )
    paid_to_others: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if the others get the penalty, in equal parts."
    )
    suspended_years: Years = Field(default=0, description="Years for which crossing keeps the party out of the matter.")

    @model_validator(mode="after")
    def _tell_breach_from_compliance(self) -> RedLine:
        if self.breaching.value <= self.complying.value:
            raise fault(
                f"a breach would show {self.breaching.value:g}, compliance {self.complying.value:g}",
                "let breaching be more than complying",
                at=("breaching",),
            )
        return self

    def crossing(self, level: float) -> float:
        """Chance that the measure is across the line where it shows ``level`` on average."""
        beyond = level - self.threshold.value
        if self.noise.value == 0.0:
            return float(beyond > 0.0)
        return 0.5 * math.erfc(-beyond / (self.noise.value * math.sqrt(2.0)))

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Examined(self.matter, parties=self.party)

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties whose conduct the clause looks into by name."""
        return ((("party", k), party, self.matter) for k, party in enumerate(self.party or ()))

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.penalty.value and not self.suspended_years:
            yield Remark("warning", "penalty", "nothing follows across the line", "add a penalty or suspended_years")
        if self.threshold.value <= self.complying.value:
            yield Remark("warning", "threshold", "half of those who comply or more are across the line", "raise it")
        if self.threshold.value >= self.breaching.value:
            yield Remark("warning", "threshold", "half of all breaches or more stay below the line", "lower it")
        if self.suspended_years and treaty.matter(self.matter).table is not None and len(treaty.signatories) > 2:
            problem = f"{self.matter} is given by a table, which does not say what it is worth while one is kept out"
            yield Remark("error", "suspended_years", problem, "use a penalty instead")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, RedLine) and (self.article, self.matter) == (other.article, other.matter)
        return f"two red lines on {self.matter} have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.party or context.obliged(self.matter):
            hidden = (party, self.matter) in context.unseen
            if hidden:
                yield Signal(
                    self._named(f"measure of {party} on {self.matter}"),
                    (NONE, BELOW, ACROSS),
                    partial(self._measure, party),
                    party,
                    self.matter,
                    flags=(ACROSS,),
                    clean=(BELOW,),
                    article=self.article,
                    words=f"measure of {{{party}}} on {{{self.matter}}}",
                    citing=self._named(""),
                )
            if self.penalty.value:
                yield PayoffTerm(party, partial(self._penalty, hidden, party, None), self.article)
                if self.paid_to_others:
                    for other in context.parties:
                        if other != party:
                            paid = partial(self._penalty, hidden, party, context)
                            yield PayoffTerm(other, paid, self.article)
            if self.suspended_years:
                yield StateVariable(
                    self._line(party),
                    ("kept", *(f"out, {left} left" for left in range(self.suspended_years, 0, -1))),
                    rank=(44, context.parties.index(party)),
                    party=party,
                    usual="kept",
                    words=f"line of {{{party}}} on {{{self.matter}}}",
                    citing=self._named(""),
                )
                law = partial(self._next, hidden, party)
                yield Transition(self._line(party), law, self.article, sees_signals=hidden)
                yield Suspension(self.matter, partial(self._out, party), party, self.article)

    def _named(self, what: str) -> str:
        return what if self.article == "-" else f"{what} under article {self.article}"

    def _line(self, party: str) -> str:
        return self._named(f"line of {party} on {self.matter}")

    def _chance(self, hidden: bool, party: str, columns: Columns) -> Floats:
        """Chance of being across the line."""
        breach, kept = self.crossing(self.breaching.value), self.crossing(self.complying.value)
        if hidden:
            across = columns.flag_chance(party, self.matter, breach, kept)
        else:
            across = np.where(columns.in_breach[party, self.matter], breach, kept)
        return np.where(columns.operating & columns.acts(party, self.matter), across, 0.0)

    def _measure(self, party: str, columns: Columns) -> Floats:
        measured = (columns.operating & columns.acts(party, self.matter)).astype(float)
        across = self._chance(True, party, columns)
        return np.stack([1.0 - measured, measured - across, across], axis=1)

    def _penalty(self, hidden: bool, party: str, shared: ProvisionContext | None, columns: Columns) -> Floats:
        """What a party is expected to pay, or, where it is ``shared`` among the others, what each of them gets."""
        owed = self.penalty.value * self._chance(hidden, party, columns)
        if shared is None:
            return -owed
        here = np.sum([~columns.departed(other) for other in shared.parties if other != party], axis=0)
        return np.where(columns.departed(party), 0.0, owed / np.maximum(here, 1))

    def _out(self, party: str, columns: Columns) -> Bools:
        return np.asarray(columns.code(self._line(party)) > 0)

    def _next(self, hidden: bool, party: str, columns: Columns) -> Law:
        now = columns.code(self._line(party))
        passing = np.where((now > 0) & (now < self.suspended_years), now + 1, 0)
        if hidden:
            across = columns.accused[party, self.matter].astype(float)
        else:
            across = self._chance(hidden, party, columns)
        across = np.where(now > 0, 0.0, across)
        return Law(np.stack([passing, np.ones_like(now)], axis=1), np.stack([1.0 - across, across], axis=1))
