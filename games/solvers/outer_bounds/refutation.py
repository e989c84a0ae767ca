"""Search for exclusion certificates, and fast lower bounds on the worst equilibrium payoffs.

Source: Judd, Yeltekin and Conklin (2003); policy iteration for the threats after Hoffman and Karp (1966).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from games.certificates.certificate import CheckReport
from games.certificates.exclusion.exclusion import Exclusion, Step
from games.certificates.exclusion.outer_sets import Direction, axis_directions
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.numerics.exact import to_fraction
from games.solvers.outer_bounds.approximation import OuterApproximation, refuse_others
from games.solvers.outer_bounds.directions import batches_of_directions
from games.solvers.outer_bounds.outlook import Aim, outlooks
from games.solvers.outer_bounds.recording import PRECISIONS, Recorder
from games.solvers.outer_bounds.replay import Replay

FLOAT_PRECISION = 1e-8
"""Of levels while directions are looked for, in payoffs scaled to a range of one."""


def threat_bounds(
    game: StochasticGame, alive: NDArray[np.bool_] | None = None, start: Floats | None = None
) -> Floats:
    """Lower bounds on what the worst pure-action equilibrium gives to each player.

    ``alive``  Bool[rows]: rows that may be played in equilibrium at all (None: all).
    ``start``  Float[states, players] from a similar game (another discount factor), to start from.

    Returns Float[states, players]; ``inf`` in states from which no equilibrium exists.  Axis directions only:
    rows that no threat within these bounds can enforce are dropped until none is left to drop.
    """
    outer = OuterApproximation(game, axis_directions(game.n_players))
    if alive is not None:
        outer.alive &= alive
        outer.spread()
    if start is not None:
        for i in range(game.n_players):
            outer.warm[game.n_players + i] = -np.where(np.isfinite(start[:, i]), start[:, i], 0.0)
    outer.tighten_axes()
    threats = -outer.level[game.n_players:].T
    return np.where(outer.empty[:, None], np.inf, threats)


def refute(
    game: StochasticGame,
    plan: Plan | None = None,
    point: tuple[int, Sequence[float | str | Fraction]] | None = None,
    directions_hint: Floats | None = None,
    seconds: float = 30.0,
    batches: int = 4,
) -> Exclusion | None:
    """The certificate of ``refutation``, which has passed its check; None if none is found."""
    found = refute_and_check(game, plan, point, directions_hint, seconds, batches)
    return None if found is None else found[0]


def refute_and_check(
    game: StochasticGame,
    plan: Plan | None = None,
    point: tuple[int, Sequence[float | str | Fraction]] | None = None,
    directions_hint: Floats | None = None,
    seconds: float = 30.0,
    batches: int = 4,
) -> tuple[Exclusion, CheckReport] | None:
    """A proof that no pure-action equilibrium follows ``plan`` from the initial state, with its check; None if none.

    ``point``            (state, payoff): prove that the payoff is that of no equilibrium (that follows the plan).
    ``directions_hint``  Float[k, players]: further directions to bound, for instance edge normals.
    ``seconds``          of processor time after which to give up, roughly;
    ``batches``          how many batches of further directions to try beyond the axes (0: axes only, the fastest); with
                         three and more players there is one, which is then refined.

    Without plan and point: a proof that no equilibrium exists from the initial state.
    Raises ``GameError`` for a plan or point of another game, for public signals and for transfers.
    """
    refuse_others(game)
    if plan is not None and plan.game.digest != game.digest:
        plan = Plan.from_json(game, plan.to_json())
    goal = None if point is None else (point[0], tuple(to_fraction(u) for u in point[1]))
    deadline = time.process_time() + seconds
    recorders = [Recorder(game, plan, goal, precision, deadline) for precision in PRECISIONS]
    offered = batches_of_directions(game, directions_hint)[:1 + batches]
    return (by_one_direction if game.n_players <= 2 else by_many_directions)(recorders, offered)


def by_one_direction(
    recorders: list[Recorder], offered: list[list[Direction]]
) -> tuple[Exclusion, CheckReport] | None:
    """Batch by batch, each row bounded by one direction and the incentive lines: for two players that is enough."""
    for recorder in recorders:
        outer = OuterApproximation(recorder.game, axis_directions(recorder.game.n_players))
        steps: list[Step] = []
        for extra in offered:
            outer.add_directions(extra)
            reached, found = recorder.attempt(outer, steps)
            if found is not None or time.process_time() > recorder.deadline:
                return found
            # Where the exact check refuses what has been found, rounding is to blame: directions cannot help.
            if reached and recorder.precision > recorder.finest:
                break
    return None


def by_many_directions(
    recorders: list[Recorder], offered: list[list[Direction]]
) -> tuple[Exclusion, CheckReport] | None:
    """Each row bounded by all directions together: floats find directions that suffice, then steps are written down."""
    game, plan, point = recorders[0].game, recorders[0].plan, recorders[0].point
    aim = Aim.of(game, plan, point)
    begun = []
    for recorder in recorders:
        replay = Replay(recorder)
        found = replay.search(aim, sweeps=1)
        if found is not None or time.process_time() > recorder.deadline:
            return found
        begun.append(replay)
    if len(offered) == 1:
        return None
    half = begun[-1].half.copy()
    for outlook in outlooks(half, aim, offered[1], FLOAT_PRECISION, recorders[0].deadline):
        for replay in begun:
            found = replay.with_directions(outlook.directions).search(aim, outlook.sweeps)
            if found is not None or time.process_time() > replay.recorder.deadline:
                return found
    return None
