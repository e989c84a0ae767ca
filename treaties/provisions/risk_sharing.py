"""Risk sharing: the parties split by rule what a shock costs one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Bools, Columns, Effect, Floats, PayoffTerm, ProvisionContext, event_variable
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, NonNegativeNumber, Quantity
from treaties.model.references import EventId, MatterId, PartyId
from treaties.model.remark import Remark
from treaties.model.shares import Shares


@final
class RiskSharing(Provision):
    """Which shock, what it costs whom, how that is split, up to how much, and how much more an insured party lets it
    cost.

    The shock is an event of the file, whose own ``cost_of_complying`` the bearer pays in any case.  In a year of the
    shock in which the bearer keeps the matter, each other party that keeps it too pays its share of the cost to the
    bearer, all of them together no more than the cap.  Who is in breach pays nothing and is paid nothing.  An insured
    bearer takes less care: the cost grows by ``moral_hazard`` for the whole of it insured, in proportion to what is.
    """

    title: ClassVar[str] = "Risk sharing"
    mechanism: ClassVar[str] = (
        "Who bears a shock has less reason to breach when it comes, and who pays has more; insurance that makes the "
        "shock dearer may leave both worse off."
    )
    reference: ClassVar[str] = "Shavell (1979)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "Memorandum of understanding on the FS-X fighter (1988): the opposite pole, Japan bears the whole cost of "
        "development"
    )
    cannot_say: ClassVar[str] = (
        "The shock's chance does not depend on care, and its cost has one size; a premium paid in quiet years takes an "
        "offset beside it."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"cost": 0}

    type: Literal["risk_sharing"] = "risk_sharing"
    event: EventId = Field(description="The shock.")
    matter: MatterId = Field(description="The matter in which it makes complying dearer.")
    bearer: PartyId = Field(description="The party that the shock hits.")
    cost: NonNegativeAmount = Field(
        description="What complying costs the bearer more in a year of the shock, in the payoff unit."
    )
    shares: Shares = Field(description="Share of the cost that every party bears (0 to 1, together 1).")
    cap: NonNegativeAmount | None = Field(
        default=None, description="Most that the others pay in a year, in the payoff unit; omitted = no limit."
    )
    moral_hazard: NonNegativeNumber = Field(
        default=Quantity(value=0.0),
        description="Part by which the cost grows if it is all insured (0.5 = by half; a number).",
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.shares[self.bearer].value == 1.0:
            problem = f"{self.bearer} bears all of it: nothing is shared"
            yield Remark("note", "shares", problem, "give others a share, or leave the clause out")
        if self.cap is not None and self.cap.value >= self._claim and self.cost.value:
            yield Remark("note", "cap", f"the others never owe more than {self._claim:g}", "leave the cap out")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if not isinstance(other, RiskSharing):
            return None
        same = (self.event, self.matter, self.bearer) == (other.event, other.matter, other.bearer)
        return f"two clauses share what {self.event} costs {self.bearer} on {self.matter}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._claim:
            return
        yield PayoffTerm(self.bearer, partial(self._net, context), self.article)
        for party in context.parties:
            if party != self.bearer and self.shares[party].value:
                yield PayoffTerm(party, partial(self._contribution, party), self.article)

    @property
    def _insured(self) -> float:
        """The part of the cost that others bear."""
        return 1.0 - self.shares[self.bearer].value

    @property
    def _grown(self) -> float:
        """The cost of an insured shock."""
        return self.cost.value * (1.0 + self.moral_hazard.value * self._insured)

    @property
    def _claim(self) -> float:
        """What the others owe in a year before the cap."""
        return self._grown * self._insured

    def _due(self, columns: Columns) -> Bools:
        struck = np.equal(columns.code(event_variable(self.event)), 1)
        return struck & columns.complies[self.bearer, self.matter]

    def _owed_by(self, party: str) -> float:
        paid = self._claim if self.cap is None else min(self._claim, self.cap.value)
        return paid * self.shares[party].value / self._insured

    def _contribution(self, party: str, columns: Columns) -> Floats:
        pays = self._due(columns) & columns.complies[party, self.matter]
        return np.where(pays, -self._owed_by(party), 0.0)

    def _net(self, context: ProvisionContext, columns: Columns) -> Floats:
        """What the bearer is paid, less what the shock costs it more because it is insured."""
        paid = [self._contribution(party, columns) for party in context.parties if party != self.bearer]
        more = np.where(self._due(columns), self._grown - self.cost.value, 0.0)
        return np.asarray(-np.sort(np.array(paid), axis=0).sum(axis=0) - more)
