"""Figures of a bargain: where a deal is possible, and the frontier of deals with what theories predict."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from treaties import amounts
from treaties.bargaining import Bargain
from treaties.figure_layout import TEXT, apart
from treaties.figures import BAD, GREY, HOLDS, INK, WIDTH, bare, settings, style, svg

MARKERS = ("*", "D", "^", "v", "P", "X")


def zones(found: Bargain) -> str:
    """Per party: values of all designs that are kept, of the deals among them, and what it has without an agreement."""
    parties = found.treaty.parties
    height = 0.5 + 0.42 * len(parties)
    with settings("zones"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((1.3 / WIDTH, 0.4 / height, (WIDTH - 1.5) / WIDTH, 0.42 * len(parties) / height))
        for i in range(len(parties)):
            values = [found.outcomes[k].values[i] for k in found.kept]
            colour = style(i)[0]
            if values:
                axes.plot([min(values), max(values)], [i, i], color=GREY, linewidth=2, solid_capstyle="butt", zorder=1)
            zone = found.zone(i)
            if zone is not None:
                axes.plot(zone, [i, i], color=colour, linewidth=9, solid_capstyle="butt", zorder=2)
                for x, side in zip(zone, ("right", "left"), strict=True):
                    offset = (-4 if side == "right" else 4, -9)
                    axes.annotate(amounts.number(x), (x, i), xytext=offset, textcoords="offset points",
                                  ha=side, va="top", color=INK)
            axes.plot([found.batna[i]], [i], marker="|", markersize=16, color=BAD, markeredgewidth=2, zorder=3)
            axes.annotate(f"without {amounts.number(found.batna[i])}", (found.batna[i], i), xytext=(4, 5),
                          textcoords="offset points", color=BAD)
        axes.set_ylim(len(parties) - 0.4, -0.6)
        axes.set_yticks(range(len(parties)), [party.name for party in parties])
        axes.margins(x=0.08)
        axes.set_xlabel(found.treaty.payoff_unit, labelpad=2)
        bare(axes, "bottom")
        axes.tick_params(length=2.5, pad=3)
        said = [
            f"{one.name}: " + ("no deal" if (zone := found.zone(k)) is None else " to ".join(map(amounts.number, zone)))
            for k, one in enumerate(parties)
        ]
        return svg(figure, "zones", f"Where a deal is possible. {'; '.join(said)}")


def frontier(found: Bargain) -> str:
    """Two parties: every design by what it is worth to each, the frontier of deals and the predictions."""
    height = 3.5
    first, second = found.treaty.parties[:2]
    deals = set(found.deals)
    with settings("frontier"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0.62 / WIDTH, 0.42 / height, 4.45 / WIDTH, (height - 0.55) / height))
        groups: tuple[tuple[str, list[int], dict[str, Any]], ...] = (
            ("not kept, or not decided", [k for k, o in enumerate(found.outcomes) if o.values and not o.kept],
             {"marker": "x", "color": GREY, "markersize": 3.5, "markeredgewidth": 0.6}),
            ("kept, but no deal", [k for k in found.kept if k not in deals],
             {"marker": "o", "markerfacecolor": "none", "color": BAD, "markersize": 4}),
            ("deal", sorted(deals), {"marker": "o", "color": HOLDS, "markersize": 4}),
        )
        for label, numbers, look in groups:
            if numbers:
                points = [found.outcomes[k].values for k in numbers]
                axes.plot([p[0] for p in points], [p[1] for p in points], linestyle="none", label=label, **look)
        edge = sorted(found.outcomes[k].values[:2] for k in found.frontier)
        axes.plot(*zip(*edge, strict=True), color=HOLDS, linewidth=0.8, linestyle="--", label="frontier of deals")
        shown = [one for one in found.predictions if one.concept != "committee"]
        heights = apart([one.values[1] for one in shown], *_room(found, axes.get_ylim()))
        for k, (one, at) in enumerate(zip(shown, heights, strict=True)):
            axes.plot([one.values[0]], [one.values[1]], marker=MARKERS[k % len(MARKERS)], color=INK, markersize=8,
                      linestyle="none", zorder=5)
            pair = ", ".join(amounts.number(value) for value in one.values)
            said = f"{one.concept.replace(', ', chr(10))}: {pair}"
            axes.annotate(said, (one.values[0], one.values[1]), xytext=(1.03, at),
                          textcoords=("axes fraction", "data"), va="center", fontsize=TEXT, annotation_clip=False,
                          arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5})
        axes.set_xlabel(f"{first.name}, {found.treaty.payoff_unit}", labelpad=2)
        axes.set_ylabel(f"{second.name}", labelpad=2)
        axes.legend(loc="lower left", frameon=False, fontsize=TEXT)
        bare(axes, "left", "bottom")
        axes.tick_params(length=2.5, pad=2)
        label = "; ".join(f"{o.concept} {amounts.number(o.values[0])}, {amounts.number(o.values[1])}" for o in shown)
        return svg(figure, "frontier", f"Deals by what they are worth to {first.name} and {second.name}. {label}")


def _room(found: Bargain, limits: tuple[float, float]) -> tuple[float, float, float]:
    """Distance, lowest and highest place of labels, in payoffs of the second party."""
    low, high = limits
    return 0.1 * (high - low), low + 0.05 * (high - low), high - 0.05 * (high - low)
