"""Staged de-risking: exposure to the other side's breach falls (or grows) in steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from treaties.errors import fault
from treaties.provision import MatterId, Provision, Years
from treaties.quantity import Exposure

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext


@final
class Stage(BaseModel):
    """One stage: from which year, and how exposed the parties then are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Years = Field(description="Years after the term began at which the stage may begin (0 = signature).")
    exposure: Exposure = Field(description="Share of the full exposure, 0 to 2 (1 = as in the matter's payoffs).")


@final
class StagedDerisking(Provision):
    """A schedule of exposures, what opens the next stage, and what a breach does to it."""

    title: ClassVar[str] = "Staged de-risking"
    mechanism: ClassVar[str] = (
        "Exposure moves in steps, so that what a breach can win is small while trust is thin; the gate makes the next "
        "step itself a reward for compliance."
    )
    reference: ClassVar[str] = "Watson (1999)"

    type: Literal["staged_derisking"] = "staged_derisking"
    matter: MatterId | None = Field(default=None, description="The matter whose exposure is staged; omitted = all.")
    scales: Literal["risk", "stakes"] = Field(
        default="risk",
        description="`risk` scales what breach wins and what being betrayed costs; `stakes` scales all payoffs around "
        "the outside option.",
    )
    gate: Literal["calendar", "compliance", "mutual"] = Field(
        default="compliance",
        description="What opens the next stage: the date, a year without breach, or the consent of every party.",
    )
    on_breach: Literal["hold", "roll_back", "end"] = Field(
        default="hold", description="What a breach does: the stage is held, goes back one, or the treaty ends."
    )
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = Field(
        description="The stages in order; the first begins in year 0."
    )

    @field_validator("stages")
    @classmethod
    def _in_order(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        if stages[0].year != 0:
            raise fault(
                f"the first stage begins in year {stages[0].year}, so nothing holds before it",
                "let the first stage begin in year 0",
                at=(0, "year"),
            )
        for k in range(1, len(stages)):
            if stages[k].year <= stages[k - 1].year:
                raise fault(
                    f"stage {k + 1} begins in year {stages[k].year}, not after stage {k} (year {stages[k - 1].year})",
                    "list the stages in strictly increasing years",
                    at=(k, "year"),
                )
        return stages

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
