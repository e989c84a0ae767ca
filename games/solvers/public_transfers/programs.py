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
from typing import Any, NamedTuple, final

import numpy as np
import scipy

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel

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


@final
class Tableau(NamedTuple):
    """A program in terms of its nonbasic variables: basic ones are ``right`` - ``table`` @ nonbasic.

    ``table``   Float[rows, columns], ``right`` Float[rows], ``cost`` Float[columns].
    ``basic``   Int[rows], ``nonbasic`` Int[columns]: numbers of variables; q[i, k] is i * budgets + k, then what is
                left of the budgets, then of the deviations.
    ``usable``  Bool[columns]: not what is left of a budget that must be used up.
    """

    table: Floats
    right: Floats
    cost: Floats
    basic: Ints
    nonbasic: Ints
    usable: Bools


@kernel
def _tableau(
    weight: Floats, share: Floats, gain: Floats, who: Ints, budget: Floats, need: Floats, burning: bool
) -> Tableau:
    """Every budget given to the player whose weight is greatest (or to nobody): optimal but for the deviations."""
    n, count, deviations = len(weight), len(share), len(need)
    columns = n * count
    t = Tableau(
        np.zeros((count + deviations, columns)), np.zeros(count + deviations), np.zeros(columns),
        np.arange(columns, columns + count + deviations), np.arange(columns), np.ones(columns, dtype=np.bool_))
    for k in range(count):
        t.right[k] = budget[k]
        for i in range(n):
            t.table[k, i * count + k] = 1.0
            t.cost[i * count + k] = -weight[i] * share[k]
    for j in range(deviations):
        t.right[count + j] = -need[j]
        for k in range(count):
            t.table[count + j, who[j] * count + k] = -gain[j, k]
    for k in range(count):
        best = 0
        for i in range(1, n):
            if weight[i] > weight[best]:
                best = i
        if weight[best] * share[k] > 0 or not burning:
            _pivot(t, k, best * count + k)
            if not burning:
                t.usable[best * count + k] = False
    return t


@kernel
def _leaving(t: Tableau, careful: bool) -> int:
    """The row that is violated most, or if ``careful``, against cycling, the first; -1 if none is."""
    row, least = -1, -EXACT
    for r in range(len(t.right)):
        if t.right[r] < least:
            row = r
            if careful:
                break
            least = t.right[r]
    return row


@kernel
def _entering(t: Tableau, row: int, careful: bool) -> int:
    """The column of least ratio, -1 if none can repair the row.

    The least ratio holds with some tolerance, and of these the largest pivot; if ``careful`` the first of the least.
    """
    bound = np.inf
    for column in range(len(t.cost)):
        if t.usable[column] and t.table[row, column] < -EXACT * 10:
            bound = min(bound, (max(t.cost[column], 0.0) + EXACT) / -t.table[row, column])
    enter, largest = -1, 0.0
    if bound == np.inf:
        return enter
    for column in range(len(t.cost)):
        size = -t.table[row, column]
        if t.usable[column] and size > EXACT * 10 and max(t.cost[column], 0.0) / size <= bound:
            if careful and (enter < 0 or t.nonbasic[column] < t.nonbasic[enter]):
                enter = column
            elif not careful and size > largest:
                enter, largest = column, size
    return enter


@kernel
def _dual_simplex(
    weight: Floats, share: Floats, gain: Floats, who: Ints, budget: Floats, need: Floats, burning: bool
) -> tuple[int, Floats, Floats]:
    """How it ended, q and the multipliers of the deviations."""
    n, count, deviations = len(weight), len(share), len(need)
    columns = n * count
    t = _tableau(weight, share, gain, who, budget, need, burning)
    shares, multipliers = np.zeros((n, count)), np.zeros(deviations)
    limit = 40 * (deviations + count) + 200
    for step in range(limit):
        row = _leaving(t, step > limit // 2)
        if row < 0:
            for r in range(len(t.right)):
                if t.basic[r] < columns:
                    shares[t.basic[r] // count, t.basic[r] % count] = max(t.right[r], 0.0)
            _read_multipliers(t, t.cost, columns + count, multipliers)
            return SOLVED, shares, multipliers
        enter = _entering(t, row, step > limit // 2)
        if enter < 0:
            _read_multipliers(t, t.table[row], columns + count, multipliers)
            if t.basic[row] >= columns + count:
                multipliers[t.basic[row] - columns - count] = 1.0
            return INFEASIBLE, shares, multipliers
        _pivot(t, row, enter)
    return GIVEN_UP, shares, multipliers


@kernel
def _read_multipliers(t: Tableau, line: Floats, first: int, multipliers: Floats) -> None:
    """Entries of ``line`` at what is left of the deviations, whose numbers begin with ``first``."""
    for column in range(len(t.cost)):
        if t.nonbasic[column] >= first:
            multipliers[t.nonbasic[column] - first] = max(line[column], 0.0)


@kernel
def _pivot(t: Tableau, row: int, column: int) -> None:
    """Exchange a basic for a nonbasic variable."""
    table, right, cost = t.table, t.right, t.cost
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
    t.basic[row], t.nonbasic[column] = t.nonbasic[column], t.basic[row]


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
    found: Any = scipy.optimize.linprog(
        -np.outer(weight, share).ravel(), upper, lower, same, None if burning else budget, method="highs")
    if found.status == 0:
        marginals = -np.asarray(found.ineqlin.marginals)[-deviations:] if deviations else np.zeros(0)
        return Enforced(True, -float(found.fun), found.x.reshape(n, count), np.maximum(marginals, 0.0))
    # What the deviations lack in sum, and with which weights.
    lacking = np.hstack([needs, -np.eye(deviations)])
    wide = np.hstack([budgets, np.zeros((count, deviations))])
    cost = np.concatenate([np.zeros(n * count), np.ones(deviations)])
    if burning:
        needs = np.concatenate([budget, -need])
        found = scipy.optimize.linprog(cost, np.vstack([wide, lacking]), needs, method="highs")
    else:
        found = scipy.optimize.linprog(cost, lacking, -need, wide, budget, method="highs")
    return Enforced(False, -np.inf, np.zeros((n, count)),
                    np.maximum(-np.asarray(found.ineqlin.marginals)[-deviations:], 0.0))
