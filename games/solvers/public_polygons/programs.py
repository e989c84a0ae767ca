"""Linear programs of games with public signals: what a profile can enforce with continuation payoffs from given sets.

For one profile a and one direction l, over continuation payoffs w(o), one for every outcome o,

    maximise    sum_i l_i ((1 - d_i) g_i(a) + d_i sum_o p(o) w_i(o)),      w(o) in W(o) for every outcome o,
    subject to  d_i sum_o (p(o) - p_r(o)) w_i(o) >= need_r                  for every deviation r of player i.

The sets W are convex polygons, one for each next state.  A plan picks one vertex of W(o) for every outcome; the
programs mix plans, which are priced out one at a time, so that the basis has one row per deviation and one more
however many outcomes and vertices there are.  Going round the directions, the basis of one is where the next starts.
Any nonnegative multipliers of the deviations bound the value from above (weak duality), so that a program that is
broken off is still a bound.

Source: Abreu, Pearce and Stacchetti (1990); column generation after Dantzig and Wolfe (1960).
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.public_polygons.flat_layout import Basis, Polygons, Profile, SignalArrays

PRICE = 1e-13
"""Plans that would gain less are not worth a pivot; payoffs are scaled to a range of one."""

LACK = 1e-11
"""What deviations may lack for a profile to count as enforceable."""

PIVOT = 1e-11
FRESH = 40
"""Pivots after which the inverse of the basis is computed anew."""

PLAN, SLACK, LACKING = 0, 1, 2


@kernel
def vertex_for(angles: Floats, corners: Floats, x: float, y: float) -> int:
    """The vertex of greatest x * w_1 + y * w_2.

    ``corners``  Float[k, 2]: vertex j is best for the directions between ``angles[j]`` and the next, or it and its
    successor are; ``angles`` Float[k] rise from 0 to below 2 pi.
    """
    k = len(angles)
    angle = np.arctan2(y, x)
    if angle < 0.0:
        angle += 2.0 * np.pi
    low, high = 0, k
    while high - low > 1:
        middle = (low + high) // 2
        if angles[middle] <= angle:
            low = middle
        else:
            high = middle
    after = low + 1 if low + 1 < k else 0
    if x * corners[after, 0] + y * corners[after, 1] > x * corners[low, 0] + y * corners[low, 1]:
        return after
    return low


@kernel
def _aim(game: SignalArrays, profile: Profile, deviations: int, count: int, x: float, y: float) -> None:
    """What a unit of every continuation payoff is worth with the multipliers of the deviations."""
    laws, aims = profile.laws, profile.aims
    for o in range(count):
        aims[o, 0] = x * laws[0, o]
        aims[o, 1] = y * laws[0, o]
    for r in range(deviations):
        weight = profile.weight[r]
        if weight != 0.0:
            i = profile.who[r]
            for o in range(count):
                aims[o, i] += weight * (laws[0, o] - laws[r + 1, o])
    for o in range(count):
        aims[o, 0] *= game.discount[0]
        aims[o, 1] *= game.discount[1]


@kernel
def _best_plan(sets: Polygons, profile: Profile, count: int, plan: Ints) -> None:
    """The best vertex of every outcome's polygon."""
    for o in range(count):
        plan[o] = vertex_for(sets.angles, sets.corners[profile.polygon[o]], profile.aims[o, 0], profile.aims[o, 1])


@kernel
def _column(
    game: SignalArrays, sets: Polygons, profile: Profile, deviations: int, count: int, plan: Ints, column: Floats,
    worth: Floats,
) -> None:
    """What a plan leaves of every incentive, and the continuation payoffs that it brings."""
    laws, polygon, corners = profile.laws, profile.polygon, sets.corners
    for r in range(deviations):
        i = profile.who[r]
        total = 0.0
        for o in range(count):
            total += (laws[0, o] - laws[r + 1, o]) * corners[polygon[o], plan[o], i]
        column[r] = game.discount[i] * total - profile.need[r]
    for i in range(2):
        worth[i] = 0.0
        for o in range(count):
            worth[i] += laws[0, o] * corners[polygon[o], plan[o], i]
        worth[i] *= game.discount[i]


