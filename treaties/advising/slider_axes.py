"""Which numbers and clause terms a reader may move on a page, and to which values.

Each candidate is moved alone to either end of its range, all else as in the text, and judged there by the screen.
Those that change the answer come first, then those that change the margin most.  Two terms of clauses are among them,
if there are so many: quantities describe the world, clauses are what a reader can write.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, final

from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.findings import amounts, phrases
from treaties.findings.quantities import NumberWords
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import design_space, lookup_in, with_terms
from treaties.reading.worlds import ranged
from treaties.sweeping.draws import Span
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.levers import UNLIMITED, Term, levers, size

MOST_AXES = 4
CLAUSES = 2
"""So many axes are terms of clauses, if there are so many."""
MOST_VALUES = 9
"""Of one axis."""
MOST_REBUILT = 3
"""Terms of clauses that change the structure of the game, each of which takes two compilations to try; those that the
file opens to a design search first, then those that its options set, then the others in its order."""


@final
@dataclass(frozen=True)
class Axis:
    """A number or term that a reader moves.

    ``values``   that were computed, in order; ``words`` each of them as a reader would say it, ``at`` the text's own.
    ``between``  whether it may have values between them: amounts and chances, not counts and choices.
    ``clause``   whether it is a term of a clause, which parties can write; else it describes the world.
    """

    path: str
    label: str
    article: str
    values: tuple[Term, ...]
    words: tuple[str, ...]
    at: int
    between: bool
    clause: bool

    def to_json(self) -> dict[str, Any]:
        """One entry of ``axes``."""
        return {
            "term": self.path,
            "label": self.label,
            "article": self.article,
            "values": list(self.values),
            "text": self.at,
            "between": self.between,
            "clause": self.clause,
        }


@final
@dataclass(frozen=True)
class Candidate:
    """What may become an axis.

    ``values``  it can have, in order, ``value`` the text's own among them.
    ``number``  whether it is an amount or a chance, for which the game is not compiled anew.
    """

    path: str
    article: str
    value: Term
    values: tuple[Term, ...]
    number: bool
    clause: bool

    @property
    def ends(self) -> tuple[Term, ...]:
        """The first and the last value, without the text's own."""
        return tuple(dict.fromkeys(end for end in (self.values[0], self.values[-1]) if end != self.value))

    @property
    def fewest(self) -> int:
        """Values of the shortest axis: the ends and the text's own."""
        return len(self.ends) + 1

    def spread(self, count: int) -> tuple[Term, ...]:
        """So many values, or all there are: the ends and the text's own, then the middle of the widest gap."""
        picked = [value for value in self.values if value == self.value or value in self.ends]
        while len(picked) < count:
            gaps = [(self._place(b) - self._place(a), -k) for k, (a, b) in enumerate(pairwise(picked))]
            width, k = max(gaps)
            below, above = picked[-k], picked[1 - k]
            if self.number:
                middle: Term = float(f"{(size(below) + size(above)) / 2:.3g}")
                if not size(below) < size(middle) < size(above):
                    break
            elif width < 2:
                break
            else:
                middle = self.values[round(self._place(below) + width / 2)]
            picked.insert(1 - k, middle)
        return tuple(picked)

    def _place(self, value: Term) -> float:
        """Where a value stands: numbers by size, others by their number in the list."""
        return size(value) if self.number else float(self.values.index(value))


OPTION = "option"
"""In place of a path: which option of the file is looked at."""
OPTIONS = "Option in the file"


