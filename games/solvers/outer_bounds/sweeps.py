"""Lowering levels of many directions at once, compiled: one direction to its own fixed point, then the next.

A row brings at most the lesser of two bounds: recursion on the level that is being lowered, and the program over all
half-spaces as they stand (``row_programs``).  Programs are solved for those rows only that could still be the best of
their state, the most promising first.
"""

from __future__ import annotations

from typing import NamedTuple, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.outer_bounds.row_programs import OPTIMAL, bound_program, mended, start_basis

POLICIES = 20
EVALUATIONS = 3000
MOST_SHARE = 0.999


@final
class Rows(NamedTuple):
    """A game as flat arrays, payoffs of each player scaled to [0, 1].

    ``first``    Int[states + 1]: first row of each state; rows in C order of the profiles.
    ``counts``, ``stride``  Int[states, players]: actions, and how far apart rows lie that differ by one of them.
    ``payoff``   Float[rows, players];  ``discount`` Float[players].
    ``law``      Int[rows]: the law that each row follows; ``law_start``, ``law_state``, ``law_weight``: the laws.
    """

    first: Ints
    counts: Ints
    stride: Ints
    payoff: Floats
    discount: Floats
    law: Ints
    law_start: Ints
    law_state: Ints
    law_weight: Floats


@final
class Bounds(NamedTuple):
    """What is known so far, changed in place.  The axis directions e_i and -e_i come first.

    ``columns``  Float[directions + players, players]: unit vectors, then the incentive lines -e_i.
    ``goal``     Float[directions, players]: direction times discount factors.
    ``own``, ``rest``  Float[directions], Float[directions, 2 * players]: the goal as a multiple of the direction itself
                 plus axis directions.
    ``level``    Float[directions, states]; ``ahead`` Float[laws, directions]: the level expected at the next state.
    ``best``     Float[rows, players]: the most that the player can have by any own action.
    ``alive``    Bool[rows]: rows that may be played; ``empty`` Bool[states]: states without equilibrium.
    ``basis``    Int[directions, states, players]: where the programs of a state start.
    ``winner``   Int[directions, states]: the row that held the level up at last.
    """

    columns: Floats
    goal: Floats
    own: Floats
    rest: Floats
    level: Floats
    ahead: Floats
    best: Floats
    alive: Bools
    empty: Bools
    basis: Ints
    winner: Ints


@kernel
def expect(rows: Rows, level: Floats, out: Floats) -> None:
    """Float[laws]: the level expected at the next state."""
    for law in range(len(out)):
        total = 0.0
        for e in range(rows.law_start[law], rows.law_start[law + 1]):
            total += rows.law_weight[e] * level[rows.law_state[e]]
        out[law] = total


@kernel
def refresh_best(player: int, rows: Rows, bounds: Bounds) -> None:
    """The most that a player can have by any own action, from the threat now in force."""
    n = len(rows.discount)
    delta = rows.discount[player]
    for s in range(len(rows.first) - 1):
        step, count = rows.stride[s, player], rows.counts[s, player]
        for r in range(rows.first[s], rows.first[s + 1]):
            if (r - rows.first[s]) // step % count:
                continue
            best = -np.inf
            for a in range(count):
                b = r + a * step
                best = max(best, (1.0 - delta) * rows.payoff[b, player] - delta * bounds.ahead[rows.law[b], n + player])
            for a in range(count):
                bounds.best[r + a * step, player] = best


@kernel
def row_costs(row: int, rows: Rows, bounds: Bounds, cost: Floats) -> None:
    """Float[directions + players]: right-hand sides of a row's program."""
    n = len(rows.discount)
    directions = len(cost) - n
    for k in range(directions):
        cost[k] = bounds.ahead[rows.law[row], k]
    for i in range(n):
        delta = rows.discount[i]
        need = bounds.best[row, i] - (1.0 - delta) * rows.payoff[row, i]
        cost[directions + i] = -need / delta if delta > 0.0 else np.inf


@kernel
def own_bounds(
    k: int, s: int, on_path: bool, rows: Rows, bounds: Bounds, base: Floats, ahead: Floats, bound: Floats, through: Ints
) -> None:
    """Per row of a state: the bound by recursion, and the row that it passes through (-1: it stands by itself).

    A threat is no worse than what the player has by its best action.
    """
    n = len(rows.discount)
    first, end = rows.first[s], rows.first[s + 1]
    own = bounds.own[k]
    for r in range(first, end):
        bound[r] = base[r] + own * ahead[rows.law[r]]
        through[r] = r
    if not n <= k < 2 * n:
        return
    i = k - n
    if on_path:
        for r in range(first, end):
            if -bounds.best[r, i] < bound[r]:
                bound[r] = -bounds.best[r, i]
                through[r] = -1
        return
    step, count = rows.stride[s, i], rows.counts[s, i]
    for r in range(first, end):
        if (r - first) // step % count:
            continue
        least = r
        for a in range(1, count):
            if bound[r + a * step] < bound[least]:
                least = r + a * step
        value = bound[least]
        for a in range(count):
            bound[r + a * step] = value
            through[r + a * step] = least


