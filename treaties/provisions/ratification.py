"""Ratification: what was signed enters into force only when those at home approve it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    RATIFICATION,
    STATUS,
    Announcement,
    Columns,
    Effect,
    Law,
    ProvisionContext,
    RefusedRatification,
    StateVariable,
    Transition,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability, Quantity
from treaties.model.ratifier import Ratifier, Ratifiers
from treaties.model.remark import Remark


@final
class Ratification(Provision):
    """Who has to approve at home, and how likely and how soon they do.

    The ratifiers are no players of the game: whether each would approve is for bargaining to test.
    With ``granted_per_year`` the treaty is signed but not in force until the chance strikes, one year after signature
    at the earliest: clocks wait, nothing is owed, every party has its outside option.
    """

    title: ClassVar[str] = "Ratification"
    mechanism: ClassVar[str] = (
        "A deal has to be worth having for those who must approve it at home, not only for those who sign; the fewer "
        "they would accept, the fewer there are to make, and the stronger one's own hand."
    )
    reference: ClassVar[str] = "Putnam (1988); Iida (1993)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = "Framework Agreement of the six LoI nations (2000), entry into force"
    cannot_say: ClassVar[str] = (
        "Whoever ratifies looks at the whole deal once; it cannot ask for changes or bring the treaty down later."
    )
    no_neutral_terms: ClassVar[str] = (
        "with a chance per year the treaty is not in force at first, and without one only bargaining asks those at home"
    )

    type: Literal["ratification"] = "ratification"
    ratifiers: Annotated[tuple[Ratifier, ...], Field(min_length=1)] = Field(
        description="Domestic veto players: party, name, gain, cost, share, reservation, discount, required."
    )
    granted_per_year: Probability | None = Field(
        default=None, description="Chance per year (0 to 1) that it is completed; omitted = it is at signature."
    )
    refused_per_year: Probability = Field(
        default=Quantity(value=0.0), description="Chance per year (0 to 1) that it is refused for good."
    )

    @model_validator(mode="after")
    def _be_chances(self) -> Ratification:
        names = [(ratifier.party, ratifier.name) for ratifier in self.ratifiers]
        for k, name in enumerate(names):
            if name in names[:k]:
                raise fault(f"{name[1]!r} is named twice", "name each ratifier once", at=("ratifiers", k, "name"))
        if self.granted_per_year is None:
            if self.refused_per_year.value:
                raise fault(
                    "needs granted_per_year beside it", "add granted_per_year = 0.5, say", at=("granted_per_year",)
                )
        elif self.granted_per_year.value + self.refused_per_year.value > 1 + 1e-12:
            total = self.granted_per_year.value + self.refused_per_year.value
            raise fault(
                f"together with granted_per_year makes a chance of {total:g}",
                "let the two add up to at most 1",
                at=("refused_per_year",),
            )
        return self

    def announces(self) -> Iterable[Announcement]:
        """What other clauses, and bargaining, need to know of this one."""
        yield Ratifiers(self.ratifiers)
        if self.granted_per_year is not None and self.refused_per_year.value:
            yield RefusedRatification()

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return "years count from entry into force, which waits for ratification", "leave it out"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if any(matter.table is not None for matter in treaty.matters):
            return
        for k, ratifier in enumerate(self.ratifiers):
            national = sum(matter.payoff("reward", ratifier.party) for matter in treaty.matters)
            if ratifier.surplus(national) < 0:
                problem = f"{ratifier.name} loses by every year in which everybody complies: it would not approve"
                yield Remark("warning", f"ratifiers.{k}", problem, "check gain, cost, share and reservation")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        return "two clauses say how the treaty is ratified" if isinstance(other, Ratification) else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.granted_per_year is None:
            return
        yield StateVariable(RATIFICATION, ("pending", "granted"), rank=(1, 0), usual="granted")
        yield Transition(RATIFICATION, self._granted, self.article)
        if self.refused_per_year.value:
            yield Transition(STATUS, self._refused, self.article)

    def _granted(self, columns: Columns) -> Law:
        """Given that it is not refused in the same year."""
        assert self.granted_per_year is not None
        open_ = 1.0 - self.refused_per_year.value
        chance = min(self.granted_per_year.value / open_, 1.0) if open_ else 0.0
        granted = np.where(columns.code(RATIFICATION) == 1, 1.0, chance)
        codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
        return Law(codes, np.stack([1.0 - granted, granted], axis=1))

    def _refused(self, columns: Columns) -> Law:
        status = columns.code(STATUS)
        pending = (columns.code(RATIFICATION) == 0) & (status == 0)
        refused = np.where(pending, self.refused_per_year.value, 0.0)
        codes = np.stack([status, np.full(columns.size, len(columns.values[STATUS]) - 1)], axis=1)
        return Law(codes, np.stack([1.0 - refused, refused], axis=1))
