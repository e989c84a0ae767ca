"""Where labels go in a figure: apart from one another, and inside it."""

from __future__ import annotations

from collections.abc import Sequence

TEXT = 7.6
# Average width of a letter, as a share of the text size; the outlines are DejaVu Sans.
LETTER = 0.56


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights near those wanted, at least ``gap`` apart, inside [low, high] when there is room."""
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    placed = [0.0] * len(wanted)
    level = low - gap
    for k in order:
        level = max(wanted[k], level + gap)
        placed[k] = level
    level = high + gap
    for k in reversed(order):
        level = min(placed[k], level - gap)
        placed[k] = level
    return placed


def in_lanes(
    marks: Sequence[tuple[int, str]], first: float, last: float, inches: float
) -> list[tuple[int, str, int, bool]]:
    """Each mark with a lane in which its label overlaps no other, and whether the label stands left of its line."""
    per_letter = LETTER * TEXT / 72 / inches * (last - first)
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for year, label in marks:
        width = (len(label) + 2) * per_letter
        left = year + width > last
        reach = (year - width, float(year)) if left else (float(year), year + width)
        lane = next(
            (k for k, spans in enumerate(taken) if all(reach[1] <= a or reach[0] >= b for a, b in spans)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append(reach)
        placed.append((year, label, lane, left))
    return placed


def row(wanted: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Centres near those wanted (ascending), so that labels of these widths touch neither one another nor the edges."""
    centres = list(wanted)
    edge = 0.0
    for k, width in enumerate(widths):
        centres[k] = max(centres[k], edge + width / 2)
        edge = centres[k] + width / 2
    edge = 1.02
    for k in reversed(range(len(widths))):
        centres[k] = min(centres[k], edge - widths[k] / 2)
        edge = centres[k] - widths[k] / 2
    return centres
