"""Audit: now and then somebody independent looks whether a party keeps its obligations, and says what was found."""

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
    Examined,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    Signal,
    StateVariable,
    Transition,
)
from treaties.model.errors import Place
from treaties.model.presets import Preset
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity, check_detection
from treaties.model.references import MatterId, PartyIds
from treaties.model.remark import LET_THEM_DIFFER, Remark, seen_anyway

NONE, CLEAN, FLAGGED = "no audit", "audited, clean", "audited, flagged"
ANNOUNCED = ("not yet", "no", "yes")
"""Whether audits of this year were announced; in the first year nobody could have."""


@final
class Audit(Provision):
    """Who is audited in which matter, how often, how well, at whose cost, and whether it is known beforehand.

    Everyone learns whether there was an audit and what it said: "no audit", "audited, clean" and "audited, flagged"
    are three things to learn, not two.  Every audited party is audited on its own.
    """

    title: ClassVar[str] = "Audit"
    mechanism: ClassVar[str] = (
        "An audit shows now and then what nobody sees, so that a breach can be answered; a clean one lets an innocent "
        "party off, and a false alarm makes it pay."
    )
    reference: ClassVar[str] = "Goldlücke and Kranz (2012); Avenhaus, von Stengel and Zamir (2002)"
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = "New START (2010), article XI and Protocol, part five (recalled)"
    cannot_say: ClassVar[str] = (
        "Auditors cannot be bribed or misled, and an audit looks at the year in which it takes place, not at "
        "earlier ones."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"coverage": 0}
    how_often: ClassVar[str | None] = "coverage"
    presets: ClassVar[Mapping[str, Preset]] = {
        "monitoring_sunset": Preset(
            title="Audit with an end date",
            terms={},
            mechanism=(
                "Audits stop in a year that everybody knows while duties go on, so that whatever they alone deter "
                "begins with the year after."
            ),
            real_treaty="Intermediate-Range Nuclear Forces Treaty (1987), article XI (recalled)",
            required=("until_year",),
        )
    }
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "matter": "Conduct in {} is audited.",
        "coverage": {
            "0": "There are no audits.",
            "": "Each year a party is audited with a chance of {}.",
        },
        "detection": "An audit of a party in breach raises a flag with a chance of {}.",
        "false_alarm": "Of audits of a party that complies a share of {} raises a flag all the same.",
        "timing": {
            "random": "Audits come without warning.",
            "announced": "At the start of each year the parties are told whether it brings audits.",
        },
    }

    type: Literal["audit"] = "audit"
    party: PartyIds | None = Field(default=None, description="Party or parties that are audited; omitted = all.")
    matter: MatterId = Field(description="The matter in which conduct is audited.")
    detection: Probability = Field(description="Chance (0 to 1) that an audit flags a breach.")
    false_alarm: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that an audit flags a party that complied."
    )
    coverage: Probability = Field(description="Chance (0 to 1) that a party is audited in a year.")
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What one audit of one party costs, in the payoff unit."
    )
    paid_by: PartyIds | None = Field(
        default=None, description="Parties that bear the cost in equal parts; omitted = the party audited."
    )
    timing: Literal["random", "announced"] = Field(
        default="random",
        description="`random`: nobody knows beforehand; `announced`: at the start of a year all know whether audits "
        "take place in it; in the first, before which nothing can be announced, they come at random.",
    )

    @model_validator(mode="after")
    def _tell_breach_from_compliance(self) -> Audit:
        check_detection(self.detection, self.false_alarm)
        return self

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Examined(self.matter, audit=True, parties=self.party, chance=self._chance)

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties whose conduct the clause looks into by name."""
        return ((("party", k), party, self.matter) for k, party in enumerate(self.party or ()))

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
        if not self.coverage.value:
            return
        if self.timing == "announced":
            rank = (44, context.matters.index(self.matter))
            named = f"audit on {{{self.matter}}} announced"
            yield StateVariable(
                self._announcement, ANNOUNCED, rank=rank, usual="no", words=named, citing=self._under
            )
            yield Transition(self._announcement, self._announce, self.article)
        audited = self.party or context.obliged(self.matter)
        for party in audited:
            yield Signal(
                f"audit of {party} on {self.matter}{self._under}",
                (NONE, CLEAN, FLAGGED),
                partial(self._law, party),
                party,
                self.matter,
                flags=(FLAGGED,),
                clean=(CLEAN,),
                article=self.article,
                words=f"audit of {{{party}}} on {{{self.matter}}}",
                citing=self._under,
            )
            payers = self.paid_by or (party,)
            for payer in payers if self.cost.value else ():
                yield PayoffTerm(payer, partial(self._cost, party, len(payers)), self.article)

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _announcement(self) -> str:
        return f"audit on {self.matter} announced{self._under}"

    def _announce(self, columns: Columns) -> Law:
        said = [ANNOUNCED.index(value) for value in ("no", "yes")]
        codes = np.tile(np.array(said, dtype=np.int64), (columns.size, 1))
        coverage = self.coverage.value
        return Law(codes, np.tile([1.0 - coverage, coverage], (columns.size, 1)))

    def _chance(self, party: str, columns: Columns) -> Floats:
        """Chance of an audit: only while the treaty operates, and only where there is conduct to look at."""
        if self.timing == "random" or not self.coverage.value:  # nobody announces audits that never take place
            coverage = columns.constant(self.coverage.value)
        else:
            coverage = np.where(
                columns.is_value(self._announcement, ANNOUNCED[0]),
                self.coverage.value,
                columns.is_value(self._announcement, "yes").astype(float),
            )
        return np.where(columns.operating & columns.acts(party, self.matter), coverage, 0.0)

    def _law(self, party: str, columns: Columns) -> Floats:
        chance = self._chance(party, columns)
        flagged = columns.flag_chance(party, self.matter, self.detection.value, self.false_alarm.value)
        return np.stack([1.0 - chance, chance * (1.0 - flagged), chance * flagged], axis=1)

    def _cost(self, party: str, payers: int, columns: Columns) -> Floats:
        return -self.cost.value / payers * self._chance(party, columns)
