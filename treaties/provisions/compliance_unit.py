"""Compliance unit: somebody inside a party sees to it that obligations are not broken by accident."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, final

from pydantic import Field

from treaties.effects import AccidentsLeft, Announcement, Columns, Effect, Floats, PayoffTerm, ProvisionContext
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark


@final
class ComplianceUnit(Provision):
    """Which parties keep such a unit, how many accidents it avoids, and what it costs.

    Accidents are the matter's own (`accident`): slips that look like a breach when conduct is examined, and that win
    nobody anything.  The unit makes them rarer while the treaty operates; it does nothing about breaches by intent.
    """

    title: ClassVar[str] = "Compliance unit"
    mechanism: ClassVar[str] = (
        "Fewer slips mean fewer false alarms, so that a flag says more and an answer to it strikes the innocent less."
    )
    reference: ClassVar[str] = "Chayes and Chayes (1993)"

    type: Literal["compliance_unit"] = "compliance_unit"
    party: PartyIds | None = Field(default=None, description="Party or parties that keep a unit; omitted = all.")
    matter: MatterId | None = Field(default=None, description="The matter that it sees to; omitted = all.")
    avoids: Probability = Field(description="Share (0 to 1) of accidents that the unit avoids.")
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What a unit costs its party per year, in the payoff unit."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield AccidentsLeft(self.party, None if self.matter is None else (self.matter,), 1.0 - self.avoids.value)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not any(matter.mishap for matter in treaty.matters if self.matter in (None, matter.id)):
            problem = "no matter that it sees to has accidents: it changes nothing"
            yield Remark("warning", "matter", problem, "give the matter a chance of accident")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in (self.party or context.parties) if self.cost.value else ():
            yield PayoffTerm(party, self._cost, self.article)

    def _cost(self, columns: Columns) -> Floats:
        return columns.constant(-self.cost.value)
