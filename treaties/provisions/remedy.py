"""Remedy: a tribunal awards damages for a breach."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Columns, Effect, Enforced, Floats, ProvisionContext
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import MatterId, Years
from treaties.model.remark import Remark


@final
class Remedy(Provision):
    """Damages for a breach: how much, how surely, how late."""

    title: ClassVar[str] = "Remedy (damages)"
    mechanism: ClassVar[str] = (
        "Damages lower what a breach wins; they also soften the loss of the side that is wronged, and with it the "
        "punishment that deters."
    )
    reference: ClassVar[str] = "Schwartz and Sykes (2002)"

    type: Literal["remedy"] = "remedy"
    matter: MatterId | None = Field(default=None, description="The matter whose breach is remedied; omitted = all.")
    amount: NonNegativeAmount = Field(description="Damages for one year's breach, in the payoff unit.")
    upheld: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that the claim is upheld and paid."
    )
    delay_years: Years = Field(default=0, description="Years between the breach and the payment.")

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        remedied = [matter for matter in treaty.matters if self.matter in (None, matter.id)]
        for matter in remedied:
            if matter.table is None and all(self._beats(matter, party) for party in treaty.parties):
                problem = f"expected damages exceed what a breach of {matter.id} wins in a quiet year, for every party"
                remedy = "the other clauses then matter only in bad years; check the amount"
                yield Remark("note", "amount", problem, remedy)
        hidden = [matter.id for matter in remedied if matter.unseen]
        if hidden:
            problem = (
                f"damages follow a breach on {hidden[0]} although nobody sees it: the tribunal is taken to find "
                "out by itself, as often as `upheld` says, and what it awards tells the parties nothing"
            )
            yield Remark("note", "upheld", problem, "lower upheld to the chance that a breach is found out")

    def _beats(self, matter: Matter, party: Party) -> bool:
        """Whether expected damages, as a party values them, are what its breach wins at once, or more."""
        damages = self.amount.value * self.upheld.value * party.discount.value**self.delay_years
        return damages >= matter.payoff("temptation", party.id) - matter.payoff("reward", party.id)

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for payer in context.parties:
            yield Enforced(
                payer,
                tuple(party for party in context.parties if party != payer),
                partial(self._damages, payer),
                delay=self.delay_years,
                upheld=self.upheld.value,
                article=self.article,
                matter=self.matter,
            )

    def _damages(self, payer: str, columns: Columns) -> Floats:
        """Face value owed for this year's breaches, one claim per matter; claims of two parties offset each other."""
        breaches = np.zeros(columns.size)
        for party, matter in columns.in_breach:
            if party == payer and self.matter in (None, matter):
                breaches += columns.in_breach[party, matter]
        return self.amount.value * breaches
