"""The best stages for the trust that a file states as a picture: exposure by year, beside the text's own stages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from games.drawing.style import BLUE, OPEN_AXES, ORANGE, settings, write_figure
from games.numerics.visible import visible
from treaties.findings.amounts import percent
from treaties.findings.ramps import Ramp
from treaties.model.treaty import Treaty

TITLE = 90
"""Letters of a line of the title."""


def plot_ramp(ramp: Ramp, treaty: Treaty, path: Path) -> None:
    """Draw ``.svg``, ``.png`` or ``.pdf``, the same bytes for the same ramp; without stages the axes stay empty.

    Across, years since the term began; upwards, exposure in per cent.  Raises ``GameError`` if the file cannot be
    written.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    years = [stage.year for stage in ramp.stages]
    written = [(stage.year, stage.written) for stage in ramp.stages if stage.written is not None]
    with settings("ramp", OPEN_AXES | {"font.size": 8}):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        axes = figure.add_subplot()
        if written:
            steps = _steps([year for year, _ in written], [100 * value for _, value in written], max(years))
            axes.plot(*steps, color=ORANGE, linewidth=1.0, linestyle="--", label="as written")
        if years:
            steps = _steps(years, [100 * stage.exposure for stage in ramp.stages], max(years))
            axes.plot(*steps, color=BLUE, linewidth=1.8, label="best for the stated trust")
            axes.legend(fontsize=7.5, frameon=False, loc="lower right")
        names = {party.id: party.name for party in treaty.parties}
        doubted = {party: value for party, value in ramp.described.items() if value < 1}
        told = ", ".join(f"{names[party]} as described: {percent(value)}" for party, value in doubted.items())
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(bottom=0)
        axes.set_xlabel("years since the term began")
        axes.set_ylabel("exposure, %")
        axes.set_title(fill(visible(f"{treaty.title}: {told}" if told else treaty.title), TITLE), fontsize=9.5)
        write_figure(figure, path)


def _steps(years: Sequence[int], exposures: Sequence[float], last: int) -> tuple[list[float], list[float]]:
    """The corners of a line of steps that goes on for a year after the last stage of all."""
    ends = [*years[1:], last + 1]
    return ([float(x) for pair in zip(years, ends, strict=True) for x in pair],
            [value for value in exposures for _ in range(2)])
