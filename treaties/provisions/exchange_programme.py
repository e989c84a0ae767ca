"""Exchange programme: regular talks, visits and courses, so that each side knows what it sees of the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    AccidentsLeft,
    Announcement,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId
from treaties.model.remark import Remark
from treaties.model.shares import Share

ProgrammeYears = Annotated[int, Field(strict=True, ge=1, le=12)]


@final
class ExchangeProgramme(Provision):
    """How much misperception it takes away, how much it adds to what cooperation is worth and how slowly, at what cost.

    Accidents are the matter's own (`accident`): slips that look like a breach when conduct is examined; people who know
    one another take fewer of them for one.  What cooperation is worth grows in equal steps with every year in which the
    treaty is in force, up to its full growth; a party has it in years in which all keep to the matter.  When the treaty
    ends, so does the programme.
    """

    title: ClassVar[str] = "Exchange programme"
    mechanism: ClassVar[str] = (
        "Those who know one another take fewer slips for breaches, and lose more if they part; what grows slowly "
        "supports little in the first years."
    )
    reference: ClassVar[str] = "Jervis (1976)"
    real_treaty: ClassVar[str] = "UK-US Mutual Defence Agreement (1958) (recalled)"
    cannot_say: ClassVar[str] = (
        "Exchanges that a party may stop by itself, growth that a breach sets back, and what the parties learn of one "
        "another's aims."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"avoids": 0, "growth": 0, "cost": 0}

    type: Literal["exchange_programme"] = "exchange_programme"
    matter: MatterId | None = Field(default=None, description="The matter that it serves; omitted = all.")
    avoids: Share = Field(
        default=Quantity(value=0.0), description="Share (0 to 1) of accidents that are no longer taken for breaches."
    )
    growth: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Added to each party's reward per year and matter when all comply, once fully grown, in the payoff "
        "unit.",
    )
    grows_over_years: ProgrammeYears = Field(
        default=5, description="Years in force until it has fully grown, in equal steps (1 to 12)."
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What it costs each party per year, in the payoff unit."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.avoids.value:
            yield AccidentsLeft(None, None if self.matter is None else (self.matter,), 1.0 - self.avoids.value)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.avoids.value and not any(m.slips for m in treaty.matters if self.matter in (None, m.id)):
            problem = "no matter that it serves has accidents to avoid"
            yield Remark("warning", "avoids", problem, "give the matter a chance of accident")
        if not self.avoids.value and not self.growth.value:
            problem = "takes away no misperception and adds nothing: it changes nothing but what it costs"
            yield Remark("warning", "", problem, "set avoids or growth")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ExchangeProgramme) and self.article == other.article
        return "two clauses of the kind exchange_programme have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.growth.value:
            yield StateVariable(
                self._grown, tuple(range(self.grows_over_years + 1)), clock=True, rank=(37, 0), counted=True
            )
            yield Transition(self._grown, self._grow, self.article)
            for party in context.parties:
                yield PayoffTerm(party, partial(self._earned, context, party), self.article)
        for party in context.parties if self.cost.value else ():
            yield PayoffTerm(party, self._cost, self.article)

    @property
    def _grown(self) -> str:
        return "years of exchange" if self.article == "-" else f"article {self.article}: years of exchange"

    def _grow(self, columns: Columns) -> Law:
        return Law.surely(np.minimum(columns.code(self._grown) + columns.in_force, self.grows_over_years))

    def _earned(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """What it adds in matters to which all members keep."""
        kept = columns.constant(0.0)
        for matter in context.matters if self.matter is None else (self.matter,):
            complies = [columns.complies[other, matter] | columns.departed(other) for other in context.parties]
            kept = kept + np.all(complies, axis=0)
        return self.growth.value * columns.code(self._grown) / self.grows_over_years * kept

    def _cost(self, columns: Columns) -> Floats:
        return columns.constant(-self.cost.value)
