"""Figures of a briefing, as SVG text that can stand inside an HTML page.

The same input gives the same bytes: fixed salt, no date, letters as outlines, the reader's own matplotlib settings left
aside.  Colours are from Okabe and Ito (2008), told apart by colour-blind readers; every figure also works in grey,
because signs, line styles and markers repeat what colour says.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from games.drawing.style import GREY, NAMELESS, show_what_acts
from games.drawing.style import settings as figure_settings
from treaties.briefing.figure_layout import LETTER, TEXT, apart, in_lanes, row
from treaties.findings import amounts

if TYPE_CHECKING:
    from treaties.briefing.parts import Gains, Patience, TimelinePanel

WIDTH = 7.1
LOST = (0, (1.5, 2))
"""Line style of what keeping is worth if later years are lost."""
HOLDS, BAD, INK = "#0072B2", "#A34700", "#222222"
PARTY_STYLES: tuple[tuple[str, str, str | tuple[int, tuple[int, ...]]], ...] = (
    ("#4B2E83", "o", "-"),
    ("#9A6700", "s", (0, (5, 2))),
    ("#00705A", "^", (0, (1, 1))),
    ("#A8326D", "D", (0, (5, 1, 1, 1))),
    ("#3B6EA5", "v", "-"),
    ("#5F5F5F", "P", (0, (3, 3))),
)


def settings(name: str) -> AbstractContextManager[None]:
    """Matplotlib as every figure here wants it, whatever the reader's own settings are."""
    return figure_settings(name, {
        "font.size": TEXT,
        "axes.linewidth": 0.6,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.unicode_minus": True,
        "hatch.linewidth": 0.5,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
    })


def svg(figure: Figure, name: str, label: str) -> str:
    """The figure as one ``<svg>`` element: named for screen readers, its ids its own, no address in it."""
    show_what_acts(figure)
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", transparent=True, metadata=NAMELESS["svg"] | {"Format": None, "Type": None}
    )
    text = buffer.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = text.replace("xlink:href", "href")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    label = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    # The page sets the width; the height follows from the view box.
    text = re.sub(r'^<svg ([^>]*?)width="[^"]*"\s*height="[^"]*"', r"<svg \1", text)
    text = re.sub(r'^<svg ([^>]*?)height="[^"]*"', r"<svg \1", text)
    text = re.sub(r'^(<svg [^>]*?)width="[^"]*"', r"\1", text)
    return re.sub(r"^<svg ", f'<svg role="img" aria-label="{label}" ', recoloured(text))


VARIABLES = {
    INK: "--figure-ink",
    GREY: "--figure-grey",
    HOLDS: "--figure-holds",
    BAD: "--figure-bad",
    "#000000": "--figure-black",
    "#FFFFFF": "--figure-paper",
    "#FBEBDD": "--figure-bad-area",
    "#E9BE98": "--figure-bad-edge",
    "#C77F47": "--figure-bad-hatch",
    "#DDDDDD": "--figure-open",
    **{colour: f"--party-{k}" for k, (colour, *_) in enumerate(PARTY_STYLES, start=1)},
}
"""The style sheet's name of every colour that figures use, by which a page in the dark changes it."""
DRAWN = re.compile("|".join(VARIABLES), flags=re.IGNORECASE)


def recoloured(text: str) -> str:
    """The figure with each colour as a variable of the page, and as drawn where the page sets none.

    >>> recoloured('style="fill: #222222"')
    'style="fill: var(--figure-ink, #222222)"'
    """
    return DRAWN.sub(lambda found: f"var({VARIABLES[found[0].upper()]}, {found[0]})", text)


def style(index: int) -> tuple[str, str, str | tuple[int, tuple[int, ...]]]:
    """Colour, marker and line style of a party."""
    return PARTY_STYLES[index % len(PARTY_STYLES)]


