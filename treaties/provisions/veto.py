"""Veto: a party may block a matter for a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, final

from pydantic import BeforeValidator, Field

from treaties.errors import fault
from treaties.provision import EventId, MatterId, PartyIds, Provision, YearOfTerm
from treaties.quantity import in_words

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext


def _count_or_unlimited(data: Any) -> Any:
    whole = isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= 60
    if not whole and data != "unlimited":
        problem = f'needs a whole number from 0 to 60 or "unlimited", got {in_words(data)}'
        raise fault(problem, "correct the number of uses")
    return data


Uses = Annotated[int | Literal["unlimited"], BeforeValidator(_count_or_unlimited)]


@final
class Veto(Provision):
    """Who may block which matter, how often, and on which grounds."""

    title: ClassVar[str] = "Veto"
    mechanism: ClassVar[str] = (
        "A lawful way not to comply in a bad year takes the place of a breach; too free a veto makes the other side's "
        "compliance worthless."
    )
    reference: ClassVar[str] = "Rosendorff and Milner (2001); Winter (1996)"

    type: Literal["veto"] = "veto"
    holder: PartyIds = Field(description="Party or parties that hold the right, by id.")
    matter: MatterId = Field(description="The matter that is out of force in a year in which the veto is used.")
    uses_per_term: Uses = Field(
        default="unlimited", description='Times each holder may use it per term; "unlimited" or omitted = no limit.'
    )
    grounds: EventId | None = Field(
        default=None, description="Event that must be present for the veto to be used; omitted = any reason."
    )
    expires_year: YearOfTerm | None = Field(
        default=None, description="Year of the first term after which the right has lapsed; omitted = never."
    )
    plan: Literal["grounds", "never", "always"] = Field(
        default="grounds",
        description="What compliance expects: use when the grounds hold, never, or whenever it is available.",
    )

    @property
    def expected_use(self) -> Literal["grounds", "never", "always"]:
        """The plan that is judged: without grounds, `grounds` means never."""
        return "never" if self.plan == "grounds" and self.grounds is None else self.plan

    @property
    def limit(self) -> int | None:
        """Uses per term; None when there is no limit."""
        return None if self.uses_per_term == "unlimited" else int(self.uses_per_term)

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
