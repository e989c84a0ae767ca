"""Dates as precise as they are known, and spans of time that treaties count in.

Calendar months are added as courts count them: to the same day of a later month, or its last day where there is none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, final

Relation = Literal["on", "not before", "not after"]
Verdict = Literal["agrees", "differs", "open"]
"""What was foretold against what happened; open where the record cannot tell."""

_DAY = re.compile(r"(?<!\d)(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?(?!\d)")
_UNITS = ("days", "months", "years")
_ENDINGS = {"days": "days", "day": "days", "months": "months", "month": "months"} | dict.fromkeys(
    ("years", "year", "y"), "years"
)


@final
@dataclass(frozen=True)
class Moment:
    """A time of which it is known that it lies between two days, both included."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        """It is known to the day."""
        return self.first == self.last

    def __str__(self) -> str:
        first, last = self.first, self.last
        if self.exact:
            return first.isoformat()
        if (first.day, last.day) == (1, monthrange(last.year, last.month)[1]):
            if (first.month, last.month) == (1, 12):
                return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
            if first.replace(day=1) == last.replace(day=1):
                return f"{first:%Y-%m}"
        return f"{first.isoformat()} to {last.isoformat()}"

    def later(self, span: Span) -> Moment:
        """So much later."""
        return Moment(span.after(self.first), span.after(self.last))


@final
@dataclass(frozen=True)
class Span:
    """A span of time: calendar months and days."""

    months: int = 0
    days: int = 0

    def __add__(self, other: Span) -> Span:
        return Span(self.months + other.months, self.days + other.days)

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [(years, "year"), (months, "month"), (self.days, "day")]
        told = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
        return " and ".join(told) or "no time"

    def after(self, day: date) -> date:
        """The day that is so much later; the last that there is where it is beyond that."""
        month = day.year * 12 + day.month - 1 + self.months
        year, month = month // 12, month % 12 + 1
        if year > date.max.year or date.max - day < timedelta(days=self.days):
            return date.max
        return date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(days=self.days)


def moment(text: str) -> Moment | None:
    """The time that a text such as "2019-08-02", "2016-01", "1995" or "1990-1999" tells; None if it tells none.

    >>> str(moment("2016-01"))
    '2016-01'
    >>> str(moment("2023-01, 2024-09"))
    '2023-01-01 to 2024-09-30'
    """
    days: list[date] = []
    for year, month, day in _DAY.findall(text):
        first = date(int(year), int(month or 1), 1)
        end = date(int(year), int(month or 12), monthrange(int(year), int(month or 12))[1])
        if day:
            if not 1 <= int(day) <= end.day:
                return None
            first = end = first.replace(day=int(day))
        days += [first, end]
    if not days:
        return None
    return Moment(min(days), date.max if text.rstrip().endswith("+") else max(days))


def span(amount: int, unit: str) -> Span:
    """So many days, months or years."""
    return Span(days=amount) if unit == "days" else Span(months=amount * (12 if unit == "years" else 1))


def unit_of(key: str) -> str | None:
    """The unit in which a parameter counts time, from the end of its name; None if it does not say."""
    return _ENDINGS.get(key.rpartition("_")[2])


def held(foretold: Moment, recorded: Moment, relation: Relation) -> Verdict:
    """Whether what was recorded stands to what was foretold as it should, as far as both are known."""
    if relation == "on":
        if foretold.last < recorded.first or recorded.last < foretold.first:
            return "differs"
        return "agrees"
    early, late = (foretold, recorded) if relation == "not before" else (recorded, foretold)
    if late.last < early.first:
        return "differs"
    return "agrees" if late.first >= early.last else "open"


def worst(verdicts: list[Verdict]) -> Verdict:
    """What several parts of one prediction come to: it agrees where all do, and differs where one does."""
    if "differs" in verdicts:
        return "differs"
    return "open" if "open" in verdicts or not verdicts else "agrees"
