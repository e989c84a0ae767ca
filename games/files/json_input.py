"""JSON input: every number as the rational it names, every fault collected with its place."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, final

import numpy as np

from games.files.mistyped import mistyped, mistyped_number
from games.files.reading import read_bytes
from games.model.stochastic_game import LARGEST, ROUNDING, SMALLER, GameError, remark_rounding
from games.numerics.exact import to_fraction
from games.numerics.visible import visible

MOST_ERRORS = 25
MOST_ENTRIES = 5_000_000
"""JSON text of more numbers, names, lists and objects than this is refused: they would take more than 1 GB."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|[+-]?\d+/\d+")
_LONGEST_NUMBER = 400


def parse_json(path: Path) -> Any:
    """The content of a JSON file: numbers as the exact rationals they name, repeated keys remembered.

    Raises ``GameError`` when the file cannot be read or is not JSON.
    """
    content = read_bytes(path)
    entries = sum(content.count(mark) for mark in b",[{")
    if entries > MOST_ENTRIES:
        raise GameError(f"{entries:,} entries, more than {MOST_ENTRIES:,}; leave out states, players or actions")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GameError("is not UTF-8 text; a game file is JSON") from None
    try:
        data = json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_Raw, object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise GameError(not_json(error)) from None
    except RecursionError:
        raise GameError("not a game: nested too deeply; write it with fewer brackets inside one another") from None
    if has_half_characters(text, data):
        raise GameError(HALF_CHARACTER)
    return data


def not_json(error: json.JSONDecodeError) -> str:
    """Where a text is no JSON, why, and the remedy if it is known."""
    remedy = mistyped(error.doc, error.pos)
    return f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}{f'; {remedy}' if remedy else ''}"


HALF_CHARACTER = r"holds half of a character, such as \ud83d alone; write the character itself, in UTF-8"


def has_half_characters(text: str, data: Any) -> bool:
    """Whether something that was read from JSON holds half of a surrogate pair, which is no text and cannot be written.

    Only a text in which one was written can, and is then searched.
    """
    if not re.search(r"\\u[dD][89a-fA-F]", text):
        return False
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


@final
class _Number(str):
    """A JSON number as it was written, so that no digit is lost."""

    __slots__ = ()


@final
class _Raw(str):
    """NaN or Infinity as the JSON text spelt it."""

    __slots__ = ()


