"""The worlds in which a design breaks: a box of a few quantities that holds many of the failures and little else.

The box is found in the first half of the worlds (5,000 at most), by the patient rule induction method: peel off the
twentieth of one quantity's draws without which failures are most frequent, again and again, and choose a box on the
way.  It is then fitted again to the few quantities that matter.  What is told of it is counted in the other worlds,
which had no part in finding it.  Only the order of a quantity's draws counts.

Sources: Friedman and Fisher (1999) for the method; Bryant and Lempert (2010) for coverage, density, and the chance that
a restriction does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.findings.amounts import listed
from treaties.findings.quantities import NumberWords
from treaties.sweeping.sample import Sample

PEELED = 0.05
"""Share of the worlds in a box that one step peels off."""
MOST = 3
"""Restrictions that a reader can keep in mind."""
FEWEST = 0.03
"""Boxes that hold a smaller share of the worlds are not looked at; nor are boxes of fewer than ``WORLDS``."""
WORLDS = 10
RARE = 0.05
"""Failures that are rarer than this, or more frequent than one minus this, are not explained."""
CHANCE = 0.01
"""What chance brings about more often than this is not told."""
IDLE = 0.05
"""A restriction that does as much as this often by chance is dropped."""
WORTH = 0.15
"""Least score of a box that is told, and least share of the way from the base rate to certainty that it must go."""
REFITTED = 5
"""Quantities among which every choice is fitted again."""
SEARCHED = 5000
"""More worlds than this are not needed to find a box; all others count it."""
UNTOLD = {
    "rare": "it fails in fewer than 5 of 100 worlds",
    "frequent": "it fails in more than 95 of 100 worlds",
    "nothing": "no range of a few numbers stands out",
}
KEEP = 0.95
"""A quantity is dropped where the others alone do this much of what they do with it."""


@final
@dataclass(frozen=True)
class Limit:
    """A quantity between two ends, which belong to the box; None where it is free on that side."""

    path: str
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Any]:
        """One entry of ``limits``."""
        return {"path": self.path, "low": self.low, "high": self.high}

    def in_words(self, words: NumberWords) -> str:
        """Norland's discount factor is below 0.87."""
        ends = ["" if end is None else words.amount(self.path, end) for end in (self.low, self.high)]
        if self.low is None:
            side = f"below {ends[1]}"
        elif self.high is None:
            side = f"above {ends[0]}"
        else:
            side = f"between {ends[0]} and {ends[1]}"
        return f"{words.in_prose(self.path)} is {side}"


