"""Data exchange: parties hand one another data on what they do, part of which can be verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    YEAR,
    Announcement,
    Bools,
    Columns,
    Effect,
    Examined,
    Floats,
    Law,
    ProvisionContext,
    Signal,
    StateVariable,
    Transition,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import Probability, Quantity
from treaties.model.references import MatterId, YearOfTerm
from treaties.model.remark import LET_THEM_DIFFER, Remark, seen_anyway
from treaties.model.shares import Share

NONE, CONSISTENT, INCONSISTENT = "no exchange", "data consistent", "data inconsistent"


@final
class DataExchange(Provision):
    """In which matter all parties exchange data, how much of it can be verified, how often it is wrong, and when.

    A breach makes the data inconsistent if it falls into the part that can be verified; else they look like honest
    data, which are inconsistent only by error.  Data speak of the year in which they are exchanged.
    """

    title: ClassVar[str] = "Data exchange"
    mechanism: ClassVar[str] = (
        "Data that can be checked against one another give a breach away without a visit; what cannot be verified "
        "tells nothing, and errors look like breaches."
    )
    reference: ClassVar[str] = "Avenhaus, von Stengel and Zamir (2002)"
    group: ClassVar[Group] = "information"
    real_treaty: ClassVar[str] = "New START (2010), article VII (recalled)"
    cannot_say: ClassVar[str] = (
        "Nobody chooses what it reports: a breach shows or not by chance, and earlier data are not compared with "
        "later ones."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"verifiable_share": 0, "error": 0}

    type: Literal["data_exchange"] = "data_exchange"
    matter: MatterId = Field(description="The matter on which all parties exchange data.")
    verifiable_share: Share = Field(description="Share of the data that can be verified (0 to 1).")
    error: Probability = Field(
        default=Quantity(value=0.0), description="Chance (0 to 1) that honest data look inconsistent."
    )
    every_years: YearOfTerm = Field(
        default=1,
        description="An exchange in every year of the term that this number divides; without a term, every so many "
        "years.",
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        yield Examined(self.matter, chance=self._given)

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        yield from seen_anyway(treaty.matter(self.matter))
        if self.verifiable_share.value == 0.0:
            yield Remark("warning", "verifiable_share", "nothing can be verified: it tells nothing", LET_THEM_DIFFER)

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.verifiable_share.value and not self.error.value:
            return
        if self.every_years > 1 and context.term_years is None:
            rank = (16, context.matters.index(self.matter))
            named = f"year of the exchange of data on {{{self.matter}}}"
            years = tuple(range(1, self.every_years + 1))
            yield StateVariable(self._clock, years, clock=True, rank=rank, words=named, citing=self._under)
            yield Transition(self._clock, self._next_year, self.article)
        for party in context.obliged(self.matter):
            yield Signal(
                f"data of {party} on {self.matter}{self._under}",
                (NONE, CONSISTENT, INCONSISTENT),
                partial(self._law, party),
                party,
                self.matter,
                flags=(INCONSISTENT,),
                clean=(CONSISTENT,),
                article=self.article,
                words=f"data of {{{party}}} on {{{self.matter}}}",
                citing=self._under,
            )

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _clock(self) -> str:
        return f"year of the exchange of data on {self.matter}{self._under}"

    def _next_year(self, columns: Columns) -> Law:
        return Law.surely((columns.code(self._clock) + 1) % self.every_years)

    def _due(self, columns: Columns) -> Bools:
        if self.every_years == 1:
            return columns.operating
        year = columns.code(self._clock if self._clock in columns.codes else YEAR) + 1
        return columns.operating & np.equal(year % self.every_years, 0)

    def _given(self, party: str, columns: Columns) -> Floats:
        return (self._due(columns) & columns.acts(party, self.matter)).astype(float)

    def _law(self, party: str, columns: Columns) -> Floats:
        given = self._given(party, columns)
        share, error = self.verifiable_share.value, self.error.value
        bad = columns.flag_chance(party, self.matter, share + (1.0 - share) * error, error)
        return np.stack([1.0 - given, given * (1.0 - bad), given * bad], axis=1)
