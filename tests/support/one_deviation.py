"""What compliance is worth, and what one deviation from it is, by linear algebra: no solver, no certificate.

After the deviation everybody complies again, so that nothing but the text itself answers it.
"""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats
from treaties.compiling.compiled_treaty import CompiledTreaty


def values(compiled: CompiledTreaty) -> Floats:
    """Float[states, parties]: what compliance is worth from each state on; where it is free, what the first row is."""
    game = compiled.game
    rows = np.where(compiled.compliance >= 0, compiled.compliance, game.row_start[:-1])
    law = game.transition[rows].toarray()
    return np.stack(
        [
            np.linalg.solve(np.eye(game.n_states) - game.discount[i] * law, game.payoffs[rows, i])
            for i in range(game.n_players)
        ],
        axis=1,
    )


def worth(compiled: CompiledTreaty, row: int) -> Floats:
    """Float[parties]: what a row is worth if everybody complies from the next year on."""
    game = compiled.game
    after = game.transition[[row]].toarray()[0] @ values(compiled)
    return np.asarray(game.payoffs[row] + np.asarray(game.discount) * after)


def start(compiled: CompiledTreaty) -> Floats:
    """Float[parties]: what compliance is worth at signature."""
    return np.asarray(values(compiled)[compiled.game.initial])
