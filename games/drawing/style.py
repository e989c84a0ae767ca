"""How every figure looks: colours, letters as outlines, and the same bytes for the same input.

Colours are Okabe and Ito's (2008), told apart by people who do not see all colours; shapes differ as well.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from games.files.writing import write_bytes
from games.numerics.visible import visible_lines

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN, BLUE, RED, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY = "#767676"

NAMELESS: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None},
    "png": {"Software": None},
}
"""Metadata that would make two files of the same figure differ, by the kind of file."""


OPEN_AXES = {"axes.spines.top": False, "axes.spines.right": False}


@contextmanager
def settings(name: str, more: dict[str, Any]) -> Iterator[None]:
    """Matplotlib as the figures here want it, whatever the reader's own settings are.

    ``name``  of the figure, so that its ids are its own.  ``more``  parameters of matplotlib, by name.
    """
    import matplotlib

    ours: Any = {
        "svg.hashsalt": f"servanda-{name}",
        "svg.fonttype": "path",
        "font.family": "DejaVu Sans",
        "text.parse_math": False,
        "axes.edgecolor": GREY,
    }
    with matplotlib.rc_context(), warnings.catch_warnings():
        # A name in letters that the font lacks is drawn as boxes; the page says it in words.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(ours | more)
        yield


def show_what_acts(figure: Figure) -> None:
    """Show characters in a figure's text that act on a screen, or break its lines, as marks; no font has them.

    Labels of ticks are made when the figure is drawn: who sets them shows them so.
    """
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_text(visible_lines(text.get_text()))


def write_figure(figure: Figure, path: Path) -> None:
    """Write ``.svg``, ``.png`` or ``.pdf``; raises ``GameError`` if the file cannot be written."""
    show_what_acts(figure)
    buffer = io.BytesIO()
    kind = path.suffix[1:] or "svg"
    figure.savefig(buffer, format=kind, dpi=150, metadata=NAMELESS.get(kind, {}))
    write_bytes(path, buffer.getvalue())
