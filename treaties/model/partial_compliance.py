"""What a party earns in a matter of three or more parties when some of the others comply and some do not.

The four payoffs of a matter say what everybody's and nobody's compliance is worth.  In between, what a party earns lies
at a share of the way from the one to the other; the rule says at which, from how many of the others that take part
comply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal, final

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic.functional_validators import BeforeValidator

from treaties.model.errors import Place, fault
from treaties.model.quantity import Probability, Quantity, Within, in_words
from treaties.model.references import PartyId

SHARE: Final = "share of the others that comply"
WEAKEST: Final = "weakest link"
PAIRS: Final = "each pair"
RULES = (SHARE, WEAKEST, PAIRS)


def _known_rule(data: Any) -> Any:
    if isinstance(data, (list, tuple)) or data in RULES:
        return data
    legal = ", ".join(f'"{rule}"' for rule in RULES)
    raise fault(f"cannot be {in_words(data)}", f"write {legal}, or one share per number of others: [0, 0.2, 1]")


def _in_brackets(data: Any) -> str:
    return "[key]" if isinstance(data, (list, tuple)) else "[text]"


Pays = Annotated[
    Annotated[Literal["share of the others that comply", "weakest link", "each pair"], Tag("[text]")]
    | Annotated[tuple[Probability, ...], Tag("[key]")],
    Discriminator(_in_brackets),
    BeforeValidator(_known_rule),
]
"""A rule by name, or shares by the number of others that comply, from none to all."""


@final
class Pair(BaseModel):
    """How much two parties' dealings with one another count in a matter, in what both earn there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: PartyId = Field(description="One of the two parties.")
    second: PartyId = Field(description="The other.")
    weight: Annotated[Quantity, Within(0, name="a weight")] = Field(
        description="How much their dealings count (0 = they have none); a pair that is not listed counts 1."
    )

    @model_validator(mode="after")
    def _be_two(self) -> Pair:
        if self.first == self.second:
            raise fault(f"pairs {self.first!r} with itself", "name another party", at=("second",))
        return self


def check_rule(pays: Pays, pairs: Sequence[Pair], excludable: bool) -> None:
    """Raise a fault where a rule cannot be read, or does not go with the rest of its matter."""
    if pairs and pays != PAIRS:
        raise fault("weighs pairs, which this matter does not pay by", f'set pays = "{PAIRS}"', at=("pairs",))
    if pays == PAIRS and not excludable:
        raise fault(
            "a public good is nobody's dealings with a single party", f'choose "{SHARE}" or "{WEAKEST}"', at=("pays",)
        )
    if isinstance(pays, str):
        return
    shares = [share.value for share in pays]
    if len(shares) < 2 or shares[0] != 0.0 or shares[-1] != 1.0:
        raise fault(
            "has to begin with 0 and end with 1: nobody's compliance pays sucker and punishment, everybody's reward "
            "and temptation",
            "give one share per number of others that comply, from none to all: [0, 0.2, 1]",
            at=("pays",),
        )
    for k in range(1, len(shares)):
        if shares[k] < shares[k - 1]:
            raise fault(
                f"pays less when {k} others comply ({shares[k]:g}) than when {k - 1} do ({shares[k - 1]:g})",
                "let shares never fall",
                at=("pays", k),
            )


def rule_misfits(pays: Pays, pairs: Sequence[Pair], parties: Sequence[str]) -> Iterator[tuple[Place, str, str]]:
    """What a rule asks that cannot be among these parties."""
    if not isinstance(pays, str) and len(pays) != len(parties):
        others = len(parties) - 1
        yield ("pays",), f"has {len(pays)} shares for {others} others", f"give {len(parties)}: for 0 to {others} others"
    seen: set[frozenset[str]] = set()
    for k, pair in enumerate(pairs):
        both = frozenset((pair.first, pair.second))
        if both in seen:
            yield ("pairs", k), f"weighs {pair.first} and {pair.second} twice", "weigh each pair once"
        seen.add(both)
    for party in parties:
        weights = [weight_of(pairs, party, other) for other in parties if other != party]
        if weights and not any(weights):
            yield ("pairs",), f"leaves {party} no dealings with anybody", f"give a pair of {party} some weight"


def weight_of(pairs: Sequence[Pair], one: str, other: str) -> float:
    """How much the dealings of two parties count; 1 where the matter does not say."""
    for pair in pairs:
        if {pair.first, pair.second} == {one, other}:
            return pair.weight.value
    return 1.0


def rule_in_words(pays: Pays, pairs: Sequence[Pair]) -> str:
    """What a party earns when some of the others comply, in one sentence that follows "when some comply, "."""
    if pays == WEAKEST:
        return "one breach by another costs a party as much as if none of the others complied"
    if pays == PAIRS:
        weighed = ", weighed as the file says" if pairs else ", all alike"
        return f"a party earns from each of the others what that one's conduct pays, on average over them{weighed}"
    if isinstance(pays, str):
        return "what a party earns moves with the share of the others that comply"
    shares = ", ".join(f"{share.value:g} with {k}" for k, share in enumerate(pays))
    return f"what a party earns goes this share of the way, by the number of others that comply: {shares}"
