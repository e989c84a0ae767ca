"""The best continuation after one row: a small linear program, solved by generating columns.

A column picks one point per next state; its payoffs are the expectation over the law of the next state.  A public
lottery over at most ``players + 1`` columns is the best continuation that meets what every player needs.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel

PIVOTS = 200
TINY = 1e-11
COLUMN, ARTIFICIAL = -1, -2


@kernel
def best_column(price: Floats, points: Floats, states: Ints, chances: Floats, column: Ints, payoff: Floats) -> float:
    """Per next state the point that is worth most at a price; returns what the column is worth.

    ``points``  Float[modes, states, players]; ``states`` Int[next], ``chances`` Float[next].
    Written: ``column`` Int[next], ``payoff`` Float[players].
    """
    modes, players = points.shape[0], points.shape[2]
    payoff[:] = 0.0
    total = 0.0
    for e in range(len(states)):
        q = states[e]
        best, pick = -np.inf, 0
        for m in range(modes):
            worth = 0.0
            for i in range(players):
                worth += price[i] * points[m, q, i]
            if worth > best + 1e-14:
                best, pick = worth, m
        column[e] = pick
        total += chances[e] * best
        for i in range(players):
            payoff[i] += chances[e] * points[pick, q, i]
    return total


@kernel
def row_room(players: int, widest: int) -> tuple[Floats, Ints]:
    """Room for row programs with laws of at most so many next states; making it anew for each costs as much as they."""
    size = players + 1
    return np.empty((2 * size + 6, size)), np.empty((size + 2, max(size, widest)), dtype=np.int64)


@kernel
def row_program(
    aim: Floats, points: Floats, states: Ints, chances: Floats, need: Floats,
    weight: Floats, columns: Ints, payoff: Floats, price: Floats, room: Floats, picks: Ints,
) -> float:
    """Most of ``aim . w`` over continuations w that a lottery over columns brings and that give everybody its need.

    ``need``  Float[players], finite.
    Written: ``weight`` Float[players + 1] and ``columns`` Int[players + 1, next], the lottery (weight 0 where unused);
    ``payoff`` Float[players], its w; ``price`` Float[players], how much one unit of each need costs.
    ``room``, ``picks``  to work in, as ``row_room`` makes them.
    Returns 0 if the needs are met, else by how much every one must be lowered for that (the lottery then does so).
    """
    n = len(need)
    best_column(aim, points, states, chances, columns[0], payoff)
    short, worst = 0.0, -1
    for i in range(n):
        if need[i] - payoff[i] > short:
            short, worst = need[i] - payoff[i], i
    if short <= TINY:
        # What is best without any needs meets them.
        weight[:] = 0.0
        weight[0] = 1.0
        price[:] = 0.0
        return 0.0
    size = n + 1
    inverse, gains = room[:size], room[size:2 * size, :n]
    worth, x, dual = room[2 * size], room[2 * size + 1], room[2 * size + 2]
    step, entering = room[2 * size + 3], room[2 * size + 4]
    value = room[-1, :n]
    taken, fresh, kind = picks[:size, :len(states)], picks[size, :len(states)], picks[size + 1]
    room[:2 * size + 1] = 0.0
    fresh[:], value[:] = columns[0], payoff
    # Basis positions: player i's slack in place i, the first column in the last place; such a basis is its own inverse.
    for i in range(n):
        inverse[i, i] = -1.0
        inverse[i, n] = value[i]
        kind[i] = i
    inverse[n, n] = 1.0
    kind[n] = COLUMN
    taken[n] = fresh
    gains[n] = value
    for i in range(n):
        worth[n] += aim[i] * value[i]
    # One unit of the artificial column lowers every need by as much; it takes the place of the slack that lacks most.
    first_phase = True
    kind[worst] = ARTIFICIAL
    for j in range(size):
        inverse[worst, j] *= -1.0
    for k in range(n):
        if k != worst:
            for j in range(size):
                inverse[k, j] += inverse[worst, j]
    for k in range(size):
        x[k] = inverse[k, n]
        for i in range(n):
            x[k] += inverse[k, i] * need[i]
    for _ in range(PIVOTS):
        for j in range(size):
            dual[j] = 0.0
            for k in range(size):
                if first_phase:
                    if kind[k] == ARTIFICIAL:
                        dual[j] -= inverse[k, j]
                elif kind[k] == COLUMN:
                    dual[j] += worth[k] * inverse[k, j]
        largest = 1.0
        for j in range(size):
            largest = max(largest, abs(dual[j]))
        profit, enter = TINY * largest, ARTIFICIAL
        for i in range(n):
            if dual[i] > profit:
                inside = False
                for k in range(size):
                    inside = inside or kind[k] == i
                if not inside:
                    profit, enter = dual[i], i
        for i in range(n):
            price[i] = (0.0 if first_phase else aim[i]) - dual[i]
        gain = best_column(price, points, states, chances, fresh, value) - dual[n]
        if gain > profit:
            enter = COLUMN
        if enter == ARTIFICIAL:
            break
        if enter == COLUMN:
            entering[:n] = value
            entering[n] = 1.0
        else:
            entering[:] = 0.0
            entering[enter] = -1.0
        leave, ratio = -1, np.inf
        for k in range(size):
            step[k] = 0.0
            for j in range(size):
                step[k] += inverse[k, j] * entering[j]
        for k in range(size):
            if kind[k] == ARTIFICIAL and not first_phase and abs(step[k]) > 1e-9:
                # It stands at zero and must not grow.
                leave, ratio = k, 0.0
                break
            if step[k] > 1e-10:
                r = max(x[k], 0.0) / step[k]
                if r < ratio - 1e-14 or (r <= ratio + 1e-14 and (kind[k] == ARTIFICIAL or (
                        kind[leave] != ARTIFICIAL and step[k] > step[leave]))):
                    leave, ratio = k, r
        if leave < 0:
            break
        pivot = step[leave]
        for j in range(size):
            inverse[leave, j] /= pivot
        for k in range(size):
            if k != leave and step[k] != 0.0:
                factor = step[k]
                for j in range(size):
                    inverse[k, j] -= factor * inverse[leave, j]
                x[k] -= factor * ratio
        x[leave] = ratio
        left = kind[leave]
        kind[leave] = enter
        if enter == COLUMN:
            taken[leave] = fresh
            gains[leave] = value
            worth[leave] = 0.0
            for i in range(n):
                worth[leave] += aim[i] * value[i]
        if left == ARTIFICIAL:
            first_phase = False
        elif first_phase:
            for k in range(size):
                if kind[k] == ARTIFICIAL and x[k] <= TINY:
                    first_phase = False
    miss = 0.0
    total = 0.0
    for k in range(size):
        weight[k] = 0.0
        if kind[k] == COLUMN and x[k] > TINY:
            weight[k] = x[k]
            total += x[k]
            columns[k] = taken[k]
        elif kind[k] == ARTIFICIAL and x[k] > TINY:
            miss = x[k]
    payoff[:] = 0.0
    for k in range(size):
        if weight[k] > 0.0:
            weight[k] /= total
            for i in range(n):
                payoff[i] += weight[k] * gains[k, i]
    for i in range(n):
        price[i] = max(-dual[i], 0.0)
    return miss
