"""Outer bounds on the payoff sets of games of any number of players, in floating point: support levels to convergence.

Source: Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003) for outer approximation by directions.
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
from games.solvers.outer_bounds.approximation import OuterApproximation, refuse_others
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.refinement import MOST_STATES, further_directions, supports

MOST_SWEEPS = 20_000
MOST_AT_ONCE = 60


@final
@dataclass(frozen=True, eq=False)
class OuterLevels:
    """Half-spaces that hold every equilibrium payoff: ``directions @ payoff <= level`` in each state.

    ``directions``  Float[k, players]: the ``asked`` ones, then e_i and -e_i, then any found on the way.
    ``level``       Float[k, states]; -inf in states without equilibrium.
    ``alive``       Bool[rows]: profiles that may be played in equilibrium;  ``empty`` Bool[states].
    ``settled``     whether levels had stopped to move when they were told; else they are bounds, but not the best ones.
    """

    directions: Floats
    asked: int
    level: Floats
    alive: Bools
    empty: Bools
    settled: bool

    @property
    def threats(self) -> Floats:
        """Float[states, players]: lower bounds on the worst equilibrium payoffs; infinite in empty states."""
        n = self.directions.shape[1]
        return -self.level[self.asked + n : self.asked + 2 * n].T


def outer_levels(
    game: StochasticGame, directions: Floats, rounds: int = 0, tolerance: float = 1e-10, seconds: float = 30.0
) -> OuterLevels:
    """Outer bounds on pure-action subgame-perfect payoffs with public randomisation, by many directions at once.

    ``directions``  Float[k, players], none of them zero: for instance facets of an inner set.
    ``rounds``      so many times the facets of what is found become directions, too;
    ``tolerance``   at which levels count as converged, relative to each player's payoff range;
    ``seconds``     when to stop, roughly.

    Raises ``GameError`` for public signals and for transfers, ``ValueError`` for directions of another size or zero.
    """
    refuse_others(game)
    given = np.asarray(directions, dtype=float).reshape(-1, game.n_players)
    if not np.all(np.isfinite(given)) or not np.all(np.any(given != 0, axis=1)):
        raise ValueError("directions: every one must be finite and have an entry that is not zero")
    until = time.process_time() + seconds
    n, asked = game.n_players, len(given)
    half = HalfSpaces(OuterApproximation(game, axis_directions(n)))
    half.add([tuple(Fraction(x) for x in vector) for vector in given.tolist()])
    settled = _converge(half, tolerance, until)
    for round_ in range(rounds):
        # Other states' facets in every round.
        states = np.roll(np.arange(game.n_states), -round_ * MOST_STATES)
        more = further_directions(half, states, MOST_AT_ONCE, 10 * tolerance, seed=round_)
        if not more or half.bounds.empty.all() or time.process_time() > until:
            break
        half.add(more)
        settled = _converge(half, tolerance, until)
    # Several half-spaces together may say more of a direction than its own level.
    units, size = half.bounds.columns[: len(half.directions)], half.size
    level = np.minimum(supports(units, half.bounds.level, units), half.bounds.level)
    level = half.offset[:, None] + size[:, None] * level
    level[:, half.bounds.empty] = -np.inf
    order = np.r_[2 * n : 2 * n + asked, : 2 * n, 2 * n + asked : len(size)]
    vectors = np.array([[float(x) for x in d] for d in half.directions])
    return OuterLevels(vectors[order], asked, level[order], half.bounds.alive, half.bounds.empty, settled)


def _converge(half: HalfSpaces, tolerance: float, until: float) -> bool:
    for _ in range(MOST_SWEEPS):
        if half.sweep(tolerance, until) <= tolerance:
            return True
        if time.process_time() > until:
            return False
    return False