@final
@dataclass(frozen=True)
class Scenario:
    """Where a design breaks, or why that is not told.

    ``limits``     of the box, that which matters most first; empty where nothing stands out.
    ``coverage``   share of the failures that lie in the box;  ``density`` share of the box's worlds that fail;
                   ``mass`` share of all worlds that lie in it: counted in worlds that had no part in finding it.
    ``base``       share of all worlds that fail.
    ``undecided``  worlds that were left out.
    ``reason``     why there is no box, one of ``UNTOLD``; empty else.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    base: float
    worlds: int
    undecided: int
    reason: str = ""

    def to_json(self, words: NumberWords) -> dict[str, Any]:
        """One entry of ``discovery``."""
        return {
            "limits": [limit.to_json() for limit in self.limits],
            "coverage": self.coverage,
            "density": self.density,
            "mass": self.mass,
            "base": self.base,
            "worlds": self.worlds,
            "undecided": self.undecided,
            "reason": self.reason,
            "told": self.in_words(words),
        }

    def in_words(self, words: NumberWords) -> str:
        """In one sentence."""
        left = f"; {self.undecided:,} undecided worlds are left out" if self.undecided else ""
        if not self.worlds:
            return f"Where it breaks is not known: no world was decided{left}."
        if self.reason:
            return f"Where it breaks is not told: {UNTOLD[self.reason]}{left}."
        where = listed([limit.in_words(words) for limit in self.limits])
        return (
            f"It breaks when {where}: {round(100 * self.coverage)}% of the failures "
            f"({round(100 * self.density)}% of such worlds fail, {round(100 * self.base)}% of all){left}."
        )


def scenario(sample: Sample) -> Scenario:
    """Where a design breaks."""
    decided = sample.decided
    failed = sample.no[decided]
    worlds = len(failed)
    base = float(failed.mean()) if worlds else 0.0

    def nothing(reason: str) -> Scenario:
        return Scenario((), 0.0, 0.0, 0.0, base, worlds, sample.undecided, reason)

    if base < RARE:
        return nothing("rare")
    if base > 1 - RARE:
        return nothing("frequent")
    columns = {path: column[decided] for path, column in sample.columns.items()}
    half = min(worlds // 2, SEARCHED)
    box = discover({path: column[:half] for path, column in columns.items()}, failed[:half])
    others = {path: column[half:] for path, column in columns.items()}
    box = _confirmed(box, others, failed[half:])
    inside = _inside(box, others, worlds - half)
    count = _Count.of(inside, failed[half:])
    if not box or count.score < WORTH or count.gain < WORTH or count.chance > CHANCE:
        return nothing("nothing")
    return Scenario(box, count.coverage, count.density, count.mass, base, worlds, sample.undecided)


@final
@dataclass(frozen=True)
class _Count:
    """Worlds and failures, in all and in a box."""

    worlds: int
    failures: int
    within: int
    failing: int

    @staticmethod
    def of(inside: Bools, failed: Bools) -> _Count:
        return _Count(len(failed), int(failed.sum()), int(inside.sum()), int((inside & failed).sum()))

    @property
    def coverage(self) -> float:
        return self.failing / self.failures if self.failures else 0.0

    @property
    def density(self) -> float:
        return self.failing / self.within if self.within else 0.0

    @property
    def mass(self) -> float:
        return self.within / self.worlds if self.worlds else 0.0

    @property
    def gain(self) -> float:
        """How far of the way from the base rate to certainty the box goes."""
        if not 0 < self.failures < self.worlds:
            return 0.0
        base = self.failures / self.worlds
        return (self.density - base) / (1 - base)

    @property
    def score(self) -> float:
        """Coverage times density, the latter counted from the base rate: none of the box of all worlds."""
        return self.coverage * self.gain

    @property
    def chance(self) -> float:
        """That so many worlds drawn blindly held so many failures (hypergeometric)."""
        from scipy.stats import hypergeom

        return float(hypergeom.sf(self.failing - 1, self.worlds, self.failures, self.within))


def discover(columns: Mapping[str, Floats], failed: Bools) -> tuple[Limit, ...]:
    """The box that scores best, of three quantities at most; empty if no box scores.

    ``columns``  Float[worlds] by path;  ``failed`` Bool[worlds].
    """
    box = _peeled(columns, failed)
    while box:
        score = _score(box, columns, failed)
        fewer = [tuple(one for one in box if one != limit) for limit in box]
        if len(box) <= REFITTED:
            fewer = [_peeled({limit.path: columns[limit.path] for limit in others}, failed) for others in fewer]
        scores = [_score(one, columns, failed) for one in fewer]
        best = int(np.argmax(scores))
        if len(box) <= MOST and scores[best] < KEEP * score:
            break
        box = fewer[best]
    return tuple(sorted(box, key=lambda limit: _score([one for one in box if one != limit], columns, failed)))


def _peeled(columns: Mapping[str, Floats], failed: Bools) -> tuple[Limit, ...]:
    """The best box on the way of peeling; empty if it is the box of all worlds."""
    columns = {path: columns[path] for path in sorted(columns)}  # so that ties end alike in whatever order they come
    paths, worlds = list(columns), len(failed)
    least = max(WORLDS, FEWEST * worlds)
    low = dict.fromkeys(paths, -np.inf)
    high = dict.fromkeys(paths, np.inf)
    inside = np.arange(worlds)
    best, chosen = 0.0, {path: (-np.inf, np.inf) for path in paths}
    while len(inside) > least:
        step = _step(columns, failed, inside)
        if step is None or len(step[0]) < least:
            break
        inside, path, end, below = step
        (low if below else high)[path] = end
        mask = np.zeros(worlds, dtype=bool)
        mask[inside] = True
        score = _Count.of(mask, failed).score
        if score > best:
            best, chosen = score, {p: (low[p], high[p]) for p in paths}
    return tuple(
        Limit(path, None if np.isinf(start) else float(start), None if np.isinf(end) else float(end))
        for path, (start, end) in chosen.items()
        if not (np.isinf(start) and np.isinf(end))
    )


def _step(
    columns: Mapping[str, Floats], failed: Bools, inside: np.ndarray[Any, np.dtype[np.intp]]
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], str, float, bool] | None:
    """The worlds that are left when that end is peeled off after which failures are most frequent, and where it ends.

    None where no quantity can be peeled any more.  Draws that are equal stay together, and those at the new end stay.
    """
    count = len(inside)
    off = max(1, int(PEELED * count))
    found, most = None, -1.0
    for path, column in columns.items():
        values = column[inside]
        ends = np.partition(values, (off, count - 1 - off))
        for end, below in ((float(ends[off]), True), (float(ends[count - 1 - off]), False)):
            left = values >= end if below else values <= end
            kept = int(left.sum())
            if kept == count:
                continue
            share = float(failed[inside[left]].sum()) / kept
            if share > most:
                found, most = (left, path, end, below), share
    if found is None:
        return None
    left, path, end, below = found
    return inside[left], path, end, below


def _inside(box: Sequence[Limit], columns: Mapping[str, Floats], worlds: int) -> Bools:
    """Bool[worlds]: which lie in a box."""
    inside: Bools = np.ones(worlds, dtype=bool)
    for limit in box:
        if limit.low is not None:
            inside &= columns[limit.path] >= limit.low
        if limit.high is not None:
            inside &= columns[limit.path] <= limit.high
    return inside


def _score(box: Sequence[Limit], columns: Mapping[str, Floats], failed: Bools) -> float:
    return _Count.of(_inside(box, columns, len(failed)), failed).score


def _confirmed(box: tuple[Limit, ...], columns: Mapping[str, Floats], failed: Bools) -> tuple[Limit, ...]:
    """The box without restrictions that do nothing in these worlds.

    A restriction is dropped if the box would be as dense by chance without it, more often than in one of twenty
    cases: the quasi-p-value of Bryant and Lempert (2010).
    """
    from scipy.stats import binom

    while box:
        within = _Count.of(_inside(box, columns, len(failed)), failed)
        chances = []
        for limit in box:
            without = _Count.of(_inside([one for one in box if one != limit], columns, len(failed)), failed)
            chances.append(float(binom.sf(within.failing - 1, within.within, without.density)))
        worst = int(np.argmax(chances))
        if chances[worst] <= IDLE:
            break
        box = tuple(limit for limit in box if limit != box[worst])
    return box
