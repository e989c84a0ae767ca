"""The numbers of a treaty that may be changed one at a time, and between what.

Negotiators write clauses: their amounts, chances and whole numbers, and the terms that the file opens to a design
search.  What describes the world (parties' patience, payoffs of matters, events, clauses about the environment) is
found on request only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Literal, final

from pydantic import BaseModel

from treaties.model.errors import TreatyFileError
from treaties.model.names import choose_from
from treaties.model.quantity import Quantity
from treaties.model.references import names_something
from treaties.model.treaty import NamedNumber, Treaty
from treaties.reading.variants import design_space, with_terms

POINTS = 17
"""Values that are tried on each side of the text's own, evenly up to the end of the range."""

UNLIMITED = "unlimited"
Term = float | int | str
"""A number, whole where the clause counts, or "unlimited"."""
Kind = Literal["number", "whole", "listed"]


@final
@dataclass(frozen=True)
class Lever:
    """A term that may be changed, all others as in the text.

    ``kind``    "number": anything between two ends; "whole": whole numbers between them; "listed": ``values`` alone.
    ``values``  that are tried, in ascending order, the text's own among them.
    ``whence``  where the range comes from, for readers.
    """

    path: str
    article: str
    kind: Kind
    value: Term
    values: tuple[Term, ...]
    whence: str

    @property
    def ends(self) -> tuple[Term, Term]:
        """The least and the greatest value."""
        return self.values[0], self.values[-1]

    @property
    def sides(self) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The values below and above the text's, each from the nearest on."""
        here = self.values.index(self.value)
        return self.values[:here][::-1], self.values[here + 1 :]

    @property
    def width(self) -> float:
        """Of the range; infinite if it ends in "unlimited"."""
        return size(self.values[-1]) - size(self.values[0])

    def share(self, value: Term) -> float:
        """How far a value is from the text's, as a share of the range.

        Where a term can be unlimited the range has no length, and steps of its list are counted.
        """
        if math.isinf(self.width):
            here, there = self.values.index(self.value), self.values.index(value)
            return abs(there - here) / (len(self.values) - 1)
        return abs(size(value) - size(self.value)) / self.width


def size(value: Term) -> float:
    """A value of a term as a number."""
    return math.inf if isinstance(value, str) else float(value)


def levers(treaty: Treaty, *, facts: bool = False) -> tuple[tuple[Lever, ...], Mapping[str, str]]:
    """What may be changed, in the order of the file, and why other terms may not, by path.

    ``facts``  also what the treaty cannot set: the numbers of parties, matters, events and the environment.
    """
    found: dict[str, Lever] = {}
    skipped: dict[str, str] = {}
    space = design_space(treaty)
    numbers = {number.path: number for number in treaty.numbers()}
    for path, article, value in _terms(treaty, facts):
        opened = space.get(path)
        try:
            if isinstance(value, Quantity | float):
                lever = _of_number(treaty, numbers[path], opened)
            else:
                lever = _of_whole(path, article, value, opened, partial(_accepted, treaty, path))
        except _NoRange as reason:
            skipped[path] = str(reason)
        else:
            found[path] = lever
    for path in space:
        if path not in found and path not in skipped:
            skipped[path] = "is no number; write a variant for each of its values"
    return tuple(found.values()), skipped


def chosen(treaty: Treaty, paths: tuple[str, ...], *, facts: bool = False) -> tuple[Lever, ...]:
    """The levers at some paths; raises ``ValueError`` if one of them is none."""
    known, skipped = levers(treaty, facts=facts)
    by_path = {lever.path: lever for lever in known}
    for path in paths:
        if path in skipped:
            raise ValueError(f"{path} {skipped[path]}")
        if path not in by_path:
            others = {lever.path for lever in levers(treaty, facts=True)[0]}
            if path in others:
                raise ValueError(f"{path} is no term that negotiators write; add --facts to move it all the same")
            raise ValueError(
                f"{path!r} is no number of the treaty that can be moved; {choose_from(path, by_path, 'these can')}"
            )
    return tuple(by_path[path] for path in paths)


class _NoRange(Exception):
    """Why a term cannot be moved."""


