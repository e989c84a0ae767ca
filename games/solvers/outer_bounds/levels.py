"""Half-spaces that hold all equilibrium payoffs, in floating point: payoff sets from outside."""

from __future__ import annotations

import time
from typing import final

import numpy as np

from games.certificates.exclusion.outer_sets import axis_directions
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.refinement import written

PRECISION = 1e-11
"""Gains of a level below it, in payoffs scaled to a range of one, are not worth another sweep."""

MOST_SWEEPS = 1000


@final
class OuterLevels:
    """The most that pure-action equilibria give in a growing list of directions, bounded from outside up to rounding.

    ``directions``  Float[k, players], payoff units, the axis directions e_i and -e_i first;
    ``level``       Float[k, states]; ``empty`` Bool[states]: no equilibrium exists from there.
    """

    def __init__(self, game: StochasticGame) -> None:
        """Bounded along the axes."""
        outer = OuterApproximation(game, axis_directions(game.n_players))
        outer.tighten_axes()
        self._half = HalfSpaces(outer)

    @property
    def directions(self) -> Floats:
        return np.array([[float(x) for x in d] for d in self._half.directions])

    @property
    def level(self) -> Floats:
        return self._half.levels()

    @property
    def empty(self) -> Bools:
        return self._half.bounds.empty.copy()

    def add(self, directions: Floats) -> None:
        """Bound further directions (Float[k, players], none of them zero), which are rounded to short rationals."""
        known = set(self._half.directions)
        self._half.add([d for d in dict.fromkeys(written(x) for x in directions) if d not in known])

    def tighten(self, seconds: float) -> bool:
        """Lower the levels by one program per row over all half-spaces; whether nothing is left to lower.

        ``seconds``  after which they are left as they are, higher than need be.
        """
        until = time.monotonic() + seconds
        for self.n in range(MOST_SWEEPS):
            if self._half.sweep(PRECISION, until) <= 4 * PRECISION:
                return True
            if time.monotonic() > until:
                break
        return False
