"""What a treaty's amounts, chances and conditions say in another world, each of the few entries that it tells apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Floats, Ints
from games.numerics.numbering import numbered
from treaties.compiling.compile import Compiler, Frame
from treaties.compiling.conduct import with_conduct
from treaties.compiling.law_terms import NONE, ONE
from treaties.compiling.merging import MergedChoice, merge_choices, proposed, while_in_force
from treaties.compiling.observation import TOLERANCE, Observation, alike, chances_of, signals_of
from treaties.compiling.payoffs import matter_payoff, outside, party_terms, payoff_parts
from treaties.compiling.reads import Arrays, Reader, Sample, Uneven, sample
from treaties.compiling.retold import Restructured, Told, same_function
from treaties.effects import (
    Amount,
    Choice,
    Columns,
    Enforced,
    Negotiation,
    PayoffTerm,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transition,
)
from treaties.model.matter import Matter
from treaties.model.treaty import Treaty


@final
class Now:
    """A treaty in one world, and what its effects are made of.

    ``options``  names of options by party and matter, if they are others than where the treaty was compiled.
    """

    def __init__(
        self,
        treaty: Treaty,
        told: Told,
        observation: Observation | None,
        options: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
    ) -> None:
        self.treaty, self.told, self.observation = treaty, told, observation
        self.effects: tuple[Any, ...] = told.effects
        self.options = options

    @cached_property
    def scales(self) -> list[Scale]:
        """What scales exposure."""
        return [effect for effect in self.effects if isinstance(effect, Scale)]

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """All signals, in the order of observation; none where everyone sees everything."""
        return signals_of(self.treaty, self.told.context, self.effects) or ()

    @cached_property
    def aspects(self) -> dict[str, Amount]:
        """What is looked at to see which moves are paid alike, by name."""
        return dict(payoff_parts(self.treaty, self.effects))

    def again(self, treaty: Treaty) -> Now:
        """In another world; raises ``Restructured`` or ``CompilationError``."""
        if any(
            _looks(old, treaty) != _looks(new, treaty)
            for old, new in zip(self.treaty.matters, treaty.matters, strict=True)
            if old is not new
        ):
            raise Restructured
        told = self.told.again(treaty)
        renamed = self.told.insist_on_structure(told)
        options = names_of(self.told, told) if renamed else None
        observation = self.observation
        if observation is not None:
            signals = signals_of(treaty, told.context, told.effects) or ()
            observation = replace(observation, treaty=treaty, context=told.context, signals=signals)
        return Now(treaty, told, observation, options)


def _looks(matter: Matter, treaty: Treaty) -> list[tuple[bool, bool]]:
    """By party, whether nobody sees its conduct in a matter, and whether the matter has no flag on it."""
    return [(matter.hides(party.id), matter.flag(party.id) is None) for party in treaty.parties]


def names_of(old: Told, new: Told) -> dict[tuple[str, str], tuple[str, ...]]:
    """By party and matter, the names of options in another world; raises ``Restructured`` if they are other options."""
    parties = [party.id for party in old.treaty.parties]
    before, after = (merge_choices(told.effects, parties) for told in (old, new))
    if [_marks(choice) for choice in before] != [_marks(choice) for choice in after]:
        raise Restructured
    return {(choice.party, choice.matter): choice.names for choice in after}


def _marks(choice: MergedChoice) -> tuple[Any, ...]:
    return (
        choice.party,
        choice.matter,
        choice.procedural,
        [(o.compliant, o.default, o.suspends, o.releases, o.article) for o in choice.options],
    )


Question = Callable[[Now], Reader]
"""What is asked of columns in a world."""


@final
@dataclass(frozen=True, eq=False)
class Part:
    """A function of columns, put to one entry for each combination of what it reads.

    ``sample``   where it was compiled; ``columns`` these entries with conduct.
    ``live``     whether it can say anything else in another world.
    ``numbers``  which of the arrays that it gives are numbers: the last, or none of a condition.
    ``start``    the first of its numbers among all; ``kinds`` Int[entries]: entries of which it says the same.
    ``reaches``  how many values the state variable has of which it is the law, 0 if it is no law; ``mixed`` if laws are
                 the same that are put together of other chances.
    """

    question: Question
    sample: Sample
    columns: Columns
    live: bool
    numbers: bool
    start: int
    kinds: Ints
    reaches: int = 0
    mixed: bool = False

    @property
    def values(self) -> Floats:
        """Its numbers where it was compiled, one row per entry."""
        return self.sample.values[-1]

    def at(self, start: int) -> slice:
        """Its numbers among all."""
        return slice(start, start + self.values.size)

    def told(self, numbers: Floats) -> NDArray[Any]:
        """[entries, k]: what it says of each entry, from all numbers; laws as chances of values."""
        values = numbers[self.at(self.start)].reshape(len(self.values), -1)
        return dense(self.sample.values[0], values, self.reaches) if self.reaches else values

    def ask(self, now: Now) -> Arrays:
        """What it says in a world; raises ``Restructured`` if it leads elsewhere than it did, or is no law."""
        columns = self.columns if now.observation is None else now.observation.with_appearance(self.columns)
        if now.options is not None:
            columns = replace(columns, options=now.options)
        said = self.question(now)(columns)
        settled = said[:-1] if self.numbers else said
        if not all(map(np.array_equal, settled, self.sample.values)):
            raise Restructured
        if self.reaches and np.any(np.abs(said[-1].sum(axis=1) - 1.0) > TOLERANCE):
            raise Restructured
        return said


def _amount(k: int, party: int, now: Now) -> Reader:
    amount = party_terms((now.effects[k],), now.treaty.parties[party])[0].amount
    return lambda columns: (amount(columns),)


def _aspect(name: str, now: Now) -> Reader:
    return lambda columns: (now.aspects[name](columns),)


def _matter(party: int, matter: int, now: Now) -> Reader:
    treaty = now.treaty
    return lambda columns: (matter_payoff(treaty, now.scales, treaty.parties[party], treaty.matters[matter], columns),)


def _outside(party: int, now: Now) -> Reader:
    return lambda columns: (outside(now.treaty, now.treaty.parties[party], columns),)


def _law(variable: StateVariable, owners: Sequence[int], now: Now) -> Reader:
    laws = [now.effects[k].law for k in owners]

    def read(columns: Columns) -> Arrays:
        law = while_in_force(variable, proposed(variable, laws, columns), columns)
        return law.codes, law.probability

    return read


def _signal(s: int, now: Now) -> Reader:
    return lambda columns: (chances_of(now.signals[s], columns),)


def _hazard(k: int, now: Now) -> Reader:
    return lambda columns: (np.where(columns.operating, now.effects[k].hazard(columns), 0.0),)


def _where(k: int, now: Now) -> Reader:
    return lambda columns: (now.effects[k].where(columns),)


def _condition(k: int, option: int, name: str, now: Now) -> Reader:
    return lambda columns: (getattr(now.effects[k].options[option], name)(columns),)


@final
class Parts:
    """All that a treaty's numbers go into, where it was compiled.

    ``parts``    in order; ``amounts``, ``matters``, ``outsides``, ``laws``, ``signals`` their numbers, by (effect,
                 party), by (party, matter), by party, by state variable and by signal.
    ``aspects``  the numbers of parts that only say which moves are alike.
    ``numbers``  Float[numbers]: 1, 0, then those of every part, one row per entry after the other.
    ``like``     Int[numbers]: the first number of the same part that is the same; of chances, 1 and 0 come first.

    ``other``    a world in which every number that can vary is another: what is made of the same objects in both is
                 asked in no other world, but held against what it is made of there (``insist_on_quiet``).

    Raises ``Uneven`` if some part does not work entry by entry.
    """

    def __init__(self, compiler: Compiler, frame: Frame, now: Now, other: Now) -> None:
        self.compiler, self.frame, self.now, self.other = compiler, frame, now, other
        self.parts: list[Part] = []
        self._quiet: list[tuple[object, int, int | None, str]] = []
        self._quiet_signals: list[int] = []
        self.amounts: dict[tuple[int, int], int] = {}
        self.aspects: list[int] = []
        self.matters: dict[tuple[int, int], int] = {}
        self.outsides: dict[int, int] = {}
        self.laws: dict[str, int] = {}
        self.signals: list[int] = []
        self._numbers, self._like = [np.array([1.0, 0.0])], [np.array([ONE, NONE])]
        self._count = 2
        self._offers = [offer for _, offer in compiler.offers(frame.found)]
        self._add_payoffs()
        self._add_laws()
        self._add_conditions()
        self.numbers, self.like = np.concatenate(self._numbers), np.concatenate(self._like)

    @property
    def combinations(self) -> int:
        """How many combinations there are of what signals may say."""
        return 1 if self.now.observation is None else self.now.observation.width

    # -- what is live --------------------------------------------------------------------------------------------

    @cached_property
    def _all_live(self) -> bool:
        """Whether anything may change: what conduct looks like depends on numbers of several clauses."""
        other = self.other
        return self.now.observation is not None and (
            self.now.told.context is not other.told.context
            or any(map(_differ, self.now.treaty.matters, other.treaty.matters))
            or any(
                not same_function(one.law, its.law)
                for one, its in zip(self.now.signals, other.signals, strict=True)
                if (one.party, one.matter) in self._suspects
            )
        )

    @cached_property
    def _suspects(self) -> set[tuple[str, str]]:
        """By (party, matter), on whom a claim may be brought for what signals say of it."""
        matters = self.now.told.context.matters
        return {
            (effect.payer, matter)
            for effect in self.now.effects
            if isinstance(effect, Enforced) and effect.on_suspicion
            for matter in (matters if effect.matter is None else (effect.matter,))
        }

    def _changes(self, *effects: int, name: str) -> bool:
        """Whether a function of some effects is another in the other world; if not, it must be the same in all."""
        told = [(k, self.now.effects[k]) for k in effects if self.now.effects[k] is not self.other.effects[k]]
        if self._all_live or any(
            not same_function(getattr(effect, name), getattr(self.other.effects[k], name)) for k, effect in told
        ):
            return True
        self._quiet += [(getattr(effect, name), k, None, name) for k, effect in told]
        return False

    def insist_on_quiet(self, now: Now) -> None:
        """Raise ``Restructured`` if what was the same in two worlds is another in a third."""
        if now.told.context is not self.now.told.context is self.other.told.context:
            raise Restructured
        for function, k, option, name in self._quiet:
            effect = now.effects[k]
            if not same_function(function, getattr(effect if option is None else effect.options[option], name)):
                raise Restructured
        for s in self._quiet_signals:
            if not same_function(self.now.signals[s].law, now.signals[s].law):
                raise Restructured

    @cached_property
    def _scaled(self) -> bool:
        found = [self._changes(k, name="factor") for k, e in enumerate(self.now.effects) if isinstance(e, Scale)]
        return any(found)

    def forget_places(self) -> None:
        """Free what only says which entry each row is, once all sums are known."""
        for k, part in enumerate(self.parts):
            self.parts[k] = replace(part, sample=replace(part.sample, places=()))

    # -- parts ---------------------------------------------------------------------------------------------------

    def _offered(self, what: str) -> list[Columns]:
        """Columns over the moves that something reads, for all states."""
        scopes = self.compiler.scopes
        return [scopes.over(offer, scopes.known[what]) for offer in self._offers]

    def _add(
        self,
        question: Question,
        batches: Sequence[Columns],
        live: bool,
        *,
        fill: bool = True,
        numbers: bool = True,
        chances: bool = False,
    ) -> int:
        compiler = self.compiler
        if fill:
            found = sample(question(self.now), batches, compiler.fill)
            columns = with_conduct(found.bare, compiler.choices, compiler.effects)
        else:
            found = sample(question(self.now), batches, _bare)
            columns = found.bare
        values = np.asarray(found.values[-1])
        table = values.reshape(len(values), -1)
        part = Part(question, found, columns, live, numbers, self._count, numbered(*table.T)[0])
        self.parts.append(part)
        if numbers:
            flat = values.ravel().astype(np.float64)
            number, first = numbered(flat)
            like = self._count + first[number]
            if chances:
                like = np.where(flat == 1.0, ONE, np.where(flat == 0.0, NONE, like))
            self._numbers.append(flat)
            self._like.append(like)
            self._count += len(flat)
        return len(self.parts) - 1

    def _add_payoffs(self) -> None:
        now, other, paid = self.now, self.other, self.frame.paid.columns
        treaty = now.treaty
        for m, matter in enumerate(treaty.matters):
            batches = [*self._offered(f"payoffs of {matter.id}"), paid]
            for i, party in enumerate(treaty.parties):
                live = (
                    self._all_live
                    or self._scaled
                    or (matter is not other.treaty.matters[m] or party is not other.treaty.parties[i])
                )
                self.matters[i, m] = self._add(partial(_matter, i, m), batches, live)
        for i, party in enumerate(treaty.parties):
            self.outsides[i] = self._add(partial(_outside, i), [paid], party is not other.treaty.parties[i])
        for k, effect in enumerate(now.effects):
            if isinstance(effect, (PayoffTerm, Enforced)):
                name = f"{'claim' if isinstance(effect, Enforced) else 'amount'} {k}"
                offered, live = self._offered(name), self._changes(k, name="amount")
                for i, party in enumerate(treaty.parties):
                    if party_terms((effect,), party):
                        self.amounts[k, i] = self._add(partial(_amount, k, i), [*offered, paid], live)
                if live:
                    self.aspects.append(self._add(partial(_aspect, name), offered, False))
        states = [self.compiler.state_columns(self.frame.found)]
        for k, effect in enumerate(now.effects):
            if isinstance(effect, Negotiation):
                self._add(partial(_hazard, k), states, self._changes(k, name="hazard"), fill=False)

    def _add_laws(self) -> None:
        compiler, observation = self.compiler, self.now.observation
        quiet = [compiler.scopes.over(layer.offer, compiler.law_scope) for layer in self.frame.layers]
        spoken = quiet
        if compiler.moved_by_signals and observation is not None:
            spoken = [observation.with_signals(columns) for columns in quiet]
        for variable in compiler.variables:
            owners = [
                k for k, e in enumerate(self.now.effects) if isinstance(e, Transition) and e.variable == variable.name
            ]
            if owners:
                live = self._changes(*owners, name="law")
                number = self._add(partial(_law, variable, owners), spoken, live, chances=True)
                self.laws[variable.name] = number
                self._as_law(number, len(variable.values))
                if observation is not None and live:
                    self._insist_on_alike(number, observation)
        for s, signal in enumerate(self.now.signals):
            live = self._all_live or not same_function(signal.law, self.other.signals[s].law)
            if not live and signal.law is not self.other.signals[s].law:
                self._quiet_signals.append(s)
            batches = [*self._offered(f"signal {signal.name}"), self.frame.spoken.columns]
            if compiler.moved_by_signals:
                batches += quiet
            self.signals.append(self._add(partial(_signal, s), batches, live, chances=True))

    def _as_law(self, number: int, values: int) -> None:
        """Tell the kinds of a law by its chances of values."""
        part = self.parts[number]
        codes, chances = part.sample.values
        kinds, first = numbered(*dense(codes, chances, values).T)
        like = self._like[-1].reshape(chances.shape)
        # What has no chance is left out.
        told = np.sort(np.where(like == NONE, -1, codes * (int(like.max()) + 1) + like), axis=1)
        mixed = not np.array_equal(told, told[first[kinds]])
        self.parts[number] = replace(part, kinds=kinds, reaches=values, mixed=mixed)

    def _insist_on_alike(self, number: int, observation: Observation) -> None:
        """Raise ``Uneven`` if what everyone sees alike is followed by laws that only happen to be equal."""
        part, width = self.parts[number], observation.width if self.compiler.moved_by_signals else 1
        for layer, place in zip(self.frame.layers, part.sample.places, strict=True):
            groups = alike(observation, layer.offer, self.compiler.law_scope)
            if width > 1:
                groups = (groups[:, None] * width + np.arange(width)).ravel()
            _, first = np.unique(groups, return_index=True)
            kinds = part.kinds[place]
            if not np.array_equal(kinds, kinds[first][np.searchsorted(groups[first], groups)]):
                raise Uneven

    def said(self, batch: int, rows: int) -> Ints:
        """Int[rows * combinations, signals]: the places of the chances of what signals say in a batch of their rows.

        ``batch``  from the end: those of layers, if signals move states, and before these those of ``Frame.spoken``;
                   ``rows`` are in it.
        """
        observation = self.now.observation
        assert observation is not None
        found = []
        for s, (signal, number) in enumerate(zip(observation.signals, self.signals, strict=True)):
            part, codes = self.parts[number], observation.codes[:, s]
            like = self.like[part.at(part.start)].reshape(part.values.shape)
            places = like[part.sample.places[batch]][:, codes]
            if signal.after_flag:
                places = np.where(observation.asks(signal), places, np.where(codes == 0, ONE, NONE)[None, :])
            found.append(places.ravel())
        return np.stack(found, axis=1) if found else np.full((rows, 1), ONE)

    def _add_conditions(self) -> None:
        states = [self.compiler.state_columns(self.frame.found)]
        scopes = self.compiler.scopes
        for k, effect in enumerate(self.now.effects):
            if isinstance(effect, Suspension) and self._changes(k, name="where"):
                for offer in self._offers:
                    scopes.read(f"suspension {k}", effect.where, offer)
                self._add(partial(_where, k), self._offered(f"suspension {k}"), True, fill=False, numbers=False)
            if isinstance(effect, Choice) and effect is not self.other.effects[k]:
                for j, (one, its) in enumerate(zip(effect.options, self.other.effects[k].options, strict=True)):
                    for name in ("expected", "available"):
                        if not same_function(getattr(one, name), getattr(its, name)):
                            self._add(partial(_condition, k, j, name), states, True, fill=False, numbers=False)
                        elif getattr(one, name) is not None:
                            self._quiet.append((getattr(one, name), k, j, name))


def dense(codes: Ints, chances: Floats, values: int) -> Floats:
    """Float[entries, values] of laws told by codes and chances."""
    out = np.zeros((len(codes), values))
    np.add.at(out, (np.arange(len(codes))[:, None], codes), chances)
    return out


def _differ(one: object, other: object) -> bool:
    return one is not other


def _bare(columns: Columns) -> Columns:
    return columns
