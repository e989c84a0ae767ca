"""What could be traded: changes of two clauses, each welcome to another party, by which together every party gains.

Gains are of full compliance, average per period, over full compliance with the text.  They are first reckoned as the
sum of what each change does alone; the best of these are judged as they are, and those that are told are proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, final

import numpy as np

from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from treaties.advising.scan import Line, Scan
from treaties.findings.answer import Answer
from treaties.sweeping.judging import EFFORT, Outcome
from treaties.sweeping.levers import Term
from treaties.sweeping.moves import by_party
from treaties.sweeping.places import Moving
from treaties.sweeping.two_terms import coarse

MOST_TOLD = 3
MOST_TRIED = 24
"""So many packages are judged at most."""
MOST_CROSSING = 100
"""So many that cross a red line are passed over."""
OF_A_PAIR = 4
"""So many of them of the same two terms."""
GAIN = 1e-6
"""A gain that is a smaller share of what compliance is worth is none."""


@final
@dataclass(frozen=True)
class Change:
    """One term of a clause moved from the text's value to another.

    ``welcomed_by``  ids of the parties to which full compliance is worth more with this change alone.
    """

    path: str
    article: str
    before: Term
    after: Term
    welcomed_by: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One entry of ``clauses``."""
        return {
            "term": self.path,
            "article": self.article,
            "from": self.before,
            "to": self.after,
            "welcomed_by": list(self.welcomed_by),
        }


@final
@dataclass(frozen=True)
class Package:
    """Two changes with which full compliance holds, and is worth more to every party than that with the text.

    ``margin``   of the text with both, at least; None if not known.  ``values``, ``gains``  per party id, average per
    period.  ``proved``  whether exact arithmetic proved the verdict; only such packages are told.
    """

    clauses: tuple[Change, Change]
    verdict: Answer
    margin: float | None
    values: Mapping[str, float]
    gains: Mapping[str, float]
    proved: bool

    def to_json(self) -> dict[str, Any]:
        """One entry of ``packages``."""
        return {
            "clauses": [one.to_json() for one in self.clauses],
            "verdict": self.verdict,
            "margin": self.margin,
            "values": dict(self.values),
            "gains": dict(self.gains),
            "proved": self.proved,
        }


@final
@dataclass(frozen=True)
class _Candidate:
    """A value of a term, and by how much each party's worth of compliance goes up with it: Float[parties]."""

    line: Line
    value: Term
    gains: Floats


def packages(scan: Scan, progress: Progress | None = None) -> tuple[tuple[Package, ...], str]:
    """Packages of two changes, that of the greatest least gain first, and in words how many were tried, or why none.

    ``scan``  of the treaty; what is judged here stays there.
    """
    if scan.refusal:
        return (), scan.refusal
    before = np.array(scan.text.outcome.values)
    if len(before) == 0:
        return (), "it is not known what full compliance is worth to each party"
    said = progress or (lambda what, share: None)
    least = GAIN * max(float(np.abs(before).max()), 1.0)
    candidates = []
    for done, line in enumerate(scan.lines):
        said(f"what {line.lever.path} is worth", 0.7 * done / len(scan.lines))
        candidates += [one for one in _worth(scan, line, before) if np.abs(one.gains).max() > least]
    movers = len({one.line.lever.path for one in candidates})
    if movers < 2:
        told = "one term" if movers else "no term"
        return (), f"of the terms that negotiators write {told} changes what full compliance is worth to the parties"
    offers = sorted(_offers(scan, candidates, least), key=lambda offer: -float(_sum(offer).min()))
    return _told(scan, offers, before, least, said)


