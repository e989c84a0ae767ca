"""Who signs a treaty, and who else has a part in it."""

from __future__ import annotations

from typing import Annotated, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.model.errors import fault
from treaties.model.party_type import AS_DESCRIBED, MOST, PartyType
from treaties.model.quantity import Amount, DiscountFactor, Quantity
from treaties.model.references import Identifier


@final
class Party(BaseModel):
    """A government or organisation that signs; or, with ``signatory = false``, a firm, an industry or a rival.

    Who signs nothing owes nothing and is never in breach; it has no part in votes, exit and ratification.  What it may
    do says an ``outside_choice``; beside that it earns its outside option every year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="Short name used in the rest of the file.")
    name: str = Field(description="Name as readers should see it.")
    discount: DiscountFactor = Field(description="Weight of next year's payoff against this year's (0 to below 1).")
    outside_option: Amount = Field(
        default=Quantity(value=0.0), description="What the party earns per year when the treaty is not in force."
    )
    signatory: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="False for a firm, an industry or a rival that signs nothing and owes nothing."
    )
    red_lines: tuple[str, ...] = Field(
        default=(), description="Conditions a design must meet for this party, such as 'veto.uses_per_term >= 1'."
    )
    type: tuple[PartyType, ...] = Field(
        default=(),
        description="What else it may be, of which the others know a chance only: [[party.type]], at most four.",
    )

    @model_validator(mode="after")
    def _have_types_that_go_together(self) -> Party:
        names = [AS_DESCRIBED, *(one.name for one in self.type)]
        for k, name in enumerate(names):
            if name in names[:k]:
                problem = f"the name {name!r} is that of another type, or of the party itself"
                raise fault(problem, "give each its own name", at=("type", k - 1, "name"))
        if len(self.type) > MOST:
            problem = f"has {len(self.type)} types beside the party as described"
            raise fault(problem, f"at most {MOST} can be told apart; join some", at=("type", MOST))
        if self.type and not self.signatory:
            problem = "signs nothing and owes nothing: there is no word that it could keep or break"
            raise fault(problem, "leave the types out, or let it sign", at=("type", 0))
        highest = sum(one.prior.highest for one in self.type)
        if highest > 1 + 1e-12:
            problem = f"the chances of its types can sum to {highest:g}, more than 1"
            raise fault(problem, "lower a prior, or the high end of one", at=("type", len(self.type) - 1, "prior"))
        return self
