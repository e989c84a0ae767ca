"""Security assurance: while a threat lasts, members are protected, and only members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Bools, Columns, Effect, Floats, PayoffTerm, ProvisionContext, event_variable
from treaties.model.errors import Misfit
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import EventId, MatterId, PartyIds
from treaties.model.remark import Remark


@final
class SecurityAssurance(Provision):
    """Who is protected against which threat, what that is worth, who bears it, and under which condition.

    The benefit is received in the years of the threat while the treaty operates and the party is a member, and while
    at least one of the guarantors, if any are named, is one.
    """

    group: ClassVar[Group] = "payments and stakes"
    title: ClassVar[str] = "Security assurance"
    mechanism: ClassVar[str] = (
        "Protection that ends with membership makes every year inside worth more and so holds a protected party to the "
        "rest of the treaty; it is a cost to the guarantor, which may be held to the treaty the less."
    )
    reference: ClassVar[str] = "Morrow (1991); Fearon (1998)"
    real_treaty: ClassVar[str] = "North Atlantic Treaty (1949), article 5 (recalled)"
    cannot_say: ClassVar[str] = (
        "A guarantor that decides in the crisis itself whether to honour its word: `honoured` is a chance."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"benefit": 0, "cost": 0}

    type: Literal["security_assurance"] = "security_assurance"
    threat: EventId | None = Field(
        default=None, description="The event against which it protects; omitted = a threat that is always there."
    )
    protected: PartyIds = Field(description="Party or parties that are protected.")
    guarantor: PartyIds | None = Field(
        default=None,
        description="Parties that protect, none of them a protected one; omitted = no party in particular.",
    )
    benefit: NonNegativeAmount = Field(
        description="What protection is worth to each protected party per year of threat, in the payoff unit."
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What it costs each guarantor per year of threat, in the payoff unit."
    )
    honoured: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that the assurance is honoured in a year of threat."
    )
    matter: MatterId | None = Field(
        default=None, description="A matter whose breach loses protection in that year; omitted = no condition."
    )

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """Nobody protects itself."""
        for k, party in enumerate(self.guarantor or ()):
            if party in self.protected:
                return ("guarantor", k), f"{party!r} would protect itself", "name other parties"
        return None

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.cost.value and self.guarantor is None:
            yield Remark("warning", "cost", "nobody bears it: no guarantor is named", "name one, or leave it out")
        if self.honoured.value == 0.0:
            yield Remark("warning", "honoured", "the assurance is never honoured", "give it a chance")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, SecurityAssurance) or self.threat != other.threat:
            return None
        both = set(self.protected) & set(other.protected)
        return f"two assurances protect {min(both)} against {self.threat or 'everything'}" if both else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.benefit.value:
            for party in self.protected:
                yield PayoffTerm(party, partial(self._benefit, party), self.article)
        if self.cost.value:
            for party in self.guarantor or ():
                yield PayoffTerm(party, self._cost, self.article)

    def _threat(self, columns: Columns) -> Bools:
        if self.threat is None:
            return np.ones(columns.size, dtype=bool)
        return np.asarray(columns.code(event_variable(self.threat)) == 1)

    def _benefit(self, party: str, columns: Columns) -> Floats:
        there = self._threat(columns)
        if self.guarantor is not None:
            there = there & ~np.all([columns.departed(other) for other in self.guarantor], axis=0)
        if self.matter is not None:
            there = there & ~columns.in_breach[party, self.matter]
        return np.asarray(self.benefit.value * self.honoured.value * there)

    def _cost(self, columns: Columns) -> Floats:
        """Borne as long as somebody is protected."""
        anybody = ~np.all([columns.departed(party) for party in self.protected], axis=0)
        return np.asarray(-self.cost.value * self.honoured.value * (self._threat(columns) & anybody))
