"""What may disturb cooperation whatever the parties do."""

from __future__ import annotations

from typing import Annotated, final

from pydantic import BaseModel, ConfigDict, Field

from treaties.model.matter import PerParty
from treaties.model.quantity import Probability
from treaties.model.references import Identifier, MatterId


@final
class Event(BaseModel):
    """Something in the world that comes and goes whatever the parties do (a security shock, a sanctions wave)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="Short name used in the rest of the file.")
    title: str | None = Field(default=None, description="Name as readers should see it.")
    enter: Probability = Field(description="Chance per year (0 to 1) that it begins.")
    stay: Probability = Field(description="Chance per year (0 to 1) that it goes on.")
    starts: Annotated[bool, Field(strict=True)] = Field(default=False, description="True if present at signature.")
    cost_of_complying: PerParty = Field(
        description="Extra cost of complying while it lasts, per party and year, in the payoff unit."
    )
    matter: MatterId | None = Field(default=None, description="The matter concerned; omitted = all.")
