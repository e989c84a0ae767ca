"""Lint: what is legal in a treaty but contradicts itself, never takes effect, or rarely is what its authors meant.

A treaty that can be read has no dangling references; here it is asked whether its clauses fit together. Nothing is
solved: every finding follows from the text alone.  What is odd about one clause the clause itself says
(``Provision.remarks``), and what it shares with another (``Provision.clash_with``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

from treaties.linting.limits import limits
from treaties.linting.matters import dilemmas, entry, events, participation, unseen
from treaties.model.errors import TreatyFileError
from treaties.model.remark import Remark, Severity
from treaties.model.treaty import Treaty
from treaties.reading.red_lines import crossed_red_lines
from treaties.reading.red_lines import red_lines as red_lines_of
from treaties.reading.variants import apply_variant, with_terms

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@final
@dataclass(frozen=True)
class Finding:
    """One finding. ``place`` is a path as in variants; ``article`` is "-" outside provisions.

    ``error``: no sensible game can be made of it; ``warning``: probably not meant; ``note``: worth knowing.
    """

    severity: Severity
    place: str
    article: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        article = "" if self.article == "-" else f" (article {self.article})"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.severity}: {self.place}{article}: {self.problem}{remedy}"


def lint(treaty: Treaty) -> list[Finding]:
    """Everything that the text alone shows to be wrong or odd, the gravest first, then in the order of the file."""
    found = [finding for check in CHECKS for finding in check(treaty)]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])


def _finding(remark: Remark, path: str, article: str = "-") -> Finding:
    place = f"{path}.{remark.field}" if remark.field else path
    return Finding(remark.severity, place, article, remark.problem, remark.remedy)


def surroundings(treaty: Treaty) -> Iterator[Finding]:
    """What is odd about parties, matters and events."""
    for check in (entry, participation, events, dilemmas, unseen):
        for path, remark in check(treaty):
            yield _finding(remark, path)


def clashes(treaty: Treaty) -> Iterator[Finding]:
    """Two clauses that claim the same thing."""
    for a, b in itertools.combinations(treaty.provisions, 2):
        what = a.clash_with(b)
        if what is not None:
            remedy = f"keep one of articles {a.article} and {b.article}"
            yield Finding("error", treaty.path_of(b), b.article, what, remedy)


def clauses(treaty: Treaty) -> Iterator[Finding]:
    """What every clause says of itself: how it is solved, and what is odd about it in this treaty."""
    parties = [party.id for party in treaty.parties]
    for clause in treaty.provisions:
        caveats = [Remark("note", "", caveat) for caveat in clause.caveats(parties)]
        for remark in (*caveats, *clause.remarks(treaty), *limits(treaty, clause)):
            yield _finding(remark, treaty.path_of(clause), clause.article)


def red_lines(treaty: Treaty) -> Iterator[Finding]:
    """Red lines that the text itself, or one of its variants, crosses."""
    versions = [(None, treaty), *((variant.name, apply_variant(treaty, variant)) for variant in treaty.variants)]
    crossed = {name: crossed_red_lines(version) for name, version in versions}
    for line in red_lines_of(treaty):
        over = [name for name, lines in crossed.items() if line in lines]
        place = f"party.{line.party}.red_lines"
        if None in over:
            problem = f"the treaty itself crosses the red line of {line.name}: {line.text}"
            yield Finding("error", place, "-", problem, "change the clause or the red line")
        elif over:
            names = ", ".join(repr(name) for name in over)
            yield Finding("note", place, "-", f"the red line of {line.name}, {line.text}, is crossed by {names}")


def designs(treaty: Treaty) -> Iterator[Finding]:
    """Values of a design search that give no treaty."""
    for provision in treaty.provisions:
        for term, span in (provision.design or {}).items():
            path = f"{treaty.path_of(provision)}.{term}"
            impossible = [value for value in span.values[:200] if not _possible(treaty, path, value)]
            if impossible:
                severity: Severity = "warning" if len(impossible) == len(span.values) else "note"
                problem = f"these values give no treaty: {', '.join(map(str, impossible[:8]))}"
                yield Finding(severity, path, provision.article, problem, "leave them out")


def _possible(treaty: Treaty, path: str, value: object) -> bool:
    try:
        with_terms(treaty, {path: value})
    except TreatyFileError:
        return False
    return True


Check = Callable[[Treaty], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (clashes, red_lines, surroundings, clauses, designs)
