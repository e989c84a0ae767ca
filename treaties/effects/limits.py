"""Limits of a clause: the years, the condition and the parties for which it applies, carried by its effects.

A clause that has limits does outside them what it would do if it were not there: amounts are 0, exposures 1, options
are not open, nothing is suspended, signals say what they say when there is nothing to say, nothing is paid or
renegotiated, and its state variables stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.effects.announcements import (
    AccidentsLeft,
    Announcement,
    EndsOnBreach,
    Examined,
    ScepticsLeft,
    StageDue,
    StagesHeld,
    StageVote,
    WalksOut,
)
from treaties.effects.columns import Columns
from treaties.effects.effects import (
    Choice,
    Effect,
    Enforced,
    Negotiation,
    Option,
    PayoffTerm,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transfers,
    Transition,
)
from treaties.effects.errors import CompilationError
from treaties.effects.evaluation import Formula
from treaties.effects.laws import Amount, Condition, Law
from treaties.effects.names import YEARS_IN_FORCE


@final
@dataclass(frozen=True)
class Window:
    """When a clause applies.

    ``first``, ``last``  years since entry into force, 1 the first; ``last`` None: for good.
    ``condition``        over states; None: always.
    ``never``            the treaty ends before the first year.
    """

    first: int = 1
    last: int | None = None
    condition: Formula | None = None
    never: bool = False

    def open(self, columns: Columns) -> Bools:
        """Where the clause applies."""
        out = np.full(columns.size, not self.never)
        if self.never:
            return out
        if self.first > 1:
            out = out & (columns.code(YEARS_IN_FORCE) + 1 >= self.first)
        if self.last is not None:
            out = out & (columns.code(YEARS_IN_FORCE) + 1 <= self.last)
        return out if self.condition is None else out & self.condition.holds(columns)

    @property
    def always(self) -> bool:
        """Whether it limits nothing."""
        return self == Window()


@cache
def opening(window: Window) -> Condition:
    """Where a clause applies, one function for equal windows: what is the same function says the same in all worlds."""
    return window.open


# -- effects -------------------------------------------------------------------------------------------------------


def within(effects: Iterable[Effect], active: Condition) -> Iterator[Effect]:
    """The effects of a clause, where it applies; raises ``CompilationError`` for what cannot be limited."""
    for effect in effects:
        yield _LIMITED[type(effect)](effect, active)


def _unlimited(effect: Any, _: Condition) -> Any:
    return effect


def _choice(effect: Choice, active: Condition) -> Choice:
    return replace(effect, options=tuple(_option(option, active) for option in effect.options))


def _option(option: Option, active: Condition) -> Option:
    if option.restricts:
        assert option.available is not None
        return replace(option, available=partial(_unless, option.available, active))
    expected = None if option.expected is None else partial(_both, option.expected, active)
    available = active if option.available is None else partial(_both, option.available, active)
    return replace(option, expected=expected, available=available, within=active)


def _refused(effect: Transfers, _: Condition) -> Transfers:
    raise CompilationError(f"article {effect.article}: {NO_LIMITED_TRANSFERS[0]}; {NO_LIMITED_TRANSFERS[1]}")


NO_LIMITED_TRANSFERS = (
    "side payments without a limit are solved for the treaty as a whole and cannot be limited",
    "give the payments a cap, or leave out from_year, until_year, while and applies_to",
)
"""Problem and remedy of a clause that makes side payments possible and has limits."""
_LIMITED: dict[type[Any], Callable[[Any, Condition], Effect]] = {
    StateVariable: _unlimited,
    Choice: _choice,
    PayoffTerm: lambda effect, active: replace(effect, amount=partial(_amount, effect.amount, active, 0.0)),
    Enforced: lambda effect, active: replace(effect, amount=partial(_amount, effect.amount, active, 0.0)),
    Negotiation: lambda effect, active: replace(effect, hazard=partial(_amount, effect.hazard, active, 0.0)),
    Scale: lambda effect, active: replace(effect, factor=partial(_amount, effect.factor, active, 1.0)),
    Suspension: lambda effect, active: replace(effect, where=partial(_both, effect.where, active)),
    Signal: lambda effect, active: replace(effect, law=partial(_silent, effect.law, active)),
    Transition: lambda effect, active: replace(effect, law=partial(_stays, effect.variable, effect.law, active)),
    Transfers: _refused,
}


def _amount(amount: Amount, active: Condition, elsewhere: float, columns: Columns) -> Floats:
    return np.where(active(columns), amount(columns), elsewhere)


def _both(condition: Condition, active: Condition, columns: Columns) -> Bools:
    return np.asarray(condition(columns) & active(columns))


def _unless(condition: Condition, active: Condition, columns: Columns) -> Bools:
    return np.asarray(condition(columns) | ~active(columns))


def _silent(law: Callable[[Columns], Floats], active: Condition, columns: Columns) -> Floats:
    said = law(columns)
    nothing = np.zeros(said.shape[1])
    nothing[0] = 1.0
    return np.where(active(columns)[:, None], said, nothing)


def _stays(variable: str, law: Callable[[Columns], Law], active: Condition, columns: Columns) -> Law:
    moved = law(columns)
    return Law(np.where(active(columns)[:, None], moved.codes, columns.code(variable)[:, None]), moved.probability)


# -- parties -------------------------------------------------------------------------------------------------------


def party_of(effect: Effect) -> str | None:
    """The party whose part of a clause an effect is; None of what is nobody's in particular."""
    if isinstance(effect, Enforced):
        return effect.payer
    return getattr(effect, "party", None)


def applying_to(effects: Iterable[Effect], parties: Iterable[str]) -> Iterator[Effect]:
    """What is left of a clause that applies to some parties only.

    What is nobody's in particular stays.  State variables of other parties stay as well and never move, so that they
    add no state, and what looks at them finds them as at signature.
    """
    named, found = set(parties), tuple(effects)
    still = {e.name for e in found if isinstance(e, StateVariable) and e.party is not None and e.party not in named}
    for effect in found:
        if isinstance(effect, Transition) and effect.variable in still:
            continue
        if isinstance(effect, StateVariable) or party_of(effect) in (None, *named):
            yield effect


# -- announcements -------------------------------------------------------------------------------------------------


def announced_within(said: Announcement, active: Condition) -> Announcement:
    """An announcement through which a clause acts, where the clause applies; any other as it is."""
    if isinstance(said, StageDue):
        return StageDue(partial(_both, said.where, active))
    if isinstance(said, StagesHeld):
        return StagesHeld(partial(_both, said.where, active))
    if isinstance(said, StageVote):
        return StageVote(partial(_both, said.carried, active))
    if isinstance(said, (AccidentsLeft, EndsOnBreach, Examined, ScepticsLeft)):
        return replace(said, where=active)
    return said


def told_of(said: Announcement, parties: Iterable[str]) -> tuple[str, ...]:
    """Of some parties those on which a clause acts through an announcement; none where it acts on nobody by it."""
    if not isinstance(said, (AccidentsLeft, Examined, ScepticsLeft, WalksOut)):
        return ()
    return tuple(party for party in parties if said.parties is None or party in said.parties)


def announced_of(said: Announcement, parties: Iterable[str]) -> Announcement:
    """An announcement through which a clause acts on parties, of some of them only; any other as it is."""
    if not isinstance(said, (AccidentsLeft, Examined, ScepticsLeft, WalksOut)):
        return said
    return replace(said, parties=told_of(said, parties))
