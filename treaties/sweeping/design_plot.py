"""The designs of a treaty as a picture: how likely each is to hold, what it brings all parties, and the front."""

from __future__ import annotations

from math import isclose
from pathlib import Path
from textwrap import fill

from games.drawing.style import BLUE, GREY, OPEN_AXES, ORANGE, settings, write_figure
from games.numerics.visible import visible
from treaties.bargaining.designs import AS_IT_STANDS
from treaties.findings.amounts import per_period
from treaties.sweeping.designing import Designed

SAME = 1e-6
"""Amounts that differ by no more are drawn as one."""
TITLE = 90
"""Letters of a line of the title."""


def plot_designs(found: Designed, path: Path) -> None:
    """Draw ``.svg``, ``.png`` or ``.pdf``, the same bytes for the same designs.

    Every design that may be on the front is a point: across, in how many of 100 worlds it holds (the front with its
    95 % interval); upwards, the joint value.  Raises ``GameError`` if the file cannot be written.
    """
    from matplotlib.figure import Figure

    unit = per_period(found.treaty.payoff_unit, found.treaty.period)
    others = [found.tried[k] for k in found.candidates if k not in found.front]
    best = [found.tried[k] for k in found.front]
    with settings("designs", OPEN_AXES | {"font.size": 8}):
        figure = Figure(figsize=(6.8, 4.6), layout="constrained")
        axes = figure.add_subplot()
        if others:
            axes.plot(
                [100 * one.likelihood.share[0] for one in others if one.likelihood],
                [one.joint for one in others],
                color=GREY,
                marker="o",
                markersize=3,
                linestyle="none",
                label="beaten by another, or the same as one",
            )
        for one in best if found.varied else ():
            if one.likelihood:
                ends = [100 * end for end in one.likelihood.interval]
                axes.plot(ends, [one.joint] * 2, color=BLUE, linewidth=0.8, alpha=0.5)
        axes.plot(
            [100 * one.likelihood.share[0] for one in best if one.likelihood],
            [one.joint for one in best],
            color=BLUE,
            marker="D",
            markersize=5,
            linestyle="none",
            label="on the front (line: 95%)" if found.varied else "on the front",
        )
        for one in found.tried:
            if one.design.name == AS_IT_STANDS and one.likelihood is not None and one.values:
                spot = [100 * one.likelihood.share[0]], [one.joint]
                axes.plot(*spot, color=ORANGE, marker="*", markersize=10, linestyle="none", label="the text")
        axes.set_xlim(-2, 102)
        axes.margins(y=0.08)
        joint = [found.tried[k].joint for k in found.candidates]
        if joint and isclose(min(joint), max(joint), rel_tol=SAME, abs_tol=SAME):
            axes.set_ylim(joint[0] - 1, joint[0] + 1)  # else rounding would be drawn
        axes.set_xlabel(f"holds in so many of 100 worlds ({found.plan.draws.worlds:,} tested)")
        axes.set_ylabel(f"joint value, {visible(unit)}")
        axes.set_title(fill(visible(found.treaty.title), TITLE), fontsize=9.5)
        axes.legend(fontsize=7.5, frameon=False, loc="best")
        write_figure(figure, path)
