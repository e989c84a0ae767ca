"""Custom: a clause that the file itself writes, out of the closed vocabulary of effects; nothing in it is code."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

from pydantic import Field, field_validator, model_validator

from treaties.effects import Announcement, Effect, Examined, ProvisionContext
from treaties.effects.column_names import RESERVED
from treaties.effects.expressions import parse
from treaties.model.errors import Place, fault
from treaties.model.limits import Stated, formula
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import Quantity
from treaties.model.references import Identifier
from treaties.model.remark import Remark
from treaties.model.written_effects import (
    Award,
    Decision,
    Ending,
    Exposure,
    Part,
    Pause,
    Payment,
    Payoff,
    Sign,
    State,
    filled,
)

_PARTS = ("states", "choices", "payoffs", "scales", "suspensions", "signals", "ends", "enforced", "payments")


@final
class Custom(Provision):
    """What the clause does, part by part: states, choices, payoffs, scales, suspensions, signals, ends and payments.

    Amounts and conditions are numbers or expressions, such as ``loss * dependence`` or ``breaches.FRA.trade``; the
    handbook's page on limits and custom clauses lists what these can name.
    What is paid, open or signalled counts while the treaty operates.
    """

    title: ClassVar[str] = "Custom clause"
    mechanism: ClassVar[str] = (
        "The file says in its own words and expressions what the clause pays, opens, moves and shows; what that does "
        "to incentives follows from it."
    )
    reference: ClassVar[str] = "Crawford and Ostrom (1995)"
    real_treaty: ClassVar[str] = "Letter of Intent framework agreement (2000), part on security of supply"
    cannot_say: ClassVar[str] = (
        "Laws that look at what signals said in the same year, reviews, and amounts that depend on earlier years other "
        "than through a state."
    )
    no_neutral_terms: ClassVar[str] = "what it does is what its file writes: it is neutral if that is"

    type: Literal["custom"] = "custom"
    name: Annotated[str, Field(min_length=1, max_length=80)] = Field(description="What readers call the clause.")
    says: Annotated[str, Field(max_length=600)] | None = Field(
        default=None, description="What the clause does as a whole, in the author's words."
    )
    terms: dict[Identifier, Quantity] = Field(
        default_factory=dict, description="Numbers with a name, which expressions use and sweeps and variants change."
    )
    states: tuple[State, ...] = Field(default=(), description="State variables of its own.")
    choices: tuple[Decision, ...] = Field(default=(), description="Choices of its own, and options added to matters.")
    payoffs: tuple[Payoff, ...] = Field(default=(), description="Amounts that parties earn.")
    scales: tuple[Exposure, ...] = Field(default=(), description="Factors on what is at stake.")
    suspensions: tuple[Pause, ...] = Field(default=(), description="Where matters are out of force.")
    signals: tuple[Sign, ...] = Field(default=(), description="Public signals about conduct.")
    ends: tuple[Ending, ...] = Field(default=(), description="When the treaty ends.")
    enforced: tuple[Award, ...] = Field(default=(), description="Payments that a court or escrow makes.")
    payments: tuple[Payment, ...] = Field(default=(), description="Payments of one party to another.")

    @classmethod
    def example_terms(
        cls, signatories: Sequence[str], third_parties: Sequence[str], matters: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """A bonus for a year in which a partner complies."""
        (party, partner, *_), (matter, *_) = signatories, matters
        bonus = {
            "party": party,
            "amount": "bonus",
            "when": f"complies.{partner}.{matter}",
            "says": f"{{{party}}} earns a bonus in a year in which {{{partner}}} complies",
        }
        return {"name": "Bonus", "terms": {"bonus": 0.5}, "payoffs": [bonus]}

    @field_validator("terms")
    @classmethod
    def _be_names_of_their_own(cls, terms: dict[str, Quantity]) -> dict[str, Quantity]:
        for name in terms:
            if name in RESERVED:
                raise fault(f"{name!r} has a meaning of its own", "choose another name", (name,))
        return terms

    @model_validator(mode="after")
    def _say_something(self) -> Custom:
        if not any(self._parts()):
            raise fault("does nothing", f"write one of {', '.join(_PARTS)}")
        seen: set[str] = set(self.terms)
        for k, state in enumerate(self.states):
            if state.name in seen:
                raise fault(f"{state.name!r} is named twice", "give each its own name", ("states", k, "name"))
            seen.add(state.name)
        return self

    def _parts(self) -> Iterator[tuple[Place, Part]]:
        for name in _PARTS:
            for k, part in enumerate(getattr(self, name)):
                yield (name, k), part

    @property
    def heading(self) -> str:
        """The author's name for it."""
        return self.name

    @property
    def named_terms(self) -> Mapping[str, float]:
        """Its terms by name."""
        return {name: term.value for name, term in self.terms.items()}

    def own_names(self) -> Iterable[tuple[Place, str]]:
        """Its states and choices by name."""
        for k, state in enumerate(self.states):
            yield ("states", k, "name"), state.name
        for k, choice in enumerate(self.choices):
            if choice.name is not None:
                yield ("choices", k, "name"), choice.name

    def expressions(self) -> Iterable[Stated]:
        """Every expression of every part."""
        parts = (part.stated(place) for place, part in self._parts())
        return itertools.chain(super().expressions(), *parts)

    def in_own_words(self, names: Mapping[str, str]) -> Iterable[str]:
        """The author's words, part by part, the expressions told in words where there are none, and its terms."""
        if self.says is not None:
            yield filled(self.says, names)
        for _, part in self._parts():
            yield part.in_words(names)
        for name, term in self.terms.items():
            yield f"{name.replace('_', ' ')} {term.value:g}"

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        for party, matter in dict.fromkeys((sign.party, sign.matter) for sign in self.signals):
            yield Examined(matter, parties=(party,))

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """The parties of whose conduct its signals speak."""
        return ((("signals", k, "party"), sign.party, sign.matter) for k, sign in enumerate(self.signals))

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """Terms and states that nothing uses."""
        used = {step for stated in self.expressions() for step in _names_in(stated.text)}
        for name in self.terms:
            if name not in used:
                yield Remark("warning", f"terms.{name}", "no expression uses it", "use it, or leave it out")
        for k, state in enumerate(self.states):
            if not state.next:
                problem = f"{state.name} never moves"
                yield Remark("warning", f"states.{k}.next", problem, "say where it goes, or make it a term")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        ask = partial(formula, self, self.window(context.last_year_in_force))
        for place, part in self._parts():
            yield from part.effects(context, place, ask, self.article)


def _names_in(text: str) -> Iterator[str]:
    for path in parse(text).paths:
        yield from (path, *path.split("."))
