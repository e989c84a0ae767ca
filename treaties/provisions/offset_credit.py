"""Offset credits: work that a seller has to place with a buyer by given years, with a bank for what it does early."""

from __future__ import annotations

from collections.abc import Iterable
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
    Enforced,
    Floats,
    Grid,
    Option,
    PayoffTerm,
    ProvisionContext,
    Rounding,
    Stock,
)
from treaties.model.errors import fault
from treaties.model.milestone import Milestone, insist_on_order
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, NonNegativeNumber, Quantity
from treaties.model.references import PartyId
from treaties.model.remark import Remark
from treaties.model.shares import Share
from treaties.model.stock_terms import POINTS_TOLD, ROUNDING_TOLD, Points, stock_remarks

NOTHING, USUAL, MOST = "place nothing", "place the year's work", "place as much as it can"


@final
class OffsetCredit(Provision):
    """Who owes whom how much work by when, what it is worth, and what becomes of too much and of too little.

    Every year the seller chooses how much work to place; none of it is a breach.  Work earns credit, times the
    ``multiplier``.  A milestone settles what fell due since the one before: credit is used up, a shortfall costs its
    penalty and is settled with it, and of what is left up to ``bank`` is kept for the next one.
    """

    title: ClassVar[str] = "Offset credits"
    mechanism: ClassVar[str] = (
        "Part of the price comes back to the buyer as work, at a loss; a duty that counts over years leaves the seller "
        "to choose when, and lets it leave before it falls due."
    )
    reference: ClassVar[str] = "Markowski and Hall (2004)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "FS-X (F-2) memorandum, Japan and the United States (1988), work share; the F-35 memorandum (2006) gives "
        "offsets up"
    )
    cannot_say: ClassVar[str] = "Credits that are traded, multipliers by kind of work, and quarrels about what counts."
    neutral_terms: ClassVar[dict[str, float]] = {"per_year": 0, "most": 0, "penalty": 0}

    type: Literal["offset_credit"] = "offset_credit"
    seller: PartyId = Field(description="The party that owes the work.")
    buyer: PartyId = Field(description="The party with which it is placed.")
    per_year: NonNegativeAmount = Field(
        description="Work that the seller is expected to place in a year, in the payoff unit: what it costs the seller."
    )
    most: NonNegativeAmount | None = Field(
        default=None, description="Most that it can place in a year, in the payoff unit; omitted = no more than that."
    )
    loss: Share = Field(
        default=Quantity(value=0.0), description="Share of the work (0 to 1) that is lost on the way to the buyer."
    )
    multiplier: NonNegativeNumber = Field(
        default=Quantity(value=1.0), description="Credit for one unit of work, a number (1 = at cost)."
    )
    milestones: Annotated[tuple[Milestone, ...], Field(min_length=1)] = Field(
        description="Credit that is to be earned by given years, in order, counted from the beginning of the term."
    )
    penalty: NonNegativeNumber = Field(
        description="What the seller owes the buyer for each unit of credit that is missing, a number (1 = all of it)."
    )
    bank: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="Most credit that is kept for the next milestone, in the payoff unit."
    )
    points: Points = Field(default=5, description=POINTS_TOLD)
    rounding: Rounding = Field(default="chance", description=ROUNDING_TOLD)

    @field_validator("milestones")
    @classmethod
    def _rise(cls, milestones: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
        insist_on_order(milestones)
        if not milestones[-1].level.value:
            raise fault("the milestones ask for nothing", "give what is owed", at=(len(milestones) - 1, "level"))
        return milestones

    @model_validator(mode="after")
    def _owe_another_party(self) -> OffsetCredit:
        if self.seller == self.buyer:
            raise fault(f"{self.buyer!r} would owe itself", "name another party", at=("buyer",))
        if self.most is not None and 0 < self.most.value < self.per_year.value:
            problem = f"{self.most.value:g} is less than the {self.per_year.value:g} that are expected"
            raise fault(problem, "raise it, or leave it out", at=("most",))
        return self

    @property
    def dues(self) -> tuple[tuple[int, float], ...]:
        """Year and credit of every milestone: what falls due with it since the one before."""
        before = (0.0, *(milestone.level.value for milestone in self.milestones))
        return tuple((m.by_year, m.level.value - b) for m, b in zip(self.milestones, before, strict=False))

    @property
    def _grid(self) -> Grid:
        return Grid(0.0, max(due for _, due in self.dues) + self.bank.value, self.points, self.rounding)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self._works:
            yield ClockYears(self.milestones[-1].by_year)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from stock_remarks(self._grid, self.per_year.value * self.multiplier.value, None)
        years = treaty.context.shortest_term
        for k, milestone in enumerate(self.milestones):
            if years is not None and milestone.by_year > years:
                problem = f"falls due in year {milestone.by_year} of a term of {years} years: never"
                yield Remark("warning", f"milestones.{k}.by_year", problem, "let it fall due earlier")
        if self.penalty.value * self.multiplier.value < 1.0:
            problem = f"a unit of work costs 1 and saves {self.penalty.value * self.multiplier.value:g} of penalty"
            yield Remark("note", "penalty", f"{problem}: it pays to miss milestones", "raise the penalty")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, OffsetCredit) and self._name == other._name
        return f"two clauses move the {self._name}; give them different articles" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._works:
            return
        yield from self._stock.effects(context, self.article)
        yield Choice(self.seller, self._name, tuple(self._options()), procedural=True)
        yield PayoffTerm(self.seller, self._given, self.article)
        yield PayoffTerm(self.buyer, self._received, self.article)
        if self.penalty.value:
            yield Enforced(self.seller, (self.buyer,), self._owed, article=self.article)

    @property
    def _works(self) -> bool:
        """Whether anything comes of the clause."""
        return bool(self.per_year.value or self.penalty.value or (self.most is not None and self.most.value))

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _name(self) -> str:
        return f"offset credit of {self.seller}{self._under}"

    @property
    def _stock(self) -> Stock:
        return Stock(
            self._name, self._grid, self._change, words=f"offset credit of {{{self.seller}}}", citing=self._under
        )

    def _options(self) -> Iterable[Option]:
        amounts = {NOTHING: 0.0, USUAL: self.per_year.value}
        if self.most is not None and self.most.value > self.per_year.value:
            amounts[MOST] = self.most.value
        for name in amounts:
            if name != USUAL or amounts[name]:
                yield Option(
                    name,
                    default=name == (USUAL if self.per_year.value else NOTHING),
                    available=self._open,
                    article=self.article,
                    words=name.replace("place", "places", 1) + f" with {{{self.buyer}}}",
                )

    def _open(self, columns: Columns) -> Bools:
        """Where there is somebody to place work with."""
        return columns.in_force & ~columns.departed(self.buyer)

    def _work(self, columns: Columns) -> Floats:
        """Work that is placed this year."""
        usual = columns.takes(self.seller, self._name, USUAL)
        most = columns.takes(self.seller, self._name, MOST)
        ceiling = self.per_year.value if self.most is None else self.most.value
        return np.where(usual, self.per_year.value, np.where(most, ceiling, 0.0))

    def _given(self, columns: Columns) -> Floats:
        return -self._work(columns)

    def _received(self, columns: Columns) -> Floats:
        return (1.0 - self.loss.value) * self._work(columns)

    def _earned(self, columns: Columns) -> Floats:
        """Credit at the end of the year, before anything is settled."""
        return self._stock.level(columns) + self.multiplier.value * self._work(columns)

    def _due(self, columns: Columns) -> Floats:
        """Credit that falls due at the end of the year; -1 where no milestone does."""
        out = columns.constant(-1.0)
        for by_year, due in self.dues:
            out = np.where(columns.in_force & np.equal(columns.code(YEAR), by_year - 1), due, out)
        return out

    def _owed(self, columns: Columns) -> Floats:
        due = self._due(columns)
        missing = np.where(due < 0, 0.0, np.maximum(due - self._earned(columns), 0.0))
        return self.penalty.value * missing

    def _change(self, columns: Columns) -> Floats:
        """Credit earned, less what a milestone uses up and what the bank does not keep."""
        due, earned = self._due(columns), self._earned(columns)
        kept = np.minimum(np.maximum(earned - due, 0.0), self.bank.value)
        return np.where(due < 0, earned, kept) - self._stock.level(columns)