def bare(axes: Axes, *keep: str) -> None:
    """Leave out the frame of a plot but for some sides."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side in keep)


def timeline(panel: TimelinePanel) -> str:
    """Staying minus leaving, per party and year, with what happens when marked above.

    A second line per party, dashed and with hollow marks, is the same if later years of the term are lost already.
    """
    years = sorted({point.year for point in panel.points})
    first, last = (years[0] - 0.35, years[-1] + 0.35) if years else (0.0, 1.0)
    axes_width = WIDTH - 0.55 - 1.1
    lanes = in_lanes(panel.marks, first, last, axes_width)
    depth = 1 + max((lane for *_, lane, _ in lanes), default=-1)
    legend = 0.2 if panel.lost_years else 0.0
    height = 1.62 + 0.36 + 0.08 + 0.15 * depth + legend
    with settings("timeline"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0.55 / WIDTH, 0.36 / height, axes_width / WIDTH, 1.62 / height))
        low, high = _room_for(panel)
        axes.set_xlim(first, last)
        axes.set_ylim(low, high)
        axes.axhspan(low, 0, facecolor="#FBEBDD", edgecolor="#E9BE98", hatch="////", linewidth=0, zorder=0)
        axes.axhline(0, color=INK, linewidth=1.0, zorder=2)
        _draw_marks(axes, lanes, last - first)
        lowest = _draw_lines(axes, panel, years)
        near_zero = [year for year, value in lowest if value < low + 0.5 * (high - low)]
        _draw_sides(axes, right=min(near_zero, default=last) - first < last - max(near_zero, default=last))
        step = max(1, round(len(years) / 16))
        axes.set_xticks(years[::step] if years else [0])
        axes.tick_params(length=2.5, pad=2)
        axes.set_xlabel(f"{amounts.capital(panel.period)} of the treaty (1 is the first after signature)", labelpad=2)
        axes.set_ylabel(f"{panel.unit}, once", labelpad=2)
        axes.yaxis.set_major_formatter(lambda value, _: amounts.signed(value))
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        bare(axes, "left")
        if panel.lost_years:
            _explain_lines(figure, panel.period, height)
        return svg(figure, "timeline", panel.alt)


def _explain_lines(figure: Figure, period: str, height: float) -> None:
    """Above all: what filled and hollow marks mean."""
    axes = figure.add_axes((0.55 / WIDTH, 1 - 0.18 / height, 1 - 0.55 / WIDTH, 0.18 / height))
    axes.set_xlim(0, WIDTH - 0.55)
    axes.set_ylim(0, 1)
    axes.axis("off")
    for start, fill, dashes, said in (
        (0.0, INK, "-", f"filled: if later {period}s are kept"),
        (2.9, "white", LOST, f"hollow, dashed: if later {period}s of the term are lost already"),
    ):
        axes.plot([start, start + 0.16, start + 0.32], [0.5] * 3, color=INK, linewidth=1.0, linestyle=dashes,
                  marker="o", markevery=[1], markersize=3.6, markerfacecolor=fill)
        axes.text(start + 0.4, 0.5, said, color=INK, va="center", ha="left")


def _room_for(panel: TimelinePanel) -> tuple[float, float]:
    """The ends of the scale: room below and above the lines for their lowest values and for what the two sides mean."""
    values = [value for point in panel.points for value in (point.value, point.lost) if value is not None]
    top, bottom = max([*values, 0.0]), min([*values, 0.0])
    room = (top - bottom) or 1.0
    return bottom - (0.28 if bottom < 0 else 0.16) * room, top + 0.2 * room


def _draw_lines(axes: Axes, panel: TimelinePanel, years: Sequence[int]) -> list[tuple[int, float]]:
    """A line per party with its lowest value and its name at the end; year and value of the lowest points."""
    low, high = axes.get_ylim()
    first, last = axes.get_xlim()
    ends, lowest = [], []
    for index, (party, name) in enumerate(panel.parties):
        colour, marker, dashes = style(index)
        points = sorted((point.year, point.value) for point in panel.points if point.party == party)
        if not points:
            continue
        axes.plot(
            *zip(*points, strict=True),
            color=colour,
            marker=marker,
            linestyle=dashes,
            markersize=3.6,
            linewidth=1.2,
            zorder=3,
        )
        lost = sorted((p.year, p.lost) for p in panel.points if p.party == party and p.lost is not None)
        axes.plot(
            [year for year, _ in lost],
            [value for _, value in lost],
            color=colour,
            marker=marker,
            markerfacecolor="white",
            linestyle=LOST,
            markersize=3.6,
            linewidth=0.8,
            zorder=2.5,
        )
        worst_year, worst = min(points, key=lambda point: point[1])
        axes.annotate(
            amounts.signed(worst),
            (worst_year, worst),
            xytext=(0, -10),
            textcoords="offset points",
            ha={years[0]: "left", years[-1]: "right"}.get(worst_year, "center"),
            color=colour,
            fontweight="bold",
            zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.3},
        )
        lowest.append((worst_year, worst))
        ends.append((points[-1][1], short(party, name, 16), colour))
    gap = 0.13 / 1.62 * (high - low)
    for (_, name, colour), at in zip(ends, apart([end[0] for end in ends], gap, low, high), strict=True):
        axes.text(
            last + 0.02 * (last - first),
            at,
            name,
            color=colour,
            va="center",
            ha="left",
            fontweight="bold",
            clip_on=False,
        )
    return lowest


def _draw_marks(axes: Axes, lanes: Sequence[tuple[int, str, int, bool]], span: float) -> None:
    """A dotted line from the axis to each mark's label, which stands above the plot in its lane."""
    above = axes.get_xaxis_transform()
    for year, label, lane, left in lanes:
        height = 1 + (0.13 + 0.15 * lane) / 1.62
        axes.plot(
            [year, year],
            [0, height],
            transform=above,
            color=GREY,
            linewidth=0.6,
            linestyle=(0, (2, 2)),
            clip_on=False,
            zorder=1,
        )
        axes.text(
            year + (-0.006 if left else 0.006) * span,
            height,
            label,
            transform=above,
            color=INK,
            ha="right" if left else "left",
            va="center",
            fontsize=TEXT - 0.6,
            zorder=3,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )


