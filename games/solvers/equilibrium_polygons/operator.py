"""The set operator of two-player games with perfect monitoring, on one convex polygon of payoffs per state.

    V(s) = co over profiles a of { u in (1 - d) g(a) + d * sum_s' q(s'|a) V(s') : u >= t(a) },
    t_i(a) = max over deviations b of i of (1 - d_i) g_i(b) + d_i sum_s' q(s'|b) v_i(s'),   v_i(s) = min V_i(s),

in average payoffs, with one discount factor per player.  If a state that some row reaches has no equilibrium, neither
has the state that the row belongs to.

Source: Abreu, Pearce and Stacchetti (1990); for stochastic games Abreu, Brooks and Sannikov (2020).
"""

from __future__ import annotations

from typing import NamedTuple, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.numerics.polygons import FLAT, add_edges, clip, convex_hull, cut, excess
from games.numerics.thinning import keep_extremes, merge_short_edges

CLIP_SLACK = 2e-14



@final
class RowArrays(NamedTuple):
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


@final
class Sets(NamedTuple):
    """What is found so far, changed in place; payoffs as in ``RowArrays``.

    ``polygons``  Float[states, room, 2]: vertices counter-clockwise, ``sizes`` Int[states] of them; 0: no equilibrium.
    ``threat``    Float[states, 2]: what each player can be held to.
    ``alive``     Bool[rows]: rows that could still be enforced.
    """

    polygons: Floats
    sizes: Ints
    threat: Floats
    alive: Bools


@final
class Terms(NamedTuple):
    """How the operator is applied.

    ``tighten``        Float[states, 2]: what is added to the value of every deviation, as in ``thresholds``.
    ``exempt``         not to those that no continuation can make pay.
    ``raise_threats``  threats are the least payoffs of the sets (the full operator); else they stay as they are.
    ``tau``, ``inward``  how vertices are thinned out, as in ``replace_polygon``.
    """

    tighten: Floats
    exempt: bool
    raise_threats: bool
    tau: float
    inward: bool


@kernel
def deviation_values(state: int, game: RowArrays, threat: Floats, out: Floats) -> None:
    """Per row of a state and player: the value of ending up there by a deviation, the worst following."""
    first, stage, discount, law = game.first, game.stage, game.discount, game.law
    pointer, target, weight = game.law_pointer, game.law_state, game.law_weight
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
    state: int, game: RowArrays, values: Floats, tighten: Floats, exempt: bool, out: Floats
) -> None:
    """Per row of a state and player: the least value that keeps the player from deviating; -inf without deviations.

    ``tighten[i]`` is added to the value of deviating, except (if ``exempt``) where a deviation loses in the stage and
    leads to the same law: then no continuation can make it pay.
    """
    payoff, discount, law, outcome = game.payoff, game.discount, game.law, game.outcome
    start = game.first[state]
    n1, n2 = game.counts[state, 0], game.counts[state, 1]
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
    law: int, game: RowArrays, polygons: Floats, sizes: Ints, edges: Floats, spare: Floats, out: Floats
) -> int:
    """Vertices of discount * sum of weight * polygon over the successors of a law; 0 if one of them is empty."""
    discount, weight = game.discount, game.law_weight
    x = y = 0.0
    n = 0
    for k in range(game.law_pointer[law], game.law_pointer[law + 1]):
        s = game.law_state[k]
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
def _most_vertices(state: int, game: RowArrays, sets: Sets) -> tuple[int, int]:
    """How many points the rows of a state can bring together, and how many edges a sum of polygons can have."""
    total = widest = edges = 0
    last = -1
    for k in range(game.first[state], game.first[state + 1]):
        r = game.by_law[k]
        if not sets.alive[r]:
            continue
        if game.law[r] != last:
            last = game.law[r]
            edges = 2
            for z in range(game.law_pointer[last], game.law_pointer[last + 1]):
                edges += sets.sizes[game.law_state[z]]
            widest = max(widest, edges)
        total += edges + 4
    return total, widest


