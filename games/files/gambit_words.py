"""The words of Gambit's files: marks, numbers and quoted texts, each with its place.

Source: the formats "NFG 1 R" and "EFG 2 R" of Gambit (Savani and Turocy).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Literal, NoReturn, final

from games.files.reading import read_text
from games.model.stochastic_game import LARGEST, SMALLER, GameError
from games.numerics.exact import to_fraction

Kind = Literal["text", "number", "mark", "end"]

_WORD = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.]))"
    r"|(?P<mark>[{},]|[^\s{},\"]+)",
    re.DOTALL,
)
_SPACE = re.compile(r"\s*")


@final
@dataclass(frozen=True)
class Word:
    """A word of a file: ``text`` without its quotation marks, ``at`` the place of its first character."""

    kind: Kind
    text: str
    at: int


@final
class Words:
    """The words of a text, read one after another; what does not fit is refused with its line and column."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = self._split()
        self.next = next(self._words)

    def _split(self) -> Iterator[Word]:
        at = 0
        while True:
            space = _SPACE.match(self._text, at)
            at = space.end() if space else at
            if at == len(self._text):
                break
            found = _WORD.match(self._text, at)
            if found is None:
                self.refuse("a quotation mark opens here and none closes it", at)
            word = found[0]
            if found["text"] is not None:
                yield Word("text", re.sub(r'\\(["\\])', r"\1", word[1:-1]), at)
            else:
                yield Word("mark" if found["number"] is None else "number", word, at)
            at = found.end()
        yield Word("end", "", at)

    def refuse(self, problem: str, at: int | None = None) -> NoReturn:
        """Raise ``GameError`` at the next word, or at a place."""
        at = self.next.at if at is None else at
        line = self._text.count("\n", 0, at) + 1
        column = at - self._text.rfind("\n", 0, at)
        raise GameError(f"line {line}, column {column}: {problem}")

    def take(self) -> Word:
        """The next word."""
        word = self.next
        if word.kind != "end":
            self.next = next(self._words)
        return word

    def met(self, mark: str) -> bool:
        """Whether a mark comes next, which is then taken."""
        found = self.next.kind == "mark" and self.next.text == mark
        if found:
            self.take()
        return found

    def insist(self, mark: str) -> None:
        """Take a mark that has to come next."""
        if not self.met(mark):
            self.refuse(f"{mark!r} is needed, {self._given()} given")

    def text(self, what: str) -> str:
        """Take a text in quotation marks."""
        if self.next.kind != "text":
            self.refuse(f"{what} is needed, a text in quotation marks; {self._given()} given")
        return self.take().text

    def texts(self, what: str) -> list[str]:
        """Take a list of texts in braces."""
        self.insist("{")
        out = []
        while self.next.kind == "text":
            out.append(self.take().text)
        if not self.met("}"):
            self.refuse(f"{what}: a text or '}}' is needed, {self._given()} given")
        return out

    def number(self, what: str) -> Fraction:
        """Take a number, exactly as it is written; no larger than games hold."""
        if self.next.kind != "number":
            self.refuse(f"{what} is needed, a number; {self._given()} given")
        try:
            value = to_fraction(self.next.text)
        except ZeroDivisionError:
            self.refuse(f"{what}: {self.next.text} divides by zero; write a denominator other than 0")
        except ValueError:
            self.refuse(f"{what}: {self.next.text[:40]} is too long a number; {SMALLER}")
        if abs(value) > LARGEST:
            self.refuse(f"{what}: {self.next.text[:40]} is too large; {SMALLER}")
        self.take()
        return value

    def whole(self, what: str, least: int = 0) -> int:
        """Take a whole number that is at least ``least``."""
        at = self.next.at
        value = self.number(what)
        if value.denominator != 1 or value < least:
            self.refuse(f"{what}: {value} given; a whole number of at least {least} is needed", at)
        return int(value)

    def payoffs(self, players: Sequence[str]) -> tuple[Fraction, ...]:
        """Take one number for each player; commas between them are passed over."""
        out = []
        for player in players:
            out.append(self.number(f"the payoff of {player!r}"))
            self.met(",")
        return tuple(out)

    def _given(self) -> str:
        return "the end of the file" if self.next.kind == "end" else f"{self.next.text[:40]!r}"


def read_words(path: Path) -> Words:
    """The words of a file; raises ``GameError`` if it cannot be read."""
    return Words(read_text(path))


def heading(words: Words, kind: Literal["NFG", "EFG"], version: int) -> str:
    """Take what a file begins with, and return the game's title."""
    for wanted in ((kind,), (str(version),), ("R", "D")):
        if words.next.text not in wanted:
            words.refuse(f"a Gambit file begins {kind} {version} R \"title\"; {words.next.text[:40]!r} given")
        words.take()
    return words.text("the title of the game")


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Names that are told apart: one without letters becomes its number in the list, a repeated one is numbered.

    >>> distinct(["x", "", "x"])
    ('x', '2', 'x 2')
    """
    out: list[str] = []
    named = set(labels)
    for k, label in enumerate(labels):
        plain = label if label.strip() else str(k + 1)
        free = (name for name in (f"{plain} {number}" for number in count(2)) if name not in named)
        if plain in out or (plain != label and plain in named):
            plain = next(free)
            named.add(plain)
        out.append(plain)
    return tuple(out)
