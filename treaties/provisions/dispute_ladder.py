"""Dispute ladder: consultations, then a panel whose public verdict allows a capped retaliation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Bools,
    Columns,
    Effect,
    Examined,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    Signal,
    StateVariable,
    Transition,
)
from treaties.model.errors import Place, fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity, Within
from treaties.model.references import MatterId, PartyIds, YearOfTerm, Years
from treaties.model.remark import Remark
from treaties.model.shares import Share

MOST_YEARS = 20
NO_CASE, CLEARED, FOUND = "no case", "found in compliance", "found in breach"


@final
class DisputeLadder(Provision):
    """Whose breaches of which matter are brought before whom, how long that takes, and what a panel allows.

    A breach that is known, or flagged, begins a dispute with the party, unless one with it is under way: consultations
    first, which may settle it, then the panel.  If the panel finds a breach the others may retaliate for some years, up
    to a cap per year.  A new breach while they do begins these years again; one before the verdict is heard with the
    first.  In a matter in which nobody sees conduct the panel looks into each flag in the year in which it is raised,
    and clears who complied; what it finds takes effect when consultations and proceedings are over.
    """

    group: ClassVar[Group] = "payments and stakes"
    title: ClassVar[str] = "Dispute ladder"
    mechanism: ClassVar[str] = (
        "A verdict that everyone sees puts a known price on a breach in place of an open quarrel. It deters less the "
        "later it comes, the less sure it is and the lower its cap; until the verdict a further breach is free."
    )
    reference: ClassVar[str] = "Schwartz and Sykes (2002); Maggi and Staiger (2011)"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), articles 738-756"
    cannot_say: ClassVar[str] = (
        "Claims against a party that nobody has reason to accuse, what proceedings cost, and retaliation below the cap."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"cap": 0}

    type: Literal["dispute_ladder"] = "dispute_ladder"
    matter: MatterId = Field(description="The matter whose breach is disputed.")
    respondent: PartyIds | None = Field(
        default=None, description="Party or parties against which disputes may be brought; omitted = all."
    )
    consultation_years: Years = Field(default=0, description="Years of consultations before a panel is set up.")
    settled: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that consultations end the dispute with nothing owed."
    )
    panel_years: Years = Field(default=1, description="Years that the panel takes.")
    accuracy: Annotated[Quantity, Within(0.5, 1, name="a probability")] = Field(
        default=Quantity(value=1.0), description="Chance (0.5 to 1) that the panel finds what is true."
    )
    cap: NonNegativeAmount = Field(
        description="What retaliation costs the party found in breach, per year, in the payoff unit."
    )
    retaliation_years: YearOfTerm = Field(
        default=1, description="Years for which the others may retaliate (1 or more)."
    )
    recovered: Share = Field(
        default=Quantity(value=0.0), description="Share (0 to 1) of the cap that the others gain, in equal parts."
    )

    @model_validator(mode="after")
    def _come_to_an_end(self) -> DisputeLadder:
        years = self.consultation_years + self.panel_years + self.retaliation_years
        if years > MOST_YEARS:
            problem = f"a dispute would take {years} years, more than {MOST_YEARS}"
            raise fault(problem, "shorten its steps", at=("retaliation_years",))
        if self.settled.value and not self.consultation_years:
            raise fault("settles without consultations", "give consultation_years, or leave it out", at=("settled",))
        return self

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties whose conduct the clause looks into by name."""
        return ((("respondent", k), party, self.matter) for k, party in enumerate(self.respondent or ()))

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        examined = {said.matter for said in treaty.context.all_said(Examined)}
        matter = treaty.matter(self.matter)
        if matter.unseen and not matter.flagged and self.matter not in examined:
            problem = f"nobody is ever flagged on {self.matter}: there is nothing to dispute"
            yield Remark("warning", "matter", problem, "add an audit or a report, say")
        years = self.consultation_years + self.panel_years
        if years:
            problem = f"a party whose dispute is pending breaches for free for {years} years or less"
            yield Remark("note", "panel_years", problem, "shorten the steps if that is not meant")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, DisputeLadder) or self.matter != other.matter:
            return None
        mine, its = self.respondent, other.respondent
        apart = mine is not None and its is not None and not set(mine) & set(its)
        return None if apart else f"two dispute ladders hear the same party on {self.matter}"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        under = "" if self.article == "-" else f" under article {self.article}"
        for party in self.respondent or context.obliged(self.matter):
            hidden = (party, self.matter) in context.unseen
            if hidden:
                yield Signal(
                    f"panel on {party} in {self.matter}{under}",
                    (NO_CASE, CLEARED, FOUND),
                    partial(self._verdict, party),
                    party,
                    self.matter,
                    clears=(CLEARED,),
                    after_flag=True,
                    article=self.article,
                    words=f"panel on {{{party}}} in {{{self.matter}}}",
                    citing=under,
                )
            if not self.cap.value:
                continue
            yield StateVariable(
                self._dispute(party),
                self._steps,
                rank=(48, context.parties.index(party)),
                party=party,
                usual="none",
                words=f"dispute with {{{party}}} on {{{self.matter}}}",
            )
            chance = 1.0 if hidden else self.accuracy.value
            law = partial(self._next_step, party, chance)
            yield Transition(self._dispute(party), law, self.article, sees_signals=hidden)
            yield PayoffTerm(party, partial(self._retaliation, party), self.article)
            if self.recovered.value:
                for other in context.parties:
                    if other != party:
                        yield PayoffTerm(other, partial(self._recovery, context, party), self.article)

    @property
    def _steps(self) -> tuple[str, ...]:
        named = (
            ("consultation", self.consultation_years),
            ("panel", self.panel_years),
            ("retaliation", self.retaliation_years),
        )
        return ("none", *(f"{step}, {left} left" for step, years in named for left in range(years, 0, -1)))

    @property
    def _retaliates_from(self) -> int:
        return 1 + self.consultation_years + self.panel_years

    def _dispute(self, party: str) -> str:
        return f"dispute with {party} on {self.matter}"

    def _verdict(self, party: str, columns: Columns) -> Floats:
        heard = (columns.operating & columns.acts(party, self.matter)).astype(float)
        found = columns.flag_chance(party, self.matter, self.accuracy.value, 1.0 - self.accuracy.value)
        return np.stack([1.0 - heard, heard * (1.0 - found), heard * found], axis=1)

    def _retaliating(self, party: str, columns: Columns) -> Bools:
        return np.asarray(columns.code(self._dispute(party)) >= self._retaliates_from)

    def _retaliation(self, party: str, columns: Columns) -> Floats:
        return np.asarray(-self.cap.value * self._retaliating(party, columns))

    def _recovery(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """An equal part: those who have left get none, and of who has left itself nothing is taken."""
        here = np.sum([~columns.departed(other) for other in context.parties if other != party], axis=0)
        taken = self._retaliating(party, columns) & ~columns.departed(party)
        return np.asarray(self.recovered.value * self.cap.value * taken / np.maximum(here, 1))

    def _next_step(self, party: str, upheld: float, columns: Columns) -> Law:
        """One step on, with some chance; else the dispute is over.  ``upheld``: chance that a breach is found."""
        step = columns.code(self._dispute(party))
        retaliates, last = self._retaliates_from, len(self._steps) - 1
        goes_on = np.ones(last + 1)
        if self.consultation_years:
            goes_on[self.consultation_years] *= 1.0 - self.settled.value
        goes_on[retaliates - 1] *= upheld
        goes_on[last] = 0.0
        breach = columns.established_breach(self.matter, (party,))
        again = breach & (step >= retaliates)
        chance = np.where(again, 1.0, np.where((step == 0) & ~breach, 0.0, goes_on[step]))
        ahead = np.where(again, retaliates, np.minimum(step + 1, last))
        return Law(np.stack([np.zeros_like(step), ahead], axis=1), np.stack([1.0 - chance, chance], axis=1))
