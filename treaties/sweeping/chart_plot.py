"""What becomes of a text and its variants along one number, as a picture."""

from __future__ import annotations

from math import isfinite, isinf
from pathlib import Path
from textwrap import fill
from typing import Literal

from games.drawing.style import BLACK, BLUE, GREEN, GREY, OPEN_AXES, ORANGE, PURPLE, RED, SKY, settings, write_figure
from games.numerics.visible import visible
from treaties.findings.amounts import capital, listed, once
from treaties.findings.quantities import NumberWords
from treaties.sweeping.charting import Chart

COLOURS = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK)
MARKERS = "oDs^vPX"
DASHES: tuple[Literal["-", "--", "-.", ":"], ...] = ("-", "--", "-.", ":")
"""With the marks these tell lines apart where colours are not printed; no two of 28 lines have both in common."""
FACES = {"sustainable": None, "unsustainable": "white", "undecided": GREY}
"""What marks are filled with: the colour of the line where compliance is kept."""
TITLE = 90
"""Letters of a line of the title and of the number's name."""


def plot_chart(found: Chart, path: Path) -> None:
    """Draw ``.svg``, ``.png`` or ``.pdf``, the same bytes for the same chart.

    A line for each version: across, the number; upwards, the margin, or how long cooperation lasts, for good at the
    upper edge; marks are filled where compliance is proved to hold, and grey where that is undecided.  Where no height
    is known a line is broken.  Raises ``GameError`` if the file cannot be written.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    words = NumberWords.of(found.treaty)
    unit = visible(once(found.treaty.payoff_unit, found.treaty.period))
    with settings("chart", OPEN_AXES | {"font.size": 8}):
        figure = Figure(figsize=(6.8, 4.6), layout="constrained")
        axes = figure.add_subplot()
        axes.axhline(0.0, color=GREY, linewidth=0.8)
        lasting = [years for line in found.lines for years in line.lasting if years is not None and isfinite(years)]
        for_good = 1.25 * max(lasting, default=0.8) or 1.0
        named: list[Line2D] = []
        for k, line in enumerate(found.lines):
            colour, mark = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
            heights = [float("nan") if one is None else min(one, for_good) for one in line.lasting] or [
                float("nan") if one.margin is None else one.margin for one in line.found
            ]
            dashes = DASHES[k % len(DASHES)]
            axes.plot(found.values, heights, color=colour, linestyle=dashes)
            named.append(Line2D([], [], color=colour, linestyle=dashes, marker=mark, markersize=4))
            for verdict, face in FACES.items():
                at = [j for j, one in enumerate(line.found) if one.verdict == verdict]
                axes.plot(
                    [found.values[j] for j in at],
                    [heights[j] for j in at],
                    color=colour,
                    marker=mark,
                    markersize=4,
                    markerfacecolor=face or colour,
                    linestyle="none",
                )
        axes.set_xlabel(fill(capital(listed([words.in_prose(one) for one in found.paths])), TITLE))
        drawn = {one.verdict for line in found.lines for one in line.found if line.lasting or one.margin is not None}
        height = f"{found.treaty.period}s of full compliance" if found.shows == "years" else f"margin, {unit}"
        axes.set_ylabel(f"{height} (filled: kept{'; grey: undecided' if 'undecided' in drawn else ''})")
        if any(years is not None and isinf(years) for line in found.lines for years in line.lasting):
            below = [tick for tick in axes.get_yticks() if 0 <= tick < for_good * 0.95]
            axes.set_yticks([*below, for_good], [*(f"{tick:g}" for tick in below), "for good"])
        axes.set_title(fill(visible(found.treaty.title), TITLE), fontsize=9.5)
        names = [capital(visible(line.name)) for line in found.lines]
        axes.legend(named, names, fontsize=7.5, frameon=False, loc="best", handlelength=3.6)
        write_figure(figure, path)
