"""On which line of a TOML file each key stands.

``tomllib`` says what a file holds but not where. This scanner runs over text that ``tomllib`` has accepted, so it may
assume that the syntax is right; it knows tables, arrays of tables, dotted and quoted keys, inline tables, arrays over
several lines, comments and the four kinds of strings.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from typing import final

from treaties.model.errors import Place

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def line_numbers(text: str) -> dict[Place, int]:
    r"""The line (from 1) of every table, key and array entry, by its place: keys and indexes from the top.

    >>> line_numbers("a = 1\n[[b]]\nc = [\n  2,\n  3]\n")
    {('a',): 1, ('b',): 2, ('b', 0): 2, ('b', 0, 'c'): 3, ('b', 0, 'c', 0): 4, ('b', 0, 'c', 1): 5}
    """
    return _Scanner(text).scan()


@final
class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.starts = [0] + [k + 1 for k, character in enumerate(text) if character == "\n"]
        self.lines: dict[Place, int] = {}
        self.last: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        self.skip(" \t\r\n")
        while self.position < len(self.text):
            if self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(" \t\r\n")
        return self.lines

    def peek(self, width: int = 1) -> str:
        return self.text[self.position : self.position + width]

    def skip(self, blanks: str) -> None:
        """Move past blanks, and past comments when line ends count as blanks."""
        while self.position < len(self.text):
            if self.peek() in blanks:
                self.position += 1
            elif self.peek() == "#" and "\n" in blanks:
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            else:
                return

    def mark(self, place: Place, position: int) -> None:
        self.lines.setdefault(place, bisect_right(self.starts, position))

    def header(self) -> Place:
        start = self.position
        several = self.peek(2) == "[["
        self.position += 2 if several else 1
        names = self.key()
        self.position += 2 if several else 1
        place: Place = ()
        for depth, name in enumerate(names):
            place = (*place, name)
            self.mark(place, start)
            if several and depth == len(names) - 1:
                self.last[place] = self.last.get(place, -1) + 1
            if place in self.last:
                place = (*place, self.last[place])
        self.mark(place, start)
        return place

    def key(self) -> list[str]:
        names = []
        while True:
            self.skip(" \t")
            if self.peek() in ('"', "'"):
                start = self.position
                self.string()
                names.append(str(tomllib.loads(f"k = {self.text[start : self.position]}")["k"]))
            else:
                start = self.position
                while self.position < len(self.text) and self.peek() in _BARE:
                    self.position += 1
                names.append(self.text[start : self.position])
            self.skip(" \t")
            if self.peek() != ".":
                return names
            self.position += 1

    def pair(self, table: Place) -> None:
        start = self.position
        place: Place = (*table, *self.key())
        for depth in range(len(table) + 1, len(place) + 1):
            self.mark(place[:depth], start)
        self.position += 1
        self.skip(" \t")
        self.value(place)

    def value(self, place: Place) -> None:
        character = self.peek()
        if character in ('"', "'"):
            self.string()
        elif character == "[":
            self.array(place)
        elif character == "{":
            self.inline_table(place)
        else:
            while self.position < len(self.text) and self.peek() not in ",]}#\n":
                self.position += 1

    def array(self, place: Place) -> None:
        self.position += 1
        count = 0
        self.skip(" \t\r\n")
        while self.peek() != "]":
            self.mark((*place, count), self.position)
            self.value((*place, count))
            count += 1
            self.skip(" \t\r\n,")
        self.position += 1

    def inline_table(self, place: Place) -> None:
        self.position += 1
        self.skip(" \t\r\n")
        while self.peek() != "}":
            self.pair(place)
            self.skip(" \t\r\n,")
        self.position += 1

    def string(self) -> None:
        quote = self.peek()
        if self.peek(3) == quote * 3:
            self.position += 3
            while self.peek(3) != quote * 3:
                self.position += 2 if quote == '"' and self.peek() == "\\" else 1
            self.position += 3
            while self.peek() == quote:  # up to two quotation marks may stand before the closing three
                self.position += 1
            return
        self.position += 1
        while self.peek() != quote:
            self.position += 2 if quote == '"' and self.peek() == "\\" else 1
        self.position += 1
