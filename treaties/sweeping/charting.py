"""What becomes of a text and its variants along one number: verdict and margin at every value, each proved.

Or how long cooperation lasts: where full compliance fails, or signals are noisy, years tell texts apart that a margin
does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, final

from games.numerics.progress import Progress
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.bargaining.designs import AS_IT_STANDS
from treaties.findings.records import Judgement
from treaties.findings.verdict_words import RUNG_NAMES
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant, with_terms

Shows = Literal["margins", "years", "rungs"]


@final
@dataclass(frozen=True)
class Line:
    """One text at each value.

    ``found``    what was found of it;  ``moved``  False where it does not have the number.
    ``lasting``  expected periods of full compliance in the best stable plan found, infinite where it is kept for good,
                 None where that is not known; empty where it was not asked.
    """

    name: str
    found: tuple[Judgement, ...]
    moved: bool = True
    lasting: tuple[float | None, ...] = ()


@final
@dataclass(frozen=True, eq=False)
class Chart:
    """The text and its variants at some values of one number, or of several that are moved together.

    ``paths``   of the numbers; ``values``  what they all are, in rising order.
    ``shows``   what is asked: margins, years of cooperation, or the margins of the four rungs of punishment.
    ``lines``   the text and its variants, or of the text alone its rungs.
    """

    treaty: Treaty
    paths: tuple[str, ...]
    values: tuple[float, ...]
    lines: tuple[Line, ...]
    shows: Shows = "margins"

    @property
    def concepts(self) -> tuple[str, ...]:
        """The solution concepts of the verdicts."""
        return tuple(sorted({one.concept for line in self.lines for one in line.found}))

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-chart/1`` object."""
        return {
            "format": "servanda-chart/1",
            "treaty": {
                "title": self.treaty.title,
                "file": self.treaty.source_name,
                "sha256": self.treaty.source_hash,
            },
            "numbers": list(self.paths),
            "values": list(self.values),
            "payoff_unit": self.treaty.payoff_unit,
            "lines": [
                {
                    "name": line.name,
                    "moved": line.moved,
                    "verdicts": [one.verdict for one in line.found],
                    "margins": [one.margin for one in line.found],
                    "concepts": [one.concept for one in line.found],
                    "certificates": [one.proved_by for one in line.found],
                }
                | ({"lasting": [_told(one) for one in line.lasting]} if line.lasting else {})
                for line in self.lines
            ],
        }


def chart(
    treaty: Treaty,
    paths: Sequence[str],
    low: float,
    high: float,
    points: int = 11,
    *,
    shows: Shows = "margins",
    progress: Progress | None = None,
) -> Chart:
    """The text and its variants with some numbers at ``points`` evenly spaced values from ``low`` to ``high``.

    ``shows``  "years" also asks how long cooperation lasts at each of them; "rungs" asks how much punishment the text
               as it stands leans on, a line for each rung.

    A variant without the numbers is judged once; what a variant says of them gives way to the values.
    Raises ``ValueError`` if the text has no such number, the range is none, or a version cannot become a game;
    ``TreatyFileError`` if a value is none that the number can have.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"the values go from {low:g} to {high:g}: let them rise")
    if points < 2:
        raise ValueError(f"{points} values make no line; ask for 2 or more")
    known = {number.path for number in treaty.numbers()}
    for path in paths:
        if path not in known:
            raise ValueError(f"the text has no number {path!r}; its numbers are named as in {sorted(known)[0]}")
    said = progress or (lambda what, share: None)
    # As decimals: 0.1 + 0.2 is 0.3.
    values = tuple(float(f"{low + (high - low) * k / (points - 1):.12g}") for k in range(points))
    if shows == "rungs":
        return Chart(treaty, tuple(paths), values, tuple(_rungs(treaty, paths, values, said)), shows)
    texts = list(_texts(treaty))
    lines = []
    for k, (name, text) in enumerate(texts):
        here = [path for path in paths if path in {number.path for number in text.numbers()}]
        found: list[Judgement] = []
        lasting: list[float | None] = []
        for j, value in enumerate(values if here else values[:1]):
            said(name, (k + j / len(values)) / len(texts))
            at = with_terms(text, dict.fromkeys(here, value))
            if shows == "margins":
                found.append(_judged(at))
            else:
                judgement, years = _lasting(at)
                found.append(judgement)
                lasting.append(years)
        times = 1 if here else len(values)
        lines.append(Line(name, tuple(found * times), bool(here), tuple(lasting * times)))
    return Chart(treaty, tuple(paths), values, tuple(lines), shows)


def _told(years: float | None) -> float | str | None:
    return "for good" if years == math.inf else years


def _texts(treaty: Treaty) -> Iterator[tuple[str, Treaty]]:
    yield AS_IT_STANDS, treaty
    for variant in treaty.variants:
        yield variant.name, apply_variant(treaty, variant)


def _judged(treaty: Treaty) -> Judgement:
    text = Answers(treaty).text
    return text.verdict(text.compiled.game.transfers)


def _lasting(treaty: Treaty) -> tuple[Judgement, float | None]:
    """The verdict, and expected periods of full compliance in the best stable plan found."""
    found = assess(treaty, variants=False, region=False)
    if found.monitoring is not None:
        lasts = found.monitoring.stances[0].cooperation
        if lasts is not None:
            return found.judgement, math.inf if lasts.keeps is None else lasts.keeps
    if found.verdict == "sustainable":
        return found.judgement, math.inf
    return found.judgement, None if found.departure is None else found.departure.expected_years


def _rungs(treaty: Treaty, paths: Sequence[str], values: Sequence[float], said: Progress) -> Iterator[Line]:
    """A line for each rung of the text as it stands, by the numbers of rungs that were judged at every value."""
    ladders: list[dict[int, Judgement]] = []
    for j, value in enumerate(values):
        said("rungs", j / len(values))
        text = Answers(with_terms(treaty, dict.fromkeys(paths, value))).text
        ladders.append({rung.number: rung.found for rung in text.ladder(text.compiled.game.transfers)})
    for number in sorted(set.intersection(*map(set, ladders))):
        yield Line(f"{number}. {RUNG_NAMES[number]}", tuple(ladder[number] for ladder in ladders))
