"""Which departure from a plan is hardest to deter where it may go unnoticed."""

from __future__ import annotations

from typing import NamedTuple, final

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.play.markov_play import MarkovPlay

TELLING = 1e-9
"""Laws of what is seen that differ by less are the same."""


@final
class Departure(NamedTuple):
    """A departure of one player from a plan.

    ``gain``    what it wins in its period; ``needed`` that over how much it changes what everyone sees, infinite where
                nothing tells it from complying.
    """

    state: int
    player: int
    row: int
    gain: float
    needed: float


def seen_law(game: StochasticGame, row: int) -> Floats:
    """Float[signals * states]: what everyone sees after a row, the signal together with the next state."""
    state = int(game.row_state[row])
    monitoring = game.monitoring
    local = row - int(game.row_start[state])
    ahead = game.transition[[row]].toarray()[0]
    if monitoring is None or not monitoring.signals[state]:
        out = np.zeros((len(game.rows_of(state)), game.n_states))
        out[local] = ahead
        return out.ravel()
    law = monitoring.chances(state, local)
    if monitoring.next_law is None:
        return np.asarray((law[:, None] * ahead[None, :]).ravel())
    first = int(monitoring.pair_start[state]) + local * len(law)
    return np.asarray((law[:, None] * monitoring.next_law[first : first + len(law)].toarray()).ravel())


def hardest_departure(game: StochasticGame, rows: Ints, margin: float | None) -> Departure | None:
    """The departure from a plan that wins most in its period for how much it changes what everyone sees.

    ``rows``    Int[states]: what the plan plays, -1 where it leaves play free.
    ``margin``  of the plan, None if it is not known: of one that fails it is, if there is any, a departure that wins
                so much at once, since what wins less cannot be what is missing.
    """
    start = game.row_start[:-1]
    reached = MarkovPlay(game, np.where(rows >= 0, rows, start)).reached(game.initial)
    best: tuple[bool, float, float] | None = None
    found: Departure | None = None
    missing = np.inf if margin is None or margin >= 0 else -margin * (1 - TELLING)
    for state in np.flatnonzero(reached & (rows >= 0)).tolist():
        played = int(rows[state])
        own = seen_law(game, played)
        for i in range(game.n_players):
            for row in game.deviation_rows(played, i):
                gain = float(game.payoffs[row, i] - game.payoffs[played, i])
                if row == played or gain <= 0:
                    continue
                told = float(np.abs(seen_law(game, row) - own).sum()) / 2
                needed = gain / told if told > TELLING else np.inf
                rank = gain >= missing, needed, gain
                if best is None or rank > best:
                    best, found = rank, Departure(state, i, row, gain, needed)
    return found
