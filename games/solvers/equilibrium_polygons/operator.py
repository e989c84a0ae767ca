"""The set operator of two-player games with perfect monitoring, on one convex polygon of payoffs per state.

    V(s) = co over profiles a of { u in (1 - d) g(a) + d * sum_s' q(s'|a) V(s') : u >= t(a) },
    t_i(a) = max over deviations b of i of (1 - d_i) g_i(b) + d_i sum_s' q(s'|b) v_i(s'),   v_i(s) = min V_i(s),

in average payoffs, with one discount factor per player.  If a state that some row reaches has no equilibrium, neither
has the state that the row belongs to.

Source: Abreu, Pearce and Stacchetti (1990); for stochastic games Abreu, Brooks and Sannikov (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.compiled import kernel
from games.numerics.polygons import (
    FLAT,
    add_edges,
    clip,
    convex_hull,
    excess,
    keep_extremes,
    merge_short_edges,
)

CLIP_SLACK = 2e-14

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class RowArrays:
    """A two-player game as flat arrays, payoffs scaled to a range of one per player.

    ``first``    Int[states + 1]: first row of each state; rows in C order of the profiles.
    ``counts``   Int[states, 2]: actions per player.
    ``stage``    Float[rows, 2]: (1 - discount) * payoff.
    ``payoff``   Float[rows, 2].
    ``discount`` Float[2].
    ``law``      Int[rows]: the distinct law each row follows; ``law_pointer``, ``law_state``, ``law_weight``: the laws.
    ``by_law``   Int[rows]: the rows of each state sorted by law.
    ``outcome``  Int[rows]: equal for rows of one state with the same payoffs and law: no deviation from one another.
    """

    first: Ints
    counts: Ints
    stage: Floats
    payoff: Floats
    discount: Floats
    law: Ints
    law_pointer: Ints
    law_state: Ints
    law_weight: Floats
    by_law: Ints
    outcome: Ints


@kernel
def deviation_values(
    state: int, first: Ints, stage: Floats, discount: Floats, law: Ints, pointer: Ints, target: Ints, weight: Floats,
    threat: Floats, out: Floats,
) -> None:
    """Per row of a state and player: the value of ending up there by a deviation, the worst following."""
    last = -1
    x = y = 0.0
    for r in range(first[state], first[state + 1]):
        if law[r] != last:
            last = law[r]
            x = y = 0.0
            for k in range(pointer[last], pointer[last + 1]):
                x += weight[k] * threat[target[k], 0]
                y += weight[k] * threat[target[k], 1]
        out[r - first[state], 0] = stage[r, 0] + discount[0] * x
        out[r - first[state], 1] = stage[r, 1] + discount[1] * y


@kernel
def thresholds(
    state: int, first: Ints, counts: Ints, payoff: Floats, discount: Floats, law: Ints, outcome: Ints, values: Floats,
    tighten: Floats, exempt: bool, out: Floats,
) -> None:
    """Per row of a state and player: the least value that keeps the player from deviating; -inf without deviations.

    ``tighten[i]`` is added to the value of deviating, except (if ``exempt``) where a deviation loses in the stage and
    leads to the same law: then no continuation can make it pay.
    """
    start = first[state]
    n1, n2 = counts[state, 0], counts[state, 1]
    plain = tighten[0] == 0.0 and tighten[1] == 0.0
    for i in range(2):
        own, others = (n1, n2) if i == 0 else (n2, n1)
        step, across = (n2, 1) if i == 0 else (1, n2)
        for line in range(others):
            base = line * across
            if plain:
                best = second = -np.inf
                top = -1
                for b in range(own):
                    r = base + b * step
                    if outcome[start + r] == top:
                        continue
                    if values[r, i] > best:
                        second = best
                        best = values[r, i]
                        top = outcome[start + r]
                    elif values[r, i] > second:
                        second = values[r, i]
                for b in range(own):
                    r = base + b * step
                    out[r, i] = second if outcome[start + r] == top else best
                continue
            for a in range(own):
                r = base + a * step
                bound = -np.inf
                for b in range(own):
                    z = base + b * step
                    if outcome[start + z] == outcome[start + r]:
                        continue
                    value = values[z, i]
                    free = exempt and payoff[start + z, i] <= payoff[start + r, i] and (
                        law[start + z] == law[start + r] or discount[i] == 0.0)
                    if not free:
                        value += tighten[i]
                    bound = max(bound, value)
                out[r, i] = bound


@kernel
def law_sum(
    law: int, pointer: Ints, target: Ints, weight: Floats, discount: Floats, polygons: Floats, sizes: Ints,
    edges: Floats, spare: Floats, out: Floats,
) -> int:
    """Vertices of discount * sum of weight * polygon over the successors of a law; 0 if one of them is empty."""
    x = y = 0.0
    n = 0
    for k in range(pointer[law], pointer[law + 1]):
        s = target[k]
        if sizes[s] == 0:
            return 0
        x += weight[k] * polygons[s, 0, 0]
        y += weight[k] * polygons[s, 0, 1]
        n = add_edges(edges, n, polygons[s], sizes[s], weight[k], spare)
        edges, spare = spare, edges
    out[0, 0] = discount[0] * x
    out[0, 1] = discount[1] * y
    for k in range(n - 1):
        x += edges[k, 0]
        y += edges[k, 1]
        out[k + 1, 0] = discount[0] * x
        out[k + 1, 1] = discount[1] * y
    return max(n, 1)


@kernel
def update_state(
    state: int, first: Ints, counts: Ints, stage: Floats, payoff: Floats, discount: Floats, law: Ints, pointer: Ints,
    target: Ints, weight: Floats, by_law: Ints, outcome: Ints, polygons: Floats, sizes: Ints, threat: Floats,
    alive: Flags, tighten: Floats, exempt: bool, raise_threats: bool, tau: float, inward: bool,
) -> float:
    """Apply the operator to one state in place; how far the old polygon sticks out of the new one.

    Rows that cannot be enforced lose their ``alive`` flag for good (the sets only shrink).
    """
    start, stop = first[state], first[state + 1]
    rows = stop - start
    values = np.empty((rows, 2))
    bound = np.empty((rows, 2))
    deviation_values(state, first, stage, discount, law, pointer, target, weight, threat, values)
    thresholds(state, first, counts, payoff, discount, law, outcome, values, tighten, exempt, bound)
    room = 0
    widest = 0
    last = -1
    edges_of_law = 0
    for k in range(start, stop):
        r = by_law[k]
        if not alive[r]:
            continue
        if law[r] != last:
            last = law[r]
            edges_of_law = 2
            for z in range(pointer[last], pointer[last + 1]):
                edges_of_law += sizes[target[z]]
            widest = max(widest, edges_of_law)
        room += edges_of_law + 4
    points = np.empty((room + 1, 2))
    summed = np.empty((widest + 1, 2))
    edges = np.empty((widest + 1, 2))
    spare = np.empty((widest + 1, 2))
    moved = np.empty((widest + 1, 2))
    clipped = np.empty((widest + 4, 2))
    total = n = 0
    last = -1
    for k in range(start, stop):
        r = by_law[k]
        if not alive[r]:
            continue
        if law[r] != last:
            last = law[r]
            n = law_sum(last, pointer, target, weight, discount, polygons, sizes, edges, spare, summed)
        for z in range(n):
            moved[z, 0] = stage[r, 0] + summed[z, 0]
            moved[z, 1] = stage[r, 1] + summed[z, 1]
        m = clip(moved, n, 0, bound[r - start, 0], CLIP_SLACK, clipped)
        m = clip(clipped, m, 1, bound[r - start, 1], CLIP_SLACK, points[total:])
        if m == 0:
            alive[r] = False
        total += m
    return replace_polygon(state, points, total, polygons, sizes, threat, raise_threats, tau, inward)


@kernel
def replace_polygon(
    state: int, points: Floats, total: int, polygons: Floats, sizes: Ints, threat: Floats, raise_threats: bool,
    tau: float, inward: bool,
) -> float:
    """Make the hull of ``points`` the polygon of a state; how far the old one sticks out of it (1 if it vanishes).

    Short edges are merged outwards, adding at most ``tau`` unless there are too many, but never below the hull's least
    payoffs, which are threats; or, with ``inward``, too many vertices are thinned out to the extreme ones.
    """
    hull = np.empty((total + 5, 2))
    n = convex_hull(points, total, hull)
    low0 = low1 = np.inf
    for k in range(n):
        low0 = min(low0, hull[k, 0])
        low1 = min(low1, hull[k, 1])
    room = polygons.shape[1] - 4
    before = n
    if inward:
        if n > room:
            n = keep_extremes(hull, n, room)
    elif n > 4:
        coarse = tau
        while True:
            n = merge_short_edges(hull, n, coarse)
            if n <= room:
                break
            coarse = 2.0 * coarse + FLAT
    if n < before:
        other = np.empty((n + 5, 2))
        if not inward:
            n = clip(hull, n, 0, low0, CLIP_SLACK, other)
            n = clip(other, n, 1, low1, CLIP_SLACK, hull)
        for k in range(n):
            other[k, 0] = hull[k, 0]
            other[k, 1] = hull[k, 1]
        n = convex_hull(other, n, hull)
    change = excess(polygons[state], sizes[state], hull, n) if n > 0 else 1.0
    for k in range(n):
        polygons[state, k, 0] = hull[k, 0]
        polygons[state, k, 1] = hull[k, 1]
    sizes[state] = n
    if raise_threats and n > 0:
        threat[state, 0] = max(threat[state, 0], low0)
        threat[state, 1] = max(threat[state, 1], low1)
    return change


@kernel
def sweep(
    order: Ints, successor_pointer: Ints, successor: Ints, dirty: Flags, first: Ints, counts: Ints, stage: Floats,
    payoff: Floats, discount: Floats, law: Ints, pointer: Ints, target: Ints, weight: Floats, by_law: Ints,
    outcome: Ints, polygons: Floats, sizes: Ints, threat: Floats, alive: Flags, tighten: Floats, exempt: bool,
    raise_threats: bool, tau: float, inward: bool,
    force: bool,
) -> float:
    """One pass over the states of a component, each using the latest sets; the largest change.

    ``tighten[s, i]``: as in ``thresholds``, state by state.  ``dirty[s]``: the set of s moved in its last update.
    States whose successors all rest are skipped unless ``force``.  With ``raise_threats`` (the full operator) an
    empty state ends the pass with the answer -1: all are empty.
    """
    largest = 0.0
    for s in order:
        work = force
        for k in range(successor_pointer[s], successor_pointer[s + 1]):
            if dirty[successor[k]]:
                work = True
                break
        if not work or sizes[s] == 0:
            dirty[s] = False
            continue
        before0, before1 = threat[s, 0], threat[s, 1]
        change = update_state(
            s, first, counts, stage, payoff, discount, law, pointer, target, weight, by_law, outcome, polygons, sizes,
            threat, alive, tighten[s], exempt, raise_threats, tau, inward)
        if sizes[s] == 0 and raise_threats:
            return -1.0
        change = max(change, threat[s, 0] - before0, threat[s, 1] - before1)
        dirty[s] = change > 0.0
        largest = max(largest, change)
    return largest


@kernel
def raise_worst_payoffs(
    order: Ints, first: Ints, counts: Ints, stage: Floats, payoff: Floats, discount: Floats, law: Ints, pointer: Ints,
    target: Ints, weight: Floats, outcome: Ints, threat: Floats, alive: Flags, sweeps: int,
) -> float:
    """Lift lower bounds of the worst payoffs by v(s) = min over rows of max over own actions; the last change.

    Every stop leaves lower bounds, if ``threat`` held some.
    """
    change = 0.0
    for _ in range(sweeps):
        change = 0.0
        for s in order:
            rows = first[s + 1] - first[s]
            values = np.empty((rows, 2))
            deviation_values(s, first, stage, discount, law, pointer, target, weight, threat, values)
            n1, n2 = counts[s, 0], counts[s, 1]
            for i in range(2):
                own, others = (n1, n2) if i == 0 else (n2, n1)
                step, across = (n2, 1) if i == 0 else (1, n2)
                least = np.inf
                for line in range(others):
                    best = -np.inf
                    possible = False
                    for b in range(own):
                        r = line * across + b * step
                        best = max(best, values[r, i])
                        possible = possible or alive[first[s] + r]
                    if possible:
                        least = min(least, best)
                if least < np.inf and least > threat[s, i]:
                    change = max(change, least - threat[s, i])
                    threat[s, i] = least
        if change <= 1e-13:
            break
    return change


@kernel
def lower_supports(
    order: Ints, first: Ints, stage: Floats, law: Ints, pointer: Ints, target: Ints, weight: Floats, alive: Flags,
    dx: float, dy: float, discount: float, level: Floats, sweeps: int,
) -> None:
    """Lower upper bounds of a direction by b(s) = max over rows of stage + discount * expected b, in place."""
    for _ in range(sweeps):
        change = 0.0
        for s in order:
            best = -np.inf
            last = -1
            ahead = 0.0
            for r in range(first[s], first[s + 1]):
                if not alive[r]:
                    continue
                if law[r] != last:
                    last = law[r]
                    ahead = 0.0
                    for k in range(pointer[last], pointer[last + 1]):
                        ahead += weight[k] * level[target[k]]
                best = max(best, dx * stage[r, 0] + dy * stage[r, 1] + discount * ahead)
            if best < level[s]:
                change = max(change, level[s] - best)
                level[s] = best
        if change <= 1e-13:
            break


@kernel
def generating_rows(
    state: int, first: Ints, counts: Ints, stage: Floats, payoff: Floats, discount: Floats, law: Ints, pointer: Ints,
    target: Ints, weight: Floats, by_law: Ints, outcome: Ints, polygons: Floats, sizes: Ints, threat: Floats,
    allowed: Flags, tighten: Floats, exempt: bool, wanted: Floats, row: Ints, miss: Floats,
) -> None:
    """For each of some ``wanted`` payoffs the row whose enforceable payoffs have the nearest vertex, and how near.

    ``row`` is -1 where no allowed row can be enforced.  Of rows equally near (up to rounding) the first is taken.
    """
    start, stop = first[state], first[state + 1]
    rows = stop - start
    values = np.empty((rows, 2))
    bound = np.empty((rows, 2))
    deviation_values(state, first, stage, discount, law, pointer, target, weight, threat, values)
    thresholds(state, first, counts, payoff, discount, law, outcome, values, tighten, exempt, bound)
    size = 4
    for k in range(pointer[law[start:stop].min()], pointer[law[start:stop].max() + 1]):
        size += sizes[target[k]]
    summed = np.empty((size, 2))
    edges = np.empty((size, 2))
    spare = np.empty((size, 2))
    moved = np.empty((size, 2))
    half = np.empty((size + 4, 2))
    clipped = np.empty((size + 8, 2))
    row[:] = -1
    miss[:] = np.inf
    for r in range(start, stop):
        if not allowed[r]:
            continue
        n = law_sum(law[r], pointer, target, weight, discount, polygons, sizes, edges, spare, summed)
        for z in range(n):
            moved[z, 0] = stage[r, 0] + summed[z, 0]
            moved[z, 1] = stage[r, 1] + summed[z, 1]
        m = clip(moved, n, 0, bound[r - start, 0], CLIP_SLACK, half)
        m = clip(half, m, 1, bound[r - start, 1], CLIP_SLACK, clipped)
        for k in range(len(wanted)):
            for z in range(m):
                gap = np.hypot(clipped[z, 0] - wanted[k, 0], clipped[z, 1] - wanted[k, 1])
                if gap < miss[k] - 1e-12:
                    miss[k] = gap
                    row[k] = r
