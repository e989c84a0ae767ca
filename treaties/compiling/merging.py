"""Merging the effects of all articles: one owner per state variable, one list of options per choice.

The order of articles cannot matter: variables, choices and options have a canonical order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Literal, final

import numpy as np

from treaties.effects import (
    STATUS,
    Bools,
    Choice,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Ints,
    Law,
    Negotiation,
    Option,
    StateVariable,
    Transfers,
    Transition,
)


@final
@dataclass(frozen=True, eq=False)
class MergedChoice:
    """All options that the provisions give a party in one matter or procedure."""

    party: str
    matter: str
    options: tuple[Option, ...]
    conditions: tuple[tuple[Callable[[Columns], Bools], ...], ...]
    procedural: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Option names in canonical order."""
        return tuple(option.name for option in self.options)

    @property
    def default(self) -> int:
        """The option that the plan takes where none is expected."""
        return next(k for k, option in enumerate(self.options) if option.default)


@final
@dataclass(frozen=True, eq=False)
class NegotiationRule:
    """When play is negotiated anew, and how the gains are then shared.

    ``hazard``    Float[states], the chance that a period begins with a negotiation; 0 where the treaty has ended.
    ``weights``   Float[parties], bargaining weights that sum to 1, in the file's order of parties.
    ``articles``  the clauses that say so, sorted.
    """

    hazard: Floats
    weights: Floats
    articles: tuple[str, ...]


def merge_variables(effects: Iterable[Effect]) -> tuple[StateVariable, ...]:
    """The state variables in canonical order; raises ``CompilationError`` if two articles declare one."""
    variables = sorted((e for e in effects if isinstance(e, StateVariable)), key=lambda v: (v.rank, v.name))
    names = [v.name for v in variables]
    for name in names:
        if names.count(name) > 1:
            raise CompilationError(f"two articles declare the state variable {name!r}; keep one of them")
    return tuple(variables)


def merge_choices(effects: Iterable[Effect], parties: list[str]) -> tuple[MergedChoice, ...]:
    """Union of the options per (party, matter); conditions on one option all have to hold, of clauses that apply."""
    found: dict[tuple[str, str], list[Choice]] = {}
    for effect in effects:
        if isinstance(effect, Choice):
            found.setdefault((effect.party, effect.matter), []).append(effect)
    merged = []
    for (party, matter), choices in found.items():
        offers: dict[str, list[Option]] = {}
        for choice in choices:
            for option in choice.options:
                offers.setdefault(option.name, []).append(option)
        owners = {
            name: [o for o in same if o.default or o.available is None or o.suspends or _only_expects(o)] or same
            for name, same in offers.items()
        }
        names = sorted(offers, key=lambda name: _option_rank(name, choices))
        merged.append(
            MergedChoice(
                party,
                matter,
                tuple(owners[name][0] for name in names),
                tuple(_conditions(offers[name]) for name in names),
                all(choice.procedural for choice in choices),
            )
        )
    return tuple(sorted(merged, key=lambda c: (parties.index(c.party), c.procedural, c.matter)))


def _only_expects(option: Option) -> bool:
    """Whether a clause that applies for a while says where an option is taken."""
    return option.within is not None and option.expected is not None


def _conditions(same: list[Option]) -> tuple[Callable[[Columns], Bools], ...]:
    """Where an option is there that one clause or several give: a clause that does not apply closes it for no other."""
    if len(same) == 1:
        return tuple(option.available for option in same if option.available is not None)
    found: list[Callable[[Columns], Bools]] = []
    for option in same:
        if option.available is not None:
            outside = option.within
            found.append(option.available if outside is None else partial(_or_outside, option.available, outside))
    windows = [option.within for option in same if not option.restricts]
    limits = tuple(window for window in windows if window is not None)
    return (*found, partial(_in_any, limits)) if limits and len(limits) == len(windows) else tuple(found)


def _or_outside(available: Callable[[Columns], Bools], within: Callable[[Columns], Bools], columns: Columns) -> Bools:
    return np.asarray(available(columns) | ~within(columns))


def _in_any(windows: tuple[Callable[[Columns], Bools], ...], columns: Columns) -> Bools:
    return np.asarray(np.any([window(columns) for window in windows], axis=0))


def _option_rank(name: str, choices: list[Choice]) -> tuple[int, int, str]:
    """Default options first, then in the order of the longest list that names them, then by name."""
    longest = max(choices, key=lambda c: len(c.options))
    listed = [o.name for o in longest.options]
    default = any(o.default for c in choices for o in c.options if o.name == name)
    return (0 if default else 1, listed.index(name) if name in listed else len(listed), name)


