"""Stakeholder representation: those at home see a breach, and have to be won over before a treaty binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Announcement,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.ratifier import Ratifier, Ratifiers
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark


@final
class StakeholderRepresentation(Provision):
    """Whose government pays at home for a breach that is seen, how much, and who else has to approve.

    Industry, unions, watchdogs and the public have seats, so that they see what is done.  A government pays once in a
    year in which it is seen to be in breach; where nobody sees conduct, in the year after a flag that was not cleared.
    It pays whatever its breach answers.  Those with a seat that gives consent are ratifiers like any others, no players
    of the game: whether they would approve is for bargaining to test.
    """

    title: ClassVar[str] = "Stakeholder representation"
    mechanism: ClassVar[str] = (
        "An audience at home makes a breach dear, and the answer to one as well; every seat whose consent is needed is "
        "one more that has to be better off."
    )
    reference: ClassVar[str] = "Fearon (1994); Putnam (1988)"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), articles 13-14"
    cannot_say: ClassVar[str] = (
        "Audiences that forgive an answer to a breach, stakeholders with interests in single matters, and what they "
        "tell their government before it votes."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"audience_cost": 0, "ratifiers": []}

    type: Literal["stakeholder_representation"] = "stakeholder_representation"
    party: PartyIds | None = Field(
        default=None, description="Party or parties whose stakeholders watch it; omitted = all."
    )
    matter: MatterId | None = Field(default=None, description="The matter that they watch; omitted = every one.")
    audience_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="What a year in which it is seen to be in breach costs a government at home, in the payoff unit.",
    )
    ratifiers: tuple[Ratifier, ...] = Field(
        default=(),
        description="Stakeholders with a seat: party, name, gain, cost, share, reservation, discount, required.",
    )

    @model_validator(mode="after")
    def _seat_each_once(self) -> StakeholderRepresentation:
        names = [(ratifier.party, ratifier.name) for ratifier in self.ratifiers]
        for k, name in enumerate(names):
            if name in names[:k]:
                raise fault(f"{name[1]!r} is named twice", "name each stakeholder once", at=("ratifiers", k, "name"))
        return self

    def announces(self) -> Iterable[Announcement]:
        """What bargaining needs to know of this clause."""
        if self.ratifiers:
            yield Ratifiers(self.ratifiers)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.audience_cost.value and not self.ratifiers:
            problem = "nobody watches and nobody has to approve: the clause changes nothing"
            yield Remark("warning", "", problem, "set audience_cost or ratifiers")
        hidden = [matter.id for matter in treaty.matters if matter.unseen and self.matter in (None, matter.id)]
        if self.audience_cost.value and hidden:
            problem = f"nobody sees conduct on {hidden[0]}: a flag that is not cleared is paid for, a year later"
            yield Remark("note", "audience_cost", problem)

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, StakeholderRepresentation) and self.article == other.article
        return "two clauses of the kind stakeholder_representation have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.audience_cost.value:
            return
        watched = context.matters if self.matter is None else (self.matter,)
        for party in self.party or context.parties:
            seen = tuple(matter for matter in watched if (party, matter) not in context.unseen)
            hidden = tuple(matter for matter in watched if (party, matter) in context.unseen)
            if seen:
                yield PayoffTerm(party, partial(self._at_once, party, seen), self.article)
            if hidden:
                under = "" if self.article == "-" else f" under article {self.article}"
                outcry = f"outcry in {party}{under}"
                yield StateVariable(
                    outcry,
                    ("no", "yes"),
                    of_treaty=False,
                    rank=(63, context.parties.index(party)),
                    party=party,
                    usual="no",
                    words=f"outcry in {{{party}}}",
                    citing=under,
                )
                yield Transition(outcry, partial(_found_out, party, hidden), self.article, sees_signals=True)
                yield PayoffTerm(party, partial(self._later, outcry), self.article, always=True)

    def _at_once(self, party: str, seen: tuple[str, ...], columns: Columns) -> Floats:
        breach = np.any([columns.in_breach[party, matter] for matter in seen], axis=0)
        return np.where(breach, -self.audience_cost.value, 0.0)

    def _later(self, outcry: str, columns: Columns) -> Floats:
        return np.where(columns.code(outcry) == 1, -self.audience_cost.value, 0.0)


def _found_out(party: str, matters: tuple[str, ...], columns: Columns) -> Law:
    known = np.any([columns.established_breach(matter, (party,)) for matter in matters], axis=0)
    return Law.surely(known.astype(np.int64))
