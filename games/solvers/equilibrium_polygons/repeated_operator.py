"""The set operator of repeated games with one discount factor: extreme points in place of sums of sets.

A profile that nobody wants to leave gives its own payoff; any other gives only continuations at which an incentive
binds.  Source: Abreu and Sannikov (2014).
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.equilibrium_polygons.operator import (
    CLIP_SLACK,
    RowArrays,
    Sets,
    Terms,
    deviation_values,
    replace_polygon,
    thresholds,
)


@kernel
def repeated_game_pass(state: int, game: RowArrays, sets: Sets, terms: Terms) -> float:
    """Replace the set of the one state by the next; the largest change, -1 if nothing is left."""
    start, rows = game.first[state], game.first[state + 1] - game.first[state]
    threat = sets.threat
    _raise_to_minmax(start, game.counts[state], game.payoff, sets.alive, threat[state])
    values = np.empty((rows, 2))
    bound = np.empty((rows, 2))
    deviation_values(state, game, threat, values)
    thresholds(state, game, values, terms.tighten[state], terms.exempt, bound)
    # The extreme points need the continuation's own floor v among the constraints that may bind.
    for r in range(rows):
        for i in range(2):
            bound[r, i] = max(bound[r, i], values[r, i])
    points = np.empty((4 * rows, 2))
    part = slice(start, start + rows)
    total = _extreme_points(
        game.stage[part], game.payoff[part], game.discount[0], bound, sets.polygons[state], sets.sizes[state],
        sets.alive[part], points)
    if total == 0:
        return -1.0
    before0, before1 = threat[state, 0], threat[state, 1]
    change: float = replace_polygon(state, points, total, sets, terms)
    raised: float = max(threat[state, 0] - before0, threat[state, 1] - before1)
    return max(change, raised)


@kernel
def _raise_to_minmax(start: int, counts: Ints, payoff: Floats, alive: Bools, threat: Floats) -> None:
    """Nobody can be held below the least best-reply payoff over the conduct of the other still enforceable."""
    n1, n2 = counts[0], counts[1]
    for i in range(2):
        own, others = (n1, n2) if i == 0 else (n2, n1)
        step, across = (n2, 1) if i == 0 else (1, n2)
        least = np.inf
        for line in range(others):
            best = -np.inf
            possible = False
            for b in range(own):
                r = start + line * across + b * step
                best = max(best, payoff[r, i])
                possible = possible or alive[r]
            if possible:
                least = min(least, best)
        if least < np.inf:
            threat[i] = max(threat[i], least)


@kernel
def _extreme_points(
    stage: Floats, payoff: Floats, discount: float, bound: Floats, polygon: Floats, n: int, alive: Bools,
    points: Floats,
) -> int:
    """Points whose hull is the next set of a repeated game with one discount factor; how many were written.

    A profile that nobody wants to leave gives its own payoff; any other gives only continuations at which an
    incentive binds: at most four points.  ``points`` has 4 rows per profile.
    """
    total = 0
    for r in range(len(payoff)):
        if not alive[r]:
            continue
        if payoff[r, 0] >= bound[r, 0] - CLIP_SLACK and payoff[r, 1] >= bound[r, 1] - CLIP_SLACK:
            points[total, 0] = payoff[r, 0]
            points[total, 1] = payoff[r, 1]
            total += 1
            continue
        found = total
        for axis in range(2):
            other = 1 - axis
            level = (bound[r, axis] - stage[r, axis]) / discount
            floor = (bound[r, other] - stage[r, other]) / discount
            low = np.inf
            high = -np.inf
            top = -np.inf
            for k in range(n):
                top = max(top, polygon[k, axis])
            if top < level - CLIP_SLACK / discount:
                total = found
                break
            level = min(level, top)
            previous = n - 1
            for k in range(n):
                a, b = polygon[previous, axis] - level, polygon[k, axis] - level
                if b == 0.0:
                    low = min(low, polygon[k, other])
                    high = max(high, polygon[k, other])
                elif a * b < 0.0:
                    cross = polygon[previous, other] + a / (a - b) * (polygon[k, other] - polygon[previous, other])
                    low = min(low, cross)
                    high = max(high, cross)
                previous = k
            if high < floor and high >= floor - CLIP_SLACK / discount:
                floor = high
            if high >= floor:
                for value in (max(low, floor), high):
                    points[total, axis] = stage[r, axis] + discount * level
                    points[total, other] = stage[r, other] + discount * value
                    total += 1
        if total == found:
            alive[r] = False
    return total
