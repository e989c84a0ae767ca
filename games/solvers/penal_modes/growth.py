"""Equilibrium payoffs from equilibrium payoffs: what rows with continuations in the hull of known points give.

A set of points that generate one another only grows by it, so nothing that is known is lost, whatever the order.

Source: Abreu, Pearce and Stacchetti (1990), theorems 1 and 2: what a self-generating set generates is one, too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TypeVar, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Classes, PenalGame
from games.solvers.penal_modes.play import Table, stacked, true_values
from games.solvers.penal_modes.points import (
    best_options,
    expectations,
    most_by_deviating,
    needs,
    supports,
)
from games.solvers.penal_modes.row_programs import row_program, row_room

GAIN = 1e-10
"""On the kernels' scale: points that reach no further than this beyond the known ones are not taken."""

SAME = 1e-12
"""On that scale: points that differ by less do for one another."""

STEPS = 10

Number = TypeVar("Number", bound=np.generic)

ROUNDING = 1e-11
"""Slack below zero by no more than this may be none, on the kernels' scale: the exact check says."""


@final
@dataclass(frozen=True, eq=False)
class Pool:
    """Points that generate one another, from each of which no deviation pays in floating point.

    ``slack``   asked of every incentive: of the payoff range, once, in one period;
    ``family``  Float[directions, players] in which its points are to reach far out;
    ``kept``    Bool[modes, states]: which cells of the table are points; ``values`` Float[modes, states, players].
    """

    arrays: PenalGame
    slack: float
    family: Floats
    table: Table
    values: Floats
    kept: Bools

    @staticmethod
    def of(arrays: PenalGame, slack: float, family: Floats, table: Table, kept: Bools | None = None) -> Pool:
        """The sound cells of an automaton (among ``kept``): those furthest out, and what they lead to."""
        kept = np.ones(table.row.shape, dtype=bool) if kept is None else kept
        values = true_values(arrays, table)
        sound = sound_cells(arrays, table, values, kept, slack)
        return Pool(arrays, slack, family, table, values, sound).pruned()

    def joined(self, table: Table, kept: Bools | None = None) -> Pool:
        """With the cells of another automaton, whose modes are numbered from 0 on."""
        kept = np.ones(table.row.shape, dtype=bool) if kept is None else kept
        moved = Table(table.row, table.weight, table.column + len(self.kept))
        return Pool.of(self.arrays, self.slack, self.family, stacked(self.table, moved),
                       np.concatenate([self.kept, kept]))

    def pruned(self) -> Pool:
        """The points furthest out in each direction, the worst for each player, and what those lead to.

        The latest of equal ones is taken, and what is left is numbered anew in every state.
        """
        needed = np.zeros_like(self.kept)
        axes = -np.eye(self.family.shape[1])
        for worth in (self._worth(self.family), self._worth(axes)):
            near = self.kept[None] & (worth >= worth.max(axis=1, keepdims=True) - SAME)
            latest = near.shape[1] - 1 - near[:, ::-1].argmax(axis=1)
            for best in latest:
                needed[best, np.arange(needed.shape[1])] = True
        needed &= self.kept
        _mark_continuations(self.arrays.classes, self.table.row, self.table.weight, self.table.column, needed)
        return _compact(replace(self, kept=needed))

    @property
    def best(self) -> Floats:
        """Float[directions, states, players]: the point furthest out in each direction; any where there is none."""
        mode = self._worth(self.family).argmax(axis=1)
        return np.asarray(self.values[mode, np.arange(mode.shape[1])[None]])

    def grown(self, deadline: float = np.inf) -> tuple[Pool, bool]:
        """With points further out, a few steps; whether none was left to find.

        ``deadline``  of processor time, after which no step is begun.
        """
        pool = self
        for _ in range(STEPS):
            if time.process_time() > deadline:
                break
            fresh = pool._fresh()
            if fresh is None:
                return pool, True
            pool = fresh
        return pool, False

    def _fresh(self) -> Pool | None:
        """One step; None if no point reaches further out than those that are known."""
        a, modes, family = self.arrays, len(self.kept), self.family
        least = self._worth(family).max(axis=1)
        has = np.asarray(self.kept.any(axis=0))
        first = self.kept.argmax(axis=0)
        points = np.where(self.kept[:, :, None], self.values, self.values[first, np.arange(len(has))][None])
        threat = np.where(has[:, None], points.min(axis=0), np.inf)
        row = np.full(least.shape, -1, dtype=np.int64)
        weight = np.zeros((*least.shape, len(a.discount) + 1))
        column = np.zeros((*weight.shape, a.widest_law), dtype=np.int64)
        _best_cells(a.classes, ~_without_way(a, has), family, self.slack * (1 - a.discount), threat, points,
                    least + GAIN, row, weight, column)
        if not (row >= 0).any():
            return None
        found = row >= 0
        number = np.where(self.kept, np.arange(modes)[:, None], first[None])
        row = np.where(found, row, a.classes.start[:-1][None])
        fresh = remapped(a, Table(row, weight * found[:, :, None], column), number)
        return Pool.of(a, self.slack, family, stacked(self.table, fresh), np.concatenate([self.kept, found]))

    def _worth(self, family: Floats) -> Floats:
        """Float[directions, modes, states]; -inf where there is no point."""
        return np.where(self.kept[None], np.einsum("msi,ki->kms", self.values, family), -np.inf)


