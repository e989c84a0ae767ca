"""The figure of side payments: the margin of every option without and with them, at each discount factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games.drawing.style import GREY
from treaties.briefing.figure_layout import TEXT
from treaties.briefing.figures import BAD, HOLDS, INK, WIDTH, bare, settings, svg
from treaties.findings import amounts

if TYPE_CHECKING:
    from treaties.briefing.parts import PaymentsPanel

ROW, TOP, BOTTOM, LEFT, BETWEEN = 0.215, 0.36, 0.4, 1.35, 0.16


def payments(panel: PaymentsPanel) -> str:
    """An arrow per option from the margin without payments to the margin with them."""
    options = panel.by_option
    factors = list(dict.fromkeys((row.discount, row.label) for row in panel.options if row.option == options[0][0]))
    height = TOP + BOTTOM + ROW * len(options)
    known = [m for row in panel.options for m in (row.without[1], row.paid[1]) if m is not None]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    room = (high - low) or 1.0
    wide = (WIDTH - LEFT - 0.1 - BETWEEN * (len(factors) - 1)) / len(factors)
    with settings("payments"):
        figure = Figure(figsize=(WIDTH, height))
        for k, (discount, label) in enumerate(factors):
            left = LEFT + k * (wide + BETWEEN)
            axes = figure.add_axes((left / WIDTH, BOTTOM / height, wide / WIDTH, ROW * len(options) / height))
            axes.set_xlim(low - 0.22 * room, high + 0.22 * room)
            axes.set_ylim(len(options) - 0.5, -0.5)
            axes.axvspan(low - 0.22 * room, 0, facecolor="#FBEBDD", edgecolor="#E9BE98", hatch="////", linewidth=0)
            axes.axvline(0, color=INK, linewidth=1.0, zorder=2)
            for at, (_, rows) in enumerate(options):
                here = next((row for row in rows if row.label == label), None)
                if here is None and len(rows) == 1:
                    here = rows[0]
                if here is not None:
                    _draw(axes, at, here.without[1], here.paid[1])
            axes.set_yticks([])
            axes.tick_params(length=2.5, pad=2)
            axes.xaxis.set_major_formatter(lambda value, _: amounts.signed(value))
            which = {"lowest": " (the lower)", "highest": " (the higher)"}.get(label, "")
            title = f"Discount factor {amounts.factor(discount)}{which}"
            axes.set_title(title, fontsize=TEXT, pad=4, fontweight="bold")
            axes.set_xlabel(f"Margin, {panel.unit}, once", labelpad=2)
            bare(axes, "bottom")
        for at, (name, _) in enumerate(options):
            figure.text(
                0.0,
                1 - (TOP + ROW * (at + 0.5)) / height,
                name if len(name) < 24 else f"{name[:22]}…",
                va="center",
                ha="left",
                fontweight="bold" if at == 0 else "normal",
            )
        return svg(figure, "payments", panel.alt)


def _draw(axes: Axes, at: int, without: float | None, paid: float | None) -> None:
    """One arrow with its two margins, the greater to the right of its end."""
    if without is not None and paid is not None:
        axes.annotate(
            "",
            (paid, at),
            (without, at),
            arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 1.0, "shrinkA": 2, "shrinkB": 2},
            zorder=3,
        )
    ends = [(without, "o", "white"), (paid, "D", None)]
    values = [value for value, _, _ in ends if value is not None]
    for value, marker, face in ends:
        if value is None:
            continue
        colour = HOLDS if value >= 0 else BAD
        axes.plot([value], [at], marker=marker, markersize=4, color=colour, markerfacecolor=face or colour, zorder=4)
        right = value == max(values) and (len(values) == 1 or min(values) != max(values))
        axes.annotate(
            amounts.signed(value),
            (value, at),
            xytext=(6 if right else -6, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            color=colour,
            fontsize=TEXT - 0.4,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.2},
        )
