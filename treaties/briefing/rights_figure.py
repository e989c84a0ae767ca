"""The figure of hold-up against safety: what rights take after the stake is sunk, and what compliance withstands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from treaties.briefing.figure_layout import TEXT
from treaties.briefing.figures import BAD, HOLDS, WIDTH, bare, settings, svg
from treaties.findings import amounts

if TYPE_CHECKING:
    from treaties.briefing.parts import RightsPanel

HEIGHT, LEFT, BOTTOM, TOP = 2.6, 0.75, 0.45, 0.15


def rights(panel: RightsPanel) -> str:
    """One point per option, with its name; empty if fewer than two have both numbers."""
    told = [row for row in panel.rows if row.held_up is not None and row.margin is not None]
    if len(told) < 2:
        return ""
    across = [float(row.held_up or 0.0) for row in told]
    up = [float(row.margin or 0.0) for row in told]
    wide, high = max(across) or 1.0, (max([*up, 0.0]) - min([*up, 0.0])) or 1.0
    with settings("rights"):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        box = (LEFT / WIDTH, BOTTOM / HEIGHT, (WIDTH - LEFT - 0.15) / WIDTH, (HEIGHT - BOTTOM - TOP) / HEIGHT)
        axes = figure.add_axes(box)
        axes.set_xlim(-0.08 * wide, 1.35 * wide)
        low, top = min([*up, 0.0]) - 0.15 * high, max([*up, 0.0]) + 0.2 * high
        axes.set_ylim(low, top)
        if low < 0:
            axes.axhspan(low, 0, facecolor="#FBEBDD", edgecolor="#E9BE98", hatch="////", linewidth=0)
        # Options at one place share a label, so that none covers another.
        places: dict[tuple[float, float], list[str]] = {}
        for row, x, y in zip(told, across, up, strict=True):
            places.setdefault((round(x, 6), round(y, 6)), []).append(row.option)
        for (x, y), names in places.items():
            colour = HOLDS if y >= 0 else BAD
            axes.plot([x], [y], marker="D" if y >= 0 else "X", markersize=5, color=colour, zorder=4)
            axes.annotate(
                "; ".join(names), (x, y), xytext=(7, 3), textcoords="offset points", fontsize=TEXT, color=colour,
                zorder=5, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.2},
            )  # fmt: skip
        axes.set_xlabel(f"Hold-up: taken from others once the stake is sunk, {panel.unit}", labelpad=2)
        axes.set_ylabel(f"Safety: margin, {panel.unit_once}, once", labelpad=2)
        axes.yaxis.set_major_formatter(lambda value, _: amounts.signed(value))
        axes.tick_params(length=2.5, pad=2)
        bare(axes, "left", "bottom")
        return svg(figure, "rights", panel.alt)
