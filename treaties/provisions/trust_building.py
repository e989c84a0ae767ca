"""Trust-building measures: costly steps that each party may take or omit, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from treaties.effects import (
    IN_FORCE,
    OMIT,
    RATIFICATION,
    STATUS,
    TAKE,
    YEARS_IN_FORCE,
    Announcement,
    Bools,
    Choice,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    StagesHeld,
    StateVariable,
    Term,
    Transition,
    YearsInForce,
)
from treaties.model.errors import fault
from treaties.model.provision import Provision, TreatyText
from treaties.model.quantity import Amount, NonNegativeAmount, Quantity
from treaties.model.references import MatterId, PartyId, Years
from treaties.model.remark import Remark


@final
class Measure(BaseModel):
    """One measure: who takes it, when it is due, what it costs once, and what it costs a party of another type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: PartyId = Field(description="The party that takes it.")
    year: Years = Field(default=0, description="Years in force after which it is due (0 = at signature).")
    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="What it is called.")
    cost: NonNegativeAmount = Field(description="What it costs the party once, in the payoff unit.")
    cost_if: dict[str, NonNegativeAmount] = Field(
        default={}, description="What it costs the party instead if it is of a type, by the type's name."
    )


@final
class Irreversible(BaseModel):
    """What a measure changes for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temptation: Amount = Field(
        default=Quantity(value=0.0),
        description="Added, by each measure taken, to what the party's breach earns while all others comply, per year.",
    )

    @model_validator(mode="after")
    def _tempt_less(self) -> Irreversible:
        if self.temptation.highest > 0:
            raise fault(
                f"would raise the party's own temptation by {self.temptation.highest:g}",
                "give a number of at most 0",
                at=("temptation",),
            )
        return self


@final
class TrustBuilding(Provision):
    """Measures that a party may take or omit from the year on in which they are due, each once.

    Everyone sees whether a measure is taken.  To omit one is no breach: it may be taken in any later year, and what
    it opens waits until then.  The plan takes all of them when they are due.
    """

    title: ClassVar[str] = "Trust-building measures"
    mechanism: ClassVar[str] = (
        "A step that costs a reliable party less than an unreliable one shows which of the two it is; too cheap, it "
        "convinces nobody, too dear, nobody dares it. One that cannot be undone lowers what a breach would win."
    )
    reference: ClassVar[str] = "Spence (1973); Kydd (2000)"
    real_treaty: ClassVar[str] = "Joint Comprehensive Plan of Action (2015), annex V, Implementation Day (recalled)"
    cannot_say: ClassVar[str] = "A measure that is taken in part, in secret, or back again."
    no_neutral_terms: ClassVar[str] = "a measure is a choice of its own, whatever it costs and opens"

    type: Literal["trust_building"] = "trust_building"
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=6)] = Field(
        description="The measures: party, year, name, cost, cost_if."
    )
    opens: Literal["nothing", "stage", "entry"] = Field(
        default="nothing",
        description="What waits for the measures that are due: `nothing`, the next `stage` of a staged clause, or the "
        "`entry` into force of the treaty.",
    )
    irreversible: Irreversible | None = Field(
        default=None, description="What each measure lowers for good: the temptation of the party that takes it."
    )
    matter: MatterId | None = Field(
        default=None, description="The matter in which temptation is lowered; omitted = each."
    )

    @classmethod
    def example_terms(
        cls, signatories: Sequence[str], third_parties: Sequence[str], matters: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """One measure of each of the first two parties."""
        return {"measures": [{"party": party, "name": "open depots", "cost": 1} for party in signatories[:2]]}

    @field_validator("measures")
    @classmethod
    def _tell_them_apart(cls, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        known: set[tuple[str, str]] = set()
        for k, measure in enumerate(measures):
            if (measure.party, measure.name) in known:
                problem = f"{measure.party} has two measures called {measure.name!r}"
                raise fault(problem, "give each a name of its own", at=(k, "name"))
            known.add((measure.party, measure.name))
        return measures

    @model_validator(mode="after")
    def _be_due_before_entry(self) -> TrustBuilding:
        for k, measure in enumerate(self.measures if self.opens == "entry" else ()):
            if measure.year:
                raise fault(
                    f"is {measure.year}, counted from an entry into force that waits for the measure",
                    'let it be 0, or choose opens = "stage"',
                    at=("measures", k, "year"),
                )
        return self

    def announces(self) -> Iterable[Announcement]:
        """What other clauses need to know of this one."""
        if last := max(measure.year for measure in self.measures):
            yield YearsInForce(last)
        if self.opens == "stage":
            yield StagesHeld(self._held)

    def refuses_limit(self, name: str) -> tuple[str, str] | None:
        """Why the clause cannot have a limit."""
        if name == "applies_to":
            return "every measure names its party", "leave it out, and list the measures of the parties concerned"
        if self.opens == "entry":
            return "years count from entry into force, which waits for the measures", "leave it out"
        return None

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about this clause in a treaty."""
        staged = any(len(getattr(clause, "stages", ())) > 1 for clause in treaty.provisions)
        if self.opens == "stage" and not staged:
            yield Remark("warning", "opens", "no clause has a stage that could wait", "add a staged_derisking clause")
        years = treaty.context.shortest_term
        for k, measure in enumerate(self.measures):
            if years is not None and measure.year >= years:
                problem = f"{measure.name} is due {measure.year} years into a term of {years}: it is never taken"
                yield Remark("warning", f"measures.{k}.year", problem, f"let it be due before year {years}")
        yield from self._of_types(treaty)
        for matter in treaty.matters if self._lowered else ():
            if matter.table is not None and self.matter in (None, matter.id):
                problem = f"{matter.id} is given by a table, in which every breach counts as tempted"
                yield Remark("note", "irreversible", problem)

    def _of_types(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is odd about the costs of types."""
        for k, measure in enumerate(self.measures):
            (party,) = (party for party in treaty.parties if party.id == measure.party)
            conducts = {one.name: one.conduct for one in party.type}
            for name in measure.cost_if:
                where = f"measures.{k}.cost_if"
                if name not in conducts:
                    known = ", ".join(conducts) or "none"
                    yield Remark("error", where, f"{measure.party} has no type {name!r}; its types: {known}")
                elif conducts[name] != "strategic":
                    problem = f"{name} follows a rule of its own, and takes the measure whatever it costs"
                    yield Remark("note", where, problem, 'give the type conduct = "strategic"')

    def clash_with(self, other: Provision) -> str | None:
        """What both clauses claim."""
        if isinstance(other, TrustBuilding) and self.article == other.article:
            return "two clauses of the kind trust_building have the same article number"
        if self.opens == "entry" and isinstance(other, TrustBuilding) and other.opens == "entry":
            return "the entry into force waits for two clauses; list all measures in one"
        if self.opens == "entry" and getattr(other, "granted_per_year", None) is not None:
            return "the entry into force waits for both"
        return None

    def of_type(self, party: str, name: str) -> TrustBuilding:
        """The clause as it is for a party of the type of this name: what its measures cost it then."""
        own = tuple(
            measure.model_copy(update={"cost": measure.cost_if[name]})
            if measure.party == party and name in measure.cost_if
            else measure
            for measure in self.measures
        )
        return self if own == self.measures else self.model_copy(update={"measures": own})

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        term = context.said(Term)
        lasts = bool(self._lowered and term is not None and term.survives)
        for place, measure in enumerate(self.measures):
            yield StateVariable(
                self._named(measure),
                ("not taken", "taken"),
                of_treaty=not lasts,
                rank=(38, place),
                party=measure.party,
                words=f"{measure.name} of {{{measure.party}}}",
                citing=self._under,
            )
            yield Transition(self._named(measure), partial(self._done, measure), self.article)
            yield Choice(measure.party, self._named(measure), tuple(self._options(measure)), procedural=True)
            if measure.cost.value:
                # Before entry into force the treaty does not operate, and a measure costs what it costs.
                yield PayoffTerm(measure.party, partial(self._cost, measure), self.article, always=True)
            if self._lowered:
                yield PayoffTerm(measure.party, partial(self._less, context, measure), self.article, always=lasts)
        if self.opens == "entry":
            yield StateVariable(RATIFICATION, ("pending", "granted"), rank=(1, 0), usual="granted")
            yield Transition(RATIFICATION, self._enters, self.article)

    def _options(self, measure: Measure) -> Iterable[Option]:
        due = partial(self._due, measure)
        for name, verb in ((TAKE, "takes"), (OMIT, "omits")):
            yield Option(
                name,
                default=name == TAKE,
                available=due,
                article=self.article,
                words=f"{verb} a measure: {measure.name}",
                citing=self._under,
            )

    @property
    def _lowered(self) -> float:
        """By what each measure changes the temptation of the party that takes it."""
        return 0.0 if self.irreversible is None else self.irreversible.temptation.value

    @property
    def _under(self) -> str:
        return "" if self.article == "-" else f" under article {self.article}"

    def _named(self, measure: Measure) -> str:
        """The name of a measure's state variable, and of the choice."""
        return f"{measure.name} of {measure.party}{self._under}"

    def _due(self, measure: Measure, columns: Columns) -> Bools:
        """Where a measure is due and has not been taken."""
        if self.opens == "entry":
            due = (columns.code(STATUS) == IN_FORCE) & (columns.code(RATIFICATION) == 0)
        else:
            due = columns.in_force & ~columns.departed(measure.party)
        if measure.year:
            due = due & (columns.code(YEARS_IN_FORCE) >= measure.year)
        return np.asarray(due & (columns.code(self._named(measure)) == 0))

    def _takes(self, measure: Measure, columns: Columns) -> Bools:
        return columns.takes(measure.party, self._named(measure), TAKE)

    def _done(self, measure: Measure, columns: Columns) -> Law:
        return Law.surely(np.where(self._takes(measure, columns), 1, columns.code(self._named(measure))))

    def _held(self, columns: Columns) -> Bools:
        """Where a measure that is due has not been taken by the end of the year."""
        missing = [self._due(measure, columns) & ~self._takes(measure, columns) for measure in self.measures]
        return np.asarray(np.logical_or.reduce(missing))

    def _enters(self, columns: Columns) -> Law:
        granted = columns.code(RATIFICATION)
        waits = (columns.code(STATUS) != IN_FORCE) | self._held(columns)
        return Law.surely(np.where(waits, granted, 1))

    def _cost(self, measure: Measure, columns: Columns) -> Floats:
        return np.where(self._takes(measure, columns), -measure.cost.value, 0.0)

    def _less(self, context: ProvisionContext, measure: Measure, columns: Columns) -> Floats:
        """The change of what a breach of the party earns, in proportion to the other members that comply."""
        others = [party for party in context.parties if party != measure.party]
        here = np.sum([~columns.departed(party) for party in others], axis=0)
        won = columns.constant(0.0)
        for matter in context.matters if self.matter is None else (self.matter,):
            if measure.party in context.obliged(matter):
                complying = np.sum([columns.complies[party, matter] for party in others], axis=0)
                share = complying / np.maximum(here, 1)
                breaks = columns.acts(measure.party, matter) & ~columns.complies[measure.party, matter]
                won = won + share * breaks
        return np.asarray(self._lowered * (columns.code(self._named(measure)) == 1) * won)
