"""Impact assessment: before they vote, all learn more about what the treaty is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    RENEWAL,
    YEAR,
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    RenewalVote,
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity, Within
from treaties.model.references import KeyedBy, MatterId, OneOrMany, PartyId, YearOfTerm
from treaties.model.remark import Remark

Precision = Annotated[Quantity, Within(0.5, 1, name="a precision")]
Spread = Annotated[dict[str, Quantity], KeyedBy("party")]
OPEN, GOOD, BAD = "not yet published", "worth more", "worth less"


@final
class ImpactAssessment(Provision):
    """What may turn out about the worth of a matter, how precisely and when it is published, and whose vote follows.

    Nature has drawn whether the matter is worth more or less than the reward in the file, which is what all expect at
    signature; nobody learns it but by the assessment.  That is published once, at the end of a year of the first term,
    and is right with a given chance.  From then on a year in which all keep to the matter is worth what the assessment
    leads one to expect (Bayes); it is so in votes, and after the end in a matter that survives.
    """

    title: ClassVar[str] = "Impact assessment"
    mechanism: ClassVar[str] = (
        "Who votes on renewal after an assessment votes on what the treaty is worth and not on what was hoped; those "
        "who would have stayed in by mistake go, and with them what held the others."
    )
    reference: ClassVar[str] = "Blackwell (1953)"
    real_treaty: ClassVar[str] = "United States-Mexico-Canada Agreement (2020), article 34.7(2)-(3)"
    cannot_say: ClassVar[str] = (
        "Assessments that a party may bend or keep to itself, worth that changes, and what the parties learn from "
        "their own experience."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"precision": 0.5, "cost": 0, "refuse_if_bad": []}

    type: Literal["impact_assessment"] = "impact_assessment"
    matter: MatterId = Field(description="The matter whose worth is assessed.")
    spread: Spread = Field(
        description="For every party, how much more the matter is worth to it per year if it is worth more than if it "
        "is worth less, in the payoff unit (any sign), when all comply."
    )
    likely: Probability = Field(
        default=Quantity(value=0.5), description="Chance (0 to 1), at signature, that it is worth more."
    )
    precision: Precision = Field(
        description="Chance (0.5 to 1) that the assessment is right; 0.5 tells nothing, 1 everything."
    )
    year: YearOfTerm = Field(
        description="Year of the first term (1 = first) at whose end it is published: votes of later years know it."
    )
    cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0), description="What it costs all parties together, in equal parts, in that year."
    )
    refuse_if_bad: Annotated[tuple[PartyId, ...], OneOrMany] = Field(
        default=(),
        description="Parties that compliance expects to refuse renewal if it proves to be worth less; omitted = none.",
    )

    @property
    def counts(self) -> bool:
        """Whether anything depends on what is published, or on when."""
        tells = self.precision.value > 0.5 and any(spread.value for spread in self.spread.values())
        return tells or bool(self.cost.value) or bool(self.refuse_if_bad)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.counts:
            yield ClockYears(self.year)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        votes = treaty.context.all_said(RenewalVote)
        years = treaty.context.shortest_term
        if years is not None and self.year > years:
            problem = f"is year {self.year} of a term of {years}: nothing is ever published"
            yield Remark("warning", "year", problem, f"choose a year from 1 to {years}")
        elif any(vote.year <= self.year for vote in votes):
            problem = "the first vote on renewal is taken before it is published"
            yield Remark("note", "year", problem, "publish it in an earlier year")
        if self.precision.value == 0.5:
            yield Remark("warning", "precision", "is right as often as it is wrong: it tells nothing", "raise it")
        if self.refuse_if_bad and not votes:
            problem = "the parties do not vote on renewal, so that nobody can refuse it"
            yield Remark("warning", "refuse_if_bad", problem, 'add a sunset with renewal = { rule = "mutual" }')

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ImpactAssessment) and self.matter == other.matter
        return f"two clauses assess what {self.matter} is worth" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.counts:
            return
        yield StateVariable(
            self._found,
            (OPEN, GOOD, BAD),
            of_treaty=False,
            rank=(64, context.matters.index(self.matter)),
            usual=OPEN,
            words=f"assessment of {{{self.matter}}}",
        )
        yield Transition(self._found, self._publish, self.article)
        for party in context.parties:
            if self.spread[party].value:
                yield PayoffTerm(party, partial(self._learned, context, party), self.article, always=True)
            if self.cost.value:
                yield PayoffTerm(party, partial(self._cost, context), self.article)
        for party in self.refuse_if_bad if context.all_said(RenewalVote) else ():
            refuse = Option("refuse", expected=self._bad, article=self.article, words="refuses renewal")
            yield Choice(party, RENEWAL, (refuse,), procedural=True)

    @property
    def _found(self) -> str:
        return f"assessment of {self.matter}"

    @property
    def _says_good(self) -> float:
        """Chance that the assessment finds it worth more."""
        likely, right = self.likely.value, self.precision.value
        return likely * right + (1.0 - likely) * (1.0 - right)

    def _bad(self, columns: Columns) -> Bools:
        return columns.is_value(self._found, BAD)

    def _due(self, columns: Columns) -> Bools:
        return columns.in_force & np.equal(columns.code(YEAR), self.year - 1) & columns.is_value(self._found, OPEN)

    def _publish(self, columns: Columns) -> Law:
        due, now = self._due(columns), columns.code(self._found)
        good = np.where(due, self._says_good, 1.0)
        return Law(np.stack([np.where(due, 1, now), np.where(due, 2, now)], axis=1), np.stack([good, 1 - good], axis=1))

    def _learned(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """What the assessment adds to the reward that was expected: nothing on average over what it may say."""
        likely, right, good = self.likely.value, self.precision.value, self._says_good
        if_good = likely * right / good - likely if good else 0.0
        if_bad = likely * (1.0 - right) / (1.0 - good) - likely if good < 1.0 else 0.0
        more = self.spread[party].value * np.array([0.0, if_good, if_bad])[columns.code(self._found)]
        complies = [columns.complies[other, self.matter] | columns.departed(other) for other in context.parties]
        return np.where(np.all(complies, axis=0) & ~columns.departed(party), more, 0.0)

    def _cost(self, context: ProvisionContext, columns: Columns) -> Floats:
        """An equal part: what those who have left do not pay falls to the rest."""
        here = np.sum([~columns.departed(party) for party in context.parties], axis=0)
        return np.where(self._due(columns), -self.cost.value / np.maximum(here, 1), 0.0)
