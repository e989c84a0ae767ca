"""Export control: what is delivered under a matter needs a licence, which takes time and may be refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Bools,
    Choice,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    Scale,
    StateVariable,
    Suspension,
    Transition,
)
from treaties.model.presets import Preset
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity, Within
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import Remark

WAIT, EXPORT = "wait for the licence", "export without a licence"
MONTHS_OF_A_YEAR = 12


@final
class ExportControl(Provision):
    """Who needs a licence for which matter, how long it takes, how often it is refused, what going without costs.

    While the licence takes time the matter runs for the rest of the year only; in a year in which it is refused the
    matter is out of force for everybody.  The exporter may go ahead without one: the matter then runs for the whole
    year, and the exporter is fined if it is caught.  That is no breach of the treaty; everyone sees it.
    """

    title: ClassVar[str] = "Export control (licences)"
    mechanism: ClassVar[str] = (
        "Waiting and refusals make cooperation worth less and tempt the exporter to go without a licence; the fine "
        "takes that temptation away."
    )
    reference: ClassVar[str] = "Becker (1968)"
    real_treaty: ClassVar[str] = "Franco-German agreement on defence export controls (2019), article 3"
    cannot_say: ClassVar[str] = (
        "Why a licence is refused: refusals come by chance, the same in every year. A licensing office that decides "
        "in its own interest is a veto or a re-export limit."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"lag_months": 0, "refusal": 0}
    presets: ClassVar[Mapping[str, Preset]] = {
        "general_licence": Preset(
            title="General licence",
            terms={"lag_months": 0},
            mechanism="One licence for a whole programme: nobody waits, and what is left is the chance of a refusal.",
            real_treaty="Framework Agreement of the six LoI nations (2000), part on transfer and export",
            required=("refusal",),
        )
    }

    type: Literal["export_control"] = "export_control"
    exporter: PartyId = Field(description="The party that needs a licence for what it delivers.")
    matter: MatterId = Field(description="The matter under which it delivers.")
    lag_months: Annotated[Quantity, Within(0, MONTHS_OF_A_YEAR, name="a number of months")] = Field(
        default=Quantity(value=0.0), description="Months of every year (0 to 12) for which it waits for the licence."
    )
    refusal: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that the licence for the next year is refused."
    )
    penalty: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Fine for a year's deliveries without a licence, in the payoff unit; nobody in the treaty gets it.",
    )
    caught: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that deliveries without a licence are fined."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if (self.lag_months.value or self.refusal.value) and self.penalty.value * self.caught.value == 0.0:
            problem = f"nothing is lost by going without a licence: {self.exporter} has no reason to wait for one"
            yield Remark("warning", "penalty", problem, "give a penalty, and a chance to be caught")
        if self.refusal.value == 1.0:
            yield Remark("warning", "refusal", "after the first year no licence is ever granted", "lower it")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ExportControl) and self.exporter == other.exporter and self.matter == other.matter
        return f"two clauses license what {self.exporter} delivers under {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not (self.lag_months.value or self.refusal.value):
            return
        named = f"what it delivers under {{{self.matter}}}"
        options = (
            Option(
                WAIT,
                default=True,
                available=self._licensed,
                article=self.article,
                words=f"waits for the licence for {named}",
            ),
            Option(EXPORT, available=self._licensed, article=self.article, words=f"exports {named} without a licence"),
        )
        yield Choice(self.exporter, self._licence, options, procedural=True)
        if self.lag_months.value:
            yield Scale(self.matter, self._rest_of_the_year, "stakes", self.article)
        if self.penalty.value:
            yield PayoffTerm(self.exporter, self._fine, self.article)
        if self.refusal.value:
            yield StateVariable(
                self._licence,
                ("granted", "refused"),
                rank=(72, context.matters.index(self.matter)),
                party=self.exporter,
                usual="granted",
                words=f"licence of {{{self.exporter}}} for {{{self.matter}}}",
            )
            yield Transition(self._licence, self._next_licence, self.article)
            yield Suspension(self.matter, self._stopped, article=self.article)

    @property
    def _licence(self) -> str:
        return f"licence of {self.exporter} for {self.matter}"

    def _refused(self, columns: Columns) -> Bools:
        if not self.refusal.value:
            return np.zeros(columns.size, dtype=bool)
        return columns.is_value(self._licence, "refused")

    def _licensed(self, columns: Columns) -> Bools:
        """Where there is something to wait for; who has left waits for nothing, and nothing waits for it."""
        return columns.operating & (self._refused(columns) | (self.lag_months.value > 0.0))

    def _without(self, columns: Columns) -> Bools:
        return columns.takes(self.exporter, self._licence, EXPORT)

    def _stopped(self, columns: Columns) -> Bools:
        return self._refused(columns) & ~self._without(columns) & ~columns.departed(self.exporter)

    def _rest_of_the_year(self, columns: Columns) -> Floats:
        whole = self._without(columns) | columns.departed(self.exporter)
        return np.where(whole, 1.0, 1.0 - self.lag_months.value / MONTHS_OF_A_YEAR)

    def _fine(self, columns: Columns) -> Floats:
        return np.asarray(-self.penalty.value * self.caught.value * self._without(columns))

    def _next_licence(self, columns: Columns) -> Law:
        codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
        return Law(codes, np.tile([1.0 - self.refusal.value, self.refusal.value], (columns.size, 1)))
