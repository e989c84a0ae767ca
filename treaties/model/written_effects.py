"""Effects that a file writes itself: the closed vocabulary of ``treaties.effects``, one model each.

Amounts and conditions are expressions (text), or numbers with a range.  Every part turns itself into effects, says
which expressions it states and where, and tells itself in words.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal, final

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from treaties.effects import (
    STATUS,
    Amount,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Condition,
    Effect,
    Enforced,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transition,
)
from treaties.effects.column_names import RESERVED
from treaties.effects.evaluation import Formula
from treaties.effects.expression_words import in_words
from treaties.model.errors import Place, fault
from treaties.model.limits import Expression, Looks, Stated, readable
from treaties.model.quantity import NonNegativeAmount, NonNegativeNumber, Probability, Quantity, finite
from treaties.model.references import Identifier, MatterId, NamesSomething, OneOrMany, PartyId, PartyIds, Years

MOST_VALUES = 200
"""A state variable of more values is refused: each multiplies the states."""


def _text_or_number(value: Any) -> str:
    return "[text]" if isinstance(value, str) else "[number]"


Written = Annotated[
    Annotated[Expression, Tag("[text]")] | Annotated[Quantity, Tag("[number]")], Discriminator(_text_or_number)
]
"""An amount: an expression, or a number that may have a range."""
WrittenChance = Annotated[
    Annotated[Expression, Tag("[text]")] | Annotated[Probability, Tag("[number]")], Discriminator(_text_or_number)
]
"""The same of a chance."""
WrittenFromZero = Annotated[
    Annotated[Expression, Tag("[text]")] | Annotated[NonNegativeAmount, Tag("[number]")], Discriminator(_text_or_number)
]
"""The same of an amount that is never negative."""
WrittenFactor = Annotated[
    Annotated[Expression, Tag("[text]")] | Annotated[NonNegativeNumber, Tag("[number]")], Discriminator(_text_or_number)
]
"""The same of a factor."""


def _value(data: Any) -> Any:
    return data if isinstance(data, str) else finite(data)


Value = Annotated[float | str, BeforeValidator(_value), NamesSomething()]
"""A value of a state variable: a number or a text."""
Ask = Callable[[Place, str], Formula]
"""Makes a formula of an expression that stands at a place below the clause."""
Names = Mapping[str, str]


class Part(BaseModel, ABC):
    """One effect that a file writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        default=None, description="What this does, in the author's words; omitted = the expressions told in words."
    )

    @abstractmethod
    def stated(self, place: Place) -> Iterator[Stated]:
        """The expressions of the part, which stands at a place below the clause."""

    @abstractmethod
    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """What it does to the game."""

    @abstractmethod
    def told(self, names: Names) -> str:
        """What it does in words, where the author gives none."""

    def in_words(self, names: Names) -> str:
        """What it does: in the author's words, or its expressions told in words."""
        return self.told(names) if self.says is None else filled(self.says, names)


class Named(Part, ABC):
    """A part that has a name; what the author says of it stands in place of that."""

    name: Identifier = Field(description="What expressions and tables call it.")
    says: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        default=None, description="What readers see in place of its name, ids of parties and matters in braces."
    )

    def in_words(self, names: Names) -> str:
        """Its expressions told in words."""
        return self.told(names)

    @property
    def words(self) -> str:
        """What readers see in place of its name, ids in braces."""
        return self.says or self.name.replace("_", " ")


def filled(text: str, names: Names) -> str:
    """The author's words with names where they have ids of parties and matters in braces."""
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)


def _conditions(place: Place, looks: Looks, **given: str | None) -> Iterator[Stated]:
    for name, text in given.items():
        if text is not None:
            yield Stated((*place, name), text, "condition", looks)


def _amounts(place: Place, looks: Looks, **given: str | Quantity | None) -> Iterator[Stated]:
    for name, value in given.items():
        if isinstance(value, str):
            yield Stated((*place, name), value, "number", looks)


