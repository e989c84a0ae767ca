"""One sweep over states and modes: every point becomes the best that rows and continuations can make of the others.

Source: Abreu, Pearce and Stacchetti (1990), the operator B; here on finitely many points per state.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Classes
from games.solvers.penal_modes.row_programs import row_program, row_room

FLOOR = -8.0
"""What nobody needs: below every payoff, which lie between 0 and 1."""

ROUNDING = 1e-12
HAIR = 1e-13
"""By so little is no row better than another."""

SETTLED = 1e-13
HUSH = 0.1
"""Moves below this share of what is taken for settled are not passed on."""

FEW_STATES = 16
MANY_SWEEPS = 200
EVALUATIONS = 30


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
def supports(
    known: Ints, law_start: Ints, law_state: Ints, chance: Floats, aim: Floats, points: Floats, out: Floats
) -> None:
    """The most that continuations are worth in a direction, for some laws, into ``out`` Float[laws]."""
    for j in range(len(known)):
        out[j] = 0.0
        for e in range(law_start[known[j]], law_start[known[j] + 1]):
            top = -np.inf
            for m in range(points.shape[0]):
                worth = 0.0
                for i in range(points.shape[2]):
                    worth += aim[i] * points[m, law_state[e], i]
                top = max(top, worth)
            out[j] += chance[e] * top


@kernel
def note(
    states: Ints, now: int, hush: float, points: Floats, heard: Floats, most: Floats, changed: Ints
) -> None:
    """Take note of points of some states: ``most`` Float[states, players] is what they bring to each player alone.

    Where one has moved by more than ``hush`` since it was last ``heard`` Float[modes, states, players] of, the state
    has ``changed`` Int[states] at the time ``now``.
    """
    for s in states:
        moved = False
        for i in range(points.shape[2]):
            most[s, i] = -np.inf
            for m in range(points.shape[0]):
                most[s, i] = max(most[s, i], points[m, s, i])
                moved = moved or abs(points[m, s, i] - heard[m, s, i]) > hush
        if moved:
            heard[:, s] = points[:, s]
            changed[s] = now


@kernel
def quiet(s: int, game: Classes, since: int, changed: Ints) -> bool:
    """Whether no state to which a state can lead has ``changed`` Int[states] at a time or later."""
    for j in range(game.known_start[s], game.known_start[s + 1]):
        for e in range(game.law_start[game.known_law[j]], game.law_start[game.known_law[j] + 1]):
            if changed[game.law_state[e]] >= since:
                return False
    return True


@kernel
def renew(
    game: Classes, states: Ints, start: Ints, allowed: Ints, pinned: Bools, aims: Floats, slack: Floats,
    own_threat: bool, threat: Floats, points: Floats, row: Ints, weight: Floats, column: Ints, price: Floats,
    hush: float, heard: Floats, best: Floats, renewed: Ints, changed: Ints, clock: Ints,
) -> float:
    """Renew every point of some states, in their order; returns the greatest change of a payoff.

    States are passed over where nothing that they lead to has moved by more than ``hush`` since.

    ``start``  Int[states + 1] into ``allowed``, the classes that may be played;
    ``pinned`` Bool[modes, states], points that stay as they are;
    ``aims``   Float[modes, players], the direction in which each mode's point is to lie far out;
    ``slack``  Float[players], asked of every incentive where some class can give it;
    ``own_threat``  whether the threat is the least of the points themselves; else it stays as it is.
    Renewed: ``threat`` Float[states, players], ``points`` Float[modes, states, players], and how they are made:
    ``row`` Int[modes, states] (a class), ``weight`` Float[modes, states, players + 1], ``column`` Int[modes, states,
    players + 1, next states], ``price`` Float[modes, states, players].
    Kept from call to call: ``heard``, ``best`` and ``changed`` of ``note``, ``renewed`` Int[states], times, and
    ``clock`` Int[1], the last of them.
    """
    n = aims.shape[1]
    moved = 0.0
    by_player, picked = np.zeros((9, n)), np.empty((n + 1, column.shape[3]), dtype=np.int64)
    room, picks = row_room(n, column.shape[3])
    by_law = np.empty((3, np.diff(game.known_start).max()))
    sets = len(game.set_player)
    best_of, best_at = np.empty(sets), np.empty(sets, dtype=np.int64)
    for k in range(len(states)):
        s = states[k]
        if quiet(s, game, renewed[s], changed):
            continue
        candidates = allowed[start[s]:start[s + 1]]
        laws = game.known_start[s + 1] - game.known_start[s]
        ahead, most = np.empty((laws, n)), np.empty((laws, n))
        expectations(s, game, threat, ahead)
        best_options(s, game, ahead, best_of, best_at)
        expectations(s, game, best, most)
        deviating = np.empty((len(candidates), n))
        most_by_deviating(candidates, game, ahead, best_of, best_at, deviating)
        moved = max(moved, best_points(s, game, candidates, pinned, aims, slack, deviating, most, points, row, weight,
                                       column, price, by_player, by_law, picked, room, picks))
        if own_threat:
            least_of(states[k:k + 1], points, threat)
        clock[0] += 1
        renewed[s] = clock[0]
        note(states[k:k + 1], clock[0], hush, points, heard, best, changed)
    return moved


@kernel
def sweep(
    game: Classes, sweeps: int, settled: int, still: float, adopt: bool, start: Ints, allowed: Ints, pinned: Bools,
    aims: Floats, slack: Floats, own_threat: bool, threat: Floats, points: Floats, row: Ints, weight: Floats,
    column: Ints, price: Floats, heard: Floats, best: Floats, renewed: Ints, changed: Ints, clock: Ints,
) -> tuple[float, int]:
    """Renew every point of every state so many times, downstream first; returns by how much the last time still moved
    a payoff, and how many parts of the game have settled together with all that they lead to.

    All that is upstream builds on what comes after it, so few states that all reach one another are renewed until they
    settle, unless play begins there.  ``settled`` parts, the first, are left as they are; others have settled when no
    payoff moves by more than ``still``.
    ``adopt``  whether such states' points become what the automaton of these points is worth, now and then.
    The others as in ``renew``.
    """
    parts = len(game.part) - 1
    moved = 0.0
    for part in range(settled, parts):
        states = game.order[game.part[part]:game.part[part + 1]]
        few = len(states) <= FEW_STATES and part < parts - 1
        last = np.inf
        for _ in range(MANY_SWEEPS if few else sweeps):
            last = renew(game, states, start, allowed, pinned, aims, slack, own_threat, threat, points, row, weight,
                         column, price, HUSH * still, heard, best, renewed, changed, clock)
            if last <= still:
                break
            if adopt:
                evaluate(game, states, EVALUATIONS, HUSH * still, points, row, weight, column)
                if own_threat:
                    least_of(states, points, threat)
                clock[0] += 1
                note(states, clock[0], HUSH * still, points, heard, best, changed)
        if last <= still and settled == part:
            settled += 1
        moved = max(moved, last)
    return moved, settled


@kernel
def evaluate(
    game: Classes, states: Ints, sweeps: int, still: float, points: Floats, row: Ints, weight: Floats, column: Ints
) -> None:
    """Bring the points of some states to what the automaton of the points is worth there, given those elsewhere.

    So many sweeps, or fewer if nothing moves by more than ``still``; nothing is done where a mode has nothing to play.
    """
    modes, n = points.shape[0], points.shape[2]
    payoff, law, law_start, law_state, chance = game.payoff, game.law, game.law_start, game.law_state, game.chance
    discount = game.discount
    for s in states:
        for m in range(modes):
            if row[m, s] < 0:
                return
    then = np.empty(n)
    for _ in range(sweeps):
        moved = 0.0
        for s in states:
            for m in range(modes):
                k = row[m, s]
                then[:] = 0.0
                first = law_start[law[k]]
                for c in range(weight.shape[2]):
                    share = weight[m, s, c]
                    if share > 0.0:
                        for e in range(first, law_start[law[k] + 1]):
                            for i in range(n):
                                then[i] += share * chance[e] * points[column[m, s, c, e - first], law_state[e], i]
                for i in range(n):
                    here = (1.0 - discount[i]) * payoff[k, i] + discount[i] * then[i]
                    moved = max(moved, abs(here - points[m, s, i]))
                    points[m, s, i] = here
        if moved <= still:
            return


@kernel
def settle(game: Classes, within: Bools, sweeps: int, points: Floats, row: Ints, weight: Floats, column: Ints) -> None:
    """Make the points what the automaton of the points is worth, downstream first.

    ``within``  Bool[states]: where; ``sweeps`` at most, of states that all reach one another.
    """
    for part in range(len(game.part) - 1):
        states = game.order[game.part[part]:game.part[part + 1]]
        evaluate(game, states[within[states]], sweeps, SETTLED, points, row, weight, column)


@kernel
def least_of(states: Ints, points: Floats, threat: Floats) -> None:
    """The least of the points of some states becomes the threat there."""
    for s in states:
        for i in range(points.shape[2]):
            threat[s, i] = points[:, s, i].min()


@kernel
def best_points(
    s: int, game: Classes, candidates: Ints, pinned: Bools, aims: Floats, slack: Floats, deviating: Floats,
    most: Floats, points: Floats, row: Ints, weight: Floats, column: Ints, price: Floats, by_player: Floats,
    by_law: Floats, picked: Ints, room: Floats, picks: Ints,
) -> float:
    """Renew every point of a state: it is that of the class whose program is worth most, with slack, else without,
    else missing least.  Returns the greatest change of a payoff.

    ``deviating``  Float[candidates, players]; ``most`` Float[laws, players].
    The last five are room to work in: Float[9, players], zeros in the last row, Float[3, laws of a state],
    Int[players + 1, next states], and that of row programs.
    """
    # Arrays by name: handing the game to a function costs as much as a small program.
    payoff, discount, law, local_law = game.payoff, game.discount, game.law, game.local_law
    law_start, law_state, chance = game.law_start, game.law_state, game.chance
    known = game.known_law[game.known_start[s]:game.known_start[s + 1]]
    modes, n = aims.shape
    moved = 0.0
    need, value, cost, fresh, aim = by_player[0], by_player[1], by_player[2], by_player[3], by_player[4]
    # Prices of needs from programs solved before bound the others by duality: what they are worth, and what they miss.
    dual, shortage, tilted, none = by_player[5], by_player[6], by_player[7], by_player[8]
    support, worth, reach = by_law[0], by_law[1], by_law[2]
    share, bound, left = np.empty(n + 1), np.empty(len(candidates)), np.empty(len(candidates))
    for m in range(modes):
        if pinned[m, s]:
            continue
        direction = aims[m]
        for i in range(n):
            aim[i] = direction[i] * discount[i]
        supports(known, law_start, law_state, chance, aim, points, support)
        for j in range(len(candidates)):
            bound[j] = support[local_law[candidates[j]]]
            for i in range(n):
                bound[j] += direction[i] * (1.0 - discount[i]) * payoff[candidates[j], i]
        previous = -1
        if row[m, s] >= 0:
            previous = np.searchsorted(candidates, row[m, s])
        best, nearest, least_miss = -np.inf, -1, np.inf
        priced, short, stale = False, False, False
        for attempt in range(3):
            asked = slack if attempt == 0 else none
            if attempt == 1 and least_miss > 2.0 * slack.max() / max(discount.min(), 0.05):
                continue
            for position in range(-1, len(bound)):
                if attempt == 2:
                    j = nearest
                    if position >= 0 or j < 0:
                        break
                elif position < 0:
                    left[:] = bound
                    j = previous
                    if j < 0:
                        continue
                else:
                    j = int(np.argmax(left))
                    if left[j] <= best + HAIR:
                        break
                left[j] = -np.inf
                k = candidates[j]
                if not needs(deviating[j], payoff[k], discount, asked, need):
                    continue
                miss = 0.0
                for i in range(n):
                    miss = max(miss, need[i] - most[local_law[k], i])
                if attempt < 2 and short:
                    lacking = -reach[local_law[k]]
                    for i in range(n):
                        lacking += shortage[i] * need[i]
                    miss = max(miss, lacking)
                if attempt < 2 and priced and miss <= ROUNDING:
                    if stale:
                        supports(known, law_start, law_state, chance, tilted, points, worth)
                        stale = False
                    most_here = worth[local_law[k]]
                    for i in range(n):
                        most_here += direction[i] * (1.0 - discount[i]) * payoff[k, i] - dual[i] * need[i]
                    if most_here <= best + HAIR:
                        continue
                if miss <= ROUNDING or attempt == 2:
                    part = slice(law_start[law[k]], law_start[law[k] + 1])
                    miss = row_program(aim, points, law_state[part], chance[part], need, share,
                                       picked[:, :part.stop - part.start], value, cost, room, picks)
                    if miss > 0.0 and attempt < 2:
                        shortage[:] = cost / max(cost.sum(), ROUNDING)
                        supports(known, law_start, law_state, chance, shortage, points, reach)
                        short = True
                if miss > 0.0 and attempt < 2:
                    if miss < least_miss:
                        nearest, least_miss = j, miss
                    continue
                here = 0.0
                for i in range(n):
                    here += direction[i] * ((1.0 - discount[i]) * payoff[k, i] + discount[i] * value[i])
                if attempt < 2:
                    for i in range(n):
                        dual[i] = cost[i]
                        tilted[i] = aim[i] + cost[i]
                    priced, stale = True, True
                if here > best + HAIR:
                    best = here
                    row[m, s] = k
                    weight[m, s] = share
                    column[m, s] = picked
                    price[m, s] = cost
                    for i in range(n):
                        fresh[i] = (1.0 - discount[i]) * payoff[k, i] + discount[i] * value[i]
            if best > -np.inf:
                break
        if best > -np.inf:
            for i in range(n):
                moved = max(moved, abs(points[m, s, i] - fresh[i]))
                points[m, s, i] = fresh[i]
    return moved
