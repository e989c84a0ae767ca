"""Shared standards: rules that match save every party what a mismatch costs, as long as all keep to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Columns, Effect, Floats, PayoffTerm, ProvisionContext
from treaties.model.presets import Preset
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, NonNegativeNumber, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark
from treaties.model.shares import Share


@final
class SharedStandards(Provision):
    """In which matter rules are shared, for how much of the trade, and what a mismatch costs.

    In a year in which all keep the matter each party saves, on the share of its transactions that is covered, the cost
    of a mismatch and that of the days it takes.  What a party wins that breaches, or is betrayed, stays what it was.
    """

    title: ClassVar[str] = "Shared standards"
    mechanism: ClassVar[str] = (
        "Matching rules raise what cooperation pays and leave the gain of a breach alone, so that they hold the treaty "
        "together; who pays for the change gets nothing of it back."
    )
    reference: ClassVar[str] = "Farrell and Saloner (1985)"
    real_treaty: ClassVar[str] = (
        "EU-UK Trade and Cooperation Agreement (2020), article 411: measures where standards come to differ and trade "
        "suffers"
    )
    cannot_say: ClassVar[str] = (
        "Which of several standards is chosen, and by whom; a cost of adopting one takes a certification clause beside "
        "it."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"share_covered": 0, "upkeep": 0}
    presets: ClassVar[Mapping[str, Preset]] = {
        "licence_harmonisation": Preset(
            title="Harmonised licences",
            terms={"mismatch_cost": 0},
            mechanism=(
                "One licence for a whole project in place of one for every item saves days and fees on what is shared, "
                "and only as long as all keep to it."
            ),
            real_treaty=(
                "Framework Agreement of the six LoI nations (2000), part on transfer and export: one licence for a "
                "project"
            ),
            required=("days", "cost_per_day"),
        )
    }

    type: Literal["shared_standards"] = "shared_standards"
    matter: MatterId = Field(description="The matter whose rules are shared.")
    party: PartyIds | None = Field(default=None, description="Party or parties that trade under them; omitted = all.")
    transactions: NonNegativeNumber = Field(
        description="Transactions of a party per year, or licences that it asks for (a number)."
    )
    mismatch_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="Cost of a mismatch for each transaction, in the payoff unit."
    )
    days: NonNegativeNumber = Field(
        default=Quantity(value=0.0), description="Days that a mismatch takes for each transaction (a number)."
    )
    cost_per_day: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="Cost of a day of delay of one transaction, in the payoff unit."
    )
    share_covered: Share = Field(
        default=Quantity(value=1.0), description="Share of the transactions (0 to 1) that the shared rules cover."
    )
    upkeep: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What keeping to shared rules costs each party per year, whatever others do, in the payoff unit.",
    )

    @property
    def saving(self) -> float:
        """What a party saves in a year in which all keep to the rules."""
        each = self.mismatch_cost.value + self.days.value * self.cost_per_day.value
        return self.transactions.value * self.share_covered.value * each

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.saving:
            problem = "a mismatch costs nothing, or nothing is covered: shared rules save nothing"
            yield Remark("warning", "mismatch_cost", problem, "give mismatch_cost, or days and cost_per_day")
        elif self.saving < self.upkeep.value:
            yield Remark("note", "upkeep", "shared rules cost more to keep than they save", "check the two")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, SharedStandards) and (self.matter, self.article) == (other.matter, other.article)
        return f"two clauses share the rules of {self.matter} under one article" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.party or context.parties:
            if self.saving or self.upkeep.value:
                yield PayoffTerm(party, partial(self._net, party), self.article)

    def _net(self, party: str, columns: Columns) -> Floats:
        return np.where(columns.kept(self.matter), self.saving, 0.0) - self.upkeep.value
