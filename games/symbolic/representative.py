"""One world of a symbolic game, in numbers: for strategies that are made for games of numbers.

Such a strategy may work out what it punishes with from the payoffs, and say what it plays by rows; rows of the game in
symbols and of any of its worlds are the same.
"""

from __future__ import annotations

import numpy as np
import sympy as sp
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame
from games.symbolic.game import SymbolicGame
from games.symbolic.numbers import at_numbers
from games.symbolic.signs import Signs

SEED = 0


def representative(game: SymbolicGame) -> StochasticGame:
    """The game in a world in which all that is assumed is true; always the same one."""
    signs = Signs(game.assuming, {s: (sp.Integer(0), sp.Integer(1)) for s in game.unit_symbols})
    values = signs.sample(game.symbols, 1, np.random.default_rng(SEED))
    laws = np.zeros((game.n_rows, game.n_states))
    for row, law in enumerate(game.transition):
        for state, chance in law.items():
            laws[row, state] = at_numbers(chance, values, 1)[0]
    return StochasticGame(
        players=game.players,
        discount=np.array([at_numbers(d, values, 1)[0] for d in game.discount]),
        states=game.states,
        actions=game.actions,
        payoffs=np.array([[at_numbers(x, values, 1)[0] for x in row] for row in game.payoffs]),
        transition=csr_array(laws),
        initial=game.initial,
    )
