"""The inverse question: what is the smallest change of one term that makes full compliance hold, or breaks it?

Each term is moved by itself, all others as in the text.  Its range is scanned first; the flip nearest to the text is
then narrowed by bisection, and both its sides are proved in exact arithmetic.  Islands that are narrower than the
distance between two values tried are not excluded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, final

from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import with_terms
from treaties.sweeping.draws import Span
from treaties.sweeping.judging import EFFORT, DesignJudge, Outcome, Verdict
from treaties.sweeping.levers import Lever, Term, chosen, levers, size

NARROW = 1e-8
"""Share of a term's range to which a flip is narrowed in floating point."""
WIDER = 4.0
"""Where a side so close to the flip cannot be proved, one so many times farther from it is tried."""
EXACT_STEPS = 3
"""Halvings, by the slow methods, of what is left between two sides that were proved."""

Direction = Literal["raise", "lower"]
Answer = Literal["fixes", "breaks", "no tried value helps", "no tried value breaks it", "undecided"]


@final
@dataclass(frozen=True)
class Flip:
    """Where a term's change flips the answer, on one side of the text's value.

    ``holds``      the last value found to hold, ``fails`` the first to fail; None if none was found (what lies there
                   is undecided).  ``proved``  whether each of them was proved in exact arithmetic.
    ``cost``       per party, by how much its average payoff per period under full compliance at ``holds`` is above
                   that of the text; empty if not known.
    ``share``      of the range that the change takes which flips the answer: to ``holds`` if the text does not hold,
                   else to ``fails``.
    """

    direction: Direction
    holds: Term
    fails: Term | None
    proved: tuple[bool, bool]
    share: float
    cost: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """One side of a lever."""
        fails_proved, holds_proved = self.proved
        return {
            "direction": self.direction,
            "threshold": self.holds,
            "bracket": [self.fails, self.holds],
            "certified": [self.fails if fails_proved else None, self.holds if holds_proved else None],
            "share_of_range": self.share,
            "cost": dict(self.cost),
        }


@final
@dataclass(frozen=True)
class Moved:
    """What moving one term does.

    ``flips``      the flip nearest to the text on either side, the nearer first.
    ``verdicts``   of the values tried, by value.
    ``proved``     how many of these verdicts were proved, where there is no flip and they are told.
    """

    lever: Lever
    answer: Answer
    flips: tuple[Flip, ...]
    verdicts: Mapping[Term, Verdict]
    proved: int = 0

    @property
    def tried(self) -> int:
        """How many values other than the text's were judged."""
        return len(self.verdicts)

    @property
    def undecided(self) -> tuple[Term, ...]:
        """Values tried whose verdict is not known."""
        return tuple(value for value, verdict in self.verdicts.items() if verdict == "undecided")

    @property
    def share(self) -> float:
        """Share of the range that the nearest flip is away; infinite without one."""
        return self.flips[0].share if self.flips else math.inf

    def to_json(self) -> dict[str, Any]:
        """One entry of ``levers``."""
        nothing = {"threshold": None, "direction": None, "bracket": None, "certified": None, "share_of_range": None}
        below, above = self.lever.sides
        return {
            "term": self.lever.path,
            "article": self.lever.article,
            "value": self.lever.value,
            "answer": self.answer,
            **(self.flips[0].to_json() if self.flips else {**nothing, "cost": {}}),
            "range": list(self.lever.ends),
            "range_from": self.lever.whence,
            "points": [len(below), len(above)],
            "tried": self.tried,
            "tried_proved": self.proved,
            "undecided": list(self.undecided),
            "sides": [flip.to_json() for flip in self.flips],
        }