@final
class _Object(dict[str, Any]):
    """A JSON object that remembers which keys were given more than once."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        listed = list(pairs)
        super().__init__(listed)
        times = Counter(key for key, _ in listed) if len(self) < len(listed) else Counter[str]()
        self.repeated = sorted(key for key, count in times.items() if count > 1)


@final
class Findings:
    """Faults found while reading, collected so that all can be told at once."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.rounded: list[tuple[str, str]] = []

    def fault(self, place: str, problem: str) -> None:
        """Note a fault; too many of them end the reading."""
        self.errors.append(visible(f"{place}: {problem}" if place else problem))
        if len(self.errors) >= MOST_ERRORS:
            self.errors.append(f"... reading stopped after {MOST_ERRORS} faults")
            self.stop()

    def stop(self) -> None:
        """Raise what has been found, if anything."""
        if self.errors:
            raise GameError("\n".join(self.errors))

    def remark(self) -> None:
        """Warn of the probabilities below zero that were read as zero, the first by its place."""
        if self.rounded:
            remark_rounding(*self.rounded[0], len(self.rounded) - 1)

    def keys(self, data: Mapping[str, Any], place: str, legal: tuple[str, ...]) -> None:
        """Refuse unknown and repeated keys."""
        for key in data:
            if key not in legal:
                near = difflib.get_close_matches(str(key), legal, n=1, cutoff=0.5)
                hint = f"; did you mean {near[0]!r}?" if near else f"; legal keys are {', '.join(legal)}"
                self.fault(place, f"unknown key {key!r}{hint}")
        for key in getattr(data, "repeated", ()):
            self.fault(place, f"key {key!r} is given more than once; keep one")

    def labels(self, given: Any, place: str) -> tuple[str, ...]:
        """A non-empty list of distinct, non-empty texts."""
        if not is_list(given) or not given:
            self.fault(place, f"a list of names is needed, {kind_of(given)} given")
            return ()
        seen: set[str] = set()
        for k, label in enumerate(given):
            if not is_text(label) or not label.strip():
                self.fault(place, f"entry {k + 1} is {shown(label)}; a name is non-empty text")
                return ()
            if label in seen:
                self.fault(place, f"{label!r} appears twice; give every one a name of its own")
            seen.add(label)
        return tuple(given)

    def probability(self, given: Any, place: str) -> Fraction | None:
        """The rational that an entry names if it is no less than zero, or None after noting the fault.

        What other software's rounding left below zero is zero, as ``remark`` tells.
        """
        value = self.number(given, place)
        if value is None or value >= 0:
            return value
        if value <= -ROUNDING:
            self.fault(place, f"the probability {shown(given)} is negative")
            return None
        self.rounded.append((place, shown(given)))
        return Fraction(0)

    def number(self, given: Any, place: str) -> Fraction | None:
        """The rational that an entry names, or None after noting the fault."""
        if isinstance(given, str):
            text = given.strip()
            if type(given) is _Raw or len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
                remedy = mistyped_number(text) or 'write 0.25, or "1/3" for an exact fraction'
                self.fault(place, f"{shown(given)} is not a number; {remedy}")
                return None
            try:
                return _rational(text)
            except ZeroDivisionError:
                self.fault(place, f"{shown(given)} divides by zero; write a denominator other than 0")
                return None
            except OverflowError:
                self.fault(place, f"{shown(given)} is too large; {SMALLER}")
                return None
        if isinstance(given, bool) or not isinstance(given, (int, float, Fraction, np.integer, np.floating)):
            self.fault(place, f"a number is needed, {kind_of(given)} given")
            return None
        if isinstance(given, (float, np.floating)):
            if not math.isfinite(given):
                self.fault(place, f"{given} is not a finite number; write one")
                return None
            given = to_fraction(float(given))
        value = Fraction(given) if isinstance(given, Fraction) else Fraction(int(given))
        if abs(value) > LARGEST:
            self.fault(place, f"the number is too large; {SMALLER}")
            return None
        return value


@lru_cache(maxsize=10_000)
def _rational(text: str) -> Fraction:
    """The rational that a text names, which the same few texts of a large file name again and again.

    Raises ``ZeroDivisionError``, and ``OverflowError`` if it is larger than ``LARGEST``.
    """
    value = Fraction(text)
    if abs(value) > LARGEST:
        raise OverflowError
    return value


def is_text(node: Any) -> bool:
    """Whether a node is text, and not a number kept as it was written."""
    return isinstance(node, str) and not isinstance(node, (_Number, _Raw))


def is_list(node: Any) -> bool:
    """Whether a node is a list."""
    return isinstance(node, Sequence) and not isinstance(node, (str, bytes))


def kind_of(given: Any) -> str:
    """What was given, in words."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true or false"
    if isinstance(given, Mapping):
        return "an object"
    if is_text(given):
        return f"text {shown(given)}"
    if is_list(given):
        return f"a list of {len(given)}"
    return f"the number {shown(given)}"


def shown(given: Any) -> str:
    """What was given, as it was written, cut to a readable length."""
    text = repr(given) if is_text(given) else str(given) if isinstance(given, str) else json.dumps(given, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def unknown(what: str, given: Any, known: Sequence[str]) -> str:
    """That a name does not exist, with the nearest legal one or the legal ones."""
    near = difflib.get_close_matches(str(given), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"{what}s are {', '.join(known[:12])}"
    return f"{what} {shown(given)} does not exist; {hint}"
