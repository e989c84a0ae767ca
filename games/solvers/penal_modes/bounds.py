"""The box that holds all equilibrium payoffs, state by state, and the classes that some equilibrium may play.

Least and greatest payoffs by sweeps from outside, so that they are bounds wherever they stop.  A class whose deviators
can have more than complying can ever bring is dropped, which brings the bounds closer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Classes, PenalGame
from games.solvers.penal_modes.points import expectations

SWEEPS = 5000
SETTLED = 1e-12
ROOM = 1e-9
"""By so much, of the range of payoffs, complying must fall short for a class to be dropped."""


@final
@dataclass(frozen=True, eq=False)
class Box:
    """Bounds along the axes, on the kernels' scale.

    ``least``, ``most``  Float[states, players]; ``alive`` Bool[classes]; ``empty`` Bool[states]: no pure-action
    equilibrium exists from there.
    """

    least: Floats
    most: Floats
    alive: Bools
    empty: Bools


def axis_box(arrays: PenalGame, sweeps: int = SWEEPS) -> Box:
    """Bounds on the payoffs of pure-action equilibria: so many sweeps from the box of the stage payoffs, or fewer if
    nothing moves any more.
    """
    shape = (arrays.game.n_states, len(arrays.discount))
    least, most = np.zeros(shape), np.ones(shape)
    alive, empty = np.ones(len(arrays.classes.law), dtype=bool), np.zeros(shape[0], dtype=bool)
    best_of = np.empty(len(arrays.classes.set_player))
    for _ in range(sweeps):
        if _tighten(arrays.classes, least, most, alive, empty, best_of) <= SETTLED:
            break
    if empty.any():
        _spread(arrays, empty)
    return Box(least, most, alive, empty)


@kernel
def _tighten(game: Classes, least: Floats, most: Floats, alive: Bools, empty: Bools, best_of: Floats) -> float:
    """One sweep; returns the greatest change of a bound.

    ``best_of``  Float[sets]: room for what each set of options brings to a deviator at most.
    """
    n = least.shape[1]
    moved = 0.0
    worst, best, here = np.empty(n), np.empty(n), np.empty(n)
    for s in game.order:
        if empty[s]:
            continue
        laws = game.known_start[s + 1] - game.known_start[s]
        low, high = np.empty((laws, n)), np.empty((laws, n))
        expectations(s, game, least, low)
        expectations(s, game, most, high)
        for u in range(game.used_start[s], game.used_start[s + 1]):
            chosen = game.used_set[u]
            i = game.set_player[chosen]
            best_of[chosen] = -np.inf
            for e in range(game.set_start[chosen], game.set_start[chosen + 1]):
                best_of[chosen] = max(best_of[chosen], (1.0 - game.discount[i]) * game.set_payoff[e]
                                      + game.discount[i] * low[game.set_local[e], i])
        worst[:] = np.inf
        best[:] = -np.inf
        some = False
        for k in range(game.start[s], game.start[s + 1]):
            if not alive[k]:
                continue
            for i in range(n):
                here[i] = ((1.0 - game.discount[i]) * game.payoff[k, i]
                           + game.discount[i] * high[game.local_law[k], i])
                if best_of[game.options[k, i]] > here[i] + ROOM:
                    alive[k] = False
                    break
            if not alive[k]:
                continue
            some = True
            for i in range(n):
                worst[i] = min(worst[i], best_of[game.options[k, i]])
                best[i] = max(best[i], here[i])
        if not some:
            empty[s] = True
            moved = np.inf
            continue
        for i in range(n):
            moved = max(moved, worst[i] - least[s, i], most[s, i] - best[i])
            least[s, i] = max(least[s, i], worst[i])
            most[s, i] = min(most[s, i], best[i])
    return moved


def _spread(arrays: PenalGame, empty: Bools) -> None:
    """No equilibrium exists where play may reach a state without one."""
    pointer, successor = arrays.successors
    source = np.repeat(np.arange(len(empty)), np.diff(pointer))
    count = -1
    while count != (count := int(empty.sum())):
        empty[source[empty[successor]]] = True
