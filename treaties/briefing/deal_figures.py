"""Figures of a bargain: where a deal is possible, and the frontier of deals with what theories predict."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games.drawing.style import GREY
from games.numerics.visible import visible
from treaties.bargaining.predictions import PAID_COMMITTEE
from treaties.briefing.deal_panel import DealMap, DealPoint, together
from treaties.briefing.figure_layout import TEXT, apart
from treaties.briefing.figures import BAD, HOLDS, INK, WIDTH, bare, settings, style, svg
from treaties.findings import amounts

Named = tuple[str, tuple[float, ...]]
"""What theories that agree are called, and what they expect."""
MARKERS = ("*", "D", "^", "v", "P", "X")


def zones(found: DealMap) -> str:
    """Per party: values of all designs that are kept, of the deals among them, and what it has without an agreement.

    A cross is a design that would be kept and crosses a red line of the party.
    """
    parties = len(found.names)
    height = 0.5 + 0.42 * parties
    with settings("zones"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((1.3 / WIDTH, 0.4 / height, (WIDTH - 1.5) / WIDTH, 0.42 * parties / height))
        for i in range(parties):
            values = [point.values[i] for point in found.points if point.kept]
            colour = style(i)[0]
            if values:
                axes.plot([min(values), max(values)], [i, i], color=GREY, linewidth=2, solid_capstyle="butt", zorder=1)
            crossing = [point.values[i] for point in found.points if point.kept and i in point.crossing]
            axes.plot(crossing, [i] * len(crossing), marker="x", color=BAD, markersize=5, linestyle="none", zorder=4)
            zone = found.zone(i)
            if zone is not None:
                _bar(axes, zone, i, colour)
            axes.plot([found.batna[i]], [i], marker="|", markersize=16, color=BAD, markeredgewidth=2, zorder=3)
            axes.annotate(f"without {amounts.number(found.batna[i])}", (found.batna[i], i), xytext=(4, 5),
                          textcoords="offset points", color=BAD)
        axes.set_ylim(parties - 0.4, -0.6)
        axes.set_yticks(range(parties), [visible(name) for name in found.names])
        axes.margins(x=0.08)
        axes.set_xlabel(found.unit, labelpad=2)
        bare(axes, "bottom")
        axes.tick_params(length=2.5, pad=3)
        said = [
            f"{name}: " + ("no deal" if (zone := found.zone(k)) is None else " to ".join(map(amounts.number, zone)))
            for k, name in enumerate(found.names)
        ]
        return svg(figure, "zones", f"Where a deal is possible. {'; '.join(said)}")


def _bar(axes: Axes, zone: tuple[float, float], i: int, colour: str) -> None:
    """The deals of one party, with both ends named; deals of one value are a mark, not a bar."""
    low, high = map(amounts.number, zone)
    if low == high:
        axes.plot([zone[0]], [i], marker="D", markersize=7, color=colour, zorder=2)
        axes.annotate(low, (zone[0], i), xytext=(0, -7), textcoords="offset points", ha="center", va="top", color=INK)
        return
    axes.plot(zone, [i, i], color=colour, linewidth=9, solid_capstyle="butt", zorder=2)
    for x, said, side, offset in ((zone[0], low, "right", -4), (zone[1], high, "left", 4)):
        axes.annotate(said, (x, i), xytext=(offset, -9), textcoords="offset points", ha=side, va="top", color=INK)


def frontier(found: DealMap, height: float = 3.5) -> str:
    """Every design by what it is worth to each, with the predictions: of two parties, or of every pair of three."""
    shown = _together([one for one in found.predictions if one[0] != PAID_COMMITTEE])
    return _plane(found, shown, height) if len(found.names) == 2 else _pairs(found, shown)


def _plane(found: DealMap, shown: Sequence[Named], height: float) -> str:
    """Two parties: predictions are named beside the picture, and the frontier of deals is a line."""
    first, second = found.names[:2]
    with settings("frontier"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0.62 / WIDTH, 0.42 / height, 4.45 / WIDTH, (height - 0.55) / height))
        _points(axes, found, (0, 1))
        edge = sorted(found.points[k].values[:2] for k in found.frontier)
        if len(edge) > 1:
            axes.plot(*zip(*edge, strict=True), color=HOLDS, linewidth=0.8, linestyle="--", label="frontier of deals")
        heights = apart([values[1] for _, values in shown], *_room(axes.get_ylim(), height))
        for k, ((concept, values), at) in enumerate(zip(shown, heights, strict=True)):
            _expected(axes, k, values, (0, 1))
            pair = ", ".join(amounts.number(value) for value in values)
            axes.annotate(f"{concept}: {pair}", (values[0], values[1]), xytext=(1.03, at),
                          textcoords=("axes fraction", "data"), va="center", fontsize=TEXT, annotation_clip=False,
                          arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5})
        axes.set_xlabel(f"{first}, {found.unit}", labelpad=2)
        axes.set_ylabel(second, labelpad=2)
        axes.legend(loc="lower left", bbox_to_anchor=(1.01, -0.03), frameon=False, fontsize=TEXT)
        return svg(figure, "frontier", f"Deals by what they are worth to {first} and {second}. {_in_words(shown)}")


def _pairs(found: DealMap, shown: Sequence[Named]) -> str:
    """Three parties: a panel for each two of them, and one legend below for all."""
    side, left, between, below = 1.62, 0.55, 0.62, 0.5
    legend = 0.17 * (3 + sum(concept.count("\n") + 1 for concept, _ in shown))
    height = side + below + legend
    with settings("frontier"):
        figure = Figure(figsize=(WIDTH, height))
        for k, pair in enumerate(combinations(range(3), 2)):
            start = left + k * (side + between)
            axes = figure.add_axes((start / WIDTH, (below + legend - 0.1) / height, side / WIDTH, side / height))
            _points(axes, found, pair)
            for number, (concept, values) in enumerate(shown):
                named = f"{concept}: {', '.join(map(amounts.number, values))}"
                _expected(axes, number, values, pair, named)
            axes.set_xlabel(visible(found.names[pair[0]]), labelpad=2)
            axes.set_ylabel(visible(found.names[pair[1]]), labelpad=2)
            axes.locator_params(nbins=4)
        told: dict[str, Any] = {}
        for axes in figure.axes:
            told |= {str(label): handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
        figure.legend(told.values(), told.keys(), loc="lower left", frameon=False, fontsize=TEXT,
                      bbox_to_anchor=(0.4 / WIDTH, 0.0), title=f"Axes: {found.unit}", title_fontsize=TEXT,
                      alignment="left")
        label = f"Deals by what they are worth to each two of {amounts.listed(found.names)}. {_in_words(shown)}"
        return svg(figure, "frontier", label)


def _points(axes: Axes, found: DealMap, pair: tuple[int, int]) -> None:
    """Every design by what it is worth to two parties."""
    first, second = pair
    groups: tuple[tuple[str, list[DealPoint], dict[str, Any]], ...] = (
        ("not kept, or not decided", [p for p in found.points if not p.kept],
         {"marker": "x", "color": GREY, "markersize": 3.5, "markeredgewidth": 0.6}),
        ("kept, but no deal", [p for p in found.points if p.kept and not p.deal],
         {"marker": "o", "markerfacecolor": "none", "color": BAD, "markersize": 4}),
        ("deal", [p for p in found.points if p.deal],
         {"marker": "o", "color": HOLDS, "markersize": 4, "zorder": 6}),
    )
    for label, points, look in groups:
        if points:
            axes.plot([p.values[first] for p in points], [p.values[second] for p in points], linestyle="none",
                      label=label, **look)
    bare(axes, "left", "bottom")
    axes.tick_params(length=2.5, pad=2)


def _expected(axes: Axes, k: int, values: Sequence[float], pair: tuple[int, int], named: str = "_") -> None:
    """The mark of one prediction; ``named`` in the legend, "_" for a mark that stands in none."""
    axes.plot([values[pair[0]]], [values[pair[1]]], marker=MARKERS[k % len(MARKERS)], color=INK, markersize=8,
              linestyle="none", zorder=5, label=named)


def _in_words(shown: Sequence[Named]) -> str:
    """Predictions in words, for readers who do not see the figure."""
    return "; ".join(
        f"{' '.join(concept.split())} {', '.join(map(amounts.number, values))}" for concept, values in shown
    )


def _together(predictions: Sequence[Named]) -> list[Named]:
    """Predictions that print alike as one, their names a line each."""
    out: dict[tuple[str, ...], tuple[list[str], tuple[float, ...]]] = {}
    for concept, values in predictions:
        out.setdefault(tuple(map(amounts.number, values)), ([], values))[0].append(concept)
    return [
        (",\n".join(one.replace(", ", "\n  ") for one in together(names)), values) for names, values in out.values()
    ]


def _room(limits: tuple[float, float], height: float) -> tuple[float, float, float]:
    """Distance, lowest and highest place of labels, in payoffs of the second party."""
    low, high = limits
    return 0.4 / height * (high - low), low + 0.4 * (high - low), high - 0.05 * (high - low)