def merge_laws(
    effects: Iterable[Effect], variables: tuple[StateVariable, ...]
) -> dict[str, tuple[Callable[[Columns], Law], ...]]:
    """The laws of each state variable; raises ``CompilationError`` for unknown variables and for two owners."""
    laws: dict[str, list[Transition]] = {}
    known = {v.name for v in variables}
    for effect in effects:
        if isinstance(effect, Transition):
            if effect.variable not in known:
                raise CompilationError(f"article {effect.article}: no state variable {effect.variable!r}")
            laws.setdefault(effect.variable, []).append(effect)
    for name, owners in laws.items():
        if name != STATUS and len(owners) > 1:
            raise CompilationError(f"articles {', '.join(o.article for o in owners)} all move {name!r}; keep one")
    return {name: tuple(o.law for o in owners) for name, owners in laws.items()}


def most_terminal(proposals: list[Law], current: Ints) -> Law:
    """Independent proposals for the status; the most terminal one wins."""
    codes, probability = current[:, None], np.ones((len(current), 1))
    for law in sorted(proposals, key=lambda p: (p.codes.tobytes(), p.probability.tobytes())):
        codes = np.maximum(codes[:, :, None], law.codes[:, None, :]).reshape(len(current), -1)
        probability = (probability[:, :, None] * law.probability[:, None, :]).reshape(len(current), -1)
    return Law(codes, probability)


def proposed(variable: StateVariable, laws: Iterable[Callable[[Columns], Law]], columns: Columns) -> Law:
    """Where articles move a state variable from each row."""
    current = columns.codes[variable.name]
    found = [law(columns) for law in laws]
    if variable.name == STATUS:
        return most_terminal(found, current)
    return found[0] if found else Law.surely(current)


def while_in_force(variable: StateVariable, law: Law, columns: Columns) -> Law:
    """Where it goes: clocks stand still under notice."""
    if not variable.clock:
        return law
    current = columns.codes[variable.name]
    return Law(np.where(columns.in_force[:, None], law.codes, current[:, None]), law.probability)


def merge_transfers(effects: Iterable[Effect]) -> Literal["none", "voluntary"]:
    """Whether any article makes unlimited side payments possible."""
    return "voluntary" if any(isinstance(effect, Transfers) for effect in effects) else "none"


def merge_negotiation(effects: Iterable[Effect], parties: list[str], states: Columns) -> NegotiationRule | None:
    """All reviews in one rule; None without any.

    The chances of several clauses are independent: at least one strikes with chance 1 - Π (1 - h).  Raises
    ``CompilationError`` when a chance leaves [0, 1] or two clauses name different bargaining weights.
    """
    found = [effect for effect in effects if isinstance(effect, Negotiation)]
    if not found:
        return None
    chances = []
    for effect in found:
        chance = np.where(states.operating, effect.hazard(states), 0.0)
        if not np.all((chance >= 0) & (chance <= 1)):
            raise CompilationError(f"article {effect.article}: a chance of review lies outside 0 to 1; correct it")
        chances.append(chance)
    # The greatest first: the order of articles cannot matter to the last bit, and what is certain stays certain.
    hazard, *rest = -np.sort(-np.array(chances), axis=0)
    for chance in rest:
        hazard = hazard + (1.0 - hazard) * chance
    return NegotiationRule(hazard, _agreed_weights(found, parties), tuple(sorted(effect.article for effect in found)))


def _agreed_weights(found: list[Negotiation], parties: list[str]) -> Floats:
    """Float[parties]: the weights that every clause with weights names, up to a common factor; equal ones if none."""
    named: dict[tuple[Fraction, ...], list[str]] = {}
    for effect in found:
        if effect.weights is not None:
            given = [Fraction(repr(float(effect.weights.get(party, 0.0)))) for party in parties]
            if min(given) < 0 or not any(given):
                raise CompilationError(f"article {effect.article}: bargaining weights must be 0 or more, not all 0")
            named.setdefault(tuple(weight / sum(given) for weight in given), []).append(effect.article)
    if len(named) > 1:
        articles = ", ".join(sorted(article for same in named.values() for article in same))
        raise CompilationError(f"articles {articles} name different bargaining weights; let them agree or keep one")
    if not named:
        return np.full(len(parties), 1.0 / len(parties))
    return np.array([float(weight) for weight in next(iter(named))])
