"""The points of a grid over a few numbers and terms of a treaty, for a page on which a reader moves them.

Every point is judged by the screen, compiled anew only for terms that change the structure of the game.  Points whose
verdict differs from a neighbour's, and some others drawn by lot, are proved in exact arithmetic; what a proof
contradicts is undecided, and told.  How many points there are depends on the size of the game alone, so that the same
file gives the same grid on every machine.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np

from games.numerics.progress import Progress
from treaties.advising.slider_axes import (
    MOST_AXES,
    OPTION,
    Axis,
    MovedText,
    axis,
    by_influence,
    candidates,
    chosen,
    spans_of,
)
from treaties.assessing.assessment import Assessment
from treaties.findings.amounts import percent
from treaties.findings.quantities import NumberWords
from treaties.findings.records import Timeline, VariantFinding
from treaties.model.treaty import Treaty
from treaties.sweeping.draws import Draws
from treaties.sweeping.judging import ANSWERS, DesignJudge, Outcome, Verdict
from treaties.sweeping.levers import size
from treaties.sweeping.likelihood import Likelihood, likelihood
from treaties.sweeping.pairs import drawn

MOST_POINTS, FEWEST_POINTS = 240, 27
POINT_ROWS = 250_000
"""Rows of the games of all points together: as many points as judging and proving take some seconds for."""
MOST_STRUCTURES, STRUCTURE_ROWS = 24, 28_000
"""Structures of games, each compiled once, and the rows of all of them together."""
WORLDS = 40
"""Seeded worlds at each point in which likelihood is counted."""
WORLD_ROWS, OVERHEAD = 2_000_000, 4_000
"""Rows of the games of all worlds together, and what a world costs besides, in rows: worlds are drawn at points nearest
to the text first, as long as these last."""
RATE = 0.05
"""Share of the points that are proved although they agree with their neighbours."""
PROVED_RULE = (
    f"Points whose verdict differs from a neighbour's, and {percent(RATE)} of the others drawn by lot, are proved in "
    "exact arithmetic; the others are computed in floating point"
)
MOST_UNPROVED = 12
"""After so many points for which no proof was found none is looked for any more: a search may take seconds."""
UNSCREENED = (
    "No grid was computed: each point of this treaty takes methods that need seconds or minutes (types, or signals, "
    "rights and payments that leave play open)"
)
NOTHING = "No grid was computed: the file gives no number a range, and no term of a clause can be moved by itself"

Index = tuple[int, ...]


@final
@dataclass(frozen=True)
class GridPoint:
    """One point.

    ``margin``      what compliance withstands, negative where it lacks so much; None if not known.  ``bound``: of a yes
                    it is this at least, else at most.
    ``likelihood``  in how many worlds it holds, what was moved held where it is; None where that was not counted.
    ``timeline``    per party, what staying is worth minus leaving, year by year from the first on; None if not known.
    ``proved``      whether the verdict was proved in exact arithmetic; else it was computed.
    """

    verdict: Verdict
    margin: float | None
    bound: bool
    likelihood: Likelihood | None
    timeline: tuple[tuple[float | None, ...], ...] | None
    proved: bool

    def to_json(self) -> dict[str, Any]:
        """One entry of ``points``."""
        return {
            "verdict": self.verdict,
            "margin": self.margin,
            "bound": self.bound,
            "likelihood": None if self.likelihood is None else self.likelihood.to_json(),
            "timeline": None if self.timeline is None else [list(years) for years in self.timeline],
            "proved": self.proved,
        }


@final
@dataclass(frozen=True)
class SliderGrid:
    """A grid of points, the text's own among them.

    ``points``     row-major over the axes;  ``note`` why there are none.
    ``chosen_by``  how the axes were chosen;  ``worlds`` how many worlds were drawn at a point.
    ``refused``    points of which exact arithmetic proved another verdict, in words: they are undecided.
    ``unproved``   how many points were to be proved for which no proof was found, or none looked for any more: they
                   stay computed.
    """

    axes: tuple[Axis, ...]
    points: tuple[GridPoint, ...]
    chosen_by: str
    seed: int
    worlds: int = 0
    proved_rule: str = PROVED_RULE
    refused: tuple[str, ...] = ()
    unproved: int = 0
    note: str = ""

    @property
    def shape(self) -> Index:
        """How many values each axis has."""
        return tuple(len(one.values) for one in self.axes)

    @property
    def text(self) -> GridPoint:
        """The point of the text's own values."""
        return self.at(tuple(one.at for one in self.axes))

    def at(self, index: Index) -> GridPoint:
        """The point at a place of each axis."""
        return self.points[int(np.ravel_multi_index(index, self.shape))]

    def to_json(self) -> dict[str, Any]:
        """The ``sliders`` of an advice."""
        return {
            "axes": [one.to_json() for one in self.axes],
            "points": [one.to_json() for one in self.points],
            "chosen_by": self.chosen_by,
            "seed": self.seed,
            "worlds": self.worlds,
            "proved_rule": self.proved_rule,
            "refused": list(self.refused),
            "unproved": self.unproved,
            "note": self.note,
        }