@kernel
def _invert(matrix: Floats, inverse: Floats, m: int) -> bool:
    """Gauss-Jordan with row exchanges; False if the basis is singular."""
    work = matrix[:m, :m].copy()
    for i in range(m):
        for j in range(m):
            inverse[i, j] = 1.0 if i == j else 0.0
    for k in range(m):
        best = k
        for i in range(k + 1, m):
            if abs(work[i, k]) > abs(work[best, k]):
                best = i
        if abs(work[best, k]) < 1e-14:
            return False
        if best != k:
            for j in range(m):
                work[k, j], work[best, j] = work[best, j], work[k, j]
                inverse[k, j], inverse[best, j] = inverse[best, j], inverse[k, j]
        pivot = work[k, k]
        for j in range(m):
            work[k, j] /= pivot
            inverse[k, j] /= pivot
        for i in range(m):
            factor = work[i, k]
            if i != k and factor != 0.0:
                for j in range(m):
                    work[i, j] -= factor * work[k, j]
                    inverse[i, j] -= factor * inverse[k, j]
    return True


@kernel
def first_basis(
    game: SignalArrays, sets: Polygons, profile: Profile, basis: Basis, deviations: int, count: int
) -> bool:
    """A first basis: one plan, what is left of the incentives, and what is lacking if some are not met.

    Returns whether they are all met.
    """
    m = deviations + 1
    matrix = basis.matrix
    for r in range(deviations):
        profile.weight[r] = 1.0
    _aim(game, profile, deviations, count, 0.0, 0.0)
    _best_plan(sets, profile, count, basis.plans[0])
    column = np.empty(m)
    _column(game, sets, profile, deviations, count, basis.plans[0], column, basis.worths[0])
    worst = -1
    for r in range(deviations):
        if column[r] < 0.0 and (worst < 0 or column[r] < column[worst]):
            worst = r
    for i in range(m):
        for j in range(m):
            matrix[i, j] = 0.0
    basis.kind[0] = PLAN
    for r in range(deviations):
        matrix[r, 0] = column[r]
        basis.kind[r + 1] = SLACK
        basis.which[r + 1] = r
        matrix[r, r + 1] = -1.0
    matrix[m - 1, 0] = 1.0
    if worst >= 0:
        basis.kind[worst + 1] = LACKING
        for r in range(deviations):
            matrix[r, worst + 1] = 1.0
    _invert(matrix, basis.inverse, m)
    return worst < 0


@kernel
def _prices(basis: Basis, m: int, lacking: bool, x: float, y: float, price: Floats) -> float:
    """The value of the basis; ``price`` Float[m]: what a unit more of each row's right side would add."""
    value = 0.0
    for j in range(m):
        price[j] = 0.0
    for i in range(m):
        cost = 0.0
        if basis.kind[i] == PLAN:
            cost = x * basis.worths[i, 0] + y * basis.worths[i, 1]
        elif basis.kind[i] == LACKING and lacking:
            cost = -1.0
        if cost != 0.0:
            value += cost * basis.inverse[i, m - 1]
            for j in range(m):
                price[j] += cost * basis.inverse[i, j]
    return value


@kernel
def _best_slack(price: Floats, deviations: int) -> tuple[int, float]:
    """The deviation whose incentive had better be left some room, -1 if none, and what a unit of it gains."""
    enter, gain = -1, PRICE
    for r in range(deviations):
        if price[r] > gain:
            enter, gain = r, price[r]
    return enter, gain


@kernel
def _leaving(basis: Basis, m: int, entering: Floats, careful: bool) -> int:
    """The column of the basis that reaches zero first, -1 if none does.

    Among equals what is lacking goes first; then the largest pivot, or if ``careful``, against cycling, the first.
    """
    leave, least, size = -1, np.inf, 0.0
    for i in range(m):
        if entering[i] > PIVOT:
            ratio = max(basis.inverse[i, m - 1], 0.0) / entering[i]
            better = ratio < least - 1e-14
            equal = not better and ratio <= least + 1e-14
            first = equal and leave >= 0 and basis.kind[leave] != LACKING and (
                basis.kind[i] == LACKING or (i < leave if careful else entering[i] > size))
            if better or first:
                leave, size = i, entering[i]
                least = min(ratio, least)
    return leave


