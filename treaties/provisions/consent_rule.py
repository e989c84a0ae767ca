"""Consent rule: a list to which things are added by all and from which any one party can strike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Bools,
    Choice,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    ProvisionContext,
    Scale,
    StateVariable,
    Transition,
    ballot,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.references import MatterId
from treaties.model.remark import Remark

MOST_ITEMS = 12


@final
class ConsentRule(Provision):
    """How long the list is, how long it may become, and what its length does to a matter.

    Every year each party keeps the list, strikes an item or proposes one, at once with its conduct.  If anybody
    strikes, the list is one item shorter from the next year; it is one longer only if all propose.  Items count alike:
    with ``listed`` of ``items`` on the list, the matter has that share of its full exposure.
    """

    title: ClassVar[str] = "Consent rule (all to add, one to remove)"
    mechanism: ClassVar[str] = (
        "One objection shortens the list and one objection keeps it short, so that it drifts towards what nobody "
        "objects to; each item on it is a hostage that any party can release."
    )
    reference: ClassVar[str] = "Tsebelis (2002); Framework Agreement of the six LoI nations (2000)"
    group: ClassVar[Group] = "rights and votes"
    real_treaty: ClassVar[str] = "Framework Agreement of the six LoI nations (2000), part on transfer and export"
    cannot_say: ClassVar[str] = (
        "Items have no names: all of them count alike, and nobody can object to one and not to another."
    )
    no_neutral_terms: ClassVar[str] = (
        "whoever may strike an item has a move that no other treaty has, however long the list"
    )

    type: Literal["consent_rule"] = "consent_rule"
    matter: MatterId = Field(description="The matter to which the list belongs.")
    items: Annotated[int, Field(strict=True, ge=1, le=MOST_ITEMS)] = Field(
        description="Number of items that the list can hold (1 to 12); with all of them payoffs are the matter's own."
    )
    listed: Annotated[int, Field(strict=True, ge=0, le=MOST_ITEMS)] | None = Field(
        default=None, description="Number of items on the list at signature; omitted = all."
    )
    scales: Literal["risk", "stakes"] = Field(
        default="stakes",
        description="`stakes` scales all payoffs around the outside option; `risk` what breach wins and being betrayed "
        "costs.",
    )
    plan: Literal["keep", "propose"] = Field(
        default="keep", description="What compliance expects: to keep the list as it is, or to lengthen it when it can."
    )

    @model_validator(mode="after")
    def _list_no_more_than_there_are(self) -> ConsentRule:
        if self.listed is not None and self.listed > self.items:
            raise fault(f"{self.listed} items are listed of {self.items}", f"choose up to {self.items}", at=("listed",))
        return self

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        return ("it asks for the consent of all", "leave it out") if name == "applies_to" else None

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.scales == "risk" and treaty.matter(self.matter).table is not None:
            problem = f"{self.matter} is given by a table, which has no temptation to scale"
            yield Remark("error", "scales", problem, 'set scales = "stakes"')
        if self.plan == "keep" and self.listed == 0:
            yield Remark("warning", "listed", "the list is empty and the plan keeps it so", "list something")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, ConsentRule) and self.matter == other.matter
        return f"two lists belong to {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        start = self.items if self.listed is None else self.listed
        lengths = tuple(range(self.items + 1))
        yield StateVariable(
            self._list,
            lengths,
            initial=start,
            rank=(46, context.matters.index(self.matter)),
            words=f"items listed for {{{self.matter}}}",
        )
        yield Transition(self._list, self._next_length, self.article)
        yield Scale(self.matter, self._share, self.scales, self.article)
        options = tuple(self._options())
        for party in context.parties:
            yield Choice(party, self._ballot, options, procedural=True)

    def _options(self) -> Iterable[Option]:
        """Keep, strike and propose; where only keeping would be left there is nothing to choose."""
        listed = f"the list for {{{self.matter}}}"
        yield Option(
            "keep the list", default=True, available=_operating, article=self.article, words=f"leaves {listed} as it is"
        )
        yield Option(
            self._strike, available=self._something_listed, article=self.article, words=f"strikes an item from {listed}"
        )
        yield Option(
            self._propose,
            expected=self._room if self.plan == "propose" else None,
            available=self._room,
            article=self.article,
            words=f"proposes an item for {listed}",
        )

    @property
    def _list(self) -> str:
        return f"items listed for {self.matter}"

    @property
    def _ballot(self) -> str:
        return ballot(self._list)

    @property
    def _strike(self) -> str:
        return f"strike from {self.matter}"

    @property
    def _propose(self) -> str:
        return f"add to {self.matter}"

    def _something_listed(self, columns: Columns) -> Bools:
        return np.asarray(columns.operating & (columns.code(self._list) > 0))

    def _room(self, columns: Columns) -> Bools:
        return np.asarray(columns.operating & (columns.code(self._list) < self.items))

    def _share(self, columns: Columns) -> Floats:
        return np.asarray(columns.code(self._list) / self.items)

    def _next_length(self, columns: Columns) -> Law:
        length = columns.code(self._list)
        struck = columns.any_takes(self._ballot, self._strike)
        parties = [party for party, of in columns.options if of == self._ballot]
        agree = [columns.takes(party, self._ballot, self._propose) | columns.departed(party) for party in parties]
        all_propose = np.all(agree, axis=0)
        return Law.surely(np.where(struck, np.maximum(length - 1, 0), length + all_propose))


def _operating(columns: Columns) -> Bools:
    return columns.operating
