"""Reciprocal access: each party depends on something that the others hold, and loses it if it breaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import Columns, Effect, Floats, PayoffTerm, ProvisionContext, event_variable
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import EventId, KeyedBy, MatterId
from treaties.model.remark import Remark
from treaties.model.shares import Share


@final
class ReciprocalAccess(Provision):
    """What of each party's is in the hands of the others, how surely a breach loses it, and what crises make of it.

    A hostage is lost for the year of the breach: access is open again in the next.  In a crisis a party that keeps to
    the matter is served first by those of the others that do.
    """

    group: ClassVar[Group] = "payments and stakes"
    title: ClassVar[str] = "Reciprocal access (hostages)"
    mechanism: ClassVar[str] = (
        "What the others hold makes a breach dearer for each. It does so for a breach in answer, too: who has too much "
        "in the hands of the other cannot afford to punish, unless the treaty lets it do so lawfully."
    )
    reference: ClassVar[str] = "Williamson (1983)"
    real_treaty: ClassVar[str] = "UK-US Mutual Defence Agreement (1958), amendment of 2024, article 4"
    cannot_say: ClassVar[str] = "Access that stays closed for years, and what it costs to shut the other out."
    neutral_terms: ClassVar[Mapping[str, Any]] = {"seizure": 0, "priority": 0}

    type: Literal["reciprocal_access"] = "reciprocal_access"
    matter: MatterId = Field(description="The matter whose breach loses access.")
    hostages: Annotated[dict[str, NonNegativeAmount], KeyedBy("party")] = Field(
        description="What each party loses if it is shut out for a year, in the payoff unit."
    )
    seizure: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that a party in breach is shut out."
    )
    kept: Share = Field(
        default=Quantity(value=0.0), description="Share (0 to 1) of what it loses that the others gain, in equal parts."
    )
    crisis: EventId | None = Field(default=None, description="Event in which who complies is served first.")
    priority: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What being served first by all others is worth in a year of crisis, in the payoff unit.",
    )

    @model_validator(mode="after")
    def _know_the_crisis(self) -> ReciprocalAccess:
        if self.priority.value and self.crisis is None:
            raise fault("is given, but no crisis is named", "add crisis, or leave it out", at=("priority",))
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.crisis is not None and not self.priority.value:
            yield Remark("note", "crisis", "has no meaning without priority", "leave it out, or add priority")
        if treaty.matter(self.matter).unseen and self.seizure.value:
            problem = (
                f"access follows a breach on {self.matter} although nobody sees it: it is lost as often as `seizure`"
            )
            yield Remark("note", "seizure", problem, "lower it to the chance that a breach is found out")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ReciprocalAccess) and self.matter == other.matter
        return f"two clauses give reciprocal access under {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in context.parties:
            if self.seizure.value and self.hostages[party].value:
                yield PayoffTerm(party, partial(self._lost, party), self.article)
                if self.kept.value:
                    for other in context.parties:
                        if other != party:
                            yield PayoffTerm(other, partial(self._gained, context, party), self.article)
            if self.priority.value:
                yield PayoffTerm(party, partial(self._served, context, party), self.article)

    def _lost(self, party: str, columns: Columns) -> Floats:
        return np.asarray(-self.seizure.value * self.hostages[party].value * columns.in_breach[party, self.matter])

    def _gained(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        here = np.sum([~columns.departed(other) for other in context.parties if other != party], axis=0)
        return np.asarray(-self.kept.value * self._lost(party, columns) / np.maximum(here, 1))

    def _served(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """By the share of all others that complies, where the party itself does."""
        others = [columns.complies[other, self.matter] for other in context.parties if other != party]
        share = np.sum(others, axis=0) / len(others)
        there = (columns.code(event_variable(self.crisis or "")) == 1) & columns.complies[party, self.matter]
        return np.where(there, self.priority.value * share, 0.0)
