"""LaTeX tables for the package booktabs; whatever comes from a file is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from games.model.stage_game import StageGame, stage_game_of
from games.model.stochastic_game import StochasticGame, action_labels
from games.numerics.visible import visible
from games.tables.frames import table_of
from games.tables.words import number

MOST_COLUMNS = 10
"""Actions of the column player up to which a game of two players is written as a matrix."""

ESCAPED = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}",
}
GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau "
    "upsilon phi chi psi omega"
)
CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
MATHS = {
    "\u2212": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "×": r"\times", "·": r"\cdot",
    "∞": r"\infty", "√": r"\surd", "∈": r"\in", "∩": r"\cap", "∪": r"\cup", "′": "'", "→": r"\to",
    "ⁱ": "^i", "ʲ": "^j", "ᵏ": "^k", "ⁿ": "^n", "ᵗ": "^t", "⁺": "^+", "⁻": "^-", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k",
    "ₙ": "_n", "ₜ": "_t", "₋": "_-", "₊": "_+",
    **{digit: f"^{k}" for k, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{digit: f"_{k}" for k, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{chr(ord("α") + k): rf"\{name}" for k, name in enumerate(GREEK.split()) if name != "omicron"},
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", map(r"\{}".format, CAPITALS.split()), strict=True)),
}
"""Signs that text fonts lack, as LaTeX sets them in formulas."""
_LETTERS = ESCAPED | {sign: rf"\ensuremath{{{of}}}" for sign, of in MATHS.items()}


def escaped(text: str) -> str:
    r"""Text as LaTeX sets it letter by letter.

    >>> print(escaped("R&D_1 at 5%"))
    R\&D\_1 at 5\%
    >>> print(escaped("δ ≥ ½"))
    \ensuremath{\delta} \ensuremath{\ge} ½
    """
    return "".join(_LETTERS.get(letter, letter) for letter in visible(text))


def latex_of(thing: Any, game: StochasticGame | None = None, *, caption: str = "", label: str = "") -> str:
    """The table of a thing; a repeated or one-shot game of two players as the matrix of its payoffs.

    ``game``     of an automaton, so that rows and states are told by name.
    ``caption``  text of a ``table`` environment; ``label`` its name for references.

    Raises ``GameError`` if there is no table of such a thing.
    """
    matrix = _matrix(thing)
    if matrix is None:
        columns, rows, _ = table_of(thing, game)
        body = tabular(columns, rows)
    else:
        body = matrix
    if not (caption or label):
        return body
    lines = [r"\begin{table}", r"\centering"]
    lines += [rf"\caption{{{escaped(caption)}}}"] * bool(caption)
    lines += [rf"\label{{{''.join(x for x in label if x.isalnum() or x in ':-_.')}}}"] * bool(label)
    return "\n".join([*lines, body, r"\end{table}"])


def tabular(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows of numbers, text and None as a ``tabular``; columns of numbers alone are set to the right."""
    numeric = [all(x is None or (isinstance(x, (int, float)) and not isinstance(x, bool)) for x in cells)
               for cells in (zip(*rows, strict=True) if rows else [()] * len(columns))]
    return _tabular("".join("r" if x else "l" for x in numeric), [escaped(c) for c in columns],
                    [[_cell(x) for x in row] for row in rows])


def _matrix(thing: Any) -> str | None:
    """The payoffs of a game of two players as a matrix; None where there is none of such a thing."""
    players: tuple[str, ...] = ()
    if isinstance(thing, StochasticGame) and thing.n_states == 1:
        stage, labels, players = stage_game_of(thing, 0), thing.actions[0], thing.players
    elif isinstance(thing, StageGame):
        stage, labels = thing, action_labels(thing.counts)
    else:
        return None
    if stage.n_players != 2 or stage.counts[1] > MOST_COLUMNS:
        return None
    corner = escaped(f"{players[0]}, {players[1]}") if players else ""
    head = [corner, *(escaped(b) for b in labels[1])]
    rows = [[escaped(a), *(f"${number(u)}, {number(v)}$" for u, v in np.asarray(line).tolist())]
            for a, line in zip(labels[0], stage.payoffs, strict=True)]
    return _tabular("l" + "c" * stage.counts[1], head, rows)


def _cell(x: Any) -> str:
    if x is None or (isinstance(x, float) and not np.isfinite(x)):
        return "--"
    if isinstance(x, bool):
        return "yes" if x else "no"
    return f"${number(x)}$" if isinstance(x, (int, float)) else escaped(str(x))


def _tabular(form: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [rf"\begin{{tabular}}{{{form}}}", r"\toprule", " & ".join(head) + r" \\", r"\midrule"]
    lines += [" & ".join(row) + r" \\" for row in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])
