"""The sliders of a page: every point of their grid in words, for the script to show and for print to list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import isclose
from typing import TYPE_CHECKING, Any, final

from treaties.findings.amounts import listed, money, once, sentence
from treaties.findings.answer import Answer

if TYPE_CHECKING:
    from treaties.advising.slider_axes import Axis
    from treaties.advising.slider_grid import GridPoint, SliderGrid
    from treaties.model.treaty import Treaty

ANSWERS: dict[str, Answer] = {"yes": "sustainable", "no": "unsustainable"}
"""The page's names of verdicts, for their marks and colours; everything else is undecided."""
HEADLINES = {
    "yes": "It holds",
    "no": "It does not hold",
    "undecided": "Not decided",
    "no treaty": "These terms do not go together: there is no such treaty",
}
BETWEEN = (
    "Where a slider stands between two of its values nothing was worked out; what is told then is what holds around it."
)
CELLS = {"yes": "holds", "no": "does not hold", "undecided": "not decided", "no treaty": "no such treaty"}
UNBROKEN = {"yes": "It can be kept without a break", "no": "It cannot be kept without a break"}
UNBROKEN_CELLS = {"yes": "without a break", "no": "not without a break"}
"""Of a treaty where signals can be mistaken, so that cooperation that breaks off now and then is no failure."""
LASTING = (
    "Where conduct is hidden, what is told here is only whether the treaty can be kept without any break, ever; "
    "how long cooperation lasts before a break was worked out for the text and its options alone."
)
HARSHEST = "Margins and lines are told of the harshest credible answers to a breach, even where milder ones are enough."
PROVED, COMPUTED = "proved", "computed"
LINE = "What keeping the treaty is worth minus what the best step away from it is worth, by party and {period} ({unit})"
DIGITS = 4
"""Significant digits of the line's values in the page: more cannot be seen."""


@final
@dataclass(frozen=True)
class Control:
    """One slider.  ``words`` of its computed values, ``at`` the text's own; ``between`` it may stand between them."""

    label: str
    clause: bool
    words: tuple[str, ...]
    at: int
    between: bool


@final
@dataclass(frozen=True)
class PointWords:
    """One point in words.

    ``answer``   the page's name of the verdict;  ``headline`` it in a few words, ``cell`` in a table.
    ``how``      "proved" or "computed"; empty of what is no treaty.
    ``margin``, ``worlds``  empty where they are not known.
    ``years``    per party, the values of its line;  ``lowest`` what is said of the line of each.
    """

    answer: Answer
    headline: str
    cell: str
    how: str
    margin: str
    worlds: str
    years: tuple[tuple[float | None, ...], ...]
    lowest: tuple[str, ...]


@final
@dataclass(frozen=True)
class Row:
    """A line of the printed table: one term moved alone; ``label`` is empty where the line above has it."""

    label: str
    value: str
    own: bool
    point: PointWords


@final
@dataclass(frozen=True)
class SlidersPanel:
    """What is said of the sliders, with every point row-major over the controls; ``note`` says why there are none.

    ``between``  what a reader who can move them has to know; empty where all stand on computed values.
    """

    controls: tuple[Control, ...]
    points: tuple[PointWords, ...]
    text: PointWords | None
    rows: tuple[Row, ...]
    parties: tuple[str, ...]
    period: str
    line: str
    intro: tuple[str, ...]
    between: str
    notes: tuple[str, ...]
    note: str

    def to_script(self) -> dict[str, Any]:
        """What the page's script reads; names as short as the page is to stay small."""
        return {
            "axes": [{"words": one.words, "at": one.at} for one in self.controls],
            "points": [
                {"a": p.answer, "h": p.headline, "c": p.cell, "p": p.how, "m": p.margin, "w": p.worlds, "t": p.years,
                 "l": p.lowest}
                for p in self.points
            ],
            "parties": self.parties,
            "period": self.period,
        }  # fmt: skip


def sliders_panel(treaty: Treaty, grid: SliderGrid | None, *, lasting: bool = False) -> SlidersPanel | None:
    """The panel; None where no grid was asked for.

    ``lasting``  signals can be mistaken and nobody pays: years of cooperation are what matters, not a margin.
    """
    if grid is None:
        return None
    names = tuple(party.name for party in treaty.parties)
    unit, period = once(treaty.payoff_unit, treaty.period), treaty.period
    line = LINE.format(period=period, unit=f"{unit}, once")
    if not grid.points:
        return SlidersPanel((), (), None, (), names, period, line, (), "", (), sentence(grid.note))
    points = tuple(_point(point, names, unit, period, lasting) for point in grid.points)
    told = {index: points[k] for k, index in enumerate(_places(grid))}
    here = tuple(one.at for one in grid.axes)
    controls = tuple(_control(one, treaty) for one in grid.axes)
    return SlidersPanel(
        controls,
        points,
        told[here],
        tuple(_rows(controls, here, told)),
        names,
        period,
        line,
        _intro(grid, lasting),
        BETWEEN if any(control.between for control in controls) else "",
        _notes(grid),
        "",
    )


