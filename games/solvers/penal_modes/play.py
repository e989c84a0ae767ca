"""What an automaton of few modes is really worth, and how much every deviation from it falls short.

The points it was made of are forgotten: values solve the automaton's own equations, punishments are whichever mode is
worst for the deviator by those values, and every one-shot deviation is tried in every mode and state that play and
deviations reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import splu

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Arrays, Classes, PenalGame

DENSE = 120
"""Up to so many cells their equations are solved as a dense system."""


@final
@dataclass(frozen=True, eq=False)
class Table:
    """What is played in each mode and state, and the lottery over modes that follows in each next state.

    ``row``     Int[modes, states], classes of rows; ``weight`` Float[modes, states, players + 1];
    ``column``  Int[modes, states, players + 1, next states]: the mode of every next state of the row's law.
    """

    row: Ints
    weight: Floats
    column: Ints


def stacked(first: Table, second: Table) -> Table:
    """The modes of both; columns of the second are numbered as in the joint table."""
    return Table(np.concatenate([first.row, second.row]), np.concatenate([first.weight, second.weight]),
                 np.concatenate([first.column, second.column]))


def lotteries(
    table: Table, mode: int, state: int, ahead: list[int], rational: Callable[[float], Fraction]
) -> dict[int, dict[int, Fraction]]:
    """Per next state the chances of modes, which sum to 1 exactly: the same mixture of columns in all of them.

    ``ahead``  the next states of the row's law, in its order; ``rational`` takes a chance to one nearby.
    """
    columns = np.flatnonzero(table.weight[mode, state] > 0).tolist()
    shares = [rational(float(table.weight[mode, state, c])) for c in columns]
    largest = shares.index(max(shares))
    shares[largest] += 1 - sum(shares, Fraction(0))
    out: dict[int, dict[int, Fraction]] = {}
    for e, s in enumerate(ahead):
        mix = out.setdefault(s, {})
        for c, share in zip(columns, shares, strict=True):
            if share:
                m = int(table.column[mode, state, c, e])
                mix[m] = mix.get(m, Fraction(0)) + share
    return out


@kernel
def _arcs(game: Classes, row: Ints, weight: Floats, column: Ints, source: Ints, target: Ints, share: Floats) -> int:
    """Steps of play between cells (mode * states + state), written into the last three; returns how many."""
    modes, states, _ = weight.shape
    k = 0
    for m in range(modes):
        for s in range(states):
            first = game.law_start[game.law[row[m, s]]]
            for e in range(first, game.law_start[game.law[row[m, s]] + 1]):
                for c in range(weight.shape[2]):
                    if weight[m, s, c] > 0.0:
                        source[k] = m * states + s
                        target[k] = column[m, s, c, e - first] * states + game.law_state[e]
                        share[k] = weight[m, s, c] * game.chance[e]
                        k += 1
    return k


def true_values(arrays: Arrays, table: Table) -> Floats:
    """Float[modes, states, players]: average discounted payoffs of the automaton, on the kernels' scale."""
    game, discount = arrays.classes, arrays.discount
    modes, states = table.row.shape
    cells, n = modes * states, len(discount)
    most = cells * (n + 1) * arrays.widest_law
    source, target, share = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(most)
    k = _arcs(game, table.row, table.weight, table.column, source, target, share)
    today = (1 - discount) * game.payoff[table.row.ravel()]
    steps = coo_array((share[:k], (source[:k], target[:k])), shape=(cells, cells))
    out = np.empty((cells, n))
    for factor in np.unique(discount):
        mine = discount == factor
        if cells <= DENSE:
            out[:, mine] = np.linalg.solve(np.eye(cells) - factor * steps.toarray(), today[:, mine])
        else:
            out[:, mine] = splu((eye_array(cells) - factor * steps.tocsc()).tocsc()).solve(today[:, mine])
    return out.reshape(modes, states, n)


