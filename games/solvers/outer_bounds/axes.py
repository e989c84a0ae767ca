"""The box that holds all equilibrium payoffs: what each player has at least and at most, state by state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.certificates.exclusion.outer_sets import axis_directions
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats
from games.solvers.outer_bounds.approximation import OuterApproximation


@final
@dataclass(frozen=True, eq=False)
class AxisBounds:
    """Bounds along the axes, from outside.

    ``least``, ``most``  Float[states, players]; ``alive`` Bool[rows]: what some equilibrium may play, as far as these
    bounds tell; ``empty`` Bool[states]: no pure-action equilibrium exists from there.
    """

    least: Floats
    most: Floats
    alive: Bools
    empty: Bools


def axis_bounds(game: StochasticGame) -> AxisBounds:
    """Least and greatest payoffs of pure-action equilibria, bounded by policy iteration.

    Rows that no threat within the bounds can enforce are dropped until none is left to drop.
    """
    n = game.n_players
    outer = OuterApproximation(game, axis_directions(n))
    outer.tighten_axes()
    return AxisBounds(np.ascontiguousarray(-outer.level[n:2 * n].T), np.ascontiguousarray(outer.level[:n].T),
                      outer.alive, outer.empty)
