"""The smallest change of two terms together that makes full compliance hold.

Each pair is tried on a grid, nearest to the text first, where neither term alone needs less; the nearest pair of values
that holds is narrowed along the way from the text, and both its sides are proved.  Islands between the values tried are
not excluded.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import final

from games.numerics.progress import Progress
from treaties.sweeping.levers import Lever, Term, size
from treaties.sweeping.moves import Moved, Pairs, Together, Values
from treaties.sweeping.places import Along, Moving
from treaties.sweeping.proved_search import ProvedSearch, Text, firm
from treaties.sweeping.workers import each_of

STEPS = 4
"""Values that are tried on each side of the text's own, for each of two terms: a grid of nine by nine."""
MOST_PAIRS = 250
"""More pairs are not tried."""


@final
@dataclass(frozen=True)
class _Pair:
    """Two terms, and what a change of them together may take at most to be worth telling."""

    levers: tuple[Lever, Lever]
    bound: float

    @property
    def path(self) -> str:
        return " and ".join(lever.path for lever in self.levers)

    def points(self) -> Iterator[tuple[float, Values]]:
        """Pairs of values of which both differ from the text's, the smallest change first."""
        near = [[(lever.share(value), value) for value in coarse(lever)] for lever in self.levers]
        found = [(a + b, (first, second)) for (a, first), (b, second) in product(*near)]
        yield from sorted((one for one in found if one[0] < self.bound), key=lambda one: one[0])


def coarse(lever: Lever) -> tuple[Term, ...]:
    """The values of a term that are tried with those of another: up to four a side, the end of its range among them."""
    picked: list[Term] = []
    for side in lever.sides:
        if lever.kind == "number" and side:
            here, end = size(lever.value), size(side[-1])
            picked += [here + (end - here) * k / STEPS for k in range(1, STEPS)] + [side[-1]]
        else:
            count = min(STEPS, len(side))
            picked += [side[math.ceil((k + 1) * len(side) / count) - 1] for k in range(count)]
    return tuple(picked)


def pairs_of(
    text: Text, moved: Sequence[Moved], budget: float | None, workers: int, progress: Progress | None
) -> Pairs:
    """What moving two terms together does, the smallest change first.

    ``moved``   what each term does alone;  ``budget`` seconds after which no pair is begun any more.
    """
    until = None if budget is None else time.monotonic() + budget
    every = [_Pair((one.lever, other.lever), min(one.share, other.share)) for one, other in combinations(moved, 2)]
    found = each_of(partial(_together, text, until), {one.path: one for one in every[:MOST_PAIRS]}, workers, progress)
    in_time = [one for one in found if one is not None]
    return Pairs(tuple(sorted(in_time, key=lambda one: one.share)), len(every))


def _together(text: Text, until: float | None, pair: _Pair) -> Together | None:
    """What a pair does; None if time is up before it is begun."""
    if until is not None and time.monotonic() > until:
        return None
    moving, tried, undecided = Moving(text.treaty, pair.levers), 0, 0
    for share, values in pair.points():
        judge, world = moving.among(values)
        outcome = firm(judge, world, judge.judge(world, quick=True), text.margin)
        verdict = text.told(outcome)
        tried += verdict != "no treaty"
        undecided += verdict == "undecided"
        if verdict == "yes":
            return _narrowed(text, moving, pair.levers, values, share, (tried, undecided))
    return Together(pair.levers, tried=tried, undecided=undecided)


def _narrowed(
    text: Text, moving: Moving, levers: tuple[Lever, Lever], values: Values, share: float, counts: tuple[int, int]
) -> Together:
    """The pair of values that holds, moved back towards the text as far as it does; whole numbers stay as they are."""
    first, second = (
        lever.value if lever.kind == "number" else value for lever, value in zip(levers, values, strict=True)
    )
    way = Along(moving, (first, second), values)
    lever = Lever(" and ".join(lever.path for lever in levers), "-", "number", 0.0, (0.0, 1.0), "the way there")
    judge, world = way.at(0.0)
    search = ProvedSearch(text, lever, way, judge.judge(world, quick=True))
    still = sum(one.share(value) for one, value in zip(levers, way.start, strict=True))
    flips = search.flips() if any(one.kind == "number" for one in levers) else ()
    if not flips:
        proved = search.proves(1.0) == "yes"
        return Together(levers, values, None, (False, proved), share, search.cost(1.0), *counts)
    flip = flips[0]
    return Together(
        levers,
        way.pair(flip.holds),
        None if flip.fails is None else way.pair(flip.fails),
        flip.proved,
        still + flip.share * (share - still),
        flip.cost,
        *counts,
    )
