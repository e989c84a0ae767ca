"""Numbers as text: three digits, and never another number than was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treaties.findings.amounts import MINUS, factor, listed, money, number, once, per_period, percent, sentence, span

VALUES = st.floats(1e-11, 1e9).flatmap(lambda x: st.sampled_from([x, -x]))


@given(VALUES)
def test_what_is_printed_is_the_number_to_three_digits(value: float) -> None:
    read = float(number(value).replace(MINUS, "-").replace(",", ""))
    assert read == pytest.approx(value, rel=0.0051)
    assert (read < 0) == (value < 0)


@given(VALUES)
def test_a_sign_is_printed_once_and_is_right(value: float) -> None:
    text = money(value, "EUR million", sign=True)
    assert ("+" in text) == (value > 0)
    assert (MINUS in text) == (value < 0)
    assert "-" not in text


def test_what_is_no_number_is_said_in_words() -> None:
    assert [number(x) for x in (float("inf"), float("-inf"), float("nan"))] == [
        "unbounded", f"{MINUS}unbounded", "unknown"]


def test_a_factor_below_one_is_never_printed_as_one() -> None:
    assert [factor(x) for x in (0.5, 0.9949, 0.9996, 1.0)] == ["0.5", "0.995", "0.9996", "1"]


def test_units_of_flows_and_of_sums() -> None:
    assert once("EUR million/year", "year") == "EUR million"
    assert once(per_period("points", "month"), "month") == "points"
    assert per_period("points each year", "year") == "points each year"


def test_phrases() -> None:
    assert (listed([]), listed(["a", "b"], last="or")) == ("", "a or b")
    assert (sentence(" it holds"), sentence("does it?"), sentence("")) == ("It holds.", "Does it?", "")
    assert (span(1, "year"), span(0, "year"), percent(1)) == ("1 year", "0 years", "100%")
