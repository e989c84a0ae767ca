"""The inverse question: what is the smallest change of one term that makes full compliance hold, or breaks it?

Each term is moved by itself, all others as in the text.  Its range is scanned first; the flip nearest to the text is
then narrowed by bisection, and both its sides are proved in exact arithmetic.  Islands that are narrower than the
distance between two values tried are not excluded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import final

from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import with_terms
from treaties.sweeping.draws import Shape, Span
from treaties.sweeping.flip_search import Bracket, FlipSearch, middle_of
from treaties.sweeping.judging import EFFORT, DesignJudge, Outcome, Verdict
from treaties.sweeping.levers import Lever, Term, chosen, levers, size
from treaties.sweeping.moves import Answer, Fixed, Flip, Moved, by_party, change
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.share_fixing import fix_in_worlds
from treaties.sweeping.workers import each_of

NARROW = 1e-8
"""Share of a term's range to which a flip is narrowed in floating point."""
WIDER = 4.0
"""Where a side so close to the flip cannot be proved, one so many times farther from it is tried."""
EXACT_STEPS = 3
"""Halvings, by the slow methods, of what is left between two sides that were proved."""


def fix(
    treaty: Treaty,
    *,
    terms: Sequence[str] = (),
    margin: float = 0.0,
    facts: bool = False,
    worlds: int | None = None,
    share: float = 0.9,
    seed: int = 0,
    shape: Shape = "triangular",
    spread: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Fixed:
    """How far each term of a treaty has to be moved for full compliance to hold; if it holds, until it breaks.

    ``terms``    paths of the terms to move; none for all that negotiators write.
    ``margin``   what compliance is to withstand, in payoff units once; above 0 answers rest on margins as they are
                 computed, and what is proved is only that compliance holds, or does not.
    ``facts``    move the numbers of the world as well.
    ``worlds``   ask that it hold in a ``share`` of so many worlds, drawn as by ``sweep`` (``seed``, ``shape``,
                 ``spread``): computed, not proved.  None: in the text's own numbers.
    ``workers``  processes.
    Raises ``ValueError`` if a path leads to no term that can be moved or no number varies between worlds,
    ``TreatyFileError`` and ``CompilationError`` if the treaty is no game.
    """
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"the margin wanted is an amount of 0 or more, got {margin:g}")
    known, skipped = levers(treaty, facts=facts)
    wanted = chosen(treaty, tuple(terms), facts=facts) if terms else known
    if worlds is not None:
        plan = sweep_plan(treaty, worlds, seed=seed, shape=shape, designs=[Design(AS_IT_STANDS)], spread=spread)
        return fix_in_worlds(plan, wanted, {} if terms else skipped, share, margin, workers, progress)
    judge = DesignJudge(treaty, Design(AS_IT_STANDS), {})
    text = _Text(treaty, margin, judge.judge({}))
    if margin > 0:
        text = _Text(treaty, margin, _firm(judge, {}, text.outcome, margin))
    moved = each_of(partial(_move, text), wanted, workers, progress)
    ranked = sorted(moved, key=lambda one: one.share)
    return Fixed(treaty, text.outcome, text.verdict, margin, tuple(ranked), {} if terms else skipped)


def _move(text: _Text, lever: Lever) -> Moved:
    return _Search(text, lever).moved()


def _firm(judge: DesignJudge, world: Mapping[str, float], found: Outcome, margin: float) -> Outcome:
    """The same with the margin of the full methods where the screen's, which is a bound, leaves the question open."""
    if found.verdict == "yes" and found.screened and found.margin is not None and found.margin < margin:
        full = judge.solve(world)
        return full if full.verdict == "yes" else found
    return found


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
        found = FlipSearch(self.lever, self.verdict, NARROW).brackets()
        flips = tuple(sorted(map(self._proved, found), key=lambda flip: flip.share))
        if flips:
            return Moved(self.lever, "breaks" if self.text.verdict == "yes" else "fixes", flips, verdicts)
        proved = 0
        if "undecided" not in verdicts.values() and self.text.verdict in ("yes", "no") and not self.text.margin:
            # That nothing helps is said of values that were each proved to fail; that all hold, of the outermost.
            certain = verdicts if self.text.verdict == "no" else {end for side in sides for end in side[-1:]}
            proved = sum(self.proves(value) == verdict for value, verdict in verdicts.items() if value in certain)
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

    def _proved(self, bracket: Bracket) -> Flip:
        """The flip with both sides proved: as close to one another as proofs are found."""
        holds, fails, way = bracket.holds, bracket.fails, bracket.way
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
        changes = [change(a, b) for a, b in zip(told, before, strict=True)] if told and before else []
        cost = by_party(self.text.treaty, changes)
        # What holds is broken by moving the term to where it fails.
        there = fails if self.text.verdict == "yes" and fails is not None else holds
        return Flip(bracket.direction, holds, fails, (failed, held), self.lever.share(there), cost)

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
            middle = middle_of(self.lever, holds, fails)
            found = self.proves(middle)
            if found == "yes":
                holds = middle
            elif found == "no":
                fails = middle
            else:
                break
        return holds, fails
