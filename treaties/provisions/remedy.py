"""Remedy: a tribunal awards damages for a breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from treaties.effects import Bools, Columns, Effect, Enforced, Floats, ProvisionContext
from treaties.model.matter import Matter
from treaties.model.observability import EACH
from treaties.model.party import Party
from treaties.model.provision import Group, Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Probability, Quantity
from treaties.model.references import MatterId, Years
from treaties.model.remark import Remark


@final
class BothSides(BaseModel):
    """What proceedings cost who claims, and who has to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claimant: NonNegativeAmount = Field(description="What a claim costs who brings it, in the payoff unit.")
    respondent: NonNegativeAmount = Field(description="What it costs who has to answer it, in the payoff unit.")


def _whose_cost(data: Any) -> str:
    sides = isinstance(data, BothSides) or (isinstance(data, dict) and set(data) & set(BothSides.model_fields))
    return EACH if sides else "[key]"


ProceedingsCost = Annotated[
    Annotated[NonNegativeAmount, Tag("[key]")] | Annotated[BothSides, Tag(EACH)], Discriminator(_whose_cost)
]


@final
class Remedy(Provision):
    """Damages for a breach: how much, how surely, how late, and what it costs to claim them.

    A party that is wronged claims its part if it expects to be paid at least what the claim costs it.  Where conduct is
    hidden, a flag on a party that complied may bring a claim as well, on the same condition: the tribunal then errs
    with the chance ``wrongly_upheld``.  A larger amount makes more of such claims worth bringing, so that on the path
    of compliance, where nobody has done wrong, it costs more.
    """

    title: ClassVar[str] = "Remedy (damages)"
    mechanism: ClassVar[str] = (
        "Damages lower what a breach wins; they also soften the loss of the side that is wronged, and with it the "
        "punishment that deters. Where a claim may be wrong, a larger amount invites more of them, and proceedings are "
        "paid for although nobody broke the treaty."
    )
    reference: ClassVar[str] = "Schwartz and Sykes (2002); Png (1986); Nalebuff (1987)"
    group: ClassVar[Group] = "payments and stakes"
    real_treaty: ClassVar[str] = "EU-UK Trade and Cooperation Agreement (2020), article 506"
    cannot_say: ClassVar[str] = "The amount is fixed beforehand: damages do not follow the loss that was suffered."
    neutral_terms: ClassVar[Mapping[str, Any]] = {"amount": 0}
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {
        "amount": {
            "0": "No damages are due for a breach.",
            "": "A party in breach pays damages of {} for each year of it.",
        },
        "upheld": "A claim for them is upheld and paid with a chance of {}.",
        "delay_years": {"0": "They are paid in the year of the breach.", "": "They are paid {} after the breach."},
    }

    type: Literal["remedy"] = "remedy"
    matter: MatterId | None = Field(default=None, description="The matter whose breach is remedied; omitted = all.")
    amount: NonNegativeAmount = Field(description="Damages for one year's breach, in the payoff unit.")
    upheld: Probability = Field(
        default=Quantity(value=1.0), description="Chance (0 to 1) that the claim is upheld and paid."
    )
    delay_years: Years = Field(default=0, description="Years between the breach and the payment.")
    proceedings_cost: ProceedingsCost | None = Field(
        default=None,
        description="What the proceedings on one year's breach cost each side, in the payoff unit, or "
        "{ claimant, respondent }; several claimants share it. Who expects to be paid less does not claim. Omitted = "
        "nothing.",
    )
    loser_pays: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="True if who loses pays the costs of both sides; else each pays its own."
    )
    wrongly_upheld: Probability | None = Field(
        default=None,
        description="Chance (0 to 1) that a claim against a party that complied is upheld; such claims are brought "
        "where conduct is not public, when a flag is wrong. Omitted = never.",
    )

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        remedied = [matter for matter in treaty.matters if self.matter in (None, matter.id)]
        for matter in remedied:
            if matter.table is None and all(
                self._beats(matter, party) for party in treaty.signatories if matter.owes(party.id)
            ):
                problem = f"expected damages exceed what a breach of {matter.id} wins in a quiet year, for every party"
                remedy = "the other clauses then matter only in bad years; check the amount"
                yield Remark("note", "amount", problem, remedy)
        hidden = [matter.id for matter in remedied if matter.unseen]
        if hidden:
            problem = (
                f"damages follow a breach on {hidden[0]} although nobody sees it: the tribunal is taken to find "
                "out by itself, as often as `upheld` says, and what it awards tells the parties nothing"
            )
            yield Remark("note", "upheld", problem, "lower upheld to the chance that a breach is found out")
        elif self._wrongly_upheld:
            problem = "everyone sees conduct: nobody is claimed from who complied"
            yield Remark("note", "wrongly_upheld", problem, "leave it out, or hide conduct")
        never = [party.name for party in treaty.signatories if not self._worth(self.upheld.value, party)]
        if never and self.amount.value > 0:
            problem = f"a claim costs {never[0]} more than it expects to be paid: it never claims"
            yield Remark("warning", "proceedings_cost", problem, "raise the amount or lower the cost")

    def _beats(self, matter: Matter, party: Party) -> bool:
        """Whether expected damages, as a party values them, are what its breach wins at once, or more."""
        damages = self.amount.value * self.upheld.value * party.discount.value**self.delay_years
        return damages >= matter.payoff("temptation", party.id) - matter.payoff("reward", party.id)

    def _worth(self, upheld: float, party: Party) -> bool:
        """Whether a claim that is upheld so often is worth its cost to a party."""
        paid = self.amount.value * upheld * party.discount.value**self.delay_years
        return paid >= self._costs(upheld)[0]

    def _costs(self, upheld: float) -> tuple[float, float]:
        """What a claim that is upheld so often is expected to cost claimant and respondent."""
        stated = self.proceedings_cost
        if isinstance(stated, BothSides):
            own = stated.claimant.value, stated.respondent.value
        else:
            own = (0.0, 0.0) if stated is None else (stated.value, stated.value)
        return ((1.0 - upheld) * sum(own), upheld * sum(own)) if self.loser_pays else own

    @property
    def _wrongly_upheld(self) -> float:
        return 0.0 if self.wrongly_upheld is None else self.wrongly_upheld.value

    @property
    def _costs_nothing(self) -> bool:
        return not any(self._costs(0.0)) and not any(self._costs(1.0))

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        remedied = context.matters if self.matter is None else (self.matter,)
        for payer in context.parties:
            if not any(payer in context.obliged(matter) for matter in remedied):
                continue
            others = tuple(party for party in context.parties if party != payer)
            if self._costs_nothing:
                yield Enforced(
                    payer,
                    others,
                    partial(self._damages, payer),
                    delay=self.delay_years,
                    upheld=self.upheld.value,
                    article=self.article,
                    matter=self.matter,
                )
            else:
                yield from self._claims(payer, others, self.upheld.value, wrong=False)
            if self._wrongly_upheld:
                yield from self._claims(payer, others, self._wrongly_upheld, wrong=True)

    def _claims(self, payer: str, others: tuple[str, ...], upheld: float, *, wrong: bool) -> Iterator[Enforced]:
        """A claim of each of the others for its part of the damages, at its part of the cost."""
        if not self.amount.value:
            return
        claimant, respondent = self._costs(upheld)
        for payee in others:
            yield Enforced(
                payer,
                (payee,),
                partial(self._part, payer, payee, others, self._suspicions if wrong else self._damages),
                delay=self.delay_years,
                upheld=upheld,
                article=self.article,
                matter=self.matter,
                on_suspicion=wrong,
                claimant_cost=claimant / self.amount.value,
                respondent_cost=respondent / self.amount.value,
            )

    def _part(
        self,
        payer: str,
        payee: str,
        others: tuple[str, ...],
        owed: Callable[[str, Columns], Floats],
        columns: Columns,
    ) -> Floats:
        """A payee's part of what is claimed from a party: the members share what those who left do not get."""
        here: list[Bools] = [~columns.departed(party) for party in others]
        shared = owed(payer, columns) / np.maximum(np.sum(here, axis=0), 1)
        return np.where(columns.departed(payee), 0.0, shared)

    def _damages(self, payer: str, columns: Columns) -> Floats:
        """Face value owed for this year's breaches, one claim per matter; claims of two parties offset each other."""
        breaches = np.zeros(columns.size)
        for party, matter in columns.in_breach:
            if party == payer and self.matter in (None, matter):
                breaches += columns.in_breach[party, matter]
        return self.amount.value * breaches

    def _suspicions(self, payer: str, columns: Columns) -> Floats:
        """Face value claimed, in expectation, for what flags say of a party that complied."""
        wrong = np.zeros(columns.size)
        for party, matter in columns.suspected:
            if party == payer and self.matter in (None, matter) and (party, matter) in columns.unseen:
                innocent = columns.operating & columns.complies[party, matter]
                wrong += np.where(innocent, columns.suspected[party, matter], 0.0)
        return self.amount.value * wrong