@kernel
def _reach(
    game: Classes, successor_start: Ints, successor: Ints, row: Ints, weight: Floats, column: Ints, worst: Ints,
    first_mode: int, initial: int,
) -> Bools:
    """Bool[modes, states]: cells that play from a cell, deviations of one player and joint ones reach."""
    modes, states = row.shape
    seen = np.zeros((modes, states), dtype=np.bool_)
    queue = np.empty((modes * states, 2), dtype=np.int64)
    seen[first_mode, initial] = True
    queue[0, 0], queue[0, 1] = first_mode, initial
    head, tail = 0, 1
    played = np.zeros(states, dtype=np.int64)
    goals = np.empty((modes * states, 2), dtype=np.int64)
    while head < tail:
        m, s = queue[head]
        head += 1
        count = 0
        by_law = game.law_start[game.law[row[m, s]]]
        for e in range(by_law, game.law_start[game.law[row[m, s]] + 1]):
            played[game.law_state[e]] = head
            for c in range(weight.shape[2]):
                if weight[m, s, c] > 0.0:
                    count = _add(column[m, s, c, e - by_law], game.law_state[e], seen, goals, count)
        for i in range(game.options.shape[1]):
            chosen = game.options[row[m, s], i]
            for a in range(game.set_start[chosen], game.set_start[chosen + 1]):
                for e in range(game.law_start[game.set_law[a]], game.law_start[game.set_law[a] + 1]):
                    count = _add(worst[game.law_state[e], i], game.law_state[e], seen, goals, count)
        for e in range(successor_start[s], successor_start[s + 1]):
            if played[successor[e]] != head:
                count = _add(worst[successor[e], 0], successor[e], seen, goals, count)
        for g in range(count):
            queue[tail] = goals[g]
            tail += 1
    return seen


@kernel
def _add(mode: int, state: int, seen: Bools, goals: Ints, count: int) -> int:
    """Take note of a cell that has not been seen; returns how many were noted."""
    if seen[mode, state]:
        return count
    seen[mode, state] = True
    goals[count, 0], goals[count, 1] = mode, state
    return count + 1


@kernel
def slacks(game: Classes, row: Ints, values: Floats, threat: Floats, seen: Bools, out: Floats, by: Ints) -> None:
    """Least slack of every cell that is reached and player, infinite where nobody can deviate; and by which entry.

    Deviations that change neither anybody's payoff nor the law are none.
    """
    modes, states = row.shape
    out[:] = np.inf
    by[:] = -1
    for m in range(modes):
        for s in range(states):
            if not seen[m, s]:
                continue
            k = row[m, s]
            for i in range(len(game.discount)):
                for e in range(game.set_start[game.options[k, i]], game.set_start[game.options[k, i] + 1]):
                    law = game.set_law[e]
                    if law == game.law[k] and game.set_payoff[e] == game.payoff[k, i] and not game.twin[k, i]:
                        continue
                    gain = (1.0 - game.discount[i]) * game.set_payoff[e]
                    for a in range(game.law_start[law], game.law_start[law + 1]):
                        gain += game.discount[i] * game.chance[a] * threat[game.law_state[a], i]
                    if values[m, s, i] - gain < out[m, s, i]:
                        out[m, s, i] = values[m, s, i] - gain
                        by[m, s, i] = e


@final
@dataclass(frozen=True, eq=False)
class Judged:
    """A table with its values and slacks.

    ``values``  Float[modes, states, players]; ``worst`` Int[states, players]: the mode that punishes a player.
    ``seen``    Bool[modes, states]: cells that are reached; ``slack`` Float[modes, states, players], 0 or more where
                no deviation pays, on the kernels' scale; ``by`` the entries of sets of options that attain it.
    """

    table: Table
    values: Floats
    worst: Ints
    seen: Bools
    slack: Floats
    by: Ints

    @property
    def least_slack(self) -> float:
        """Over all cells that are reached and players."""
        return float(self.slack.min())


def judge(arrays: PenalGame, table: Table, punishing: int, first_mode: int, kept: Bools | None = None) -> Judged:
    """Values and slacks of an automaton that starts in ``first_mode`` and punishes by its first ``punishing`` modes.

    ``kept``  Bool[punishing, states]: those of their cells that may be used; None if all may.
    """
    values = true_values(arrays, table)
    return judge_at(arrays, table, values, punishing, first_mode, kept)


def judge_at(
    arrays: Arrays, table: Table, values: Floats, punishing: int, first_mode: int, kept: Bools | None = None
) -> Judged:
    """The same of an automaton with known values, Float[modes, states, players]."""
    game = arrays.classes
    threats = values[:punishing] if kept is None else np.where(kept[:, :, None], values[:punishing], np.inf)
    worst, threat = threats.argmin(axis=0), threats.min(axis=0)
    seen = _reach(game, *arrays.successors, table.row, table.weight, table.column, worst, first_mode, arrays.initial)
    slack, by = np.empty(values.shape), np.empty(values.shape, dtype=np.int64)
    slacks(game, table.row, values, threat, seen, slack, by)
    return Judged(table, values, worst, seen, slack, by)
