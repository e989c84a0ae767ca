"""Re-export limit: a supplier may refuse a sale to a third country, one sale at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    StateVariable,
    Transition,
    ballot,
    event_variable,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Amount, NonNegativeAmount, Probability, Quantity
from treaties.model.references import EventId, MatterId, PartyId, PartyIds
from treaties.model.remark import Remark
from treaties.model.shares import Share

NONE, REFUSE = "no sale", "refuse the sale"
DAYS_OF_A_YEAR = 365


@final
class Sale(BaseModel):
    """A kind of sale to a third country: how likely, what it earns, how much of it is the suppliers' work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chance: Probability = Field(description="Chance per year (0 to 1) that such a sale is on offer in the next year.")
    value: NonNegativeAmount = Field(description="What the sale earns the recipient once, in the payoff unit.")
    harm: Amount = Field(
        default=Quantity(value=0.0), description="What the sale costs each supplier once; negative if it gains."
    )
    harmed: PartyIds | None = Field(default=None, description="Suppliers that it costs that; omitted = all.")
    content: Share = Field(
        default=Quantity(value=1.0), description="Share (0 to 1) of the sale's value that is the suppliers' work."
    )


@final
class ReExportLimit(Provision):
    """Whose consent which sales need, on which grounds it may be refused, and how long an answer may take.

    A sale is on offer by chance, and for that year only.  A refusal blocks that sale and nothing else: the matter stays
    in force, and the next sale is a new question.  Below the de minimis share nobody is asked.  Silence is taken for
    consent, which is an assumption; the sale waits the days for an answer and earns what is left of the year's value.
    A recipient that is in breach of the matter in that year sells without asking; once it has left, its sales are no
    business of the treaty.
    """

    group: ClassVar[Group] = "rights and votes"
    title: ClassVar[str] = "Re-export limit (veto on one sale)"
    mechanism: ClassVar[str] = (
        "A refusal costs the recipient one sale and spares the supplier its harm; the dearer the refused sale, the "
        "more a breach wins in that year. A de minimis share, grounds and a deadline leave less to refuse."
    )
    reference: ClassVar[str] = "Tsebelis (2002); Franco-German agreement on defence export controls (2019)"
    real_treaty: ClassVar[str] = "Franco-German agreement on defence export controls (2019), articles 1-3"
    cannot_say: ClassVar[str] = (
        "A sale that is offered again after a refusal, or that several countries compete for; and a refusal that is "
        "given in exchange for something else in the same year."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"sales": [{"chance": 0, "value": 0}]}
    right: ClassVar[bool] = True

    type: Literal["re_export_limit"] = "re_export_limit"
    recipient: PartyId = Field(description="The party that may sell to third countries.")
    supplier: PartyIds = Field(description="Party or parties, each of which may refuse; none of them the recipient.")
    matter: MatterId = Field(description="The matter under which sales are made.")
    sales: Annotated[tuple[Sale, ...], Field(min_length=1, max_length=4)] = Field(
        description="Kinds of sale (1 to 4): chance, value, harm (0), content (1); at most one is on offer in a year."
    )
    de_minimis: Share = Field(
        default=Quantity(value=0.0),
        description="Share of content (0 to 1) below which no consent is needed; 0 or omitted = always needed.",
    )
    grounds: EventId | None = Field(
        default=None, description="Event that must be present for a sale to be refused; omitted = any reason."
    )
    answer_days: Annotated[int, Field(strict=True, ge=0, le=DAYS_OF_A_YEAR)] = Field(
        default=0, description="Days (0 to 365) within which a supplier must refuse; silence is consent."
    )
    plan: Literal["never", "harm", "always"] = Field(
        default="harm",
        description="What compliance expects a supplier to refuse where it may: nothing, sales that harm it, or all.",
    )

    @model_validator(mode="after")
    def _ask_another(self) -> ReExportLimit:
        if self.recipient in self.supplier:
            place = self.supplier.index(self.recipient)
            raise fault(f"{self.recipient!r} would ask itself", "name other parties", at=("supplier", place))
        for k, sale in enumerate(self.sales):
            for j, party in enumerate(sale.harmed or ()):
                if party not in self.supplier:
                    raise fault(f"{party!r} is no supplier", "name suppliers", at=("sales", k, "harmed", j))
        together = sum(sale.chance.value for sale in self.sales)
        if together > 1.0 + 1e-9:
            raise fault(f"chances add up to {together:g}: at most one sale is on offer", "lower them", at=("sales",))
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        for k, sale in enumerate(self.sales):
            if sale.chance.value and not self._needs_consent(sale):
                problem = f"has a content of {sale.content.value:g}, below {self.de_minimis.value:g}: nobody is asked"
                yield Remark("note", f"sales.{k}.content", problem)
        if self.plan == "harm" and all(sale.harm.value <= 0.0 for sale in self.sales):
            yield Remark("note", "plan", "no sale harms a supplier: compliance expects no refusal", "give sales a harm")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ReExportLimit) and self.recipient == other.recipient and self.matter == other.matter
        return f"two clauses limit sales of {self.recipient} under {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not any(sale.chance.value for sale in self.sales):
            return
        place = context.matters.index(self.matter)
        named = f"{{{self.recipient}}} under {{{self.matter}}}"
        yield StateVariable(
            self._offer,
            (NONE, *(f"sale {k}" for k in range(1, len(self.sales) + 1))),
            rank=(71, place),
            party=self.recipient,
            usual=NONE,
            words=f"on offer to {named}",
        )
        yield Transition(self._offer, self._next_offer, self.article)
        yield PayoffTerm(self.recipient, self._earned, self.article)
        for supplier in self.supplier:
            if any(self._harm(sale, supplier) for sale in self.sales):
                yield PayoffTerm(supplier, partial(self._harmed, supplier), self.article)
            if any(sale.chance.value and self._needs_consent(sale) for sale in self.sales):
                yield Choice(supplier, self._question, tuple(self._answers(supplier)), procedural=True)

    def _answers(self, supplier: str) -> Iterable[Option]:
        sale = f"a sale of {{{self.recipient}}} under {{{self.matter}}}"
        yield Option(
            "say nothing",
            default=True,
            available=self._may_refuse,
            article=self.article,
            words=f"lets {sale} pass",
        )
        yield Option(
            REFUSE,
            expected=partial(self._planned, supplier),
            available=self._may_refuse,
            article=self.article,
            words=f"refuses {sale}",
        )

    @property
    def _offer(self) -> str:
        return f"sale of {self.recipient} under {self.matter}"

    @property
    def _question(self) -> str:
        return ballot(self._offer)

    @staticmethod
    def _harm(sale: Sale, supplier: str) -> float:
        return sale.harm.value if sale.harmed is None or supplier in sale.harmed else 0.0

    def _needs_consent(self, sale: Sale) -> bool:
        return sale.content.value >= self.de_minimis.value

    def _where(self, columns: Columns, *marks: bool) -> Bools:
        """Where a sale is on offer that bears a mark, one mark per kind of sale."""
        return np.array([False, *marks])[columns.code(self._offer)]

    def _may_refuse(self, columns: Columns) -> Bools:
        there = columns.operating & ~columns.departed(self.recipient)
        there = there & self._where(columns, *map(self._needs_consent, self.sales))
        if self.grounds is not None:
            there = there & (columns.code(event_variable(self.grounds)) == 1)
        return there

    def _planned(self, supplier: str, columns: Columns) -> Bools:
        harmful = [self._harm(sale, supplier) > 0.0 for sale in self.sales]
        wanted = [self.plan == "always" or (self.plan == "harm" and harms) for harms in harmful]
        return self._may_refuse(columns) & self._where(columns, *wanted)

    def _goes_ahead(self, columns: Columns) -> Bools:
        refused = np.any([columns.takes(party, self._question, REFUSE) for party in self.supplier], axis=0)
        free = ~refused | columns.in_breach[self.recipient, self.matter]
        return np.asarray(free & ~columns.departed(self.recipient))

    def _earned(self, columns: Columns) -> Floats:
        left = 1.0 - self.answer_days / DAYS_OF_A_YEAR
        asked = [sale.value.value * (left if self._needs_consent(sale) else 1.0) for sale in self.sales]
        alone = [sale.value.value for sale in self.sales]
        breaches = columns.in_breach[self.recipient, self.matter]
        offer = columns.code(self._offer)
        worth = np.where(breaches, np.array([0.0, *alone])[offer], np.array([0.0, *asked])[offer])
        return np.where(self._goes_ahead(columns), worth, 0.0)

    def _harmed(self, supplier: str, columns: Columns) -> Floats:
        harm = np.array([0.0, *(-self._harm(sale, supplier) for sale in self.sales)])
        return np.where(self._goes_ahead(columns), harm[columns.code(self._offer)], 0.0)

    def _next_offer(self, columns: Columns) -> Law:
        """Sales come by chance, whatever there was before."""
        chances = [sale.chance.value for sale in self.sales]
        law = np.array([max(0.0, 1.0 - sum(chances)), *chances])
        codes = np.tile(np.arange(len(law), dtype=np.int64), (columns.size, 1))
        return Law(codes, np.tile(law, (columns.size, 1)))
