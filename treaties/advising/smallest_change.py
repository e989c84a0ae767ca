"""The smallest change of a term that mends a treaty, or breaks one that holds, with what it costs whom.

All terms are moved by small shares of their ranges first, then by larger ones, until the answer flips; only then is the
flip narrowed, and both its sides proved.  Islands between the values tried are not excluded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, final

from games.numerics.progress import Progress
from treaties.advising.scan import Line, Scan
from treaties.assessing.assessment import Assessment
from treaties.findings.records import comparable
from treaties.model.red_lines import RedLine
from treaties.sweeping.levers import Term, size
from treaties.sweeping.moves import Flip, Moved, Together
from treaties.sweeping.two_terms import pairs_of

ChangeAnswer = Literal["mends", "breaks", "none found", "undecided"]
FEW = 4
"""So many terms, those that bring compliance nearest to holding, are moved two at a time."""


FEW_VALUES = "each trial takes long, so that only a few values of each term were tried"


@final
@dataclass(frozen=True)
class SmallestChange:
    """What the smallest change does, of those that were tried.

    ``answer``   "mends" a text that does not hold, "breaks" one that does; "none found": none of the values tried does
                 either; "undecided": some of them could not be told, and none of the others does.
    ``moved``    the term, and its flip nearest to the text, both sides proved where the flip says so; None without.
    ``two``      two terms together, where no term alone mends it; None where that was not asked, or none was found.
    ``crosses``  red lines that what mends it crosses, and the text does not.
    ``options``  names of the file's options that mend it.
    ``tried``    values of single terms that were judged, ``undecided`` those that could not be told, of ``terms``
                 terms;  ``pairs`` of values of two terms that were judged.
    ``note``     why less was tried than could be; empty if nothing was left out.
    """

    answer: ChangeAnswer
    moved: Moved | None = None
    two: Together | None = None
    crosses: tuple[RedLine, ...] = ()
    options: tuple[str, ...] = ()
    terms: int = 0
    tried: int = 0
    undecided: int = 0
    pairs: int = 0
    note: str = ""

    @property
    def flip(self) -> Flip | None:
        """Of ``moved``."""
        return None if self.moved is None else self.moved.flips[0]

    def to_json(self) -> dict[str, Any]:
        """The ``smallest`` of an advice."""
        return {
            "answer": self.answer,
            "term": None if self.moved is None else self.moved.to_json(),
            "two_terms": None if self.two is None else self.two.to_json(),
            "red_lines_crossed": [str(line) for line in self.crosses],
            "options": list(self.options),
            "terms": self.terms,
            "tried": self.tried,
            "undecided": self.undecided,
            "pairs_tried": self.pairs,
            "note": self.note,
        }


def smallest_change(scan: Scan, found: Assessment, progress: Progress | None = None) -> SmallestChange:
    """The smallest change that flips the answer of an assessment.

    ``scan``  of the treaty that was assessed; what is judged here stays there.
    """
    options: tuple[str, ...] = ()
    if found.verdict != "sustainable":
        tested = comparable(found.variants[1:], scan.treaty.has_types)
        options = tuple(one.name for one in tested if one.verdict == "sustainable")
    if scan.refusal:
        return SmallestChange("undecided", options=options, note=scan.refusal)
    search = _Search(scan, progress or (lambda what, share: None))
    nearest = search.nearest()
    told = SmallestChange(
        "undecided" if search.undecided or search.note else "none found",
        options=options,
        terms=len(scan.lines),
        tried=search.tried,
        undecided=search.undecided,
        note=search.note,
    )
    if nearest is not None:
        line, flip = nearest
        if scan.slow and line.lever.kind != "listed":
            told = replace(told, note=told.note or FEW_VALUES)
        breaks = scan.text.verdict == "yes"
        verdicts = {value: one.verdict for value, one in line.found.items() if value != line.lever.value}
        moved = Moved(line.lever, "breaks" if breaks else "fixes", (flip,), verdicts)
        if breaks:
            return replace(told, answer="breaks", moved=moved)
        return replace(told, answer="mends", moved=moved, crosses=scan.crossed({line.lever.path: flip.holds}))
    return told if scan.text.verdict == "yes" or not scan.lines else _two(scan, told, progress)


@final
@dataclass
class _Search:
    """The values of all terms, the nearest to the text first."""

    scan: Scan
    said: Progress
    tried: int = 0
    undecided: int = 0
    note: str = ""

    def nearest(self) -> tuple[Line, Flip] | None:
        """The term of which the smallest share of its range flips the answer, with the flip; None if none does."""
        best: tuple[Line, Flip] | None = None
        points = self.scan.nearest()
        for done, (line, value) in enumerate(points):
            if best is not None and best[1].share <= line.lever.share(value):
                break
            if not self.scan.left:
                left = f"{len(points) - done} of {len(points)} values"
                self.note = f"{self.scan.why_short}, so that {left} were not tried"
                break
            self.said(f"moving {line.lever.path}", done / len(points))
            if self._flips(line, value):
                best = _nearer(best, line, line.flip(value))
        return None if best is None else self._between(*best)

    def _flips(self, line: Line, value: Term) -> bool:
        verdict = self.scan.judged(line, value).verdict
        self.tried += verdict != "no treaty"
        self.undecided += verdict == "undecided"
        return verdict == self.scan.wanted

    def _between(self, line: Line, flip: Flip) -> tuple[Line, Flip]:
        """The same, or a nearer flip of another term that lies between two of the values tried."""
        best = line, flip
        for other in self.scan.lines:
            if other is line or other.lever.kind != "number":
                continue
            for end in other.lever.ends:
                away = math.copysign(best[1].share * other.lever.width, size(end) - size(other.lever.value))
                value = size(other.lever.value) + away
                beyond = end != other.lever.value and abs(away) < abs(size(end) - size(other.lever.value))
                if beyond and self.scan.left and self._flips(other, value):
                    best = _nearer(best, other, other.flip(value)) or best
        return best


def _nearer(best: tuple[Line, Flip] | None, line: Line, flip: Flip | None) -> tuple[Line, Flip] | None:
    if flip is None or (best is not None and best[1].share <= flip.share):
        return best
    return line, flip


def _two(scan: Scan, told: SmallestChange, progress: Progress | None) -> SmallestChange:
    """The same with the smallest change of two terms together, of the few that bring compliance nearest to holding."""
    if scan.slow:
        return replace(told, note=told.note or "two terms together were not tried: each trial takes long")
    promising = sorted(scan.lines, key=_lack)[:FEW]
    helping: list[Together] = []
    pairs = undecided = 0
    note = told.note
    for one, other in combinations(promising, 2):
        if not scan.left:
            note = note or f"{scan.why_short}, so that not all pairs of terms were tried"
            break
        alone = [Moved(line.lever, "no tried value helps", (), {}) for line in (one, other)]
        (found,) = pairs_of(scan.text, alone, None, 1, progress).found
        games = found.tried if all(line.lever.kind != "number" for line in (one, other)) else math.sqrt(found.tried)
        scan.spent += games * scan.rows
        pairs += found.tried
        undecided += found.undecided
        helping += [found] if found.holds is not None else []
    best = min(helping, key=lambda one: one.share, default=None)
    if best is not None and best.holds is not None:
        crosses = scan.crossed(dict(zip(best.paths, best.holds, strict=True)))
        return replace(told, answer="mends", two=best, pairs=pairs, note=note, crosses=crosses)
    open_ = told.answer == "undecided" or undecided or note
    return replace(told, answer="undecided" if open_ else "none found", pairs=pairs, note=note)


def _lack(line: Line) -> float:
    """What compliance lacks with the best value tried of a term."""
    margins = [one.margin for value, one in line.found.items() if value != line.lever.value and one.margin is not None]
    return -max(margins, default=-math.inf)