def _amount(value: str | Quantity, when: str | None, place: Place, ask: Ask, name: str, times: float = 1.0) -> Amount:
    """So many times an amount, the field ``name`` of the part at a place, where its condition holds."""
    amount = ask((*place, name), value) if isinstance(value, str) else value.value
    return partial(_paid, amount, _asked(when, (*place, "when"), ask), times)


def _paid(amount: Formula | float, condition: Condition | None, times: float, columns: Columns) -> Floats:
    where = None if condition is None else condition(columns)
    value = times * _worked_out(amount, columns, where)
    return value if where is None else np.where(where, value, 0.0)


def _worked_out(amount: Formula | float, columns: Columns, needed: Bools | None) -> Floats:
    return amount.amount(columns, needed) if isinstance(amount, Formula) else columns.constant(amount)


def _chance(value: str | Quantity | None, place: Place, ask: Ask) -> Formula | float:
    if isinstance(value, str):
        return replace(ask(place, value), least=0.0, most=1.0)
    return 1.0 if value is None else value.value


def _asked(text: str | None, place: Place, ask: Ask) -> Condition | None:
    return None if text is None else ask(place, text).holds


def _number_told(value: str | Quantity, names: Names) -> str:
    return in_words(value, names) if isinstance(value, str) else f"{value.value:g}"


def _if_told(when: str | None, names: Names, word: str = "if") -> str:
    return "" if when is None else f" {word} {in_words(when, names)}"


def _who(parties: Iterable[str], names: Names) -> str:
    return " and ".join(names.get(party, party) for party in parties)


