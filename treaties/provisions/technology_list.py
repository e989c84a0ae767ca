"""Technology list: only what is on a list may be shared; technology outgrows it until it is brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    Scale,
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark
from treaties.model.shares import Share


@final
class TechnologyList(Provision):
    """How much of a matter the list covers, how fast that falls out of date, and whom a narrow list protects.

    With a share on the list all payoffs of the matter have that share of their distance from the outside option, and
    what is kept off protects: it is worth its share of ``security_gain`` to each protected party.  Every year a part of
    what is listed falls out of date; every ``update_years`` years the list is brought up to date.
    """

    title: ClassVar[str] = "Technology list"
    mechanism: ClassVar[str] = (
        "A short list keeps apart what should not be shared and shrinks the surplus with it; it shrinks what a breach "
        "wins as well. Whoever loses more surplus than it gains in security wants the list longer."
    )
    reference: ClassVar[str] = "Buchanan (1965); Franco-German agreement on defence export controls (2019), annex"
    real_treaty: ClassVar[str] = "Franco-German agreement on defence export controls (2019), article 3 and annex"
    cannot_say: ClassVar[str] = (
        "Which items are listed, who decides on them (a consent rule does), and that some matter more than others."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"list_share": 1, "ageing": 0}

    type: Literal["technology_list"] = "technology_list"
    matter: MatterId = Field(description="The matter under which technology is shared.")
    list_share: Share = Field(
        description="Share (0 to 1) of what could be shared that is on an up-to-date list; 1 = everything."
    )
    security_gain: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What it is worth to a protected party per year that nothing is shared, in the payoff unit.",
    )
    protects: PartyIds | None = Field(default=None, description="Parties to which it is worth that; omitted = all.")
    ageing: Share = Field(
        default=Quantity(value=0.0), description="Share (0 to 1) of what is covered that falls out of date every year."
    )
    update_years: Annotated[int, Field(strict=True, ge=1, le=20)] = Field(
        default=1, description="Years between updates (1 to 20), after which the whole list is up to date again."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.list_share.value == 0.0:
            yield Remark("warning", "list_share", f"nothing of {self.matter} may be shared", "list something")
        if self.ageing.value and self.update_years == 1:
            problem = "a list that is brought up to date every year never ages"
            yield Remark("note", "ageing", problem, "lengthen update_years, or leave ageing out")
        years = treaty.context.shortest_term
        if self.ageing.value and years is not None and self.update_years >= years > 1:
            problem = f"the first update comes after {self.update_years} years, in a term of {years}"
            yield Remark("note", "update_years", problem, "shorten it if that is not meant")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, TechnologyList) and self.matter == other.matter
        return f"two technology lists belong to {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self._grows_old:
            yield StateVariable(
                self._age,
                tuple(range(self.update_years)),
                clock=True,
                rank=(35, context.matters.index(self.matter)),
                words=f"age of the list for {{{self.matter}}}",
            )
            yield Transition(self._age, self._next_age, self.article)
        if self.list_share.value == 1.0 and not self._grows_old:
            return
        yield Scale(self.matter, self._covered, "stakes", self.article)
        if self.security_gain.value:
            for party in self.protects or context.parties:
                yield PayoffTerm(party, self._protected, self.article)

    @property
    def _grows_old(self) -> bool:
        return self.ageing.value > 0.0 and self.update_years > 1

    @property
    def _age(self) -> str:
        return f"age of the list for {self.matter}"

    def _covered(self, columns: Columns) -> Floats:
        if not self._grows_old:
            return columns.constant(self.list_share.value)
        return np.asarray(self.list_share.value * (1.0 - self.ageing.value) ** columns.code(self._age))

    def _protected(self, columns: Columns) -> Floats:
        return self.security_gain.value * (1.0 - self._covered(columns))

    def _next_age(self, columns: Columns) -> Law:
        return Law.surely((columns.code(self._age) + 1) % self.update_years)
