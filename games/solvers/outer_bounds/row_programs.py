"""The program of one row, bounded by its dual: what continuations inside the half-spaces bring in a direction.

    max { goal . w : columns_k . w <= cost_k },   goal = lambda * delta,

where the first columns are the directions that are bounded (cost: the level expected at the next state) and the last n
are the incentive lines -w_i <= -h_i.  Every basis with nonnegative weights, sum_k weight_k columns_k = goal, bounds the
program, so that an iteration that is stopped early is still a bound.  Weights do not depend on the costs: the basis of
one row is where the next row starts.  A program without a bound from below has no continuation at all (Farkas).

Source: Dantzig (1963) for the simplex method; Bland (1977) against cycles.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel

OPTIMAL = -1
"""In place of the column that proves a program to be empty."""

PLAIN_PIVOTS = 60
MOST_PIVOTS = 120
"""So many steps by the steepest violation, then by Bland's rule; then the bound is taken as it is."""

PIVOT = 1e-7
VIOLATION = 1e-10
"""A constraint may be violated by so much; payoffs are scaled to a range of one."""

EMPTY_BY = 1e-9
"""By how much, relative to the weights, a program must be empty to be taken for it."""


@kernel
def axis_basis(goal: Floats, basis: Ints) -> None:
    """The basis of axis directions e_i (columns 0 ... n - 1) and -e_i (the next n), which always is one."""
    n = len(goal)
    for i in range(n):
        basis[i] = i if goal[i] >= 0.0 else n + i


@kernel
def factorise(columns: Floats, basis: Ints, inverse: Floats, work: Floats) -> bool:
    """The inverse (Float[n, n]) of the matrix whose columns are those of the basis; False where it has none.

    ``work``  Float[n, n].
    """
    n = len(basis)
    for j in range(n):
        for i in range(n):
            work[i, j] = columns[basis[j], i]
            inverse[i, j] = 1.0 if i == j else 0.0
    for c in range(n):
        top = c
        for r in range(c + 1, n):
            if abs(work[r, c]) > abs(work[top, c]):
                top = r
        if abs(work[top, c]) < 1e-9:
            return False
        for j in range(n):
            work[c, j], work[top, j] = work[top, j], work[c, j]
            inverse[c, j], inverse[top, j] = inverse[top, j], inverse[c, j]
        pivot = work[c, c]
        for j in range(n):
            work[c, j] /= pivot
            inverse[c, j] /= pivot
        for r in range(n):
            factor = work[r, c]
            if r != c and factor != 0.0:
                for j in range(n):
                    work[r, j] -= factor * work[c, j]
                    inverse[r, j] -= factor * inverse[c, j]
    return True


@kernel
def weigh(inverse: Floats, goal: Floats, weight: Floats) -> bool:
    """The weights of a basis, rounding below zero set to zero; False if one is negative."""
    n = len(goal)
    fine = True
    for j in range(n):
        total = 0.0
        for i in range(n):
            total += inverse[j, i] * goal[i]
        fine = fine and total > -1e-9
        weight[j] = max(total, 0.0)
    return fine


@kernel
def start_basis(
    columns: Floats, goal: Floats, basis: Ints, inverse: Floats, weight: Floats, work: Floats
) -> None:
    """Make the given basis ready, or the one of axis directions where it is none."""
    if not (factorise(columns, basis, inverse, work) and weigh(inverse, goal, weight)):
        axis_basis(goal, basis)
        factorise(columns, basis, inverse, work)
        weigh(inverse, goal, weight)


@kernel
def mended(columns: Floats, cost: Floats, goal: Floats, sign: float, basis: Ints, weight: Floats) -> float:
    """What a basis with weights costs, and axis directions for whatever it lacks to ``sign * goal``.

    A bound even where rounding has spoilt the weights.  Columns without weight do not count, whatever they cost.
    """
    n = len(goal)
    total = 0.0
    for j in range(n):
        if weight[j] > 0.0:
            total += weight[j] * cost[basis[j]]
    for i in range(n):
        short = sign * goal[i]
        for j in range(n):
            short -= weight[j] * columns[basis[j], i]
        total += short * cost[i] if short >= 0.0 else -short * cost[n + i]
    return total


@kernel
def bound_program(
    columns: Floats, cost: Floats, goal: Floats, basis: Ints, inverse: Floats, weight: Floats, point: Floats,
    step: Floats,
) -> int:
    """Lower the bound of a program as far as it goes, from a basis that is ready; changes ``basis`` and what is its.

    ``point``  Float[n], the vertex of the basis, where the columns of the basis are binding.
    ``step``   Float[n], room to work in.

    Returns ``OPTIMAL``, or the column that with the basis shows that no continuation exists.  The bound itself is what
    ``mended`` says of the basis.
    """
    n = len(goal)
    for pivot in range(MOST_PIVOTS):
        for i in range(n):
            total = 0.0
            for j in range(n):
                total += cost[basis[j]] * inverse[j, i]
            point[i] = total
        enter = -1
        worst = VIOLATION
        for k in range(len(columns)):
            gap = -cost[k]
            for i in range(n):
                gap += columns[k, i] * point[i]
            if gap > worst:
                enter = k
                worst = gap
                if pivot >= PLAIN_PIVOTS:
                    break
        if enter < 0:
            return OPTIMAL
        leave = -1
        least = np.inf
        size = 1.0
        for j in range(n):
            total = 0.0
            for i in range(n):
                total += inverse[j, i] * columns[enter, i]
            step[j] = total
            size += abs(total)
            if total > PIVOT:
                ratio = weight[j] / total
                if ratio < least or (ratio == least and (
                        basis[j] < basis[leave] if pivot >= PLAIN_PIVOTS else total > step[leave])):
                    least = ratio
                    leave = j
        if leave < 0:
            for j in range(n):
                step[j] = max(-step[j], 0.0)
            value = cost[enter] + mended(columns, cost, columns[enter], -1.0, basis, step)
            return enter if value < -EMPTY_BY * size else OPTIMAL
        scale = 1.0 / step[leave]
        for i in range(n):
            inverse[leave, i] *= scale
        for j in range(n):
            if j != leave:
                for i in range(n):
                    inverse[j, i] -= step[j] * inverse[leave, i]
                weight[j] = max(weight[j] - step[j] * least, 0.0)
        weight[leave] = least
        basis[leave] = enter
    return OPTIMAL
