"""What games and answers do in a notebook and for a paper: tables, LaTeX, pictures; told above, reached from below."""

from __future__ import annotations

from abc import ABC
from importlib import import_module
from pathlib import Path
from typing import Any


class Shown(ABC):  # noqa: B024, what it promises is done by others
    """Things that can be shown.  How is said in ``games.tables`` and ``games.drawing``, imported when it is asked for.

    ``game``  in what follows: automata number rows and states; with their game these are told by name.
    """

    def to_frame(self, game: Any = None) -> Any:
        """A ``pandas.DataFrame`` of what this says, one row per item."""
        return import_module("games.tables").frame_of(self, game)

    def to_latex(self, game: Any = None, *, caption: str = "", label: str = "") -> str:
        r"""The same as a LaTeX table for the package booktabs; names are escaped.

        ``caption``, ``label``  of a ``table`` environment, which is there if one of them is.
        """
        return str(import_module("games.tables").latex_of(self, game, caption=caption, label=label))

    def plot(self, path: str | Path | None = None, **options: Any) -> Any:
        """Draw it, and write the picture where a path (``.svg``, ``.png`` or ``.pdf``) is given.

        Returns the ``matplotlib`` figure, or of automata the text of an SVG picture, which notebooks show.

        ``options``  ``game`` for automata and verdicts; of solutions those of ``games.drawing.plot_payoff_sets``.

        Raises ``GameError`` where there is nothing that a plane can show, or the file cannot be written.
        """
        return import_module("games.drawing").picture_of(self, path, **options)

    def _repr_html_(self) -> str:
        return str(import_module("games.tables").html_of(self))

    def __repr__(self) -> str:
        return str(import_module("games.tables.words").in_short(self))