def _draw_sides(axes: Axes, right: bool) -> None:
    """What the two sides of zero mean, away from the lowest point."""
    for said, at, side, colour in (
        ("+ keeping it pays", 0.97, "top", HOLDS),
        ("− breaking it pays", 0.03, "bottom", BAD),
    ):
        axes.text(
            0.994 if right else 0.006,
            at,
            said,
            transform=axes.transAxes,
            ha="right" if right else "left",
            va=side,
            color=colour,
            zorder=5,
        )


def short(party: str, name: str, letters: int) -> str:
    """A party's name, or its id where the name is too long for a label."""
    return name if len(name) <= letters else party


def gains(panel: Gains) -> str:
    """What each party gains by the treaty: against its outside option, and against no treaty."""
    rows: list[tuple[str, str, float | None, int]] = []
    for index, gain in enumerate(panel.rows):
        rows.append((short(gain.party, gain.name, 20), "over its outside option", gain.over_outside, index))
        rows.append(("", "over no treaty", gain.over_no_treaty, index))
    height = 0.21 * len(rows) + 0.09 * len(panel.rows) + 0.06
    left = 2.75
    with settings("gains"):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((left / WIDTH, 0.0, (WIDTH - left - 0.1) / WIDTH, 1.0))
        known = [value for _, _, value, _ in rows if value is not None]
        top, bottom = max([*known, 0.0]), min([*known, 0.0])
        room = (top - bottom) or 1.0
        axes.set_xlim(bottom - (0.2 * room if bottom < 0 else 0.01 * room), top + 0.2 * room)
        axes.set_ylim(height, 0)
        for k, (name, against, value, index) in enumerate(rows):
            colour, _, _ = style(index)
            at = 0.06 + 0.21 * k + 0.09 * index + 0.1
            second = k % 2 == 1
            if value is not None:
                axes.barh(
                    at,
                    value,
                    height=0.16,
                    color="white" if second else colour,
                    edgecolor=colour,
                    linewidth=0.8,
                    hatch="////" if second else None,
                    zorder=2,
                )
            axes.annotate(
                amounts.signed(value) if value is not None else "not known",
                (value or 0.0, at),
                xytext=(3 if (value or 0) >= 0 else -3, 0),
                textcoords="offset points",
                ha="left" if (value or 0) >= 0 else "right",
                va="center",
                fontweight="bold",
                color=colour,
            )
            figure.text(1.3 / WIDTH, 1 - at / height, against, ha="left", va="center")
            figure.text(0.0, 1 - at / height, name, ha="left", va="center", fontweight="bold", color=colour)
        axes.axvline(0, color=INK, linewidth=1.0, zorder=3)
        axes.set_xticks([])
        axes.set_yticks([])
        bare(axes)
        return svg(figure, "gains", panel.alt)


