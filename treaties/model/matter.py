"""A matter: one subject of cooperation, and what each party earns from it under every way of conduct."""

from __future__ import annotations

from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from treaties.model.errors import Place, fault
from treaties.model.quantity import Probability, Quantity, check_detection, finite, in_words
from treaties.model.references import Identifier, KeyedBy, OneOrMany

PerParty = Annotated[dict[str, Quantity], KeyedBy("party")]
PAYOFFS = ("reward", "temptation", "sucker", "punishment")


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


def _known_observability(data: Any) -> Any:
    if isinstance(data, (dict, Noise)) or data in ("public", "private"):
        return data
    raise fault(
        f"cannot be {in_words(data)}", 'write "public", "private" or { detection = 0.8, false_alarm = 0.1 }, say'
    )


def _in_brackets(data: Any) -> str:
    # Steps of this name are left out where a fault is told: readers know of no tags.
    return "[key]" if isinstance(data, (dict, Noise)) else "[text]"


Observability = Annotated[
    Annotated[Literal["public", "private"], Tag("[text]")] | Annotated[Noise, Tag("[key]")],
    Discriminator(_in_brackets),
    BeforeValidator(_known_observability),
]


@final
class Matter(BaseModel):
    """One subject of cooperation, with what each party earns from it per year.

    Either ``reward``, ``temptation``, ``sucker`` and ``punishment`` per party (conduct is then comply or breach), or
    ``options``, ``compliant``, ``expected`` and an explicit ``table`` with, for every party, one number per profile,
    nested in the order of the parties.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="Short name used in the rest of the file.")
    title: str | None = Field(default=None, description="Name as readers should see it.")
    reward: PerParty | None = Field(default=None, description="Per party and year, when everybody complies.")
    temptation: PerParty | None = Field(default=None, description="Per party and year, when it alone breaches.")
    sucker: PerParty | None = Field(default=None, description="Per party and year, when it alone complies.")
    punishment: PerParty | None = Field(default=None, description="Per party and year, when nobody complies.")
    options: tuple[Identifier, ...] | None = Field(
        default=None, description="What each party can do in this matter, in the order of the table."
    )
    compliant: Annotated[tuple[str, ...], OneOrMany] | None = Field(
        default=None, description="The options that count as compliance."
    )
    expected: str | None = Field(default=None, description="The compliant option that the plan takes.")
    table: Annotated[dict[str, Any], KeyedBy("party")] | None = Field(
        default=None, description="For each party, payoffs per year: [option of first party][option of second]…"
    )
    observability: Observability = Field(
        default="public",
        description='"public": everyone sees conduct; "private": nobody sees the others’; { detection, false_alarm }: '
        "every year a flag on each party says, with these chances, whether it complied.",
    )
    accident: Probability | None = Field(
        default=None,
        description="Chance (0 to 1) that conduct as agreed looks like a breach, each time it is examined; it pays "
        "nobody.  Omitted = never.",
    )

    excludable: Annotated[bool, Field(strict=True)] = Field(
        default=True,
        description="False for a public good: a party that never signed, or has left, gains from what the members do "
        "as one in breach does.  True: it gains nothing.",
    )

    @property
    def conduct(self) -> tuple[str, ...]:
        """Names of the options, in order."""
        return self.options if self.options is not None else ("comply", "breach")

    @property
    def compliant_options(self) -> tuple[str, ...]:
        """Options that count as compliance."""
        return self.compliant if self.compliant is not None else ("comply",)

    @property
    def expected_option(self) -> str:
        """The option that the plan takes."""
        return self.expected if self.expected is not None else self.compliant_options[0]

    @property
    def mishap(self) -> float:
        """Chance that conduct as agreed looks like a breach when it is examined."""
        return 0.0 if self.accident is None else self.accident.value

    @property
    def unseen(self) -> bool:
        """Whether nobody sees conduct itself, but at most a flag that may be wrong."""
        return self.observability != "public" or self.mishap > 0

    @property
    def flag(self) -> tuple[float, float] | None:
        """Chances that what looks like a breach is flagged, and what does not; None where there is no flag."""
        if isinstance(self.observability, Noise):
            return self.observability.detection.value, self.observability.false_alarm.value
        return (1.0, 0.0) if self.observability == "public" and self.unseen else None

    def payoff(self, kind: str, party: str) -> float:
        """``reward``, ``temptation``, ``sucker`` or ``punishment`` of a party, per year."""
        amounts: dict[str, Quantity] | None = getattr(self, kind)
        if amounts is None:
            raise KeyError(f"matter {self.id} is given by a table and has no {kind}")
        return amounts[party].value

    def table_of(self, party: str) -> Any:
        """The explicit table of a party: nested tuples, one level per party of the treaty."""
        if self.table is None:
            raise KeyError(f"matter {self.id} has no table")
        return self.table[party]

    @model_validator(mode="before")
    @classmethod
    def _freeze_tables(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("table"), dict):
            return {**data, "table": {key: _frozen_table(cell, ("table", key)) for key, cell in data["table"].items()}}
        return data

    @model_validator(mode="after")
    def _have_one_kind_of_payoffs(self) -> Matter:
        given = [name for name in PAYOFFS if getattr(self, name) is not None]
        explicit = [name for name in ("options", "compliant", "expected", "table") if getattr(self, name) is not None]
        if explicit and given:
            raise fault(
                f"gives both {given[0]} and {explicit[0]}",
                "give reward, temptation, sucker and punishment, or options, compliant, expected and table",
            )
        if explicit:
            return self._with_a_whole_table()
        lacking = [name for name in PAYOFFS if name not in given]
        if lacking:
            raise fault(f"lacks {', '.join(lacking)}", f"add {lacking[0]} = {{ … }} with one number per party")
        return self

    def _with_a_whole_table(self) -> Matter:
        if not self.excludable:
            raise fault(
                "an explicit table does not say what a public good is worth to who is no member",
                "give reward, temptation, sucker and punishment, or leave excludable out",
                at=("excludable",),
            )
        if self.options is None or self.compliant is None or self.table is None:
            lacking = [name for name in ("options", "compliant", "table") if getattr(self, name) is None]
            raise fault(f"lacks {', '.join(lacking)}", "an explicit table needs options, compliant and table")
        if len(self.options) < 2 or len(set(self.options)) < len(self.options):
            raise fault("needs at least two different options", "list every option once", at=("options",))
        unknown = [name for name in self.compliant if name not in self.options]
        if unknown or not self.compliant:
            raise fault(
                f"names {unknown[0]!r}, which is no option" if unknown else "names no option",
                f"legal options: {', '.join(self.options)}",
                at=("compliant",),
            )
        if self.expected is not None and self.expected not in self.compliant:
            raise fault(
                f"{self.expected!r} is not a compliant option",
                f"compliant options: {', '.join(self.compliant)}",
                at=("expected",),
            )
        for party, cells in self.table.items():
            problem = _shape_problem(cells, len(self.options), len(self.table))
            if problem:
                raise fault(
                    problem,
                    f"give {' times '.join([str(len(self.options))] * len(self.table))} numbers, one level per party",
                    at=("table", party),
                )
        return self


def _frozen_table(cell: Any, place: Place) -> Any:
    if isinstance(cell, (list, tuple)):
        return tuple(_frozen_table(item, (*place, k)) for k, item in enumerate(cell))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return finite(cell)
    raise fault(f"needs a number, got {in_words(cell)}", "an explicit table holds plain numbers", at=place)


def _shape_problem(cell: Any, options: int, depth: int) -> str:
    if depth == 0:
        return "is nested too deeply" if isinstance(cell, tuple) else ""
    if not isinstance(cell, tuple):
        return "is not nested once for every party"
    if len(cell) != options:
        return f"has {len(cell)} entries where there are {options} options"
    return next(filter(None, (_shape_problem(item, options, depth - 1) for item in cell)), "")