def _terms(treaty: Treaty, facts: bool) -> Iterator[tuple[str, str, Any]]:
    """Path, article and value of every number and whole number that may be moved."""
    for provision in treaty.provisions:
        if facts or not provision.environment:
            for path, value in _within(provision, treaty.path_of(provision)):
                yield path, provision.article, value
    if facts:
        for kind, blocks in (("party", treaty.parties), ("matter", treaty.matters), ("event", treaty.events)):
            for block in blocks:
                for path, value in _within(block, f"{kind}.{block.id}"):
                    yield path, "-", value


def _within(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Quantity) or _numeric((value,)):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name != "design" and not names_something(type(value), name):
                yield from _within(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _within(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _within(item, f"{path}.{k}")


def _numeric(values: tuple[Any, ...] | None) -> list[Term]:
    """The numbers, and "unlimited", among the values that a file opens to a design search."""
    return [
        value
        for value in values or ()
        if value == UNLIMITED or (isinstance(value, int | float) and not isinstance(value, bool))
    ]


def _of_number(treaty: Treaty, number: NamedNumber, opened: tuple[Any, ...] | None) -> Lever:
    """A quantity: between the ends that its range and its design name together, else 0 to 1, else up to twice."""
    ends = [end for end in (number.low, number.high) if end is not None]
    tried = [float(value) for value in _numeric(opened) if not isinstance(value, str)]
    whence = " and ".join([*(["its range"] if ends else []), *(["its design values"] if tried else [])])
    accepted = partial(_accepted, treaty, number.path)
    if not whence:
        ends, whence = _usual(number.value, accepted)
    low, high = min([number.value, *ends, *tried]), max([number.value, *ends, *tried])
    if low == high:
        raise _NoRange("has no range: give it low and high, or values to try by design")
    values = {*_evenly(number.value, low), *_evenly(number.value, high), number.value, *tried}
    return Lever(number.path, number.article, "number", number.value, _legal(number.value, values, accepted), whence)


def _legal(value: Term, values: set[Any], accepted: Callable[[Any], bool]) -> tuple[Any, ...]:
    """The values with which the text is a treaty, in ascending order."""
    legal = tuple(other for other in sorted(values, key=size) if other == value or accepted(other))
    if len(legal) == 1:
        raise _NoRange("can have no other value as long as the rest of the text stays")
    return legal


def _usual(value: float, accepted: Callable[[float], bool]) -> tuple[list[float], str]:
    """The range of a number of which the file names none."""
    if 0 <= value <= 1 and not accepted(1.5):
        return [0.0, 1.0], "0 to 1"
    return [0.0, 2 * value], "0 to twice its value"


def _accepted(treaty: Treaty, path: str, value: Term) -> bool:
    try:
        with_terms(treaty, {path: value})
    except TreatyFileError:
        return False
    return True


def _evenly(value: float, end: float) -> list[float]:
    """The points of one side; none if it has no length."""
    return [value + (end - value) * k / POINTS for k in range(1, POINTS)] + [end] if end != value else []


def _of_whole(
    path: str, article: str, value: Term, opened: tuple[Any, ...] | None, accepted: Callable[[Term], bool]
) -> Lever:
    """A whole number: the values that its design names, else all from 0 to twice its own.

    Where these are more than twice the usual points a side, so many of them are tried, evenly, and the flip is found
    between two of them.
    """
    tried = _numeric(opened)
    if tried:
        return Lever(path, article, "listed", value, _legal(value, {*tried, value}, accepted), "its design values")
    if isinstance(value, str):
        raise _NoRange("is unlimited: name values to try by design")
    if value == 0:
        raise _NoRange("is 0: name values to try by design")
    sides = [_whole_side(int(value), end) for end in (0, 2 * int(value))]
    found = _legal(value, {value, *sides[0], *sides[1]}, accepted)
    return Lever(path, article, "whole", value, found, "0 to twice its value")


def _whole_side(value: int, end: int) -> list[int]:
    step = 1 if end > value else -1
    every = list(range(value + step, end + step, step))
    if len(every) <= 2 * POINTS:
        return every
    return [value + round((end - value) * k / (2 * POINTS)) for k in range(1, 2 * POINTS + 1)]


def whole_list(lever: Lever) -> bool:
    """Every value between the ends that the term can have is among those that are tried."""
    return lever.kind == "listed" or (
        lever.kind == "whole" and all(size(b) - size(a) == 1 for a, b in pairwise(lever.values))
    )
