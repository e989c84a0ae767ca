"""A treaty with other values of one or two of its terms, compiled as seldom as that allows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, final

from treaties.bargaining.designs import Design
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import with_terms
from treaties.sweeping.draws import Span
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.levers import Lever, Term, size


class Places(ABC):
    """Where a treaty stands along the values of a lever."""

    @abstractmethod
    def at(self, value: Term) -> tuple[DesignJudge, Mapping[str, float]]:
        """Who judges it there, and in which world."""


@final
class Moving(Places):
    """Terms moved freely, those that are amounts or chances without compiling anew."""

    def __init__(self, treaty: Treaty, levers: tuple[Lever, ...]) -> None:
        self.treaty, self.levers = treaty, levers
        self._numbers = tuple(lever for lever in levers if lever.kind == "number")
        self._known: tuple[dict[str, Any], DesignJudge] | None = None

    def at(self, value: Term) -> tuple[DesignJudge, Mapping[str, float]]:
        """With a value of the only term."""
        return self.among((value,))

    def among(self, values: tuple[Term, ...]) -> tuple[DesignJudge, Mapping[str, float]]:
        """With a value of each term."""
        told = dict(zip((lever.path for lever in self.levers), values, strict=True))
        numbers = {lever.path: size(told[lever.path]) for lever in self._numbers}
        others = {path: value for path, value in told.items() if path not in numbers}
        if self._known is None or self._known[0] != others:
            self._known = others, self._judge(others)
        return self._known[1], numbers

    def _judge(self, others: Mapping[str, Term]) -> DesignJudge:
        # The text's own range no longer applies: what a term may be is the lever's to say.
        plain = with_terms(self.treaty, {lever.path: lever.value for lever in self._numbers})
        spans = {
            lever.path: Span(lever.path, size(lever.value), size(lever.ends[0]), size(lever.ends[1]))
            for lever in self._numbers
        }
        name = ", ".join(f"{path} = {value}" for path, value in others.items()) or "moved"
        return DesignJudge(plain, Design(name, Variant(name="moved", set=dict(others)) if others else None), spans)


@final
class Along(Places):
    """Two terms moved together, from one pair of values to another: at 0 the first, at 1 the second."""

    def __init__(self, moving: Moving, start: tuple[Term, Term], end: tuple[Term, Term]) -> None:
        self.moving, self.start, self.end = moving, start, end

    def at(self, value: Term) -> tuple[DesignJudge, Mapping[str, float]]:
        """At so much of the way."""
        return self.moving.among(self.pair(value))

    def pair(self, value: Term) -> tuple[Term, Term]:
        """The values of both terms there."""
        first, second = (
            b if a == b else size(a) + (size(b) - size(a)) * size(value) if size(value) < 1 else b
            for a, b in zip(self.start, self.end, strict=True)
        )
        return first, second
