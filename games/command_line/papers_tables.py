"""Papers with what came of their claims: one row for each, by theme, as text or as LaTeX.

Text tells how long each paper took; LaTeX does not, so that the same numbers give the same file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from games.replication.bibliography import bibliography
from games.replication.paper_file import THEMES

if TYPE_CHECKING:
    from games.replication.claims import Replication
    from games.replication.paper_file import Paper

NEEDS = "% needs the packages array, booktabs and longtable"
NARROW = 100
"""Terminals with fewer columns break lines: names and numbers are never cut."""
EVIDENCE = ("published", "recomputed", "derived")


@final
@dataclass(frozen=True)
class Recomputed:
    """A paper, what came of each of its claims, and how many seconds that took."""

    paper: Paper
    rows: tuple[Replication, ...]
    seconds: float

    @property
    def met(self) -> int:
        """How many claims are met."""
        return sum(row.ok for row in self.rows)

    @property
    def off(self) -> float:
        """The largest difference as a multiple of the tolerance of its claim: at most 1 where all are met."""
        return max(row.difference / row.claim.tolerance for row in self.rows)

    @property
    def evidence(self) -> tuple[int, ...]:
        """How many claims rest on each kind of ``EVIDENCE``."""
        count: Counter[str] = Counter(row.claim.evidence for row in self.rows)
        return tuple(count[kind] for kind in EVIDENCE)

    @property
    def cells(self) -> tuple[str, ...]:
        """Its row of the table, all but the seconds and what the paper says."""
        return (
            self.paper.name,
            f"{self.met}/{len(self.rows)}",
            f"{self.off:.1g}" if np.isfinite(self.off) else "none",
            *map(str, self.evidence),
        )


HEAD = ("paper", "met", "off/tol", "publ.", "recomp.", "deriv.")
RULES = (
    "off/tol: the largest difference as a multiple of its tolerance; publ.: claims also printed in a public source; "
    "recomp.: found from the model by independent code; deriv.: algebra from the model."
)


def by_theme(results: Sequence[Recomputed]) -> Iterator[tuple[str, list[Recomputed]]]:
    """The themes that have papers, in their order, each with its papers."""
    for theme in THEMES:
        if of_it := [one for one in results if one.paper.theme == theme]:
            yield theme, of_it


def totals(results: Sequence[Recomputed]) -> tuple[int, int]:
    """Claims met, and claims."""
    return sum(one.met for one in results), sum(len(one.rows) for one in results)


def table_lines(results: Sequence[Recomputed], columns: int | None = None) -> Iterator[str]:
    """The table as lines of text, the themes between them; then the claims that are not met, and what is left out.

    ``columns``  of a terminal: what a paper says is cut to what fits on its line.
    """
    head = (*HEAD, "s", "what it says")
    cells = {one.paper.name: (*one.cells, f"{one.seconds:.1f}", one.paper.replicates) for one in results}
    widths = [max(len(line[k]) for line in (head, *cells.values())) for k in range(len(head))]

    def aligned(parts: Sequence[str]) -> str:
        first, *numbers, last = parts
        middle = (cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True))
        line = "  ".join([first.ljust(widths[0]), *middle, last])
        room = None if columns is None else max(columns - 2, NARROW)
        return line if room is None or len(line) <= room else f"{line[: room - 1]}…"

    yield "  " + aligned(head)
    for theme, of_it in by_theme(results):
        yield theme
        yield from ("  " + aligned(cells[one.paper.name]) for one in of_it)
    yield RULES
    yield ""
    missed = [f"  {one.paper.name}, {_deviation(row)}" for one in results for row in one.rows if not row.ok]
    yield from ["deviations:", *missed] if missed else ["deviations: none"]
    left_out = [f"  {one.paper.name}: {left}" for one in results for left in one.paper.not_replicated]
    yield from ["not replicated:", *left_out] if left_out else ["not replicated: nothing is named"]


def claim_lines(result: Recomputed) -> Iterator[str]:
    """One paper claim by claim, as lines of text."""
    yield f"  {bibliography().get(result.paper.reference, result.paper.reference)}"
    table = [("", "claim", "value", "computed", "difference", "evidence")]
    table += [
        (
            "ok" if row.ok else "NO",
            row.claim.says,
            row.published,
            row.computed,
            f"{row.difference:.1e}",
            row.claim.evidence,
        )
        for row in result.rows
    ]
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    for line in table:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
    yield from (f"  {row.claim.id}: {row.note}" for row in result.rows if row.note)
    yield from (f"  not replicated: {left}" for left in result.paper.not_replicated)


def _deviation(row: Replication) -> str:
    off = f"off by {row.difference:.1e}, {row.claim.tolerance:.0e} allowed"
    told = f"{row.claim.id}: {row.published} expected, {row.computed} found; {off}"
    return f"{told}; {row.note}" if row.note else told


# -- LaTeX -------------------------------------------------------------------------------------------------------------


def table_latex(results: Sequence[Recomputed]) -> str:
    """The table as a part of a document, then lists of the claims that are not met and of what is left out."""
    from games.tables.latex import escaped

    body: list[str] = []
    for theme, of_it in by_theme(results):
        body += [r"\addlinespace", rf"\multicolumn{{7}}{{l}}{{\textit{{{escaped(theme)}}}}} \\"]
        body += [_row((one.cells[0], one.paper.replicates, *one.cells[1:])) for one in of_it]
    met, count = totals(results)
    head = (HEAD[0], "what it says", *HEAD[1:])
    missed = [f"{one.paper.name}, {_deviation(row)}" for one in results for row in one.rows if not row.ok]
    left = [f"{one.paper.name}: {what}" for one in results for what in one.paper.not_replicated]
    return "\n".join(
        [
            NEEDS,
            *_longtable(r"l>{\raggedright\arraybackslash}p{0.4\linewidth}rrrrr", head, body),
            "",
            escaped(f"{met} of {count} claims met. {RULES}"),
            *_items("Deviations", missed),
            *_items("Not replicated", left),
        ]
    )


def claims_latex(results: Sequence[Recomputed]) -> str:
    """Each paper claim by claim, as a part of a document."""
    from games.tables.latex import escaped

    lines = [NEEDS]
    for one in results:
        body = [
            _row(
                (
                    "yes" if row.ok else "NO",
                    row.claim.says,
                    row.published,
                    row.computed,
                    f"{row.difference:.1e}",
                    row.claim.evidence,
                )
            )
            for row in one.rows
        ]
        told = bibliography().get(one.paper.reference, one.paper.reference)
        column = r">{\raggedright\arraybackslash}p{%s\linewidth}"
        form = "l" + column % "0.27" + column % "0.17" + column % "0.17" + "rl"
        lines += ["", rf"\paragraph{{{escaped(one.paper.name)}}} {escaped(told)}"]
        lines += _longtable(form, ("met", "claim", "value", "computed", "difference", "evidence"), body)
        lines += _items("Not replicated", one.paper.not_replicated)
    return "\n".join(lines)


def _longtable(form: str, head: Sequence[str], body: Sequence[str]) -> list[str]:
    top = [rf"\begin{{longtable}}{{{form}}}", r"\toprule", _row(head), r"\midrule", r"\endhead"]
    return [*top, *body, r"\bottomrule", r"\end{longtable}"]


def _row(cells: Sequence[str]) -> str:
    from games.tables.latex import escaped

    return " & ".join(map(escaped, cells)) + r" \\"


def _items(title: str, lines: Sequence[str]) -> list[str]:
    from games.tables.latex import escaped

    if not lines:
        return []
    items = (rf"\item {escaped(line)}" for line in lines)
    return ["", rf"\paragraph{{{title}}}", r"\begin{itemize}", *items, r"\end{itemize}"]
