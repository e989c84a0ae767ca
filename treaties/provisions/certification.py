"""Certification: a certificate costs once, makes trade cheaper inside, and has to be replaced outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

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
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import PartyIds
from treaties.model.remark import Remark

NONE, HELD, REPLACED = "none", "held", "replaced"
SUBJECT = "buying a certificate"


@final
class Certification(Provision):
    """Who may buy a certificate, what it costs, and what trade costs with and without it.

    A party that has none chooses every year, while the treaty operates, whether to get certified; the cost is then sunk
    and the certificate counts from the next year on.  Trade costs a party ``trade_cost_inside`` in a year in which it
    is certified and the treaty operates for it, and ``trade_cost_outside`` in every other year, before the treaty and
    after it too; outside options are meant before these costs.  When the treaty is over for a certified party it pays
    the switching cost in its first year outside, once.
    """

    title: ClassVar[str] = "Certification"
    mechanism: ClassVar[str] = (
        "Only who expects to stay pays for a certificate that is worth nothing outside; once it is paid for, leaving "
        "means dearer trade and the cost of switching."
    )
    reference: ClassVar[str] = "Klemperer (1995)"
    real_treaty: ClassVar[str] = (
        "Treaty on the Non-Proliferation of Nuclear Weapons (1968), article III: the safeguards agreement that a state "
        "without such weapons must have"
    )
    cannot_say: ClassVar[str] = (
        "What a certificate tells others of its holder: parties know one another's patience, so that nothing is learnt "
        "from who buys one.  A certificate is never lost or renewed."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {
        "cost": 0, "trade_cost_inside": 0, "trade_cost_outside": 0, "switching_cost": 0,
    }  # fmt: skip

    type: Literal["certification"] = "certification"
    party: PartyIds | None = Field(default=None, description="Party or parties that may be certified; omitted = all.")
    cost: NonNegativeAmount = Field(description="Cost of a certificate, paid once, in the payoff unit.")
    trade_cost_inside: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Cost of trade per year of a certified party under the treaty, in the payoff unit.",
    )
    trade_cost_outside: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Cost of trade per year without a certificate or outside the treaty, in the payoff unit.",
    )
    switching_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Cost of changing to other standards when the treaty is over for a certified party, paid once, in "
        "the payoff unit.",
    )
    plan: Literal["certify", "never"] = Field(
        default="certify", description="Whether compliance expects a party to get certified at once."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.trade_cost_inside.value > self.trade_cost_outside.value:
            problem = "trade is dearer with a certificate than without"
            yield Remark("warning", "trade_cost_inside", problem, "exchange the two costs, or check them")
        elif self.trade_cost_inside.value == self.trade_cost_outside.value and self.cost.value:
            problem = "a certificate makes no trade cheaper, so that it only costs"
            yield Remark("note", "trade_cost_outside", problem, "say what trade costs outside")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, Certification):
            return None
        apart = self.party is not None and other.party is not None and not set(self.party) & set(other.party)
        return None if apart else "two clauses certify the same party"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        costs = (self.cost, self.trade_cost_inside, self.trade_cost_outside, self.switching_cost)
        if not any(cost.value for cost in costs):
            return
        for party in self.party or context.parties:
            yield StateVariable(
                _certificate(party),
                (NONE, HELD, REPLACED),
                of_treaty=False,
                rank=(63, context.parties.index(party)),
                party=party,
                usual=NONE,
                words=f"certificate of {{{party}}}",
            )
            yield Transition(_certificate(party), partial(self._next, party), self.article)
            yield Choice(party, SUBJECT, tuple(self._options(party)), procedural=True)
            yield PayoffTerm(party, partial(self._costs, party), self.article, always=True)

    def _options(self, party: str) -> Iterable[Option]:
        available = partial(_open_to, party)
        planned = self.plan == "certify"
        yield Option("certify", default=planned, available=available, article=self.article, words="buys a certificate")
        yield Option(
            "wait", default=not planned, available=available, article=self.article, words="buys no certificate"
        )

    def _next(self, party: str, columns: Columns) -> Law:
        now = columns.code(_certificate(party))
        after = np.where(columns.takes(party, SUBJECT, "certify"), 1, now)
        return Law.surely(np.where(columns.over(party) & (now == 1), 2, after))

    def _costs(self, party: str, columns: Columns) -> Floats:
        certified = columns.is_value(_certificate(party), HELD)
        inside = certified & columns.operating & ~columns.departed(party)
        trade = np.where(inside, self.trade_cost_inside.value, self.trade_cost_outside.value)
        bought = np.where(columns.takes(party, SUBJECT, "certify"), self.cost.value, 0.0)
        switched = np.where(certified & columns.over(party), self.switching_cost.value, 0.0)
        return -(trade + bought + switched)


def _certificate(party: str) -> str:
    return f"certificate of {party}"


def _open_to(party: str, columns: Columns) -> Bools:
    return columns.operating & columns.is_value(_certificate(party), NONE)
