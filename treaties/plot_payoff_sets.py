"""A picture of payoff sets, one panel per state."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from games.stochastic_game import GameError

if TYPE_CHECKING:
    from games.solvers.solver import Solution

MOST_PANELS = 12


def _polygon(axes: Any, vertices: NDArray[np.float64], colour: str, label: str) -> None:
    """A hull with its vertices marked, so that points and segments can be seen too."""
    axes.fill(*vertices.T, facecolor=colour, edgecolor="#08519c")
    axes.plot(*vertices.T, "o", color="#08519c", markerfacecolor=colour, label=label)


def plot_payoff_sets(solution: Solution, path: Path) -> None:
    """Draw the payoff sets (outer and inner) of a two-player solution over the stage payoffs.

    Raises ``GameError`` if there are not two players or the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    game = solution.game
    if game.n_players != 2:
        raise GameError(f"a plot shows two players' payoffs, this game has {game.n_players}")
    panels = min(game.n_states, MOST_PANELS)
    columns = math.ceil(math.sqrt(panels))
    rows = math.ceil(panels / columns)
    figure = Figure(figsize=(4.2 * columns, 3.8 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    for s in range(panels):
        axes = figure.add_subplot(rows, columns, s + 1)
        found = solution.payoff_set(s)
        stage = game.payoffs[game.rows_of(s)]
        axes.plot(stage[:, 0], stage[:, 1], "+", color="0.5", label="stage payoffs")
        if not found.empty:
            sure = solution.status == "converged"
            _polygon(axes, found.outer, "#9ecae1", "equilibrium payoffs" if sure else "equilibrium payoffs lie within")
        if solution.status != "converged" and len(found.inner):
            _polygon(axes, found.inner, "#3182bd", "equilibria found")
        axes.set_title(game.states[s] + ("" if not found.empty else ": no equilibrium"))
        axes.set_xlabel(game.players[0])
        axes.set_ylabel(game.players[1])
        if s == 0:
            axes.legend(fontsize=8)
    try:
        figure.savefig(path)
    except OSError as error:
        raise GameError(f"{path}: cannot be written: {error.strerror or error}") from None
