"""Small linear programs: shares of a surplus, outcome by outcome, that keep every player from deviating.

    maximise  sum_ik  weight[i] * share[k] * q[i, k]
    subject to  q >= 0,  sum_i q[i, k] <= budget[k]  (= budget[k] without burning),
                sum_k gain[j, k] * q[who[j], k] >= need[j]  for every deviation j.

The dual simplex method on a compact tableau: giving every budget to the player whose weight is greatest (or to nobody)
is optimal but for the deviations, so that only a handful of pivots repair them.
Source: Lemke (1954), The dual method of solving the linear programming problem; ties after Bland (1977).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from games.numerics.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOLVED, INFEASIBLE, GIVEN_UP = 0, 1, 2
EXACT = 1e-13
"""Violations and pivots below this, relative to the numbers of the program, are rounding."""


@final
@dataclass(frozen=True, eq=False)
class Enforced:
    """A solution.

    ``feasible``     whether every deviation can be deterred.
    ``value``        the greatest sum (-inf if not feasible).
    ``shares``       Float[players, k]: q.
    ``multipliers``  Float[deviations], not negative: of the deviations at the optimum; if not feasible a proof of it:
                     ``multipliers @ need`` is more than the budgets can bring to the deviations so weighted.
    """

    feasible: bool
    value: float
    shares: Floats
    multipliers: Floats


def enforce(
    weight: Floats, share: Floats, gain: Floats, who: Ints, budget: Floats, need: Floats, burning: bool = True
) -> Enforced:
    """Solve one program.

    ``weight``  Float[players]; ``share`` Float[k] in [0, 1]; ``gain`` Float[deviations, k] with entries in [-1, 1];
    ``who``     Int[deviations], the deviating player; ``budget`` Float[k] >= 0; ``need`` Float[deviations].
    """
    size = max(float(budget.max(initial=0.0)), float(np.abs(need).max(initial=0.0))) or 1.0
    status, shares, multipliers = _dual_simplex(
        weight, share, gain, who, budget / size, need / size, burning)
    if status == GIVEN_UP:
        return _by_general_method(weight, share, gain, who, budget, need, burning)
    value = float(weight @ (shares @ share)) * size if status == SOLVED else -np.inf
    return Enforced(status == SOLVED, value, shares * size, multipliers)


@kernel
def _dual_simplex(
    weight: Floats, share: Floats, gain: Floats, who: Ints, budget: Floats, need: Floats, burning: bool
) -> tuple[int, Floats, Floats]:
    n, count, deviations = len(weight), len(share), len(need)
    rows, columns = count + deviations, n * count
    # Basic variables are right - table @ nonbasic; numbers: q[i, k] is i * count + k, then budgets, then deviations.
    table = np.zeros((rows, columns))
    right = np.zeros(rows)
    cost = np.zeros(columns)
    basic = np.empty(rows, dtype=np.int64)
    nonbasic = np.empty(columns, dtype=np.int64)
    usable = np.ones(columns, dtype=np.bool_)
    for column in range(columns):
        nonbasic[column] = column
    for k in range(count):
        basic[k] = columns + k
        right[k] = budget[k]
        for i in range(n):
            table[k, i * count + k] = 1.0
            cost[i * count + k] = -weight[i] * share[k]
    for j in range(deviations):
        basic[count + j] = columns + count + j
        right[count + j] = -need[j]
        for k in range(count):
            table[count + j, who[j] * count + k] = -gain[j, k]
    for k in range(count):
        best = 0
        for i in range(1, n):
            if weight[i] > weight[best]:
                best = i
        if weight[best] * share[k] > 0 or not burning:
            _pivot(table, right, cost, basic, nonbasic, k, best * count + k)
            if not burning:
                usable[best * count + k] = False
    shares, multipliers = np.zeros((n, count)), np.zeros(deviations)
    limit = 40 * (deviations + count) + 200
    for step in range(limit):
        row, least = -1, -EXACT
        for r in range(rows):
            if right[r] < least:
                row = r
                if step > limit // 2:
                    break
                least = right[r]
        if row < 0:
            for r in range(rows):
                if basic[r] < columns:
                    shares[basic[r] // count, basic[r] % count] = max(right[r], 0.0)
            for column in range(columns):
                if nonbasic[column] >= columns + count:
                    multipliers[nonbasic[column] - columns - count] = max(cost[column], 0.0)
            return SOLVED, shares, multipliers
        # The least ratio, with some tolerance, and of these the largest pivot; late on the first of the least.
        bound = np.inf
        for column in range(columns):
            if usable[column] and table[row, column] < -EXACT * 10:
                bound = min(bound, (max(cost[column], 0.0) + EXACT) / -table[row, column])
        if bound == np.inf:
            for column in range(columns):
                if nonbasic[column] >= columns + count:
                    multipliers[nonbasic[column] - columns - count] = max(table[row, column], 0.0)
            if basic[row] >= columns + count:
                multipliers[basic[row] - columns - count] = 1.0
            return INFEASIBLE, shares, multipliers
        enter, largest = -1, 0.0
        for column in range(columns):
            size = -table[row, column]
            if usable[column] and size > EXACT * 10 and max(cost[column], 0.0) / size <= bound:
                if step > limit // 2 and (enter < 0 or nonbasic[column] < nonbasic[enter]):
                    enter = column
                elif step <= limit // 2 and size > largest:
                    enter, largest = column, size
        _pivot(table, right, cost, basic, nonbasic, row, enter)
    return GIVEN_UP, shares, multipliers


@kernel
def _pivot(
    table: Floats, right: Floats, cost: Floats, basic: Ints, nonbasic: Ints, row: int, column: int
) -> None:
    rows, columns = table.shape
    pivot = table[row, column]
    for c in range(columns):
        table[row, c] /= pivot
    table[row, column] = 1.0 / pivot
    right[row] /= pivot
    for r in range(rows):
        factor = table[r, column]
        if r != row and factor != 0.0:
            for c in range(columns):
                if c != column:
                    table[r, c] -= factor * table[row, c]
            table[r, column] = -factor / pivot
            right[r] -= factor * right[row]
    factor = cost[column]
    if factor != 0.0:
        for c in range(columns):
            if c != column:
                cost[c] -= factor * table[row, c]
        cost[column] = -factor / pivot
    basic[row], nonbasic[column] = nonbasic[column], basic[row]


def _by_general_method(
    weight: Floats, share: Floats, gain: Floats, who: Ints, budget: Floats, need: Floats, burning: bool
) -> Enforced:
    """The same by HiGHS, for programs on which the tableau loses its way."""
    n, count, deviations = len(weight), len(share), len(need)
    budgets = np.tile(np.eye(count), n)
    needs = np.zeros((deviations, n * count))
    for j, i in enumerate(who.tolist()):
        needs[j, i * count:(i + 1) * count] = -gain[j]
    upper, lower = (np.vstack([budgets, needs]), np.concatenate([budget, -need])) if burning else (needs, -need)
    same = None if burning else budgets
    found: Any = linprog(
        -np.outer(weight, share).ravel(), upper, lower, same, None if burning else budget, method="highs")
    if found.status == 0:
        marginals = -np.asarray(found.ineqlin.marginals)[-deviations:] if deviations else np.zeros(0)
        return Enforced(True, -float(found.fun), found.x.reshape(n, count), np.maximum(marginals, 0.0))
    # What the deviations lack in sum, and with which weights.
    lacking = np.hstack([needs, -np.eye(deviations)])
    wide = np.hstack([budgets, np.zeros((count, deviations))])
    cost = np.concatenate([np.zeros(n * count), np.ones(deviations)])
    if burning:
        found = linprog(cost, np.vstack([wide, lacking]), np.concatenate([budget, -need]), method="highs")
    else:
        found = linprog(cost, lacking, -need, wide, budget, method="highs")
    return Enforced(False, -np.inf, np.zeros((n, count)),
                    np.maximum(-np.asarray(found.ineqlin.marginals)[-deviations:], 0.0))
