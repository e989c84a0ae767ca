"""End-use monitoring: the supplier checks what the recipient does with what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import Announcement, Columns, Effect, Examined, Floats, PayoffTerm, ProvisionContext, Signal
from treaties.model.errors import Place, fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity, check_detection
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import LET_THEM_DIFFER, Remark, seen_anyway

NONE, CLEAN, FLAGGED = "no check", "checked, used as agreed", "checked, diversion flagged"


@final
class EndUseMonitoring(Provision):
    """Whose use is checked by whom, in which matter, how often and how well.

    Only what was delivered can be checked: in a year in which the supplier does not keep to the matter there is no
    check, and that, too, is seen.
    """

    title: ClassVar[str] = "End-use monitoring"
    mechanism: ClassVar[str] = (
        "Checks on the recipient make diversion a risk where it would go unseen; they bind one side only, and stop "
        "when the supplier stops delivering."
    )
    reference: ClassVar[str] = "Avenhaus, von Stengel and Zamir (2002)"
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = "Treaty on the Non-Proliferation of Nuclear Weapons (1968), article III"
    cannot_say: ClassVar[str] = (
        "Deliveries of earlier years cannot be checked any more, and the supplier cannot save the cost of a check."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"coverage": 0, "cost": 0}

    type: Literal["end_use_monitoring"] = "end_use_monitoring"
    recipient: PartyId = Field(description="The party whose use is checked.")
    supplier: PartyId = Field(description="The party that delivers and checks; it bears the cost.")
    matter: MatterId = Field(description="The matter under which is delivered.")
    detection: Probability = Field(description="Chance (0 to 1) that a check flags a diversion.")
    false_alarm: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that a check flags proper use."
    )
    coverage: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that a year's deliveries are checked."
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What a check costs the supplier, in the payoff unit."
    )

    @model_validator(mode="after")
    def _check_another_party(self) -> EndUseMonitoring:
        if self.recipient == self.supplier:
            raise fault(f"{self.supplier!r} would check itself", "name another party", at=("supplier",))
        check_detection(self.detection, self.false_alarm)
        return self

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Examined(self.matter, parties=(self.recipient,), chance=self._chance_of)

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The party whose conduct the clause looks into."""
        yield ("recipient",), self.recipient, self.matter

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from seen_anyway(treaty.matter(self.matter))
        if self.coverage.value == 0.0:
            yield Remark("warning", "coverage", "never takes place", LET_THEM_DIFFER)
        elif self.detection.value == self.false_alarm.value:
            problem = "flags compliance as often as a breach: it costs and tells nothing"
            yield Remark("warning", "detection", problem, LET_THEM_DIFFER)

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        under = "" if self.article == "-" else f" under article {self.article}"
        yield Signal(
            f"end-use check of {self.recipient} on {self.matter}{under}",
            (NONE, CLEAN, FLAGGED),
            self._law,
            self.recipient,
            self.matter,
            flags=(FLAGGED,),
            clean=(CLEAN,),
            article=self.article,
            words=f"end-use check of {{{self.recipient}}} on {{{self.matter}}}",
            citing=under,
        )
        if self.cost.value:
            yield PayoffTerm(self.supplier, self._cost, self.article)

    def _chance(self, columns: Columns) -> Floats:
        """Chance of a check: only of what was delivered."""
        there = columns.operating & columns.acts(self.recipient, self.matter)
        delivered = columns.complies[self.supplier, self.matter]
        return np.where(there & delivered, self.coverage.value, 0.0)

    def _chance_of(self, _: str, columns: Columns) -> Floats:
        return self._chance(columns)

    def _law(self, columns: Columns) -> Floats:
        chance = self._chance(columns)
        flagged = columns.flag_chance(self.recipient, self.matter, self.detection.value, self.false_alarm.value)
        return np.stack([1.0 - chance, chance * (1.0 - flagged), chance * flagged], axis=1)

    def _cost(self, columns: Columns) -> Floats:
        return -self.cost.value * self._chance(columns)
