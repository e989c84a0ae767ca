"""Continuity: what a new government faces when it wants to leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, final

from pydantic import Field

from treaties.provision import PartyId, Provision, Years
from treaties.quantity import Amount, Quantity

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext


@final
class Continuity(Provision):
    """A cost of withdrawing, or a time in which a new government may not withdraw."""

    title: ClassVar[str] = "Continuity across governments"
    mechanism: ClassVar[str] = (
        "An exit cost or a cooling-off period keeps a new government in; a government that cannot leave may breach "
        "instead, so the sign of the effect is not assumed."
    )
    reference: ClassVar[str] = "Moravcsik (2000)"

    type: Literal["continuity"] = "continuity"
    party: PartyId | None = Field(
        default=None, description="The party bound; omitted = every party whose government can change."
    )
    exit_cost: Amount = Field(
        default=Quantity(value=0.0), description="Charged once when notice is given, in the payoff unit (any sign)."
    )
    applies_to: Literal["sceptic", "any"] = Field(
        default="sceptic", description="Which governments face it: a sceptical one only, or any."
    )
    cooling_off_years: Years = Field(
        default=0, description="Years from its start in which a new sceptical government may not give notice."
    )

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
