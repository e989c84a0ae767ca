"""Play that keeps to a plan on its path, every deviation followed by the worst equilibrium: payoffs and margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.play.markov_play import MarkovPlay
from games.solvers.equilibrium_polygons.iteration import MAX_SWEEPS, PolygonIteration, PolygonSolution
from games.solvers.equilibrium_polygons.layout import PolygonGame, polygon_game
from games.solvers.equilibrium_polygons.sets import default_vertices
from games.solvers.outer_bounds import threat_bounds


@final
@dataclass(frozen=True, eq=False)
class PathSets:
    """Equilibrium payoffs of play that keeps to a plan for ever, every deviation followed by the worst equilibrium.

    ``polygons``  Float[k, 2] per state that the plan reaches; shape (0, 2) elsewhere and where there are none.
    ``sustained`` whether the plan can be kept from the initial state (up to the solver's rounding).
    ``margin``    the largest extra one-off temptation, in payoff units, at which it still can; negative if it cannot,
                  infinite if nobody can deviate, None if the game has no equilibrium at all.
    ``weakest``   (state, player, row): where a plan with one row per state is weakest, and the deviation; None for
                  other plans.
    """

    polygons: tuple[Floats, ...]
    sustained: bool
    margin: float | None
    weakest: tuple[int, int, int] | None


def path_sets(game: StochasticGame, solution: PolygonSolution, plan: Plan, *, precision: float = 1e-9) -> PathSets:
    """What play that keeps to ``plan`` can give, with the punishments of ``solution``.

    ``precision``  of the margin of plans with more than one row in some state, relative to the payoff range.
    """
    nothing = tuple(np.empty((0, 2)) for _ in range(game.n_states))
    if solution.empty:
        return PathSets(nothing, False, None, None)
    if plan.is_markov:
        return _markov_path(game, solution, plan, nothing)
    arrays = polygon_game(game)
    reach = reachable_rows(game, plan.allowed)
    graph = arrays.path_graph(reach)
    patience = (1.0 - arrays.rows.discount) / arrays.scale
    unit = float((1.0 / patience).max())

    def keep(extra: float, start: PolygonIteration | None) -> PolygonIteration | None:
        work = _path_work(arrays, solution, reach, patience * extra, start)
        for component in graph.components:
            if reach[game.rows_of(int(component.states[0]))].any():
                work.solve_path(component, graph, fresh=start is None)
        return work if work.sizes[game.initial] > 0 else None

    loose = keep(-unit, None)
    if loose is None:
        return PathSets(nothing, False, None, None)
    if keep(unit, None) is not None:
        return PathSets(loose.unscaled(), True, np.inf, None)
    exact = keep(0.0, loose)
    low, high, widest = (-unit, 0.0, loose) if exact is None else (0.0, unit, exact)
    while high - low > precision * unit:
        middle = 0.5 * (low + high)
        tried = keep(middle, widest)
        if tried is None:
            high = middle
        else:
            low, widest = middle, tried
    margin = 0.5 * (low + high)
    return PathSets(nothing if exact is None else exact.unscaled(), exact is not None, margin, None)


def _markov_path(
    game: StochasticGame, solution: PolygonSolution, plan: Plan, nothing: tuple[Floats, ...]
) -> PathSets:
    play = MarkovPlay(game, np.flatnonzero(plan.allowed))
    value = play.values()
    on_path = play.reached(game.initial)
    slack = play.slack(value, solution.worst)
    least = np.where(on_path[:, None], slack.value, np.inf)
    state, player = np.unravel_index(int(np.argmin(least)), least.shape)
    margin = float(least[state, player])
    slip = 1e-12 * float(np.ptp(game.payoffs, axis=0).max())
    sustained = margin >= -slip
    polygons = tuple(value[s : s + 1] if sustained and on_path[s] else nothing[s] for s in range(game.n_states))
    weakest = (int(state), int(player), int(slack.row[state, player])) if np.isfinite(margin) else None
    return PathSets(polygons, sustained, margin, weakest)


def threat_margin(game: StochasticGame, plan: Plan) -> float:
    """A bound from above on the margin of a plan with one row per state, from bounds on the worst equilibria.

    Minus the payoff range if the game has no equilibrium.
    """
    threat = threat_bounds(game)
    if not np.isfinite(threat[game.initial]).all():
        return -(float(np.ptp(game.payoffs)) or 1.0)
    play = MarkovPlay(game, np.flatnonzero(plan.allowed))
    # States without an equilibrium are out of reach of a game that has one.
    slack = play.slack(play.values(), np.where(np.isfinite(threat), threat, 0.0)).value
    return float(slack[play.reached(game.initial)].min())


def reachable_rows(game: StochasticGame, allowed: Bools) -> Bools:
    """Bool[rows]: the allowed rows of the states that play by allowed rows reaches from the initial state."""
    seen = np.zeros(game.n_states, dtype=bool)
    frontier = np.array([game.initial])
    while len(frontier):
        seen[frontier] = True
        rows = np.flatnonzero(allowed & np.isin(game.row_state, frontier))
        after = np.unique(game.transition[rows].indices)
        frontier = after[~seen[after]]
    return np.asarray(allowed & seen[game.row_state])


def _path_work(
    arrays: PolygonGame, solution: PolygonSolution, reach: Bools, tighten: Floats, start: PolygonIteration | None
) -> PolygonIteration:
    everywhere = np.tile(tighten, (arrays.game.n_states, 1))
    work = PolygonIteration(arrays, everywhere, 1e-11, MAX_SWEEPS, min(160, default_vertices(arrays.game)), inner=False)
    known = ~np.isnan(solution.worst)
    work.threat[known] = ((solution.worst - arrays.centre) / arrays.scale)[known]
    work.exempt = False
    work.alive[:] = reach if start is None else start.alive
    if start is not None:
        work.polygons[:] = start.polygons
        work.sizes[:] = start.sizes
    return work


def path_polygons(
    game: StochasticGame, solution: PolygonSolution, allowed: Bools, tighten: float
) -> tuple[Floats, Ints, Bools] | None:
    """Scaled polygons of play that keeps to the allowed rows, their sizes and the rows used; None if there is none.

    ``tighten`` as in ``solve_payoff_sets``; vertices are thinned out inwards.
    """
    arrays = polygon_game(game)
    reach = reachable_rows(game, allowed)
    graph = arrays.path_graph(reach)
    work = _path_work(arrays, solution, reach, np.full(2, tighten), None)
    work.inward = True
    work.exempt = True
    work.tolerance = max(1e-12, 1e-4 * tighten)
    for component in graph.components:
        if reach[game.rows_of(int(component.states[0]))].any():
            work.solve_path(component, graph, fresh=True)
    if work.sizes[game.initial] == 0:
        return None
    return work.polygons, work.sizes, work.alive
