"""Work share: the work of a matter is divided by fixed shares, and what falls out otherwise is made good later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import (
    Bools,
    Columns,
    Effect,
    Floats,
    Law,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.shares import Share, Shares


@final
class WorkShare(Provision):
    """What a year's work is worth, who is to have which share of it, who wins it otherwise, and when that is made good.

    A year is worked if all keep the matter.  Its work falls to the parties by the shares that competition gives them
    (``won``), which the matter's own payoffs count already.  After every ``true_up_years`` worked years, those above
    their agreed share pay those below it for all of these years, as part of that year's cooperation; years that were
    not worked do not count and are not paid for.  Whoever leaves before settles nothing; those who stay then pay and
    are paid in proportion, no more than the smaller of what they owe and what they are short of together.  Dividing by
    origin and not by merit loses a part of the work's value: each party bears that of its agreed share, in every worked
    year.
    """

    title: ClassVar[str] = "Work share (juste retour)"
    mechanism: ClassVar[str] = (
        "A division fixed beforehand leaves nothing to bargain over and pays those whom competition passes over, at "
        "the price of dearer work; the longer the wait for the true-up, the larger the sum that tempts the debtor to "
        "go."
    )
    reference: ClassVar[str] = "Sandler and Hartley (1999)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "Memorandum of understanding on the FS-X fighter (1988) as clarified in April 1989, production: about 40 per "
        "cent of the work to American firms"
    )
    cannot_say: ClassVar[str] = (
        "The work's value and the shares won in competition are given, not chosen; bids that worsen because shares are "
        "safe are one constant loss."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"work": 0}

    type: Literal["work_share"] = "work_share"
    matter: MatterId = Field(description="The matter whose work is divided.")
    work: NonNegativeAmount = Field(description="Value of one year's work, in the payoff unit.")
    shares: Shares = Field(description="Agreed share of every party in the work (0 to 1, together 1).")
    won: Shares = Field(description="Share that every party would win in competition (0 to 1, together 1).")
    efficiency_loss: Share = Field(
        default=Quantity(value=0.0),
        description="Part of the work's value (0 to 1) that is lost by dividing it by agreed shares.",
    )
    true_up_years: YearOfTerm = Field(
        default=1, description="Worked years after which what shares and work differ by is paid (1 = every year)."
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.work.value:
            yield Remark("warning", "work", "work of no value: the clause changes nothing", "say what it is worth")
        elif not self._moves and not self.efficiency_loss.value:
            problem = "everybody wins its agreed share: the clause changes nothing"
            yield Remark("note", "won", problem, "leave it out if that is not meant")
        term = treaty.context.shortest_term
        if term is not None and self.true_up_years > term:
            problem = f"a true-up after {self.true_up_years} years in a term of {term} may never come"
            yield Remark("warning", "true_up_years", problem, "settle earlier, or lengthen the term")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, WorkShare) and self.matter == other.matter
        return f"two clauses divide the work of {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self._moves and self.true_up_years > 1:
            rank = (37, context.matters.index(self.matter))
            words = f"years of work on {{{self.matter}}} since the last true-up"
            yield StateVariable(self._worked, tuple(range(self.true_up_years)), rank=rank, usual=0, words=words)
            yield Transition(self._worked, self._count, self.article)
        for party in context.parties:
            if self._owed_to(party):
                yield PayoffTerm(party, partial(self._true_up, context, party), self.article)
            if self._lost_by(party):
                yield PayoffTerm(party, partial(self._loss, party), self.article)

    @property
    def _worked(self) -> str:
        return f"years of work on {self.matter} since the last true-up"

    @property
    def _moves(self) -> bool:
        return any(self._owed_to(party) for party in self.shares)

    def _owed_to(self, party: str) -> float:
        """What a party is short of its agreed share by a year's work; negative if it has too much."""
        return self.work.value * (self.shares[party].value - self.won[party].value)

    def _lost_by(self, party: str) -> float:
        return self.work.value * self.efficiency_loss.value * self.shares[party].value

    def _count(self, columns: Columns) -> Law:
        return Law.surely((columns.code(self._worked) + columns.kept(self.matter)) % self.true_up_years)

    def _settles(self, columns: Columns) -> Bools:
        worked = columns.kept(self.matter)
        if self.true_up_years == 1:
            return worked
        return worked & np.equal(columns.code(self._worked), self.true_up_years - 1)

    def _true_up(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        due = np.where(self._settles(columns), self.true_up_years * self._owed_to(party), 0.0)
        return due * self._met(context, party, columns) if context.survived else due

    def _met(self, context: ProvisionContext, party: str, columns: Columns) -> Floats:
        """The share of what a party is owed, or owes, that is paid among those who have not left."""
        owed_to = {other: self._owed_to(other) * ~columns.departed(other) for other in context.parties}
        short = np.sum([np.maximum(each, 0.0) for each in owed_to.values()], axis=0)
        above = np.sum([np.maximum(-each, 0.0) for each in owed_to.values()], axis=0)
        mine = short if self._owed_to(party) > 0.0 else above
        return np.asarray(np.minimum(short, above) / np.where(mine > 0.0, mine, 1.0))

    def _loss(self, party: str, columns: Columns) -> Floats:
        return np.where(columns.kept(self.matter), -self._lost_by(party), 0.0)