@final
class MovedText:
    """A treaty with other values of some of its numbers and terms, compiled as seldom as that allows.

    ``numbers``  what may be moved without compiling anew;  ``drawn`` quantities that worlds may set besides.
    ``finer``    as in ``DesignJudge``.
    """

    def __init__(
        self, treaty: Treaty, numbers: Sequence[Candidate], drawn: Mapping[str, Span], *, finer: bool = True
    ) -> None:
        # A clause's own range says what is likely, not what parties may write.
        clauses = {one.path: size(one.value) for one in numbers if one.clause}
        self.treaty = with_terms(treaty, clauses)
        self.spans, self.finer = dict(drawn), finer
        for one in numbers:
            self.spans[one.path] = Span(one.path, size(one.value), size(one.values[0]), size(one.values[-1]))
        self._judges: dict[tuple[tuple[str, Term], ...], DesignJudge] = {}

    def judge(self, rebuilt: Mapping[str, Term]) -> DesignJudge:
        """Who judges the text with some terms that change the structure of its game."""
        key = tuple(rebuilt.items())
        if key not in self._judges:
            changed = Design("moved", self._variant(rebuilt))
            self._judges[key] = DesignJudge(self.treaty, changed, self.spans, finer=self.finer)
        return self._judges[key]

    def _variant(self, rebuilt: Mapping[str, Term]) -> Variant | None:
        terms = dict(rebuilt)
        option = terms.pop(OPTION, AS_IT_STANDS)
        if option != AS_IT_STANDS:
            chosen = next(variant for variant in self.treaty.variants if variant.name == option)
            return chosen.model_copy(update={"set": chosen.set | terms})
        return Variant(name="moved", set=terms) if terms else None


def candidates(treaty: Treaty) -> tuple[list[Candidate], int]:
    """What may be moved, terms of clauses first, and how many terms were left out as too many would be compiled.

    Where no term of a clause can be moved by itself, the options of the file stand for them.
    """
    numbers: list[Candidate] = []
    rebuilt: list[Candidate] = []
    known, _ = levers(treaty)
    for lever in known:
        one = Candidate(lever.path, lever.article, lever.value, lever.values, lever.kind == "number", clause=True)
        (numbers if one.number else rebuilt).append(one)
    taken = {one.path for one in (*numbers, *rebuilt)}
    set_by_options = _terms_of_options(treaty)
    rebuilt += [one for path, one in set_by_options.items() if path not in taken]
    opened = design_space(treaty)
    rebuilt.sort(key=lambda one: (one.path not in opened, one.path not in set_by_options))
    articles = {number.path: number.article for number in ranged(treaty)}
    for path, span in spans_of(treaty).items():
        if path not in taken:
            ends = sorted({span.low, span.value, span.high})
            numbers.append(Candidate(path, articles[path], span.value, tuple(ends), number=True, clause=False))
    every = [*numbers, *rebuilt[:MOST_REBUILT]]
    if treaty.variants and not any(one.clause for one in every):
        names = (AS_IT_STANDS, *(variant.name for variant in treaty.variants[: MOST_REBUILT - 1]))
        every.append(Candidate(OPTION, "", AS_IT_STANDS, names, number=False, clause=True))
    return sorted(every, key=lambda one: not one.clause), max(len(rebuilt) - MOST_REBUILT, 0)


def spans_of(treaty: Treaty) -> dict[str, Span]:
    """The quantities that worlds are drawn from, by path."""
    found = {}
    for number in ranged(treaty):
        low = number.value if number.low is None else number.low
        high = number.value if number.high is None else number.high
        if low < high:
            found[number.path] = Span(number.path, number.value, low, high)
    return found


def _terms_of_options(treaty: Treaty) -> dict[str, Candidate]:
    """Terms of clauses to which options of the file give another single value, by path."""
    tried: dict[str, list[Term]] = {}
    articles = {treaty.path_of(p): p.article for p in treaty.provisions if not p.environment}
    look = lookup_in(treaty)
    for variant in treaty.variants:
        for path, value in variant.set.items():
            if isinstance(value, str | int | float) and any(path.startswith(f"{head}.") for head in articles):
                tried.setdefault(path, []).append(value)
    found = {}
    for path, values in tried.items():
        here = look(path)
        here = UNLIMITED if here is None else getattr(here, "value", here)
        if not isinstance(here, str | int | float):
            continue
        legal = [value for value in dict.fromkeys(values) if value != here and _accepted(treaty, path, value)]
        if legal:
            every = [here, *legal]
            if all(value == UNLIMITED or _counted(value) for value in every):
                every.sort(key=size)
            head = next(head for head in articles if path.startswith(f"{head}."))
            found[path] = Candidate(path, articles[head], here, tuple(every), number=False, clause=True)
    return found


