"""Rows of a game that no player and no plan can tell apart in what they are worth: the lossless quotient.

Two rows of a state are in one class if they have the same outcome (payoffs of all players and law of the next state)
and if, for every player, the same alternatives are open to it alone: the same pairs of what it then earns and where the
game then goes.  Under perfect monitoring both are then enforced by the same continuations, and by the same punishments,
so that one row stands for all of its class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import final
from weakref import WeakKeyDictionary

import numpy as np

from games.model.row_tables import RowTables
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Ints
from games.numerics.numbering import distinct, numbered, numbered_lists, starts_of_runs

BLOCK = 1_000_000
"""Rows that are looked at together, at most, if their states are not larger."""


@final
@dataclass(frozen=True, eq=False)
class RowQuotient:
    """The classes of a game's rows, in order of state; classes of a state in order of their first row.

    ``class_of``   Int[rows].
    ``start``      Int[states + 1]: the first class of each state.
    ``row``        Int[classes]: the row that stands for each class, its first.
    ``options``    Int[classes, players]: the set of the alternatives that a player has; its own row's is among them.
    ``set_start``  Int[sets + 1] into ``set_row``: a row for each alternative of a set, which earns the player that much
                   and leads there.  Alternatives of a set differ in what the player earns or in the law.
    ``twin``       Bool[classes, players]: a player can change the outcome, but neither its payoff nor the law.
    """

    class_of: Ints
    start: Ints
    row: Ints
    options: Ints
    set_start: Ints
    set_row: Ints
    twin: Bools

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.row)

    def alternatives(self, number: int, player: int) -> Ints:
        """Rows for the alternatives that a player has in a class, that of its own row among them."""
        chosen = int(self.options[number, player])
        return self.set_row[self.set_start[chosen] : self.set_start[chosen + 1]]

    def represented_by(self, rows: Bools) -> Ints:
        """Int[classes]: the first of some rows (say, what a plan allows) in each class that has one, else its first."""
        wanted = np.flatnonzero(rows)[::-1]
        out = self.row.copy()
        out[self.class_of[wanted]] = wanted
        return out

    def some(self, rows: Bools) -> Bools:
        """Bool[classes]: classes that have one of some rows."""
        out = np.zeros(self.n_classes, dtype=bool)
        out[self.class_of[rows]] = True
        return out


_known: WeakKeyDictionary[RowTables, RowQuotient] = WeakKeyDictionary()


def row_quotient(game: StochasticGame, told: tuple[Ints, Ints] | None = None) -> RowQuotient:
    """The lossless quotient of a game's rows, told apart exactly: one for games that differ in discount factors only.

    ``told``  Int[rows], Int[rows, players]: laws, and what each player earns, by numbers that are equal where these
              are to be held equal; None where the game's own say so.

    Raises ``GameError`` unless everyone sees the profile: elsewhere what is seen would tell rows apart too.
    """
    if game.monitoring is not None:
        raise GameError("the quotient of rows is for games in which everyone sees the profile")
    if told is not None:
        return _quotient(game.tables, told)
    known = _known.get(game.tables)
    if known is None:
        known = _known[game.tables] = _quotient(game.tables, None)
    return known


def _quotient(tables: RowTables, told: tuple[Ints, Ints] | None) -> RowQuotient:
    layout = tables.layout
    blocks = [_block(tables, told, first, stop) for first, stop in _spans(layout.row_start)]
    classes = np.cumsum([0, *(len(block.row) for block in blocks)])
    sets = np.cumsum([0, *(len(block.set_start) - 1 for block in blocks)])
    entries = np.cumsum([0, *(len(block.set_row) for block in blocks)])
    class_of = np.concatenate([block.class_of + k for block, k in zip(blocks, classes, strict=False)])
    row = np.concatenate([block.row for block in blocks])
    return RowQuotient(
        class_of,
        np.searchsorted(layout.row_state[row], np.arange(len(layout.row_start))).astype(np.int64),
        row,
        np.concatenate([block.options + k for block, k in zip(blocks, sets, strict=False)]),
        np.concatenate([[0], *(block.set_start[1:] + k for block, k in zip(blocks, entries, strict=False))]),
        np.concatenate([block.set_row for block in blocks]),
        np.concatenate([block.twin for block in blocks]),
    )


@final
@dataclass(frozen=True, eq=False)
class _Block:
    """The quotient of some states: classes and sets counted from 0, rows as the game counts them."""

    class_of: Ints
    row: Ints
    options: Ints
    set_start: Ints
    set_row: Ints
    twin: Bools


def _spans(row_start: Ints) -> Iterable[tuple[int, int]]:
    """Rows from and to which states are looked at together."""
    first, states = 0, len(row_start) - 1
    for s in range(states):
        if s + 1 == states or row_start[s + 2] - first > BLOCK:
            yield first, int(row_start[s + 1])
            first = int(row_start[s + 1])


def _block(tables: RowTables, told: tuple[Ints, Ints] | None, first: int, stop: int) -> _Block:
    layout = tables.layout
    n = layout.counts.shape[1]
    state, law = layout.row_state[first:stop], (tables.laws.number if told is None else told[0])[first:stop]
    payoffs = (tables.payoffs.table if told is None else told[1])[first:stop]
    exact = _unnamed_payoffs(tables, first, stop) if told is None else np.zeros((stop - first, n), dtype=np.int64)
    outcome, seen = numbered(state, law, *payoffs.T, *exact.T)
    # Outcomes are few: what a player earns and where it leads is told apart among them.
    ahead, _ = numbered(state[seen], law[seen])
    keys, sets, rows, counts = [outcome], [], [], []
    twins = np.zeros((stop - first, n), dtype=bool)
    offset = 0
    for i in range(n):
        earned, example = numbered(ahead, payoffs[seen, i], exact[seen, i])
        line = np.arange(stop - first) - layout.own_action[first:stop, i] * layout.stride[state, i]
        outcomes = distinct(line * len(seen) + outcome)
        lines, alternatives, several = _alternatives(outcomes // len(seen), earned[outcomes % len(seen)])
        which, shown, firsts = _sets(lines, alternatives)
        number = np.empty(stop - first, dtype=np.int64)
        number[lines[firsts]] = which
        keys.append(number[line])
        twice = (lines * len(example) + alternatives)[several]
        twins[:, i] = _among(twice, line * len(example) + earned[outcome])
        length = np.diff(np.append(firsts, len(lines)))
        before = np.cumsum(length[shown]) - length[shown]
        picked = np.repeat(firsts[shown] - before, length[shown]) + np.arange(length[shown].sum())
        rows.append(first + seen[example[alternatives[picked]]])
        counts.append(length[shown])
        sets.append(keys[-1] + offset)
        offset += len(shown)
    number, example = numbered(*keys, *twins.T)
    # In the order of their first rows, so that classes of a state stand together.
    order = np.argsort(example)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    example = example[order]
    return _Block(
        place[number],
        first + example,
        np.stack(sets, axis=1)[example],
        np.concatenate([[0], np.cumsum(np.concatenate(counts))]),
        np.concatenate(rows),
        twins[example],
    )


def _unnamed_payoffs(tables: RowTables, first: int, stop: int) -> Ints:
    """Int[rows, players]: payoffs that no float names have the same number if they are the same; 0 for all others."""
    known: dict[Fraction, int] = {}
    out = np.zeros((stop - first, tables.payoffs.table.shape[1]), dtype=np.int64)
    for (row, player), value in tables.payoffs.exact.items():
        if first <= row < stop:
            out[row - first, player] = known.setdefault(value, len(known) + 1)
    return out


def _among(ordered: Ints, numbers: Ints) -> Bools:
    """Bool[numbers]: which of some numbers are among others, which are in increasing order."""
    if not len(ordered):
        return np.zeros(len(numbers), dtype=bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)] == numbers)


def _alternatives(line: Ints, mine: Ints) -> tuple[Ints, Ints, Bools]:
    """The distinct (line, alternative) pairs in order, two arrays, and Bool[pairs]: a pair that is given repeatedly."""
    most = int(mine.max()) + 1
    ordered = np.sort(line * most + mine)
    start = starts_of_runs(ordered)
    found = ordered[start]
    return found // most, found % most, np.diff(start, append=len(ordered)) > 1


def _sets(lines: Ints, alternatives: Ints) -> tuple[Ints, Ints, Ints]:
    """Int[lines]: lines with the same alternatives have the same number; the first line of each; where lines begin."""
    firsts = np.flatnonzero(np.diff(lines, prepend=-1))
    return *numbered_lists(firsts, np.append(firsts[1:], len(lines)), alternatives), firsts