@kernel
def update_state(state: int, game: RowArrays, sets: Sets, terms: Terms) -> float:
    """Apply the operator to one state in place; how far the old polygon sticks out of the new one.

    Rows that cannot be enforced lose their ``alive`` flag for good (the sets only shrink).
    """
    start, stop = game.first[state], game.first[state + 1]
    stage, law, alive = game.stage, game.law, sets.alive
    values = np.empty((stop - start, 2))
    bound = np.empty((stop - start, 2))
    deviation_values(state, game, sets.threat, values)
    thresholds(state, game, values, terms.tighten[state], terms.exempt, bound)
    most, widest = _most_vertices(state, game, sets)
    points = np.empty((most + 1, 2))
    summed = np.empty((widest + 1, 2))
    edges = np.empty((widest + 1, 2))
    spare = np.empty((widest + 1, 2))
    moved = np.empty((widest + 1, 2))
    clipped = np.empty((widest + 4, 2))
    total = n = 0
    last = -1
    for k in range(start, stop):
        r = game.by_law[k]
        if not alive[r]:
            continue
        if law[r] != last:
            last = law[r]
            n = law_sum(last, game, sets.polygons, sets.sizes, edges, spare, summed)
        for z in range(n):
            moved[z, 0] = stage[r, 0] + summed[z, 0]
            moved[z, 1] = stage[r, 1] + summed[z, 1]
        m = clip(moved, n, 0, bound[r - start, 0], CLIP_SLACK, clipped)
        m = clip(clipped, m, 1, bound[r - start, 1], CLIP_SLACK, points[total:])
        if m == 0:
            alive[r] = False
        total += m
    return replace_polygon(state, points, total, sets, terms)


@kernel
def replace_polygon(state: int, points: Floats, total: int, sets: Sets, terms: Terms) -> float:
    """Make the hull of ``points`` the polygon of a state; how far the old one sticks out of it (1 if it vanishes).

    Short edges are merged outwards, adding at most ``tau`` unless there are too many, but never beyond the hull's least
    payoffs, which are threats, and greatest, so that no set leaves the box of stage payoffs at any discount factors;
    or, with ``inward``, too many vertices are thinned out to the extreme ones.
    """
    polygons, sizes, threat = sets.polygons, sets.sizes, sets.threat
    hull = np.empty((total + 5, 2))
    n = convex_hull(points, total, hull)
    low0 = low1 = np.inf
    high0 = high1 = -np.inf
    for k in range(n):
        low0, high0 = min(low0, hull[k, 0]), max(high0, hull[k, 0])
        low1, high1 = min(low1, hull[k, 1]), max(high1, hull[k, 1])
    room = polygons.shape[1] - 4
    before = n
    if terms.inward:
        if n > room:
            n = keep_extremes(hull, n, room)
    elif n > 4:
        coarse = terms.tau
        while True:
            n = merge_short_edges(hull, n, coarse)
            if n <= room:
                break
            coarse = 2.0 * coarse + FLAT
    if n < before:
        other = np.empty((n + 5, 2))
        if not terms.inward:
            n = clip(hull, n, 0, low0, 0.0, other)
            n = clip(other, n, 1, low1, 0.0, hull)
            n = cut(hull, n, 1.0, 0.0, high0, other)
            n = cut(other, n, 0.0, 1.0, high1, hull)
        for k in range(n):
            other[k, 0] = hull[k, 0]
            other[k, 1] = hull[k, 1]
        n = convex_hull(other, n, hull)
    change = excess(polygons[state], sizes[state], hull, n) if n > 0 else 1.0
    for k in range(n):
        polygons[state, k, 0] = hull[k, 0]
        polygons[state, k, 1] = hull[k, 1]
    sizes[state] = n
    if terms.raise_threats and n > 0:
        threat[state, 0] = max(threat[state, 0], low0)
        threat[state, 1] = max(threat[state, 1], low1)
    return change


