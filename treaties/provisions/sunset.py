"""Sunset: the treaty ends after a fixed term unless it is renewed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.errors import fault
from treaties.provision import MatterIds, Provision, YearOfTerm
from treaties.quantity import Probability

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext

RenewalRule = Literal["none", "automatic", "mutual", "any", "chance"]


@final
class Renewal(BaseModel):
    """What happens at the end of the term.

    ``none`` the treaty ends; ``automatic`` a new term begins; ``mutual`` it does if every party votes for it;
    ``any`` if at least one does; ``chance`` it does with a probability that nobody's conduct changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: RenewalRule = Field(default="none", description="Who decides whether a new term begins.")
    decide_by_year: YearOfTerm | None = Field(
        default=None, description="Year of the term (1 = first) in which the vote is taken; omitted = the last year."
    )
    probability: Probability | None = Field(
        default=None, description="Chance (0 to 1) that a new term begins, for the rule `chance`."
    )

    @property
    def votes(self) -> bool:
        """True when the parties vote on renewal."""
        return self.rule in ("mutual", "any")

    @model_validator(mode="after")
    def _fit_the_rule(self) -> Renewal:
        if self.decide_by_year is not None and not self.votes:
            raise fault(
                f"has no meaning under the rule '{self.rule}', which takes no vote",
                'remove it, or set rule = "mutual" or "any"',
                at=("decide_by_year",),
            )
        if self.probability is not None and self.rule != "chance":
            raise fault(
                f"has no meaning under the rule '{self.rule}'", 'remove it, or set rule = "chance"', at=("probability",)
            )
        if self.probability is None and self.rule == "chance":
            raise fault("is needed by the rule 'chance'", "add probability = 0.5, say", at=("probability",))
        return self


@final
class Sunset(Provision):
    """A fixed term, what renews it, and which matters go on after the treaty has ended."""

    title: ClassVar[str] = "Sunset and renewal"
    mechanism: ClassVar[str] = (
        "A known last year lets cooperation unravel backwards from the end, unless renewal or a matter that survives "
        "gives the parties something to lose."
    )
    reference: ClassVar[str] = "Benoit and Krishna (1985); Koremenos (2005)"

    type: Literal["sunset"] = "sunset"
    term_years: YearOfTerm = Field(description="Length of a term, in years (1 to 60).")
    renewal: Renewal = Field(default=Renewal(), description="What happens at the end of the term.")
    survives: MatterIds = Field(
        default=(), description="Matters that go on after the treaty ends, without its supports; the others close."
    )

    @property
    def decision_year(self) -> int | None:
        """Year of the term in which the parties vote on renewal; None when they do not."""
        return (self.renewal.decide_by_year or self.term_years) if self.renewal.votes else None

    @model_validator(mode="after")
    def _vote_within_the_term(self) -> Sunset:
        year = self.renewal.decide_by_year
        if year is not None and year > self.term_years:
            raise fault(
                f"is year {year}, but the term has only {self.term_years} years",
                f"choose a year from 1 to {self.term_years}",
                at=("renewal", "decide_by_year"),
            )
        return self

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
