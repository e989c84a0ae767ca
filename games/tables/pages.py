"""HTML tables, as a notebook shows them; whatever comes from a file is escaped."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from games.numerics.visible import visible
from games.tables.frames import table_of
from games.tables.words import in_short, number

MOST_SHOWN = 40
"""Rows that are shown; the rest are counted."""


def html_of(thing: Any) -> str:
    """A line about a thing and its table; raises ``GameError`` if there is none of such a thing."""
    columns, rows, count = table_of(thing, most=MOST_SHOWN)
    head = "".join(f"<th>{_text(c)}</th>" for c in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(x)}</td>' for x in row)}</tr>" for row in rows)
    more = f"<p>and {count - MOST_SHOWN} more rows: to_frame() has them all</p>" if count > MOST_SHOWN else ""
    said = in_short(thing)[1:-1]
    return f"<div><p>{_text(said)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"


def _cell(x: Any) -> str:
    if x is None or (isinstance(x, float) and not np.isfinite(x)):
        return "–"
    if isinstance(x, bool):
        return "yes" if x else "no"
    return number(x) if isinstance(x, (int, float)) else _text(str(x))


def _text(text: str) -> str:
    return escape(visible(text))
