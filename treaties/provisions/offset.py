"""Offset: one party may compensate another, as it likes or up to a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

from treaties.effects import (
    Announcement,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Option,
    PaymentLimit,
    PayoffTerm,
    ProvisionContext,
    Transfers,
    UnlimitedPayments,
    payment_matter,
    payment_option,
)
from treaties.model.errors import fault
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import PartyId, PartyIds
from treaties.model.remark import Remark


@final
class Offset(Provision):
    """Who may pay whom, up to how much a year, and what was agreed to be paid.

    Without a cap payments are unlimited and are paid before the year's conduct: the game has voluntary transfers.
    With a cap a payment is a move of its own, one amount of a grid, chosen together with the year's conduct.
    """

    title: ClassVar[str] = "Offset (side payments)"
    mechanism: ClassVar[str] = (
        "Payments move the gains of cooperation from the party that would keep the treaty anyway to the one that is "
        "tempted to break it; what nobody enforces must itself be worth paying."
    )
    reference: ClassVar[str] = "Goldlücke and Kranz (2012)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = "Montreal Protocol (1987), article 10: Multilateral Fund"
    cannot_say: ClassVar[str] = (
        "Payments are in money: work that is returned, its quality and what it costs more are not told."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"cap": 0, "agreed": 0}

    type: Literal["offset"] = "offset"
    payer: PartyId | None = Field(default=None, description="The party that pays; together with `payee`.")
    payee: PartyId | None = Field(default=None, description="The party that is paid; together with `payer`.")
    between: PartyIds | None = Field(
        default=None, description="Parties that may pay one another, in place of `payer` and `payee`."
    )
    cap: NonNegativeAmount | None = Field(
        default=None, description="Most that a party may pay another in a year, in the payoff unit; omitted = no limit."
    )
    steps: Annotated[int, Field(strict=True, ge=1, le=50)] = Field(
        default=4, description="With a cap: the number of equal steps from no payment to the cap (1 to 50)."
    )
    agreed: NonNegativeAmount = Field(
        default=Quantity(value=0.0),
        description="With a cap: what the payer is to pay every year, one of the steps; to pay less is then a breach.",
    )

    @model_validator(mode="after")
    def _name_the_parties(self) -> Offset:
        if self.between is not None and (self.payer, self.payee) != (None, None):
            raise fault("gives both between and payer or payee", "keep one of the two", at=("between",))
        if self.between is not None and len(self.between) < 2:
            raise fault("names one party", "name at least two, or give payer and payee", at=("between",))
        if self.between is None and None in (self.payer, self.payee):
            lacking = "payer" if self.payer is None else "payee"
            raise fault("is needed", "say who pays whom, or give between = [ … ]", at=(lacking,))
        if self.payer is not None and self.payer == self.payee:
            raise fault(f"{self.payee!r} would pay itself", "name another party", at=("payee",))
        return self

    @model_validator(mode="after")
    def _agree_on_a_step(self) -> Offset:
        agreed = self.agreed.value
        if not agreed:
            return self
        if self.payer is None or self.cap is None:
            raise fault("needs payer, payee and cap", "add them, or leave agreed out", at=("agreed",))
        if self._step(agreed) is None:
            steps = ", ".join(f"{amount:g}" for amount in self.amounts)
            raise fault(f"{agreed:g} is none of the steps that can be paid", f"choose one of {steps}", at=("agreed",))
        return self

    def _step(self, amount: float) -> int | None:
        """Number of the step at which an amount stands; None if it stands between two."""
        tolerance = 1e-9 * max(self.amounts[-1], 1e-300)
        return next((k for k, step in enumerate(self.amounts) if abs(step - amount) <= tolerance), None)

    @property
    def amounts(self) -> tuple[float, ...]:
        """What may be paid in a year, in rising order; empty without a cap."""
        if self.cap is None:
            return ()
        if not self.cap.value:
            return (0.0,)
        return tuple(self.cap.value * k / self.steps for k in range(self.steps + 1))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Who may pay whom."""
        if self.payer is not None and self.payee is not None:
            return ((self.payer, self.payee),)
        named = self.between or ()
        return tuple((payer, payee) for payer in named for payee in named if payer != payee)

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if self.cap is None:
            yield UnlimitedPayments()
            return
        for payer, payee in self.pairs:
            yield PaymentLimit(payer, payee, self.article)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        if name != "applies_to":
            return None
        return "what one party pays another receives, so that it applies to both", "name payer and payee"

    def caveats(self, parties: Sequence[str]) -> Iterable[str]:
        """What a limit costs, and what naming parties does not do."""
        if self.cap is not None:
            yield (
                f"payments are limited, so what side payments can share out is no longer a simplex: each is a move on "
                f"a grid of {len(self.amounts)} amounts, chosen together with the year's conduct, and payoff sets are "
                "polygons (two parties)"
            )
        elif len({party for pair in self.pairs for party in pair}) < len(parties):
            yield "payments without a limit are solved as if any party could pay any other, not only those named"

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if self.cap is not None and treaty.context.all_said(UnlimitedPayments):
            problem = "another clause lets the parties pay without a limit, so this one limits nothing"
            yield Remark("warning", "cap", problem, "keep one of the two")

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        limits = isinstance(other, Offset) and self.cap and other.cap and set(self.pairs) & set(other.pairs)
        return "two clauses limit the same payments" if limits else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if self.cap is None:
            yield Transfers("voluntary", self.article)
            return
        for payer, payee in self.pairs:
            limits = context.all_said(PaymentLimit)
            rivals = [limit.article for limit in limits if (limit.payer, limit.payee) == (payer, payee)]
            if len(rivals) > 1:
                raise CompilationError(
                    f"articles {', '.join(rivals)} each limit what {payer} may pay {payee}; keep one of them"
                )
            yield Choice(payer, payment_matter(payee), tuple(self._options()), procedural=not self.agreed.value)
            yield PayoffTerm(payer, partial(self._paid, payer, payee, -1.0), self.article)
            yield PayoffTerm(payee, partial(self._paid, payer, payee, 1.0), self.article)

    def _options(self) -> Iterable[Option]:
        agreed = self._step(self.agreed.value) or 0
        for k, amount in enumerate(self.amounts):
            yield Option(
                payment_option(amount), compliant=k >= agreed, default=k == agreed,
                available=_operating, article=self.article,
            )  # fmt: skip

    def _paid(self, payer: str, payee: str, sign: float, columns: Columns) -> Floats:
        paid = columns.constant(0.0)
        for amount in self.amounts[1:]:
            paid = np.where(columns.takes(payer, payment_matter(payee), payment_option(amount)), sign * amount, paid)
        return paid


def _operating(columns: Columns) -> Bools:
    return columns.operating