def remapped(arrays: PenalGame, table: Table, number: Ints) -> Table:
    """The table with its modes called by other numbers: Int[modes, states], per next state."""
    game = arrays.classes
    law = game.law[table.row]
    entry = game.law_start[law][:, :, None] + np.arange(table.column.shape[3])
    inside = entry < game.law_start[law + 1][:, :, None]
    ahead = game.law_state[np.where(inside, entry, 0)]
    # Columns without weight hold anything.
    column = np.where((table.weight > 0)[..., None] & inside[:, :, None, :], table.column, 0)
    return Table(table.row, table.weight, number[column, ahead[:, :, None, :]])


def sound_cells(arrays: PenalGame, table: Table, values: Floats, kept: Bools, slack: float) -> Bools:
    """Bool[modes, states]: the most cells among ``kept`` that lead to one another and from which no deviation pays.

    A deviation is punished by the cell that is worst for the deviator among those that are left; states that have none
    left must not be reached.  ``slack``: of which half is asked, so that rounding decides nothing; with none what
    rounding may have taken counts as none.
    """
    asked = np.where((arrays.discount > 0) & (slack > 0), slack / 2 * (1 - arrays.discount), -ROUNDING)
    while True:
        threat = np.where(kept[:, :, None], values, np.inf).min(axis=0)
        left = kept & ~_without_way(arrays, np.asarray(kept.any(axis=0)))
        _strike(arrays.classes, table.row, table.weight, table.column, values, threat, asked, kept, left)
        if np.array_equal(left, kept):
            return left
        kept = left


def _without_way(arrays: PenalGame, has: Bools) -> Bools:
    """Bool[states]: some action profile may lead to a state that has no point."""
    pointer, successor = arrays.successors
    source = np.repeat(np.arange(len(has)), np.diff(pointer))
    return np.asarray(np.bincount(source[~has[successor]], minlength=len(has)) > 0)


@kernel
def _strike(
    game: Classes, row: Ints, weight: Floats, column: Ints, values: Floats, threat: Floats, asked: Floats, kept: Bools,
    left: Bools,
) -> None:
    """Strike out cells that lead to one not kept, and those from which a deviation spares less than is asked.

    ``left``  Bool[modes, states] is changed; in its states every deviation leads to states with a threat.
    """
    modes, states, _ = weight.shape
    best_of, best_at = np.empty(len(game.set_player)), np.empty(len(game.set_player), dtype=np.int64)
    played, deviating = np.empty(1, dtype=np.int64), np.empty((1, len(game.discount)))
    for s in range(states):
        if not left[:, s].any():
            continue
        ahead = np.empty((game.known_start[s + 1] - game.known_start[s], len(game.discount)))
        expectations(s, game, threat, ahead)
        best_options(s, game, ahead, best_of, best_at)
        for m in range(modes):
            if not left[m, s]:
                continue
            k = row[m, s]
            first = game.law_start[game.law[k]]
            for e in range(first, game.law_start[game.law[k] + 1]):
                for c in range(weight.shape[2]):
                    if weight[m, s, c] > 0.0 and not kept[column[m, s, c, e - first], game.law_state[e]]:
                        left[m, s] = False
            played[0] = k
            most_by_deviating(played, game, ahead, best_of, best_at, deviating)
            for i in range(len(game.discount)):
                if values[m, s, i] - deviating[0, i] < asked[i]:
                    left[m, s] = False


@kernel
def _mark_continuations(game: Classes, row: Ints, weight: Floats, column: Ints, marked: Bools) -> None:
    """Mark all cells that play from marked ones leads to."""
    modes, states, _ = weight.shape
    waiting = [(m, s) for m in range(modes) for s in range(states) if marked[m, s]]
    while len(waiting):
        m, s = waiting.pop()
        first = game.law_start[game.law[row[m, s]]]
        for e in range(first, game.law_start[game.law[row[m, s]] + 1]):
            for c in range(weight.shape[2]):
                if weight[m, s, c] > 0.0:
                    k, q = column[m, s, c, e - first], game.law_state[e]
                    if not marked[k, q]:
                        marked[k, q] = True
                        waiting.append((k, q))


