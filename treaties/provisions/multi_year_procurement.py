"""Multi-year procurement: orders are committed for some years, and cancelling them costs a fee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    EXIT,
    YEAR,
    Announcement,
    Bools,
    ClockYears,
    Columns,
    Effect,
    Enforced,
    Floats,
    Ints,
    ProvisionContext,
    Scale,
)
from treaties.model.errors import Misfit
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyId, PartyIds, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.shares import Share


@final
class MultiYearProcurement(Provision):
    """Who orders from whom for how many years, what it costs to cancel a year's orders, and what cannot be cancelled.

    The orders of the first ``years`` years of a term are committed, and those of a new term anew; with ``rolling``
    every year commits one more, so that orders for ``years`` years, this one included, are always outstanding.  A buyer
    that breaches the matter in such a year cancels that year's orders.  A buyer that leaves, by right or not, cancels
    those of all outstanding years after its exit, however lawful that is: in the years of notice orders stay committed.
    Each year that is cancelled costs the fee once, paid to the suppliers when it leaves or gives notice.  Below the
    floor orders are delivered and paid whatever either side does, unless both stop: a breach then wins less, and being
    betrayed costs less.
    """

    title: ClassVar[str] = "Multi-year procurement"
    mechanism: ClassVar[str] = (
        "Committed orders make defection late and dear for the buyer, by exit as by breach; the fee also comforts the "
        "supplier, who then minds less that the buyer goes, and may break its own word."
    )
    reference: ClassVar[str] = "Joskow (1987)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "Memorandum on production, sustainment and follow-on development of the F-35 (2006), paragraph 3.2, the "
        "opposite pole: whether it buys is left to each partner"
    )
    cannot_say: ClassVar[str] = (
        "Orders have one size for all years; a fee for what a breach cancels of later years, where the breach itself "
        "ends the treaty, takes a remedy beside it."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"cancellation_fee": 0, "floor": 0}

    type: Literal["multi_year_procurement"] = "multi_year_procurement"
    buyer: PartyId = Field(description="The party that commits orders.")
    supplier: PartyIds | None = Field(
        default=None, description="Party or parties that are paid the fee, in equal parts; omitted = all others."
    )
    matter: MatterId = Field(description="The matter under which is ordered and delivered.")
    years: YearOfTerm = Field(description="Years for which orders are committed, the first included (1 to 60).")
    rolling: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if every year commits one more, so that the commitment never runs out."
    )
    cancellation_fee: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Owed for every year of committed orders that a breach or an exit cancels, in the payoff unit.",
    )
    floor: Share = Field(
        default=Quantity(value=0.0), description="Share (0 to 1) of a year's committed orders that cannot be cancelled."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self._binds and not self.rolling:
            yield ClockYears(self.years)

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """Nobody buys from itself."""
        if self.supplier is None or self.buyer not in self.supplier:
            return None
        problem = f"{self.buyer} would supply itself"
        return ("supplier", self.supplier.index(self.buyer)), problem, "name other parties"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.floor.value and treaty.matter(self.matter).table is not None:
            problem = f"{self.matter} is given by a table, which has no temptation to scale"
            yield Remark("error", "floor", problem, "give the matter reward, temptation, sucker and punishment")
        if self.years == 1 and self.cancellation_fee.value and treaty.context.has_way_out:
            problem = "orders of one year are never outstanding after it, so leaving costs nothing"
            yield Remark("note", "years", problem, "commit more years if that is not meant")
        term = treaty.context.shortest_term
        if term is not None and self.years > term and not self.rolling:
            problem = f"orders are committed for {self.years} years of a term of {term}"
            yield Remark("warning", "years", problem, "shorten it, or lengthen the term")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if isinstance(other, MultiYearProcurement) and (self.buyer, self.matter) == (other.buyer, other.matter):
            return f"two clauses commit orders of {self.buyer} on {self.matter}"
        return None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        suppliers = self.supplier or tuple(party for party in context.parties if party != self.buyer)
        if self.cancellation_fee.value:
            yield Enforced(self.buyer, suppliers, self._for_this_year, article=self.article, matter=self.matter)
            if self.years > 1 and context.has_way_out:
                yield Enforced(self.buyer, suppliers, partial(self._for_later_years, context), article=self.article)
        if self.floor.value:
            yield Scale(self.matter, self._left_open, "risk", self.article)

    @property
    def _binds(self) -> bool:
        return bool(self.cancellation_fee.value or self.floor.value)

    def _committed(self, columns: Columns) -> Bools:
        """Where this year's orders are committed; notice freezes the clock."""
        if self.rolling:
            return columns.operating
        return columns.operating & (columns.code(YEAR) < self.years)

    def _outstanding(self, columns: Columns) -> Ints:
        """Years after this one for which orders are committed."""
        if self.rolling:
            return np.full(columns.size, self.years - 1)
        return np.maximum(self.years - 1 - columns.code(YEAR), 0)

    def _for_this_year(self, columns: Columns) -> Floats:
        cancels = columns.in_breach[self.buyer, self.matter] & self._committed(columns)
        return np.where(cancels, self.cancellation_fee.value, 0.0)

    def _for_later_years(self, context: ProvisionContext, columns: Columns) -> Floats:
        left = self._outstanding(columns)
        gives_notice = columns.takes(self.buyer, EXIT, context.exit_option)
        cancelled = np.where(gives_notice, np.maximum(left - context.notice_years, 0), left)
        return np.where(context.leaves(self.buyer, columns), self.cancellation_fee.value * cancelled, 0.0)

    def _left_open(self, columns: Columns) -> Floats:
        return np.where(self._committed(columns), 1.0 - self.floor.value, 1.0)