def _control(one: Axis, treaty: Treaty) -> Control:
    """A slider; how patient a party is, is told in words that need no theory."""
    label, words = one.label, one.words
    patient = next((party.name for party in treaty.parties if one.path == f"party.{party.id}.discount"), None)
    if patient is not None:
        label = f"What a gain next {treaty.period} counts for {patient}, against one today"
        words = tuple(f"{100 * float(value):.4g}%" for value in one.values)
    return Control(label, one.clause, words, one.at, one.between and len(one.values) > 1)


def _places(grid: SliderGrid) -> Iterator[tuple[int, ...]]:
    """Every place, row-major."""
    yield from product(*map(range, grid.shape))


def _point(point: GridPoint, names: tuple[str, ...], unit: str, period: str, lasting: bool) -> PointWords:
    margin = ""
    if point.margin is not None and not lasting:
        margin = money(point.margin, unit, sign=True)
        if point.bound:
            margin = f"at {'least' if point.verdict == 'yes' else 'most'} {margin}"
    lines = () if lasting or point.timeline is None else point.timeline
    lowest = []
    every = [value for line in lines for value in line if value is not None]
    # Where the margin is known better than the lines, which are of bounds, their lowest point is told as one.
    rough = False
    if every and point.margin is not None and not isclose(min(every), point.margin, rel_tol=1e-6, abs_tol=1e-9):
        rough = (min(every) < point.margin) == (point.verdict == "yes")
    how = f"at {'least' if point.verdict == 'yes' else 'most'} " if point.bound or rough else ""
    for name, years in zip(names, lines, strict=True) if lines else ():
        known = [(value, year) for year, value in enumerate(years, 1) if value is not None]
        lowest.append(f"{name}: {_lowest(known, unit, period, how)}")
    return PointWords(
        ANSWERS.get(point.verdict, "undecided"),
        (HEADLINES | UNBROKEN if lasting else HEADLINES)[point.verdict],
        (CELLS | UNBROKEN_CELLS if lasting else CELLS)[point.verdict],
        "" if point.verdict == "no treaty" else PROVED if point.proved else COMPUTED,
        margin,
        "" if point.likelihood is None else point.likelihood.in_words(),
        tuple(tuple(None if value is None else float(f"{value:.{DIGITS}g}") for value in line) for line in lines),
        tuple(lowest),
    )


def _lowest(known: list[tuple[float, int]], unit: str, period: str, how: str) -> str:
    """What is said of a line, of which value and year are known from the first on; ``how``  of bounds, which."""
    if not known:
        return f"nothing to gain by leaving in any {period} shown"
    value, year = min(known)
    told = how + money(value, unit, sign=True)
    if len(known) > 1 and isclose(value, max(known)[0], rel_tol=1e-9):
        return f"{told} in every {period}"
    return f"lowest in {period} {year}, {told}"


def _rows(
    controls: tuple[Control, ...], here: tuple[int, ...], told: dict[tuple[int, ...], PointWords]
) -> Iterator[Row]:
    """Each control moved alone, the text's own values in its place."""
    for k, control in enumerate(controls):
        for j, word in enumerate(control.words):
            yield Row("" if j else control.label, word, j == control.at, told[(*here[:k], j, *here[k + 1 :])])


def _intro(grid: SliderGrid, lasting: bool) -> tuple[str, ...]:
    count, proved = len(grid.points), sum(point.proved for point in grid.points)
    counted = sum(point.likelihood is not None for point in grid.points)
    said = [LASTING] if lasting else []
    said.append(f"{count} combinations were worked out, {proved} of them proved.")
    if 0 < counted < count:
        said.append(f"In how many worlds it holds was counted for {counted} of them, the nearest to the text.")
    return (*said, HARSHEST) if any(point.margin is not None for point in grid.points) and not lasting else tuple(said)


def _notes(grid: SliderGrid) -> tuple[str, ...]:
    said = [sentence(grid.chosen_by), sentence(grid.proved_rule)]
    if any(point.bound for point in grid.points):
        said.append(
            "A margin “at least” is that of answers to a breach that were found, one “at most” that of the harshest "
            "that bounds allow; lines show the same."
        )
    if grid.worlds:
        said.append(
            f"Worlds: what you move is held where you put it, all other numbers are drawn from their ranges "
            f"({grid.worlds} worlds beside those of the text, seed {grid.seed})."
        )
    if grid.unproved:
        said.append(f"For {grid.unproved} of the points to be proved no proof was found; they stay computed.")
    if grid.refused:
        said.append(f"A proof contradicted what was computed, so these are not decided: {listed(grid.refused)}.")
    return tuple(said)
