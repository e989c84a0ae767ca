"""Payoff sets of three players, seen along one player's axis: the payoffs of the other two."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from games.drawing.payoff_panel import Proof, draw_modes, draw_points, draw_set
from games.drawing.style import GREY, ORANGE
from games.model.stage_game import stage_game_of
from games.numerics.arrays import Floats
from games.numerics.polygons import hausdorff, hull_of
from games.solvers.payoff_set import EquilibriumPayoffSet, SupportBounds

if TYPE_CHECKING:
    from games.solvers.solution import Solution

PAIRS = tuple(combinations(range(3), 2))
"""Of players, in the order in which they are drawn."""


def draw_projection(
    axes: Any, solution: Solution, state: int, pair: tuple[int, int], proof: Proof | None, width: float
) -> None:
    """What two of three players can have in a state: bounds from both sides, stage payoffs and equilibria, a proof.

    ``width``  of the panel, in inches.
    """
    game, seen = solution.game, list(pair)
    found = solution.payoff_sets[state]
    assert isinstance(found, SupportBounds)
    stage = np.unique(game.payoffs[game.rows_of(state)][:, seen], axis=0)
    axes.plot(*stage.T, "+", color=GREY, markersize=7 if len(stage) <= 60 else 3, zorder=1,
              label="stage payoffs of action profiles")
    nobody = solution.empty and state == game.initial
    axes.set_title(game.states[state] + (": no equilibrium" if nobody else ""), fontsize=9.5, loc="left")
    axes.set_xlabel(f"{game.players[pair[0]]}: average payoff")
    axes.set_ylabel(f"{game.players[pair[1]]}: average payoff")
    corners = found.outer_corners
    if corners is not None and len(corners):
        outer, inner = hull_of(corners[:, seen]), _flat(found.points, seen)
        gap = hausdorff(outer, inner) if len(inner) else np.inf
        draw_set(axes, EquilibriumPayoffSet(outer, inner, gap), solution.status == "converged",
                 float(np.ptp(stage, axis=0).max()))
    equilibria = [stage_game_of(game, state).payoffs[profile] for profile in
                  stage_game_of(game, state).pure_equilibria()]
    draw_points(axes, [payoff[seen] for payoff in equilibria], "stage Nash equilibrium, pure", marker="X",
                color=ORANGE, markersize=9, zorder=6)
    axes.margins(0.09)
    if proof is not None:
        modes = {s: [(name, value[seen]) for name, value in those] for s, those in proof.modes.items()}
        draw_modes(axes, Proof(modes, {s: value[seen] for s, value in proof.target.items()}, proof.word), state, width)


def _flat(points: Floats | None, seen: list[int]) -> Floats:
    return np.empty((0, 2)) if points is None else hull_of(points[:, seen])
