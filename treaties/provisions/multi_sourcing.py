"""Multi-sourcing: a party keeps a second source, which makes its partner less needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Bools,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyId, Years
from treaties.model.remark import Remark


@final
class MultiSourcing(Provision):
    """Who keeps a second source in which matter, what it delivers when, and what it costs to keep.

    The second source takes the partner's place (``supply``) in a year in which the party does not deal with its
    partner: because it is itself in breach of the matter, which is how it punishes, because the matter is out of force,
    for all or for it alone, or because the treaty is over for it. In a year in which a partner breaches while the party
    complies, it makes good a part of the loss (``cover``). It delivers only after ``switch_years`` years of need in a
    row, this one not counted. The premium is paid every year under the treaty, used or not.
    """

    title: ClassVar[str] = "Multi-sourcing"
    mechanism: ClassVar[str] = (
        "A second source makes a partner's failure bearable and cutting it off cheap, so that threats are believed; it "
        "also makes leaving cheap, so that promises are not: the sign is open."
    )
    reference: ClassVar[str] = "Farrell and Gallini (1988)"
    real_treaty: ClassVar[str] = (
        "Memorandum on production, sustainment and follow-on development of the F-35 (2006): removal of Turkey in "
        "2019, at a cost of 500 to 600 million dollars for other sources of its parts"
    )
    cannot_say: ClassVar[str] = (
        "A source that wears out, that competes with the partner on price while both deliver, or whose building up is "
        "a decision of its own."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"supply": 0, "cover": 0, "premium": 0}

    type: Literal["multi_sourcing"] = "multi_sourcing"
    party: PartyId = Field(description="The party that keeps the second source.")
    matter: MatterId = Field(description="The matter in which its partner supplies it.")
    supply: NonNegativeAmount = Field(
        description="What the source is worth in a year in which the party does not deal with its partner, in the "
        "payoff unit."
    )
    cover: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Loss that it makes good in a year in which only the partner breaches, in the payoff unit.",
    )
    premium: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What keeping the source costs per year, in the payoff unit."
    )
    switch_years: Years = Field(default=0, description="Years of need before the source delivers (0 = at once).")

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.premium.value and not self.supply.value and not self.cover.value:
            yield Remark(
                "note", "premium", "the source delivers nothing, so that it only costs", "say what it is worth"
            )

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if isinstance(other, MultiSourcing) and (self.party, self.matter) == (other.party, other.matter):
            return f"two clauses give {self.party} a second source for {self.matter}"
        return None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.supply.value or self.cover.value:
            if self.switch_years:
                rank = (
                    64,
                    len(context.parties) * context.matters.index(self.matter) + context.parties.index(self.party),
                )
                words = f"years in which {{{self.party}}} has needed another source for {{{self.matter}}}"
                yield StateVariable(
                    self._needed, tuple(range(self.switch_years + 1)),
                    of_treaty=False, rank=rank, party=self.party, usual=0, words=words,
                )  # fmt: skip
                yield Transition(self._needed, self._next, self.article)
            yield PayoffTerm(self.party, self._delivered, self.article, always=True)
        if self.premium.value:
            yield PayoffTerm(self.party, self._premium, self.article)

    @property
    def _needed(self) -> str:
        return f"years in which {self.party} has needed another source for {self.matter}"

    def _cut_off(self, columns: Columns) -> Bools:
        """Where the party does not deal with its partner."""
        stopped = columns.in_breach[self.party, self.matter] | (columns.vetoed[self.matter] & columns.operating)
        if (self.party, self.matter) in columns.absent:
            stopped = stopped | columns.absent[self.party, self.matter]
        return stopped | columns.over(self.party)

    def _betrayed(self, columns: Columns) -> Bools:
        """Where a partner breaches while the party complies."""
        return columns.any_breach(self.matter) & columns.complies[self.party, self.matter]

    def _next(self, columns: Columns) -> Law:
        needed = self._cut_off(columns) | self._betrayed(columns)
        years = np.minimum(columns.code(self._needed) + 1, self.switch_years)
        return Law.surely(np.where(needed, years, 0))

    def _delivered(self, columns: Columns) -> Floats:
        worth = np.where(self._cut_off(columns), self.supply.value, 0.0)
        worth = np.where(self._betrayed(columns), self.cover.value, worth)
        if self._needed not in columns.codes:
            return worth
        return np.where(columns.code(self._needed) == self.switch_years, worth, 0.0)

    def _premium(self, columns: Columns) -> Floats:
        return columns.constant(-self.premium.value)
