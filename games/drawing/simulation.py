"""A picture of paths of play: what players earn period by period, and in which modes their strategies are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from games.drawing.style import BLACK, BLUE, GREEN, OPEN_AXES, ORANGE, PURPLE, RED, SKY, settings, write_figure
from games.play.simulation import Simulation

COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
MOST_MODES = 6
"""Modes that are drawn by name; the rest are one."""
SURE = 1.96
"""Standard errors to either side of a mean, within which it lies with a chance of 95 per cent."""


def plot_simulation(found: Simulation, path: str | Path) -> Path:
    """Draw mean payoffs with their errors, and the share of paths in each mode, as ``.svg``, ``.png`` or ``.pdf``.

    The same bytes for the same paths.  Raises ``GameError`` if the file cannot be written.
    """
    from matplotlib.figure import Figure

    game, (paths, periods) = found.game, found.rows.shape
    time = np.arange(periods)
    with settings("simulation", OPEN_AXES | {"font.size": 9}):
        figure = Figure(figsize=(6.4, 5.4), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        mean = found.payoffs.mean(axis=0)
        error = found.payoffs.std(axis=0) / np.sqrt(paths) * SURE
        for i, who in enumerate(game.players):
            colour = COLOURS[i % len(COLOURS)]
            upper.plot(time, mean[:, i], color=colour, linestyle=DASHES[i % len(DASHES)], linewidth=1.6, label=who)
            upper.fill_between(time, mean[:, i] - error[:, i], mean[:, i] + error[:, i], color=colour, alpha=0.2,
                               linewidth=0)
        upper.set_ylabel("payoff of the period")
        upper.set_title(f"{game.name or 'Game'}: mean of {paths:,} paths, {SURE} standard errors shaded", fontsize=9.5)
        upper.legend(fontsize=8, frameon=False)
        counts = np.bincount(found.modes.ravel(), minlength=len(found.mode_names))
        named = [m for m in np.argsort(-counts, kind="stable").tolist() if counts[m]][:MOST_MODES]
        shares = [(found.modes == m).mean(axis=0) for m in named]
        labels = [found.mode_names[m] for m in named]
        if counts.sum() > counts[named].sum():
            shares.append(1 - np.sum(shares, axis=0))
            labels.append("other modes")
        bands = lower.stackplot(time, shares, colors=COLOURS, alpha=0.6)
        lower.set_ylim(0, 1)
        lower.set_xlim(0, max(periods - 1, 1))
        lower.set_ylabel("share of paths")
        lower.set_xlabel("period")
        figure.legend(handles=bands, labels=labels, fontsize=7.5, frameon=False, loc="outside lower center", ncols=2)
        write_figure(figure, Path(path))
    return Path(path)
