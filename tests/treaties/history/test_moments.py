"""Dates as precise as they are known, and spans of time that treaties count in."""

from __future__ import annotations

from datetime import date

import pytest

from treaties.history.moments import Moment, Span, held, moment, span, unit_of, worst


@pytest.mark.parametrize(
    ("text", "first", "last", "told"),
    [
        ("2019-08-02", (2019, 8, 2), (2019, 8, 2), "2019-08-02"),
        ("2016-01", (2016, 1, 1), (2016, 1, 31), "2016-01"),
        ("1995", (1995, 1, 1), (1995, 12, 31), "1995"),
        ("1990-1999", (1990, 1, 1), (1999, 12, 31), "1990 to 1999"),
        ("1965/1971/1999", (1965, 1, 1), (1999, 12, 31), "1965 to 1999"),
        ("2023-01, 2024-09", (2023, 1, 1), (2024, 9, 30), "2023-01-01 to 2024-09-30"),
        ("2004+", (2004, 1, 1), (9999, 12, 31), "2004 to 9999"),
    ],
)
def test_a_text_tells_between_which_days_it_lies(
    text: str, first: tuple[int, int, int], last: tuple[int, int, int], told: str
) -> None:
    found = moment(text)
    assert found == Moment(date(*first), date(*last))
    assert str(found) == told


@pytest.mark.parametrize("text", ["", "soon", "2019-02-30", "12"])
def test_a_text_that_tells_no_time_is_none(text: str) -> None:
    assert moment(text) is None


def test_months_end_on_the_same_day_or_the_last_one() -> None:
    assert Span(6).after(date(2019, 2, 2)) == date(2019, 8, 2)
    assert Span(1).after(date(2024, 1, 31)) == date(2024, 2, 29)
    assert Span(12).after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert (Span(12) + Span(days=30)).after(date(2024, 1, 1)) == date(2025, 1, 31)


def test_units_are_read_from_the_end_of_a_name() -> None:
    assert [unit_of(key) for key in ("unsc_days", "notice_months", "first_year", "missile_y", "years", "review")] == [
        "days", "months", "years", "years", "years", None,
    ]
    assert span(2, "years") == Span(24)
    assert str(span(16, "years") + span(1, "days")) == "16 years and 1 day"
    assert str(Span()) == "no time"


def test_what_is_known_too_roughly_is_open() -> None:
    year, day = moment("2036"), moment("2036-07-01")
    assert year is not None
    assert day is not None
    assert held(day, year, "on") == "agrees"
    assert held(day, year, "not after") == "open"
    assert held(year, day, "not before") == "open"
    later = moment("2037")
    assert later is not None
    assert held(day, later, "not after") == "differs"
    assert held(day, later, "not before") == "agrees"
    assert held(later, day, "on") == "differs"


def test_one_part_that_differs_is_enough() -> None:
    assert worst(["agrees", "open", "differs"]) == "differs"
    assert worst(["agrees", "open"]) == "open"
    assert worst([]) == "open"
    assert worst(["agrees"]) == "agrees"


def test_what_lies_beyond_the_last_day_is_the_last_day() -> None:
    assert Span(months=12).after(date.max) == Span(days=1).after(date.max) == date.max
    assert Span(days=1).after(date(9999, 12, 30)) == date.max
