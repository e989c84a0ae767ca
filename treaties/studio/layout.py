"""Where each block of a treaty file stands in its text, so that a change touches the lines of one block alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from treaties.model.errors import Place
from treaties.reading.toml_lines import line_numbers

_TABLE = re.compile(r"[ \t]*\[")
_BLOCK = re.compile(r"[ \t]*\[\[")


@final
@dataclass(frozen=True)
class Chunk:
    """The lines of one block: from its header to its last field, without the comments and blank lines after these.

    ``place``  ("provision", 3), ("stylised",), or () of the fields above all headers.
    ``start``, ``end``  in characters.
    """

    place: Place
    start: int
    end: int


def chunks(text: str) -> tuple[Chunk, ...]:
    """The blocks of a text that is TOML, in the order of its lines, the fields above all headers first."""
    lines = _lines(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    headers = sorted(_headers(text, lines).items())
    edges = [(0, ()), *headers]
    found = []
    for k, (first, place) in enumerate(edges):
        last = edges[k + 1][0] if k + 1 < len(edges) else len(lines)
        while last > first and _says_nothing(lines[last - 1]):
            last -= 1
        found.append(Chunk(place, starts[first], starts[last]))
    return tuple(found)


def chunk_of(text: str, place: Place) -> Chunk:
    """The block in which a place stands, or would stand."""
    found = {chunk.place: chunk for chunk in chunks(text)}
    return found.get(place[:2]) or found.get(place[:1]) or found[()]


def _headers(text: str, lines: list[str]) -> dict[int, Place]:
    """The number of each line, from 0, that begins a block, with the block's place."""
    found: dict[int, Place] = {}
    for place, line in _top(text):
        if (_BLOCK if len(place) == 2 else _TABLE).match(lines[line]):
            found[line] = max(place, found.get(line, ()), key=len)
    return found


def _top(text: str) -> Iterator[tuple[Place, int]]:
    for place, line in line_numbers(text).items():
        if len(place) == 1 or (len(place) == 2 and isinstance(place[1], int)):
            yield place, line - 1


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one, as in TOML."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
