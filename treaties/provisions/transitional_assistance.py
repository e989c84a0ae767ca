"""Transitional assistance: one party helps another to bear its duties, for some years or while a fund lasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Announcement,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Grid,
    Law,
    Option,
    PaymentLimit,
    PayoffTerm,
    ProvisionContext,
    Rounding,
    StateVariable,
    Stock,
    Suspension,
    Transition,
    payment_matter,
    payment_option,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount
from treaties.model.references import MatterId, PartyId, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.stock_terms import POINTS_TOLD, ROUNDING_TOLD, Points, stock_remarks


@final
class TransitionalAssistance(Provision):
    """Who helps whom with how much a year, until when, and what depends on it.

    To pay is an obligation of the payer, chosen with the year's conduct; not to pay is a breach.  Help runs out after
    some years in force (a renewed term does not begin them again) or with the fund, whichever comes first.
    """

    title: ClassVar[str] = "Transitional assistance"
    mechanism: ClassVar[str] = (
        "Help for a while makes joining worth it for who bears the costs; where its duty waits for the money, the "
        "payer loses what it pays for by not paying, and once help has run out the duty has to hold by itself."
    )
    reference: ClassVar[str] = "Barrett (2003)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = "Montreal Protocol (1987), Articles 5(5)-(6) and 10"
    cannot_say: ClassVar[str] = "Help that grows with need, several donors in one fund, and votes on who is helped."
    neutral_terms: ClassVar[dict[str, float]] = {"amount": 0}

    type: Literal["transitional_assistance"] = "transitional_assistance"
    payer: PartyId = Field(description="The party that helps.")
    payee: PartyId = Field(description="The party that is helped.")
    matter: MatterId = Field(description="The matter in which the payee's duty is helped.")
    amount: NonNegativeAmount = Field(description="Help for one year, in the payoff unit.")
    years: YearOfTerm | None = Field(
        default=None, description="Years in force after which help ends (1 to 60); omitted = while the fund lasts."
    )
    fund: NonNegativeAmount | None = Field(
        default=None,
        description="All that there is to be paid, in the payoff unit (a sum, not per year); the last payment is what "
        "is left.  Omitted = no limit but the years.",
    )
    condition: Literal["none", "compliance"] = Field(
        default="none",
        description="`compliance`: the money of a year in which the payee does not comply goes back to the payer.",
    )
    duty_waits: Annotated[bool, Field(strict=True)] = Field(
        default=False,
        description="True if the matter is out of force in a year in which help is due and is not paid.",
    )
    points: Points = Field(default=5, description=POINTS_TOLD)
    rounding: Rounding = Field(default="chance", description=ROUNDING_TOLD)

    @model_validator(mode="after")
    def _run_out(self) -> TransitionalAssistance:
        if self.payer == self.payee:
            raise fault(f"{self.payee!r} would help itself", "name another party", at=("payee",))
        if self.years is None and self.fund is None:
            raise fault("help never runs out", "give years, or a fund", at=("years",))
        if self.fund is not None and not self.fund.value:
            raise fault("there is nothing in the fund", "give what there is, or leave it out", at=("fund",))
        return self

    @property
    def _grid(self) -> Grid:
        assert self.fund is not None
        return Grid(0.0, self.fund.value, self.points, self.rounding)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.amount.value:
            yield PaymentLimit(self.payer, self.payee, self.article)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.fund is not None:
            hidden = treaty.matter(self.matter) if self.condition == "compliance" else None
            yield from stock_remarks(self._grid, 0.0, hidden)
            steps = self.amount.value / self._grid.step
            if self.rounding == "down" and abs(steps - round(steps)) > 1e-9:
                problem = f"a year's {self.amount.value:g} is no number of steps of {self._grid.step:g}: rounded down, "
                problem += "the fund is empty before all of it is paid"
                yield Remark("warning", "rounding", problem, 'set rounding = "chance", or choose other points')
            if self.years is not None and self.amount.value * self.years <= self.fund.value:
                problem = f"{self.years} years of {self.amount.value:g} never empty a fund of {self.fund.value:g}"
                yield Remark("note", "fund", problem, "leave it out")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, TransitionalAssistance) and (self.payer, self.payee) == (other.payer, other.payee)
        return "two clauses set the help of one party for another" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.amount.value:
            return
        limits = context.all_said(PaymentLimit)
        rivals = [limit.article for limit in limits if (limit.payer, limit.payee) == (self.payer, self.payee)]
        if len(rivals) > 1:
            raise CompilationError(
                f"articles {', '.join(rivals)} each limit what {self.payer} may pay {self.payee}; keep one of them"
            )
        if self.years is not None:
            yield StateVariable(
                self._helped,
                tuple(range(self.years + 1)),
                clock=True,
                rank=(41, 0),
                words=f"{self._before}years of help for {{{self.payee}}}",
            )
            yield Transition(self._helped, self._next_year, self.article)
        if self.fund is not None:
            yield from self._stock.effects(context, self.article)
        options = (
            Option(self._full, default=True, available=self._due, article=self.article),
            Option(payment_option(0.0), compliant=False, available=self._due, article=self.article),
        )
        yield Choice(self.payer, payment_matter(self.payee), options)
        yield PayoffTerm(self.payer, self._given, self.article)
        yield PayoffTerm(self.payee, self._received, self.article)
        if self.duty_waits:
            yield Suspension(self.matter, self._unpaid, article=self.article)

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _before(self) -> str:
        return "" if self.article == "-" else f"article {self.article}: "

    @property
    def _helped(self) -> str:
        return f"years of help for {self.payee}{self._under}"

    @property
    def _full(self) -> str:
        return payment_option(self.amount.value)

    @property
    def _stock(self) -> Stock:
        assert self.fund is not None
        return Stock(
            f"fund for {self.payee}{self._under}",
            self._grid,
            self._given,
            self.fund.value,
            words=f"fund for {{{self.payee}}}",
            citing=self._under,
        )

    def _next_year(self, columns: Columns) -> Law:
        return Law.surely(np.minimum(columns.code(self._helped) + 1, len(columns.values[self._helped]) - 1))

    def _due(self, columns: Columns) -> Bools:
        """Where help is due this year: some years are left, and something in the fund."""
        due = columns.in_force
        if self.years is not None:
            due = due & (columns.code(self._helped) < self.years)
        if self.fund is not None:
            due = due & (self._stock.level(columns) > 0)
        return due

    def _pays(self, columns: Columns) -> Bools:
        return columns.takes(self.payer, payment_matter(self.payee), self._full)

    def _unpaid(self, columns: Columns) -> Bools:
        return columns.takes(self.payer, payment_matter(self.payee), payment_option(0.0))

    def _received(self, columns: Columns) -> Floats:
        """What is paid out this year, the rest of the fund at most."""
        out = self._pays(columns)
        if self.condition == "compliance":
            out = out & columns.complies[self.payee, self.matter]
        if self.fund is None:
            return np.where(out, self.amount.value, 0.0)
        return np.where(out, np.minimum(self.amount.value, self._stock.level(columns)), 0.0)

    def _given(self, columns: Columns) -> Floats:
        return -self._received(columns)
