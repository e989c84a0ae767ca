"""The set operator of two-player games with public signals, on one convex polygon of payoffs per state.

    V(s) = co over profiles a of { (1 - d) g(a) + d sum_o p(o) w(o) : w(o) in V(s'(o)), no one-shot deviation pays },

direction by direction, with the linear programs of ``signal_programs``.

Source: Abreu, Pearce and Stacchetti (1990); outer sets by their levels as in Judd, Yeltekin and Conklin (2003).
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.public_polygons.flat_layout import Basis, Polygons, Profile, SignalArrays, lay_out, room
from games.solvers.public_polygons.programs import (
    LACK,
    PLAN,
    PRICE,
    drop_lacking,
    first_basis,
    improve,
    renew,
    vertex_for,
)

STILL = 1e-9
"""Sets of continuation payoffs narrower than this may just not have settled yet: they are points."""

ENFORCEABLE, NOT_ENFORCEABLE, NO_CONTINUATION = 1, 0, -1
RENEWED = 8
"""Directions after which the inverse of the basis is computed anew."""


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
def _stand(
    game: SignalArrays, sets: Polygons, state: int, row: int, on_path: bool, exempt: bool, tighten: Floats,
    profile: Profile, basis: Basis,
) -> tuple[int, float, int, int]:
    """Lay out a profile and find a first basis of plans that keep everyone from deviating.

    Returns how it stands, the bound that the multipliers prove if it is not enforceable, how many outcomes and how many
    deviations there are.
    """
    deviations, count, hopeless = lay_out(game, state, row, profile)
    states = len(game.first) - 1
    for o in range(count):
        s = game.following[game.onset[state] + profile.seen[o]]
        profile.polygon[o] = s + states if on_path and profile.laws[0, o] > 0.0 else s
        if not sets.alive[profile.polygon[o]]:
            return NO_CONTINUATION, 0.0, count, deviations
    if hopeless:
        for r in range(deviations):
            profile.weight[r] = 1.0 if r == 0 else 0.0
        return NOT_ENFORCEABLE, -profile.need[0], count, deviations
    for r in range(deviations):
        i = profile.who[r]
        choice = 0.0
        for o in range(count):
            choice += abs(profile.laws[0, o] - profile.laws[r + 1, o]) * sets.widths[profile.polygon[o], i]
        if not exempt or choice > max(tighten[i], STILL):
            profile.need[r] += tighten[i]
    if not first_basis(game, sets, profile, basis, deviations, count):
        _, bound = improve(game, sets, profile, basis, deviations, count, True, 0.0, 0.0)
        if bound < -LACK:
            return NOT_ENFORCEABLE, bound, count, deviations
        drop_lacking(basis, deviations)
    return ENFORCEABLE, np.inf, count, deviations


@kernel
def _potential(
    game: SignalArrays, sets: Polygons, profile: Profile, count: int, row: int, x: float, y: float
) -> float:
    """What a profile would be worth in a direction if nobody could deviate."""
    total = x * game.stage[row, 0] + y * game.stage[row, 1]
    ax, ay = game.discount[0] * x, game.discount[1] * y
    for o in range(count):
        if profile.laws[0, o] > 0.0:
            polygon = sets.corners[profile.polygon[o]]
            corner = polygon[vertex_for(sets.angles, polygon, ax, ay)]
            total += profile.laws[0, o] * (ax * corner[0] + ay * corner[1])
    return float(total)


@kernel
def enforceable(
    game: SignalArrays, sets: Polygons, state: int, on_path: bool, exempt: bool, tighten: Floats, allowed: Bools,
    levels: Floats, points: Floats, best: Ints,
) -> bool:
    """What the allowed profiles of a state can enforce, in every direction.

    ``tighten``  Float[2]: how much worse every deviation of a player must be.  ``exempt``: but not where continuation
                 payoffs leave less choice than that, which would only find fault with ties.

    Fills ``levels`` Float[k] (bounds that nothing enforceable exceeds), ``points`` Float[k, 2] (enforceable payoffs)
    and ``best`` Int[k] (the profile that enforces them; what it held before says where to look first), and takes
    profiles that nothing enforces out of ``allowed``.  Returns whether any profile is enforceable.
    """
    profile, basis = room(game, state)
    normals = sets.normals
    reached, potential = np.empty(len(normals)), np.empty(len(normals))
    order = np.empty(game.first[state + 1] - game.first[state], dtype=np.int64)
    early, late = 0, len(order)
    for row in range(game.first[state + 1] - 1, game.first[state] - 1, -1):
        was_best = False
        for k in range(len(normals)):
            was_best = was_best or best[k] == row
        if was_best:
            order[early] = row
            early += 1
        else:
            late -= 1
            order[late] = row
    for k in range(len(normals)):
        levels[k] = reached[k] = -np.inf
        best[k] = -1
    found = False
    for row in order:
        if not allowed[row]:
            continue
        stands, _, count, deviations = _stand(
            game, sets, state, row, on_path, exempt, tighten, profile, basis)
        if stands != ENFORCEABLE:
            allowed[row] = False
            continue
        found = True
        for k in range(len(normals)):
            potential[k] = _potential(game, sets, profile, count, row, normals[k, 0], normals[k, 1])
        for k in range(len(normals)):
            if potential[k] <= levels[k]:
                continue
            x, y = normals[k, 0], normals[k, 1]
            if k % RENEWED == RENEWED - 1:
                renew(basis, deviations)
            value, bound = improve(game, sets, profile, basis, deviations, count, False, x, y)
            period = x * game.stage[row, 0] + y * game.stage[row, 1]
            levels[k] = max(levels[k], period + bound)
            if period + value > reached[k] + PRICE:
                reached[k] = period + value
                best[k] = row
                for i in range(2):
                    points[k, i] = game.stage[row, i]
                    for j in range(deviations + 1):
                        if basis.kind[j] == PLAN:
                            points[k, i] += basis.inverse[j, deviations] * basis.worths[j, i]
    return found


@kernel
def program(
    game: SignalArrays, sets: Polygons, state: int, row: int, on_path: bool, exempt: bool, tighten: Floats, x: float,
    y: float,
) -> tuple[int, float, int, int, Profile, Basis, Floats]:
    """One program, its answer in full; arguments as in ``enforceable``.

    Returns how the profile stands; the bound that the multipliers (``weight`` of the profile) prove, without the payoff
    of the period (if it is not enforceable: of what its deviations lack in sum); how many outcomes and deviations there
    are; the profile; the basis; and Float[columns], the share of each of its plans in the mix that is best.
    """
    profile, basis = room(game, state)
    stands, bound, count, deviations = _stand(game, sets, state, row, on_path, exempt, tighten, profile, basis)
    share = np.zeros(len(basis.kind))
    if stands == ENFORCEABLE:
        _, bound = improve(game, sets, profile, basis, deviations, count, False, x, y)
        for j in range(deviations + 1):
            if basis.kind[j] == PLAN:
                share[j] = max(basis.inverse[j, deviations], 0.0)
    return stands, bound, count, deviations, profile, basis, share


@kernel
def sweep(
    game: SignalArrays, sets: Polygons, members: Ints, on_path: bool, inside: bool, tighten: Floats, allowed: Bools
) -> float:
    """Renew the polygons of the states ``members`` in turn; the largest change of a vertex.

    ``inside``  polygons are hulls of enforceable payoffs, one for each direction; otherwise they are cut out by levels
    that nothing enforceable exceeds, which never rise.
    """
    states, k = len(game.first) - 1, len(sets.normals)
    fresh, points, rows = np.empty(k), np.empty((k, 2)), np.empty(k, dtype=np.int64)
    spare = np.empty((k, 2))
    moved = 0.0
    for s in members:
        place = s + states if on_path else s
        if not sets.alive[place]:
            continue
        for j in range(k):
            rows[j] = sets.best[place, j]
        if not enforceable(game, sets, s, on_path, inside, tighten, allowed, fresh, points, rows):
            sets.alive[place] = False
            moved = np.inf
            continue
        for j in range(k):
            sets.best[place, j] = rows[j]
            if inside:
                sets.levels[place, j] = sets.normals[j, 0] * points[j, 0] + sets.normals[j, 1] * points[j, 1]
                spare[j, 0], spare[j, 1] = points[j, 0], points[j, 1]
            else:
                sets.levels[place, j] = min(sets.levels[place, j], fresh[j])
        if not inside:
            corners_of(sets.normals, sets.levels[place], spare)
        for i in range(2):
            low, high = np.inf, -np.inf
            for j in range(k):
                moved = max(moved, abs(spare[j, i] - sets.corners[place, j, i]))
                sets.corners[place, j, i] = spare[j, i]
                low, high = min(low, spare[j, i]), max(high, spare[j, i])
            sets.widths[place, i] = high - low
    return moved
