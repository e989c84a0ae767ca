"""Whether newcomers join for a fee as one would who joins if and only if the gain is above the fee.

Of two who gain the same, the one that is asked less cannot stay out if the other comes in.  How much a newcomer gains
is not known, only what it was asked and what it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.history.amounts_told import Between
from treaties.history.lookup import Lookup
from treaties.history.moments import Verdict, worst
from treaties.history.prediction import Prediction, Told
from treaties.model.errors import fault
from treaties.sweeping.sample import Sample


@final
class Newcomer(BaseModel):
    """Who was asked for a fee, and joined or did not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Who.")
    fee: str | None = Field(
        default=None, description="What it was asked, as kind.key of an article; omitted = unknown."
    )
    joined: bool = Field(description="Whether it joined.")
    when: str = Field(description="When: the date of an event.")


@final
class Joining(Prediction):
    """Newcomers, their fees and their choices."""

    kind: Literal["joining"] = "joining"
    newcomers: tuple[Newcomer, ...] = Field(min_length=2, description="Who was asked, and what each did.")
    unit: str = Field(description="In what fees are counted.")

    @model_validator(mode="after")
    def _be_of_both_kinds(self) -> Joining:
        if len({one.joined for one in self.newcomers}) == 1:
            raise fault("tells of newcomers that all did the same", "name one that joined and one that did not")
        return self

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """Whether each that joined was asked less than each that did not."""
        fees = {one.name: _fee(facts, one.fee) for one in self.newcomers}
        pairs = [(a, b) for a, b in product(self.newcomers, repeat=2) if a.joined and not b.joined]
        orders: dict[bool | None, Verdict] = {True: "agrees", False: "differs", None: "open"}
        verdict = worst([orders[fees[a.name].below(fees[b.name])] for a, b in pairs])
        foretold = "of two that gain the same, who is asked less joins if the other does: " + "; ".join(
            f"{a.name} was asked less than {b.name}" for a, b in pairs
        )
        told = [f"{one.name}: {_asked(fees[one.name], self.unit)}, {_did(one)}, {one.when}" for one in self.newcomers]
        for one in self.newcomers:
            facts.event(one.when)
        return Told(foretold, "; ".join(told), verdict, self.newcomers[-1].when)


def _fee(facts: Lookup, reference: str | None) -> Between:
    return Between() if reference is None else Between.model_validate(facts.parameter(reference))


def _asked(fee: Between, unit: str) -> str:
    return "asked for a fee that was not told" if fee == Between() else f"asked for {fee} {unit}"


def _did(one: Newcomer) -> str:
    return "joined" if one.joined else "did not join"
