"""What an automaton of few modes is really worth, and how much every deviation from it falls short.

The points it was made of are forgotten: values solve the automaton's own equations, punishments are whichever mode is
worst for the deviator by those values, and every one-shot deviation is tried in every mode and state that play and
deviations reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import splu

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import PenalGame

DENSE = 120
"""Up to so many cells their equations are solved as a dense system."""


@final
@dataclass(frozen=True, eq=False)
class Table:
    """What is played in each mode and state, and the lottery over modes that follows in each next state.

    ``row``     Int[modes, states]; ``weight`` Float[modes, states, players + 1];
    ``column``  Int[modes, states, players + 1, next states]: the mode of every next state of the row's law.
    """

    row: Ints
    weight: Floats
    column: Ints


@kernel
def _arcs(
    law: Ints, law_start: Ints, law_state: Ints, chance: Floats, row: Ints, weight: Floats, column: Ints,
    source: Ints, target: Ints, share: Floats,
) -> int:
    """Steps of play between cells (mode * states + state), written into the last three; returns how many."""
    modes, states, _ = weight.shape
    k = 0
    for m in range(modes):
        for s in range(states):
            first = law_start[law[row[m, s]]]
            for e in range(first, law_start[law[row[m, s]] + 1]):
                for c in range(weight.shape[2]):
                    if weight[m, s, c] > 0.0:
                        source[k] = m * states + s
                        target[k] = column[m, s, c, e - first] * states + law_state[e]
                        share[k] = weight[m, s, c] * chance[e]
                        k += 1
    return k


def true_values(arrays: PenalGame, table: Table) -> Floats:
    """Float[modes, states, players]: average discounted payoffs of the automaton, on the kernels' scale."""
    rows, discount = arrays.rows, arrays.discount
    modes, states = table.row.shape
    cells, n = modes * states, len(discount)
    most = cells * (n + 1) * rows.widest_law
    source, target, share = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(most)
    k = _arcs(rows.law, rows.law_start, rows.law_state, arrays.chance, table.row, table.weight, table.column,
              source, target, share)
    today = (1 - discount) * arrays.payoff[table.row.ravel()]
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
    start: Ints, count: Ints, stride: Ints, law: Ints, law_start: Ints, law_state: Ints, successor_start: Ints,
    successor: Ints, row: Ints, weight: Ints, column: Ints, worst: Ints, first_mode: int, initial: int,
) -> Bools:
    """Bool[modes, states]: cells that play from a cell, deviations of one player and joint ones reach."""
    modes, states = row.shape
    n = count.shape[1]
    seen = np.zeros((modes, states), dtype=np.bool_)
    queue = np.empty((modes * states, 2), dtype=np.int64)
    seen[first_mode, initial] = True
    queue[0, 0], queue[0, 1] = first_mode, initial
    head, tail = 0, 1
    here = np.zeros(states, dtype=np.int64)
    while head < tail:
        m, s = queue[head]
        head += 1
        r = row[m, s]
        by_law = law_start[law[r]]
        for e in range(by_law, law_start[law[r] + 1]):
            q = law_state[e]
            here[q] = head
            for c in range(weight.shape[2]):
                if weight[m, s, c] > 0.0:
                    k = column[m, s, c, e - by_law]
                    if not seen[k, q]:
                        seen[k, q] = True
                        queue[tail, 0], queue[tail, 1] = k, q
                        tail += 1
        local = r - start[s]
        for i in range(n):
            base = r - ((local // stride[s, i]) % count[s, i]) * stride[s, i]
            for a in range(count[s, i]):
                other = base + a * stride[s, i]
                if other == r:
                    continue
                for e in range(law_start[law[other]], law_start[law[other] + 1]):
                    q = law_state[e]
                    k = worst[q, i]
                    if not seen[k, q]:
                        seen[k, q] = True
                        queue[tail, 0], queue[tail, 1] = k, q
                        tail += 1
        for e in range(successor_start[s], successor_start[s + 1]):
            q = successor[e]
            if here[q] != head and not seen[worst[q, 0], q]:
                seen[worst[q, 0], q] = True
                queue[tail, 0], queue[tail, 1] = worst[q, 0], q
                tail += 1
    return seen


@kernel
def _slacks(
    start: Ints, count: Ints, stride: Ints, law: Ints, law_start: Ints, law_state: Ints, chance: Floats, payoff: Floats,
    discount: Floats, row: Ints, values: Floats, threat: Floats, seen: Bools, out: Floats, by: Ints,
) -> None:
    """Least slack of every cell that is reached and player (infinite where nobody can deviate), and the row it is of.

    Deviations that change neither anybody's payoff nor the law are none.
    """
    modes, states = row.shape
    n = len(discount)
    out[:] = np.inf
    by[:] = -1
    for m in range(modes):
        for s in range(states):
            if not seen[m, s]:
                continue
            r = row[m, s]
            local = r - start[s]
            for i in range(n):
                base = r - ((local // stride[s, i]) % count[s, i]) * stride[s, i]
                for a in range(count[s, i]):
                    other = base + a * stride[s, i]
                    if other == r:
                        continue
                    if law[other] == law[r]:
                        same = True
                        for j in range(n):
                            same = same and payoff[other, j] == payoff[r, j]
                        if same:
                            continue
                    gain = (1.0 - discount[i]) * payoff[other, i]
                    for e in range(law_start[law[other]], law_start[law[other] + 1]):
                        gain += discount[i] * chance[e] * threat[law_state[e], i]
                    if values[m, s, i] - gain < out[m, s, i]:
                        out[m, s, i] = values[m, s, i] - gain
                        by[m, s, i] = other


@final
@dataclass(frozen=True, eq=False)
class Judged:
    """A table with its values and slacks.

    ``values``  Float[modes, states, players]; ``worst`` Int[states, players]: the mode that punishes a player.
    ``seen``    Bool[modes, states]: cells that are reached; ``slack`` Float[modes, states, players], 0 or more where
                no deviation pays, on the kernels' scale; ``by`` the rows of the deviations.
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


def judge(arrays: PenalGame, table: Table, punishing: int, first_mode: int) -> Judged:
    """Values and slacks of an automaton that starts in ``first_mode`` and punishes by its first ``punishing`` modes."""
    rows, game = arrays.rows, arrays.game
    values = true_values(arrays, table)
    worst = values[:punishing].argmin(axis=0)
    threat = values[:punishing].min(axis=0)
    seen = _reach(rows.start, rows.count, rows.stride, rows.law, rows.law_start, rows.law_state, *arrays.successors,
                  table.row, table.weight, table.column, worst, first_mode, game.initial)
    slack, by = np.empty(values.shape), np.empty(values.shape, dtype=np.int64)
    _slacks(rows.start, rows.count, rows.stride, rows.law, rows.law_start, rows.law_state, arrays.chance,
            arrays.payoff, arrays.discount, table.row, values, threat, seen, slack, by)
    return Judged(table, values, worst, seen, slack, by)
