"""Milestones: how much of something there is to be by the end of a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from pydantic import BaseModel, ConfigDict, Field

from treaties.model.errors import fault
from treaties.model.quantity import NonNegativeAmount
from treaties.model.references import YearOfTerm


@final
class Milestone(BaseModel):
    """One milestone: a year, and the level that is to be reached when it is over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by_year: YearOfTerm = Field(description="Year of the term at the end of which it is due (1 = the first; 1 to 60).")
    level: NonNegativeAmount = Field(description="What there is to be by then, in all, in the unit of what builds up.")


def insist_on_order(milestones: Sequence[Milestone], most: float | None = None) -> None:
    """Raise a fault unless later milestones ask for more; ``most`` is the highest level that there can be."""
    for k, milestone in enumerate(milestones):
        if k and milestone.by_year <= milestones[k - 1].by_year:
            raise fault(
                f"milestone {k + 1} falls due in year {milestone.by_year}, not after milestone {k} "
                f"(year {milestones[k - 1].by_year})",
                "list the milestones in strictly increasing years",
                at=(k, "by_year"),
            )
        if k and milestone.level.value < milestones[k - 1].level.value:
            raise fault(
                f"milestone {k + 1} asks for {milestone.level.value:g}, less than milestone {k} "
                f"({milestones[k - 1].level.value:g})",
                "let levels rise, as they count all that there is by then",
                at=(k, "level"),
            )
        if most is not None and milestone.level.value > most:
            raise fault(
                f"milestone {k + 1} asks for {milestone.level.value:g}, more than there can be ({most:g})",
                "lower the level",
                at=(k, "level"),
            )
