"""The inverse question in many worlds: the smallest change of a term that makes compliance hold in a share of them.

Every value of a term is judged in the same worlds, drawn as for a sweep; a term that is moved has its value in all of
them.  Values are looked through and bisected as in the text's own numbers, but by the share of worlds: answers are
computed in floating point, and proved only where they are close and at the rate of a sweep.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import final

import numpy as np

from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.treaty import Variant
from treaties.reading.variants import with_terms
from treaties.sweeping.draws import Span
from treaties.sweeping.flip_search import Bracket, FlipSearch
from treaties.sweeping.judging import DesignJudge, Verdict
from treaties.sweeping.levers import Lever, Term, size
from treaties.sweeping.likelihood import Likelihood, likelihood
from treaties.sweeping.moves import Answer, Fixed, Flip, InWorlds, Moved, by_party, change
from treaties.sweeping.pairs import columns_of, drawn
from treaties.sweeping.plan import SweepPlan
from treaties.sweeping.workers import each_of

NARROW = 1e-5
"""Share of a term's range to which a flip is narrowed: with so many worlds the share changes in steps."""


@final
@dataclass(frozen=True)
class _Asked:
    """What is asked: that compliance withstand ``margin`` in a ``share`` of the worlds of a plan."""

    plan: SweepPlan
    share: float
    margin: float

    def enough(self, worlds: int) -> int:
        """How many of so many worlds these are at least."""
        return math.ceil(self.share * worlds - 1e-9)


@final
@dataclass
class _Checks:
    """Answers of which exact arithmetic was asked."""

    proved: int = 0
    unproved: int = 0
    refused: tuple[str, ...] = ()

    def add(self, other: _Checks) -> None:
        """Count those of another."""
        self.proved += other.proved
        self.unproved += other.unproved
        self.refused += other.refused


@final
class _Worlds:
    """The treaty with one term as it may be, or as it stands (None), in all worlds, one after the other."""

    def __init__(self, asked: _Asked, judge: DesignJudge, fixed: Mapping[str, float], name: str) -> None:
        self.asked, self.judge, self.fixed, self.name = asked, judge, fixed, name
        self.told: list[Verdict] = []
        self.values: list[tuple[float, ...]] = []
        self.checks = _Checks()

    @property
    def verdict(self) -> Verdict:
        """What the worlds looked at so far tell of the share wanted, if they tell; else "undecided".

        The share is of those in which it is a treaty, as in a sweep: of fewer than are left, no more are needed, and no
        more may fail.
        """
        left = self.asked.plan.draws.worlds - self.told.count("no treaty")
        if not left:
            return "no treaty"
        enough = self.asked.enough(left)
        if self.told.count("yes") >= enough:
            return "yes"
        return "no" if self.told.count("no") > left - enough else "undecided"

    def look(self, *, all_of_them: bool = False) -> Verdict:
        """Judge worlds until the answer is known, or all of them."""
        plan = self.asked.plan
        columns = columns_of(plan.draws, tuple(plan.spans.values()))
        while len(self.told) < plan.draws.worlds and (all_of_them or self.verdict == "undecided"):
            self._one(len(self.told), columns)
        return self.verdict

    def _one(self, world: int, columns: Mapping[str, Floats]) -> None:
        numbers = {path: self.fixed.get(path, math.nan) for path in self.judge.paths}
        numbers |= {path: float(columns[path][world]) for path in self.judge.paths if path not in self.fixed}
        found = self.judge.judge(numbers, quick=True)
        told = found.withstands(self.asked.margin)
        if found.screened and (found.near or drawn(self.asked.plan.rate, self.name, world)):
            answer, _certificate = self.judge.prove(numbers)
            self.checks.proved += answer == found.verdict
            self.checks.unproved += answer == "undecided"
            if answer not in ("undecided", found.verdict):
                self.checks.refused += (f"{self.name}, world {world}: told {found.verdict}, proved {answer}",)
            if answer != found.verdict and (found.near or answer != "undecided"):
                told = "undecided"
        self.told.append(told)
        self.values.append(found.values)

    @property
    def likely(self) -> Likelihood:
        """In how many of all worlds in which it is a treaty it holds; raises ``ValueError`` if it is in none."""
        self.look(all_of_them=True)
        draws = self.asked.plan.draws
        told = np.array([verdict for verdict in self.told if verdict != "no treaty"])
        found = likelihood(told == "yes", told == "no", draws.sampling, draws.worlds)
        if found is None:
            raise ValueError(f"{self.name}: its numbers go together in none of the worlds; correct their ranges")
        return found

    @property
    def no_treaty(self) -> int:
        """In how many of all worlds its numbers do not go together."""
        self.look(all_of_them=True)
        return self.told.count("no treaty")

    @property
    def means(self) -> tuple[float, ...]:
        """Each party's average payoff under full compliance, mean over the worlds in which it is known."""
        self.look(all_of_them=True)
        known = [values for values in self.values if values]
        return tuple(np.mean(known, axis=0).tolist()) if known else ()