def _told(
    scan: Scan, offers: list[tuple[_Candidate, _Candidate]], before: Floats, least: float, said: Progress
) -> tuple[tuple[Package, ...], str]:
    """The packages among offers, the most promising first."""
    if not offers:
        return (), "no two changes that were tried bring every party more, as what one gains by them another loses"
    found: list[Package] = []
    tried: dict[tuple[str, str], int] = {}
    done: set[tuple[str, str]] = set()
    unproved = crossing = 0
    for offer in offers:
        pair = offer[0].line.lever.path, offer[1].line.lever.path
        if sum(tried.values()) >= MOST_TRIED or crossing >= MOST_CROSSING or len(found) >= MOST_TOLD or not scan.left:
            break
        if pair in done or tried.get(pair, 0) >= OF_A_PAIR:
            continue
        if scan.crossed(dict(zip(pair, (offer[0].value, offer[1].value), strict=True))):
            crossing += 1
            continue
        said(f"trading {' for '.join(pair)}", 0.7 + 0.3 * sum(tried.values()) / MOST_TRIED)
        tried[pair] = tried.get(pair, 0) + 1
        scan.spend(1.0)
        judge, world = Moving(scan.treaty, (offer[0].line.lever, offer[1].line.lever)).among(
            (offer[0].value, offer[1].value)
        )
        outcome = judge.judge(world, quick=True)
        if outcome.verdict != "yes" or not outcome.values or (np.array(outcome.values) - before).min() <= least:
            continue
        if judge.reprove(world, EFFORT)[0] != "yes":
            unproved += 1
            continue
        done.add(pair)
        found.append(_package(scan, offer, outcome, before))
    count = sum(tried.values())
    said_of = f"{count} of {len(offers)} packages that promise every party more were tried"
    if not count and not crossing:
        return (), f"what promises every party more was not tried, as {scan.why_short}"
    if unproved:
        said_of += f"; of {unproved} no proof was found that they hold"
    elif not found and count:
        said_of += "; none of them holds and brings every party more"
    if crossing:
        said_of += f"; {crossing} others cross a red line"
    return tuple(sorted(found, key=lambda one: -min(one.gains.values()))), said_of


def _worth(scan: Scan, line: Line, before: Floats) -> Iterator[_Candidate]:
    """What some values of a term are worth: those that were judged anyhow, and a few up to the ends of its range."""
    few = coarse(line.lever) if line.lever.kind == "number" else [end for side in line.lever.sides for end in side[-1:]]
    for value in few:
        if scan.left:
            scan.judged(line, value)
    for value, outcome in line.found.items():
        if value != line.lever.value and outcome.values and outcome.verdict in ("yes", "no", "undecided"):
            yield _Candidate(line, value, np.array(outcome.values) - before)


def _offers(scan: Scan, candidates: list[_Candidate], least: float) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Two changes of different clauses, each welcome to a party that the other does not serve."""
    for one, other in combinations(candidates, 2):
        if _clause(scan, one) == _clause(scan, other):
            continue
        welcome, answered = one.gains > least, other.gains > least
        if (welcome & ~answered).any() and (answered & ~welcome).any() and bool((_sum((one, other)) > least).all()):
            yield one, other


def _clause(scan: Scan, one: _Candidate) -> str:
    """The clause that a term is in."""
    paths = (scan.treaty.path_of(clause) for clause in scan.treaty.provisions)
    return next(path for path in paths if one.line.lever.path.startswith(f"{path}."))


def _sum(offer: tuple[_Candidate, _Candidate]) -> Floats:
    return np.asarray(offer[0].gains + offer[1].gains)


def _package(scan: Scan, offer: tuple[_Candidate, _Candidate], outcome: Outcome, before: Floats) -> Package:
    values = np.array(outcome.values)
    first, second = (_change(scan, one) for one in offer)
    return Package(
        (first, second),
        "sustainable",
        outcome.margin,
        by_party(scan.treaty, values.tolist()),
        by_party(scan.treaty, (values - before).tolist()),
        proved=True,
    )


def _change(scan: Scan, one: _Candidate) -> Change:
    lever = one.line.lever
    glad = tuple(party.id for party, gain in zip(scan.treaty.parties, one.gains, strict=True) if gain > 0)
    return Change(lever.path, lever.article, lever.value, one.value, glad)
