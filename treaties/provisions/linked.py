"""Linked matters: a breach in one of them suspends cooperation in others."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Bools,
    Columns,
    Effect,
    Law,
    ProvisionContext,
    StateVariable,
    Suspension,
    Transition,
)
from treaties.model.errors import fault
from treaties.model.presets import Preset
from treaties.model.provision import Provision, TreatyText
from treaties.model.references import MatterId, MatterIds, YearOfTerm
from treaties.model.remark import Remark


@final
class Linked(Provision):
    """A breach of which matter suspends which others, and for how many years.

    The year after a breach is known (by a flag that was not cleared, where nobody sees conduct) the linked matters are
    out of force for everybody, for as long as the clause says; a breach in the meantime begins the years anew.
    """

    title: ClassVar[str] = "Linked matters"
    mechanism: ClassVar[str] = (
        "What a breach in one matter wins is answered in all that are linked to it, so that matters with something to "
        "lose support those without; a false alarm in one then costs in all, the innocent as well."
    )
    reference: ClassVar[str] = "Bernheim and Whinston (1990)"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 506 (fisheries)"
    cannot_say: ClassVar[str] = (
        "Answers in proportion to the breach, suspension by the wronged party alone or at its choice, and talks that "
        "trade one matter against another."
    )
    no_neutral_terms: ClassVar[str] = "a breach suspends the linked matters for a year at least"
    presets: ClassVar = {
        "linkage": Preset(
            title="Linkage of matters",
            terms={"years": 1},
            mechanism=(
                "A breach in one matter is answered for one year in the others, so that a party tempted in one stands "
                "to lose in all."
            ),
            real_treaty="EU-UK Trade and Cooperation Agreement (2020), article 506 (fisheries)",
        )
    }

    type: Literal["linked"] = "linked"
    matter: MatterId = Field(description="The matter whose breach suspends others.")
    suspends: Annotated[MatterIds, Field(min_length=1)] | None = Field(
        default=None, description="The matters that are then out of force for everybody; omitted = all others."
    )
    years: YearOfTerm = Field(description="Years for which they are out of force (1 to 60).")

    @model_validator(mode="after")
    def _suspend_others(self) -> Linked:
        if self.suspends is not None and self.matter in self.suspends:
            raise fault(
                f"a breach in {self.matter} would suspend {self.matter} itself",
                "name other matters",
                at=("suspends", self.suspends.index(self.matter)),
            )
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if len(treaty.matters) == 1:
            problem = f"{self.matter} is the only matter: there is nothing to link it to"
            yield Remark("warning", "suspends", problem, "add a matter, or leave the clause out")
        if treaty.matter(self.matter).unseen:
            problem = f"nobody sees conduct on {self.matter}: a flag that is not cleared counts as the breach"
            yield Remark("note", "matter", problem)

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, Linked) and (self.matter, self.article) == (other.matter, other.article)
        return f"two clauses say what a breach in {self.matter} suspends under one article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        suspended = tuple(m for m in self.suspends or context.matters if m != self.matter)
        if not suspended:
            return
        under = "" if self.article == "-" else f" under article {self.article}"
        left = f"years of answer to {self.matter}{under}"
        yield StateVariable(
            left,
            tuple(range(self.years + 1)),
            rank=(38, context.matters.index(self.matter)),
            usual=0,
            words=f"years in which a breach of {{{self.matter}}} is answered elsewhere",
            citing=under,
        )
        yield Transition(left, partial(self._runs_down, left), self.article, sees_signals=context.hides(self.matter))
        for matter in suspended:
            yield Suspension(matter, partial(_answering, left), article=self.article)

    def _runs_down(self, left: str, columns: Columns) -> Law:
        now = np.maximum(columns.code(left) - 1, 0)
        return Law.surely(np.where(columns.established_breach(self.matter), self.years, now))


def _answering(left: str, columns: Columns) -> Bools:
    return columns.code(left) > 0