@final
@dataclass(frozen=True)
class Fixed:
    """What was found out about a treaty.

    ``text``     what becomes of it as it stands.  ``margin``  what it is to withstand; 0 if holding is enough.
    ``moved``    the terms by how small a change flips the answer, those without a flip last.
    ``skipped``  why other terms were not moved, by path.
    """

    treaty: Treaty
    text: Outcome
    verdict: Verdict
    margin: float
    moved: tuple[Moved, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-fix/1`` document."""
        return {
            "format": "servanda-fix/1",
            "treaty": self.treaty.title,
            "file": self.treaty.source_name,
            "sha256": self.treaty.source_hash,
            "verdict": self.verdict,
            "margin_wanted": self.margin,
            "margin": self.text.margin,
            "values": _by_party(self.treaty, self.text.values),
            "ranked_by": "share_of_range",
            "levers": [moved.to_json() for moved in self.moved],
            "skipped": [{"term": path, "why": why} for path, why in self.skipped.items()],
        }


def fix(
    treaty: Treaty,
    *,
    terms: Sequence[str] = (),
    margin: float = 0.0,
    facts: bool = False,
    progress: Progress | None = None,
) -> Fixed:
    """How far each term of a treaty has to be moved for full compliance to hold; if it holds, until it breaks.

    ``terms``   paths of the terms to move; none for all that negotiators write.
    ``margin``  what compliance is to withstand, in payoff units once; above 0 answers rest on margins as they are
                computed, and what is proved is only that compliance holds, or does not.
    ``facts``   move the numbers of the world as well.
    Raises ``ValueError`` if a path leads to no term that can be moved, ``TreatyFileError`` and ``CompilationError``
    if the treaty is no game.
    """
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"the margin wanted is an amount of 0 or more, got {margin:g}")
    known, skipped = levers(treaty, facts=facts)
    wanted = chosen(treaty, tuple(terms), facts=facts) if terms else known
    said = progress or (lambda what, share: None)
    judge = DesignJudge(treaty, Design(AS_IT_STANDS), {})
    text = _Text(treaty, margin, judge.judge({}))
    if margin > 0:
        text = _Text(treaty, margin, _firm(judge, {}, text.outcome, margin))
    moved = []
    for k, lever in enumerate(wanted):
        said(lever.path, k / len(wanted))
        moved.append(_Search(text, lever).moved())
    ranked = sorted(moved, key=lambda one: one.share)
    return Fixed(treaty, text.outcome, text.verdict, margin, tuple(ranked), {} if terms else skipped)


def _firm(judge: DesignJudge, world: Mapping[str, float], found: Outcome, margin: float) -> Outcome:
    """The same with the margin of the full methods where the screen's, which is a bound, leaves the question open."""
    if found.verdict == "yes" and found.screened and found.margin is not None and found.margin < margin:
        full = judge.solve(world)
        return full if full.verdict == "yes" else found
    return found


def _change(now: float, before: float) -> float:
    """By how much a value changed, without what rounding makes of no change."""
    return 0.0 if math.isclose(now, before, rel_tol=1e-9, abs_tol=1e-9) else now - before


def _by_party(treaty: Treaty, values: Sequence[float]) -> dict[str, float]:
    return {party.id: value for party, value in zip(treaty.parties, values, strict=True)} if values else {}


@final
@dataclass(frozen=True)
class _Text:
    """The treaty as it stands."""

    treaty: Treaty
    margin: float
    outcome: Outcome

    @property
    def verdict(self) -> Verdict:
        return self.told(self.outcome)

    def told(self, outcome: Outcome) -> Verdict:
        """Whether it holds with the margin wanted."""
        if outcome.verdict != "yes" or not self.margin:
            return outcome.verdict
        if outcome.margin is None:  # of the screen: nobody can deviate
            return "yes" if outcome.screened else "undecided"
        return "yes" if outcome.margin >= self.margin else "no"


@final
class _Search:
    """One term, moved through its range."""

    def __init__(self, text: _Text, lever: Lever) -> None:
        self.text, self.lever = text, lever
        self.found: dict[Term, Outcome] = {lever.value: text.outcome}
        self._one: DesignJudge | None = None
        if lever.kind == "number":
            # The text's own range no longer applies: what the term may be is the lever's to say.
            low, high = (size(end) for end in lever.ends)
            span = Span(lever.path, size(lever.value), low, high)
            plain = with_terms(text.treaty, {lever.path: lever.value})
            self._one = DesignJudge(plain, Design(lever.path), {lever.path: span})

    def moved(self) -> Moved:
        sides = self.lever.sides
        verdicts = {value: self.verdict(value) for value in [*sides[0][::-1], *sides[1]]}
        verdicts = {value: verdict for value, verdict in verdicts.items() if verdict != "no treaty"}
        flips = tuple(sorted(self._flips(), key=lambda flip: flip.share))
        if flips:
            return Moved(self.lever, "breaks" if self.text.verdict == "yes" else "fixes", flips, verdicts)
        proved = 0
        if "undecided" not in verdicts.values() and self.text.verdict in ("yes", "no") and not self.text.margin:
            proved = sum(self.proves(value) == verdict for value, verdict in verdicts.items())
        answer: Answer = "no tried value breaks it" if self.text.verdict == "yes" else "no tried value helps"
        if "undecided" in verdicts.values() or not verdicts:
            answer = "undecided"
        return Moved(self.lever, answer, (), verdicts, proved)

    def verdict(self, value: Term) -> Verdict:
        """What becomes of the treaty with another value of the term, with the margin wanted."""
        return self.text.told(self.outcome(value))

    def outcome(self, value: Term) -> Outcome:
        """As judged; in haste between the values that are tried, where many are undecided if one is."""
        if value not in self.found:
            judge, world = self._at(value)
            found = judge.judge(world, quick=value not in self.lever.values)
            self.found[value] = _firm(judge, world, found, self.text.margin) if self.text.margin else found
        return self.found[value]

    def proves(self, value: Term, *, quick: bool = False) -> Verdict:
        """The verdict as exact arithmetic proves it."""
        judge, world = self._at(value)
        return judge.reprove(world, EFFORT, quick=quick)[0]

    def _at(self, value: Term) -> tuple[DesignJudge, Mapping[str, float]]:
        if self._one is not None:
            return self._one, {self.lever.path: size(value)}
        return DesignJudge(self.text.treaty, self._design(value), {}), {}

    def _design(self, value: Term) -> Design:
        return Design(f"{self.lever.path} = {value}", Variant(name="moved", set={self.lever.path: value}))

    def _flips(self) -> Iterator[Flip]:
        directions: tuple[Direction, Direction] = ("lower", "raise")
        for direction, side in zip(directions, self.lever.sides, strict=True):
            way = [value for value in (self.lever.value, *side) if self.verdict(value) != "no treaty"]
            found = self._first_flip(way)
            if found is not None:
                holds, fails = found
                yield self._proved(direction, holds, fails, way)

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
        near = 1.0 if self.lever.kind == "whole" else NARROW * self.lever.width
        while abs(size(outside) - size(inside)) > near:
            middle = self._middle(inside, outside)
            if middle in (inside, outside):
                break
            if self.verdict(middle) == verdict:
                inside = middle
            else:
                outside = middle
        return inside, outside

    def _middle(self, one: Term, other: Term) -> Term:
        middle = (size(one) + size(other)) / 2
        return math.floor(middle) if self.lever.kind == "whole" else middle

    def _proved(self, direction: Direction, holds: Term, fails: Term | None, way: Sequence[Term]) -> Flip:
        """The flip with both sides proved: as close to one another as proofs are found."""
        held = failed = False
        if fails is None:
            holds, held = self._provable(holds, holds, way, "yes")
        else:
            first = holds
            holds, held = self._provable(holds, fails, way, "yes")
            fails, failed = self._provable(fails, first, way, "no")
            if self.lever.kind == "number" and held and failed:
                holds, fails = self._closer(holds, fails)
        told, before = self.outcome(holds).values, self.text.outcome.values
        change = [_change(a, b) for a, b in zip(told, before, strict=True)] if told and before else []
        cost = _by_party(self.text.treaty, change)
        # What holds is broken by moving the term to where it fails.
        there = fails if self.text.verdict == "yes" and fails is not None else holds
        return Flip(direction, holds, fails, (failed, held), self.lever.share(there), cost)

    def _provable(self, value: Term, other: Term, way: Sequence[Term], verdict: Verdict) -> tuple[Term, bool]:
        """A value with a verdict that is proved: this one, or one farther from the other side of the flip.

        No farther than to the next value tried, where the verdict was told before.
        """
        if self.text.margin and not (verdict == "no" and self.outcome(value).verdict == "no"):
            # A margin is computed; what can be proved is that compliance holds at all.
            return value, verdict == "yes" and self.proves(value) == "yes"
        if self.lever.kind != "number":
            return value, self.proves(value) == verdict
        if self.proves(value, quick=True) == verdict:
            return value, True
        away = 1.0 if size(value) > size(other) else -1.0
        beyond = [end for end in way if away * (size(end) - size(value)) > 0 and self.verdict(end) == verdict]
        if not beyond:
            return value, False
        last = min(beyond, key=lambda end: abs(size(end) - size(value)))
        step = NARROW * self.lever.width
        while step < abs(size(last) - size(value)):
            tried = size(value) + away * step
            if self.proves(tried, quick=True) == verdict:
                return tried, True
            step *= WIDER
        return (last, True) if self.proves(last) == verdict else (value, False)

    def _closer(self, holds: Term, fails: Term) -> tuple[Term, Term]:
        """What is left between two proved sides, halved as long as proofs are found."""
        for _ in range(EXACT_STEPS):
            if abs(size(holds) - size(fails)) <= 2 * NARROW * self.lever.width:
                break
            middle = self._middle(holds, fails)
            found = self.proves(middle)
            if found == "yes":
                holds = middle
            elif found == "no":
                fails = middle
            else:
                break
        return holds, fails