def slider_grid(
    treaty: Treaty,
    found: Assessment,
    *,
    seed: int = 0,
    likely: Mapping[str, Likelihood] | None = None,
    progress: Progress | None = None,
) -> SliderGrid:
    """The grid of a treaty; without points, and with the reason, where nothing can be moved or judged quickly.

    ``found``   the assessment, which the point of the text's own values tells again, and so do those that are options
                of the file.
    ``likely``  in how many worlds the text (name "") and its options hold, if that was counted: the same points tell it
                again.
    """
    said = progress or (lambda what, share: None)
    said("which sliders matter", 0.0)
    every, left_out = candidates(treaty)
    if not every:
        return SliderGrid((), (), "", seed, note=NOTHING)
    moved = MovedText(treaty, [one for one in every if one.number], spans_of(treaty))
    text = moved.judge({})
    now = text.glance({one.path: size(one.value) for one in every if one.number})
    if now.verdict == "undecided" and not now.concept:
        return SliderGrid((), (), "", seed, note=text.problem or UNSCREENED)
    ranked = by_influence(moved, every)
    most = max(FEWEST_POINTS, min(MOST_POINTS, POINT_ROWS // text.rows))
    structures = max(3, min(MOST_STRUCTURES, STRUCTURE_ROWS // text.rows))
    picked = chosen(ranked, most, structures)
    words = NumberWords.of(treaty)
    axes = tuple(axis(treaty, words, one, count) for one, count in picked)
    grid = _Grid(treaty, axes, moved, seed)
    points = grid.judged(said)
    options = grid.options(found)
    for index, option in options.items():
        points[index] = _as_told(option, found, points[index])
    refused, unproved = grid.prove(points, said)
    for index, option in options.items():
        points[index] = replace(points[index], likelihood=(likely or {}).get(option.name))
    worlds = grid.count(points, said)
    said("sliders", 1.0)
    kinds = f"{len(every)} numbers and terms of clauses that can be moved by themselves"
    more = f" ({left_out} more, which change the structure of the game, were not tried)" if left_out else ""
    return SliderGrid(
        axes,
        tuple(points[index] for index in grid.every),
        f"Of {kinds}{more}, these change the answer, or else its margin, most between the ends of their ranges, all "
        f"else as in the text; up to {MOST_AXES} are shown, two of them terms of clauses where there are so many",
        seed,
        worlds,
        refused=tuple(refused),
        unproved=unproved,
    )


@final
class _Grid:
    """The places of a grid and who judges there."""

    def __init__(self, treaty: Treaty, axes: Sequence[Axis], moved: MovedText, seed: int) -> None:
        self.treaty, self.axes, self.moved, self.seed = treaty, axes, moved, seed
        self.every = list(itertools.product(*(range(len(one.values)) for one in axes)))
        self.text: Index = tuple(one.at for one in axes)

    def judge(self, index: Index) -> DesignJudge:
        return self.moved.judge(
            {one.path: one.values[k] for one, k in zip(self.axes, index, strict=True) if not one.between}
        )

    def numbers(self, index: Index) -> dict[str, float]:
        """The numbers that are moved, but for those of clauses that an option leaves out."""
        there = self.judge(index).paths
        return {
            one.path: size(one.values[k])
            for one, k in zip(self.axes, index, strict=True)
            if one.between and one.path in there
        }

    def options(self, found: Assessment) -> dict[Index, VariantFinding]:
        """Where the text stands, and the options of the file of which the same is asked, where they are points."""
        told = {}
        for finding, variant in zip(found.variants, (None, *self.treaty.variants), strict=True):
            moved: dict[str, Any] = {}
            if variant is not None:
                named = any(one.path == OPTION and variant.name in one.values for one in self.axes)
                moved = {OPTION: variant.name} if named else {} if variant.restructures else dict(variant.set)
            there = [one for one in self.axes if moved.get(one.path) in one.values]
            places = {one.path: one.values.index(moved[one.path]) for one in there}
            alike = finding.judgement.transfers == found.transfers and not finding.trust
            if len(places) == len(moved) and (variant is None or (moved and alike)):
                told[tuple(places.get(one.path, one.at) for one in self.axes)] = finding
        return told

    def neighbours(self, index: Index) -> Iterator[Index]:
        for k, one in enumerate(self.axes):
            for step in (-1, 1):
                if 0 <= index[k] + step < len(one.values):
                    yield (*index[:k], index[k] + step, *index[k + 1 :])

    def distance(self, index: Index) -> tuple[int, int]:
        """How many axes are moved from the text's own value, and by how many places in all."""
        steps = [abs(k - here) for k, here in zip(index, self.text, strict=True)]
        return sum(map(bool, steps)), sum(steps)

    def told(self, index: Index) -> str:
        """A point in words."""
        return "; ".join(f"{one.label}: {one.words[k]}" for one, k in zip(self.axes, index, strict=True))

    def judged(self, said: Progress) -> dict[Index, GridPoint]:
        """Every point as the screen tells it."""
        points = {}
        for n, index in enumerate(self.every):
            judge, numbers = self.judge(index), self.numbers(index)
            points[index] = _point(*judge.along(numbers))
            said(f"sliders: {n + 1} of {len(self.every)} points", 0.1 + 0.3 * n / len(self.every))
        return points

    def to_prove(self, points: Mapping[Index, GridPoint]) -> list[Index]:
        """The points whose verdict differs from a neighbour's, and some drawn by lot, among those that are decided."""
        return [
            index
            for index in self.every
            if points[index].verdict in ("yes", "no")
            and (
                any(points[other].verdict != points[index].verdict for other in self.neighbours(index))
                or drawn(RATE, self.seed, self.treaty.content_hash, *index)
            )
        ]

    def prove(self, points: dict[Index, GridPoint], said: Progress) -> tuple[list[str], int]:
        """Prove what is to be proved, in place; what was refused, and how many points no proof was found for.

        A point that becomes undecided differs from its neighbours, which then are to be proved as well.
        """
        asked: set[Index] = {index for index in self.every if points[index].proved}
        refused, unproved = [], 0
        while todo := [index for index in self.to_prove(points) if index not in asked]:
            for n, index in enumerate(todo):
                asked.add(index)
                if unproved >= MOST_UNPROVED:
                    unproved += 1
                    continue
                answer, _certificate = self.judge(index).reprove(self.numbers(index), quick=True)
                if answer == points[index].verdict:
                    points[index] = replace(points[index], proved=True)
                elif answer == "undecided":
                    unproved += 1
                else:
                    refused.append(f"{self.told(index)}: computed {points[index].verdict}, proved {answer}")
                    points[index] = GridPoint("undecided", None, False, None, None, False)
                said(f"sliders: {n + 1} of {len(todo)} points proved", 0.4 + 0.35 * n / len(todo))
        return refused, unproved

    def count(self, points: dict[Index, GridPoint], said: Progress) -> int:
        """In how many worlds each other point holds, in place, nearest to the text first; how many were drawn."""
        spans = spans_of(self.treaty)
        if not spans:
            return 0
        columns = Draws(WORLDS, self.seed).columns(spans)
        left = WORLD_ROWS
        for n, index in enumerate(sorted(self.every, key=lambda index: (self.distance(index), index))):
            if points[index].likelihood is not None or points[index].verdict == "no treaty":
                continue
            judge = self.judge(index)
            left -= WORLDS * (judge.rows + OVERHEAD)
            if left < 0:
                break
            # What the reader has moved stays where it is; all else is drawn.
            held = {
                one.path: size(one.values[k])
                for one, k in zip(self.axes, index, strict=True)
                if one.path in judge.paths and (k != one.at or one.path not in spans)
            }
            verdicts = []
            for world in range(WORLDS):
                numbers = {path: float(columns[path][world]) for path in judge.paths if path in columns}
                verdicts.append(judge.glance(numbers | held).verdict)
            known = [verdict for verdict in verdicts if verdict != "no treaty"]
            counted = likelihood(
                np.array([verdict == "yes" for verdict in known], dtype=bool),
                np.array([verdict == "no" for verdict in known], dtype=bool),
                "latin",
                WORLDS,
            )
            points[index] = replace(points[index], likelihood=counted)
            said(f"sliders: worlds at {n + 1} of {len(self.every)} points", 0.75 + 0.25 * n / len(self.every))
        return WORLDS


def _point(found: Outcome, years: Any) -> GridPoint:
    """What the screen tells of a point; too close to be told from the other answer, it is undecided."""
    timeline = None
    if years is not None:
        timeline = tuple(tuple(_finite(value) for value in line) for line in years.T.tolist())
    if found.near:
        return GridPoint("undecided", None, False, None, timeline, False)
    return GridPoint(found.verdict, found.margin, found.margin is not None, None, timeline, False)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _as_told(option: VariantFinding, found: Assessment, computed: GridPoint) -> GridPoint:
    """The point of the text, or of an option, as the assessment tells it; the line of an option is that computed."""
    note = option.judgement.certificate
    proved = option.verdict != "undecided" and note is not None and note.checked
    timeline = computed.timeline if option.name else _line(found.timeline, [party.id for party in found.treaty.parties])
    return GridPoint(ANSWERS[option.verdict], option.margin, False, None, timeline, proved)


def _line(told: Timeline, parties: Sequence[str]) -> tuple[tuple[float | None, ...], ...] | None:
    """Per party, what staying is worth minus leaving, year by year; None where no year is told."""
    by_party: dict[str, dict[int, float]] = {}
    for point in told.incentives:
        by_party.setdefault(point.party, {})[point.year] = point.stay_minus_leave
    years = 1 + max((point.year for point in told.incentives), default=-1)
    if not years:
        return None
    return tuple(tuple(by_party.get(party, {}).get(year) for year in range(years)) for party in parties)
