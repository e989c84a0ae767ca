"""One sweep over states and modes: every point becomes the best that rows and continuations can make of the others.

Source: Abreu, Pearce and Stacchetti (1990), the operator B; here on finitely many points per state.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Classes
from games.solvers.penal_modes.row_programs import row_program

FLOOR = -8.0
"""What nobody needs: below every payoff, which lie between 0 and 1."""

ROUNDING = 1e-12
HAIR = 1e-13
"""By so little is no row better than another."""


@kernel
def most_by_deviating(classes: Ints, game: Classes, ahead: Floats, best_of: Floats, best_at: Ints, out: Floats) -> None:
    """The most that each player has by a deviation from classes of a state for one period, into ``out``
    Float[classes, players]; -infinity where none can pay.

    ``ahead``  Float[laws of the state, players]: what deviators are worth from tomorrow on;
    ``best_of``, ``best_at``  what ``best_options`` found.  A deviation with the class's own law that earns no more
    today pays nowhere, and is asked nothing of.
    """
    # All classes of a state at once, and arrays by name: handing the game to a function for each of them costs more
    # than the work itself.
    payoff, law, options, discount = game.payoff, game.law, game.options, game.discount
    set_start, set_payoff, set_law, set_local = game.set_start, game.set_payoff, game.set_law, game.set_local
    for j in range(len(classes)):
        k = classes[j]
        for i in range(len(discount)):
            chosen = options[k, i]
            at = best_at[chosen]
            if set_law[at] != law[k] or set_payoff[at] > payoff[k, i]:
                out[j, i] = best_of[chosen]
                continue
            out[j, i] = -np.inf
            for e in range(set_start[chosen], set_start[chosen + 1]):
                if set_law[e] != law[k] or set_payoff[e] > payoff[k, i]:
                    brings = (1.0 - discount[i]) * set_payoff[e] + discount[i] * ahead[set_local[e], i]
                    out[j, i] = max(out[j, i], brings)


@kernel
def best_options(s: int, game: Classes, ahead: Floats, best_of: Floats, best_at: Ints) -> None:
    """What the sets of options of a state bring to a deviator at most, and by which entry."""
    for u in range(game.used_start[s], game.used_start[s + 1]):
        chosen = game.used_set[u]
        i = game.set_player[chosen]
        best_of[chosen] = -np.inf
        for e in range(game.set_start[chosen], game.set_start[chosen + 1]):
            brings = ((1.0 - game.discount[i]) * game.set_payoff[e]
                      + game.discount[i] * ahead[game.set_local[e], i])
            if brings > best_of[chosen]:
                best_of[chosen], best_at[chosen] = brings, e


@kernel
def needs(best: Floats, today: Floats, discount: Floats, slack: Floats, need: Floats) -> bool:
    """What each player needs from tomorrow on so that no deviation pays; False if nothing helps.

    ``best``  Float[players], the most by deviating; ``today`` Float[players], what complying earns.
    Written: ``need`` Float[players].
    """
    for i in range(len(need)):
        need[i] = FLOOR
        if best[i] > -np.inf and discount[i] > 0.0:
            need[i] = max((best[i] + slack[i] - (1.0 - discount[i]) * today[i]) / discount[i], FLOOR)
        elif best[i] > today[i]:
            return False
    return True


@kernel
def expectations(s: int, game: Classes, values: Floats, out: Floats) -> None:
    """Expected values of the next state, for the laws of a state: ``values`` Float[states, players] into ``out``."""
    for j in range(game.known_start[s + 1] - game.known_start[s]):
        law = game.known_law[game.known_start[s] + j]
        for i in range(values.shape[1]):
            out[j, i] = 0.0
        for e in range(game.law_start[law], game.law_start[law + 1]):
            for i in range(values.shape[1]):
                out[j, i] += game.chance[e] * values[game.law_state[e], i]


@kernel
def supports(s: int, game: Classes, aim: Floats, points: Floats, out: Floats) -> None:
    """The most that continuations are worth in a direction, for the laws of a state, into ``out`` Float[laws]."""
    for j in range(game.known_start[s + 1] - game.known_start[s]):
        law = game.known_law[game.known_start[s] + j]
        out[j] = 0.0
        for e in range(game.law_start[law], game.law_start[law + 1]):
            top = -np.inf
            for m in range(points.shape[0]):
                worth = 0.0
                for i in range(points.shape[2]):
                    worth += aim[i] * points[m, game.law_state[e], i]
                top = max(top, worth)
            out[j] += game.chance[e] * top


@kernel
def most_of_each(s: int, game: Classes, points: Floats, out: Floats) -> None:
    """The most that continuations bring to each player alone, for the laws of a state: ``out`` Float[laws, players]."""
    aim, support = np.zeros(out.shape[1]), np.empty(len(out))
    for i in range(out.shape[1]):
        aim[i] = 1.0
        supports(s, game, aim, points, support)
        out[:, i] = support
        aim[i] = 0.0


@kernel
def sweep(
    game: Classes, start: Ints, allowed: Ints, aims: Floats, slack: Floats, own_threat: bool, threat: Floats,
    points: Floats, row: Ints, weight: Floats, column: Ints, price: Floats,
) -> float:
    """Renew every point of every state, downstream first; returns the greatest change of a payoff.

    ``start``  Int[states + 1] into ``allowed``, the classes that may be played;
    ``aims``   Float[modes, players], the direction in which each mode's point is to lie far out;
    ``slack``  Float[players], asked of every incentive where some class can give it;
    ``own_threat``  whether the threat is the least of the points themselves; else it stays as it is.
    Renewed: ``threat`` Float[states, players], ``points`` Float[modes, states, players], and how they are made:
    ``row`` Int[modes, states] (a class), ``weight`` Float[modes, states, players + 1], ``column`` Int[modes, states,
    players + 1, next states], ``price`` Float[modes, states, players].
    """
    modes, n = aims.shape
    moved = 0.0
    aim, fresh = np.empty(n), np.empty(n)
    sets = len(game.set_player)
    best_of, best_at = np.empty(sets), np.empty(sets, dtype=np.int64)
    for s in game.order:
        candidates = allowed[start[s]:start[s + 1]]
        laws = game.known_start[s + 1] - game.known_start[s]
        ahead, most, support = np.empty((laws, n)), np.empty((laws, n)), np.empty(laws)
        expectations(s, game, threat, ahead)
        best_options(s, game, ahead, best_of, best_at)
        most_of_each(s, game, points, most)
        bound, deviating = np.empty(len(candidates)), np.empty((len(candidates), n))
        most_by_deviating(candidates, game, ahead, best_of, best_at, deviating)
        for m in range(modes):
            for i in range(n):
                aim[i] = aims[m, i] * game.discount[i]
            supports(s, game, aim, points, support)
            for j in range(len(candidates)):
                bound[j] = support[game.local_law[candidates[j]]]
                for i in range(n):
                    bound[j] += aims[m, i] * (1.0 - game.discount[i]) * game.payoff[candidates[j], i]
            if best_point(s, m, game, candidates, aims[m], aim, slack, deviating, most, bound, points, row,
                           weight, column, price, fresh):
                for i in range(n):
                    moved = max(moved, abs(points[m, s, i] - fresh[i]))
                    points[m, s, i] = fresh[i]
        if own_threat:
            for i in range(n):
                threat[s, i] = points[0, s, i]
                for m in range(1, modes):
                    threat[s, i] = min(threat[s, i], points[m, s, i])
    return moved


@kernel
def best_point(
    s: int, m: int, game: Classes, candidates: Ints, direction: Floats, aim: Floats, slack: Floats,
    deviating: Floats, most: Floats, bound: Floats, points: Floats, row: Ints, weight: Floats, column: Ints,
    price: Floats, fresh: Floats,
) -> bool:
    """The point of a mode: of the class whose program is worth most; with slack, else without, else missing least.

    ``bound``  Float[candidates]: no class is worth more; ``deviating`` Float[candidates, players].
    Written: ``fresh`` Float[players], and how the point is made.  False if no class may be played.
    """
    n = len(direction)
    none = np.zeros(n)
    need, value, cost, share = np.empty(n), np.empty(n), np.empty(n), np.empty(n + 1)
    picked = np.empty((n + 1, column.shape[3]), dtype=np.int64)
    ranked = np.argsort(-bound)
    previous = -1
    if row[m, s] >= 0:
        previous = np.searchsorted(candidates, row[m, s])
    best, nearest, least_miss = -np.inf, -1, np.inf
    # Prices of needs from programs solved before bound the others by duality: what they are worth, and what they miss.
    dual, shortage, tilted = np.zeros(n), np.zeros(n), np.empty(n)
    worth, reach = np.empty(len(most)), np.empty(len(most))
    priced, short = False, False
    for attempt in range(3):
        asked = slack if attempt == 0 else none
        if attempt == 1 and least_miss > 2.0 * slack.max() / max(game.discount.min(), 0.05):
            continue
        for position in range(-1, len(bound)):
            if attempt == 2:
                j = nearest
                if position >= 0 or j < 0:
                    break
            elif position < 0:
                j = previous
                if j < 0:
                    continue
            else:
                j = ranked[position]
                if bound[j] <= best + HAIR:
                    break
                if j == previous:
                    continue
            k = candidates[j]
            if not needs(deviating[j], game.payoff[k], game.discount, asked, need):
                continue
            miss = 0.0
            for i in range(n):
                miss = max(miss, need[i] - most[game.local_law[k], i])
            if attempt < 2 and short:
                lacking = -reach[game.local_law[k]]
                for i in range(n):
                    lacking += shortage[i] * need[i]
                miss = max(miss, lacking)
            if attempt < 2 and priced and miss <= ROUNDING:
                most_here = worth[game.local_law[k]]
                for i in range(n):
                    most_here += direction[i] * (1.0 - game.discount[i]) * game.payoff[k, i] - dual[i] * need[i]
                if most_here <= best + HAIR:
                    continue
            if miss <= ROUNDING or attempt == 2:
                part = slice(game.law_start[game.law[k]], game.law_start[game.law[k] + 1])
                miss = row_program(aim, points, game.law_state[part], game.chance[part], need, share,
                                   picked[:, :part.stop - part.start], value, cost)
                if miss > 0.0 and attempt < 2:
                    shortage[:] = cost / max(cost.sum(), ROUNDING)
                    supports(s, game, shortage, points, reach)
                    short = True
            if miss > 0.0 and attempt < 2:
                if miss < least_miss:
                    nearest, least_miss = j, miss
                continue
            here = 0.0
            for i in range(n):
                here += direction[i] * ((1.0 - game.discount[i]) * game.payoff[k, i] + game.discount[i] * value[i])
            if attempt < 2:
                for i in range(n):
                    dual[i] = cost[i]
                    tilted[i] = aim[i] + cost[i]
                supports(s, game, tilted, points, worth)
                priced = True
            if here > best + HAIR:
                best = here
                row[m, s] = k
                weight[m, s] = share
                column[m, s] = picked
                price[m, s] = cost
                for i in range(n):
                    fresh[i] = (1.0 - game.discount[i]) * game.payoff[k, i] + game.discount[i] * value[i]
        if best > -np.inf:
            return True
    return False
