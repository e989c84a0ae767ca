"""When a treaty enters into force: how many of its parties have to sign, and how much weight they need together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.model.errors import Misfit, fault
from treaties.model.quantity import Quantity, Within
from treaties.model.references import KeyedBy

if TYPE_CHECKING:
    from games.coalitions.rules import Rule

Weight = Annotated[Quantity, Within(0, name="a weight")]


@final
class EntryIntoForce(BaseModel):
    """Minimum participation: the treaty binds those who sign, once they are enough.

    Both conditions count where both are given, as for the Kyoto Protocol (Article 25): so many parties that together
    account for such a share.  Two parties are needed in any case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    parties: Annotated[int, Field(strict=True, ge=2)] | None = Field(
        default=None, description="Number of parties that have to sign, at least (2 or more); omitted = 2."
    )
    share: Annotated[Quantity, Within(0, 1, name="a share")] | None = Field(
        default=None, description="Share of all weight (0 to 1) that those who sign need together, at least."
    )
    weights: Annotated[dict[str, Weight], KeyedBy("party")] | None = Field(
        default=None, description="Weight of each party, in any unit (emissions, capital, tonnage); omitted = equal."
    )

    @model_validator(mode="after")
    def _ask_for_something(self) -> EntryIntoForce:
        if self.parties is None and (self.share is None or self.share.value == 0):
            raise fault("asks for nothing", "add parties = 3 or share = 0.55, say")
        if self.weights is not None:
            if self.share is None:
                raise fault("are given, but no share of them is asked for", "add share = 0.55, say", at=("weights",))
            if not any(weight.value for weight in self.weights.values()):
                raise fault("are all 0", "give some party a weight", at=("weights",))
        return self

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """What cannot be met by these parties; None if all can."""
        if self.parties is not None and self.parties > len(parties) >= 2:
            problem = f"{self.parties} have to sign, but there are only {len(parties)} parties"
            return ("parties",), problem, f"choose a number from 2 to {len(parties)}"
        return None

    def weight(self, party: str) -> Fraction:
        """The weight of a party, as the decimal that the file writes."""
        return Fraction(1) if self.weights is None else Fraction(repr(self.weights[party].value))

    def share_of(self, members: Iterable[str], parties: Sequence[str]) -> Fraction:
        """The share of all weight that some parties have together."""
        return sum(map(self.weight, members), Fraction(0)) / sum(map(self.weight, parties), Fraction(0))

    def rule(self, parties: Sequence[str]) -> Rule:
        """Which sets of signatories bring the treaty into force, as a simple game over these parties."""
        from games.coalitions.rules import all_of, at_least, weighted

        enough = [at_least(max(self.parties or 2, 2), len(parties))]
        if self.share is not None:
            weights = [self.weight(party) for party in parties]
            enough.append(weighted(Fraction(repr(self.share.value)) * sum(weights), weights))
        return all_of(*enough)
