"""The page of a play as one HTML file: data, styles and scripts inside, no outside address, nothing sent anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from games.files.writing import write_text
from games.model.stochastic_game import GameError
from games.numerics.visible import visible
from treaties.playing.packed import packed

MOST_PARTIES = 7
MOST_DESIGNS = 1024
"""What the codes of ``templates/codes.js`` have room for."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("treaties.playing", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def page(data: dict[str, Any]) -> str:
    """The whole page of ``servanda-play/1`` data as text; the same data give the same bytes.

    Raises ``GameError`` for more parties or designs than a code to hand in can name.
    """
    parties, designs = len(data["parties"]), len(data["designs"]["verdict"])
    if parties > MOST_PARTIES:
        raise GameError(f"{data['title']}: a play has at most {MOST_PARTIES} parties, this treaty has {parties}")
    if designs > MOST_DESIGNS:
        raise GameError(f"{data['title']}: a play has at most {MOST_DESIGNS:,} designs, these are {designs:,}; "
                        f"ask for fewer with --designs")  # fmt: skip
    shown = _visible(data)
    return _environment().get_template("play.html.j2").render(title=shown["title"], data=packed(shown))


def write_play_page(data: dict[str, Any], out: str | Path) -> Path:
    """Write the page of ``servanda-play/1`` data and return where it is; it appears whole or not at all.

    Raises ``GameError`` if the file cannot be written, or as ``page`` does.
    """
    return write_text(out, page(data), folders=True)


def _visible(value: Any) -> Any:
    """The data with marks in place of characters that act on a reader's screen."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _visible(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(inner) for inner in value]
    return value
