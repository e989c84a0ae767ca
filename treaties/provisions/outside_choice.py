"""Outside choice: what somebody who signs nothing may do, a firm that invests or a rival that arms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.effects import (
    Bools,
    Choice,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
    ballot,
    event_variable,
)
from treaties.model.errors import Misfit, fault
from treaties.model.provision import Group, Provision
from treaties.model.quantity import Amount, Quantity
from treaties.model.references import ActorId, EventId, Identifier, MatterIds

OPEN = "still open"
"""Of a third party that has not taken an option that lasts."""
NOTHING = Quantity(value=0.0)


@final
class Pay(BaseModel):
    """What an option is worth to one party, signatory or not.

    An option is in effect in the year in which it is taken; one that lasts, in all years after that one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: ActorId = Field(description="Whose payoff it is.")
    once: Amount = Field(default=NOTHING, description="In the year in which it is taken, in the payoff unit.")
    kept: Amount = Field(
        default=NOTHING, description="Per year in which it is in effect and the treaty is in force and kept."
    )
    broken: Amount = Field(default=NOTHING, description="Per year in which it is in effect and the treaty is not.")
    in_event: Amount = Field(default=NOTHING, description="Per year in which it is in effect and the event is there.")


@final
class OutsideOption(BaseModel):
    """One thing that the third party may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Identifier = Field(description='Short name: "invest", "wait", "relocate", "arm".')
    words: str | None = Field(
        default=None, description='Taking it as a verb phrase, "invests in a plant"; omitted = by name.'
    )
    lasting: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="True if it is taken once and for all: nothing is left to choose afterwards."
    )
    pays: tuple[Pay, ...] = Field(default=(), description="What it is worth to whom; omitted = nothing to anybody.")


@final
class OutsideChoice(Provision):
    """The choice that a party with ``signatory = false`` has every year, and what it is worth to itself and to others.

    It owes nothing, so that no option is a breach.  It chooses at the same time as the signatories; whether the treaty
    is kept in a year it learns with everybody else.  A treaty is kept in a year in which it is in force, no matter that
    counts is suspended, and every signatory that has not left complies.
    """

    title: ClassVar[str] = "Outside choice"
    mechanism: ClassVar[str] = (
        "Somebody who signs nothing looks at whether the treaty will be kept: what it then sinks, withholds or answers "
        "with makes the treaty worth more or less to those who signed."
    )
    reference: ClassVar[str] = "Büthe and Milner (2008); Jervis (1978)"
    group: ClassVar[Group] = "surroundings"
    environment: ClassVar[bool] = True
    real_treaty: ClassVar[str] = (
        "Future Combat Air System of France, Germany and Spain (2017), where firms that signed nothing do the work"
    )
    cannot_say: ClassVar[str] = (
        "A third party with payoffs that only it knows, or one of many alike; side payments without a limit are solved "
        "as if it could pay and be paid too."
    )
    no_neutral_terms: ClassVar[str] = "that a third party has a choice is a choice in the game, whatever it pays"

    type: Literal["outside_choice"] = "outside_choice"
    party: ActorId = Field(description="Who chooses: a party with signatory = false.")
    options: Annotated[tuple[OutsideOption, ...], Field(min_length=2)] = Field(
        description="What it may do in a year; the first is what it does as long as it does nothing else."
    )
    matters: MatterIds = Field(default=(), description="Matters in which the treaty has to be kept; omitted = all.")
    event: EventId | None = Field(default=None, description="The event that `in_event` speaks of.")
    expected: Identifier | None = Field(
        default=None,
        description="Option that full compliance expects, so that the verdict includes that taking it is stable; "
        "omitted = it chooses as pays it.",
    )

    @classmethod
    def example_terms(
        cls, signatories: Sequence[str], third_parties: Sequence[str], matters: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """An investment that pays while the treaty is kept; None where nobody is left out of it."""
        if not third_parties:
            return None
        (firm, *_), (host, *_) = third_parties, signatories
        pays = [{"party": firm, "once": -4, "kept": 2, "broken": -1}, {"party": host, "kept": 1}]
        options = [{"name": "wait"}, {"name": "invest", "words": "invests in a plant", "lasting": True, "pays": pays}]
        return {"party": firm, "options": options}

    @model_validator(mode="after")
    def _can_be_chosen(self) -> OutsideChoice:
        names = [option.name for option in self.options]
        for k, name in enumerate(names):
            if name in names[:k]:
                raise fault(f"there are two options {name!r}", "give each its own name", at=("options", k, "name"))
        if self.options[0].lasting:
            problem = "the first option is what is done meanwhile and cannot last"
            raise fault(problem, "put another option first", at=("options", 0, "lasting"))
        if self.expected is not None and self.expected not in names:
            raise fault(f"{self.expected!r} is no option", f"options: {', '.join(names)}", at=("expected",))
        for k, option in enumerate(self.options):
            for j, pay in enumerate(option.pays):
                if pay.in_event.value and self.event is None:
                    raise fault(
                        "speaks of an event, and no event is named",
                        "add event = …",
                        at=("options", k, "pays", j, "in_event"),
                    )
        return self

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """Who signs has obligations, and no choice of this kind."""
        if self.party not in parties:
            return None
        return ("party",), f"{self.party!r} signs the treaty", "give the party signatory = false, or name another"

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        same = isinstance(other, OutsideChoice) and self.party == other.party
        return f"two clauses say what {self.party} may do" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        lasting = [option.name for option in self.options if option.lasting]
        if lasting:
            yield StateVariable(
                self._standing, (OPEN, *lasting), of_treaty=False, rank=(65, 0), usual=OPEN,
                words=f"what {{{self.party}}} has done",
            )  # fmt: skip
            yield Transition(self._standing, self._settle, self.article)
        options = []
        for k, option in enumerate(self.options):
            named = self.expected == option.name
            options.append(Option(
                option.name,
                default=k == 0,
                expected=self._everywhere if named and k else None,
                available=self._still_open if lasting else None,
                at_will=self.expected is None and k > 0,
                article=self.article,
                words=option.words or f"takes the option {option.name}",
            ))  # fmt: skip
        yield Choice(self.party, self._subject, tuple(options), procedural=True)
        for option in self.options:
            for pay in option.pays:
                if any(amount.value for amount in (pay.once, pay.kept, pay.broken, pay.in_event)):
                    yield PayoffTerm(pay.party, partial(self._worth, context, option, pay), self.article, always=True)

    @property
    def _standing(self) -> str:
        return f"what {self.party} has done"

    @property
    def _subject(self) -> str:
        return ballot(f"choice of {self.party}")

    def _everywhere(self, columns: Columns) -> Bools:
        return np.ones(columns.size, dtype=bool)

    def _still_open(self, columns: Columns) -> Bools:
        return np.equal(columns.code(self._standing), 0)

    def _settle(self, columns: Columns) -> Law:
        after = columns.code(self._standing)
        names = columns.values[self._standing]
        for option in self.options:
            if option.lasting:
                taken = columns.takes(self.party, self._subject, option.name)
                after = np.where(taken, names.index(option.name), after)
        return Law.surely(after)

    def _kept(self, context: ProvisionContext, columns: Columns) -> Bools:
        kept = columns.in_force
        for matter in self.matters or context.matters:
            for party in context.parties:
                kept = kept & (columns.complies[party, matter] | columns.departed(party))
        return kept

    def _worth(self, context: ProvisionContext, option: OutsideOption, pay: Pay, columns: Columns) -> Floats:
        taken = columns.takes(self.party, self._subject, option.name)
        effective = columns.is_value(self._standing, option.name) if option.lasting else taken
        out = np.where(taken, pay.once.value, 0.0)
        if pay.kept.value or pay.broken.value:
            yearly = np.where(self._kept(context, columns), pay.kept.value, pay.broken.value)
            out = out + np.where(effective, yearly, 0.0)
        if self.event is not None and pay.in_event.value:
            there = columns.code(event_variable(self.event)) == 1
            out = out + np.where(effective & there, pay.in_event.value, 0.0)
        return out
