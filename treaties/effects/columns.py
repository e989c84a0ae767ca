"""Columns of the compiled table: what amounts and laws of articles look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from treaties.effects.names import IN_FORCE, NO_DUTY, RATIFICATION, STATUS, membership_variable


@final
@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of the compiled table, one entry per state or per (state, action profile).

    ``codes``    state variable -> Int[entries], index into ``values[variable]``.
    ``values``   state variable -> its values, in order.
    ``chosen``   (party, matter) -> Int[entries], index into ``options[party, matter]``; -1 where there is no choice.
                 Empty when the entries are states.
    ``in_breach``, ``complies``, ``vetoed``, ``absent``  conduct, filled in by compilation for rows: by (party, matter),
    ``vetoed`` by matter (out of force in that period); ``absent`` only where a party may take no part in a matter, and
    ``released`` only where it may lawfully not do what it owes.
    ``seeming``  by (party, matter): chance that conduct looks like a breach to whoever examines it.
    ``suspected``  by (party, matter): chance that the signals of the period accuse the party and none takes it back.
    ``unseen``   (party, matter) of conduct that nobody sees itself.
    ``accused``, ``certified``  by (party, matter): what the signals of the period say; only where the entries are rows
    together with signals.
    """

    size: int
    codes: Mapping[str, Ints]
    values: Mapping[str, tuple[str | int | float, ...]]
    chosen: Mapping[tuple[str, str], Ints] = field(default_factory=dict)
    options: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    in_breach: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    complies: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    vetoed: Mapping[str, Bools] = field(default_factory=dict)
    absent: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    released: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    seeming: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    unseen: frozenset[tuple[str, str]] = frozenset()
    accused: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    certified: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    suspected: Mapping[tuple[str, str], Floats] = field(default_factory=dict)

    def code(self, variable: str) -> Ints:
        """Codes of a state variable; raises ``KeyError`` if no effect declared it."""
        return self.codes[variable]

    def is_value(self, variable: str, value: str | int | float) -> Bools:
        """Where a state variable has the value."""
        return np.equal(self.codes[variable], self.values[variable].index(value))

    def takes(self, party: str, matter: str, option: str) -> Bools:
        """Where a party takes an option; nowhere if it never has it."""
        known = self.options.get((party, matter), ())
        if option not in known:
            return np.zeros(self.size, dtype=bool)
        return np.equal(self.chosen[party, matter], known.index(option))

    def constant(self, value: float) -> Floats:
        """A column that is the same everywhere."""
        return np.full(self.size, value)

    def any_takes(self, matter: str, option: str) -> Bools:
        """Where at least one party takes an option."""
        out = np.zeros(self.size, dtype=bool)
        for party, of in self.options:
            if of == matter:
                out |= self.takes(party, matter, option)
        return out

    def any_breach(self, matter: str | None = None) -> Bools:
        """Where at least one party is in breach (of one matter, or of any)."""
        out = np.zeros(self.size, dtype=bool)
        for key in self.in_breach:
            if matter in (None, key[1]):
                out |= self.in_breach[key]
        return out

    def acts(self, party: str, matter: str) -> Bools:
        """Where a party does something in a matter that counts: it owes something there and the matter is in force."""
        if NO_DUTY in self.options.get((party, matter), ()):
            return np.zeros(self.size, dtype=bool)
        there = (self.chosen[party, matter] >= 0) & ~self.vetoed[matter]
        if (party, matter) in self.released:
            there = there & ~self.released[party, matter]
        return there & ~self.absent[party, matter] if (party, matter) in self.absent else there

    def flag_chance(self, party: str, matter: str, detection: float, false_alarm: float) -> Floats:
        """Chance that an examination of a party's conduct flags it, wherever there is one."""
        looks = self.seeming[party, matter]
        return looks * detection + (1.0 - looks) * false_alarm

    def departed(self, party: str) -> Bools:
        """Where a party has left a treaty that goes on among the others."""
        name = membership_variable(party)
        if name not in self.codes:
            return np.zeros(self.size, dtype=bool)
        return np.equal(self.codes[name], len(self.values[name]) - 1)

    def over(self, party: str) -> Bools:
        """Where the treaty is over for a party: it has ended for all, or the party has left it."""
        return np.equal(self.codes[STATUS], len(self.values[STATUS]) - 1) | self.departed(party)

    def kept(self, matter: str) -> Bools:
        """Where every party that has not left complies in a matter."""
        out = np.ones(self.size, dtype=bool)
        for party, of in self.complies:
            if of == matter:
                out &= self.complies[party, of] | self.departed(party)
        return out

    def established_breach(self, matter: str | None = None, by: Collection[str] | None = None) -> Bools:
        """Where a breach is known: to everyone where conduct is seen, elsewhere from a flag that was not cleared.

        ``by``  of one of these parties; None: of any.
        """
        out = np.zeros(self.size, dtype=bool)
        for party, of in self.in_breach:
            if matter in (None, of) and (by is None or party in by):
                known = self.accused.get((party, of)) if (party, of) in self.unseen else self.in_breach[party, of]
                out |= np.zeros(self.size, dtype=bool) if known is None else known & self.operating
        return out

    def any_of(self, said: Mapping[tuple[str, str], Bools], matter: str | None = None) -> Bools:
        """Where ``accused`` or ``certified`` holds of at least one party (in one matter, or in any)."""
        out = np.zeros(self.size, dtype=bool)
        for key in said:
            if matter in (None, key[1]):
                out |= said[key]
        return out

    @property
    def operating(self) -> Bools:
        """Where the treaty's obligations bind: in force or under notice."""
        return self._ratified(self.codes[STATUS] < len(self.values[STATUS]) - 1)

    @property
    def in_force(self) -> Bools:
        """Where the treaty is in force and nobody has given notice."""
        return self._ratified(np.equal(self.codes[STATUS], IN_FORCE))

    def _ratified(self, where: Bools) -> Bools:
        """Where a condition holds of a treaty that needs no ratification, or has it."""
        return where & np.equal(self.codes[RATIFICATION], 1) if RATIFICATION in self.codes else where
