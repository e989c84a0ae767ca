"""The box that holds all equilibrium payoffs, state by state, and the classes that some equilibrium may play.

Least and greatest payoffs by sweeps from outside, so that they are bounds wherever they stop.  A class whose deviators
can have more than complying can ever bring is dropped, which brings the bounds closer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Arrays, Classes
from games.solvers.penal_modes.points import best_options, expectations

SWEEPS = 5000
FEW_STATES = 32
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

    @staticmethod
    def of_stage_payoffs(arrays: Arrays) -> Box:
        """All payoffs that rows have, and all rows."""
        shape = (arrays.n_states, len(arrays.discount))
        alive, empty = np.ones(len(arrays.classes.law), dtype=bool), np.zeros(shape[0], dtype=bool)
        return Box(np.zeros(shape), np.ones(shape), alive, empty)


def axis_box(arrays: Arrays, sweeps: int = SWEEPS, box: Box | None = None) -> Box:
    """Bounds on the payoffs of pure-action equilibria: so many sweeps, or fewer if nothing moves any more; of few
    states that all reach one another, as many as it takes.

    ``box``  bounds to begin with, which are brought closer in place; None for those of the stage payoffs.
    """
    box = Box.of_stage_payoffs(arrays) if box is None else box
    _tighten(arrays.classes, sweeps, box.least, box.most, box.alive, box.empty)
    if box.empty.any():
        _spread(arrays, box.empty)
    return box


@kernel
def _tighten(game: Classes, sweeps: int, least: Floats, most: Floats, alive: Bools, empty: Bools) -> None:
    """Bring the bounds closer, downstream first: nothing that comes later changes what is settled there."""
    for part in range(len(game.part) - 1):
        states = game.order[game.part[part]:game.part[part + 1]]
        for _ in range(sweeps if len(states) > FEW_STATES else SWEEPS):
            if _sweep(game, states, least, most, alive, empty) <= SETTLED:
                break


@kernel
def _sweep(game: Classes, states: Ints, least: Floats, most: Floats, alive: Bools, empty: Bools) -> float:
    """Look at some states once; returns the greatest change of a bound."""
    n, sets = least.shape[1], len(game.set_player)
    best_of, best_at = np.empty(sets), np.empty(sets, dtype=np.int64)
    moved = 0.0
    worst, best, here = np.empty(n), np.empty(n), np.empty(n)
    for s in states:
        if empty[s]:
            continue
        laws = game.known_start[s + 1] - game.known_start[s]
        low, high = np.empty((laws, n)), np.empty((laws, n))
        expectations(s, game, least, low)
        expectations(s, game, most, high)
        best_options(s, game, low, best_of, best_at)
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


def _spread(arrays: Arrays, empty: Bools) -> None:
    """No equilibrium exists where play may reach a state without one."""
    pointer, successor = arrays.successors
    source = np.repeat(np.arange(len(empty)), np.diff(pointer))
    count = -1
    while count != (count := int(empty.sum())):
        empty[source[empty[successor]]] = True
