"""Shared knowledge: a library, a cluster or a pool of data that only members in good standing may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import Field, model_validator

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
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import NonNegativeAmount, Quantity
from treaties.model.references import MatterId, YearOfTerm
from treaties.model.remark import Remark
from treaties.model.shares import Share

YearsOfDecay = Annotated[int, Field(strict=True, ge=1, le=12)]


@final
class SharedKnowledge(Provision):
    """What the use of the common good is worth, what costs a member its standing, for how long, and how fast it decays.

    Every member in good standing has the use of it each year in which the treaty operates.  A member whose breach is
    known (by a flag that was not cleared, where nobody sees conduct) is shut out for some years from the next on,
    whatever its breach answers.  Using it takes nothing from anybody, and shutting somebody out costs the others only
    what it would have put in: the good loses a share of its worth in every year in which a member is shut out, and
    regains a year's loss in every year in which none is.
    """

    title: ClassVar[str] = "Shared knowledge (club good)"
    mechanism: ClassVar[str] = (
        "What all use and none uses up can be denied to one alone, so that shutting it out hurts it and nobody else; "
        "who would lose its own standing by answering a breach in kind may not answer it."
    )
    reference: ClassVar[str] = "Buchanan (1965)"
    real_treaty: ClassVar[str] = "Nuclear Non-Proliferation Treaty (1968), article IV (recalled)"
    cannot_say: ClassVar[str] = (
        "What each member puts in of its own will, knowledge that who is shut out has already, and a vote on whom to "
        "shut out."
    )
    neutral_terms: ClassVar[Mapping[str, Any]] = {"size": 0}

    type: Literal["shared_knowledge"] = "shared_knowledge"
    size: NonNegativeAmount = Field(
        description="What the whole good is worth to each member in good standing per year, in the payoff unit."
    )
    matter: MatterId | None = Field(
        default=None, description="The matter whose breach costs good standing; omitted = every one."
    )
    excluded_years: YearOfTerm = Field(
        default=1, description="Years for which a member is shut out after a breach (1 to 60)."
    )
    depreciation: Share = Field(
        default=Quantity(value=0.0),
        description="Share (0 to 1) of its worth that the good loses in a year in which a member is shut out.",
    )
    decays_years: YearsOfDecay | None = Field(
        default=None, description="Years of decay after which it loses no more (1 to 12); needed with a depreciation."
    )

    @model_validator(mode="after")
    def _stop_decaying(self) -> SharedKnowledge:
        if self.depreciation.highest and self.decays_years is None:
            raise fault("is needed with a depreciation", "add decays_years = 3, say", at=("decays_years",))
        return self

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        if not self.size.value:
            yield Remark("warning", "size", "is worth nothing to anybody: it changes nothing", "give it a size")
        hidden = [matter.id for matter in treaty.matters if matter.unseen and self.matter in (None, matter.id)]
        if hidden:
            problem = f"nobody sees conduct on {hidden[0]}: a flag that is not cleared costs good standing"
            yield Remark("note", "matter", problem)

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, SharedKnowledge) and self.article == other.article
        return "two clauses of the kind shared_knowledge have the same article number" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        if not self.size.value:
            return
        for place, party in enumerate(context.parties):
            yield StateVariable(
                self._shut_out(party),
                tuple(range(self.excluded_years + 1)),
                rank=(39, place),
                party=party,
                usual=0,
                words=f"years in which {{{party}}} is shut out of shared knowledge",
                citing=self._under,
            )
            hidden = any(of == party and self.matter in (None, matter) for of, matter in context.unseen)
            yield Transition(self._shut_out(party), partial(self._standing, party), self.article, sees_signals=hidden)
            yield PayoffTerm(party, partial(self._used, party), self.article)
        if self.decays_years is not None and self.depreciation.value:
            words = "years of decay of shared knowledge"
            yield StateVariable(
                self._decay, tuple(range(self.decays_years + 1)), rank=(40, 0), usual=0, words=words, citing=self._under
            )
            yield Transition(self._decay, partial(self._decays, context), self.article)

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    @property
    def _decay(self) -> str:
        return f"decay of shared knowledge{self._under}"

    def _shut_out(self, party: str) -> str:
        return f"{party} shut out of shared knowledge{self._under}"

    def _standing(self, party: str, columns: Columns) -> Law:
        left = np.maximum(columns.code(self._shut_out(party)) - 1, 0)
        return Law.surely(np.where(columns.established_breach(self.matter, (party,)), self.excluded_years, left))

    def _anybody_out(self, context: ProvisionContext, columns: Columns) -> Bools:
        return np.asarray(np.any([columns.code(self._shut_out(party)) > 0 for party in context.parties], axis=0))

    def _decays(self, context: ProvisionContext, columns: Columns) -> Law:
        now = columns.code(self._decay)
        worse = np.minimum(now + 1, len(columns.values[self._decay]) - 1)
        return Law.surely(np.where(self._anybody_out(context, columns), worse, np.maximum(now - 1, 0)))

    def _used(self, party: str, columns: Columns) -> Floats:
        worth = columns.constant(self.size.value)
        if self._decay in columns.codes:
            worth = worth * (1.0 - self.depreciation.value) ** columns.code(self._decay)
        return np.where(columns.code(self._shut_out(party)) > 0, 0.0, worth)
