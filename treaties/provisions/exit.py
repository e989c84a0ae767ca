"""Exit: what leaving without grounds costs, by law and in fact, and whether anything allows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    EXIT,
    STATUS,
    Announcement,
    Bools,
    Choice,
    Columns,
    Effect,
    Enforced,
    Floats,
    Law,
    Notice,
    Option,
    PayoffTerm,
    ProvisionContext,
    Transition,
    WalksOut,
)
from treaties.model.presets import Preset
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import PartyIds
from treaties.model.remark import Remark

WALK_OUT = "walk out"


@final
class Exit(Provision):
    """Who may leave at what price: what the law makes a leaver pay, and what it loses in fact.

    A lawful exit is the one that the treaty has anyway: by notice under a withdrawal clause, or at once; the costs fall
    due when notice is given.  Where no text allows it (``lawful = false``) a party can walk out all the same, in any
    year, without waiting out any notice: the treaty ends with the year, or goes on without it where a withdrawal
    clause says that it survives its exit.  What it owes in law goes to the others in equal parts, as far as it can be
    enforced; what it loses in fact, its name as a partner, goes to nobody.
    """

    title: ClassVar[str] = "Price of exit"
    mechanism: ClassVar[str] = (
        "A price of leaving makes a promise to stay worth more, and a threat to leave worth less; closing the way out "
        "in law leaves the way out in fact, at the price of a name."
    )
    reference: ClassVar[str] = "Helfer (2005); Leeds and Savun (2007)"
    ending: ClassVar[bool] = True
    real_treaty: ClassVar[str] = (
        "UK-US Mutual Defence Agreement (1958), article XII: but for one part it stays in force until both agree to "
        "end it"
    )
    cannot_say: ClassVar[str] = (
        "A name that is lost step by step or won back, and costs that depend on why a party leaves."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"lawful": True, "legal_cost": 0, "real_cost": 0}
    presets: ClassVar[Mapping[str, Preset]] = {
        "no_exit": Preset(
            title="No exit in law",
            terms={"lawful": False},
            mechanism=(
                "No text allows anybody to leave, so that only what it costs in fact keeps a party in when a shock "
                "makes staying dear."
            ),
            real_treaty="Indus Waters Treaty (1960), article XII(3)-(4)",
            required=("real_cost",),
        )
    }

    type: Literal["exit"] = "exit"
    party: PartyIds | None = Field(default=None, description="Party or parties whose exit it is about; omitted = all.")
    lawful: Annotated[bool, Field(strict=True)] = Field(
        default=True,
        description="True: the price of the exit that the treaty has; false: nothing allows this exit, and a party "
        "that walks out leaves at once.",
    )
    legal_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Paid once to the others, in equal parts, by who leaves, in the payoff unit (a sum, not per year).",
    )
    enforced: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that the legal cost is enforced."
    )
    real_cost: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="Lost once in fact by who leaves (its name as a partner), in the payoff unit; nobody gains it.",
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if not self.lawful:
            yield WalksOut(self.party, WALK_OUT)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.lawful and not treaty.context.can_leave:
            problem = "nobody may leave, so there is no exit to charge: the clause binds nobody"
            yield Remark(
                "warning", "lawful", problem, "set lawful = false, add a withdrawal clause, or set exit = true"
            )
        elif not self.lawful and treaty.exit and not treaty.context.all_said(Notice):
            problem = "every party may leave at once for nothing beside it: nobody would walk out"
            yield Remark("warning", "lawful", problem, "set exit = false")
        if self.lawful and self.legal_cost.value * self.enforced.value == 0.0 and self.real_cost.value == 0.0:
            yield Remark("warning", "", "leaving costs nothing: the clause changes nothing", "set one of the two costs")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, Exit) or self.lawful != other.lawful:
            return None
        apart = self.party is not None and other.party is not None and not set(self.party) & set(other.party)
        return None if apart else "two clauses set the price of the same party's exit"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in self.party or context.parties:
            left = partial(self._leaves, context, party)
            if not self.lawful:
                stay = Option("stay", default=True, article=self.article, words="stays in the treaty")
                walk_out = Option(
                    WALK_OUT,
                    compliant=False,
                    available=_binds,
                    article=self.article,
                    words="walks out of the treaty",
                )
                # Apart, so that the options of another way out come first in whatever order the articles stand.
                for option in (stay, walk_out):
                    yield Choice(party, EXIT, (option,), procedural=True)
            if self.legal_cost.value:
                others = tuple(other for other in context.parties if other != party)
                cost = partial(_where, left, self.legal_cost.value)
                yield Enforced(party, others, cost, upheld=self.enforced.value, article=self.article)
            if self.real_cost.value:
                yield PayoffTerm(party, partial(_where, left, -self.real_cost.value), self.article)
        if not self.lawful:
            binding = tuple(p for p in self.party or context.parties if p not in context.survived)
            yield Transition(STATUS, partial(_ends, binding), self.article)

    def _leaves(self, context: ProvisionContext, party: str, columns: Columns) -> Bools:
        return columns.takes(party, EXIT, context.exit_option if self.lawful else WALK_OUT)


def _binds(columns: Columns) -> Bools:
    return columns.operating


def _where(condition: partial[Bools], amount: float, columns: Columns) -> Floats:
    return np.where(condition(columns), amount, 0.0)


def _ends(parties: tuple[str, ...], columns: Columns) -> Law:
    """Walking out ends the treaty unless it survives the exit."""
    ended = len(columns.values[STATUS]) - 1
    out = np.zeros(columns.size, dtype=bool)
    for party in parties:
        out |= columns.takes(party, EXIT, WALK_OUT)
    return Law.surely(np.where(out, ended, columns.code(STATUS)))
