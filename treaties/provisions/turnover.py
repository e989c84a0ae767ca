"""Turnover: changes of government that change what the treaty is worth to a party."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, final

from pydantic import Field

from treaties.provision import MatterId, PartyId, Provision
from treaties.quantity import Amount, NonNegativeAmount, Probability, Quantity

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext


@final
class Turnover(Provision):
    """A friendly and a sceptical government that follow each other as a Markov chain."""

    title: ClassVar[str] = "Change of government"
    mechanism: ClassVar[str] = (
        "A sceptical government finds compliance dearer or worth less; the prospect of one also lowers what "
        "cooperation is worth today."
    )
    reference: ClassVar[str] = "Dixit, Grossman and Gul (2000)"
    environment: ClassVar[bool] = True

    type: Literal["turnover"] = "turnover"
    party: PartyId = Field(description="The party whose government changes.")
    to_sceptic: Probability = Field(description="Chance per year (0 to 1) that a friendly government gives way.")
    to_friendly: Probability = Field(description="Chance per year (0 to 1) that a sceptical government gives way.")
    starts: Literal["friendly", "sceptic"] = Field(default="friendly", description="Government at signature.")
    sceptic_cost_of_complying: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Extra cost of complying under a sceptical government, per year, in the payoff unit.",
    )
    sceptic_reward_change: Amount = Field(
        default=Quantity(value=0.0),
        description="Added to the party's reward when all comply under a sceptical government, per year.",
    )
    matter: MatterId | None = Field(default=None, description="The matter concerned; omitted = all.")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
