"""One sweep over states and modes: every point becomes the best that rows and continuations can make of the others.

Source: Abreu, Pearce and Stacchetti (1990), the operator B; here on finitely many points per state.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.row_programs import row_program

FLOOR = -8.0
"""What nobody needs: below every payoff, which lie between 0 and 1."""


@kernel
def needs(
    r: int, first: int, count: Ints, stride: Ints, local_law: Ints, payoff: Floats, deviating: Floats, discount: Floats,
    slack: Floats, need: Floats,
) -> bool:
    """What each player needs from tomorrow on so that no deviation from a row pays; False if no continuation helps.

    ``r``, ``first``  the row and the first row of its state; ``deviating`` Float[rows of the state, players], what
    every row brings to a deviator.  A deviation with the row's own law that pays no more today is asked nothing of.
    Written: ``need`` Float[players].
    """
    local = r - first
    for i in range(len(need)):
        own = (local // stride[i]) % count[i]
        base = local - own * stride[i]
        best = -np.inf
        for a in range(count[i]):
            other = base + a * stride[i]
            if a == own or (local_law[first + other] == local_law[r] and payoff[first + other, i] <= payoff[r, i]):
                continue
            best = max(best, deviating[other, i])
        if best == -np.inf:
            need[i] = FLOOR
        elif discount[i] > 0.0:
            need[i] = max((best + slack[i] - (1.0 - discount[i]) * payoff[r, i]) / discount[i], FLOOR)
        elif best > payoff[r, i]:
            return False
        else:
            need[i] = FLOOR
    return True


@kernel
def sweep(
    start: Ints, count: Ints, stride: Ints, law_start: Ints, law_state: Ints, known_start: Ints, known_law: Ints,
    local_law: Ints, order: Ints, payoff: Floats, discount: Floats, chance: Floats, allowed: Bools, aims: Floats,
    slack: Floats, own_threat: bool, threat: Floats, points: Floats, row: Ints, weight: Floats, column: Ints,
    price: Floats,
) -> float:
    """Renew every point of the states in ``order``; returns the greatest change of a payoff.

    ``allowed``  Bool[rows]; ``aims`` Float[modes, players], the direction in which each mode's point is to lie far out;
    ``slack``    Float[players], asked of every incentive where some row can give it;
    ``own_threat``  whether the threat is the least of the points themselves; else it stays as it is.
    Renewed: ``threat`` Float[states, players], ``points`` Float[modes, states, players], and how they are made:
    ``row`` Int[modes, states], ``weight`` Float[modes, states, players + 1], ``column`` Int[modes, states, players + 1,
    next states], ``price`` Float[modes, states, players].
    """
    modes, n = aims.shape
    moved = 0.0
    none = np.zeros(n)
    need, value, cost, aim, fresh = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    share = np.empty(n + 1)
    picked = np.empty((n + 1, column.shape[3]), dtype=np.int64)
    for s in order:
        first, last = start[s], start[s + 1]
        size = last - first
        laws = known_law[known_start[s]:known_start[s + 1]]
        ahead, most, support = np.zeros((len(laws), n)), np.zeros((len(laws), n)), np.empty(len(laws))
        for k in range(len(laws)):
            for e in range(law_start[laws[k]], law_start[laws[k] + 1]):
                q = law_state[e]
                for i in range(n):
                    top = -np.inf
                    for m in range(modes):
                        top = max(top, points[m, q, i])
                    ahead[k, i] += chance[e] * threat[q, i]
                    most[k, i] += chance[e] * top
        deviating, bound = np.empty((size, n)), np.empty(size)
        for j in range(size):
            for i in range(n):
                deviating[j, i] = ((1.0 - discount[i]) * payoff[first + j, i]
                                   + discount[i] * ahead[local_law[first + j], i])
        for m in range(modes):
            for i in range(n):
                aim[i] = aims[m, i] * discount[i]
            for k in range(len(laws)):
                support[k] = 0.0
                for e in range(law_start[laws[k]], law_start[laws[k] + 1]):
                    top = -np.inf
                    for other in range(modes):
                        worth = 0.0
                        for i in range(n):
                            worth += aim[i] * points[other, law_state[e], i]
                        top = max(top, worth)
                    support[k] += chance[e] * top
            for j in range(size):
                bound[j] = -np.inf
                if allowed[first + j]:
                    bound[j] = support[local_law[first + j]]
                    for i in range(n):
                        bound[j] += aims[m, i] * (1.0 - discount[i]) * payoff[first + j, i]
            ranked = np.argsort(-bound)
            previous = row[m, s]
            best, least_miss = -np.inf, np.inf
            # First with slack, then without, then whatever falls short by least.
            for attempt in range(3):
                asked = slack if attempt == 0 else none
                for position in range(-1, size):
                    if position < 0:
                        if previous < 0:
                            continue
                        r = previous
                    else:
                        r = first + ranked[position]
                        if bound[ranked[position]] <= best + 1e-13:
                            break
                        if r == previous:
                            continue
                    if not needs(r, first, count[s], stride[s], local_law, payoff, deviating, discount, asked, need):
                        continue
                    k = local_law[r]
                    hopeless = 0.0
                    for i in range(n):
                        hopeless = max(hopeless, need[i] - most[k, i])
                    if hopeless > 1e-12 and (attempt < 2 or hopeless >= least_miss):
                        continue
                    part = slice(law_start[laws[k]], law_start[laws[k] + 1])
                    miss = row_program(aim, points, law_state[part], chance[part], need, share,
                                       picked[:, :part.stop - part.start], value, cost)
                    if miss > 0.0 and (attempt < 2 or miss >= least_miss):
                        continue
                    here = 0.0
                    for i in range(n):
                        here += aims[m, i] * ((1.0 - discount[i]) * payoff[r, i] + discount[i] * value[i])
                    if miss > 0.0 or here > best + 1e-13:
                        best = here if miss == 0.0 else best
                        least_miss = miss
                        row[m, s] = r
                        weight[m, s] = share
                        column[m, s] = picked
                        price[m, s] = cost
                        for i in range(n):
                            fresh[i] = (1.0 - discount[i]) * payoff[r, i] + discount[i] * value[i]
                if best > -np.inf or least_miss < np.inf:
                    break
            if best > -np.inf or least_miss < np.inf:
                for i in range(n):
                    moved = max(moved, abs(points[m, s, i] - fresh[i]))
                    points[m, s, i] = fresh[i]
        if own_threat:
            for i in range(n):
                threat[s, i] = points[0, s, i]
                for m in range(1, modes):
                    threat[s, i] = min(threat[s, i], points[m, s, i])
    return moved
