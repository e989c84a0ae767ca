"""SME access: a share of the work goes to small firms, which spreads its benefits and makes it dearer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, final

from pydantic import Field

from treaties.effects import (
    Announcement,
    ChangingGovernment,
    Columns,
    Effect,
    Floats,
    PayoffTerm,
    ProvisionContext,
    ScepticsLeft,
)
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import PartyIds
from treaties.model.remark import Remark
from treaties.model.shares import Share


@final
class SmeAccess(Provision):
    """Which parties reserve how much work for small firms, what that loses, and how far it disarms sceptics at home.

    Every year in which the treaty operates for it, a party reserves ``share`` of the work; a part of the reserved value
    is lost, since the best bid is not taken.  More firms at home that live from the treaty make a sceptical government
    less likely: the chance of one (turnover) falls by ``disarms`` if all work were reserved, and in proportion to the
    share.
    """

    title: ClassVar[str] = "Access for small firms"
    mechanism: ClassVar[str] = (
        "Work spread among many firms gives the treaty friends whatever party governs, so that it is less often worth "
        "less to a government; it costs some of the work's value every year."
    )
    reference: ClassVar[str] = "Dixit, Grossman and Gul (2000)"
    real_treaty: ClassVar[str] = "European Defence Fund, bonuses for small and medium-sized firms (recalled)"
    cannot_say: ClassVar[str] = (
        "Small firms are no party of their own and choose nothing; that a share is not met is no breach unless it is a "
        "matter of its own."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"share": 0}

    type: Literal["sme_access"] = "sme_access"
    party: PartyIds | None = Field(default=None, description="Party or parties that reserve work; omitted = all.")
    work: NonNegativeAmount = Field(description="Value of a party's work per year, in the payoff unit.")
    share: Share = Field(description="Share of it (0 to 1) that is reserved for small firms.")
    efficiency_loss: Share = Field(
        default=Quantity(value=0.0), description="Part of the reserved work's value (0 to 1) that is lost."
    )
    disarms: Share = Field(
        default=Quantity(value=0.0),
        description="Part (0 to 1) of the chance of a sceptical government that would go if all work were reserved.",
    )

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self._left < 1.0:
            yield ScepticsLeft(self.party, self._left)

    @property
    def _left(self) -> float:
        """What is left of the chance of a sceptical government."""
        return 1.0 - self.disarms.value * self.share.value

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        changing = {said.party for said in treaty.context.all_said(ChangingGovernment)}
        if self.disarms.value and not changing & set(self.party or changing):
            problem = "no turnover clause changes the government of a party that reserves work: nobody is disarmed"
            yield Remark("warning", "disarms", problem, "add a turnover clause, or leave the term out")
        if not self.disarms.value and self.efficiency_loss.value and self.share.value:
            yield Remark("note", "disarms", "reserved work disarms no sceptic, so that it only costs", "set disarms")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        for party in (self.party or context.parties) if self._lost else ():
            yield PayoffTerm(party, self._loss, self.article)

    @property
    def _lost(self) -> float:
        return self.work.value * self.share.value * self.efficiency_loss.value

    def _loss(self, columns: Columns) -> Floats:
        return columns.constant(-self._lost)
