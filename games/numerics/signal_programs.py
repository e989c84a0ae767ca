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

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.compiled import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

PRICE = 1e-13
"""Plans that would gain less are not worth a pivot; payoffs are scaled to a range of one."""

LACK = 1e-11
"""What deviations may lack for a profile to count as enforceable."""

STILL = 1e-9
"""Sets of continuation payoffs narrower than this may just not have settled yet: they are points."""

PIVOT = 1e-11
FRESH = 40
"""Pivots after which the inverse of the basis is computed anew."""

SAME_LAW = 1e-15
PLAN, SLACK, LACKING = 0, 1, 2


@final
@dataclass(frozen=True, eq=False)
class SignalArrays:
    """A two-player game with public signals as flat arrays, payoffs scaled to a range of one per player.

    ``first``    Int[states + 1]: first row of each state; rows in C order of the profiles.
    ``counts``   Int[states, 2]: actions per player.
    ``stage``    Float[rows, 2]: (1 - discount) * payoff.
    ``discount`` Float[2].
    ``start``    Int[rows + 1] into ``outcome`` (numbers within the state) and ``chance``: the law of each row.
    ``onset``    Int[states + 1] into ``following``: the next state of every outcome of a state.
    """

    first: Ints
    counts: Ints
    stage: Floats
    discount: Floats
    start: Ints
    outcome: Ints
    chance: Floats
    onset: Ints
    following: Ints


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
def corners_of(directions: Floats, levels: Floats, out: Floats) -> None:
    """Vertices of {w : directions[k] . w <= levels[k]}: corner k lies on the lines k and k + 1.

    ``levels`` must be values of one convex set's support function, so that no line is idle.
    """
    count = len(directions)
    for k in range(count):
        j = k + 1 if k + 1 < count else 0
        ax, ay, bx, by = directions[k, 0], directions[k, 1], directions[j, 0], directions[j, 1]
        turn = ax * by - ay * bx
        out[k, 0] = (levels[k] * by - levels[j] * ay) / turn
        out[k, 1] = (ax * levels[j] - bx * levels[k]) / turn


@kernel
def _gather(
    state: int, row: int, first: Ints, counts: Ints, stage: Floats, start: Ints, outcome: Ints, chance: Floats,
    onset: Ints, slot: Ints, seen: Ints, laws: Floats, who: Ints, to: Ints, need: Floats,
) -> tuple[int, int, bool]:
    """Lay out one profile: outcomes ``seen`` and their law (``laws[0]``), deviations and how they change it.

    Returns how many deviations and outcomes there are, and whether no continuation can deter some deviation: then that
    one is the first.  Deviations that change nothing that is seen and gain nothing are left out, and so are those that
    are seen as another of the same player's that gains more.
    """
    n2 = counts[state, 1]
    base = first[state]
    a, b = (row - base) // n2, (row - base) % n2
    count = 0
    for e in range(start[row], start[row + 1]):
        slot[outcome[e]] = count
        seen[count] = outcome[e]
        laws[0, count] = chance[e]
        count += 1
    deviations = 0
    hopeless = -1
    for i in range(2):
        lines = deviations
        for other in range(counts[state, i]):
            r = base + other * n2 + b if i == 0 else base + a * n2 + other
            if r == row:
                continue
            line = deviations + 1
            for o in range(count):
                laws[line, o] = 0.0
            for e in range(start[r], start[r + 1]):
                o = slot[outcome[e]]
                if o < 0:
                    o = slot[outcome[e]] = count
                    seen[count] = outcome[e]
                    for z in range(line):
                        laws[z, count] = 0.0
                    count += 1
                laws[line, o] = chance[e]
            gain = stage[r, i] - stage[row, i]
            change = 0.0
            for o in range(count):
                change = max(change, abs(laws[line, o] - laws[0, o]))
            if change <= SAME_LAW:
                if gain > LACK and hopeless < 0:
                    hopeless = deviations
                elif hopeless != deviations:
                    continue
            else:
                twin = -1
                for z in range(lines, deviations):
                    same = True
                    for o in range(count):
                        if abs(laws[z + 1, o] - laws[line, o]) > SAME_LAW:
                            same = False
                            break
                    if same:
                        twin = z
                        break
                if twin >= 0:
                    if gain > need[twin]:
                        need[twin] = gain
                        to[twin] = r
                    continue
            who[deviations] = i
            to[deviations] = r
            need[deviations] = gain
            deviations += 1
    for o in range(count):
        slot[seen[o]] = -1
    if hopeless >= 0:
        who[0], to[0], need[0] = who[hopeless], to[hopeless], need[hopeless]
    return deviations, count, hopeless >= 0


