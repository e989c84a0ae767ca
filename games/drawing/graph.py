"""Modes and the arrows between them, as Graphviz DOT and as SVG drawn without any other program."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from games.model.strategy_automaton import Lottery
from games.numerics.visible import visible

Arrow = tuple[int, int]
Arrows = dict[Arrow, tuple[str, bool]]
"""What is said of the arrow from one mode to another, and whether it is dashed."""


def drawn_dot(labels: list[list[str]], arrows: Arrows, initial: Lottery) -> str:
    """Graphviz DOT of modes (lines of text), arrows between them and where play starts."""
    lines = [
        "digraph automaton {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];', "  start [shape=point];",
    ]
    for mode, label in enumerate(labels):
        lines.append(f"  m{mode} [label={_dot_quote(label)}];")
    lines.extend(f"  start -> m{mode} [label={_dot_quote([str(p)] if p != 1 else [])}];" for mode, p in initial)
    for (origin, target), (said, dashed) in sorted(arrows.items()):
        style = "dashed" if dashed else "solid"
        lines.append(f"  m{origin} -> m{target} [label={_dot_quote([said])}, style={style}];")
    return "\n".join([*lines, "}"]) + "\n"


def drawn_svg(labels: list[list[str]], arrows: Arrows, initial: Lottery) -> str:
    """The same as an SVG picture that stands alone, modes on a circle."""
    width = max(120.0, 7.2 * max(len(line) for label in labels for line in label) + 24)
    heights = [18.0 * len(label) + 16 for label in labels]
    n = len(labels)
    radius = 0.0 if n == 1 else max(110.0 + max(heights) / 2, n * (max(heights) + 70) / (2 * math.pi), width * 0.75)
    side = 2 * radius + width + 140
    tall = 2 * radius + max(heights) + 160
    centre = [
        (side / 2 - radius * math.cos(2 * math.pi * k / n), tall / 2 - radius * math.sin(2 * math.pi * k / n))
        for k in range(n)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side:.0f} {tall:.0f}" width="{side:.0f}" '
        f'height="{tall:.0f}" font-family="sans-serif" font-size="13" role="img">',
        "<title>Strategy automaton</title>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path d="M0,0 L10,5 L0,10 z" fill="#333"/></marker></defs>',
    ]
    for (origin, target), (said, dashed) in sorted(arrows.items()):
        parts.append(_drawn_arrow(centre, heights, width, origin, target, said, dashed))
    starts = {mode for mode, _ in initial}
    for k, (label, (x, y), height) in enumerate(zip(labels, centre, heights, strict=True)):
        stroke = 3 if k in starts else 1.2
        parts.append(
            f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}" rx="9" '
            f'fill="#fff" stroke="#333" stroke-width="{stroke}"/>'
        )
        for line, text in enumerate(label):
            weight = ' font-weight="bold"' if line == 0 else ""
            parts.append(
                f'<text x="{x:.1f}" y="{y - height / 2 + 21 + 18 * line:.1f}" text-anchor="middle"{weight}>'
                f"{escape(visible(text))}</text>"
            )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _drawn_arrow(
    centre: list[tuple[float, float]], heights: list[float], width: float, origin: int, target: int,
    said: str, dashed: bool,
) -> str:
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    line = f'fill="none" stroke="#333" stroke-width="1.3"{dash} marker-end="url(#tip)"'
    x, y = centre[origin]
    text = escape(visible(said))
    if origin == target:
        top = y - heights[origin] / 2
        return (
            f'<path d="M{x - 18:.1f},{top:.1f} C{x - 40:.1f},{top - 44:.1f} {x + 40:.1f},{top - 44:.1f} '
            f'{x + 18:.1f},{top:.1f}" {line}/><text x="{x:.1f}" y="{top - 38:.1f}" text-anchor="middle">{text}</text>'
        )
    far_x, far_y = centre[target]
    length = math.hypot(far_x - x, far_y - y)
    across = ((y - far_y) / length, (far_x - x) / length)
    bend = (x + far_x) / 2 + 38 * across[0], (y + far_y) / 2 + 38 * across[1]
    start = _border(x, y, width, heights[origin], bend)
    end = _border(far_x, far_y, width, heights[target], bend)
    return (
        f'<path d="M{start[0]:.1f},{start[1]:.1f} Q{bend[0]:.1f},{bend[1]:.1f} {end[0]:.1f},{end[1]:.1f}" {line}/>'
        f'<text x="{bend[0]:.1f}" y="{bend[1]:.1f}" text-anchor="middle">{text}</text>'
    )


def _border(x: float, y: float, width: float, height: float, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the ray from the middle of a box towards a point leaves the box."""
    dx, dy = towards[0] - x, towards[1] - y
    share = min(width / 2 / abs(dx) if dx else math.inf, height / 2 / abs(dy) if dy else math.inf)
    return x + share * dx, y + share * dy


def _dot_quote(lines: Iterable[str]) -> str:
    said = (visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(said) + '"'
