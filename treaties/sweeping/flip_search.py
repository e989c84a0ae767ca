"""Along the values of a term: where the answer flips nearest to the text, and between which two values.

The values tried are looked through first, from the text's on; what lies between two of them is then bisected.  Islands
that are narrower than the distance between two values tried are not excluded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, final

from treaties.sweeping.judging import Verdict
from treaties.sweeping.levers import Lever, Term, size

SHARP = 0.01
"""An end of what is undecided need not be known more closely than this share of its length."""

Direction = Literal["raise", "lower", "keep"]


@final
@dataclass(frozen=True)
class Bracket:
    """The flip nearest to the text on one side of it.

    ``holds``  the last value found to hold, ``fails`` the first to fail; None if none was found (what lies there is
               undecided).  ``way`` the values tried on this side, the text's first.
    """

    direction: Direction
    holds: Term
    fails: Term | None
    way: tuple[Term, ...]


@final
@dataclass(frozen=True)
class FlipSearch:
    """One term, and what becomes of the treaty with each of its values.

    ``near``  share of the term's range to which a flip is narrowed.
    """

    lever: Lever
    verdict: Callable[[Term], Verdict]
    near: float

    def brackets(self) -> Iterator[Bracket]:
        """Below the text's value and above it, where there is a flip."""
        directions: tuple[Direction, ...] = ("lower", "raise")
        for direction, side in zip(directions, self.lever.sides, strict=True):
            way = [value for value in (self.lever.value, *side) if self.verdict(value) != "no treaty"]
            found = self._first_flip(way)
            if found is not None:
                holds, fails = found
                yield Bracket(direction, holds, fails, tuple(way))

    def _first_flip(self, way: Sequence[Term]) -> tuple[Term, Term | None] | None:
        """The values on either side of the flip nearest to the text, along the values tried, the text's first.

        What lies between them is undecided, or too narrow to matter.
        """
        told = [self.verdict(value) for value in way]
        if told[0] == "yes":
            gone = next((k for k, verdict in enumerate(told) if verdict == "no"), None)
            if gone is None:
                return None
            left = told[:gone].index("undecided") if "undecided" in told[:gone] else gone
            holds, beyond = self._edge(way[left - 1], way[left], "yes")
            if left == gone and self.verdict(beyond) == "no":
                return holds, beyond
            fails, _ = self._edge(way[gone], beyond if left == gone else way[gone - 1], "no")
            return holds, fails
        if "yes" not in told:
            return None
        reached = told.index("yes")
        holds, beyond = self._edge(way[reached], way[reached - 1], "yes")
        if self.verdict(beyond) == "no":
            return holds, beyond
        failing = [k for k in range(reached) if told[k] == "no"]
        if not failing:
            return holds, None
        last = failing[-1]
        fails, _ = self._edge(way[last], beyond if last == reached - 1 else way[last + 1], "no")
        return holds, fails

    def _edge(self, inside: Term, outside: Term, verdict: Verdict) -> tuple[Term, Term]:
        """Two values close to one another between these, the first with a verdict that the other has not."""
        if self.lever.kind == "listed":
            return inside, outside
        near = 1.0 if self.lever.kind == "whole" else self.near * self.lever.width
        first: Term | None = None
        while abs(size(outside) - size(inside)) > near:
            if self.verdict(outside) != "undecided":
                first = None
            elif first is None:
                first = outside
            elif abs(size(outside) - size(inside)) < SHARP * abs(size(first) - size(outside)):
                break
            middle = middle_of(self.lever, inside, outside)
            if middle in (inside, outside):
                break
            if self.verdict(middle) == verdict:
                inside = middle
            else:
                outside = middle
        return inside, outside


def middle_of(lever: Lever, one: Term, other: Term) -> Term:
    """Half-way between two values, a whole number where the term is one."""
    middle = (size(one) + size(other)) / 2
    return math.floor(middle) if lever.kind == "whole" else middle