@kernel
def _aim(
    laws: Floats, who: Ints, discount: Floats, deviations: int, count: int, x: float, y: float, weight: Floats,
    aims: Floats,
) -> None:
    """What a unit of every continuation payoff is worth with multipliers ``weight`` on the deviations."""
    for o in range(count):
        aims[o, 0] = x * laws[0, o]
        aims[o, 1] = y * laws[0, o]
    for r in range(deviations):
        if weight[r] != 0.0:
            i = who[r]
            for o in range(count):
                aims[o, i] += weight[r] * (laws[0, o] - laws[r + 1, o])
    for o in range(count):
        aims[o, 0] *= discount[0]
        aims[o, 1] *= discount[1]


@kernel
def _plan_for(
    aims: Floats, count: int, polygon: Ints, angles: Floats, corners: Floats, plan: Ints,
) -> None:
    """The best vertex of every outcome's polygon."""
    for o in range(count):
        plan[o] = vertex_for(angles, corners[polygon[o]], aims[o, 0], aims[o, 1])


@kernel
def _column(
    plan: Ints, laws: Floats, who: Ints, need: Floats, discount: Floats, deviations: int, count: int, polygon: Ints,
    corners: Floats, column: Floats, worth: Floats,
) -> None:
    """What a plan leaves of every incentive, and the continuation payoffs that it brings."""
    for r in range(deviations):
        i = who[r]
        total = 0.0
        for o in range(count):
            total += (laws[0, o] - laws[r + 1, o]) * corners[polygon[o], plan[o], i]
        column[r] = discount[i] * total - need[r]
    worth[0] = worth[1] = 0.0
    for o in range(count):
        worth[0] += laws[0, o] * corners[polygon[o], plan[o], 0]
        worth[1] += laws[0, o] * corners[polygon[o], plan[o], 1]
    worth[0] *= discount[0]
    worth[1] *= discount[1]


@kernel
def _invert(basis: Floats, inverse: Floats, m: int) -> bool:
    """Gauss-Jordan with row exchanges; False if the basis is singular."""
    work = basis[:m, :m].copy()
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
def _begin(
    laws: Floats, who: Ints, need: Floats, discount: Floats, deviations: int, count: int, polygon: Ints,
    angles: Floats, corners: Floats, aims: Floats, weight: Floats, kind: Ints, which: Ints, plans: Ints, worths: Floats,
    basis: Floats, inverse: Floats,
) -> bool:
    """A first basis: one plan, what is left of the incentives, and what is lacking if some are not met.

    Returns whether they are all met.
    """
    m = deviations + 1
    for r in range(deviations):
        weight[r] = 1.0
    _aim(laws, who, discount, deviations, count, 0.0, 0.0, weight, aims)
    _plan_for(aims, count, polygon, angles, corners, plans[0])
    column = np.empty(m)
    _column(plans[0], laws, who, need, discount, deviations, count, polygon, corners, column, worths[0])
    worst = -1
    for r in range(deviations):
        if column[r] < 0.0 and (worst < 0 or column[r] < column[worst]):
            worst = r
    for i in range(m):
        for j in range(m):
            basis[i, j] = 0.0
    kind[0] = PLAN
    for r in range(deviations):
        basis[r, 0] = column[r]
        kind[r + 1] = SLACK
        which[r + 1] = r
        basis[r, r + 1] = -1.0
    basis[m - 1, 0] = 1.0
    if worst >= 0:
        kind[worst + 1] = LACKING
        for r in range(deviations):
            basis[r, worst + 1] = 1.0
    _invert(basis, inverse, m)
    return worst < 0