@final
class Step(BaseModel):
    """Where a state variable goes: the first step whose condition holds decides; where none does it stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Expression | None = Field(default=None, description="Condition on states and conduct; omitted = always.")
    to: Value = Field(
        description='The next value: a number, an expression such as "min(know_how + 1, 3)", or one of the texts.'
    )
    chance: WrittenChance | None = Field(default=None, description="Chance (0 to 1), else it stays; omitted = surely.")


@final
class State(Named):
    """A state variable of the clause's own."""

    values: Annotated[tuple[Value, ...], Field(min_length=2)] = Field(
        description=f"Its values in order, all numbers or all texts (2 to {MOST_VALUES})."
    )
    initial: Value | None = Field(default=None, description="Its value at the start; omitted = the first.")
    party: PartyId | None = Field(default=None, description="The party whose variable it is, if any.")
    lapses: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="True if it goes back to the start when the treaty ends; false for the world around."
    )
    clock: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if it stands still under notice, as years and stages do."
    )
    next: tuple[Step, ...] = Field(default=(), description="Where it goes each year, the first that holds.")

    @model_validator(mode="after")
    def _have_values(self) -> State:
        if len(self.values) > MOST_VALUES:
            problem = f"has {len(self.values):,} values, and each multiplies the states"
            raise fault(problem, f"use at most {MOST_VALUES}, in wider steps", at=("values",))
        texts = [isinstance(value, str) for value in self.values]
        if any(texts) != all(texts):
            raise fault("mixes numbers and texts", "use numbers or texts alone", at=("values",))
        if len(set(self.values)) < len(self.values):
            raise fault("names a value twice", "name each once", at=("values",))
        if self.initial is not None and self.initial not in self.values:
            raise fault(f"{self.initial!r} is none of the values", "choose one of them", at=("initial",))
        for k, step in enumerate(self.next):
            if isinstance(step.to, str) and not texts[0]:
                readable(step.to, ("next", k, "to"))
            elif step.to not in self.values:
                told = ", ".join(map(_plain, self.values[:12]))
                raise fault(f"{_plain(step.to)} is none of its values", f"values: {told}", at=("next", k, "to"))
        if self.name in RESERVED:
            raise fault(f"{self.name!r} has a meaning of its own", "choose another name", at=("name",))
        return self

    @property
    def texts(self) -> bool:
        """Whether the values are texts."""
        return isinstance(self.values[0], str)

    @property
    def _numbers(self) -> tuple[float, ...]:
        return tuple(float(value) for value in self.values)

    def stated(self, place: Place) -> Iterator[Stated]:
        """The expressions of its steps."""
        for k, step in enumerate(self.next):
            here = (*place, "next", k)
            yield from _conditions(here, "conduct", when=step.when)
            if isinstance(step.to, str) and not self.texts:
                yield Stated((*here, "to"), step.to, "number", "conduct")
            yield from _amounts(here, "conduct", chance=step.chance)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The variable and its law."""
        rank = (80, -1 if self.party is None else context.parties.index(self.party))
        yield StateVariable(
            self.name,
            tuple(int(v) if isinstance(v, float) and v.is_integer() else v for v in self.values),
            initial=0 if self.initial is None else self.values.index(self.initial),
            of_treaty=self.lapses,
            clock=self.clock,
            rank=rank,
            party=self.party,
            words=self.words,
        )
        if self.next:
            yield Transition(self.name, partial(self._law, tuple(self._steps(place, ask))), article)

    def _steps(self, place: Place, ask: Ask) -> Iterator[tuple[Condition | None, Formula | int, Formula | float]]:
        for k, step in enumerate(self.next):
            here = (*place, "next", k)
            goes = isinstance(step.to, str) and not self.texts
            target = ask((*here, "to"), str(step.to)) if goes else self.values.index(step.to)
            yield _asked(step.when, (*here, "when"), ask), target, _chance(step.chance, (*here, "chance"), ask)

    def _law(self, steps: tuple[tuple[Condition | None, Formula | int, Formula | float], ...], columns: Columns) -> Law:
        now = columns.code(self.name)
        target, chance = now, columns.constant(1.0)
        left = np.ones(columns.size, dtype=bool)
        for condition, goes, likely in steps:
            here = left if condition is None else left & condition(columns)
            left = left & ~here
            if isinstance(goes, Formula):
                target = np.where(here, goes.code(columns, self._numbers, here), target)
            else:
                target = np.where(here, goes, target)
            chance = np.where(here, _worked_out(likely, columns, here), chance)
        if all(likely == 1.0 for _, _, likely in steps):
            return Law.surely(target)
        return Law(np.stack([target, now], axis=1), np.stack([chance, 1.0 - chance], axis=1))

    def told(self, names: Names) -> str:
        """Its values and where it goes."""
        said = [f"{filled(self.words, names)} is {_plain(self.values[0])} to {_plain(self.values[-1])}"]
        for step in self.next:
            to = step.to if isinstance(step.to, str) and self.texts else in_words(_plain(step.to), names)
            likely = "" if step.chance is None else f" with chance {_number_told(step.chance, names)}"
            said.append(f"becomes {to}{likely}{_if_told(step.when, names)}")
        return ", ".join(said)


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


@final
class Move(BaseModel):
    """One option of a choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="What expressions and tables call it.")
    says: str | None = Field(default=None, description='Taking it as a verb phrase: "screens deliveries".')
    default: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if the plan takes it where nothing else is expected."
    )
    compliant: Annotated[bool, Field(strict=True)] = Field(default=True, description="False if it is a breach.")
    suspends: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if it takes the matter out of force for the year."
    )
    available: Expression | None = Field(default=None, description="Where it is open; omitted = always.")
    expected: Expression | None = Field(default=None, description="Where the plan takes it although no default.")