@kernel
def sweep(
    order: Ints, successor_pointer: Ints, successor: Ints, dirty: Bools, game: RowArrays, sets: Sets, terms: Terms,
    force: bool,
) -> float:
    """One pass over the states of a component, each using the latest sets; the largest change.

    ``dirty[s]``: the set of s moved in its last update.  States whose successors all rest are skipped unless ``force``.
    With ``raise_threats`` (the full operator) an empty state ends the pass with the answer -1: all are empty.
    """
    sizes, threat = sets.sizes, sets.threat
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
        change = update_state(s, game, sets, terms)
        if sizes[s] == 0 and terms.raise_threats:
            return -1.0
        change = max(change, threat[s, 0] - before0, threat[s, 1] - before1)
        dirty[s] = change > 0.0
        largest = max(largest, change)
    return largest


@kernel
def raise_worst_payoffs(order: Ints, game: RowArrays, sets: Sets, sweeps: int) -> float:
    """Lift lower bounds of the worst payoffs by v(s) = min over rows of max over own actions; the last change.

    Every stop leaves lower bounds, if ``sets.threat`` held some.
    """
    first, threat = game.first, sets.threat
    change = 0.0
    for _ in range(sweeps):
        change = 0.0
        for s in order:
            rows = first[s + 1] - first[s]
            values = np.empty((rows, 2))
            deviation_values(s, game, threat, values)
            n1, n2 = game.counts[s, 0], game.counts[s, 1]
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
                        possible = possible or sets.alive[first[s] + r]
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
    order: Ints, game: RowArrays, alive: Bools, dx: float, dy: float, discount: float, level: Floats, sweeps: int
) -> None:
    """Lower upper bounds of a direction by b(s) = max over rows of stage + discount * expected b, in place."""
    stage, law, pointer = game.stage, game.law, game.law_pointer
    for _ in range(sweeps):
        change = 0.0
        for s in order:
            best = -np.inf
            last = -1
            ahead = 0.0
            for r in range(game.first[s], game.first[s + 1]):
                if not alive[r]:
                    continue
                if law[r] != last:
                    last = law[r]
                    ahead = 0.0
                    for k in range(pointer[last], pointer[last + 1]):
                        ahead += game.law_weight[k] * level[game.law_state[k]]
                best = max(best, dx * stage[r, 0] + dy * stage[r, 1] + discount * ahead)
            if best < level[s]:
                change = max(change, level[s] - best)
                level[s] = best
        if change <= 1e-13:
            break


@kernel
def generating_rows(
    state: int, game: RowArrays, sets: Sets, tighten: Floats, exempt: bool, wanted: Floats, row: Ints, miss: Floats
) -> None:
    """For each of some ``wanted`` payoffs the row whose enforceable payoffs have the nearest vertex, and how near.

    ``row`` is -1 where no live row can be enforced.  Of rows equally near (up to rounding) the first is taken.
    """
    start, stop = game.first[state], game.first[state + 1]
    stage, law, pointer = game.stage, game.law, game.law_pointer
    values = np.empty((stop - start, 2))
    bound = np.empty((stop - start, 2))
    deviation_values(state, game, sets.threat, values)
    thresholds(state, game, values, tighten, exempt, bound)
    size = 4
    for k in range(pointer[law[start:stop].min()], pointer[law[start:stop].max() + 1]):
        size += sets.sizes[game.law_state[k]]
    summed = np.empty((size, 2))
    edges = np.empty((size, 2))
    spare = np.empty((size, 2))
    moved = np.empty((size, 2))
    half = np.empty((size + 4, 2))
    clipped = np.empty((size + 8, 2))
    row[:] = -1
    miss[:] = np.inf
    for r in range(start, stop):
        if not sets.alive[r]:
            continue
        n = law_sum(law[r], game, sets.polygons, sets.sizes, edges, spare, summed)
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
