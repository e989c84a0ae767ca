"""A Markov equilibrium found quickly, to go back to for good when somebody deviates.

Downstream first: given what tomorrow is worth, some profile of a state from which nobody gains by deviating alone, the
one of least joint payoff where there are several; values are then those of playing so for good.  It need not settle.

Source: Friedman (1971), reversion to an equilibrium sustains whatever is better for all by enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.penal_modes.arrays import Arrays, Classes
from games.solvers.penal_modes.points import SETTLED, best_options, evaluate, expectations

ROUNDS = 12
"""How often the profiles of states that all reach one another are chosen anew."""

EVALUATIONS = 2000
LEVEL = 1e-12
"""A gain, on the kernels' scale, that rounding makes of none."""


class Reversion(NamedTuple):
    """A Markov equilibrium: ``row`` Int[states], classes of rows; ``values`` Float[states, players], kernels' scale."""

    row: Ints
    values: Floats


def reversion(arrays: Arrays) -> Reversion | None:
    """A Markov equilibrium; None if none was settled on."""
    row = np.full((1, arrays.n_states), -1, dtype=np.int64)
    values = np.zeros((1, arrays.n_states, len(arrays.discount)))
    settled = _revert(arrays.classes, arrays.scale, arrays.widest_law, values, row)
    return Reversion(row[0], values[0]) if settled else None


@kernel
def _revert(game: Classes, scale: Floats, widest: int, values: Floats, row: Ints) -> bool:
    """Whether an equilibrium was settled on; written: ``values`` Float[1, states, players], ``row`` Int[1, states]."""
    n, sets = values.shape[2], len(game.set_player)
    best_of, best_at = np.empty(sets), np.empty(sets, dtype=np.int64)
    weight = np.ones((1, values.shape[1], 1))
    column = np.zeros((1, values.shape[1], 1, widest), dtype=np.int64)
    for part in range(len(game.part) - 1):
        states = game.order[game.part[part]:game.part[part + 1]]
        settled = False
        for _ in range(ROUNDS):
            settled = True
            for s in states:
                ahead = np.empty((game.known_start[s + 1] - game.known_start[s], n))
                expectations(s, game, values[0], ahead)
                best_options(s, game, ahead, best_of, best_at)
                chosen, least = -1, np.inf
                for k in range(game.start[s], game.start[s + 1]):
                    stands, joint = True, 0.0
                    for i in range(n):
                        here = ((1.0 - game.discount[i]) * game.payoff[k, i]
                                + game.discount[i] * ahead[game.local_law[k], i])
                        joint += scale[i] * here
                        if best_of[game.options[k, i]] > here + LEVEL:
                            stands = False
                            break
                    # What was chosen before is kept while it stands, so that choices between equals settle.
                    if stands and (k == row[0, s] or joint < least):
                        chosen = k
                        least = -np.inf if k == row[0, s] else joint
                if chosen < 0:
                    return False
                if chosen != row[0, s]:
                    row[0, s] = chosen
                    settled = False
            if settled:
                break
            evaluate(game, states, EVALUATIONS, SETTLED, values, row, weight, column)
        if not settled:
            return False
    return True
