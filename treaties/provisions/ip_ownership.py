"""IP ownership: what every party earns from knowledge that was made together, while the treaty lasts and after it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Columns, Effect, Floats, Law, PayoffTerm, ProvisionContext, StateVariable, Transition
from treaties.model.matter import PerParty
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount
from treaties.model.references import KeyedBy, MatterId, Years
from treaties.model.remark import Remark
from treaties.model.shares import Share, Shares

UseRights = Annotated[dict[str, Share], KeyedBy("party")]


@final
class IpOwnership(Provision):
    """Who has which share of the foreground, and what each may go on using when the treaty is over for it.

    Foreground is what is made together: each of the first ``years_to_build`` years in force in which all keep the
    matter adds an equal part of it; with none it is there from the start.  While the treaty operates each party earns
    its share of what is there, and what its partners' background is worth to it.  When the treaty is over for a party,
    by exit, by breach or because its term has ended, it earns by its use rights alone: knowledge can be used by
    several, so that these need not add up to one, and the same share of its partners' background.
    """

    title: ClassVar[str] = "Ownership of results (IP)"
    mechanism: ClassVar[str] = (
        "What a party may use after the end is its outside option: wide rights make it safe to put work in and easy to "
        "leave, narrow ones make partners captive and wary."
    )
    reference: ClassVar[str] = "Hart and Moore (1990)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "Future Combat Air System, industrial agreement of December 2022: background retained, foreground disputed"
    )
    cannot_say: ClassVar[str] = (
        "Every share and right has a number.  Foreground that the text leaves open is divided by whoever can hold it "
        "up: that takes a right used at will (a veto of the matter) beside payments or a review."
    )
    no_neutral_terms: ClassVar[str] = "a foreground of 0 is neutral only where the clause names no background"

    type: Literal["ip_ownership"] = "ip_ownership"
    matter: MatterId = Field(description="The matter in which foreground is made.")
    foreground: NonNegativeAmount = Field(
        description="What all of the foreground yields per year if it is fully used, in the payoff unit."
    )
    shares: Shares = Field(description="Share of every party in it while the treaty operates (0 to 1, together 1).")
    use_after: UseRights = Field(
        description="Share of its yield that every party can still earn when the treaty is over for it (0 to 1 each)."
    )
    years_to_build: Years = Field(default=0, description="Years of work until all of it is there (0 = from the start).")
    background: PerParty | None = Field(
        default=None,
        description="What its partners' background is worth to every party per year, in the payoff unit; omitted = "
        "nothing.",
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        for party, right in self.use_after.items():
            if right.value > self.shares[party].value and self.foreground.value:
                problem = f"{party} earns more from the foreground after the end than before"
                yield Remark("note", f"use_after.{party}", problem, "lower it if that is not meant")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, IpOwnership) and self.matter == other.matter
        return f"two clauses divide what is made in {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.foreground.value and self.years_to_build:
            rank = (62, context.matters.index(self.matter))
            words = f"years of joint work in the foreground of {{{self.matter}}}"
            yield StateVariable(
                self._built, tuple(range(self.years_to_build + 1)), of_treaty=False, rank=rank, words=words
            )
            yield Transition(self._built, self._build, self.article)
        for party in context.parties:
            if self.foreground.value or self._borrowed(party):
                yield PayoffTerm(party, partial(self._before, party), self.article)
                if self.use_after[party].value:
                    yield PayoffTerm(party, partial(self._after, party), self.article, always=True)

    @property
    def _built(self) -> str:
        return f"years of joint work in the foreground of {self.matter}"

    def _build(self, columns: Columns) -> Law:
        made = columns.code(self._built)
        works = columns.in_force & columns.kept(self.matter)
        return Law.surely(np.where(works, np.minimum(made + 1, self.years_to_build), made))

    def _borrowed(self, party: str) -> float:
        return 0.0 if self.background is None else self.background[party].value

    def _there(self, columns: Columns) -> Floats:
        """What the foreground made so far yields per year."""
        if self._built not in columns.codes:
            return columns.constant(self.foreground.value)
        return self.foreground.value * columns.code(self._built) / self.years_to_build

    def _before(self, party: str, columns: Columns) -> Floats:
        return self.shares[party].value * self._there(columns) + self._borrowed(party)

    def _after(self, party: str, columns: Columns) -> Floats:
        used = self.use_after[party].value * (self._there(columns) + self._borrowed(party))
        return np.where(columns.over(party), used, 0.0)
