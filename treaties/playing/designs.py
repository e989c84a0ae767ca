"""The designs that a student can draft: a grid of clause terms, small enough to be judged in advance.

The axes are the terms that the file opens to a design search, and those that its variants change; where there are none,
the numbers of clauses that may be moved.  A draft has at most ``CARDS`` clauses.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, final

from treaties.bargaining.designs import Design
from treaties.bargaining.families import families, open_numbers
from treaties.compiling.template import Span
from treaties.findings.amounts import listed
from treaties.model.errors import TreatyFileError
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty, Variant
from treaties.reading.paths import PathError
from treaties.reading.variants import design_space, lookup_in, with_terms
from treaties.sweeping.levers import UNLIMITED, levers

CARDS = 5
"""Clauses of a draft: more are not read in a class."""
MOST_DESIGNS = 1000
"""Designs of one page, unless more are asked for."""
FEW = 6
"""Designs with fewer of which a class soon is through."""
OF_A_LEVER = 5
"""Values of a number for which the file names none: both ends, the text's own, and two between."""


@final
@dataclass(frozen=True)
class Axis:
    """A term of a clause and the values that a draft may give it, as files write them, the text's own among them."""

    path: str
    clause: Provision
    values: tuple[Any, ...]
    at: int


@final
@dataclass(frozen=True)
class Grid:
    """All designs of a page: every combination of the values of the axes, the last axis moving fastest.

    ``size``   of the grid that the file opens, of which this may be a part.
    ``notes``  for readers: how the axes were found, and what was left out.
    """

    treaty: Treaty
    axes: tuple[Axis, ...]
    size: int
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return prod(len(axis.values) for axis in self.axes)

    @property
    def text(self) -> int:
        """The number of the design that is the text as it stands."""
        return self.number([axis.at for axis in self.axes])

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """By how much the number of a design grows with the place on each axis."""
        return tuple(prod(len(axis.values) for axis in self.axes[k + 1 :]) for k in range(len(self.axes)))

    def number(self, places: Sequence[int]) -> int:
        """The number of a design, by its place on every axis."""
        return sum(place * stride for place, stride in zip(places, self.strides, strict=True))

    def places(self, number: int) -> tuple[int, ...]:
        """The place of a design on every axis."""
        return tuple((number // stride) % len(axis.values)
                     for axis, stride in zip(self.axes, self.strides, strict=True))  # fmt: skip

    def terms(self, number: int) -> dict[str, Any]:
        """What a design writes in place of the text's terms, by path."""
        return {axis.path: axis.values[k] for axis, k in zip(self.axes, self.places(number), strict=True)}

    def along(self, number: int, axis: int) -> Iterator[int]:
        """The designs that differ from one in the term of one axis alone, itself left out."""
        stride = self.strides[axis]
        here = (number // stride) % len(self.axes[axis].values)
        return (number + (k - here) * stride for k in range(len(self.axes[axis].values)) if k != here)

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The axes that are numbers in which designs of one structure differ, and between what they lie."""
        return open_numbers(self.treaty, {axis.path: axis.values for axis in self.axes})

    @cached_property
    def designs(self) -> tuple[Design, ...]:
        """Every design, by its number."""
        points = [self.terms(k) for k in range(len(self))]
        return tuple(
            Design(", ".join(f"{path} = {value}" for path, value in terms.items()),
                   Variant(name=f"design {k + 1}", set=terms), family, self.spans)
            for k, (terms, family) in enumerate(zip(points, families(points, self.spans), strict=True))
        )  # fmt: skip


def grid_of(treaty: Treaty, most: int = MOST_DESIGNS, seed: int = 0) -> Grid:
    """The grid of a page, of ``most`` designs at most.

    A larger grid is thinned axis by axis, the longest first: of what is kept one is the text's own value, the others
    are drawn by ``seed``, one from each of equal parts of the axis.

    Raises ``ValueError`` where nothing can be changed, or ``most`` leaves no choice.
    """
    axes = list(_axes(treaty))
    notes: list[str] = []
    if not axes:
        axes = list(_moved(treaty))
        notes.append("The file opens no terms, so numbers of its clauses are moved: between the ends of their ranges.")
    if not axes:
        raise ValueError(
            "no clause has a term that a draft could change; open one with design = { term_years = [1, 2, 5] }, say, "
            "or write variants"
        )
    clauses = list(dict.fromkeys(axis.clause.label for axis in axes))
    if len(clauses) > CARDS:
        notes.append(f"A draft has {CARDS} clauses; {listed(clauses[CARDS:])} stay as in the text.")
        axes = [axis for axis in axes if axis.clause.label in clauses[:CARDS]]
    size = prod(len(axis.values) for axis in axes)
    thin = [_thinned(axis, count, seed) for axis, count in zip(axes, _counts(axes, most), strict=True)]
    axes = [axis for axis in thin if len(axis.values) > 1]
    if not axes:
        raise ValueError(f"{most} designs leave nothing to choose; ask for more")
    kept = prod(len(axis.values) for axis in axes)
    if kept < size:
        notes.append(f"The file opens {size:,} designs; here are {kept:,}, spread over all of them (seed {seed}).")
    if size < FEW:
        notes.append(f"The file opens {size} designs only; open more terms with design = {{ ... }} for a class.")
    return Grid(treaty, tuple(axes), size, tuple(notes))


def _axes(treaty: Treaty) -> Iterator[Axis]:
    """The terms that the file opens, with the values that variants give them as well."""
    values: dict[str, list[Any]] = {path: list(tried) for path, tried in design_space(treaty).items()}
    for variant in treaty.variants:
        for path, value in variant.set.items():
            values.setdefault(path, []).append(value)
    for path, tried in values.items():
        clause = _clause_of(treaty, path)
        if clause is not None and not clause.environment:
            yield from _axis(treaty, path, clause, tried)


def _clause_of(treaty: Treaty, path: str) -> Provision | None:
    return next((one for one in treaty.provisions if path.startswith(f"{treaty.path_of(one)}.")), None)


def _axis(treaty: Treaty, path: str, clause: Provision, tried: Sequence[Any]) -> Iterator[Axis]:
    """The axis of a term, if what it is in the text can be told and there is anything else that it may be."""
    try:
        own: Any = lookup_in(treaty)(path)
    except PathError:
        return
    own = getattr(own, "value", own)
    own = UNLIMITED if own is None else int(own) if isinstance(own, float) and own.is_integer() else own
    if not all(isinstance(value, int | float | str | bool) for value in (own, *tried)):
        return
    legal = [value for value in dict.fromkeys([own, *tried]) if value == own or _accepted(treaty, path, value)]
    if all(_size(value) is not None for value in legal):
        legal.sort(key=lambda value: _size(value) or 0.0)
    if len(legal) > 1:
        yield Axis(path, clause, tuple(legal), legal.index(own))


def _size(value: Any) -> float | None:
    if value == UNLIMITED:
        return math.inf
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _accepted(treaty: Treaty, path: str, value: Any) -> bool:
    try:
        with_terms(treaty, {path: value})
    except TreatyFileError:
        return False
    return True


def _moved(treaty: Treaty) -> Iterator[Axis]:
    """The numbers of clauses that may be moved, each with a few of its values."""
    for lever in levers(treaty)[0]:
        clause = _clause_of(treaty, lever.path)
        if clause is None:
            continue
        at, last = lever.values.index(lever.value), len(lever.values) - 1
        few = sorted({0, at // 2, at, (at + last) // 2, last})[:OF_A_LEVER]
        yield Axis(lever.path, clause, tuple(lever.values[k] for k in few), few.index(at))


def _counts(axes: Sequence[Axis], most: int) -> list[int]:
    """How many values each axis keeps, so that there are no more designs than asked for."""
    counts = [len(axis.values) for axis in axes]
    while prod(counts) > most:
        longest = max(range(len(counts)), key=lambda k: (counts[k], -k))
        if counts[longest] == 1:
            break
        counts[longest] -= 1
    return counts


def _thinned(axis: Axis, count: int, seed: int) -> Axis:
    """So many values of an axis: its own, and one drawn from each of equal parts of the others."""
    if count == len(axis.values):
        return axis
    draw = random.Random(f"{seed}:{axis.path}")
    others = [k for k in range(len(axis.values)) if k != axis.at]
    parts = [others[len(others) * j // (count - 1) : len(others) * (j + 1) // (count - 1)] for j in range(count - 1)]
    kept = sorted([axis.at, *(draw.choice(part) for part in parts)])
    return replace(axis, values=tuple(axis.values[k] for k in kept), at=kept.index(axis.at))
