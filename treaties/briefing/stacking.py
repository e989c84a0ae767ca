"""Tables that a phone can stack: every cell carries the name of its column, which the style sheet shows beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from markupsafe import escape

TABLE = re.compile(r"<table\b.*?</table>", flags=re.DOTALL)
ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", flags=re.DOTALL)
CELL = re.compile(r"<t[hd]\b([^>]*)>(.*?)</t[hd]>", flags=re.DOTALL)


def labelled(page: str) -> str:
    """The page with ``data-label`` on every data cell of every table."""
    return TABLE.sub(lambda table: _table(table[0]), page)


def _table(text: str) -> str:
    head, _, body = text.partition("</thead>")
    names = _names(head)
    taken: dict[tuple[int, int], bool] = {}

    def row(match: re.Match[str], number: int) -> str:
        column = 0

        def cell(one: re.Match[str]) -> str:
            nonlocal column
            while (number, column) in taken:
                column += 1
            at, (down, across) = column, _spans(one[1])
            for k in range(down):
                taken.update({(number + k, at + j): True for j in range(across)})
            column += across
            name = names.get(at, "")
            if not one[0].startswith("<td") or not name:
                return one[0]
            # Beside its name a cell is one thing, whatever it holds.
            inside = f"<div>{one[2]}</div>" if "<" in one[2] else one[2]
            return f'<td data-label="{escape(name)}"{one[1]}>{inside}</td>'

        return match[0].replace(match[1], CELL.sub(cell, match[1]), 1) if match[1] else match[0]

    out, last = [], 0
    for number, match in enumerate(ROW.finditer(body)):
        out += [body[last : match.start()], row(match, number)]
        last = match.end()
    return "".join([head, "</thead>", *out, body[last:]]) if body else text


def _names(head: str) -> dict[int, str]:
    """What each column is called, its group's name before its own."""
    grid: dict[tuple[int, int], str] = {}
    rows = list(ROW.finditer(head))
    for number, match in enumerate(rows):
        column = 0
        for attributes, said in CELL.findall(match[1]):
            while (number, column) in grid:
                column += 1
            down, across = _spans(attributes)
            for k in range(down):
                for j in range(across):
                    # A name that spans rows is told once.
                    grid[number + k, column + j] = _plain(said) if k == 0 else ""
            column += across
    width = max((column for _, column in grid), default=-1) + 1
    return {k: " ".join(filter(None, _of_column(grid, k, len(rows)))) for k in range(width)}


def _of_column(grid: dict[tuple[int, int], str], column: int, rows: int) -> Iterator[str]:
    for number in range(rows):
        yield grid.get((number, column), "")


def _spans(attributes: str) -> tuple[int, int]:
    """How many rows and columns a cell takes."""
    down, across = (re.search(rf'{name}="(\d+)"', attributes) for name in ("rowspan", "colspan"))
    return int(down[1]) if down else 1, int(across[1]) if across else 1


def _plain(said: str) -> str:
    """The text of a cell."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))).strip()
