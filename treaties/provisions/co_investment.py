"""Co-investment: the parties pay into a common plant or fund, and may lose their stake in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Announcement,
    Bools,
    Columns,
    Effect,
    Enforced,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    SunkStake,
    Term,
    Transition,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.shares import Shares


@final
class CoInvestment(Provision):
    """What is put in by whom over how many years, what it yields, and who loses its stake.

    Every year in which the treaty is in force each party pays one instalment, at the beginning of the year, until all
    are paid; notice stops the payments.  What has been paid in is sunk: nobody gets it back.  From the year after the
    last instalment the investment yields ``returns`` while the treaty operates.  A stake is valued at what it cost:
    who forfeits it pays the others, in equal parts, all that it has paid in so far, once.
    """

    title: ClassVar[str] = "Co-investment"
    mechanism: ClassVar[str] = (
        "Money sunk in common earns only while the treaty lasts; a stake that a breach or an exit forfeits is a "
        "hostage that grows with every instalment, and a prize for the others."
    )
    reference: ClassVar[str] = "Williamson (1983)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = "F-35 production memorandum (2006), financial section (recalled)"
    cannot_say: ClassVar[str] = (
        "Nobody can pay less than its instalment, and what is built is worth the same whoever else is still there."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"amount": 0, "returns": 0}

    type: Literal["co_investment"] = "co_investment"
    amount: NonNegativeAmount = Field(description="The whole investment, in the payoff unit (a sum, not per year).")
    shares: Shares = Field(description="Share of every party in payments and returns (0 to 1, together 1).")
    over_years: YearOfTerm = Field(description="Years over which it is paid in, in equal instalments (1 to 60).")
    returns: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What the finished investment yields per year in all, in the payoff unit.",
    )
    forfeitable: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="True if a party that is in breach, or that leaves, loses its stake to the others."
    )
    matter: MatterId | None = Field(
        default=None, description="The matter whose breach forfeits the stake; omitted = every obligation."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        sunk = tuple((party, self.amount.value * share.value) for party, share in sorted(self.shares.items()))
        yield SunkStake(self._paid, sunk)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        terms = treaty.context.all_said(Term)
        years = treaty.context.shortest_term
        if years is not None and self.over_years > years and not any(term.renewable for term in terms):
            problem = f"{self.over_years} instalments in a term of {years} years: the investment is never finished"
            yield Remark("warning", "over_years", problem, "pay in faster, or lengthen the term")
        if not self.returns.value and not self.forfeitable:
            problem = "yields nothing and cannot be lost, so that it only costs"
            yield Remark("note", "", problem, "give it returns, or let it be forfeited")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, CoInvestment) and self.article == other.article
        return "two clauses of the kind co_investment have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.amount.value and not self.returns.value:
            return
        yield StateVariable(self._paid, tuple(range(self.over_years + 1)), clock=True, rank=(35, 0))
        yield Transition(self._paid, self._pay_in, self.article)
        for place, party in enumerate(context.parties):
            yield PayoffTerm(party, partial(self._instalment, party), self.article)
            if self.returns.value:
                yield PayoffTerm(party, partial(self._return, party), self.article)
            if self.forfeitable:
                held = self._stake(party)
                yield StateVariable(
                    held,
                    ("held", "forfeited"),
                    rank=(36, place),
                    party=party,
                    usual="held",
                    words=f"stake of {{{party}}}",
                    citing=self._under,
                )
                yield Transition(held, partial(self._lose, context, party), self.article)
                others = tuple(other for other in context.parties if other != party)
                yield Enforced(
                    party, others, partial(self._forfeit, context, party), article=self.article, matter=self.matter
                )

    @property
    def _paid(self) -> str:
        return "instalments paid" if self.article == "-" else f"article {self.article}: instalments paid"

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    def _stake(self, party: str) -> str:
        return f"stake of {party}{self._under}"

    def _pays(self, columns: Columns) -> Bools:
        """Where an instalment is due this year."""
        return columns.in_force & (columns.code(self._paid) < self.over_years)

    def _pay_in(self, columns: Columns) -> Law:
        return Law.surely(columns.code(self._paid) + self._pays(columns))

    def _part(self, party: str) -> float:
        """One instalment of a party."""
        return self.amount.value * self.shares[party].value / self.over_years

    def _instalment(self, party: str, columns: Columns) -> Floats:
        return np.where(self._pays(columns), -self._part(party), 0.0)

    def _return(self, party: str, columns: Columns) -> Floats:
        finished = columns.code(self._paid) == self.over_years
        return np.where(finished, self.returns.value * self.shares[party].value, 0.0)

    def _loses(self, context: ProvisionContext, party: str, columns: Columns) -> Bools:
        """Where a party gives cause for forfeiture while it still has its stake."""
        cause = context.leaves(party, columns)
        for who, matter in columns.in_breach:
            if who == party and self.matter in (None, matter):
                cause = cause | columns.in_breach[who, matter]
        return cause & columns.operating & columns.is_value(self._stake(party), "held")

    def _lose(self, context: ProvisionContext, party: str, columns: Columns) -> Law:
        after = np.where(self._loses(context, party, columns), 1, columns.code(self._stake(party)))
        return Law.surely(after)

    def _forfeit(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """All instalments paid so far, this year's included."""
        instalments = columns.code(self._paid) + self._pays(columns)
        return np.where(self._loses(context, party, columns), self._part(party) * instalments, 0.0)
