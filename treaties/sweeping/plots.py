"""A sweep as a picture: in what share of worlds each design holds, and what matters to the first."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from games.drawing.style import BLACK, BLUE, GREY, OPEN_AXES, ORANGE, settings, write_figure
from games.numerics.visible import visible
from treaties.findings.amounts import capital, once
from treaties.findings.quantities import NumberWords
from treaties.sweeping.influence import Contrast, influences
from treaties.sweeping.sweep import Swept

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 12
"""Quantities of a tornado, and designs beside it."""
BAR = 0.34
"""Height of a bar and its gap, in inches."""
NAME = 34
"""Letters of a line of a name."""


def plot_sweep(found: Swept, path: Path) -> None:
    """Draw ``.svg``, ``.png`` or ``.pdf``, the same bytes for the same sweep.

    Above, the designs; below, how often the first holds, and by what margin, in the lowest and the highest fifth of
    each quantity.  Raises ``GameError`` if the file cannot be written.
    """
    from matplotlib.figure import Figure

    sample, words = found.samples[0], NumberWords.of(found.plan.treaty)
    parts = influences(sample)[:SHOWN]
    designs = [(name, likely) for name, likely in found.likelihoods().items() if likely is not None][:SHOWN]
    rows = max(len(designs), 1), max(len(parts), 1)
    with settings("sweep", OPEN_AXES | {"font.size": 8}):
        figure = Figure(figsize=(8.2, 1.6 + BAR * sum(rows)), layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=rows)
        shares = figure.add_subplot(grid[0, :])
        for k, (_, likely) in enumerate(designs):
            least, most = likely.share
            shares.barh(k, 100 * least, height=0.6, color=BLUE)
            undecided = 100 * (most - least)
            shares.barh(k, undecided, left=100 * least, height=0.6, color="white", edgecolor=BLUE, hatch="//")
            shares.plot([100 * end for end in likely.interval], [k, k], color=BLACK, linewidth=1.2)
        _named(shares, [name for name, _ in designs])
        shares.set_xlim(0, 100)
        tested = f"{len(sample.worlds):,} tested"
        shares.set_xlabel(f"holds in so many of 100 worlds (hatched: undecided; line: 95%; {tested})")
        shares.set_title(visible(found.plan.treaty.title), fontsize=9.5)
        likelihood, margin = figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1])
        _tornado(likelihood, [part.likelihood for part in parts], 100.0)
        _tornado(margin, [part.margin for part in parts], 1.0)
        _named(likelihood, [capital(words.in_prose(part.path)) for part in parts])
        _named(margin, [""] * len(parts))
        likelihood.set_xlabel(f"{visible(sample.name)}: holds in so many of 100")
        margin.set_xlabel(f"mean margin, {visible(once(words.treaty.payoff_unit, words.treaty.period))}, once")
        if parts:
            margin.legend(fontsize=7.5, frameon=False, loc="best")
        else:
            likelihood.text(0.5, 0.5, "too few worlds", ha="center", transform=likelihood.transAxes)
        write_figure(figure, path)


def _tornado(axes: Axes, contrasts: list[Contrast | None], scale: float) -> None:
    """From the lowest fifth (circle) to the highest (diamond)."""
    lows = [(scale * one.low, k) for k, one in enumerate(contrasts) if one is not None]
    highs = [(scale * one.high, k) for k, one in enumerate(contrasts) if one is not None]
    for (low, k), (high, _) in zip(lows, highs, strict=True):
        axes.plot([low, high], [k, k], color=GREY, linewidth=4, solid_capstyle="butt", zorder=1)
    for ends, colour, marker, name in ((lows, ORANGE, "o", "lowest fifth"), (highs, BLUE, "D", "highest fifth")):
        axes.plot(
            [x for x, _ in ends],
            [k for _, k in ends],
            color=colour,
            marker=marker,
            linestyle="none",
            markersize=5,
            label=name,
            zorder=2,
        )
    axes.margins(x=0.08)


def _named(axes: Axes, names: list[str]) -> None:
    """Rows from the top down."""
    axes.set_yticks(range(len(names)), [fill(visible(name), NAME) for name in names])
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
