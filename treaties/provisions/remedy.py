"""Remedy: a tribunal awards damages for a breach."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Columns, Effect, Enforced, Floats, ProvisionContext
from treaties.model.provision import MatterId, Provision, Years
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity


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
        for (party, matter), breach in columns.in_breach.items():
            if party == payer and self.matter in (None, matter):
                breaches += breach
        return self.amount.value * breaches
