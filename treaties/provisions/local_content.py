"""Local content: how much of what one party supplies has to be made in the other's country, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, field_validator, model_validator

from treaties.effects import (
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
    Scale,
    Stock,
    Suspension,
)
from treaties.model.errors import fault
from treaties.model.milestone import Milestone, insist_on_order
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import Remark
from treaties.model.shares import Share
from treaties.model.stock_terms import POINTS_TOLD, ROUNDING_TOLD, Points, stock_remarks

PLACE, WAIVE = "place", "waive"


@final
class LocalContent(Provision):
    """Who has to place how much in whose country, what that costs, and what it is worth when supply stops.

    Local content is a stock between none (0) and all (1), which stays when the treaty ends.  A year in which the
    producer complies with the matter adds to it.  With a ``waiver_fee`` the producer may buy itself free for a year,
    which then adds nothing and for which no milestone is missed.
    """

    title: ClassVar[str] = "Local content"
    mechanism: ClassVar[str] = (
        "What is made at home costs more while the partner supplies and is still there when it stops: the buyer has "
        "less to lose from a breach, by the partner and by itself."
    )
    reference: ClassVar[str] = "Grossman (1981); Lockwood and Thomas (2002)"
    real_treaty: ClassVar[str] = "SAFE Regulation (EU) 2025/1106, eligibility rules, Article 16 (article recalled)"
    cannot_say: ClassVar[str] = (
        "Which parts are made where, prices that move with the share, and content that has to be kept up by new orders."
    )
    neutral_terms: ClassVar[dict[str, float]] = {
        "cost": 0, "unit_cost": 0, "protection": 0, "relief": 0, "penalty": 0, "waiver_fee": 0, "opens_at": 0,
    }  # fmt: skip

    type: Literal["local_content"] = "local_content"
    producer: PartyId = Field(description="The party that has to place work with the other.")
    buyer: PartyId = Field(description="The party in whose country it is placed.")
    matter: MatterId = Field(description="The matter under which the producer supplies.")
    per_year: Share = Field(
        description="Share of all content (0 to 1) that is placed in a year in which the producer complies."
    )
    starts: Annotated[float, Field(strict=True, ge=0, le=1)] = Field(
        default=0.0, description="Local content at signature (0 to 1), one of the points of the grid."
    )
    milestones: tuple[Milestone, ...] = Field(
        default=(), description="Shares that are to be reached by given years, in order."
    )
    penalty: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Owed to the buyer when a milestone falls due, for a shortfall of all content; in the payoff unit, "
        "in proportion for less.",
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What placing all content costs the producer, once, in the payoff unit; in proportion for less.",
    )
    unit_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What supply costs the buyer more in a year when all of it is local, in the payoff unit.",
    )
    protection: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What all local content is worth to the buyer in a year in which the producer does not supply: "
        "after its breach, and after the treaty; in the payoff unit.",
    )
    relief: Share = Field(
        default=Quantity(value=0.0),
        description="Share of the exposure (what a breach wins, and what being betrayed costs) that all local content "
        "takes away (0 to 1).",
    )
    waiver_fee: NonNegativeAmount | None = Field(
        default=None,
        description="For which the producer may be excused for a year, paid to the buyer; omitted = it may not.",
    )
    opens: MatterId | None = Field(
        default=None, description="A matter that is out of force until there is enough local content."
    )
    opens_at: Share = Field(
        default=Quantity(value=1.0), description="Share of all content (0 to 1) at which that matter opens."
    )
    points: Points = Field(default=5, description=POINTS_TOLD)
    rounding: Rounding = Field(default="chance", description=ROUNDING_TOLD)

    @field_validator("milestones")
    @classmethod
    def _rise(cls, milestones: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
        insist_on_order(milestones, 1.0)
        return milestones

    @model_validator(mode="after")
    def _fit_together(self) -> LocalContent:
        if self.producer == self.buyer:
            raise fault(f"{self.buyer!r} would place work with itself", "name another party", at=("buyer",))
        if self._grid.place(self.starts) is None:
            near = ", ".join(f"{value:g}" for value in self._grid.values)
            raise fault(f"{self.starts:g} is no point of the grid", f"choose one of {near}", at=("starts",))
        return self

    @property
    def _grid(self) -> Grid:
        return Grid(0.0, 1.0, self.points, self.rounding)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.milestones and self.penalty.value:
            yield ClockYears(self.milestones[-1].by_year)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from stock_remarks(self._grid, self.per_year.value, treaty.matter(self.matter))
        if self.relief.value and treaty.matter(self.matter).table is not None:
            problem = f"{self.matter} is given by a table, which has no exposure to scale"
            yield Remark("error", "relief", problem, "leave it out, or give the four payoffs")
        years = treaty.context.shortest_term
        for k, milestone in enumerate(self.milestones):
            reached = self.starts + self.per_year.value * milestone.by_year
            if years is not None and milestone.by_year > years:
                problem = f"falls due in year {milestone.by_year} of a term of {years} years: never"
                yield Remark("warning", f"milestones.{k}.by_year", problem, "let it fall due earlier")
            elif reached < milestone.level.value - 1e-9:
                problem = (
                    f"asks for {milestone.level.value:g} by year {milestone.by_year}, but {self.per_year.value:g} a "
                    f"year make {min(reached, 1.0):g} by then: it is always missed"
                )
                yield Remark("warning", f"milestones.{k}.level", problem, "ask for less, or place more a year")
        if self.milestones and not self.penalty.value:
            yield Remark("note", "milestones", "nothing follows when they are missed", "set a penalty")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, LocalContent) and self._name == other._name
        return f"two clauses move the {self._name}; give them different articles" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        fee = 0.0 if self.waiver_fee is None else self.waiver_fee.value
        opening = self.opens is not None and self.opens_at.value > 0
        owed = bool(self.milestones) and self.penalty.value > 0
        amounts = (self.cost.value, self.unit_cost.value, self.protection.value, self.relief.value)
        if not (any(amounts) or owed or fee or opening):
            return
        yield from self._stock.effects(context, self.article)
        if self.cost.value:
            yield PayoffTerm(self.producer, self._placing, self.article)
        if self.unit_cost.value:
            yield PayoffTerm(self.buyer, self._dearer, self.article)
        if self.protection.value:
            yield PayoffTerm(self.buyer, self._protected, self.article, always=True)
        if self.relief.value:
            yield Scale(self.matter, self._exposure, "risk", self.article)
        if owed:
            yield Enforced(self.producer, (self.buyer,), self._missed, article=self.article, matter=self.matter)
        if self.waiver_fee is not None:
            options = (
                Option(PLACE, default=True, available=self._open, article=self.article, words="places work locally"),
                Option(WAIVE, available=self._open, article=self.article, words="buys itself free of local content"),
            )
            yield Choice(self.producer, self._name, options, procedural=True)
            yield PayoffTerm(self.producer, self._fee_paid, self.article)
            yield PayoffTerm(self.buyer, self._fee_received, self.article)
        if self.opens is not None and opening:
            yield Suspension(self.opens, self._too_little, article=self.article)

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _name(self) -> str:
        return f"local content of {self.buyer} in {self.matter}{self._under}"

    @property
    def _stock(self) -> Stock:
        return Stock(
            self._name,
            self._grid,
            self._added,
            self.starts,
            irreversible=True,
            survives=True,
            words=f"local content of {{{self.buyer}}} in {{{self.matter}}}",
            citing=self._under,
        )

    def _open(self, columns: Columns) -> Bools:
        """Where there is a buyer under the treaty to place work with."""
        return columns.operating & ~columns.departed(self.buyer)

    def _waives(self, columns: Columns) -> Bools:
        return columns.takes(self.producer, self._name, WAIVE)

    def _added(self, columns: Columns) -> Floats:
        places = columns.complies[self.producer, self.matter] & ~self._waives(columns) & self._open(columns)
        return np.where(places, np.minimum(self.per_year.value, 1.0 - self._stock.level(columns)), 0.0)

    def _placing(self, columns: Columns) -> Floats:
        return -self.cost.value * self._added(columns)

    def _dearer(self, columns: Columns) -> Floats:
        supplied = columns.complies[self.producer, self.matter]
        return np.where(supplied, -self.unit_cost.value * self._stock.level(columns), 0.0)

    def _protected(self, columns: Columns) -> Floats:
        alone = ~columns.operating | columns.departed(self.producer) | columns.departed(self.buyer)
        alone = alone | columns.in_breach[self.producer, self.matter]
        return np.where(alone, self.protection.value * self._stock.level(columns), 0.0)

    def _exposure(self, columns: Columns) -> Floats:
        both = ~columns.departed(self.producer) & ~columns.departed(self.buyer)
        return np.where(both, 1.0 - self.relief.value * self._stock.level(columns), 1.0)

    def _missed(self, columns: Columns) -> Floats:
        missing = np.zeros(columns.size)
        for milestone in self.milestones:
            missing += self._stock.shortfall(milestone.by_year, milestone.level.value, columns)
        return np.where(self._waives(columns), 0.0, self.penalty.value * missing)

    def _fee_paid(self, columns: Columns) -> Floats:
        return -self._fee_received(columns)

    def _fee_received(self, columns: Columns) -> Floats:
        assert self.waiver_fee is not None
        return np.where(self._waives(columns), self.waiver_fee.value, 0.0)

    def _too_little(self, columns: Columns) -> Bools:
        return ~self._stock.reaches(self.opens_at.value)(columns)
