"""Who signs a treaty."""

from __future__ import annotations

from typing import final

from pydantic import BaseModel, ConfigDict, Field

from treaties.model.quantity import Amount, DiscountFactor, Quantity
from treaties.model.references import Identifier


@final
class Party(BaseModel):
    """A government or organisation that signs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="Short name used in the rest of the file.")
    name: str = Field(description="Name as readers should see it.")
    discount: DiscountFactor = Field(description="Weight of next year's payoff against this year's (0 to below 1).")
    outside_option: Amount = Field(
        default=Quantity(value=0.0), description="What the party earns per year when the treaty is not in force."
    )
    red_lines: tuple[str, ...] = Field(
        default=(), description="Conditions a design must meet for this party, such as 'veto.uses_per_term >= 1'."
    )