@kernel
def _improve(
    lacking: bool, x: float, y: float, laws: Floats, who: Ints, need: Floats, discount: Floats, deviations: int,
    count: int, polygon: Ints, angles: Floats, corners: Floats, aims: Floats, weight: Floats, kind: Ints, which: Ints,
    plans: Ints, worths: Floats, basis: Floats, inverse: Floats,
) -> tuple[float, float]:
    """Pivot until nothing is gained: least lack (``lacking``), else most of direction (x, y).

    Returns the value reached and a bound that no mix of plans exceeds, both without the payoff of the period; leaves
    the multipliers in ``weight``.
    """
    m = deviations + 1
    price, entering, column = np.empty(m), np.empty(m), np.empty(m)
    plan, worth = np.empty(count, dtype=np.int64), np.empty(2)
    value = bound = -np.inf
    ax, ay = (0.0, 0.0) if lacking else (x, y)
    limit = 60 + 20 * m
    for step in range(limit):
        if step % FRESH == FRESH - 1:
            _invert(basis, inverse, m)
        value = 0.0
        for j in range(m):
            price[j] = 0.0
        for i in range(m):
            cost = 0.0
            if kind[i] == PLAN:
                cost = ax * worths[i, 0] + ay * worths[i, 1]
            elif kind[i] == LACKING and lacking:
                cost = -1.0
            if cost != 0.0:
                value += cost * inverse[i, m - 1]
                for j in range(m):
                    price[j] += cost * inverse[i, j]
        enter, gain = -1, PRICE
        for r in range(deviations):
            if price[r] > gain:
                enter, gain = r, price[r]
        for r in range(deviations):
            weight[r] = max(-price[r], 0.0)
        _aim(laws, who, discount, deviations, count, ax, ay, weight, aims)
        _plan_for(aims, count, polygon, angles, corners, plan)
        _column(plan, laws, who, need, discount, deviations, count, polygon, corners, column, worth)
        total = ax * worth[0] + ay * worth[1]
        reduced = total - price[m - 1]
        for r in range(deviations):
            total += weight[r] * column[r]
            reduced -= price[r] * column[r]
        bound = total
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
                entering[i] += inverse[i, j] * column[j]
        leave, least, size = -1, np.inf, 0.0
        for i in range(m):
            if entering[i] > PIVOT:
                ratio = max(inverse[i, m - 1], 0.0) / entering[i]
                better = ratio < least - 1e-14
                equal = not better and ratio <= least + 1e-14
                first = equal and leave >= 0 and kind[leave] != LACKING and (
                    kind[i] == LACKING or (entering[i] > size if step < limit // 2 else i < leave))
                if better or first:
                    leave, size = i, entering[i]
                    least = min(ratio, least)
        if leave < 0:
            break
        pivot = entering[leave]
        for j in range(m):
            inverse[leave, j] /= pivot
        for i in range(m):
            if i != leave and entering[i] != 0.0:
                for j in range(m):
                    inverse[i, j] -= entering[i] * inverse[leave, j]
        out = kind[leave]
        for j in range(m):
            basis[j, leave] = column[j]
        if by_plan:
            kind[leave] = PLAN
            for o in range(count):
                plans[leave, o] = plan[o]
            worths[leave, 0] = worth[0]
            worths[leave, 1] = worth[1]
        else:
            kind[leave] = SLACK
            which[leave] = enter
        if lacking and out == LACKING:
            return 0.0, 0.0
    return value, bound


@kernel
def _drop_lacking(
    deviations: int, kind: Ints, which: Ints, basis: Floats, inverse: Floats
) -> None:
    """Take what is lacking, which is nothing, out of the basis: the room left of some incentive comes in."""
    m = deviations + 1
    place = -1
    for i in range(m):
        if kind[i] == LACKING:
            place = i
    if place < 0:
        return
    best = 0
    for r in range(deviations):
        if abs(inverse[place, r]) > abs(inverse[place, best]):
            best = r
    for j in range(m):
        basis[j, place] = -1.0 if j == best else 0.0
    kind[place] = SLACK
    which[place] = best
    _invert(basis, inverse, m)


@kernel
def _prepare(
    state: int, row: int, on_path: bool, tighten: Floats, first: Ints, counts: Ints, stage: Floats, discount: Floats,
    start: Ints, outcome: Ints, chance: Floats, onset: Ints, following: Ints, widths: Floats, alive: Flags,
    slot: Ints, seen: Ints, laws: Floats, who: Ints, to: Ints, need: Floats, polygon: Ints,
) -> tuple[int, int, int]:
    """Lay out a profile and its outcomes' polygons.  Returns (how it stands, deviations, outcomes).

    How it stands: 1 open, 0 some deviation cannot be deterred (the first), -1 play cannot go on after some outcome.
    """
    deviations, count, hopeless = _gather(
        state, row, first, counts, stage, start, outcome, chance, onset, slot, seen, laws, who, to, need)
    states = len(first) - 1
    for o in range(count):
        s = following[onset[state] + seen[o]]
        polygon[o] = s + states if on_path and laws[0, o] > 0.0 else s
        if not alive[polygon[o]]:
            return -1, deviations, count
    if hopeless:
        return 0, deviations, count
    for r in range(deviations):
        i = who[r]
        if tighten[i] != 0.0:
            # Where continuation payoffs leave less choice than is asked for, asking for more only finds fault with ties.
            choice = 0.0
            for o in range(count):
                choice += abs(laws[0, o] - laws[r + 1, o]) * widths[polygon[o], i]
            if tighten[i] < 0.0 or choice > max(tighten[i], STILL):
                need[r] += tighten[i]
    return 1, deviations, count


@kernel
def _potential(
    x: float, y: float, stage: Floats, laws: Floats, discount: Floats, count: int, polygon: Ints, angles: Floats,
    corners: Floats,
) -> float:
    """What a profile would be worth in a direction if nobody could deviate."""
    total = x * stage[0] + y * stage[1]
    ax, ay = discount[0] * x, discount[1] * y
    for o in range(count):
        if laws[0, o] > 0.0:
            corner = corners[polygon[o], vertex_for(angles, corners[polygon[o]], ax, ay)]
            total += laws[0, o] * (ax * corner[0] + ay * corner[1])
    return total


@kernel
def enforceable(
    state: int, on_path: bool, allowed: Flags, tighten: Floats, first: Ints, counts: Ints, stage: Floats,
    discount: Floats, start: Ints, outcome: Ints, chance: Floats, onset: Ints, following: Ints, directions: Floats,
    angles: Floats, corners: Floats, widths: Floats, alive: Flags, levels: Floats, points: Floats, best: Ints,
) -> bool:
    """What the allowed profiles of a state can enforce, in every direction.

    ``directions``  Float[k, 2] by angle, ``angles`` Float[k] in [0, 2 pi).
    ``corners``     Float[2 * states, k, 2]: polygons of continuation payoffs (see ``vertex_for``); the second half for
                    outcomes that play on the path brings about.  ``widths`` Float[2 * states, 2]: their extents.
    ``alive``       Bool[2 * states]: whether they hold anything.
    ``tighten``     Float[2]: how much worse every deviation of a player must be.

    Fills ``levels`` Float[k] (bounds that nothing enforceable exceeds), ``points`` Float[k, 2] (enforceable payoffs) and
    ``best`` Int[k] (the profile that enforces them; what it held before says where to look first), and takes profiles
    that nothing enforces out of ``allowed``.  Returns whether any profile is enforceable.
    """
    most = counts[state, 0] + counts[state, 1] - 2
    outcomes = onset[state + 1] - onset[state]
    m = most + 1
    slot = np.full(outcomes, -1, dtype=np.int64)
    seen, polygon = np.empty(outcomes, dtype=np.int64), np.empty(outcomes, dtype=np.int64)
    laws = np.empty((m, outcomes))
    who, to, need = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64), np.empty(m)
    aims, weight = np.empty((outcomes, 2)), np.empty(m)
    kind, which = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    plans, worths = np.empty((m, outcomes), dtype=np.int64), np.empty((m, 2))
    basis, inverse = np.empty((m, m)), np.empty((m, m))
    reached, potential = np.empty(len(directions)), np.empty(len(directions))
    found = False
    order = np.empty(first[state + 1] - first[state], dtype=np.int64)
    early, late = 0, len(order)
    for row in range(first[state + 1] - 1, first[state] - 1, -1):
        was_best = False
        for k in range(len(directions)):
            was_best = was_best or best[k] == row
        if was_best:
            order[early] = row
            early += 1
        else:
            late -= 1
            order[late] = row
    for k in range(len(directions)):
        levels[k] = reached[k] = -np.inf
        best[k] = -1
    for row in order:
        if not allowed[row]:
            continue
        stands, deviations, count = _prepare(
            state, row, on_path, tighten, first, counts, stage, discount, start, outcome, chance, onset, following,
            widths, alive, slot, seen, laws, who, to, need, polygon)
        if stands < 1:
            allowed[row] = False
            continue
        useful = False
        for k in range(len(directions)):
            potential[k] = _potential(directions[k, 0], directions[k, 1], stage[row], laws, discount, count, polygon,
                                      angles, corners)
            useful = useful or potential[k] > levels[k]
        if not useful and found:
            continue
        met = _begin(laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight, kind, which,
                     plans, worths, basis, inverse)
        if not met:
            _, bound = _improve(
                True, 0.0, 0.0, laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight,
                kind, which, plans, worths, basis, inverse)
            if bound < -LACK:
                allowed[row] = False
                continue
            _drop_lacking(deviations, kind, which, basis, inverse)
        found = True
        for k in range(len(directions)):
            if potential[k] <= levels[k]:
                continue
            x, y = directions[k, 0], directions[k, 1]
            if k % 8 == 7:
                _invert(basis, inverse, deviations + 1)
            value, bound = _improve(
                False, x, y, laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight, kind,
                which, plans, worths, basis, inverse)
            period = x * stage[row, 0] + y * stage[row, 1]
            levels[k] = max(levels[k], period + bound)
            if period + value > reached[k] + PRICE:
                reached[k] = period + value
                best[k] = row
                points[k, 0] = stage[row, 0]
                points[k, 1] = stage[row, 1]
                for j in range(deviations + 1):
                    if kind[j] == PLAN:
                        points[k, 0] += inverse[j, deviations] * worths[j, 0]
                        points[k, 1] += inverse[j, deviations] * worths[j, 1]
    return found


@kernel
def program(
    state: int, row: int, on_path: bool, x: float, y: float, tighten: Floats, first: Ints, counts: Ints, stage: Floats,
    discount: Floats, start: Ints, outcome: Ints, chance: Floats, onset: Ints, following: Ints, angles: Floats,
    corners: Floats, widths: Floats, alive: Flags, seen: Ints, to: Ints, who: Ints, weight: Floats, share: Floats,
    plans: Ints,
) -> tuple[int, float, int, int]:
    """One program, its answer in full; arguments as in ``enforceable``.

    Fills ``seen`` (the outcomes, numbers within the state), ``who`` and ``to`` (deviations: player, row), ``weight``
    (their multipliers), ``share`` and ``plans`` (the mix of plans: vertex of every outcome).  Returns

    - how it stands: 1 enforceable, 0 not (then the multipliers prove it), -1 play cannot go on after some outcome;
    - the bound that the multipliers prove, without the payoff of the period;
    - how many outcomes and deviations there are.
    """
    outcomes = onset[state + 1] - onset[state]
    most = counts[state, 0] + counts[state, 1] - 2
    m = most + 1
    slot = np.full(outcomes, -1, dtype=np.int64)
    polygon = np.empty(outcomes, dtype=np.int64)
    laws, need = np.empty((m, outcomes)), np.empty(m)
    aims = np.empty((outcomes, 2))
    kind, which, worths = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64), np.empty((m, 2))
    basis, inverse = np.empty((m, m)), np.empty((m, m))
    for j in range(m):
        share[j] = 0.0
    stands, deviations, count = _prepare(
        state, row, on_path, tighten, first, counts, stage, discount, start, outcome, chance, onset, following, widths,
        alive, slot, seen, laws, who, to, need, polygon)
    if stands < 1:
        for r in range(deviations):
            weight[r] = 1.0 if r == 0 else 0.0
        return stands, -need[0] if stands == 0 else 0.0, count, deviations
    met = _begin(laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight, kind, which,
                 plans, worths, basis, inverse)
    if not met:
        _, bound = _improve(
            True, 0.0, 0.0, laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight, kind,
            which, plans, worths, basis, inverse)
        if bound < -LACK:
            return 0, bound, count, deviations
        _drop_lacking(deviations, kind, which, basis, inverse)
    _, bound = _improve(
        False, x, y, laws, who, need, discount, deviations, count, polygon, angles, corners, aims, weight, kind, which,
        plans, worths, basis, inverse)
    for j in range(deviations + 1):
        if kind[j] == PLAN:
            share[j] = max(inverse[j, deviations], 0.0)
    return 1, bound, count, deviations


