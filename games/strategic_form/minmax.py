"""What the others can hold a player to in one round: with pure actions, and mixing; exact.

Two players: von Neumann (1928).  With more of them the mixed value lets the punishers choose together what they do
(correlated punishment): nobody can be held lower, and mixing each by itself they may not get as low.  Fudenberg and
Maskin (1986), Renault and Tomala (2011) for what the difference means.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.model.first_equilibrium import first_equilibrium
from games.model.mixed_equilibria import Table, replies, transposed
from games.model.stage_game import StageGame

MOST_CELLS = 40_000
"""Larger tables of own actions by what the others do together are not searched for a mixed minmax."""


def own_table(stage: StageGame, player: int) -> list[list[Fraction]]:
    """[own actions][profiles of the others]: a player's payoffs."""
    own = np.moveaxis(stage.exact_payoffs[..., player], player, 0)
    return [list(row) for row in own.reshape(stage.counts[player], -1)]


def pure_minmax(stage: StageGame, player: int) -> Fraction:
    """The least that the others' pure actions can hold a player to, who replies best.

    >>> from games import stage_game
    >>> pennies = stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> str(pure_minmax(pennies, 0)), str(mixed_minmax(pennies, 0))
    ('1', '0')
    """
    return min(max(column) for column in transposed(own_table(stage, player)))


def mixed_minmax(stage: StageGame, player: int) -> Fraction | None:
    """The least that the others can hold a player to by mixing together, who replies best; None of too large a game."""
    table = own_table(stage, player)
    return value(table) if len(table) * len(table[0]) <= MOST_CELLS else None


def value(table: Table) -> Fraction:
    """What the rows' player can secure, and the columns' player hold it to, where the one wins what the other loses."""
    _, against = first_equilibrium(table, [[-x for x in row] for row in table])
    return max(replies(table, against))
