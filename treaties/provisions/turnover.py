"""Turnover: changes of government that change what the treaty is worth to a party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Announcement,
    Bools,
    ChangingGovernment,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    RedrawsType,
    ScepticsLeft,
    StateVariable,
    Transition,
    government_variable,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Amount, NonNegativeAmount, Probability, Quantity
from treaties.model.references import MatterId, PartyId
from treaties.model.remark import Remark


@final
class Turnover(Provision):
    """A friendly and a sceptical government that follow each other as a Markov chain."""

    title: ClassVar[str] = "Change of government"
    mechanism: ClassVar[str] = (
        "A sceptical government finds compliance dearer or worth less; the prospect of one also lowers what "
        "cooperation is worth today."
    )
    reference: ClassVar[str] = "Dixit, Grossman and Gul (2000)"
    group: ClassVar[Group] = "surroundings"
    real_treaty: ClassVar[str] = "US-Japan FS-X memorandum (1988), reopened after the change of administration of 1989"
    cannot_say: ClassVar[str] = (
        "Elections have no dates, nothing that the parties do brings a government down, and there are two kinds of "
        "governments."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"to_sceptic": 0, "starts": "friendly"}
    environment: ClassVar[bool] = True
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "party": "The government of {} may change.",
        "to_sceptic": "A friendly one gives way to a sceptical one in a year with a chance of {}.",
        "to_friendly": "A sceptical one gives way to a friendly one in a year with a chance of {}.",
    }

    type: Literal["turnover"] = "turnover"
    party: PartyId = Field(description="The party whose government changes.")
    to_sceptic: Probability = Field(description="Chance per year (0 to 1) that a friendly government gives way.")
    to_friendly: Probability = Field(description="Chance per year (0 to 1) that a sceptical government gives way.")
    starts: Literal["friendly", "sceptic"] = Field(default="friendly", description="Government at signature.")
    sceptic_cost_of_complying: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Extra cost of complying under a sceptical government, per year, in the payoff unit.",
    )
    sceptic_reward_change: Amount = Field(
        default=Quantity(value=0.0),
        description="Added to the party's reward when all comply under a sceptical government, per year.",
    )
    matter: MatterId | None = Field(default=None, description="The matter concerned; omitted = all.")
    redraws_type: Literal["none", "seen", "unseen"] = Field(
        default="none",
        description='Whether a new government draws the party\'s type anew from the chances of [[party.type]]: "seen", '
        'when the government changes; "unseen", in any year by the chance that the one in office gives way, and the '
        "others never see that it has.",
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self._changes:
            yield ChangingGovernment(self.party)
            if self.redraws_type != "none":
                chances = (self.to_sceptic.value, self.to_friendly.value)
                yield RedrawsType(self.party, self.redraws_type == "seen", chances)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        never_sceptic = self.to_sceptic.value == 0.0 and self.starts == "friendly"
        never_friendly = self.to_friendly.value == 0.0 and self.starts == "sceptic"
        if never_sceptic or never_friendly:
            problem = f"the government of {self.party} never changes"
            yield Remark("warning", "", problem, "give the change a chance, or leave the clause out")
        elif 0.0 in (self.to_sceptic.value, self.to_friendly.value):
            kind = "friendly" if self.to_sceptic.value == 0.0 else "sceptical"
            field = "to_sceptic" if self.to_sceptic.value == 0.0 else "to_friendly"
            problem = f"once {kind}, the government of {self.party} stays so for ever"
            yield Remark("warning", field, problem, "give the other change a chance")
        types = next((party.type for party in treaty.parties if party.id == self.party), ())
        if self.redraws_type != "none" and not types:
            problem = f"{self.party} has no types that a new government could draw from"
            yield Remark("warning", "redraws_type", problem, "add [[party.type]], or leave redraws_type out")
        told = self.redraws_type != "none" or any(one.when == "sceptic" for one in types)
        if not told and self.sceptic_cost_of_complying.value == self.sceptic_reward_change.value == 0.0:
            problem = "a sceptical government earns what a friendly one does: the clause changes nothing"
            yield Remark("warning", "", problem, "set sceptic_cost_of_complying or sceptic_reward_change")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, Turnover) and self.party == other.party
        return f"two clauses change the government of {self.party}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._changes:
            return
        variable = government_variable(self.party)
        place = context.parties.index(self.party)
        yield StateVariable(
            variable,
            ("friendly", "sceptic"),
            initial=int(self.starts == "sceptic"),
            of_treaty=False,
            rank=(60, place),
            party=self.party,
            words=f"government of {{{self.party}}}",
        )
        yield Transition(variable, partial(self._law, context), self.article)
        if self.sceptic_cost_of_complying.value:
            yield PayoffTerm(self.party, partial(self._cost, context), self.article, always=True)
        if self.sceptic_reward_change.value:
            yield PayoffTerm(self.party, partial(self._reward, context), self.article, always=True)

    @property
    def _changes(self) -> bool:
        """Whether there is ever another government than a friendly one."""
        return self.starts == "sceptic" or self.to_sceptic.value > 0

    def _sceptic(self, columns: Columns) -> Bools:
        return np.equal(columns.code(government_variable(self.party)), 1)

    def _law(self, context: ProvisionContext, columns: Columns) -> Law:
        to_sceptic = np.where(self._sceptic(columns), 1 - self.to_friendly.value, self.to_sceptic.value)
        member = columns.operating & ~columns.departed(self.party)
        said = [s for s in context.all_said(ScepticsLeft) if s.parties is None or self.party in s.parties]
        # The smallest first: the order of articles cannot matter to the last bit.
        for left in sorted(said, key=lambda each: each.share):
            there = member & ~self._sceptic(columns)
            there = there if left.where is None else there & left.where(columns)
            to_sceptic = np.where(there, left.share * to_sceptic, to_sceptic)
        codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
        return Law(codes, np.stack([1 - to_sceptic, to_sceptic], axis=1))

    def _cost(self, context: ProvisionContext, columns: Columns) -> Floats:
        complied = columns.constant(0.0)
        for m in self._owed(context):
            complied = complied + columns.complies[self.party, m]
        return -self.sceptic_cost_of_complying.value * self._sceptic(columns) * complied

    def _reward(self, context: ProvisionContext, columns: Columns) -> Floats:
        rewarded = columns.constant(0.0)
        for m in self._matters(context):
            rewarded = rewarded + columns.kept(m)
        rewarded = np.where(columns.departed(self.party), 0.0, rewarded)
        return self.sceptic_reward_change.value * self._sceptic(columns) * rewarded

    def _matters(self, context: ProvisionContext) -> tuple[str, ...]:
        return context.matters if self.matter is None else (self.matter,)

    def _owed(self, context: ProvisionContext) -> tuple[str, ...]:
        """The matters in which complying costs a sceptic something: those in which it owes anything."""
        return tuple(m for m in self._matters(context) if self.party in context.obliged(m))
