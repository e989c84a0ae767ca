"""Game trees as SVG and as TikZ for LaTeX, drawn without any other program; the same bytes for the same tree.

Each player has a colour; nodes that their player cannot tell apart have the number of their set and are joined by a
dashed line; chance is an open square with its probabilities in brackets.  With a profile the path of play is drawn
thick, and mixed actions have their probabilities in brackets.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from games.drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED
from games.drawing.tree_layout import LETTER, TreeLayout, tree_layout
from games.files.writing import write_text
from games.game_trees.strategies import Profile
from games.game_trees.tree import Chance, Decision, ExtensiveGame, Terminal
from games.model.stochastic_game import GameError
from games.numerics.visible import visible

COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE)
"""Of the players in order, and again from the first."""
HALO = 'stroke="#fff" stroke-width="4" paint-order="stroke" stroke-linejoin="round"'
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "−": "$-$",
}
PIXELS = 40.0
"""Pixels to a centimetre of TikZ."""


def plot_tree(game: ExtensiveGame, path: str | Path, profile: Profile | None = None) -> Path:
    """Write the picture of a tree to a file that ends in .svg or .tex.

    Raises ``GameError`` for another ending, or if the tree is too large to be drawn or the file cannot be written.
    """
    drawn = {".svg": tree_svg, ".tex": tree_tikz}.get(Path(path).suffix)
    if drawn is None:
        raise GameError(f"{path}: the name of a tree's picture must end in .svg or .tex")
    return write_text(path, drawn(game, profile))


def tree_svg(game: ExtensiveGame, profile: Profile | None = None) -> str:
    """The tree as an SVG picture that stands alone.

    ``profile``  whose probabilities and path of play are to be shown.  Raises ``GameError`` as ``tree_layout`` does.
    """
    layout = tree_layout(game, profile)
    title = escape(visible(game.name) or "Game tree")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{layout.width:.0f}" height="{layout.height:.0f}" fill="#fff"/>',
    ]
    for k, other, bend in layout.joined:
        parts.append(f'<path d="{_svg_joint(layout, k, other, bend)}" fill="none" stroke="{_colour(game, k)}" '
                     'stroke-width="1.6" stroke-dasharray="5 4"/>')
    for branch in layout.branches:
        (x, y), (far_x, far_y) = layout.places[branch.start], layout.places[branch.end]
        stroke, width = (BLACK, 3.6) if branch.played else (GREY, 1.2)
        parts.append(f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{far_x:.1f}" y2="{far_y:.1f}" stroke="{stroke}" '
                     f'stroke-width="{width}"/>')
    for branch in layout.branches:
        x, y = _label(layout, branch.start, branch.end)
        weight = ' font-weight="bold"' if branch.played else ""
        wide = 0.9 * LETTER * len(branch.said) + 6
        parts.append(f'<rect x="{x - wide / 2:.1f}" y="{y - 7:.1f}" width="{wide:.1f}" height="14" fill="#fff"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle"{weight}>{escape(branch.said)}</text>')
    for k, ((x, y), name) in enumerate(zip(layout.places, layout.names, strict=True)):
        node, colour, text = game.nodes[k], _colour(game, k), escape(name)
        if isinstance(node, Terminal):
            parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" xml:space="preserve">{text}</text>')
            continue
        if isinstance(node, Chance):
            parts.append(f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#fff" '
                         f'stroke="{colour}" stroke-width="1.6"/>')
        else:
            known = escape(visible(game.information_sets[node.information_set].name))
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="{colour}"><title>{known}</title></circle>')
        parts.append(f'<text x="{x:.1f}" y="{y - 10:.1f}" text-anchor="middle" fill="{colour}" font-weight="bold" '
                     f"{HALO}>{text}</text>")
    return "\n".join([*parts, "</svg>"]) + "\n"


def tree_tikz(game: ExtensiveGame, profile: Profile | None = None) -> str:
    """The same as a LaTeX document with a TikZ picture, to be compiled alone or its picture to be copied."""
    layout = tree_layout(game, profile)
    at = [f"({x / PIXELS:.3f},{-y / PIXELS:.3f})" for x, y in layout.places]
    lines = [r"\documentclass[tikz]{standalone}", *(
        f"\\definecolor{{player{i}}}{{HTML}}{{{COLOURS[i % len(COLOURS)][1:]}}}" for i in range(game.n_players)),
        r"\begin{document}", r"\begin{tikzpicture}[font=\sffamily\footnotesize]"]
    lines += [f"\\coordinate (n{k}) at {place};" for k, place in enumerate(at)]
    for k, other, bend in layout.joined:
        x, y = layout.places[k][0] - bend, (layout.places[k][1] + layout.places[other][1]) / 2
        way = f".. controls ({x / PIXELS:.3f},{-y / PIXELS:.3f}) .." if bend else "--"
        lines.append(f"\\draw[dashed, thick, {_tikz_colour(game, k)}] (n{k}) {way} (n{other});")
    for branch in layout.branches:
        style = "line width=1.6pt" if branch.played else "gray"
        lines.append(f"\\draw[{style}] (n{branch.start}) -- (n{branch.end});")
    for branch in layout.branches:
        x, y = _label(layout, branch.start, branch.end)
        text = f"\\textbf{{{_latex(branch.said)}}}" if branch.played else _latex(branch.said)
        lines.append(f"\\node[fill=white, inner sep=1pt] at ({x / PIXELS:.3f},{-y / PIXELS:.3f}) {{{text}}};")
    for k, name in enumerate(layout.names):
        node, colour = game.nodes[k], _tikz_colour(game, k)
        if isinstance(node, Terminal):
            lines.append(f"\\node[right] at (n{k}) {{{_latex(name)}}};")
        elif isinstance(node, Chance):
            lines.append(f"\\node[draw, fill=white, inner sep=2pt, label={{[{colour}]above:{{{_latex(name)}}}}}] "
                         f"at (n{k}) {{}};")
        else:
            lines.append(f"\\node[circle, fill={colour}, inner sep=1.8pt, "
                         f"label={{[{colour}]above:{{{_latex(name)}}}}}] at (n{k}) {{}};")
    return "\n".join([*lines, r"\end{tikzpicture}", r"\end{document}"]) + "\n"


def _label(layout: TreeLayout, start: int, end: int) -> tuple[float, float]:
    """The middle of a branch's words: a little past that of the line, where lines have come apart."""
    (x, y), (far_x, far_y) = layout.places[start], layout.places[end]
    return x + 0.56 * (far_x - x), y + 0.56 * (far_y - y)


def _svg_joint(layout: TreeLayout, k: int, other: int, bend: float) -> str:
    (x, y), (far_x, far_y) = layout.places[k], layout.places[other]
    if not bend:
        return f"M{x:.1f},{y:.1f} L{far_x:.1f},{far_y:.1f}"
    # Round what stands in between, on the side of the branches that lead here.
    return f"M{x:.1f},{y:.1f} Q{x - bend:.1f},{(y + far_y) / 2:.1f} {far_x:.1f},{far_y:.1f}"


def _player(game: ExtensiveGame, k: int) -> int | None:
    node = game.nodes[k]
    return game.information_sets[node.information_set].player if isinstance(node, Decision) else None


def _colour(game: ExtensiveGame, k: int) -> str:
    player = _player(game, k)
    return BLACK if player is None else COLOURS[player % len(COLOURS)]


def _tikz_colour(game: ExtensiveGame, k: int) -> str:
    player = _player(game, k)
    return "black" if player is None else f"player{player}"


def _latex(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in text)