@final
class Decision(Part):
    """A choice of its own, or more options in a matter."""

    party: PartyIds = Field(description="Who decides, each for itself.")
    matter: MatterId | None = Field(default=None, description="The matter to whose conduct the options are added.")
    name: Identifier | None = Field(default=None, description="What a choice of its own is called.")
    options: Annotated[tuple[Move, ...], Field(min_length=1)] = Field(description="The options in order.")

    @model_validator(mode="after")
    def _be_a_choice(self) -> Decision:
        if (self.matter is None) == (self.name is None):
            raise fault("needs a matter or a name, one of the two", "name the matter, or the choice")
        defaults = sum(option.default for option in self.options)
        if self.name is not None and defaults != 1:
            raise fault(f"has {defaults} options that are the default", "give one option default = true", ("options",))
        if self.matter is not None and defaults:
            raise fault("changes what is usual in the matter", "leave default out", ("options",))
        names = [option.name for option in self.options]
        if len(set(names)) < len(names):
            raise fault("names an option twice", "name each once", ("options",))
        return self

    def stated(self, place: Place) -> Iterator[Stated]:
        """Where options are open and expected."""
        for k, option in enumerate(self.options):
            here = (*place, "options", k)
            yield from _conditions(here, "states", available=option.available, expected=option.expected)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The choice of every party."""
        options = tuple(
            Option(
                option.name,
                compliant=option.compliant,
                default=option.default,
                expected=_asked(option.expected, (*place, "options", k, "expected"), ask),
                available=partial(_open, _asked(option.available, (*place, "options", k, "available"), ask)),
                suspends=option.suspends,
                article=article,
                words=option.says,
            )
            for k, option in enumerate(self.options)
        )
        for party in self.party:
            procedural = self.matter is None and all(option.compliant for option in self.options)
            yield Choice(party, self.matter or str(self.name), options, procedural)

    def told(self, names: Names) -> str:
        """Who may do what."""
        where = names.get(self.matter, self.matter) if self.matter else str(self.name).replace("_", " ")
        may = " or ".join(f"{option.name}{_if_told(option.available, names)}" for option in self.options)
        return f"{_who(self.party, names)} may choose in {where}: {may}"


def _open(condition: Condition | None, columns: Columns) -> Bools:
    return columns.operating if condition is None else columns.operating & condition(columns)


@final
class Payoff(Part):
    """An amount that a party earns in a year."""

    party: PartyIds = Field(description="Who earns it, each the whole.")
    amount: Written = Field(description="The amount per year in the payoff unit, negative for a cost.")
    when: Expression | None = Field(default=None, description="Condition on states and conduct; omitted = every year.")
    always: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if it is earned after the end of the treaty as well."
    )

    def stated(self, place: Place) -> Iterator[Stated]:
        """Amount and condition."""
        yield from _amounts(place, "conduct", amount=self.amount)
        yield from _conditions(place, "conduct", when=self.when)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """One term per party."""
        for party in self.party:
            yield PayoffTerm(party, _amount(self.amount, self.when, place, ask, "amount"), article, self.always)

    def told(self, names: Names) -> str:
        """Who earns what, when."""
        said = f"{_who(self.party, names)} earns {_number_told(self.amount, names)}{_if_told(self.when, names)}"
        return f"{said}, after the end too" if self.always else said


@final
class Exposure(Part):
    """A factor on what is at stake in a matter."""

    matter: MatterId | None = Field(default=None, description="The matter; omitted = all.")
    factor: WrittenFactor = Field(description="The factor, 0 or more; 1 leaves it as it is.")
    what: Literal["risk", "stakes"] = Field(
        default="risk",
        description="`risk` scales what breach wins and what being betrayed costs; `stakes` scales all payoffs around "
        "the outside option.",
    )

    def stated(self, place: Place) -> Iterator[Stated]:
        """The factor."""
        yield from _amounts(place, "conduct", factor=self.factor)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The scale."""
        factor = self.factor.value if isinstance(self.factor, Quantity) else None
        worked = replace(ask((*place, "factor"), str(self.factor)), least=0.0) if factor is None else factor
        yield Scale(self.matter, partial(_paid, worked, None, 1.0), self.what, article)

    def told(self, names: Names) -> str:
        """What is scaled by what."""
        on = "all matters" if self.matter is None else names.get(self.matter, self.matter)
        are = "is" if self.what == "risk" else "are"
        return f"the {self.what} on {on} {are} scaled by {_number_told(self.factor, names)}"


