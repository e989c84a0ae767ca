"""Escape clause: in bad times a party may lawfully suspend its own duties in a matter, and pays the others for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar, Literal, final

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
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
    event_variable,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount
from treaties.model.references import EventId, MatterId, PartyIds, YearOfTerm, Years
from treaties.model.remark import Remark

SUSPEND = "suspend own duties"


@final
class EscapeClause(Provision):
    """Who may suspend its duties in which matter, in what times, at what price, and for how long.

    Only the duties of who uses the clause are suspended: it earns what a breach would earn, the others go on owing
    theirs, and in return they are paid compensation in equal parts.  A veto, in contrast, takes the matter out of force
    for everybody and costs nothing.  After ``longest_years`` years in a row, or earlier if it stops, a party may not
    use the clause for ``cooling_off_years`` years.
    """

    group: ClassVar[Group] = "rights and votes"
    title: ClassVar[str] = "Escape clause"
    mechanism: ClassVar[str] = (
        "Where complying is dear for a while, a lawful way out at a price takes the place of a breach: what a breach "
        "then wins is no more than the price saved. The price also keeps the clause from being used in good times."
    )
    reference: ClassVar[str] = "Rosendorff and Milner (2001)"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 411"
    cannot_say: ClassVar[str] = (
        "That bad times are only claimed: the event is seen by everyone. Degrees of suspension: a party suspends its "
        "duties in the matter or it does not."
    )
    no_neutral_terms: ClassVar[str] = "A right to suspend duties is a move more, whatever it costs"
    right: ClassVar[bool] = True

    type: Literal["escape_clause"] = "escape_clause"
    holder: PartyIds | None = Field(
        default=None, description="Party or parties that may use it; omitted = all that owe something."
    )
    matter: MatterId = Field(description="The matter in which its duties are suspended.")
    grounds: EventId | None = Field(
        default=None, description="Event that must be present for it to be used; omitted = any time."
    )
    compensation: NonNegativeAmount = Field(
        description="What a party pays per year of use to the others, in equal parts, in the payoff unit."
    )
    longest_years: YearOfTerm | None = Field(
        default=None, description="Years in a row for which a party may use it; omitted = no limit."
    )
    cooling_off_years: Years = Field(
        default=0, description="Years after a use in which the party may not use it again."
    )
    plan: Literal["grounds", "never"] = Field(
        default="grounds", description="What compliance expects: use when the grounds hold, or never."
    )

    @model_validator(mode="after")
    def _end_for_a_while(self) -> EscapeClause:
        if self.longest_years is not None and self.cooling_off_years == 0:
            raise fault(
                "use that may begin again at once has no longest duration",
                "give cooling_off_years of 1 or more, or leave longest_years out",
                at=("longest_years",),
            )
        if self.longest_years is not None and self.longest_years + self.cooling_off_years > 20:
            raise fault("uses and cooling-off take more than 20 years together", "shorten them", ("longest_years",))
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        matter = treaty.matter(self.matter)
        if matter.table is not None:
            problem = (
                f"{self.matter} is given by a table, which does not say what it is worth while duties are suspended"
            )
            yield Remark("error", "matter", problem, "give reward, temptation, sucker and punishment")
        elif self.compensation.value == 0.0:
            problem = "suspending duties costs nothing: whoever may use the clause has no reason to comply"
            yield Remark("warning", "compensation", problem, "let it pay the others something")
        for k, holder in enumerate(self.holder or ()):
            if not matter.owes(holder):
                problem = f"{holder} owes nothing on {self.matter}: it has no duties to suspend"
                yield Remark("warning", f"holder.{k}", problem, "name a party that owes something there")
        if self.plan == "grounds" and self.grounds is None:
            yield Remark("note", "plan", "without grounds compliance never expects that it is used", "name an event")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, EscapeClause) or self.matter != other.matter:
            return None
        apart = self.holder is not None and other.holder is not None and not set(self.holder) & set(other.holder)
        return None if apart else f"two escape clauses on {self.matter} have the same holder"

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        place = context.matters.index(self.matter)
        for holder in self.holder or context.obliged(self.matter):
            if holder not in context.obliged(self.matter):
                continue
            use = Option(
                SUSPEND,
                expected=partial(self._planned, holder),
                available=partial(self._available, holder),
                releases=True,
                article=self.article,
                words=f"suspends its duties on {{{self.matter}}}",
            )
            yield Choice(holder, self.matter, (use,))
            if self.compensation.value:
                yield PayoffTerm(holder, partial(self._pays, holder), self.article)
                for other in context.parties:
                    if other != holder:
                        yield PayoffTerm(other, partial(self._is_paid, context, holder), self.article)
            if self.cooling_off_years:
                yield StateVariable(
                    self._record(holder),
                    (*self._in_use, *(f"closed, {left} left" for left in range(self.cooling_off_years, 0, -1))),
                    rank=(47, place),
                    party=holder,
                    usual=self._in_use[0],
                    words=f"escape of {{{holder}}} on {{{self.matter}}}",
                )
                yield Transition(self._record(holder), partial(self._next, holder), self.article)

    @property
    def _in_use(self) -> tuple[str, ...]:
        """What is remembered of a use that may go on; the first: none."""
        return ("open", *(f"used {years}" for years in range(1, self.longest_years or 2)))

    def _record(self, holder: str) -> str:
        return f"escape of {holder} on {self.matter}"

    def _available(self, holder: str, columns: Columns) -> Bools:
        there = columns.operating
        if self.grounds is not None:
            there = there & (columns.code(event_variable(self.grounds)) == 1)
        if self.cooling_off_years:
            there = there & (columns.code(self._record(holder)) < len(self._in_use))
        return there

    def _planned(self, holder: str, columns: Columns) -> Bools:
        if self.plan == "never" or self.grounds is None:
            return np.zeros(columns.size, dtype=bool)
        return self._available(holder, columns)

    def _uses(self, holder: str, columns: Columns) -> Bools:
        return columns.takes(holder, self.matter, SUSPEND) & ~columns.vetoed[self.matter]

    def _pays(self, holder: str, columns: Columns) -> Floats:
        return np.asarray(-self.compensation.value * self._uses(holder, columns))

    def _is_paid(self, context: ProvisionContext, holder: str, columns: Columns) -> Floats:
        """An equal part: those who have left get none, and the rest share theirs."""
        others = [party for party in context.parties if party != holder]
        here = np.sum([~columns.departed(party) for party in others], axis=0)
        return np.asarray(self.compensation.value * self._uses(holder, columns) / np.maximum(here, 1))

    def _next(self, holder: str, columns: Columns) -> Law:
        """Use goes on up to its limit; a year without it is the first of the years in which it is closed."""
        now, uses = columns.code(self._record(holder)), self._uses(holder, columns)
        closed = len(self._in_use)
        longer = now + 1 if self.longest_years is not None else np.ones_like(now)
        rested = np.where(now == closed + self.cooling_off_years - 1, 0, now + 1)
        after_a_pause = closed + 1 if self.cooling_off_years > 1 else 0
        idle = np.where(now == 0, 0, np.where(now < closed, after_a_pause, rested))
        return Law.surely(np.where(uses, longer, idle))
