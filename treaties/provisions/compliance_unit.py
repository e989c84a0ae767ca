"""Compliance unit: somebody inside a party sees to it that obligations are not broken by accident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, final

from pydantic import Field

from treaties.effects import AccidentsLeft, Announcement, Columns, Effect, Floats, PayoffTerm, ProvisionContext
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark
from treaties.model.shares import Share


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
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = (
        "Framework Agreement of the six LoI nations (2000), part on transfer and export (recalled)"
    )
    cannot_say: ClassVar[str] = "A unit does not report what it finds, and does nothing about breaches by intent."
    neutral_terms: ClassVar[Mapping[str, Any]] = {"avoids": 0, "cost": 0}

    type: Literal["compliance_unit"] = "compliance_unit"
    party: PartyIds | None = Field(default=None, description="Party or parties that keep a unit; omitted = all.")
    matter: MatterId | None = Field(default=None, description="The matter that it sees to; omitted = all.")
    avoids: Share = Field(description="Share (0 to 1) of accidents that the unit avoids.")
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What a unit costs its party per year, in the payoff unit."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield AccidentsLeft(self.party, None if self.matter is None else (self.matter,), 1.0 - self.avoids.value)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return ("whom it serves is a term of its own", "name them in party") if name == "applies_to" else None

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not any(matter.slips for matter in treaty.matters if self.matter in (None, matter.id)):
            problem = "no matter that it sees to has accidents: it changes nothing"
            yield Remark("warning", "matter", problem, "give the matter a chance of accident")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        matters = context.matters if self.matter is None else (self.matter,)
        obliged = [party for party in context.parties if any(party in context.obliged(m) for m in matters)]
        for party in (self.party or obliged) if self.cost.value else ():
            yield PayoffTerm(party, self._cost, self.article)

    def _cost(self, columns: Columns) -> Floats:
        return columns.constant(-self.cost.value)