@kernel
def _pivot(basis: Basis, m: int, leave: int, entering: Floats, column: Floats) -> None:
    """Put ``column``, which is ``entering`` in terms of the basis, in the place of the one that leaves."""
    inverse = basis.inverse
    pivot = entering[leave]
    for j in range(m):
        inverse[leave, j] /= pivot
    for i in range(m):
        if i != leave and entering[i] != 0.0:
            for j in range(m):
                inverse[i, j] -= entering[i] * inverse[leave, j]
    for j in range(m):
        basis.matrix[j, leave] = column[j]


@kernel
def improve(
    game: SignalArrays, sets: Polygons, profile: Profile, basis: Basis, deviations: int, count: int, lacking: bool,
    x: float, y: float,
) -> tuple[float, float]:
    """Pivot until nothing is gained: least lack (``lacking``), else most of direction (x, y).

    Returns the value reached and a bound that no mix of plans exceeds, both without the payoff of the period; leaves
    the multipliers in ``profile.weight``.
    """
    m = deviations + 1
    weight = profile.weight
    price, entering, column = np.empty(m), np.empty(m), np.empty(m)
    plan, worth = np.empty(count, dtype=np.int64), np.empty(2)
    value = bound = -np.inf
    ax, ay = (0.0, 0.0) if lacking else (x, y)
    limit = 60 + 20 * m
    for step in range(limit):
        if step % FRESH == FRESH - 1:
            _invert(basis.matrix, basis.inverse, m)
        value = _prices(basis, m, lacking, ax, ay, price)
        enter, gain = _best_slack(price, deviations)
        # The plan worth most at these prices; with it, weak duality bounds the program.
        for r in range(deviations):
            weight[r] = max(-price[r], 0.0)
        _aim(game, profile, deviations, count, ax, ay)
        _best_plan(sets, profile, count, plan)
        _column(game, sets, profile, deviations, count, plan, column, worth)
        bound = ax * worth[0] + ay * worth[1]
        reduced = bound - price[m - 1]
        for r in range(deviations):
            bound += weight[r] * column[r]
            reduced -= price[r] * column[r]
        by_plan = reduced > gain
        if not by_plan and enter < 0:
            break
        if by_plan:
            column[m - 1] = 1.0
        else:
            for j in range(m):
                column[j] = -1.0 if j == enter else 0.0
        for i in range(m):
            entering[i] = 0.0
            for j in range(m):
                entering[i] += basis.inverse[i, j] * column[j]
        leave = _leaving(basis, m, entering, step >= limit // 2)
        if leave < 0:
            break
        out = basis.kind[leave]
        _pivot(basis, m, leave, entering, column)
        if by_plan:
            basis.kind[leave] = PLAN
            for o in range(count):
                basis.plans[leave, o] = plan[o]
            basis.worths[leave, 0] = worth[0]
            basis.worths[leave, 1] = worth[1]
        else:
            basis.kind[leave] = SLACK
            basis.which[leave] = enter
        if lacking and out == LACKING:
            return 0.0, 0.0
    return value, bound


@kernel
def drop_lacking(basis: Basis, deviations: int) -> None:
    """Take what is lacking, which is nothing, out of the basis: the room left of some incentive comes in."""
    m = deviations + 1
    place = -1
    for i in range(m):
        if basis.kind[i] == LACKING:
            place = i
    if place < 0:
        return
    best = 0
    for r in range(deviations):
        if abs(basis.inverse[place, r]) > abs(basis.inverse[place, best]):
            best = r
    for j in range(m):
        basis.matrix[j, place] = -1.0 if j == best else 0.0
    basis.kind[place] = SLACK
    basis.which[place] = best
    _invert(basis.matrix, basis.inverse, m)


@kernel
def renew(basis: Basis, deviations: int) -> None:
    """Compute the inverse of the basis anew."""
    _invert(basis.matrix, basis.inverse, deviations + 1)
