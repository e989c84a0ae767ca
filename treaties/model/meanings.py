"""What the expressions of a treaty's clauses may name, and what is wrong with those that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from treaties.effects import (
    EXIT,
    NO_DUTY,
    STATUS,
    Choice,
    CompilationError,
    Effect,
    ProvisionContext,
    StateVariable,
    event_variable,
)
from treaties.effects.evaluation import check
from treaties.effects.expressions import ExpressionError, parse
from treaties.model.errors import Place
from treaties.model.limits import Looks

if TYPE_CHECKING:
    from treaties.model.treaty import Treaty


@final
@dataclass(frozen=True, eq=False)
class KnownNames:
    """What can be named in a treaty before it is compiled (``treaties.effects.column_names.Known``)."""

    values: Mapping[str, tuple[str | int | float, ...]]
    options: Mapping[tuple[str, str], tuple[str, ...]]
    complies: tuple[tuple[str, str], ...]
    seeming: tuple[tuple[str, str], ...]

    def seen_by(self, looks: Looks) -> KnownNames:
        """The same where one looks at this only."""
        return KnownNames(
            self.values,
            {} if looks == "states" else self.options,
            self.complies if looks in ("conduct", "signals") else (),
            self.seeming if looks == "signals" else (),
        )


def known_names(treaty: Treaty, context: ProvisionContext) -> KnownNames:
    """What clauses, matters and events give names to; raises ``CompilationError`` as effects do."""
    values: dict[str, tuple[str | int | float, ...]] = {STATUS: ("in force", "ended")}
    options: dict[tuple[str, str], tuple[str, ...]] = {}
    conduct: dict[tuple[str, str], None] = {}
    for event in treaty.events:
        values[event_variable(event.id)] = ("no", "yes")
    for party in treaty.signatories:
        for matter in treaty.matters:
            options[party.id, matter.id] = tuple(matter.conduct) if matter.owes(party.id) else (NO_DUTY,)
            conduct[party.id, matter.id] = None
        if context.can_leave:
            options[party.id, EXIT] = ("stay", context.exit_option)
    effects: list[Effect] = [effect for clause in treaty.provisions for effect in clause.effects(context)]
    for effect in effects:
        if isinstance(effect, StateVariable):
            values[effect.name] = effect.values
        elif isinstance(effect, Choice):
            key = effect.party, effect.matter
            named = (*options.get(key, ()), *(option.name for option in effect.options))
            options[key] = tuple(dict.fromkeys(named))
            if not effect.procedural:
                conduct[key] = None
    seeming = tuple((party.id, matter.id) for party in treaty.signatories for matter in treaty.matters)
    return KnownNames(values, options, tuple(conduct), seeming)


def expression_faults(treaty: Treaty) -> Iterator[tuple[int, Place, str, str]]:
    """What is wrong with expressions and limits in this treaty: clause, place below it, problem, remedy.

    Nothing is said of a treaty whose clauses do not go together, which compilation refuses with its own reason.
    """
    stating = [
        k
        for k, clause in enumerate(treaty.provisions)
        if clause.limits or any(clause.expressions()) or any(clause.own_names())
    ]
    if not stating:
        return
    try:
        context = treaty.context
        known = known_names(treaty, context)
        for k in stating:
            clashes = _clashing_names(treaty, context, k)
            for place, problem, remedy in (*clashes, *treaty.provisions[k].limits_without_object(context)):
                yield k, place, problem, remedy
    except CompilationError:
        return
    for k in stating:
        clause = treaty.provisions[k]
        for stated in clause.expressions():
            try:
                check(parse(stated.text), stated.kind, known.seen_by(stated.looks), clause.named_terms)
            except ExpressionError as error:
                yield k, stated.place, f"the expression {stated.text!r} {error}", error.remedy


def _clashing_names(treaty: Treaty, context: ProvisionContext, k: int) -> Iterator[tuple[Place, str, str]]:
    """Names that a clause gives to something of its own and that stand for something else; raises as effects do."""
    named = list(treaty.provisions[k].own_names())
    if not named:
        return
    taken = {event.id: f"the event {event.id!r}" for event in treaty.events}
    taken |= {matter.id: f"the matter {matter.id!r}" for matter in treaty.matters}
    for j, other in enumerate(treaty.provisions):
        for effect in other.effects(context) if j != k else ():
            if isinstance(effect, StateVariable):
                taken[effect.name] = f"a state of {other.label}"
            elif isinstance(effect, Choice):
                taken.setdefault(effect.matter, f"a choice of {other.label}")
    for place, name in named:
        if name in taken:
            yield place, f"{name!r} is {taken[name]} already", "choose another name"
