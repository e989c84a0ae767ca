"""Why a design holds or fails: each clause is taken out in turn, in all designs of a page.

For a thousand designs this has to be cheap.  The kernel compiles designs of one structure once; and what is left when a
clause is taken out is the same for all designs that differ in that clause alone.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.numerics.progress import Progress
from treaties.bargaining.designs import Design
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty, Variant
from treaties.playing.designs import Grid
from treaties.sweeping.draws import Span
from treaties.sweeping.judging import DesignJudge, Outcome

SAME = 1e-9
"""Of the larger figure: what differs by less is the same."""

KEPT = 16
"""Structures that stay compiled: those of one design, with each of its clauses taken out."""

_Key = tuple[str, tuple[tuple[str, Any], ...]]


@final
@dataclass(frozen=True)
class Reason:
    """Which clauses decide about a design, and which change nothing in it, by their numbers in ``clauses_of``.

    ``decide``  without one of them alone the verdict would be the opposite.
    ``idle``    without one of them alone verdict, margin and values would be the same.
    """

    decide: tuple[int, ...]
    idle: tuple[int, ...]


def clauses_of(treaty: Treaty) -> tuple[Provision, ...]:
    """The clauses that are taken out in turn: those that negotiators write."""
    return tuple(clause for clause in treaty.provisions if not clause.environment)


@final
class Kernel:
    """Designs of a grid, whole or without a clause, as the kernel judges them."""

    def __init__(self, grid: Grid, *, quick: bool = False) -> None:
        """``quick``  leave undecided what the screen leaves undecided."""
        self._grid, self._quick = grid, quick
        self._judges: OrderedDict[_Key, DesignJudge] = OrderedDict()
        self._found: dict[_Key, Outcome] = {}

    def judge(self, number: int, without: Provision | None = None) -> Outcome:
        """What becomes of a design, without one of the treaty's clauses if one is named."""
        treaty = self._grid.treaty
        gone = "" if without is None else treaty.path_of(without)
        terms = {axis.path: value for axis, value in zip(self._grid.axes, self._values(number), strict=True)
                 if axis.clause is not without}  # fmt: skip
        key = gone, tuple(terms.items())
        if key not in self._found:
            self._found[key] = self._judge(gone, terms)
        return self._found[key]

    def _values(self, number: int) -> Iterator[Any]:
        return iter(self._grid.terms(number).values())

    def _judge(self, gone: str, terms: dict[str, Any]) -> Outcome:
        numbers = {path: float(value) for path, value in terms.items() if path in self._grid.spans}
        shape = {path: value for path, value in terms.items() if path not in numbers}
        key = gone, tuple(shape.items())
        if key not in self._judges:
            own = {number.path: number.value for number in self._grid.treaty.numbers()}
            spans = {path: Span(path, own[path], *self._grid.spans[path]) for path in numbers}
            variant = Variant(name="as drafted", set=shape, remove=(gone,) if gone else ()) if shape or gone else None
            self._judges[key] = DesignJudge(self._grid.treaty, Design("as drafted", variant), spans)
            while len(self._judges) > KEPT:
                self._judges.popitem(last=False)
        self._judges.move_to_end(key)
        judge = self._judges[key]
        return judge.judge({path: numbers[path] for path in judge.paths}, quick=self._quick)


def reasons(grid: Grid, kernel: Kernel, progress: Progress | None = None) -> list[Reason]:
    """Why each design of a grid holds or fails."""
    clauses, found = clauses_of(grid.treaty), dict[int, Reason]()
    # Of one structure after the other: what is compiled is then needed no more.
    for number in sorted(range(len(grid)), key=lambda k: grid.designs[k].family):
        own = kernel.judge(number)
        others = [kernel.judge(number, clause) for clause in clauses]
        found[number] = Reason(
            tuple(k for k, other in enumerate(others) if {own.verdict, other.verdict} == {"yes", "no"}),
            tuple(k for k, other in enumerate(others) if _alike(own, other)),
        )
        if progress is not None:
            progress(f"taking out each clause, design {len(found):,} of {len(grid):,}", len(found) / len(grid))
    return [found[number] for number in range(len(grid))]


def _alike(one: Outcome, other: Outcome) -> bool:
    """Whether nothing that is told of two treaties differs; of what is undecided nothing is told."""
    if one.verdict != other.verdict or one.verdict not in ("yes", "no"):
        return False
    if (one.margin is None) != (other.margin is None):
        return False
    mine, its = (np.array([found.margin or 0.0, *found.values]) for found in (one, other))
    return len(mine) == len(its) and bool(np.allclose(mine, its, rtol=SAME, atol=SAME))
