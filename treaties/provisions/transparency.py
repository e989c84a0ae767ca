"""Transparency: parties publish how they keep their obligations, so that what was private is seen by all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Announcement, Columns, Effect, Examined, Floats, PayoffTerm, ProvisionContext, Signal
from treaties.model.errors import Place
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity, Within
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import LET_THEM_DIFFER, Remark, seen_anyway

NONE, GOOD, BAD = "nothing published", "published, as agreed", "published, not as agreed"
Precision = Annotated[Quantity, Within(0.5, 1, name="a precision")]


@final
class Transparency(Provision):
    """Whose conduct in which matter is published every year, and how often what is published is right."""

    title: ClassVar[str] = "Transparency (public reporting)"
    mechanism: ClassVar[str] = (
        "A published report makes everyone see the same, so that all can act on it together; the less precise it is, "
        "the more an answer to it strikes the innocent."
    )
    reference: ClassVar[str] = "Kandori (1992); Abreu, Milgrom and Pearce (1991)"
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 754"
    cannot_say: ClassVar[str] = (
        "Nobody outside the treaty hears what is published, so that a breach costs no reputation elsewhere."
    )
    no_neutral_terms: ClassVar[str] = (
        "even a report that is right no more often than a coin is seen by all, who may let what they do depend on it"
    )

    type: Literal["transparency"] = "transparency"
    party: PartyIds | None = Field(default=None, description="Party or parties that report; omitted = all.")
    matter: MatterId = Field(description="The matter on which conduct is published.")
    precision: Precision = Field(
        description="Chance (0.5 to 1) that what is published is right; 0.5 tells nothing, 1 everything."
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What it costs each reporting party per year, in the payoff unit."
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Examined(self.matter, parties=self.party, chance=self._reports)

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties whose conduct the clause looks into by name."""
        return ((("party", k), party, self.matter) for k, party in enumerate(self.party or ()))

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from seen_anyway(treaty.matter(self.matter))
        if self.precision.value == 0.5:
            problem = "what is published is right as often as it is wrong: it tells nothing"
            yield Remark("warning", "precision", problem, LET_THEM_DIFFER)

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.party or context.obliged(self.matter):
            under = "" if self.article == "-" else f" under article {self.article}"
            yield Signal(
                f"publication by {party} on {self.matter}{under}",
                (NONE, GOOD, BAD),
                partial(self._law, party),
                party,
                self.matter,
                flags=(BAD,),
                clean=(GOOD,),
                article=self.article,
                words=f"publication by {{{party}}} on {{{self.matter}}}",
                citing=under,
            )
            if self.cost.value:
                yield PayoffTerm(party, partial(self._cost, party), self.article)

    def _reports(self, party: str, columns: Columns) -> Floats:
        return (columns.operating & columns.acts(party, self.matter)).astype(float)

    def _law(self, party: str, columns: Columns) -> Floats:
        reports = self._reports(party, columns)
        bad = columns.flag_chance(party, self.matter, self.precision.value, 1.0 - self.precision.value)
        return np.stack([1.0 - reports, reports * (1.0 - bad), reports * bad], axis=1)

    def _cost(self, party: str, columns: Columns) -> Floats:
        return -self.cost.value * self._reports(party, columns)