def _counted(value: Term) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _accepted(treaty: Treaty, path: str, value: Term) -> bool:
    try:
        with_terms(treaty, {path: value})
    except TreatyFileError:
        return False
    return True


def by_influence(moved: MovedText, every: Sequence[Candidate]) -> list[Candidate]:
    """Those that change the answer between the ends of their range first, then those that change the margin most.

    Those that change neither, as far as the screen tells, come last.  Terms that are compiled anew are ranked on the
    text's own grids of stocks; what is told of the points is held to finer ones.
    """
    numbers = [one for one in every if one.number]
    here = {one.path: size(one.value) for one in numbers}
    text = moved.judge({})
    now = text.glance(here)

    def rank(one: Candidate) -> tuple[float, float]:
        if one.number:
            found = [text.glance(here | {one.path: size(end)}) for end in one.ends]
        else:
            # A judge of its own, without ranges and finer grids: most of these are looked at here alone, to rank them.
            plain = MovedText(moved.treaty, (), {}, finer=False)
            found = [plain.judge({one.path: end}).glance({}) for end in one.ends]
        told = [now, *found]
        margins = [outcome.margin for outcome in told if outcome.margin is not None]
        width = max(margins) - min(margins) if margins else 0.0
        # What ends no margin can be told of is no treaty, or nothing moves there.
        return -float(_flips(told)), -(width if math.isfinite(width) else 0.0)

    ranks = {one.path: rank(one) for one in every}
    return sorted(every, key=lambda one: ranks[one.path])


def _flips(told: Sequence[Outcome]) -> bool:
    return {"yes", "no"} <= {outcome.verdict for outcome in told}


def chosen(ranked: Sequence[Candidate], most_points: int, most_structures: int) -> list[tuple[Candidate, int]]:
    """The candidates of the axes and how many values each has.

    Terms of clauses first, then whatever matters most; the grid has ``most_points`` at most and
    its games ``most_structures`` structures.
    """
    picked: list[Candidate] = []

    def fits(one: Candidate) -> bool:
        grown = [*picked, one]
        rebuilt = math.prod(other.fewest for other in grown if not other.number)
        return rebuilt <= most_structures and math.prod(other.fewest for other in grown) <= most_points

    for one in ranked:
        if one.clause and len(picked) < CLAUSES and fits(one):
            picked.append(one)
    for one in ranked:
        if one not in picked and len(picked) < MOST_AXES and fits(one):
            picked.append(one)
    counts = {one.path: one.fewest for one in picked}
    growing = True
    while growing:
        growing = False
        for one in picked:
            more = counts | {one.path: counts[one.path] + 1}
            rebuilt = math.prod(more[other.path] for other in picked if not other.number)
            longer = min(len(one.spread(more[one.path])), MOST_VALUES)
            if longer < more[one.path] or math.prod(more.values()) > most_points:
                continue
            if one.number or rebuilt <= most_structures:
                counts, growing = more, True
    order = {one.path: k for k, one in enumerate(ranked)}
    return [(one, counts[one.path]) for one in sorted(picked, key=lambda one: (not one.clause, order[one.path]))]


def axis(treaty: Treaty, words: NumberWords, one: Candidate, count: int) -> Axis:
    """A candidate as an axis with so many values."""
    values = one.spread(count)
    label = OPTIONS if one.path == OPTION else amounts.capital(words.in_prose(one.path))
    return Axis(
        one.path,
        label,
        phrases.article(one.article),
        values,
        tuple(_word(treaty, words, one, value) for value in values),
        values.index(one.value),
        between=one.number,
        clause=one.clause,
    )


def _word(treaty: Treaty, words: NumberWords, one: Candidate, value: Term) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value if one.path == OPTION else value.replace("_", " ")
    if not one.number:
        last = one.path.rsplit(".", 1)[-1]
        counted = amounts.number(value)
        return amounts.span(value, "year") if last.endswith("_years") else counted
    return words.amount(one.path, float(value))
