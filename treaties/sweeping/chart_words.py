"""What becomes of a text and its variants along one number, as lines for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import isinf

from treaties.findings.amounts import capital, listed, number, once, signed, span
from treaties.findings.quantities import NumberWords
from treaties.sweeping.charting import Chart, Line
from treaties.sweeping.telling import in_what_sense

DOES = {"sustainable": "kept", "unsustainable": "not kept", "undecided": "undecided"}


def summary(found: Chart) -> list[str]:
    """Where each version is kept, and with what margin at both ends of each stretch."""
    words = NumberWords.of(found.treaty)
    what = listed([words.in_prose(path) for path in found.paths])
    span = f"from {number(found.values[0])} to {number(found.values[-1])}"
    unit = once(found.treaty.payoff_unit, found.treaty.period)
    lines = [f"{found.treaty.title}: {what}, {len(found.values)} values {span}.", ""]
    lines += [f"{capital(line.name)}: {'; '.join(_stretches(found, line))}." for line in found.lines]
    if found.shows == "years":
        lines += ["", f"{capital(found.treaty.period)}s of full compliance: in the best stable plan that was found."]
    else:
        lines += [
            "",
            f"In brackets the margin, {unit}: what compliance withstands. Every verdict is proved, or undecided.",
        ]
    return lines + in_what_sense(found.concepts)


def _stretches(found: Chart, line: Line) -> Iterator[str]:
    """Values next to each other with one answer."""
    if line.lasting:
        yield from _lasting(found, line)
        return
    if not line.moved:
        yield f"{DOES[line.found[0].verdict]}, whatever it is ({_margins(line, 0, 0)})"
        return
    for verdict, places in groupby(range(len(found.values)), key=lambda k: line.found[k].verdict):
        first, *rest = places
        last = rest[-1] if rest else first
        where = f"at {number(found.values[first])}"
        if rest:
            where = f"from {number(found.values[first])} to {number(found.values[last])}"
        yield f"{DOES[verdict]} {where} ({_margins(line, first, last)})"


def _margins(line: Line, first: int, last: int) -> str:
    ends = [line.found[k].margin for k in dict.fromkeys((first, last))]
    return " to ".join("unknown" if end is None else signed(end) for end in ends)


def _lasting(found: Chart, line: Line) -> Iterator[str]:
    """How long cooperation lasts at each value; values next to each other that are alike are told together."""
    if not line.moved:
        yield f"{lasts(line.lasting[0], found.treaty.period)}, whatever it is"
        return
    for said, run in groupby(range(len(found.values)), key=lambda k: lasts(line.lasting[k], found.treaty.period)):
        first, *rest = run
        ends = f"from {number(found.values[first])} to {number(found.values[rest[-1]])}" if rest else ""
        yield f"{said} {ends or f'at {number(found.values[first])}'}"


def lasts(periods: float | None, period: str) -> str:
    """How long full compliance lasts.

    >>> lasts(4.0, "year"), lasts(float("inf"), "year"), lasts(None, "year")
    ('4 years', 'for good', 'not known')
    """
    if periods is None:
        return "not known"
    return "for good" if isinf(periods) else span(periods, period)
