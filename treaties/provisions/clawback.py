"""Clawback: what was transferred under the treaty is taken back, or frozen, when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    RefusedRatification,
    StateVariable,
    Transition,
)
from treaties.model.errors import Misfit
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import PartyId, YearOfTerm
from treaties.model.remark import Remark


@final
class Clawback(Provision):
    """Who got something from whom, what it goes on being worth, how surely it is taken back, and for how long.

    When the treaty is over for the recipient, by a breach, by the end of its term or by an exit, however lawful and
    whoever leaves, it can be made to give back what it got: from the first year outside it loses the yearly worth of
    that, as often as the recovery succeeds, for some years or for good. Outside options count the use of it otherwise.
    A treaty that was never in force gave it nothing. ``freeze`` only stops the use; ``return`` gives the owner the same
    worth.
    """

    title: ClassVar[str] = "Clawback after the end"
    mechanism: ClassVar[str] = (
        "Who would lose on leaving what it was given stays, so that more can be given; an owner that gets it back "
        "minds the end less."
    )
    reference: ClassVar[str] = "Williamson (1983)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = (
        "AUKUS agreement on naval nuclear propulsion (2024): on breach or termination the others may require return or "
        "destruction of what was exchanged"
    )
    cannot_say: ClassVar[str] = (
        "What was transferred has one size from the start: a stock that grows is a technology transfer.  Who caused "
        "the end makes no difference."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"recovery": 0}

    type: Literal["clawback"] = "clawback"
    recipient: PartyId = Field(description="The party that got something and has to give it back.")
    owner: PartyId = Field(description="The party that gave it.")
    worth: NonNegativeAmount = Field(
        description="What it is worth to the recipient per year after the end, in the payoff unit."
    )
    recovery: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that it is taken back or frozen."
    )
    duration_years: YearOfTerm | None = Field(
        default=None, description="Years after the end for which it is withheld (1 to 60); omitted = for good."
    )
    mode: Literal["freeze", "return"] = Field(
        default="freeze",
        description="`freeze`: the recipient stops using it; `return`: the owner gets its worth as well.",
    )

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """Nobody takes anything back from itself."""
        if self.recipient != self.owner:
            return None
        return ("owner",), f"{self.owner!r} would take back its own", "name another party"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.worth.value or not self.recovery.value:
            yield Remark("warning", "recovery", "nothing is ever taken back", "set worth and recovery")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, Clawback) and self.article == other.article
        return "two clauses of the kind clawback have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self._expected:
            return
        if context.all_said(RefusedRatification):
            yield StateVariable(
                self._given, ("nothing", "all"), of_treaty=False,
                rank=(64, context.parties.index(self.recipient)), party=self.recipient, usual="all",
                words=f"what {{{self.recipient}}} has got", citing=self._under,
            )  # fmt: skip
            yield Transition(self._given, self._give, self.article)
        if self.duration_years is not None:
            yield StateVariable(
                self._passed, tuple(range(self.duration_years + 1)), of_treaty=False,
                rank=(65, context.parties.index(self.recipient)), party=self.recipient, usual=0,
                words=f"years for which {{{self.recipient}}} has been without what it got", citing=self._under,
            )  # fmt: skip
            yield Transition(self._passed, self._pass, self.article)
        yield PayoffTerm(self.recipient, partial(self._withheld, -1.0), self.article, always=True)
        if self.mode == "return":
            yield PayoffTerm(self.owner, partial(self._withheld, 1.0), self.article, always=True)

    @property
    def _expected(self) -> float:
        return self.worth.value * self.recovery.value

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _passed(self) -> str:
        return f"years for which {self.recipient} has been without what it got{self._under}"

    @property
    def _given(self) -> str:
        return f"what {self.recipient} has got{self._under}"

    def _give(self, columns: Columns) -> Law:
        return Law.surely(np.where(columns.operating, 1, columns.code(self._given)))

    def _is_due(self, columns: Columns) -> Bools:
        """Where the treaty is over for who got something."""
        over = columns.over(self.recipient)
        return over & (columns.code(self._given) == 1) if self._given in columns.codes else over

    def _pass(self, columns: Columns) -> Law:
        years = columns.code(self._passed)
        return Law.surely(
            np.where(self._is_due(columns), np.minimum(years + 1, self.duration_years or 0), years)
        )

    def _withheld(self, sign: float, columns: Columns) -> Floats:
        due = self._is_due(columns)
        if self.duration_years is not None:
            due = due & (columns.code(self._passed) < self.duration_years)
        return np.where(due, sign * self._expected, 0.0)
