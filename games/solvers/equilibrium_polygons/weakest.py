"""Deviations that pay from a plan's path whatever else is done."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.solvers.equilibrium_polygons.paths import reachable_rows
from games.solvers.solution import WeakestDeviation


def hopeless_deviation(game: StochasticGame, plan: Plan, worst: Floats) -> WeakestDeviation | None:
    """The most tempting deviation from a row that the plan insists on, even with the best continuation for complying.

    None if each player by itself could be kept on the path: then it is their needs together that cannot be met.
    """
    rows = np.flatnonzero(reachable_rows(game, plan.allowed))
    best = _best_values(game, rows)
    known = np.where(np.isfinite(worst), worst, np.inf)
    link: WeakestDeviation | None = None
    for row in rows.tolist():
        state = int(game.row_state[row])
        if np.count_nonzero(plan.allowed[game.row_start[state] : game.row_start[state + 1]]) != 1:
            continue
        for i in range(game.n_players):
            delta = float(game.discount[i])
            complying = (1 - delta) * game.payoffs[row, i] + delta * float((game.transition[[row]] @ best[:, i])[0])
            for other in game.deviation_rows(row, i):
                if game.outcome_class[other] == game.outcome_class[row]:
                    continue
                after = float((game.transition[[other]] @ known[:, i])[0])
                margin = (complying - (1 - delta) * game.payoffs[other, i] - delta * after) / (1 - delta)
                if margin < 0 and (link is None or margin < link.margin):
                    link = WeakestDeviation(state, i, row, other, margin)
    return link


def _best_values(game: StochasticGame, rows: NDArray[np.int64]) -> Floats:
    """Float[states, players]: upper bounds on what each player can get from play by ``rows``, whatever the other wants.

    Value iteration from above, so that it may stop anywhere.
    """
    out = np.tile(game.payoffs[rows].max(axis=0), (game.n_states, 1))
    states, first = np.unique(game.row_state[rows], return_index=True)
    law = game.transition[rows]
    for _ in range(500):
        ahead = (1 - game.discount) * game.payoffs[rows] + game.discount * (law @ out)
        new = np.maximum.reduceat(ahead, first, axis=0)
        done = np.abs(out[states] - new).max() <= 1e-12 * (1 + np.abs(new).max())
        out[states] = new
        if done:
            break
    return out
