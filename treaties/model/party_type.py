"""What a party may be, of which the others know a chance only: it keeps its word, breaks it, or has other numbers.

A type that is not strategic follows a fixed rule and never errs.  Sources: Harsanyi (1967-68); Kreps, Milgrom, Roberts
and Wilson (1982).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.model.errors import fault
from treaties.model.quantity import Amount, DiscountFactor, Probability, Quantity
from treaties.model.references import MatterId, NamesSomething, YearOfTerm

Conduct = Literal["keeps", "conditional", "breaches", "strategic"]
OWN_PAYOFFS = ("reward", "temptation", "sucker", "punishment")
AS_DESCRIBED = "as described"
"""What the party itself is called among its types: strategic, with the numbers of the file."""
MOST = 4
EVENT = "event:"
_PLAIN = ("always", "full_exposure", "sceptic")
_YEAR = re.compile(r"from_year\s*[=:]?\s*(\d+)")
_ONLY_OF = {"when": "breaches", "from_year": "breaches", "leaves": "breaches",
            "discount": "strategic", **dict.fromkeys(OWN_PAYOFFS, "strategic")}  # fmt: skip
"""The conduct that a field has a meaning for."""


@final
class PartyType(BaseModel):
    """One thing that a party may be; the rest of the probability is the party as described.

    What it does concerns matters; in votes, renewals and exit a type that is not strategic does what the plan says,
    but for one that ``leaves``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Name as readers should see it.")
    conduct: Conduct = Field(
        description='"keeps": complies whatever comes; "conditional": complies until somebody breaches; "breaches": '
        'breaches, see `when`; "strategic": chooses, with a discount factor or payoffs of its own.'
    )
    prior: Probability = Field(description="Chance at signature that the party is of this type (0 to 1).")
    when: str = Field(
        default="always",
        description='When it breaches: "always", "full_exposure" (the matter is as exposed as it ever is), "sceptic" '
        '(under a sceptical government) or "event:<id>" (while the event is under way).',
    )
    from_year: Annotated[YearOfTerm, NamesSomething()] | None = Field(
        default=None, description="It breaches from this year since entry into force on, in place of `when`."
    )
    matter: MatterId | None = Field(
        default=None, description="The matter it breaches, minds or values otherwise; omitted = all."
    )
    leaves: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="Whether it leaves the treaty, where it can, when it breaches."
    )
    discount: DiscountFactor | None = Field(default=None, description="Its own discount factor, of a strategic type.")
    reward: Amount | None = Field(default=None, description="Its own reward in the matter, of a strategic type.")
    temptation: Amount | None = Field(default=None, description="Its own temptation, of a strategic type.")
    sucker: Amount | None = Field(default=None, description="What it earns as the only one to comply.")
    punishment: Amount | None = Field(default=None, description="What it earns when nobody complies.")

    @property
    def event(self) -> str | None:
        """The event during which it breaches; None if none is named."""
        return self.when.removeprefix(EVENT) if self.when.startswith(EVENT) else None

    @property
    def own_payoffs(self) -> dict[str, Quantity]:
        """The payoffs that it has of its own, by kind."""
        return {kind: amount for kind in OWN_PAYOFFS if (amount := getattr(self, kind)) is not None}

    @model_validator(mode="before")
    @classmethod
    def _accept_a_year_as_when(cls, data: Any) -> Any:
        """``when = "from_year = 4"`` and ``when = { from_year = 4 }`` say what ``from_year = 4`` says."""
        if not isinstance(data, dict) or data.get("from_year") is not None:
            return data
        when = data.get("when")
        rest = {key: value for key, value in data.items() if key != "when"}
        if isinstance(when, dict) and set(when) == {"from_year"}:
            return {**rest, "from_year": when["from_year"]}
        year = _YEAR.fullmatch(when.strip()) if isinstance(when, str) else None
        return data if year is None else {**rest, "from_year": int(year[1])}

    @model_validator(mode="after")
    def _say_one_thing(self) -> PartyType:
        if self.event is None and self.when not in _PLAIN:
            raise fault(
                f"cannot be {self.when!r}",
                f'legal values: {", ".join(_PLAIN)}, {EVENT}<id>; or write from_year = 4',
                at=("when",),
            )
        for name, conduct in _ONLY_OF.items():
            said = getattr(self, name)
            if said not in (None, False, "always") and self.conduct != conduct:
                raise fault(
                    f"has no meaning for a type whose conduct is {self.conduct!r}",
                    f'leave {name} out, or write conduct = "{conduct}"',
                    at=(name,),
                )
        if self.matter is not None and self.conduct == "keeps":
            problem = "has no meaning for a type that keeps its word whatever comes"
            raise fault(problem, "leave matter out", at=("matter",))
        if self.from_year is not None and self.when != "always":
            raise fault("says when it breaches twice", "keep when, or from_year", at=("when",))
        if self.conduct == "strategic" and self.discount is None and not self.own_payoffs:
            raise fault(
                "is the party as described: it has no number of its own",
                "give it a discount, a temptation, … of its own, or another conduct, or leave it out",
            )
        return self
