"""Inspection burden: what being examined costs those who keep their obligations, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

from pydantic import Field, model_validator

from treaties.effects import Columns, Effect, Examined, Floats, PayoffTerm, ProvisionContext
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark


@final
class InspectionBurden(Provision):
    """Who bears the burden of being examined, how much an examination costs it, and what it may give away.

    Every examination of a party that a clause of the treaty provides for (an audit, a report, an exchange of data, an
    end-use check) costs that party the same, whether it complied or not: work stops, and with some chance a secret
    leaks.  Where examinations happen by chance the burden is that chance's; a matter's own yearly flag is no burden.
    """

    title: ClassVar[str] = "Burden of inspection"
    mechanism: ClassVar[str] = (
        "Every examination costs the compliant as well, so that there is a best intensity: too few deter nobody, too "
        "many make the treaty worth leaving."
    )
    reference: ClassVar[str] = "Coe and Vaynman (2020)"
    real_treaty: ClassVar[str] = (
        "New START (2010), 18 on-site inspections a year; article XI and Protocol, part five (recalled)"
    )
    cannot_say: ClassVar[str] = (
        "A burden that falls with routine, secrets that once leaked cannot leak again, and what others gain by them."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"cost": 0, "leak_risk": 0}

    type: Literal["inspection_burden"] = "inspection_burden"
    party: PartyIds | None = Field(
        default=None, description="Party or parties that bear it where they are examined; omitted = all."
    )
    matter: MatterId | None = Field(default=None, description="The matter in which they are; omitted = all.")
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What one examination costs the party examined, in the payoff unit."
    )
    leak_risk: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that an examination gives a secret away."
    )
    leak_loss: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What a secret given away costs the party, in the payoff unit."
    )

    @model_validator(mode="after")
    def _lose_something(self) -> InspectionBurden:
        if self.leak_risk.value and not self.leak_loss.value:
            raise fault("is a risk of losing nothing", "add leak_loss = 5, say, or leave it out", at=("leak_risk",))
        return self

    @property
    def burden(self) -> float:
        """What an examination costs on average."""
        return self.cost.value + self.leak_risk.value * self.leak_loss.value

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not any(self.matter in (None, said.matter) for said in treaty.context.all_said(Examined)):
            problem = "no clause examines conduct there: the clause changes nothing"
            yield Remark("warning", "matter", problem, "add an audit or a report, say")
        elif not self.burden:
            yield Remark("warning", "cost", "an examination costs nothing", "set cost, or leak_risk and leak_loss")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.burden:
            return
        for said in context.all_said(Examined):
            for party in context.parties if said.parties is None else said.parties:
                if self.matter in (None, said.matter) and (self.party is None or party in self.party):
                    yield PayoffTerm(party, partial(self._borne, said, party), self.article)

    def _borne(self, said: Examined, party: str, columns: Columns) -> Floats:
        return -self.burden * said.likely(party, columns)
