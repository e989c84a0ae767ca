"""Arrays of two-player games with public signals, of polygons of payoffs, and of one profile's deviations and outcomes.

An outcome is what everyone sees at the end of a period: the public signal together with the next state.
"""

from __future__ import annotations

from typing import NamedTuple, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel

SAME_LAW = 1e-15
GAIN = 1e-11
"""What a deviation that nobody can see must gain to count."""


@final
class SignalArrays(NamedTuple):
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


@final
class Polygons(NamedTuple):
    """Polygons of continuation payoffs per state; the second half for outcomes that play on the path brings about.

    ``normals``  Float[k, 2]: directions, ``angles`` Float[k]: their angles, rising from 0 to below 2 pi.
    ``levels``   Float[2 * states, k]: most of each direction; ``corners`` Float[2 * states, k, 2] (see ``vertex_for``).
    ``widths``   Float[2 * states, 2]: extents; ``alive`` Bool[2 * states]: whether there is anything.
    ``best``     Int[2 * states, k]: the profile played at the extreme point of each direction, -1 if not known.
    """

    normals: Floats
    angles: Floats
    levels: Floats
    corners: Floats
    widths: Floats
    alive: Bools
    best: Ints


@final
class Profile(NamedTuple):
    """Room for one profile: its outcomes and the deviations from it.

    ``slot``     Int[outcomes of the state], -1 throughout between uses; ``seen`` the outcomes; ``polygon`` the number
                 of the polygon that holds what follows each; ``laws`` Float[1 + deviations, outcomes]: law of the
                 profile, then of every deviation.
    ``who``, ``to``, ``need``  per deviation the player, the row it brings about, and what it gains at once.
    ``aims``     Float[outcomes, 2]; ``weight`` Float[deviations]: multipliers.
    """

    slot: Ints
    seen: Ints
    polygon: Ints
    laws: Floats
    who: Ints
    to: Ints
    need: Floats
    aims: Floats
    weight: Floats


@final
class Basis(NamedTuple):
    """Room for a basis of the simplex method: one column per deviation and one more.

    ``kind``, ``which``  a plan, the room that deviation ``which`` leaves, or what is lacking.
    ``plans``    Int[columns, outcomes]: vertices; ``worths`` Float[columns, 2]: the continuation payoffs they bring.
    ``matrix``, ``inverse``  Float[columns, columns].
    """

    kind: Ints
    which: Ints
    plans: Ints
    worths: Floats
    matrix: Floats
    inverse: Floats


@kernel
def room(game: SignalArrays, state: int) -> tuple[Profile, Basis]:
    """Room for the programs of one state."""
    m = game.counts[state, 0] + game.counts[state, 1] - 1
    n = game.onset[state + 1] - game.onset[state]
    profile = Profile(
        np.full(n, -1, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty((m, n)),
        np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64), np.empty(m), np.empty((n, 2)), np.empty(m))
    basis = Basis(
        np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64), np.empty((m, n), dtype=np.int64), np.empty((m, 2)),
        np.empty((m, m)), np.empty((m, m)))
    return profile, basis


@kernel
def _add_law(game: SignalArrays, row: int, line: int, count: int, profile: Profile) -> int:
    """Write the law of a row into a line of ``profile.laws``, adding outcomes not seen before; how many there are."""
    slot, laws = profile.slot, profile.laws
    for o in range(count):
        laws[line, o] = 0.0
    for e in range(game.start[row], game.start[row + 1]):
        o = slot[game.outcome[e]]
        if o < 0:
            o = slot[game.outcome[e]] = count
            profile.seen[count] = game.outcome[e]
            for z in range(line):
                laws[z, count] = 0.0
            count += 1
        laws[line, o] = game.chance[e]
    return count


@kernel
def _as_line(laws: Floats, first: int, stop: int, line: int, count: int) -> int:
    """The first of some lines that has the same law as another, -1 if there is none."""
    for z in range(first, stop):
        same = True
        for o in range(count):
            if abs(laws[z, o] - laws[line, o]) > SAME_LAW:
                same = False
                break
        if same:
            return z
    return -1


@kernel
def lay_out(game: SignalArrays, state: int, row: int, profile: Profile) -> tuple[int, int, bool]:
    """Lay out one profile, all but its polygons.

    Returns how many deviations and outcomes there are, and whether no continuation can deter some deviation: then that
    one is the first.  Deviations that change nothing that is seen and gain nothing are left out, and so are those that
    are seen as another of the same player's that gains more.
    """
    laws, who, to, need = profile.laws, profile.who, profile.to, profile.need
    n2 = game.counts[state, 1]
    base = game.first[state]
    a, b = (row - base) // n2, (row - base) % n2
    count = _add_law(game, row, 0, 0, profile)
    deviations = 0
    hopeless = -1
    for i in range(2):
        lines = deviations
        for other in range(game.counts[state, i]):
            r = base + other * n2 + b if i == 0 else base + a * n2 + other
            if r == row:
                continue
            line = deviations + 1
            count = _add_law(game, r, line, count, profile)
            gain = game.stage[r, i] - game.stage[row, i]
            if _as_line(laws, 0, 1, line, count) == 0:
                if gain > GAIN and hopeless < 0:
                    hopeless = deviations
                elif hopeless != deviations:
                    continue
            else:
                twin = _as_line(laws, lines + 1, line, line, count) - 1
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
        profile.slot[profile.seen[o]] = -1
    if hopeless >= 0:
        who[0], to[0], need[0] = who[hopeless], to[hopeless], need[hopeless]
    return deviations, count, hopeless >= 0
