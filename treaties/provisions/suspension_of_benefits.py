"""Suspension of benefits: after a known breach the others may lawfully withhold theirs for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Bools,
    Choice,
    Columns,
    Effect,
    Law,
    Option,
    ProvisionContext,
    StateVariable,
    Suspension,
    Transition,
    ballot,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.references import MatterId, PartyIds, YearOfTerm, Years
from treaties.model.remark import Remark

WITHHOLD = "withhold performance"


@final
class SuspensionOfBenefits(Provision):
    """What the others may withhold from a party in breach, and for how many years per year of breach.

    Every year of known breach allows ``years`` years of suspension, ``most_years`` at most at a time; they pass whether
    they are used or not.  Only who has no such years against itself may suspend.  Either each of the others may
    withhold its own performance in the matter, if it owes any, from everybody; or together they may keep the party out
    of the matter for a year: it then earns what nobody's cooperation pays and owes nothing, and the others go on
    without it.
    """

    group: ClassVar[Group] = "rights and votes"
    title: ClassVar[str] = "Suspension of benefits"
    mechanism: ClassVar[str] = (
        "An answer to a breach that is no breach itself draws no damages, dispute or end of the treaty in its turn, "
        "and its limit in years keeps it in proportion. Shutting one party out spares the rest."
    )
    reference: ClassVar[str] = "Schwartz and Sykes (2002); Vienna Convention on the Law of Treaties (1969), article 60"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 506"
    cannot_say: ClassVar[str] = (
        "A part of performance: who withholds withholds all of it in the matter. Suspension in another matter than "
        "the one that was breached."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"years": 0}

    type: Literal["suspension_of_benefits"] = "suspension_of_benefits"
    matter: MatterId = Field(description="The matter whose breach is answered, and in which.")
    against: PartyIds | None = Field(
        default=None, description="Party or parties whose breaches are answered so; omitted = all."
    )
    years: Years = Field(description="Years of suspension that each year of known breach allows.")
    most_years: YearOfTerm | None = Field(
        default=None, description="Years of suspension that may be left at most; omitted = `years`."
    )
    withholds: Literal["performance", "participation"] = Field(
        default="performance",
        description="`performance`: each of the others may withhold its own; `participation`: together they may keep "
        "the party out of the matter.",
    )
    plan: Literal["never", "always"] = Field(
        default="never", description="Whether compliance expects the others to suspend whenever they may."
    )

    @model_validator(mode="after")
    def _allow_what_one_breach_does(self) -> SuspensionOfBenefits:
        if self.most_years is not None and self.most_years < self.years:
            problem = f"one year of breach allows {self.years} years, more than {self.most_years}"
            raise fault(problem, f"choose {self.years} or more, or lower years", at=("most_years",))
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        matter = treaty.matter(self.matter)
        if matter.table is not None and (self.withholds == "performance" or len(treaty.signatories) > 2):
            problem = f"{self.matter} is given by a table, which does not say what it is worth while one suspends"
            yield Remark("error", "matter", problem, "give reward, temptation, sucker and punishment")
        if self.withholds == "performance" and len(treaty.signatories) > 2:
            problem = "performance is withheld from the innocent, too"
            yield Remark(
                "note", "withholds", problem, 'withholds = "participation" shuts out the party in breach alone'
            )

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, SuspensionOfBenefits) and self.matter == other.matter
        return f"two clauses suspend benefits from {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.years:
            return
        answered = self.against or context.parties
        for party in answered:
            hidden = (party, self.matter) in context.unseen
            yield StateVariable(
                self._due(party),
                tuple(range((self.most_years or self.years) + 1)),
                rank=(49, context.parties.index(party)),
                party=party,
                usual=0,
                words=f"years of suspension due to {{{party}}} on {{{self.matter}}}",
            )
            yield Transition(self._due(party), partial(self._next, party), self.article, sees_signals=hidden)
        if self.withholds == "performance":
            for party in context.obliged(self.matter):
                if set(answered) - {party}:
                    yield Choice(party, self.matter, (self._withholding(context, party),))
            return
        for party in answered:
            yield Suspension(self.matter, partial(self._kept_out, context, party), party, self.article)
            for other in context.parties:
                if other != party:
                    yield Choice(other, self._question(party), tuple(self._votes(party, other)), procedural=True)

    def _withholding(self, context: ProvisionContext, party: str) -> Option:
        available = partial(self._may_withhold, context, party)
        return Option(
            WITHHOLD,
            expected=available if self.plan == "always" else None,
            available=available,
            releases=True,
            article=self.article,
            words=f"withholds its performance on {{{self.matter}}}",
        )

    def _votes(self, party: str, other: str) -> Iterable[Option]:
        available = partial(self._may_answer, party, other)
        yield Option(
            f"keep {party} in",
            default=self.plan == "never",
            available=available,
            article=self.article,
            words=f"is for keeping {{{party}}} in {{{self.matter}}}",
        )
        yield Option(
            self._exclusion(party),
            default=self.plan == "always",
            available=available,
            article=self.article,
            words=f"is for shutting {{{party}}} out of {{{self.matter}}}",
        )

    def _due(self, party: str) -> str:
        return f"years of suspension due to {party} on {self.matter}"

    def _exclusion(self, party: str) -> str:
        return f"shut {party} out"

    def _question(self, party: str) -> str:
        return ballot(self._due(party))

    def _clean(self, party: str, columns: Columns) -> Bools:
        """Where there is nothing to answer of a party itself."""
        if self._due(party) not in columns.codes:
            return np.ones(columns.size, dtype=bool)
        return np.asarray(columns.code(self._due(party)) == 0)

    def _may_answer(self, party: str, other: str, columns: Columns) -> Bools:
        clean = self._clean(other, columns) & ~columns.departed(other) & ~columns.departed(party)
        return columns.operating & ~self._clean(party, columns) & clean

    def _may_withhold(self, context: ProvisionContext, party: str, columns: Columns) -> Bools:
        others = [other for other in context.parties if other != party]
        return np.asarray(np.any([self._may_answer(other, party, columns) for other in others], axis=0))

    def _kept_out(self, context: ProvisionContext, party: str, columns: Columns) -> Bools:
        """Where all who may vote on it are for shutting the party out."""
        others = [other for other in context.parties if other != party]
        entitled = np.sum([self._may_answer(party, other, columns) for other in others], axis=0)
        exclusion = self._exclusion(party)
        agreed = np.sum([columns.takes(other, self._question(party), exclusion) for other in others], axis=0)
        return np.asarray((entitled > 0) & (agreed == entitled))

    def _next(self, party: str, columns: Columns) -> Law:
        left = np.maximum(columns.code(self._due(party)) - 1, 0)
        breach = columns.established_breach(self.matter, (party,))
        most = self.most_years or self.years
        return Law.surely(np.where(breach, np.minimum(left + self.years, most), left))
