"""Technology transfer: know-how that is disclosed year by year, and that the recipient keeps whatever happens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import Bools, Columns, Effect, Floats, Grid, PayoffTerm, ProvisionContext, Rounding, Stock
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import Remark
from treaties.model.shares import Share
from treaties.model.stock_terms import POINTS_TOLD, ROUNDING_TOLD, Points, stock_remarks


@final
class TechnologyTransfer(Provision):
    """Who discloses what to whom how fast, what it earns together, and what the recipient could earn with it alone.

    Know-how is a stock between none (0) and all (1).  In a year in which supplier and recipient both keep to the
    matter it earns ``surplus``, shared between them by ``flowback``; in any other year, and after the treaty, the
    recipient uses it ``alone``.  What was disclosed cannot be taken back; it only ages.
    """

    title: ClassVar[str] = "Technology transfer"
    mechanism: ClassVar[str] = (
        "Know-how that is disclosed makes cooperation worth more now, and the recipient less dependent on it later: "
        "it steadies the treaty where the first outweighs the second, and unsettles it where it does not."
    )
    reference: ClassVar[str] = "Teece (1977); Thomas and Worrall (1994)"
    real_treaty: ClassVar[str] = (
        "FS-X (F-2) memorandum, Japan and the United States (1988), terms on the flowback of technology"
    )
    cannot_say: ClassVar[str] = (
        "Who may use the know-how outside the matter, what third parties learn of it, and what a court would take back."
    )
    neutral_terms: ClassVar[dict[str, float]] = {"surplus": 0, "alone": 0}

    type: Literal["technology_transfer"] = "technology_transfer"
    supplier: PartyId = Field(description="The party that discloses.")
    recipient: PartyId = Field(description="The party that learns.")
    matter: MatterId = Field(description="The matter under which is disclosed; to comply with it is to disclose.")
    per_year: Share = Field(
        description="Share of all know-how (0 to 1) that is disclosed in a year in which the supplier complies."
    )
    surplus: NonNegativeAmount = Field(
        description="What all know-how adds per year for both together while both comply, in the payoff unit."
    )
    alone: NonNegativeAmount = Field(
        description="What all know-how earns the recipient per year without the supplier: in a year in which either "
        "does not comply, and after the treaty; in the payoff unit."
    )
    flowback: Share = Field(
        default=Quantity(value=0.0), description="Share of the surplus (0 to 1) that flows back to the supplier."
    )
    gate: Literal["none", "compliance"] = Field(
        default="none",
        description="`compliance`: nothing is disclosed in a year in which the recipient does not comply.",
    )
    sealed: Share = Field(
        default=Quantity(value=0.0), description="Share of the know-how (0 to 1) that is never disclosed."
    )
    leakage: Share = Field(
        default=Quantity(value=0.0),
        description="Share of all know-how (0 to 1) that the recipient picks up in a year, disclosed or not.",
    )
    fades: Share = Field(
        default=Quantity(value=0.0), description="Share of what was disclosed (0 to 1) that a year makes worthless."
    )
    points: Points = Field(default=5, description=POINTS_TOLD)
    rounding: Rounding = Field(default="chance", description=ROUNDING_TOLD)

    @model_validator(mode="after")
    def _teach_another_party(self) -> TechnologyTransfer:
        if self.supplier == self.recipient:
            raise fault(f"{self.recipient!r} would disclose to itself", "name another party", at=("recipient",))
        return self

    @property
    def _grid(self) -> Grid:
        return Grid(0.0, 1.0, self.points, self.rounding)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from stock_remarks(self._grid, self.per_year.value, treaty.matter(self.matter))
        if not self.per_year.value and not self.leakage.value:
            yield Remark("warning", "per_year", "nothing is ever disclosed", "let it be more than 0")
        kept = self.surplus.value * (1.0 - self.flowback.value)
        if self.alone.value > kept:
            problem = (
                f"the recipient earns more with the know-how alone ({self.alone.value:g}) than it keeps of the surplus "
                f"({kept:g}): every disclosure makes it easier to leave"
            )
            yield Remark("note", "alone", problem, "let less flow back, or seal more of it")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, TechnologyTransfer) and self._name == other._name
        return f"two clauses move the {self._name}; give them different articles" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.surplus.value and not self.alone.value:
            return
        yield from self._stock.effects(context, self.article)
        yield PayoffTerm(self.recipient, self._learned, self.article, always=True)
        if self.flowback.value:
            yield PayoffTerm(self.supplier, self._flows_back, self.article)

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _name(self) -> str:
        return f"know-how of {self.recipient} on {self.matter}{self._under}"

    @property
    def _stock(self) -> Stock:
        return Stock(
            self._name,
            self._grid,
            self._disclosed,
            decay=self.fades.value,
            irreversible=True,
            survives=True,
            words=f"know-how of {{{self.recipient}}} on {{{self.matter}}}",
            citing=self._under,
        )

    def _together(self, columns: Columns) -> Bools:
        """Where supplier and recipient both keep to the matter."""
        both = columns.complies[self.supplier, self.matter] & columns.complies[self.recipient, self.matter]
        return both & columns.operating

    def _disclosed(self, columns: Columns) -> Floats:
        """What the recipient learns in a year; nothing of what is sealed, and nothing once it has left."""
        discloses = columns.complies[self.supplier, self.matter]
        if self.gate == "compliance":
            discloses = discloses & columns.complies[self.recipient, self.matter]
        learned = np.where(discloses, self.per_year.value, 0.0) + self.leakage.value
        left = 1.0 - self.sealed.value - (1.0 - self.fades.value) * self._stock.level(columns)
        return np.where(columns.departed(self.recipient), 0.0, np.minimum(learned, np.maximum(left, 0.0)))

    def _learned(self, columns: Columns) -> Floats:
        kept = self.surplus.value * (1.0 - self.flowback.value)
        return np.where(self._together(columns), kept, self.alone.value) * self._stock.level(columns)

    def _flows_back(self, columns: Columns) -> Floats:
        flows = self.surplus.value * self.flowback.value * self._stock.level(columns)
        return np.where(self._together(columns), flows, 0.0)
