"""What becomes of a treaty along the values of a lever, and where its answer flips, with both sides proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from treaties.model.treaty import Treaty
from treaties.sweeping.flip_search import Bracket, FlipSearch, middle_of
from treaties.sweeping.judging import EFFORT, DesignJudge, Outcome, Verdict
from treaties.sweeping.levers import Lever, Term, size
from treaties.sweeping.moves import Answer, Flip, Moved, by_party, change
from treaties.sweeping.places import Places

NARROW = 1e-8
"""Share of a term's range to which a flip is narrowed in floating point."""
WIDER = 4.0
"""Where a side so close to the flip cannot be proved, one so many times farther from it is tried."""
EXACT_STEPS = 3
"""Halvings, by the slow methods, of what is left between two sides that were proved."""


def firm(judge: DesignJudge, world: Mapping[str, float], found: Outcome, margin: float) -> Outcome:
    """The same with the margin of the full methods where one that is a bound leaves the question open."""
    if margin and found.verdict == "yes" and found.bounded and found.margin is not None and found.margin < margin:
        full = judge.solve(world)
        return full if full.verdict == "yes" else found
    return found


@final
@dataclass(frozen=True)
class Text:
    """The treaty as it stands."""

    treaty: Treaty
    margin: float
    outcome: Outcome

    @property
    def verdict(self) -> Verdict:
        """Whether it holds with the margin wanted."""
        return self.told(self.outcome)

    def told(self, outcome: Outcome) -> Verdict:
        """The same of another outcome."""
        return outcome.withstands(self.margin)


@final
class ProvedSearch:
    """What a lever moves, through its range.

    ``here``  what becomes of the treaty at the lever's own value.
    """

    def __init__(self, text: Text, lever: Lever, places: Places, here: Outcome) -> None:
        self.text, self.lever, self.places = text, lever, places
        self.found: dict[Term, Outcome] = {lever.value: here}

    def moved(self) -> Moved:
        """What moving the term does: all its values are tried, and the flips narrowed."""
        sides = self.lever.sides
        verdicts = {value: self.verdict(value) for value in [*sides[0][::-1], *sides[1]]}
        verdicts = {value: verdict for value, verdict in verdicts.items() if verdict != "no treaty"}
        flips = self.flips()
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
            judge, world = self.places.at(value)
            found = judge.judge(world, quick=value not in self.lever.values)
            self.found[value] = firm(judge, world, found, self.text.margin)
        return self.found[value]

    def proves(self, value: Term, *, quick: bool = False) -> Verdict:
        """The verdict as exact arithmetic proves it."""
        judge, world = self.places.at(value)
        return judge.reprove(world, EFFORT, quick=quick)[0]

    def flips(self) -> tuple[Flip, ...]:
        """The flip nearest to the text on either side, the nearer first, both sides of each proved."""
        found = FlipSearch(self.lever, self.verdict, NARROW).brackets()
        return tuple(sorted(map(self._proved, found), key=lambda flip: flip.share))

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
        # What holds is broken by moving the term to where it fails.
        there = fails if self.text.verdict == "yes" and fails is not None else holds
        return Flip(bracket.direction, holds, fails, (failed, held), self.lever.share(there), self.cost(holds))

    def cost(self, value: Term) -> Mapping[str, float]:
        """By how much each party's value of compliance is above that of the text; empty if not known."""
        told, before = self.outcome(value).values, self.text.outcome.values
        changes = [change(a, b) for a, b in zip(told, before, strict=True)] if told and before else []
        return by_party(self.text.treaty, changes)

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
