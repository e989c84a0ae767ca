"""Who complies, who is in breach, which matters are vetoed, and what full compliance does in every state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from games.model.stochastic_game import StochasticGame
from treaties.compiling.merging import MergedChoice
from treaties.effects import Bools, Columns, Effect, Ints, Suspension
from treaties.model.matter import Matter


def with_conduct(columns: Columns, choices: tuple[MergedChoice, ...], effects: Iterable[Effect] = ()) -> Columns:
    """Fill in who complies, who breaches, which matters are vetoed or suspended, and who takes no part in them.

    Nothing done about a matter out of force is breach, and nothing is breach where the treaty does not operate.
    """
    vetoed: dict[str, Bools] = {}
    lawful: dict[tuple[str, str], Bools] = {}
    idle: dict[tuple[str, str], Bools] = {}
    for choice in choices:
        if choice.procedural:
            continue
        taken = columns.chosen[choice.party, choice.matter]
        suspends = np.array([o.suspends for o in choice.options] + [False])
        compliant = np.array([o.compliant for o in choice.options] + [False])
        vetoed[choice.matter] = vetoed.get(choice.matter, np.zeros(columns.size, dtype=bool)) | suspends[taken]
        lawful[choice.party, choice.matter] = compliant[taken] & ~suspends[taken]
        idle[choice.party, choice.matter] = taken < 0
    absent: dict[tuple[str, str], Bools] = {}
    for effect in effects:
        if isinstance(effect, Suspension):
            where = effect.where(columns) & columns.operating
            if effect.party is None:
                vetoed[effect.matter] = vetoed[effect.matter] | where
            else:
                key = effect.party, effect.matter
                absent[key] = absent.get(key, np.zeros(columns.size, dtype=bool)) | where
    for matter in {matter for _, matter in absent}:
        present = sum(~absent.get(key, np.zeros(columns.size, dtype=bool)) for key in lawful if key[1] == matter)
        vetoed[matter] = vetoed[matter] | (present < 2)
    excused = {key: vetoed[key[1]] | absent[key] if key in absent else vetoed[key[1]] for key in lawful}
    complies = {key: ok & ~excused[key] for key, ok in lawful.items()}
    in_breach = {key: ~ok & ~idle[key] & ~excused[key] & columns.operating for key, ok in lawful.items()}
    return replace(columns, vetoed=vetoed, absent=absent, complies=complies, in_breach=in_breach)


def does_comply(matter: Matter, party: str, columns: Columns) -> Bools:
    """Whether conduct is of the compliant kind, in or out of force (after the end it still pays as before)."""
    names = columns.options[party, matter.id]
    kind = np.array([name in matter.compliant_options for name in names] + [False])
    return kind[columns.chosen[party, matter.id]]


def compliance_rows(choices: tuple[MergedChoice, ...], columns: Columns, states: Columns, game: StochasticGame) -> Ints:
    """The row that full compliance plays in each state; -1 where the treaty does not operate and play is free."""
    keep = np.ones(game.n_rows, dtype=bool)
    for choice in choices:
        taken = columns.chosen[choice.party, choice.matter]
        wanted = np.full(states.size, choice.default)
        for k, option in enumerate(choice.options):
            if option.expected is None:
                continue
            here = option.expected(states)
            for condition in choice.conditions[k]:
                here = here & condition(states)
            wanted[here] = k
        wanted_row = wanted[game.row_state]
        keep &= (taken == wanted_row) | (taken < 0)
    rows = np.full(states.size, -1, dtype=np.int64)
    found = np.flatnonzero(keep)
    rows[game.row_state[found]] = found
    single = np.diff(game.row_start) == 1
    rows[~(states.operating | single)] = -1
    return rows
