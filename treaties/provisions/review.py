"""Review: at certain times, or with a chance, the parties negotiate anew how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, field_validator, model_validator

from treaties.effects import (
    UNUSED_NEGOTIATION,
    YEAR,
    Announcement,
    Bools,
    ClockYears,
    Columns,
    Effect,
    Floats,
    Law,
    Negotiation,
    ProvisionContext,
    StateVariable,
    Transition,
    UnlimitedPayments,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability, Quantity, Within
from treaties.model.references import KeyedBy, YearOfTerm
from treaties.model.remark import Remark

Weights = Annotated[dict[str, Annotated[Quantity, Within(0, name="a bargaining weight")]], KeyedBy("party")]


@final
class Review(Provision):
    """When play is negotiated anew, and with what weight each party bargains.

    A review stands at the beginning of its year, before anything is paid or done, and only while the treaty is in
    force: nobody reviews what has been denounced.
    """

    title: ClassVar[str] = "Review (renegotiation)"
    mechanism: ClassVar[str] = (
        "A review lets the parties bargain afresh whatever was promised before, so that a threat or a reward that has "
        "to outlast it must survive bargaining over the joint gain."
    )
    reference: ClassVar[str] = "Goldlücke and Kranz (2023)"
    group: ClassVar[Group] = "duration and membership"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 776"
    cannot_say: ClassVar[str] = (
        "What the parties may agree on at a review is how they play on, not another text of the treaty."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"hazard": 0}

    type: Literal["review"] = "review"
    hazard: Probability | None = Field(
        default=None,
        description="Chance (0 to 1) that play is negotiated anew: in every year, or in the years of the calendar; "
        "omitted = 1, with a calendar.",
    )
    every_years: YearOfTerm | None = Field(
        default=None,
        description="Calendar: a review in every year of the term that this number divides; without a term, every so "
        "many years.",
    )
    years: Annotated[tuple[YearOfTerm, ...], Field(min_length=1)] | None = Field(
        default=None, description="Calendar: the years of the term (1 = first) that begin with a review."
    )
    weights: Weights | None = Field(
        default=None, description="Bargaining weight of every party, up to a common factor; omitted = equal weights."
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

    @field_validator("weights")
    @classmethod
    def _give_weight_to_somebody(cls, weights: dict[str, Quantity] | None) -> dict[str, Quantity] | None:
        if weights is not None and not any(weight.value for weight in weights.values()):
            raise fault("gives no party any weight", "give at least one party a weight above 0")
        return weights

    @model_validator(mode="after")
    def _say_when(self) -> Review:
        if self.every_years is not None and self.years is not None:
            raise fault("gives both every_years and years", "keep one of the two", at=("years",))
        if self.hazard is None and self.every_years is None and self.years is None:
            raise fault("says not when", "add hazard = 0.2, every_years = 3 or years = [3, 6], say", at=("hazard",))
        return self

    @property
    def chance(self) -> float:
        """Chance of a renegotiation where the calendar allows one."""
        return 1.0 if self.hazard is None else self.hazard.value

    @property
    def _clock(self) -> str:
        return (
            "year of the review clock" if self.article == "-" else f"article {self.article}: year of the review clock"
        )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.years is not None and self.chance:
            yield ClockYears(self.years[-1])

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not treaty.context.all_said(UnlimitedPayments):
            yield Remark("note", "", UNUSED_NEGOTIATION, "add an offset clause without a cap")
        years = treaty.context.shortest_term
        last = max(self.years or (self.every_years or 0,))
        if years is not None and last > years:
            problem = f"a review in year {last} of a term of {years} years is never held"
            yield Remark("warning", "", problem, f"choose years from 1 to {years}")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, Review):
            return None
        if self.weights is not None and other.weights is not None:
            # A common factor makes no difference.
            totals = [sum(weight.value for weight in weights.values()) for weights in (self.weights, other.weights)]
            pairs = [(self.weights[p].value / totals[0], other.weights[p].value / totals[1]) for p in self.weights]
            if any(abs(mine - theirs) > 1e-12 for mine, theirs in pairs):
                return "two reviews name different bargaining weights"
        return "two clauses of the kind review have the same article number" if self.article == other.article else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.chance:
            return
        weights = None if self.weights is None else {party: weight.value for party, weight in self.weights.items()}
        if weights is None and context.third_parties:
            # Who signs nothing does not sit at the table.
            weights = dict.fromkeys(context.parties, 1.0)
        yield Negotiation(self._hazard, weights, self.article)
        if self.every_years is not None and context.term_years is None:
            # The treaty's own clock stands still after a while; this one goes round.
            yield StateVariable(self._clock, tuple(range(1, self.every_years + 1)), clock=True, rank=(15, 0))
            yield Transition(self._clock, self._next_year, self.article)

    def _next_year(self, columns: Columns) -> Law:
        return Law.surely((columns.code(self._clock) + 1) % len(columns.values[self._clock]))

    def _due(self, columns: Columns) -> Bools:
        """Where the calendar has a review; everywhere without a calendar."""
        if self.years is not None:
            return np.isin(columns.code(YEAR) + 1, self.years)
        if self.every_years is not None:
            year = columns.code(self._clock if self._clock in columns.codes else YEAR) + 1
            return np.equal(year % self.every_years, 0)
        return np.ones(columns.size, dtype=bool)

    def _hazard(self, columns: Columns) -> Floats:
        return np.where(columns.in_force & self._due(columns), self.chance, 0.0)
