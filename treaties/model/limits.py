"""Limits that every clause may have: from and until which year, while what holds, and for whom it applies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from treaties.effects import (
    Announcement,
    ClockYears,
    Effect,
    ProvisionContext,
    Transfers,
    YearsInForce,
    announced_of,
    announced_within,
    applying_to,
    opening,
    party_of,
    told_of,
    within,
)
from treaties.effects.column_names import CLOCKS, Kind
from treaties.effects.evaluation import Formula, last_years
from treaties.effects.expression_words import in_words
from treaties.effects.expressions import ExpressionError, parse
from treaties.effects.limits import NO_LIMITED_TRANSFERS, Window
from treaties.effects.names import YEAR
from treaties.model.errors import Misfit, Place, fault
from treaties.model.references import PartyIds, YearOfTerm

Looks = Literal["states", "moves", "conduct", "signals"]
"""What an expression may look at: states; what is done as well; whether that is compliance; how it looks to others."""


def readable(text: str, at: Place = ()) -> str:
    """The text of an expression that can be read; raises a fault with the column of what cannot."""
    try:
        last_years(parse(text))
    except ExpressionError as error:
        shown = repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}…"
        remedy = error.remedy or "write, for example, stage >= 2"
        raise fault(f"the expression {shown} {error}", remedy, at) from None
    return text


def _readable(text: str) -> str:
    return readable(text)


SHOWN = 60
"""So many characters of an expression that cannot be read are shown."""
LIMITS = frozenset({"from_year", "until_year", "while_", "applies_to"})
"""The terms that every clause has, as attributes."""
Expression = Annotated[str, AfterValidator(_readable)]
"""The text of a condition or an amount in the small language of ``treaties.effects.expressions``."""


@final
@dataclass(frozen=True)
class Stated:
    """An expression that a clause states.

    ``place``  below the clause;  ``kind`` what it is to be;  ``looks`` at what it may.
    """

    place: Place
    text: str
    kind: Kind
    looks: Looks = "conduct"


class Limited(BaseModel, ABC):
    """A block of effects on the game, and when and for whom it has them.

    ``own_limits``  terms of these names that the clause gives a meaning of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_limits: ClassVar[frozenset[str]] = frozenset()

    from_year: YearOfTerm | None = Field(
        default=None,
        description="First year in which the clause applies, counted from entry into force (1 = the first).",
    )
    until_year: YearOfTerm | None = Field(
        default=None, description="Last year in which the clause applies, counted from entry into force."
    )
    while_: Expression | None = Field(
        default=None,
        alias="while",
        description='Condition on states, stages and events under which the clause applies, such as "stage >= 2".',
    )
    applies_to: PartyIds | None = Field(
        default=None, description="Parties whose part of the clause applies; omitted = all."
    )

    @abstractmethod
    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What this clause does to the game, in the closed vocabulary of effects."""

    def announces(self) -> Iterable[Announcement]:
        """Facts about this clause that other clauses may need (the length of a term, the period of notice)."""
        return ()

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit (``until_year``, ``while`` …), and the remedy; None if it can."""
        return None

    def expressions(self) -> Iterable[Stated]:
        """Every expression that the clause states."""
        if self.while_ is not None:
            yield Stated(("while",), self.while_, "condition", "states")

    def own_names(self) -> Iterable[tuple[Place, str]]:
        """Names that the clause gives to states and choices of its own, and where."""
        return ()

    @property
    def named_terms(self) -> Mapping[str, float]:
        """Numbers that expressions of the clause may name."""
        return {}

    @property
    @abstractmethod
    def label(self) -> str:
        """How a reader finds the clause."""

    @model_validator(mode="after")
    def _open_before_it_closes(self) -> Limited:
        first, last = self._limit("from_year"), self._limit("until_year")
        if first is not None and last is not None and last < first:
            raise fault(
                f"is {last}, before from_year ({first}): the clause never applies",
                f"choose a year from {first} on",
                at=("until_year",),
            )
        return self

    def _limit(self, name: str) -> Any:
        """A limit by name; None where there is none, or where the name is the clause's own."""
        return None if name in self.own_limits else getattr(self, name)

    @property
    def limits(self) -> dict[str, Any]:
        """The limits that the clause has, as a file names them."""
        named = {"from_year": "from_year", "until_year": "until_year", "while": "while_", "applies_to": "applies_to"}
        found = {name: self._limit(attribute) for name, attribute in named.items()}
        return {name: value for name, value in found.items() if value is not None}

    def brings(self, context: ProvisionContext) -> Iterable[Effect]:
        """Its effects, within its limits; raises ``CompilationError`` for what cannot be limited."""
        effects = self.effects(context)
        parties = self._limit("applies_to")
        if parties is not None:
            effects = applying_to(effects, parties)
        window = self.window(context.last_year_in_force)
        return effects if window.always else within(effects, opening(window))

    def tells(self, last_year: int | None) -> Iterator[Announcement]:
        """What it announces, within its limits, and the years that it tells apart.

        ``last_year``  as of ``window``.
        """
        window, parties = self.window(last_year), self._limit("applies_to")
        for said in self.announces():
            if parties is not None:
                said = announced_of(said, parties)
            yield said if window.always else announced_within(said, opening(window))
        first, last = self._limit("from_year") or 1, self._limit("until_year")
        if first > 1:
            yield YearsInForce(first - 1, of_window=True)
        if last is not None:
            yield YearsInForce(last, of_window=True)
        for stated in self.expressions():
            for clock, year in last_years(parse(stated.text)).items():
                if year:
                    yield ClockYears(year) if CLOCKS[clock] == YEAR else YearsInForce(year)

    def window(self, last_year: int | None) -> Window:
        """When it applies, in a treaty that is in force for so many years at most."""
        first, last = self._limit("from_year") or 1, self._limit("until_year")
        if last_year is not None and last is not None and last >= last_year:
            last = None
        condition = None
        if self.while_ is not None:
            condition = Formula(self.while_, f"{self.label}: while", tuple(self.named_terms.items()))
        return Window(first, last, condition, never=last_year is not None and first > last_year)

    def unfit_limits(self) -> Iterator[Misfit]:
        """Limits that this clause cannot have, whatever the treaty."""
        for name in self.limits:
            refused = self.refuses_limit(name)
            if refused is not None:
                problem, remedy = refused
                yield (name,), problem, remedy

    def limits_without_object(self, context: ProvisionContext) -> Iterator[Misfit]:
        """Limits that find nothing to limit in a treaty; raises ``CompilationError`` as ``effects`` does."""
        limits = self.limits
        if not limits:
            return
        effects = tuple(self.effects(context))
        if any(isinstance(effect, Transfers) for effect in effects):
            yield (next(iter(limits)),), *NO_LIMITED_TRANSFERS
        owners = {party_of(effect) for effect in effects} - {None}
        owners |= {party for said in self.announces() for party in told_of(said, context.parties)}
        for k, party in enumerate(limits.get("applies_to", ())):
            if party not in owners:
                what = f"nothing in it is about {party}" if owners else "nothing in it is one party's alone"
                remedy = f"it is about {', '.join(sorted(map(str, owners)))}" if owners else "leave applies_to out"
                yield ("applies_to", k), what, remedy

    def limits_in_words(self, names: Mapping[str, str]) -> str:
        """The limits as a phrase: "years 1 to 3 only, while stage is at least 2"; empty if there are none.

        ``names``  of parties, matters and events by id.
        """
        limits = self.limits
        first, last = limits.get("from_year", 1), limits.get("until_year")
        said = []
        if last is not None:
            said.append(f"year {first} only" if first == last else f"years {first} to {last} only")
        elif first > 1:
            said.append(f"from year {first} on")
        if "while" in limits:
            said.append(f"while {in_words(limits['while'], names)}")
        if "applies_to" in limits:
            said.append(f"for {' and '.join(names.get(party, party) for party in limits['applies_to'])} only")
        return ", ".join(said)


def formula(owner: Limited, window: Window, place: Place, text: str) -> Formula:
    """An expression of a clause that applies in a window, which says in errors where it stands."""
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
    where = None if window.always else opening(window)
    return Formula(text, f"{owner.label}: {field}", tuple(owner.named_terms.items()), where=where)
