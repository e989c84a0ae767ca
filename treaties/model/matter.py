"""A matter: one subject of cooperation, and what each party earns from it under every way of conduct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.model.errors import Place, fault
from treaties.model.observability import Accident, Noise, Observability, accident_of, seen_of
from treaties.model.partial_compliance import SHARE, Pair, Pays, check_rule, rule_misfits
from treaties.model.quantity import Quantity, finite, in_words
from treaties.model.references import Identifier, KeyedBy, OneOrMany, PartyIds, StaysNamed

PerParty = Annotated[dict[str, Quantity], KeyedBy("party")]
PAYOFFS = ("reward", "temptation", "sucker", "punishment")
_OF_CONDUCT = ("temptation", "punishment", "observability", "accident")
_IN_PLACE_OF = {"temptation": "reward", "punishment": "sucker"}
"""What a party that owes nothing earns where the file leaves out what it cannot earn."""


@final
class Matter(BaseModel):
    """One subject of cooperation, with what each party earns from it per year.

    Either ``reward``, ``temptation``, ``sucker`` and ``punishment`` per party (conduct is then comply or breach), or
    ``options``, ``compliant``, ``expected`` and an explicit ``table`` with, for every party, one number per profile,
    nested in the order of the parties that are obliged.

    A party that is not ``obliged`` has no conduct to choose and is never in breach.  In what obliged parties earn it
    counts as one that complies; what it earns itself depends on the obliged alone: ``reward`` when all of them comply,
    ``sucker`` when none does, ``punishment`` (``sucker`` where it is left out) while the matter is out of force.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier = Field(description="Short name used in the rest of the file.")
    title: str | None = Field(default=None, description="Name as readers should see it.")
    obliged: Annotated[PartyIds, StaysNamed()] | None = Field(
        default=None,
        description="Who owes something in this matter; omitted = every party. Who owes nothing has nothing to decide "
        "in it and needs no temptation and no punishment.",
    )
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
        default=None, description="For each party, payoffs per year: [option of first obliged party][option of second]…"
    )
    observability: Observability = Field(
        default="public",
        description='"public": everyone sees conduct; "private": nobody sees the others’; { detection, false_alarm }: '
        "every year a flag on each party says, with these chances, whether it complied; or one of these per party: "
        '{ FRA = "public", DEU = "private" }.',
    )
    accident: Accident | None = Field(
        default=None,
        description="Chance (0 to 1) that conduct as agreed looks like a breach, each time it is examined; it pays "
        "nobody; one for all, or one for each party.  Omitted = never.",
    )
    pays: Pays = Field(
        default=SHARE,
        description="With three parties or more, what one earns when some of the others comply and some do not. "
        '"share of the others that comply": in proportion; "weakest link": as if none complied; "each pair": from each '
        "of the others what that one's conduct pays, on average, weighed by `pairs`; or shares of the way from "
        "nobody's to everybody's compliance by the number of others that comply: [0, 0.2, 1]. Of two parties no "
        "effect.",
    )
    pairs: tuple[Pair, ...] = Field(
        default=(), description='How much the dealings of single pairs count, for pays = "each pair".'
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

    def owes(self, party: str) -> bool:
        """Whether a party has obligations in this matter."""
        return self.obliged is None or party in self.obliged

    def mishap(self, party: str) -> float:
        """Chance that conduct as agreed of a party looks like a breach when it is examined."""
        return accident_of(self.accident, party)

    def hides(self, party: str) -> bool:
        """Whether nobody sees a party's conduct itself, but at most a flag that may be wrong."""
        return self.owes(party) and (seen_of(self.observability, party) != "public" or self.mishap(party) > 0)

    def flag(self, party: str) -> tuple[float, float] | None:
        """Chances that what looks like a breach of a party is flagged, and what does not; None without a flag."""
        seen = seen_of(self.observability, party)
        if not self.hides(party):
            return None
        if isinstance(seen, Noise):
            return seen.detection.value, seen.false_alarm.value
        return (1.0, 0.0) if seen == "public" else None

    @property
    def unseen(self) -> bool:
        """Whether conduct of some party is hidden."""
        return any(map(self.hides, self._anyone))

    @property
    def flagged(self) -> bool:
        """Whether some party has a yearly flag."""
        return any(self.flag(party) is not None for party in self._anyone)

    @property
    def slips(self) -> bool:
        """Whether conduct as agreed of some party may look like a breach."""
        return any(self.mishap(party) > 0 for party in self._anyone)

    @property
    def _anyone(self) -> tuple[str, ...]:
        """Parties of whom the matter may say different things; one without a name where it says the same of all."""
        maps = [said for said in (self.observability, self.accident) if isinstance(said, dict)]
        return self.obliged or tuple(sorted({party for said in maps for party in said})) or ("",)

    def needs_number(self, field: str, party: str) -> bool:
        """Whether a map by party has to name a party: what is said of conduct only if it owes some."""
        return field not in _OF_CONDUCT or self.owes(party)

    def misfit(self, parties: Sequence[str]) -> tuple[Place, str, str] | None:
        """What makes the matter impossible among these parties: place, problem, remedy; None if nothing does."""
        return next(rule_misfits(self.pays, self.pairs, parties), None)

    def payoff(self, kind: str, party: str) -> float:
        """``reward``, ``temptation``, ``sucker`` or ``punishment`` of a party, per year.

        A party that owes nothing has no breach to win by: its ``temptation`` is its ``reward``.
        """
        amounts: dict[str, Quantity] | None = getattr(self, kind)
        if amounts is None:
            raise KeyError(f"matter {self.id} is given by a table and has no {kind}")
        if not self.owes(party) and (kind == "temptation" or party not in amounts):
            return self.payoff(_IN_PLACE_OF[kind], party)
        return amounts[party].value

    def table_of(self, party: str) -> Any:
        """The explicit table of a party: nested tuples, one level per party that is obliged."""
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
        check_rule(self.pays, self.pairs, self.excludable)
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
        if self.pays != SHARE or self.pairs:
            raise fault(
                "an explicit table already says what every number of others that comply pays",
                "leave pays and pairs out, or give reward, temptation, sucker and punishment",
                at=("pays",),
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
            depth = len(self.table if self.obliged is None else self.obliged)
            who = "party" if self.obliged is None else "obliged party"
            problem = _shape_problem(cells, len(self.options), depth)
            if problem:
                raise fault(
                    problem,
                    f"give {' times '.join([str(len(self.options))] * depth)} numbers, one level per {who}",
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
