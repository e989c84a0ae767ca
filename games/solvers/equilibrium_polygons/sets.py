"""Sets of pure-action subgame-perfect payoffs of two-player games with perfect monitoring, one polygon per state.

Strongly connected components of the state graph are solved downstream first, each from provably outer bounds by
sweeps of the set operator (Abreu, Pearce and Stacchetti 1990); a repeated game with one discount factor uses the
extreme points of Abreu and Sannikov (2014).

The tolerance policy: payoffs are scaled to a range of one per player, so every tolerance is relative to that range.
Iteration stops when what is still to come, the last change times d / (1 - d), is below the tolerance.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats
from games.numerics.polygons import hausdorff
from games.numerics.progress import Progress
from games.solvers.equilibrium_polygons.iteration import MAX_SWEEPS, PolygonIteration, PolygonSolution
from games.solvers.equilibrium_polygons.layout import polygon_game
from games.solvers.payoff_set import EquilibriumPayoffSet

INNER_TIGHTENING = 1e-9
COARSE, INNER_SWEEPS = 16, 2000
"""Vertices of inner sets that settle even where sets are round, and sweeps given to either kind."""


def solve_payoff_sets(
    game: StochasticGame,
    *,
    tolerance: float = 1e-10,
    start: PolygonSolution | None = None,
    outer: tuple[Floats, Bools] | None = None,
    worst_rest: int = 0,
    tighten: float = 0.0,
    inner: bool = False,
    max_vertices: int | None = None,
    max_sweeps: int = MAX_SWEEPS,
    progress: Progress | None = None,
) -> PolygonSolution:
    """The sets of pure-action subgame-perfect payoffs with public randomisation, for every state.

    ``tolerance``  relative to each player's payoff range.
    ``start``      sets known to contain the answer, such as the solution of the same game with less tightening.
    ``outer``      what is known before: Float[states, 2], no equilibrium gives a player less, all of them finite; and
                   Bool[rows], no other row is played in any.
    ``worst_rest``  stop where worst payoffs have not moved for so many sweeps, where nothing else is asked for: they
                   and the polygons are bounds wherever one stops.  0: where the polygons have settled.
    ``tighten``    every deviation is made worth this much more (average payoffs, relative to their range), except
                   those that no continuation can make pay.
    ``inner``      thin out vertices inwards, so that the limit generates itself (up to the error bound); outwards else.
    ``max_vertices``  per polygon; by default 512, or fewer in games of more than 300 states.
    ``progress``   called with a word and the share of the work done.

    Raises ``GameError`` for games of other kinds.

    >>> from games.model.stochastic_game import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> solve_payoff_sets(dilemma).polygons[0].round(6).tolist()
    [[0.0, 0.0], [2.666667, 0.0], [2.0, 2.0], [0.0, 2.666667]]
    """
    arrays = polygon_game(game)
    vertices = max_vertices or default_vertices(game)
    work = PolygonIteration(arrays, np.full((game.n_states, 2), tighten), tolerance, max_sweeps, vertices, inner=inner)
    work.outer, work.worst_rest = start, worst_rest
    if start is not None:
        work.start_from(start)
    if outer is not None:
        work.keep_to(*outer)
    done = 0
    for cyclic, run in groupby(arrays.graph.components, key=lambda component: component.cyclic):
        found = list(run)
        in_turn = start is None and not cyclic
        if not (in_turn and work.solve_in_turn(np.concatenate([c.states for c in found]), arrays.graph)):
            for component in found:
                work.solve_component(component, arrays.graph, fresh=start is None)
        done += sum(len(component.states) for component in found)
        if progress is not None:
            progress("payoff sets", done / game.n_states)
    return work.solution()


def default_vertices(game: StochasticGame) -> int:
    """Vertices kept per polygon: as many as any set seen needed where there are few states, fewer where time counts."""
    return 512 if game.n_states <= 300 else 160 if game.n_states <= 600 else 48


def payoff_sets(game: StochasticGame, solution: PolygonSolution, *, inside: bool = True) -> list[EquilibriumPayoffSet]:
    """Per state the set found, with an inner set and the gap between the two as measured.

    The inner set solves the game with every deviation made a little worse, vertices thinned out inwards: it generates
    itself with room to spare.  Where that leaves nothing, the solution is undecided, or ``inside`` is not asked for,
    nothing is claimed inside.
    """
    tight = None
    if inside and any(len(p) for p in solution.polygons):
        for vertices in (default_vertices(game), COARSE):
            tight = solve_payoff_sets(
                game,
                start=solution,
                tighten=INNER_TIGHTENING,
                inner=True,
                max_vertices=vertices,
                max_sweeps=INNER_SWEEPS,
            )
            if tight.status == "converged":
                break
    out = []
    for s, outer in enumerate(solution.polygons):
        inner = np.empty((0, 2))
        if tight is not None and tight.status == "converged":
            inner = tight.polygons[s]
        # An empty set that is known to be empty has no gap.
        empty = len(outer) == 0 and solution.status == "converged"
        gap = 0.0 if empty else hausdorff(outer, inner) if len(inner) else np.inf
        out.append(EquilibriumPayoffSet(outer, inner, gap))
    return out
