"""The tables of a briefing as CSV and LaTeX, for papers and spreadsheets: numbers as found, not as rounded."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import final

from games.tables import tabular
from treaties.briefing.briefing import Briefing

Cell = str | float | None


@final
@dataclass(frozen=True)
class Table:
    """Rows under their headings; None where nothing is known."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def as_csv(self) -> str:
        """Comma-separated, with a heading; empty where nothing is known."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.heads)
        writer.writerows(self.rows)
        return text.getvalue()

    def as_latex(self) -> str:
        """A ``tabular`` for the package booktabs."""
        return tabular(self.heads, self.rows) + "\n"


def tables(briefing: Briefing) -> dict[str, Table]:
    """By name: options, parties, ladder, timeline, and the numbers of the file; those without a row are left out."""
    b = briefing
    found = {
        "options": _options(b),
        "parties": _parties(b),
        "ladder": Table(
            ("rung", "name", "answer", "margin"),
            tuple((step.number, step.name, step.verdict, step.margin) for step in b.ladder),
        ),
        "timeline": Table(
            ("party", "year after signature", "staying minus leaving", "once later years are lost", "situation"),
            tuple((one.party, one.year, one.value, one.lost, one.situation) for one in b.timeline.points),
        ),
        "numbers": Table(
            ("of", "number", "value", "low", "high", "unit", "source", "confidence"),
            tuple(
                (one.group, one.name, one.value, one.low, one.high, one.unit, one.source, one.confidence)
                for one in b.assumptions
            ),
        ),
    }
    return {name: table for name, table in found.items() if table.rows}


def _options(b: Briefing) -> Table:
    """Options by place; what is ``asked`` of them tells those apart whose margins are no answers to one question."""
    heads = ("place", "asked", "option", "changes", "answer", "of 100 worlds", f"margin, {b.unit_once}",
             "cooperation lasts", "share of time in compliance", "tightest", "red lines crossed")  # fmt: skip
    rows = [
        (place, group.title, one.name, one.changes, one.verdict, one.worlds, one.margin, one.lasts, one.share,
         one.tightest, "; ".join(one.red_lines), *one.values)
        for group in b.option_groups
        for place, one in group.rows
    ]  # fmt: skip
    return Table((*heads, *(f"{party}, if all comply" for party in b.parties)), tuple(rows))


def _parties(b: Briefing) -> Table:
    said: Sequence[tuple[str, ...]] = [(one.signs[1], one.ratifies[1], one.keeps[1]) for one in b.first.parties]
    return Table(
        ("party", "if all comply", "staying out", "no treaty", "would sign", "would be ratified", "would keep it"),
        tuple(
            (gain.name, gain.compliance, gain.outside_option, gain.no_treaty, *answers)
            for gain, answers in zip(b.gains.rows, said, strict=True)
        ),
    )
