"""When something breaks: in which year after signature, and in which year of which term."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from treaties.effects import YEAR_IN_WORDS
from treaties.findings.phrases import years_listed
from treaties.findings.records import Incentive, Timeline, WeakestLink

ORDINALS = ("first", "second", "third", "fourth", "fifth")
SITUATION = "in the situation that the second page tells"
TOLD = 3
"""So many years that are about even are told one by one."""


def break_in_time(link: WeakestLink, found: Timeline, period: str, small: float) -> str:
    """When the tightest step is taken, in words; empty where that is not known.

    ``small``  years whose margins differ by less from the tightest are told with it, as about even.  The timeline is
    of the harshest answers: of a step that is tightest under milder ones it only tells when its year of a term comes.
    """
    mine = sorted((point for point in found.incentives if point.party == link.party), key=lambda point: point.year)
    apart = [abs(point.stay_minus_leave - link.margin) for point in mine]
    if min(apart, default=1.0) <= 1e-9 * max(abs(link.margin), 1.0):
        tied = [point for point, off in zip(mine, apart, strict=True) if off <= max(small, 1e-9)]
        return _of_points(tied, mine, link, period)
    if link.year is None:
        return f"in any {period}" if mine and not link.state else SITUATION if link.state else ""
    years = link.years or (link.year,)
    after = [first for year in years if (first := _first_time(mine, year)) is not None]
    if len(after) < len(years):
        return ""
    at_first = years_listed(after, period)
    return f"in {years_listed(years, period)} of a term (the first time in {at_first} after signature)"


def _of_points(tied: Sequence[Incentive], mine: Sequence[Incentive], link: WeakestLink, period: str) -> str:
    """The years of the timeline in which the step is tightest."""
    if len(tied) == len(mine) and len(mine) > 1:
        return f"in any {period} alike"
    if len(tied) > TOLD:
        first = tied[0].year + 1
        return f"in {len(tied)} {period}s that are about even, {period} {first} after signature the first"
    said = f"in {years_listed([point.year + 1 for point in tied], period)} after signature"
    if len(tied) > 1:
        said += ", about even"
    term = [_of_term(point, mine) for point in tied]
    if len(tied) == 1 and term == [None] and link.year is not None:
        said += f" ({period} {link.year} of the term)"
    elif all(term):
        said += f" ({'; '.join(f'{period} {year} of the {which} term' for year, which in filter(None, term))})"
    return said


def _of_term(point: Incentive, mine: Sequence[Incentive]) -> tuple[int, str] | None:
    """The year of the term, and which term it is; None where no clock runs."""
    year = _clock(point)
    if year is None:
        return None
    clock = [told for one in mine if one.year <= point.year and (told := _clock(one)) is not None]
    term = sum(later < sooner for sooner, later in pairwise(clock))
    return year, ORDINALS[term] if term < len(ORDINALS) else f"{term + 1}th"


def _first_time(mine: Sequence[Incentive], year: int) -> int | None:
    """The first year after signature that is this year of a term."""
    return next((point.year + 1 for point in mine if _clock(point) == year), None)


def _clock(point: Incentive) -> int | None:
    told = point.state.get(YEAR_IN_WORDS, "")
    return int(told) if told.isdigit() else None
