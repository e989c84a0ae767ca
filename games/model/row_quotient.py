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

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Ints
from games.numerics.numbering import numbered, numbered_lists

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

    game: StochasticGame
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


def row_quotient(game: StochasticGame, told: tuple[Ints, Ints] | None = None) -> RowQuotient:
    """The lossless quotient of a game's rows, told apart exactly.

    ``told``  Int[rows], Int[rows, players]: laws, and what each player earns, by numbers that are equal where these
              are to be held equal; None where the game's own say so.

    Raises ``GameError`` unless everyone sees the profile: elsewhere what is seen would tell rows apart too.
    """
    if game.monitoring is not None:
        raise GameError("the quotient of rows is for games in which everyone sees the profile")
    blocks = [_block(game, told, first, stop) for first, stop in _spans(game)]
    classes = np.cumsum([0, *(len(block.row) for block in blocks)])
    sets = np.cumsum([0, *(len(block.set_start) - 1 for block in blocks)])
    entries = np.cumsum([0, *(len(block.set_row) for block in blocks)])
    class_of = np.concatenate([block.class_of + k for block, k in zip(blocks, classes, strict=False)])
    row = np.concatenate([block.row for block in blocks])
    return RowQuotient(
        game,
        class_of,
        np.searchsorted(game.row_state[row], np.arange(game.n_states + 1)).astype(np.int64),
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


def _spans(game: StochasticGame) -> Iterable[tuple[int, int]]:
    """Rows from and to which states are looked at together."""
    first = 0
    for s in range(game.n_states):
        if s + 1 == game.n_states or game.row_start[s + 2] - first > BLOCK:
            yield first, int(game.row_start[s + 1])
            first = int(game.row_start[s + 1])


def _block(game: StochasticGame, told: tuple[Ints, Ints] | None, first: int, stop: int) -> _Block:
    state, law = game.row_state[first:stop], (game.law_number if told is None else told[0])[first:stop]
    payoffs = (game.payoffs if told is None else told[1])[first:stop]
    exact = _unnamed_payoffs(game, first, stop) if told is None else np.zeros((stop - first, game.n_players), np.int64)
    outcome, seen = numbered(state, law, *payoffs.T, *exact.T)
    # Outcomes are few: what a player earns and where it leads is told apart among them.
    ahead, _ = numbered(state[seen], law[seen])
    keys, sets, rows, counts = [outcome], [], [], []
    twins = np.zeros((stop - first, game.n_players), dtype=bool)
    offset = 0
    for i in range(game.n_players):
        earned, example = numbered(ahead, payoffs[seen, i], exact[seen, i])
        line = np.arange(stop - first) - game.own_action[first:stop, i] * game.stride[state, i]
        outcomes = np.unique(line * len(seen) + outcome)
        lines, alternatives, several = _alternatives(outcomes // len(seen), earned[outcomes % len(seen)])
        which, firsts = _sets(lines, alternatives)
        number = np.empty(stop - first, dtype=np.int64)
        number[lines[firsts]] = which
        keys.append(number[line])
        code = lines * len(example) + alternatives
        twins[:, i] = several[np.searchsorted(code, line * len(example) + earned[outcome])]
        # Of each distinct set, the first line that has it.
        _, shown = np.unique(which, return_index=True)
        length = np.diff(np.append(firsts, len(lines)))
        picked = np.concatenate([np.arange(firsts[k], firsts[k] + length[k]) for k in shown])
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


def _unnamed_payoffs(game: StochasticGame, first: int, stop: int) -> Ints:
    """Int[rows, players]: payoffs that no float names have the same number if they are the same; 0 for all others."""
    known: dict[Fraction, int] = {}
    out = np.zeros((stop - first, game.n_players), dtype=np.int64)
    for (kind, row, player), value in game.rationals.items():
        if kind == "payoff" and first <= row < stop:
            out[row - first, player] = known.setdefault(value, len(known) + 1)
    return out


def _alternatives(line: Ints, mine: Ints) -> tuple[Ints, Ints, Bools]:
    """The distinct (line, alternative) pairs in order, two arrays, and Bool[pairs]: a pair that is given repeatedly."""
    most = int(mine.max()) + 1
    found, times = np.unique(line * most + mine, return_counts=True)
    return found // most, found % most, times > 1


def _sets(lines: Ints, alternatives: Ints) -> tuple[Ints, Ints]:
    """Int[lines]: lines with the same alternatives have the same number; and where each line begins."""
    firsts = np.flatnonzero(np.diff(lines, prepend=-1))
    return numbered_lists(firsts, np.append(firsts[1:], len(lines)), alternatives)[0], firsts