@final
class Pause(Part):
    """A matter out of force for a year."""

    matter: MatterId = Field(description="The matter.")
    party: PartyId | None = Field(default=None, description="The party that then takes no part; omitted = everybody.")
    when: Expression = Field(description="Condition on states and on options taken, not on compliance.")

    def stated(self, place: Place) -> Iterator[Stated]:
        """The condition."""
        yield from _conditions(place, "moves", when=self.when)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The suspension."""
        yield Suspension(self.matter, ask((*place, "when"), self.when).holds, self.party, article)

    def told(self, names: Names) -> str:
        """What is out of force, when."""
        for_whom = "" if self.party is None else f" for {names.get(self.party, self.party)}"
        return f"{names.get(self.matter, self.matter)} is out of force{for_whom}{_if_told(self.when, names)}"


@final
class Sign(Named):
    """A public signal about a party's conduct in a matter."""

    party: PartyId = Field(description="The party of whose conduct it speaks.")
    matter: MatterId = Field(description="The matter.")
    values: Annotated[tuple[str, ...], Field(min_length=2, max_length=8)] = Field(
        description="What it can say (2 to 8); the first where there is nothing to say."
    )
    chances: Annotated[tuple[WrittenChance, ...], Field(min_length=1, max_length=7)] = Field(
        description="Chance of every value but the first, which has the rest."
    )
    flags: Annotated[tuple[str, ...], OneOrMany] = Field(default=(), description="Values that accuse the party.")
    clean: Annotated[tuple[str, ...], OneOrMany] = Field(default=(), description="Values that certify its conduct.")

    @model_validator(mode="after")
    def _say_something_known(self) -> Sign:
        if len(self.chances) != len(self.values) - 1:
            problem = f"gives {len(self.chances)} chances for {len(self.values)} values"
            raise fault(problem, "give one for every value but the first", ("chances",))
        for name in ("flags", "clean"):
            for k, value in enumerate(getattr(self, name)):
                if value not in self.values:
                    raise fault(f"{value!r} is none of the values", f"values: {', '.join(self.values)}", (name, k))
        return self

    def stated(self, place: Place) -> Iterator[Stated]:
        """The chances."""
        for k, chance in enumerate(self.chances):
            if isinstance(chance, str):
                yield Stated((*place, "chances", k), chance, "number", "signals")

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The signal."""
        chances = tuple(_chance(chance, (*place, "chances", k), ask) for k, chance in enumerate(self.chances))
        yield Signal(
            self.name, self.values, partial(self._law, article, chances), self.party, self.matter,
            flags=self.flags, clean=self.clean, article=article, words=self.words,
        )  # fmt: skip

    def _law(self, article: str, chances: tuple[Formula | float, ...], columns: Columns) -> Floats:
        """Where the treaty operates and there is conduct to speak of; elsewhere it has nothing to say."""
        there = columns.operating & columns.acts(self.party, self.matter)
        said = [np.where(there, _worked_out(chance, columns, there), 0.0) for chance in chances]
        total = np.sum(said, axis=0)
        if np.any(total > 1.0 + 1e-12):
            raise CompilationError(
                f"article {article}: the chances of the signal {self.name!r} add up to {total.max():g}; "
                "let them add up to at most 1"
            )
        return np.stack([np.maximum(1.0 - total, 0.0), *said], axis=1)

    def told(self, names: Names) -> str:
        """What it says, how likely."""
        likely = [
            f"{value} with chance {_number_told(chance, names)}"
            for value, chance in zip(self.values[1:], self.chances, strict=True)
        ]
        return f"{filled(self.words, names)} says of {names.get(self.party, self.party)} {', '.join(likely)}"


@final
class Ending(Part):
    """The end of the treaty."""

    when: Expression = Field(description="Condition on states and conduct on which the treaty ends.")
    chance: WrittenChance | None = Field(
        default=None, description="Chance (0 to 1) that it then does; omitted = surely."
    )

    def stated(self, place: Place) -> Iterator[Stated]:
        """Condition and chance."""
        yield from _conditions(place, "conduct", when=self.when)
        yield from _amounts(place, "conduct", chance=self.chance)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """A move of the status."""
        when = ask((*place, "when"), self.when).holds
        chance = _chance(self.chance, (*place, "chance"), ask)
        yield Transition(STATUS, partial(_ends, when, chance), article)

    def told(self, names: Names) -> str:
        """When it ends."""
        likely = "" if self.chance is None else f" with chance {_number_told(self.chance, names)}"
        return f"the treaty ends{likely}{_if_told(self.when, names)}"


def _ends(when: Condition, chance: Formula | float, columns: Columns) -> Law:
    where, status = when(columns), columns.code(STATUS)
    ended = len(columns.values[STATUS]) - 1
    if chance == 1.0:
        return Law.surely(np.where(where, ended, status))
    likely = np.where(where, _worked_out(chance, columns, where), 0.0)
    return Law(np.stack([status, np.full(columns.size, ended)], axis=1), np.stack([1.0 - likely, likely], axis=1))


@final
class Award(Part):
    """A payment that a court or an escrow enforces, whatever the parties want."""

    payer: PartyId = Field(description="Who pays.")
    payees: PartyIds | None = Field(default=None, description="Who shares it equally; omitted = all others.")
    amount: WrittenFromZero = Field(description="Face value per year, 0 or more, in the payoff unit.")
    when: Expression | None = Field(default=None, description="Condition on states and conduct; omitted = every year.")
    delay_years: Years = Field(default=0, description="Years until it is paid.")
    upheld: Probability = Field(default=Quantity(value=1.0), description="Chance (0 to 1) that it is upheld and paid.")
    matter: MatterId | None = Field(default=None, description="The matter whose breach it answers, if any.")

    def stated(self, place: Place) -> Iterator[Stated]:
        """Amount and condition."""
        yield from _amounts(place, "conduct", amount=self.amount)
        yield from _conditions(place, "conduct", when=self.when)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The enforced payment."""
        payees = self.payees or tuple(party for party in context.parties if party != self.payer)
        amount = self.amount.value if isinstance(self.amount, Quantity) else None
        worked = replace(ask((*place, "amount"), str(self.amount)), least=0.0) if amount is None else amount
        owed = partial(_paid, worked, _asked(self.when, (*place, "when"), ask), 1.0)
        yield Enforced(self.payer, payees, owed, self.delay_years, self.upheld.value, article, self.matter)

    def told(self, names: Names) -> str:
        """Who owes what, when."""
        to = "the others" if self.payees is None else _who(self.payees, names)
        late = f", paid {self.delay_years} years later" if self.delay_years else ""
        sure = "" if self.upheld.value == 1.0 else f" with chance {self.upheld.value:g}"
        owes = f"{names.get(self.payer, self.payer)} owes {to} {_number_told(self.amount, names)}"
        return f"{owes}{_if_told(self.when, names)}{late}{sure}"


