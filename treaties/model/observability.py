"""What everyone sees of conduct in a matter, for all parties alike or for each on its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from treaties.model.errors import fault
from treaties.model.quantity import Probability, Quantity, check_detection, in_words
from treaties.model.references import KeyedBy

EACH = "[each]"
"""Step of a place that is left out where a fault is told: what is said of each party follows."""


@final
class Noise(BaseModel):
    """What everyone learns of a party's conduct in a matter in a year: a flag that may be wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    detection: Probability = Field(description="Chance (0 to 1) that a breach is flagged.")
    false_alarm: Probability = Field(description="Chance (0 to 1) that compliance is flagged all the same.")

    @model_validator(mode="after")
    def _say_something_true(self) -> Noise:
        check_detection(self.detection, self.false_alarm)
        return self


def _said_of_each(data: Any, of_one: type[BaseModel]) -> bool:
    """Whether a table says something of each party, rather than the one thing that ``of_one`` says of all."""
    return isinstance(data, dict) and bool(data) and not set(data) & set(of_one.model_fields)


def _known_observability(data: Any) -> Any:
    if isinstance(data, (dict, Noise)) or data in ("public", "private"):
        return data
    raise fault(
        f"cannot be {in_words(data)}", 'write "public", "private" or { detection = 0.8, false_alarm = 0.1 }, say'
    )


def _in_brackets(data: Any) -> str:
    # Steps of this name are left out where a fault is told: readers know of no tags.
    return "[key]" if isinstance(data, (dict, Noise)) else "[text]"


def _for_whom(data: Any) -> str:
    named = isinstance(data, dict) and all(isinstance(value, (str, dict, Noise)) for value in data.values())
    return EACH if named and _said_of_each(data, Noise) else _in_brackets(data)


_Text = Annotated[Literal["public", "private"], Tag("[text]")]
_Flag = Annotated[Noise, Tag("[key]")]
OfOneParty = Annotated[_Text | _Flag, Discriminator(_in_brackets), BeforeValidator(_known_observability)]
Observability = Annotated[
    _Text | _Flag | Annotated[dict[str, OfOneParty], KeyedBy("party"), Tag(EACH)],
    Discriminator(_for_whom),
    BeforeValidator(_known_observability),
]
"""The same for all parties, or a map by party."""


def _chance_of_whom(data: Any) -> str:
    return EACH if _said_of_each(data, Quantity) else "[key]"


Accident = Annotated[
    Annotated[Probability, Tag("[key]")] | Annotated[dict[str, Probability], KeyedBy("party"), Tag(EACH)],
    Discriminator(_chance_of_whom),
]
"""A chance for all parties, or a map by party."""


def seen_of(said: Observability, party: str) -> Literal["public", "private"] | Noise:
    """What everyone sees of one party's conduct; nothing where a map does not name it, as it then owes nothing."""
    if isinstance(said, Mapping):
        found: Literal["public", "private"] | Noise = said.get(party, "public")
        return found
    return said


def accident_of(said: Accident | None, party: str) -> float:
    """The chance that conduct as agreed of one party looks like a breach."""
    if said is None:
        return 0.0
    if isinstance(said, Mapping):
        return said[party].value if party in said else 0.0
    return said.value
