"""Subsidy coordination: a cap on aid that draws rents from partners, and countermeasures in proportion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import Bools, Choice, Columns, Effect, Enforced, Floats, Option, PayoffTerm, ProvisionContext
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import Years
from treaties.model.remark import Remark
from treaties.model.shares import Share

WITHIN, ABOVE = "subsidise within the cap", "subsidise above the cap"


@final
class SubsidyCoordination(Provision):
    """How much aid is allowed, how much could be paid, whom it helps and hurts, and what may be done about it.

    While the treaty operates every party chooses each year between aid within the cap, which the matters' payoffs count
    already, and the largest that it could pay, which is a breach.  Each unit above the cap wins the party ``gain`` and
    costs every other party ``harm``.  The others may take back a share of that harm by countermeasures, which fall due
    after a delay and outlast the treaty.  Outside the treaty aid is free, as outside options are meant to count.
    """

    title: ClassVar[str] = "Subsidy coordination"
    mechanism: ClassVar[str] = (
        "Aid that shifts rents is a dilemma of its own: a cap keeps all better off, and countermeasures in proportion "
        "take the gain out of breaking it without ending the rest."
    )
    reference: ClassVar[str] = "Brander and Spencer (1985)"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 411: rebalancing measures"
    cannot_say: ClassVar[str] = (
        "Aid has two sizes, within the cap and the largest; countermeasures hurt nobody but the party in breach and "
        "are neither too large nor abused."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"gain": 0, "harm": 0}

    type: Literal["subsidy_coordination"] = "subsidy_coordination"
    cap: NonNegativeAmount = Field(description="Largest aid allowed per year and party, in the payoff unit.")
    largest: NonNegativeAmount = Field(
        description="Largest aid that a party could pay per year, in the payoff unit; at least the cap."
    )
    gain: NonNegativeAmount = Field(
        description="What a unit of aid above the cap wins its own party, its cost deducted, in the payoff unit."
    )
    harm: NonNegativeAmount = Field(
        description="What a unit of aid above the cap costs every other party, in the payoff unit."
    )
    countermeasure: Share = Field(
        default=Quantity(value=0.0), description="Share of the harm (0 to 1) that countermeasures take back."
    )
    delay_years: Years = Field(default=1, description="Years between the aid and the countermeasures.")

    @model_validator(mode="after")
    def _leave_the_cap_below(self) -> SubsidyCoordination:
        if self.largest.value < self.cap.value:
            raise fault(
                f"the largest aid {self.largest.value:g} is smaller than the cap {self.cap.value:g}",
                "let largest be at least the cap",
                at=("largest",),
            )
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.largest.value == self.cap.value:
            yield Remark("warning", "cap", "no party could exceed the cap: it limits nothing", "lower it")
        elif self.gain.value > self.harm.value * (len(treaty.signatories) - 1):
            problem = "aid wins its own side more than it costs all others: together they lose by the cap"
            yield Remark("note", "gain", problem, "check gain and harm")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, SubsidyCoordination) and self.article == other.article
        return "two clauses of the kind subsidy_coordination have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._excess or not (self.gain.value or self.harm.value):
            return
        for party in context.parties:
            others = tuple(other for other in context.parties if other != party)
            yield Choice(party, self._subject, tuple(self._options()))
            yield PayoffTerm(party, partial(self._shifted, party), self.article)
            if self.countermeasure.value and self.harm.value:
                yield Enforced(
                    party,
                    others,
                    partial(self._taken_back, party, others),
                    delay=self.delay_years,
                    article=self.article,
                )

    @property
    def _excess(self) -> float:
        return self.largest.value - self.cap.value

    @property
    def _subject(self) -> str:
        return "level of aid" if self.article == "-" else f"level of aid under article {self.article}"

    def _options(self) -> Iterable[Option]:
        yield Option(
            WITHIN, default=True, available=_operating, article=self.article, words="keeps its aid within the cap"
        )
        yield Option(ABOVE, compliant=False, available=_operating, article=self.article, words="pays aid above the cap")

    def _shifted(self, party: str, columns: Columns) -> Floats:
        """What a party wins by its own aid, less what it loses by that of others."""
        won = np.where(columns.takes(party, self._subject, ABOVE), self.gain.value, 0.0)
        rivals = [columns.takes(p, of, ABOVE) for p, of in columns.options if of == self._subject and p != party]
        return np.asarray(self._excess * (won - self.harm.value * np.sum(rivals, axis=0)))

    def _taken_back(self, party: str, others: tuple[str, ...], columns: Columns) -> Floats:
        harmed = np.sum([~columns.departed(other) for other in others], axis=0)
        taken = self.countermeasure.value * self.harm.value * self._excess * harmed
        return np.where(columns.takes(party, self._subject, ABOVE), taken, 0.0)


def _operating(columns: Columns) -> Bools:
    return columns.operating
