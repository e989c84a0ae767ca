"""Ratifiers: who has to approve a treaty at home, and what it is worth to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, final

from pydantic import BaseModel, ConfigDict, Field

from treaties.effects import Announcement
from treaties.model.quantity import Amount, DiscountFactor, NonNegativeAmount, Quantity, Within
from treaties.model.references import PartyId


@final
class Ratifier(BaseModel):
    """A domestic veto player: a parliament, a court, a region, a coalition partner.

    In a year in which the treaty operates and is kept it earns ``share`` of what its country earns, plus ``gain``, less
    ``cost``; in any other year ``reservation``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: PartyId = Field(description="The party whose consent it gives or withholds.")
    name: Annotated[str, Field(min_length=1)] = Field(description="Name, as readers should see it.")
    gain: Amount = Field(default=Quantity(value=0.0), description="What it gains of its own per year of compliance.")
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What compliance costs it of its own, per year."
    )
    share: Annotated[Quantity, Within(0, name="a share")] = Field(
        default=Quantity(value=0.0), description="Weight that it gives to what its party earns (0 = none)."
    )
    reservation: Amount = Field(default=Quantity(value=0.0), description="What it has per year without the treaty.")
    discount: DiscountFactor | None = Field(
        default=None, description="Its discount factor; omitted = that of its party."
    )
    required: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="False if it is only heard: the treaty can be ratified against it."
    )

    def surplus(self, national: float) -> float:
        """What a year of compliance is worth to it beyond its reservation, given what its party earns in it."""
        return self.share.value * national + self.gain.value - self.cost.value - self.reservation.value


@final
@dataclass(frozen=True)
class Ratifiers(Announcement):
    """Domestic veto players whom a clause names."""

    ratifiers: tuple[Ratifier, ...]
