"""A picture of a staircase: joint and punishment payoffs of a repeated game with transfers at every discount factor."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from games.drawing.style import BLACK, BLUE, GREEN, OPEN_AXES, ORANGE, PURPLE, RED, settings, write_figure
from games.solvers.relational_transfers import TransferStaircase
from games.solvers.solution import AtEveryDiscount

COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE)
DASHES = ("--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
MOST_NAMED = 8


def plot_staircase(found: AtEveryDiscount, path: Path) -> bool:
    """Draw U and every player's v against the discount factor, deterministically, as ``.svg``, ``.png`` or ``.pdf``.

    False, and no file, where the thresholds are not those of a staircase.  Raises ``GameError`` if the file cannot be
    written.
    """
    from matplotlib.figure import Figure

    if not isinstance(found, TransferStaircase):
        return False
    game = found.game
    with settings("staircase", OPEN_AXES | {"font.size": 9}):
        figure = Figure(figsize=(6.4, 4.6), layout="constrained")
        axes = figure.add_subplot()
        starts = [float(step.start) for step in found.steps]
        for k, step in enumerate(found.steps):
            end = starts[k + 1] if k + 1 < len(starts) else 1.0
            axes.plot([starts[k], end], [float(step.joint)] * 2, color=BLACK, linewidth=2,
                      label="joint payoff at most" if k == 0 else None)
            for i, v in enumerate(step.worst):
                axes.plot([starts[k], end], [float(v)] * 2, color=COLOURS[i % len(COLOURS)], linewidth=1.4,
                          linestyle=DASHES[i % len(DASHES)], label=f"{game.players[i]} at least" if k == 0 else None)
            if len(starts) <= MOST_NAMED:
                axes.annotate(f"{', '.join(game.profile_labels(step.path))}\nfrom {_short(step.start)}",
                              (starts[k], float(step.joint)), xytext=(2, 4), textcoords="offset points", fontsize=7.5)
        axes.set_xlim(0, 1)
        axes.margins(y=0.14)
        axes.set_xlabel("discount factor")
        axes.set_ylabel("average payoff per period")
        axes.set_title(f"{game.name or 'Game'}, with voluntary transfers", fontsize=9.5)
        if found.steps:
            axes.legend(fontsize=8, frameon=False)
        else:
            axes.text(0.5, 0.5, "no pure equilibrium at any discount factor", ha="center", transform=axes.transAxes)
        write_figure(figure, path)
    return True


def _short(number: Fraction) -> str:
    return str(number) if len(str(number)) <= 7 else f"{float(number):.4g}"