@kernel
def sweep(
    members: Ints, on_path: bool, inside: bool, allowed: Flags, tighten: Floats, first: Ints, counts: Ints,
    stage: Floats, discount: Floats, start: Ints, outcome: Ints, chance: Floats, onset: Ints, following: Ints,
    directions: Floats, angles: Floats, levels: Floats, corners: Floats, widths: Floats, alive: Flags, best: Ints,
) -> float:
    """Renew the polygons of the states ``members`` in turn; the largest change of a level or a vertex.

    ``inside``  polygons are hulls of enforceable payoffs, one for each direction; otherwise they are cut out by levels
    that nothing enforceable exceeds, which never rise.  ``levels`` Float[2 * states, k], ``best`` Int[2 * states, k].
    """
    states, k = len(first) - 1, len(directions)
    fresh, points, rows = np.empty(k), np.empty((k, 2)), np.empty(k, dtype=np.int64)
    spare = np.empty((k, 2))
    moved = 0.0
    for s in members:
        place = s + states if on_path else s
        if not alive[place]:
            continue
        if not enforceable(s, on_path, allowed, tighten, first, counts, stage, discount, start, outcome, chance, onset,
                           following, directions, angles, corners, widths, alive, fresh, points, rows):
            alive[place] = False
            moved = np.inf
            continue
        for j in range(k):
            best[place, j] = rows[j]
        if inside:
            for j in range(k):
                levels[place, j] = directions[j, 0] * points[j, 0] + directions[j, 1] * points[j, 1]
                spare[j, 0], spare[j, 1] = points[j, 0], points[j, 1]
        else:
            for j in range(k):
                levels[place, j] = min(levels[place, j], fresh[j])
            corners_of(directions, levels[place], spare)
        for i in range(2):
            low, high = np.inf, -np.inf
            for j in range(k):
                moved = max(moved, abs(spare[j, i] - corners[place, j, i]))
                corners[place, j, i] = spare[j, i]
                low, high = min(low, spare[j, i]), max(high, spare[j, i])
            widths[place, i] = high - low
    return moved