def patience(panel: Patience) -> str:
    """The common discount factors at which the treaty holds, with the parties' own marked."""
    height = 0.98
    with settings("patience"):
        figure = Figure(figsize=(WIDTH, height))
        inches = WIDTH - 0.3
        axes = figure.add_axes((0.15 / WIDTH, 0.36 / height, inches / WIDTH, 0.2 / height))
        axes.set_xlim(min(0.0, panel.grid[0]), 1.0)
        axes.set_ylim(0, 1)
        _draw_zones(axes, panel, inches)
        _draw_own_factors(axes, panel, inches)
        axes.set_yticks([])
        axes.set_xticks([k / 10 for k in range(11)])
        axes.tick_params(length=2.5, pad=2)
        axes.xaxis.set_major_formatter(lambda value, _: amounts.number(round(value, 6)))
        axes.set_xlabel(
            f"Discount factor: what one {panel.period} of waiting leaves of a gain "
            "(0 = only today counts, 1 = the future counts in full)",
            labelpad=2,
        )
        bare(axes)
        return svg(figure, "patience", panel.alt)


def _draw_zones(axes: Axes, panel: Patience, inches: float) -> None:
    """Where it holds, where it does not and where that is not decided, each in words where there is room."""
    low, high, step = panel.grid
    axes.axvspan(low, high, facecolor="#FBEBDD", edgecolor="#E9BE98", linewidth=0)
    edges = [low]
    for begin, end in panel.intervals:
        axes.axvspan(begin, end, facecolor=HOLDS, edgecolor=HOLDS, linewidth=1)
        if (end - begin) * inches > 0.5:
            axes.text((begin + end) / 2, 0.46, "+ holds", color="white", fontweight="bold", ha="center", va="center")
        edges += [begin, end]
    edges.append(high)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if (end - begin) * inches > 1.0:
            axes.text(
                (begin + end) / 2,
                0.46,
                "− does not hold",
                color=BAD,
                fontweight="bold",
                ha="center",
                va="center",
                bbox={"facecolor": "#FBEBDD", "edgecolor": "none", "pad": 1.0},
            )
    for begin, end in _runs(panel.undecided, step):
        axes.axvspan(begin, end, facecolor="#DDDDDD", edgecolor=GREY, linewidth=0)
        axes.text(
            (begin + end) / 2,
            0.46,
            "? not decided" if (end - begin) * inches > 0.9 else "?",
            color=INK,
            fontweight="bold",
            ha="center",
            va="center",
            bbox={"facecolor": "white", "edgecolor": GREY, "pad": 0.8, "linewidth": 0.4},
        )


def _draw_own_factors(axes: Axes, panel: Patience, inches: float) -> None:
    """The parties' own factors above the scale, their labels side by side."""
    ordered = sorted(enumerate(panel.parties), key=lambda item: item[1][2])
    per_letter = (LETTER + 0.04) * TEXT / 72 / inches
    labels = [f"{short(party, name, 18)} {amounts.factor(own)}" for _, (party, name, own) in ordered]
    centres = row([own for _, (_, _, own) in ordered], [(len(label) + 1.5) * per_letter for label in labels])
    for (index, (_, _, own)), label, centre in zip(ordered, labels, centres, strict=True):
        colour, marker, _ = style(index)
        axes.plot([centre, own], [1.85, 1.25], color=colour, linewidth=0.8, clip_on=False)
        axes.plot([own], [1.25], marker=marker, color=colour, markersize=5, clip_on=False)
        axes.text(centre, 2.0, label, color=colour, fontweight="bold", ha="center", va="bottom", clip_on=False)


def _runs(points: Sequence[float], step: float) -> list[tuple[float, float]]:
    """Stretches of the scan around points that could not be decided, neighbours joined."""
    runs: list[tuple[float, float]] = []
    for point in sorted(points):
        if runs and point - runs[-1][1] <= 0.51 * step:
            runs[-1] = (runs[-1][0], point + 0.5 * step)
        else:
            runs.append((point - 0.5 * step, point + 0.5 * step))
    return runs
