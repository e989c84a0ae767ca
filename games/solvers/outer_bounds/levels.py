"""Outer bounds on payoff sets in floating point: half-spaces that hold all equilibrium payoffs.

Source: Judd, Yeltekin and Conklin (2003).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.exclusion.outer_sets import axis_directions
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.half_spaces import HalfSpaces

MOST_SWEEPS = 2000


@final
@dataclass(frozen=True, eq=False)
class OuterLevels:
    """Half-spaces that hold every equilibrium payoff: ``directions @ payoff <= level`` in each state, up to rounding.

    ``directions``  Float[k, players]: those asked for, then e_i and -e_i.
    ``level``       Float[k, states]; -inf in states without equilibrium.
    ``empty``       Bool[states].  ``settled``: the levels had stopped to move; else they are still bounds.
    """

    directions: Floats
    level: Floats
    empty: Bools
    settled: bool


def outer_levels(
    game: StochasticGame, directions: Floats, *, tolerance: float = 1e-10, seconds: float = 30.0
) -> OuterLevels:
    """Bounds in the given directions (Float[k, players], none zero) and along the axes, all together.

    ``tolerance``  at which levels count as settled, relative to each player's payoff range;
    ``seconds``    when to stop, roughly.
    """
    until = time.monotonic() + seconds
    n, asked = game.n_players, len(directions)
    outer = OuterApproximation(game, axis_directions(n))
    outer.tighten_axes()
    half = HalfSpaces(outer)
    half.add([tuple(Fraction(x) for x in vector) for vector in directions.tolist()])
    settled = False
    for _ in range(MOST_SWEEPS):
        settled = half.sweep(tolerance, until) <= tolerance
        if settled or time.monotonic() > until:
            break
    level = half.levels()
    level[:, half.bounds.empty] = -np.inf
    order = np.r_[2 * n:2 * n + asked, :2 * n]
    vectors = np.array([[float(x) for x in d] for d in half.directions])
    return OuterLevels(vectors[order], level[order], half.bounds.empty.copy(), settled)
