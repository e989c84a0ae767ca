"""A dilemma small enough to know by hand where its answer flips, and grids of points for pages."""

from __future__ import annotations

from treaties.advising.advice import Advice
from treaties.advising.reasons import Reasons, Without
from treaties.advising.slider_axes import Axis
from treaties.advising.slider_grid import GridPoint, SliderGrid
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.sweeping.judging import Verdict
from treaties.sweeping.likelihood import Likelihood

LEAST = 1 / 3
"""The least discount factor at which the dilemma holds: a breach wins 1 once, and loses 2 a year from then on."""
DILEMMA = """schema = "servanda-treaty/1"
title = "A dilemma"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Aland"
discount = 0.9
outside_option = 0
[[party]]
id = "B"
name = "Bland"
discount = { value = 0.5, low = 0.1, high = 0.9 }
outside_option = 0
[[matter]]
id = "trade"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
OPTIONS = """[[provision]]
type = "veto"
article = "5"
holder = "A"
matter = "trade"
uses_per_term = "unlimited"
[[variant]]
name = "No veto"
remove = ["veto"]
"""


def dilemma(more: str = "") -> Treaty:
    """The dilemma, with more lines of its file."""
    return read_treaty_text(DILEMMA + more, "dilemma.toml")


def point(verdict: Verdict, margin: float | None = None, *, proved: bool = False) -> GridPoint:
    """A point with a line of three years per party where it has a margin."""
    line = None if margin is None else tuple((margin + k, margin + 2.0, None) for k in range(2))
    return GridPoint(verdict, margin, True, Likelihood(30, 8, 2, (0.6, 0.9), 0.07), line, proved)


def grid(first: str = "Amount (Article 3)", words: tuple[str, ...] = ("1", "2", "3")) -> SliderGrid:
    """Two axes, the first of numbers: below its last value it fails, but where the second is raised."""
    axes = (
        Axis("remedy.amount", first, "Article 3", (1.0, 2.0, 3.0), words, 1, between=True, clause=True),
        Axis("veto.uses", "Uses of the veto", "Article 5", (0, 1), ("none", "one"), 0, between=False, clause=True),
    )
    points = (
        point("no", -2.0), point("undecided"),
        point("no", -1.0, proved=True), point("yes", 0.25, proved=True),
        point("yes", 1.5, proved=True), point("no treaty"),
    )  # fmt: skip
    return SliderGrid(axes, points, "Of three numbers these matter most", 0, 40)


def advice(sliders: SliderGrid | None) -> Advice:
    """Advice on sliders alone."""
    without = Without("", "", "The text", "sustainable")
    return Advice(None, None, (), "not asked for", Reasons(without, ()), sliders)