@kernel
def sift(heap: Ints, size: int, place: int, key: Floats) -> None:
    """Let the entry at a place of a heap sink until none below it has a greater key (Williams 1964)."""
    moving = heap[place]
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and key[heap[below + 1]] > key[heap[below]]:
            below += 1
        if key[heap[below]] <= key[moving]:
            break
        heap[place] = heap[below]
        place = below
    heap[place] = moving


@kernel
def lower(
    k: int, on_path: bool, tolerance: float, rows: Rows, bounds: Bounds, level: Floats, cap: Floats, used: Ints
) -> float:
    """Direction k to its own fixed point; writes ``level``, ``cap``, ``used`` and kills rows without continuation.

    ``tolerance``  gains below it are not worth another policy.
    ``level``  Float[states], out: at most the old level.
    ``cap``    Float[rows], out: what the row's program brings; NaN where recursion is bound enough, -inf where the row
               is empty.
    ``used``   Int[rows, players + 1], out: the basis behind it; the last entry shows emptiness, else ``OPTIMAL``.

    Returns the greatest gain.
    """
    states, n = len(rows.first) - 1, len(rows.discount)
    laws = len(bounds.ahead)
    old = bounds.level[k]
    own = bounds.own[k]
    ahead, base, bound = np.empty(laws), np.empty(len(rows.law)), np.empty(len(rows.law))
    share, slope = np.zeros(len(rows.law)), np.zeros(states)
    through, heap = np.empty(len(rows.law), dtype=np.int64), np.empty(len(rows.law), dtype=np.int64)
    fixed, passing = np.empty(states), np.full(states, -1)
    x, top = old.copy(), np.empty(states)
    cost = np.empty(len(bounds.columns))
    inverse, work = np.empty((n, n)), np.empty((n, n))
    weight, point, step = np.empty(n), np.empty(n), np.empty(n)
    basis = np.empty(n, dtype=np.int64)
    for law in range(laws):
        total = 0.0
        for j in range(2 * n):
            if bounds.rest[k, j] > 0.0:
                total += bounds.rest[k, j] * bounds.ahead[law, j]
        ahead[law] = total
    for r in range(len(rows.law)):
        total = ahead[rows.law[r]]
        for i in range(n):
            total += (1.0 - rows.discount[i]) * bounds.columns[k, i] * rows.payoff[r, i]
        base[r] = total
        cap[r] = np.nan
    for s in range(states):
        level[s] = old[s]
    for policy in range(POLICIES):
        expect(rows, x, ahead)
        excess = 0.0
        for s in range(states):
            if bounds.empty[s]:
                top[s] = x[s]
                passing[s] = -1
                fixed[s] = x[s]
                continue
            first, end = rows.first[s], rows.first[s + 1]
            own_bounds(k, s, on_path, rows, bounds, base, ahead, bound, through)
            best = -np.inf
            chosen = -1
            for r in range(first, end):
                if bounds.alive[r] and not np.isnan(cap[r]):
                    value = min(bound[r], cap[r] + share[r] * ahead[rows.law[r]])
                    if value > best:
                        best = value
                        chosen = r
            size = 0
            for r in range(first, end):
                if bounds.alive[r] and np.isnan(cap[r]) and bound[r] > best:
                    heap[size] = r
                    size += 1
            for place in range(size // 2 - 1, -1, -1):
                sift(heap, size, place, bound)
            ready = False
            while size > 0 and bound[heap[0]] > best:
                r = heap[0]
                size -= 1
                heap[0] = heap[size]
                sift(heap, size, 0, bound)
                if not ready:
                    basis[:] = bounds.basis[k, s]
                    start_basis(bounds.columns, bounds.goal[k], basis, inverse, weight, work)
                    ready = True
                row_costs(r, rows, bounds, cost)
                ray = bound_program(bounds.columns, cost, bounds.goal[k], basis, inverse, weight, point, step)
                used[r, :n] = basis
                used[r, n] = ray
                if ray != OPTIMAL:
                    cap[r] = -np.inf
                    bounds.alive[r] = False
                    continue
                cap[r] = mended(bounds.columns, cost, bounds.goal[k], 1.0, basis, weight)
                for i in range(n):
                    cap[r] += (1.0 - rows.discount[i]) * bounds.columns[k, i] * rows.payoff[r, i]
                for b in range(n):
                    # What leans on the direction itself comes down with it, if by less than all of it.
                    if basis[b] == k and weight[b] < MOST_SHARE:
                        share[r] = weight[b]
                        cap[r] -= weight[b] * cost[k]
                value = min(bound[r], cap[r] + share[r] * ahead[rows.law[r]])
                if value > best:
                    best = value
                    chosen = r
                    bounds.basis[k, s] = basis
            bounds.winner[k, s] = chosen
            if chosen < 0:
                top[s] = x[s]
                passing[s] = -1
                fixed[s] = x[s]
                continue
            top[s] = best
            excess = max(excess, best - x[s])
            if bound[chosen] <= best:
                passing[s] = through[chosen]
                slope[s] = own
                fixed[s] = best if passing[s] < 0 else base[passing[s]]
            else:
                passing[s] = chosen if share[chosen] > 0.0 else -1
                slope[s] = share[chosen]
                fixed[s] = cap[chosen]
        # The fixed point lies no higher than this: see ``OuterSets``.
        most = own
        for s in range(states):
            most = max(most, slope[s])
        lift = most * excess / (1.0 - most)
        gain = 0.0
        further = 0.0
        for s in range(states):
            if not bounds.empty[s]:
                further = max(further, level[s] - (top[s] + lift))
                level[s] = min(level[s], top[s] + lift)
                gain = max(gain, old[s] - level[s])
        if policy == 0 and gain <= tolerance:
            return gain
        if policy > 0 and (lift <= tolerance or further <= 0.0):
            break
        for s in range(states):
            x[s] = top[s]
        for evaluation in range(EVALUATIONS):
            change = 0.0
            for t in range(states):
                # There and back again: chains of states are done at once, whichever way they run.
                s = t if evaluation % 2 else states - 1 - t
                if passing[s] < 0:
                    x[s] = fixed[s]
                    continue
                law = rows.law[passing[s]]
                total = 0.0
                for e in range(rows.law_start[law], rows.law_start[law + 1]):
                    total += rows.law_weight[e] * x[rows.law_state[e]]
                value = fixed[s] + slope[s] * total
                change = max(change, abs(value - x[s]))
                x[s] = value
            if change <= 1e-14:
                break
    expect(rows, level, ahead)
    for s in range(states):
        if not bounds.empty[s]:
            own_bounds(k, s, on_path, rows, bounds, base, ahead, bound, through)
            for r in range(rows.first[s], rows.first[s + 1]):
                if bound[r] <= level[s] and cap[r] > -np.inf:
                    cap[r] = np.nan
    return gain


@kernel
def take(k: int, on_path: bool, level: Floats, rows: Rows, bounds: Bounds) -> None:
    """Take over a new level (Float[states]) of direction k, and what follows from it."""
    n = len(rows.discount)
    for s in range(len(level)):
        bounds.level[k, s] = level[s]
    for law in range(len(bounds.ahead)):
        total = 0.0
        for e in range(rows.law_start[law], rows.law_start[law + 1]):
            total += rows.law_weight[e] * level[rows.law_state[e]]
        bounds.ahead[law, k] = total
    if n <= k < 2 * n and not on_path:
        refresh_best(k - n, rows, bounds)


@kernel
def spread(on_path: bool, margin: float, rows: Rows, bounds: Bounds) -> bool:
    """States without rows, or whose box is empty, are empty, and so are others by them; whether any is new."""
    n = len(rows.discount)
    states = len(rows.first) - 1
    laws = len(bounds.ahead)
    doomed = np.empty(laws, dtype=np.bool_)
    new = False
    again = True
    while again:
        again = False
        for law in range(laws):
            doomed[law] = False
            for e in range(rows.law_start[law], rows.law_start[law + 1]):
                doomed[law] = doomed[law] or bounds.empty[rows.law_state[e]]
        for s in range(states):
            if bounds.empty[s]:
                continue
            gone = True
            for r in range(rows.first[s], rows.first[s + 1]):
                if doomed[rows.law[r]]:
                    bounds.alive[r] = False
                    if not on_path:
                        gone = True
                        break
                if bounds.alive[r]:
                    gone = False
            for i in range(n):
                gone = gone or bounds.level[i, s] + bounds.level[n + i, s] < -margin
            if gone:
                bounds.empty[s] = again = new = True
                for r in range(rows.first[s], rows.first[s + 1]):
                    bounds.alive[r] = False
    return new


@kernel
def sweep(
    order: Ints, state: int, on_path: bool, tolerance: float, rows: Rows, bounds: Bounds, leans: Bools, proof: Bools,
    level: Floats, cap: Floats, used: Ints,
) -> float:
    """Lower the directions in ``order``, one after the other; the greatest gain, or -1 once ``state`` is empty.

    ``leans``  Bool[directions, directions + players], marked: by which columns a level was held down;
    ``proof``  Bool[directions + players], marked: by which columns rows were shown to have no continuation.
    """
    gain = 0.0
    for k in order:
        before = np.sum(bounds.alive)
        here = lower(k, on_path, tolerance, rows, bounds, level, cap, used)
        if here > tolerance or np.sum(bounds.alive) < before:
            for r in range(len(cap)):
                if cap[r] == -np.inf:
                    for j in used[r]:
                        proof[j] = True
                elif cap[r] < np.inf:
                    for j in used[r, :-1]:
                        leans[k, j] = True
        if here > tolerance:
            take(k, on_path, level, rows, bounds)
            gain = max(gain, here)
        if here > tolerance or np.sum(bounds.alive) < before:
            if spread(on_path, tolerance, rows, bounds):
                gain = max(gain, 1.0)
            if state >= 0 and bounds.empty[state]:
                return -1.0
    return gain
