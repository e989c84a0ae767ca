"""The game before any article: matters, events, and the right of every party to leave."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from treaties.effects import (
    EXIT,
    IN_FORCE,
    NO_DUTY,
    STATUS,
    YEAR,
    YEAR_IN_WORDS,
    YEARS_IN_FORCE,
    YEARS_IN_FORCE_IN_WORDS,
    Bools,
    Choice,
    ClockYears,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Term,
    Transition,
    YearsInForce,
    event_variable,
)
from treaties.model.event import Event
from treaties.model.matter import Matter
from treaties.model.meanings import expression_faults
from treaties.model.treaty import Treaty

CONDUCT = {"comply": "complies", "breach": "breaches its obligations"}
"""Verb phrases of the options of a matter with four payoffs; options of a table are told by their names."""


def brought_by(treaty: Treaty, context: ProvisionContext) -> tuple[tuple[Effect, ...], ...]:
    """The effects of the game before any article, then those of each provision within its limits.

    Raises ``CompilationError``, also where an expression of a clause has no meaning in this treaty.
    """
    for k, place, problem, remedy in expression_faults(treaty):
        where = ".".join(map(str, place))
        raise CompilationError(f"{treaty.provisions[k].label}: {where}: {problem}{f'; {remedy}' if remedy else ''}")
    return (tuple(base_effects(treaty, context)), *(tuple(of.brings(context)) for of in treaty.provisions))


def base_effects(treaty: Treaty, context: ProvisionContext) -> Iterable[Effect]:
    """Status, conduct in every matter, exogenous events, and the exit that every party has unless ``exit = false``."""
    notice = tuple(f"notice, {left} left" for left in range(context.notice_years, 0, -1))
    yield StateVariable(STATUS, ("in force", *notice, "ended"), rank=(0, 0), usual="in force")
    yield Transition(STATUS, _notice_runs_out)
    for matter in treaty.matters:
        for party in treaty.signatories:
            yield Choice(party.id, matter.id, tuple(_conduct(matter, matter.owes(party.id), context)))
    if treaty.exit and context.exit_option == "leave":
        for party in treaty.signatories:
            options = (
                Option("stay", default=True, words="stays in the treaty"),
                Option("leave", available=_in_force, words=context.exit_words),
            )
            yield Choice(party.id, EXIT, options, procedural=True)
        yield Transition(STATUS, _leaving_ends)
    clock = [said.years for said in context.all_said(ClockYears)]
    if clock and context.term_years is None:
        # Without a term the clock runs as far as some clause looks at it, then stands.
        yield StateVariable(
            YEAR, tuple(range(1, max(clock) + 2)), clock=True, rank=(10, 0), words=YEAR_IN_WORDS
        )
        yield Transition(YEAR, partial(_next_year, YEAR))
    asked = [said.years for said in context.all_said(YearsInForce) if _makes_a_difference(said, context)]
    told_apart = max(asked, default=0)
    if told_apart:
        # It stands, too, when the treaty has ended, so that what goes on then goes on as it was.
        yield StateVariable(
            YEARS_IN_FORCE,
            tuple(range(1, told_apart + 2)),
            of_treaty=False,
            clock=True,
            rank=(10, 1),
            words=YEARS_IN_FORCE_IN_WORDS,
        )
        yield Transition(YEARS_IN_FORCE, partial(_next_year, YEARS_IN_FORCE))
    for k, event in enumerate(sorted(treaty.events, key=lambda e: e.id)):
        yield StateVariable(
            event_variable(event.id),
            ("no", "yes"),
            initial=int(event.starts),
            of_treaty=False,
            rank=(70, k),
            usual="no",
            words=event.id.replace("_", " "),
        )
        yield Transition(event_variable(event.id), partial(_event_law, event))
        for party_id, cost in event.cost_of_complying.items():
            if cost.value:
                for matter in treaty.matters:
                    if event.matter in (None, matter.id) and matter.owes(party_id):
                        cost_law = partial(_cost_in_event, event.id, party_id, matter.id, cost.value)
                        yield PayoffTerm(party_id, cost_law, always=True)


def _makes_a_difference(said: YearsInForce, context: ProvisionContext) -> bool:
    last = context.last_year_in_force
    return not said.of_window or last is None or said.years < last


def _conduct(matter: Matter, owes: bool, context: ProvisionContext) -> Iterable[Option]:
    """What a party can do in a matter; who owes nothing has nothing to decide."""
    term = context.said(Term)
    survives = term is not None and matter.id in term.survives
    available = None if survives else _operating
    if not owes:
        yield Option(NO_DUTY, default=True, available=available, words=NO_DUTY, on=matter.id)
        return
    for name in matter.conduct:
        yield Option(
            name,
            compliant=name in matter.compliant_options,
            default=name == matter.expected_option,
            available=available,
            words=CONDUCT.get(name),
            on=matter.id,
        )


def _operating(columns: Columns) -> Bools:
    return columns.operating


def _in_force(columns: Columns) -> Bools:
    return columns.in_force


def _notice_runs_out(columns: Columns) -> Law:
    status = columns.code(STATUS)
    ended = len(columns.values[STATUS]) - 1
    return Law.surely(np.where(status > IN_FORCE, np.minimum(status + 1, ended), status))


def _leaving_ends(columns: Columns) -> Law:
    ended = len(columns.values[STATUS]) - 1
    return Law.surely(np.where(columns.any_takes(EXIT, "leave"), ended, columns.code(STATUS)))


def _next_year(clock: str, columns: Columns) -> Law:
    """The next year of a clock that stands when it has run as far as somebody looks."""
    return Law.surely(np.minimum(columns.code(clock) + 1, len(columns.values[clock]) - 1))


def _event_law(event: Event, columns: Columns) -> Law:
    on = columns.code(event_variable(event.id)) == 1
    chance = np.where(on, event.stay.value, event.enter.value)
    codes = np.tile(np.array([0, 1], dtype=np.int64), (columns.size, 1))
    return Law(codes, np.stack([1 - chance, chance], axis=1))


def _cost_in_event(event: str, party: str, matter: str, cost: float, columns: Columns) -> Floats:
    burdened = (columns.code(event_variable(event)) == 1) & columns.complies[party, matter]
    return np.where(burdened, -cost, 0.0)