@final
class _Search:
    """One term, moved through its range."""

    def __init__(self, asked: _Asked, lever: Lever, text: Verdict, before: tuple[float, ...]) -> None:
        self.asked, self.lever, self.text, self.before = asked, lever, text, before
        self.found: dict[Term, _Worlds] = {}
        self._one: DesignJudge | None = None
        if lever.kind == "number":
            low, high = (size(end) for end in lever.ends)
            plain = with_terms(asked.plan.treaty, {lever.path: lever.value})
            spans = dict(asked.plan.spans) | {lever.path: Span(lever.path, size(lever.value), low, high)}
            self._one = DesignJudge(plain, Design(lever.path), spans)

    def at(self, value: Term) -> _Worlds:
        """The worlds in which the term has a value."""
        if value not in self.found:
            name = f"{self.lever.path} = {value}"
            if self._one is not None:
                self.found[value] = _Worlds(self.asked, self._one, {self.lever.path: size(value)}, name)
            else:
                design = Design(name, Variant(name="moved", set={self.lever.path: value}))
                judge = DesignJudge(self.asked.plan.treaty, design, self.asked.plan.spans)
                self.found[value] = _Worlds(self.asked, judge, {}, name)
        return self.found[value]

    def verdict(self, value: Term) -> Verdict:
        """Whether it holds in the share of worlds wanted."""
        return self.at(value).look()

    def moved(self) -> Moved:
        """What moving the term does."""
        here = self.verdict(self.lever.value)
        if here == "yes" and self.text != "yes":
            # To settle the term at its value is enough: where it is drawn, other values were what broke it.
            kept = Bracket("keep", self.lever.value, None, (self.lever.value,))
            return Moved(self.lever, "fixes", (self._flip(kept),), {})
        verdicts = {value: self.verdict(value) for side in self.lever.sides for value in side}
        verdicts = {value: verdict for value, verdict in verdicts.items() if verdict != "no treaty"}
        found = FlipSearch(self.lever, self.verdict, NARROW).brackets()
        flips = tuple(sorted(map(self._flip, found), key=lambda flip: flip.share))
        if flips:
            return Moved(self.lever, "breaks" if here == "yes" else "fixes", flips, verdicts)
        answer: Answer = "no tried value breaks it" if here == "yes" else "no tried value helps"
        if "undecided" in verdicts.values() or not verdicts:
            answer = "undecided"
        return Moved(self.lever, answer, (), verdicts)

    def _flip(self, bracket: Bracket) -> Flip:
        holds, fails = self.at(bracket.holds), None if bracket.fails is None else self.at(bracket.fails)
        changes = [change(a, b) for a, b in zip(holds.means, self.before, strict=True)] if holds.means else []
        # What holds is broken by moving the term to where it fails.
        there = bracket.fails if self.text == "yes" and bracket.fails is not None else bracket.holds
        return Flip(
            bracket.direction,
            bracket.holds,
            bracket.fails,
            (False, False),
            self.lever.share(there),
            by_party(self.asked.plan.treaty, changes),
            (None if fails is None else fails.likely, holds.likely),
        )


def _move(
    asked: _Asked, text: Verdict, before: tuple[float, ...], lever: Lever
) -> tuple[Moved, _Checks, float, Likelihood | None]:
    """What moving a term does, what was proved, how long it took, and where its own value breaks a text that holds."""
    began, checks = time.process_time(), _Checks()
    search = _Search(asked, lever, text, before)
    broken = search.at(lever.value).likely if text == "yes" and search.verdict(lever.value) != "yes" else None
    moved = search.moved() if broken is None else Moved(lever, "undecided", (), {})
    for worlds in search.found.values():
        checks.add(worlds.checks)
    return moved, checks, time.process_time() - began, broken


def fix_in_worlds(
    plan: SweepPlan,
    wanted: Sequence[Lever],
    skipped: Mapping[str, str],
    share: float,
    margin: float,
    workers: int,
    progress: Progress | None,
) -> Fixed:
    """How far each term has to be moved for compliance to withstand a margin in a share of worlds; see ``fix``.

    Raises ``ValueError`` for a share that is none, or if the text is a treaty in none of the worlds.
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share of worlds is above 0 and up to 1, got {share:g}; ask for 0.9, say")
    began, asked = time.process_time(), _Asked(plan, share, margin)
    judge = DesignJudge(plan.treaty, Design(AS_IT_STANDS), plan.spans)
    text = _Worlds(asked, judge, {}, AS_IT_STANDS)
    likely, before, verdict = text.likely, text.means, text.look(all_of_them=True)
    checks, spent = replace(text.checks), time.process_time() - began
    moved, left = [], dict(skipped)
    ask, by_path = partial(_move, asked, verdict, before), {lever.path: lever for lever in wanted}
    for one, its, seconds, broken in each_of(ask, by_path, workers, progress):
        checks.add(its)
        spent += seconds
        if broken is None:
            moved.append(one)
        else:
            left[one.lever.path] = f"settled at its own value makes it hold in {broken.in_words()} alone"
    point = judge.judge({path: plan.spans[path].value for path in judge.paths})
    counts = checks.proved, checks.unproved, checks.refused
    found = InWorlds(plan.draws, len(plan.spans), share, likely, spent, *counts, text.no_treaty)
    ranked = sorted(moved, key=lambda one: one.share)
    return Fixed(plan.treaty, point, verdict, margin, tuple(ranked), left, found)
