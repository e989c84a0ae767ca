"""Crisis channel: a flag is followed by a round of clarification before anybody answers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import Columns, Effect, Examined, Floats, ProvisionContext, Signal
from treaties.model.errors import Place, fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability, Quantity
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import Remark

UNUSED, CLEARED, UPHELD = "not asked", "cleared", "not cleared"


@final
class CrisisChannel(Provision):
    """Who may clear itself of a flag in which matter, and how well clarification tells the innocent from others.

    It is a second look, independent of the flag, and takes place within the year, before anybody answers: whoever it
    clears counts as not flagged.
    """

    title: ClassVar[str] = "Crisis channel (clarification)"
    mechanism: ClassVar[str] = (
        "A word before an answer takes back false alarms, so that fewer innocents pay; a party in breach that can talk "
        "itself out of a flag makes flags worth less."
    )
    reference: ClassVar[str] = "Green and Porter (1984)"
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = "New START (2010), article XII (recalled): Bilateral Consultative Commission"
    cannot_say: ClassVar[str] = (
        "Parties do not choose what they say in the channel: how much it clears up is a chance that the file states."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"clears": 0, "excuses": 0}

    type: Literal["crisis_channel"] = "crisis_channel"
    party: PartyIds | None = Field(
        default=None, description="Party or parties that may clear themselves; omitted = all."
    )
    matter: MatterId = Field(description="The matter in which flags are clarified.")
    clears: Probability = Field(description="Chance (0 to 1) that a party that complied is cleared of a flag.")
    excuses: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that a party in breach is cleared of a flag."
    )

    @model_validator(mode="after")
    def _clear_the_innocent_first(self) -> CrisisChannel:
        if self.excuses.value > self.clears.value:
            raise fault(
                f"a breach would be cleared more often ({self.excuses.value:g}) than compliance "
                f"({self.clears.value:g})",
                "let clears be at least excuses",
                at=("clears",),
            )
        return self

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties whose conduct the clause looks into by name."""
        return ((("party", k), party, self.matter) for k, party in enumerate(self.party or ()))

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        examined = {said.matter for said in treaty.context.all_said(Examined)}
        if self.matter not in examined and not treaty.matter(self.matter).flagged:
            problem = f"nobody is ever flagged on {self.matter}: there is nothing to clarify"
            yield Remark("warning", "matter", problem, "add an audit or a report, say")
        elif self.clears.value == self.excuses.value and self.clears.value > 0:
            problem = "clears a breach as often as compliance: it only makes flags rarer"
            yield Remark("note", "excuses", problem, "lower it if that is not meant")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.clears.value and not self.excuses.value:
            return
        for party in self.party or context.obliged(self.matter):
            under = "" if self.article == "-" else f" under article {self.article}"
            yield Signal(
                f"clarification by {party} on {self.matter}{under}",
                (UNUSED, CLEARED, UPHELD),
                partial(self._law, party),
                party,
                self.matter,
                clears=(CLEARED,),
                after_flag=True,
                article=self.article,
                words=f"clarification by {{{party}}} on {{{self.matter}}}",
                citing=under,
            )

    def _law(self, party: str, columns: Columns) -> Floats:
        asked = (columns.operating & columns.acts(party, self.matter)).astype(float)
        cleared = columns.flag_chance(party, self.matter, self.excuses.value, self.clears.value)
        return np.stack([1.0 - asked, asked * cleared, asked * (1.0 - cleared)], axis=1)