def _compact(pool: Pool) -> Pool:
    """The kept cells alone, numbered anew in every state."""
    kept, table = pool.kept, pool.table
    modes, states = max(int(kept.sum(axis=0).max(initial=0)), 1), kept.shape[1]
    number = np.where(kept, np.cumsum(kept, axis=0) - 1, 0)
    m, s = np.nonzero(kept)
    at = number[m, s], s
    column = remapped(pool.arrays, table, number).column

    def moved(old: NDArray[Number], empty: NDArray[Number]) -> NDArray[Number]:
        empty[at] = old[m, s]
        return empty

    return Pool(
        pool.arrays, pool.slack, pool.family,
        Table(moved(table.row, np.repeat(pool.arrays.classes.start[:-1][None], modes, axis=0)),
              moved(table.weight, np.zeros((modes, *table.weight.shape[1:]))),
              moved(column, np.zeros((modes, *column.shape[1:]), dtype=np.int64))),
        moved(pool.values, np.zeros((modes, *pool.values.shape[1:]))),
        moved(kept, np.zeros((modes, states), dtype=bool)))


@kernel
def _best_cells(
    game: Classes, possible: Bools, aims: Floats, slack: Floats, threat: Floats, points: Floats, least: Floats,
    row: Ints, weight: Floats, column: Ints,
) -> None:
    """Per direction and state the best cell with continuations among the points, if it reaches beyond ``least``.

    As ``points.sweep``, but the points stay as they are.  ``possible`` Bool[states]: where there may be one.  Written
    where there is: ``row`` Int[directions, states], ``weight`` Float[directions, states, players + 1], ``column``
    Int[directions, states, players + 1, next states].
    """
    n = len(game.discount)
    value, cost, aim, share = np.empty(n), np.empty(n), np.empty(n), np.empty(n + 1)
    picked = np.empty((n + 1, column.shape[3]), dtype=np.int64)
    best_of, best_at = np.empty(len(game.set_player)), np.empty(len(game.set_player), dtype=np.int64)
    highest = np.empty(threat.shape)
    room, picks = row_room(n, column.shape[3])
    for s in range(len(game.start) - 1):
        for i in range(n):
            highest[s, i] = points[:, s, i].max()
    for s in range(len(game.start) - 1):
        if not possible[s]:
            continue
        first, size = game.start[s], game.start[s + 1] - game.start[s]
        laws = game.known_start[s + 1] - game.known_start[s]
        ahead, most, support = np.empty((laws, n)), np.empty((laws, n)), np.empty(laws)
        expectations(s, game, threat, ahead)
        best_options(s, game, ahead, best_of, best_at)
        expectations(s, game, highest, most)
        need, bound, open_ = np.empty((size, n)), np.empty(size), np.empty(size, dtype=np.bool_)
        deviating = np.empty((size, n))
        most_by_deviating(np.arange(first, first + size), game, ahead, best_of, best_at, deviating)
        for j in range(size):
            open_[j] = needs(deviating[j], game.payoff[first + j], game.discount, slack, need[j])
            for i in range(n):
                open_[j] = open_[j] and need[j, i] <= most[game.local_law[first + j], i] + 1e-12
        for f in range(len(aims)):
            for i in range(n):
                aim[i] = aims[f, i] * game.discount[i]
            supports(game.known_law[game.known_start[s]:game.known_start[s + 1]], game.law_start, game.law_state,
                     game.chance, aim, points, support)
            for j in range(size):
                bound[j] = -np.inf
                if open_[j]:
                    bound[j] = support[game.local_law[first + j]]
                    for i in range(n):
                        bound[j] += aims[f, i] * (1.0 - game.discount[i]) * game.payoff[first + j, i]
            best = least[f, s]
            for j in np.argsort(-bound):
                if bound[j] <= best:
                    break
                k = first + j
                part = slice(game.law_start[game.law[k]], game.law_start[game.law[k] + 1])
                if row_program(aim, points, game.law_state[part], game.chance[part], need[j], share,
                               picked[:, :part.stop - part.start], value, cost, room, picks) > 0.0:
                    continue
                here = 0.0
                for i in range(n):
                    here += aims[f, i] * ((1.0 - game.discount[i]) * game.payoff[k, i] + game.discount[i] * value[i])
                if here > best:
                    best = here
                    row[f, s] = k
                    weight[f, s] = share
                    column[f, s] = picked
