"""How a term comes apart from its last year, in sentences."""

from __future__ import annotations

from treaties.findings.amounts import capital, span
from treaties.findings.phrases import years_listed
from treaties.findings.records import Timeline


def unravelling_sentences(found: Timeline, period: str) -> list[str]:
    """What falls first and what then, and to which year compliance can be kept; empty without incentives.

    >>> unravelling_sentences(Timeline((), (), "", (3, 2, 1), 0, 3), "year")
    ['Last year first: year 3, the last of the term, falls first, then year 2, then year 1. No year is kept once those \
after it are lost.']
    >>> unravelling_sentences(Timeline((), (), "", (5,), 4, 5), "year")
    ['Last year first: year 5, the last of the term, falls, but year 4 is kept all the same. So compliance can be \
kept to year 4 of 5.']
    """
    if found.term is None:
        return [found.no_last_year] if found.no_last_year else []
    first = f"Last {period} first: {period} {found.term}, the last of the term,"
    falls, until = found.unravels, found.keeps_until
    if not falls:
        said = f"{first} is kept, so that nothing comes apart from the end."
        if until is not None and until < found.term:
            said += f" If what comes after is lost, compliance can be kept {_until(until, found.term, period)}."
        return [said, *_resting(found, period)]
    then = "".join(f", then {period} {year}" for year in falls[1:])
    said = f"{first} falls{' first' if then else ''}{then}"
    if len(falls) == found.term:
        return [f"{said}. No {period} is kept once those after it are lost."]
    if until is None:
        return [f"{said}; whether {period} {falls[-1] - 1} is kept all the same was not found out."]
    said += f", but {period} {falls[-1] - 1} is kept all the same."
    return [f"{said} So compliance can be kept {_until(until, found.term, period)}."]


def kept_to(found: Timeline) -> tuple[int, int] | None:
    """The year to which a treaty that fails can still be kept, and the years of its term; None if that is no year."""
    if found.term is None or not found.keeps_until or found.keeps_until >= found.term:
        return None
    return found.keeps_until, found.term


def _until(year: int, term: int, period: str) -> str:
    return f"to {period} {year} of {term}" if year else f"in no {period} of the {span(term, period)}"


def _resting(found: Timeline, period: str) -> list[str]:
    """Which years are kept only because later ones are."""
    term = found.term or 0
    resting = sorted({
        point.year + 1 for point in found.incentives
        if point.year < term and point.if_later_lost is not None and point.if_later_lost < 0 <= point.stay_minus_leave
    })  # fmt: skip
    if not resting:
        return []
    return [f"{capital(years_listed(resting, period))} {'rests' if len(resting) == 1 else 'rest'} on later {period}s "
            "being kept: were they lost, a step away would pay then."]