@final
class Payment(Part):
    """A payment that one party makes to another as the text fixes it."""

    payer: PartyId = Field(description="Who pays.")
    payee: PartyId = Field(description="Who is paid.")
    amount: Written = Field(description="The amount per year, in the payoff unit.")
    when: Expression | None = Field(default=None, description="Condition on states and conduct; omitted = every year.")

    @model_validator(mode="after")
    def _pay_another(self) -> Payment:
        if self.payer == self.payee:
            raise fault(f"{self.payee!r} would pay itself", "name another party", ("payee",))
        return self

    def stated(self, place: Place) -> Iterator[Stated]:
        """Amount and condition."""
        yield from _amounts(place, "conduct", amount=self.amount)
        yield from _conditions(place, "conduct", when=self.when)

    def effects(self, context: ProvisionContext, place: Place, ask: Ask, article: str) -> Iterable[Effect]:
        """The same amount on both sides."""
        for party, sign in ((self.payer, -1.0), (self.payee, 1.0)):
            yield PayoffTerm(party, _amount(self.amount, self.when, place, ask, "amount", sign), article)

    def told(self, names: Names) -> str:
        """Who pays whom what, when."""
        who, whom = names.get(self.payer, self.payer), names.get(self.payee, self.payee)
        return f"{who} pays {whom} {_number_told(self.amount, names)}{_if_told(self.when, names)}"
