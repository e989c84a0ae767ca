"""The figure of trust over the years against the least trust that each of them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from treaties.briefing.figures import BAD, HOLDS, WIDTH, bare, settings, svg
from treaties.findings.amounts import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from treaties.briefing.parts import TrustCurve, TrustPanel

HEIGHT, LEFT, BOTTOM, TOP, GAP = 1.75, 0.62, 0.4, 0.25, 0.55
PER_YEAR = 0.8
"""Inches at most, so that a short story is no wide picture."""
MOST = 3
"""So many curves stand side by side; of more the tables tell."""


def trust(panel: TrustPanel) -> str:
    """One plot per pair of parties, side by side; empty where no year needs any trust that could be told."""
    curves = panel.curves[:MOST]
    if not curves:
        return ""
    wide = (WIDTH - LEFT - GAP * (len(curves) - 1) - 0.1) / len(curves)
    with settings("trust"):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        for k, curve in enumerate(curves):
            left, across = LEFT + k * (wide + GAP), min(wide, PER_YEAR * (1 + len(curve.years)))
            axes = figure.add_axes(
                (left / WIDTH, BOTTOM / HEIGHT, across / WIDTH, (HEIGHT - BOTTOM - TOP) / HEIGHT))
            _draw(axes, curve)
            axes.set_title(curve.name, loc="left", fontsize=8, pad=5)
            axes.set_xlabel(f"{capital(panel.period)} without a breach so far", labelpad=2)
            if k == 0:
                axes.set_ylabel("Trust", labelpad=2)
        return svg(figure, "trust", panel.alt)


def _draw(axes: Axes, curve: TrustCurve) -> None:
    """What is needed as hatched bars from below, what there is as a line, the file's range as a band."""
    years = [year for year, *_ in curve.years]
    for year, _, _, _, need in curve.years:
        if need:
            axes.bar(year, need, width=0.8, facecolor="#FBEBDD", edgecolor="#C77F47", hatch="////", linewidth=0.6)
    band = [(year, low, high) for year, _, low, high, _ in curve.years if low is not None and high is not None]
    if band:
        axes.errorbar(
            [year for year, *_ in band], [(low + high) / 2 for _, low, high in band],
            yerr=[abs(high - low) / 2 for _, low, high in band],
            fmt="none", ecolor=HOLDS, elinewidth=1, capsize=3, zorder=3,
        )  # fmt: skip
    axes.plot(years, [trust for _, trust, *_ in curve.years], color=HOLDS, marker="o", markersize=4, zorder=4)
    for year, trust, _, _, need in curve.years:
        if need is not None and need > trust:
            axes.plot([year], [trust], marker="X", color=BAD, markersize=7, zorder=5)
    axes.set_ylim(0, 1.04)
    axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    axes.set_xticks(years)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.tick_params(length=2.5, pad=2)
    bare(axes, "left", "bottom")
