"""The game that is left when players keep to what a plan allows, on and off its path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame


def restricted_game(plan: Plan) -> StochasticGame:
    """The game in which no other action profiles can be played than those that a plan allows.

    Every state keeps the actions of each player that occur in an allowed profile; states and laws stay as they are.

    Raises ``GameError`` if the plan allows some combinations of a state's actions and not all of them, so that what one
    player may do hangs on the others, and if players see only signals or payoffs are exact rationals.
    """
    game = plan.game
    if game.monitoring is not None or game.rationals:
        raise GameError(
            "a game can be restricted where everyone sees everything and payoffs are floating-point numbers"
        )
    kept, actions = [], []
    for state in range(game.n_states):
        rows = np.arange(game.row_start[state], game.row_start[state + 1])
        allowed = rows[plan.allowed[rows]]
        own = [np.unique(game.own_action[allowed, i]) for i in range(game.n_players)]
        if np.prod([len(mine) for mine in own]) != len(allowed):
            raise GameError(
                f"state {game.states[state]!r}: the plan allows some combinations of actions and not others"
            )
        kept.append(allowed)
        actions.append(tuple(tuple(game.actions[state][i][k] for k in mine) for i, mine in enumerate(own)))
    rows = np.concatenate(kept)
    return replace(game, actions=tuple(actions), payoffs=game.payoffs[rows], transition=game.transition[rows])
