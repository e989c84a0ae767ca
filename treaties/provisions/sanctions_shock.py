"""Sanctions shock: the world changes for a while what the treaty, a breach of it, or life without it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Bools,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.presets import Preset
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Amount, Probability, Quantity
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import Remark


@final
class SanctionsShock(Provision):
    """Whom a shock strikes, how likely it begins and goes on, and what it changes.

    It comes and goes whatever the parties do, before and after the end of the treaty.  An event, in contrast, only
    makes complying dearer; a change of government changes how a party values the same world.
    """

    group: ClassVar[Group] = "surroundings"
    title: ClassVar[str] = "Sanctions shock"
    mechanism: ClassVar[str] = (
        "A shock makes complying worth less, a breach worth more, or life outside better, and its prospect lowers what "
        "the treaty is worth before it comes; the longer it lasts, the more."
    )
    reference: ClassVar[str] = "Rotemberg and Saloner (1986); Fearon (1998)"
    real_treaty: ClassVar[str] = "F-35 memorandum of understanding (2006): a partner buys a rival's air defence in 2017"
    cannot_say: ClassVar[str] = "A shock that conduct under the treaty brings about, and one that only its victim sees."
    neutral_terms: ClassVar[Mapping[str, Any]] = {"temptation_change": 0, "value_change": 0, "outside_change": 0}
    environment: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "realignment": Preset(
            title="Realignment",
            terms={"persistence": 1},
            mechanism="A party finds other partners for good: from then on the treaty must beat what they offer.",
            real_treaty="INF Treaty (1987), withdrawal of 2019",
            required=("outside_change",),
        )
    }

    type: Literal["sanctions_shock"] = "sanctions_shock"
    party: PartyId = Field(description="The party that it strikes.")
    hazard: Probability = Field(description="Chance per year (0 to 1) that it begins.")
    persistence: Probability = Field(
        default=Quantity(value=0.5), description="Chance per year (0 to 1) that it goes on; 1 = for ever."
    )
    starts: Annotated[bool, Field(strict=True)] = Field(default=False, description="True if present at signature.")
    temptation_change: Amount = Field(
        default=Quantity(value=0.0),
        description="Added to what its breach earns while all others comply, per year; in proportion if some do.",
    )
    value_change: Amount = Field(
        default=Quantity(value=0.0), description="Added to what the party earns when all comply, per year."
    )
    outside_change: Amount = Field(
        default=Quantity(value=0.0), description="Added to the party's outside option, per year."
    )
    matter: MatterId | None = Field(
        default=None, description="The matter in which temptation and value change; omitted = each."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self._changes_anything:
            problem = "changes nothing"
            yield Remark("warning", "", problem, "set temptation_change, value_change or outside_change")
        elif self.hazard.value == 0.0 and not self.starts:
            yield Remark("warning", "hazard", f"{self.party} is never struck", "give it a chance, or let it start")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, SanctionsShock) and self.party == other.party
        return f"two shocks strike {self.party}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._changes_anything:
            return
        yield StateVariable(
            self._shock,
            ("no", "yes"),
            initial=int(self.starts),
            of_treaty=False,
            rank=(73, context.parties.index(self.party)),
            party=self.party,
            usual="no",
            words=f"shock to {{{self.party}}}",
        )
        yield Transition(self._shock, self._law, self.article)
        if self.temptation_change.value:
            yield PayoffTerm(self.party, partial(self._tempted, context), self.article)
        if self.value_change.value:
            yield PayoffTerm(self.party, partial(self._valued, context), self.article)
        if self.outside_change.value:
            yield PayoffTerm(self.party, partial(self._outside, context), self.article, always=True)

    @property
    def _changes_anything(self) -> bool:
        return any(change.value for change in (self.temptation_change, self.value_change, self.outside_change))

    @property
    def _shock(self) -> str:
        return f"shock to {self.party}"

    def _struck(self, columns: Columns) -> Bools:
        return np.asarray(columns.code(self._shock) == 1)

    def _law(self, columns: Columns) -> Law:
        chance = np.where(self._struck(columns), self.persistence.value, self.hazard.value)
        codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
        return Law(codes, np.stack([1.0 - chance, chance], axis=1))

    def _share(self, context: ProvisionContext, matter: str, columns: Columns) -> Floats:
        """Share of the other members that complies."""
        others = [party for party in context.parties if party != self.party]
        here = np.sum([~columns.departed(party) for party in others], axis=0)
        return np.asarray(np.sum([columns.complies[party, matter] for party in others], axis=0) / np.maximum(here, 1))

    def _tempted(self, context: ProvisionContext, columns: Columns) -> Floats:
        won = columns.constant(0.0)
        for matter in self._matters(context):
            won = won + self._share(context, matter, columns) * columns.in_breach[self.party, matter]
        return self.temptation_change.value * self._struck(columns) * won

    def _valued(self, context: ProvisionContext, columns: Columns) -> Floats:
        kept = columns.constant(0.0)
        for matter in self._matters(context):
            kept = kept + ((self._share(context, matter, columns) == 1.0) & columns.complies[self.party, matter])
        return self.value_change.value * self._struck(columns) * kept

    def _outside(self, context: ProvisionContext, columns: Columns) -> Floats:
        """The part of life that the treaty has left, and all of it for who is no member."""
        closed = columns.constant(0.0)
        for matter in context.matters:
            closed = closed + ~(columns.operating | (columns.chosen[self.party, matter] >= 0))
        share = np.where(columns.departed(self.party), 1.0, closed / len(context.matters))
        return np.asarray(self.outside_change.value * self._struck(columns) * share)

    def _matters(self, context: ProvisionContext) -> tuple[str, ...]:
        return context.matters if self.matter is None else (self.matter,)
