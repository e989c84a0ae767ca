"""Who complies, who is in breach, which matters are vetoed, and what full compliance does in every state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, final

import numpy as np

from games.numerics.on_demand import OnDemand
from treaties.compiling.merging import MergedChoice
from treaties.effects import NO_DUTY, OMIT, Bools, Columns, CompilationError, Effect, Ints, Suspension
from treaties.model.matter import Matter


def with_conduct(columns: Columns, choices: tuple[MergedChoice, ...], effects: Iterable[Effect] = ()) -> Columns:
    """Fill in who complies, who breaches, which matters are vetoed or suspended, and who takes no part in them.

    Nothing done about a matter out of force is breach, and nothing is breach where the treaty does not operate.  All of
    it is worked out when it is asked for, from the moves that it depends on and no others.
    """
    conduct = {(choice.party, choice.matter): choice for choice in choices if not choice.procedural}
    found = _Conduct(columns, conduct, tuple(e for e in effects if isinstance(e, Suspension)))
    return replace(
        columns,
        vetoed=OnDemand(tuple(dict.fromkeys(matter for _, matter in conduct)), found.vetoed),
        absent=OnDemand(tuple(found.absences), found.absent),
        released=OnDemand(found.releases, found.released),
        complies=OnDemand(conduct, found.complies),
        in_breach=OnDemand(conduct, found.in_breach),
    )


@final
class _Conduct:
    """Conduct in the rows of some columns, key by key."""

    def __init__(
        self, columns: Columns, conduct: dict[tuple[str, str], MergedChoice], suspensions: tuple[Suspension, ...]
    ) -> None:
        self.columns = columns
        self.conduct = conduct
        self.suspensions = suspensions
        self.absences: dict[tuple[str, str], list[Suspension]] = {}
        self.releases = tuple(key for key, choice in conduct.items() if any(o.releases for o in choice.options))
        for effect in suspensions:
            if effect.party is not None:
                self.absences.setdefault((effect.party, effect.matter), []).append(effect)
        self.out = OnDemand(tuple(dict.fromkeys(matter for _, matter in conduct)), self._out)
        self.away = OnDemand(tuple(self.absences), self._away)

    def vetoed(self, matter: str) -> Bools:
        return self.out[matter]

    def absent(self, key: tuple[str, str]) -> Bools:
        return self.away[key]

    def complies(self, key: tuple[str, str]) -> Bools:
        lawful = self._lawful(key) & ~self._excused(key)
        return lawful & ~self.released(key) if key in self.releases else lawful

    def released(self, key: tuple[str, str]) -> Bools:
        return _marked(self.conduct[key], "releases")[self.columns.chosen[key]]

    def in_breach(self, key: tuple[str, str]) -> Bools:
        idle = self.columns.chosen[key] < 0
        return ~self._lawful(key) & ~idle & ~self._excused(key) & self.columns.operating

    def _out(self, matter: str) -> Bools:
        """Where a matter is out of force for everybody."""
        out = np.zeros(self.columns.size, dtype=bool)
        for key, choice in self.conduct.items():
            # Who can never take the matter out of force is not asked what it does.
            if key[1] == matter and any(option.suspends for option in choice.options):
                out = out | _marked(choice, "suspends")[self.columns.chosen[key]]
        for effect in self.suspensions:
            if effect.matter == matter and effect.party is None:
                out = out | (effect.where(self.columns) & self.columns.operating)
        owing = [key for key, choice in self.conduct.items() if key[1] == matter and NO_DUTY not in choice.names]
        # Without anybody who owes something and takes part there is nothing to cooperate on.
        out = out | np.logical_and.reduce([self._gone(key) for key in owing] or [np.ones_like(out)])
        away = [self.away[key] for key in self.absences if key[1] == matter]
        if away:
            taking_part = sum(key[1] == matter for key in self.conduct)
            out = out | (taking_part - np.sum(away, axis=0) < 2)
        return np.asarray(out)

    def _gone(self, key: tuple[str, str]) -> Bools:
        """Where a party has left, or takes no part in a matter."""
        gone = self.columns.departed(key[0])
        return gone | self.away[key] if key in self.absences else gone

    def _away(self, key: tuple[str, str]) -> Bools:
        """Where a party takes no part in a matter."""
        away = np.zeros(self.columns.size, dtype=bool)
        for effect in self.absences[key]:
            away = away | (effect.where(self.columns) & self.columns.operating)
        return away

    def _lawful(self, key: tuple[str, str]) -> Bools:
        choice, taken = self.conduct[key], self.columns.chosen[key]
        return np.asarray(_marked(choice, "compliant")[taken] & ~_marked(choice, "suspends")[taken])

    def _excused(self, key: tuple[str, str]) -> Bools:
        return self.out[key[1]] | self.away[key] if key in self.absences else self.out[key[1]]


def _marked(choice: MergedChoice, mark: Literal["suspends", "releases", "compliant"]) -> Bools:
    """Bool[options + 1]: the options that bear a mark; the last stands for no option."""
    return np.array([getattr(option, mark) for option in choice.options] + [False])


def does_comply(matter: Matter, party: str, columns: Columns) -> Bools:
    """Whether conduct is of the compliant kind, in or out of force (after the end it still pays as before)."""
    names = columns.options[party, matter.id]
    kind = np.array([name in (*matter.compliant_options, NO_DUTY) for name in names] + [False])
    return kind[columns.chosen[party, matter.id]]


def expected_options(choices: tuple[MergedChoice, ...], states: Columns) -> Ints:
    """Int[states, choices]: the option that full compliance takes, there or not."""
    out = np.empty((states.size, len(choices)), dtype=np.int64)
    for c, choice in enumerate(choices):
        out[:, c] = choice.default
        for k, option in enumerate(choice.options):
            if option.expected is None:
                continue
            here = option.expected(states)
            for condition in choice.conditions[k]:
                here = here & condition(states)
            out[here, c] = k
    return out


def measures_due(choices: tuple[MergedChoice, ...], states: Columns) -> Bools:
    """Bool[states]: where a party may take a measure to build trust, in force or before it."""
    due = np.zeros(states.size, dtype=bool)
    for choice in choices:
        if choice.procedural and OMIT in choice.names:
            here = np.ones(states.size, dtype=bool)
            for condition in choice.conditions[choice.names.index(OMIT)]:
                here = here & condition(states)
            due = due | here
    return due


MOST_RIGHTS = 256
"""Combinations of rights used at will that are looked at in every state."""


def uses_at_will(choices: tuple[MergedChoice, ...], states: Columns) -> list[Ints]:
    """Int[states, choices], one per combination of rights: what full compliance takes where these are used at will.

    Without the first, in which none is used.  A right that a state does not have is not used there.

    Raises ``CompilationError`` if there are more than ``MOST_RIGHTS`` combinations.
    """
    expected = expected_options(choices, states)
    found = [expected]
    for c, choice in enumerate(choices):
        rights = [k for k, option in enumerate(choice.options) if option.at_will]
        if len(found) * (1 + len(rights)) > MOST_RIGHTS:
            raise CompilationError(
                f"more than {MOST_RIGHTS} combinations of rights may be used at will; "
                'give some of them plan = "never" or plan = "always"'
            )
        used = []
        for k in rights:
            here = np.ones(states.size, dtype=bool)
            for condition in choice.conditions[k]:
                here = here & condition(states)
            for options in found:
                taken = options.copy()
                taken[here, c] = k
                used.append(taken)
        found += used
    return found[1:]
