"""Continuity: what a new government faces when it wants to leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    EXIT,
    Bools,
    ChangingGovernment,
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
    government_variable,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Amount, Quantity
from treaties.model.references import PartyId, Years
from treaties.model.remark import Remark


@final
class Continuity(Provision):
    """A cost of withdrawing, or a time in which a new government may not withdraw."""

    title: ClassVar[str] = "Continuity across governments"
    mechanism: ClassVar[str] = (
        "An exit cost or a cooling-off period keeps a new government in; a government that cannot leave may breach "
        "instead, so the sign of the effect is not assumed."
    )
    reference: ClassVar[str] = "Moravcsik (2000)"
    group: ClassVar[Group] = "duration and membership"
    real_treaty: ClassVar[str] = "AUKUS submarine programme (2024), contributions paid ahead, beside the treaty"
    cannot_say: ClassVar[str] = "The cost is charged on leaving, not on breaching, and does not grow with time."
    neutral_terms: ClassVar[Mapping[str, Any]] = {"exit_cost": 0, "cooling_off_years": 0}
    ending: ClassVar[bool] = True

    own_limits: ClassVar[frozenset[str]] = frozenset({"applies_to"})
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "exit_cost": {
            "0": "A government that leaves pays nothing.",
            "": "A government that leaves pays {} on its exit.",
        },
        "applies_to": {
            "sceptic": "This binds sceptical governments only.",
            "any": "This binds every government.",
        },
        "cooling_off_years": "In its first {} a new government may not give notice.",
    }

    type: Literal["continuity"] = "continuity"
    party: PartyId | None = Field(
        default=None, description="The party bound; omitted = every party whose government can change."
    )
    exit_cost: Amount = Field(
        default=Quantity(value=0.0),
        description="Charged once when notice is given, or on walking out, in the payoff unit (any sign).",
    )
    # In this clause the name is older than the limit of every clause; `party` says who is bound.
    applies_to: Literal["sceptic", "any"] = Field(  # type: ignore[assignment]
        default="sceptic",
        description="Which governments face it: a sceptical one only, or any; the clause's own, `party` names parties.",
    )
    cooling_off_years: Years = Field(
        default=0, description="Years from its start in which a new sceptical government may not give notice."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        governments = {said.party for said in treaty.context.all_said(ChangingGovernment)}
        bound = {self.party} if self.party is not None else governments
        if not bound & governments and (self.applies_to == "sceptic" or self.party is None):
            who = self.party or "any party"
            problem = f"no turnover clause changes the government of {who}: the clause binds nobody"
            yield Remark("warning", "", problem, "add a turnover clause, or name a party")
        if not treaty.context.has_way_out:
            problem = "nobody can leave, so there is no exit to charge or delay: the clause binds nobody"
            yield Remark("warning", "", problem, "add a withdrawal clause, or set exit = true")
        if self.exit_cost.value == 0.0 and self.cooling_off_years == 0:
            yield Remark("warning", "", "neither charges nor delays anything", "set one of the two")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not context.has_way_out:
            return
        governments = {said.party for said in context.all_said(ChangingGovernment)}
        for party in context.parties:
            if self.party not in (None, party) or (self.party is None and party not in governments):
                continue
            if self.exit_cost.value:
                yield PayoffTerm(party, partial(self._charge, context, party), self.article)
            if self.cooling_off_years and party in governments and context.can_leave:
                place = context.parties.index(party)
                years = tuple(range(self.cooling_off_years + 1))
                yield StateVariable(
                    _cooling(party),
                    years,
                    of_treaty=False,
                    rank=(61, place),
                    party=party,
                    words=f"cooling-off of {{{party}}}",
                )
                yield Transition(_cooling(party), partial(self._cools, party), self.article)
                leave = Option(
                    context.exit_option,
                    available=partial(_cooled, party),
                    article=self.article,
                    words=context.exit_words,
                    restricts=True,
                )
                yield Choice(party, EXIT, (leave,), procedural=True)

    def _charge(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        leaves = context.leaves(party, columns)
        if self.applies_to == "sceptic" and government_variable(party) in columns.codes:
            leaves = leaves & (columns.code(government_variable(party)) == 1)
        return np.where(leaves, -self.exit_cost.value, 0.0)

    def _cools(self, party: str, columns: Columns) -> Law:
        """Under a friendly government the clock stands ready; it runs down from a sceptical government's first year."""
        sceptic = columns.code(government_variable(party)) == 1
        left = columns.code(_cooling(party))
        return Law.surely(np.where(sceptic, np.maximum(left - 1, 0), self.cooling_off_years))


def _cooling(party: str) -> str:
    return f"cooling-off of {party}"


def _cooled(party: str, columns: Columns) -> Bools:
    friendly: Bools = columns.code(government_variable(party)) == 0
    cooled: Bools = columns.code(_cooling(party)) == 0
    return friendly | cooled
