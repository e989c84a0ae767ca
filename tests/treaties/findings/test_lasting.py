"""Options in which cooperation is broken off now and then, ranked and told by how long it lasts."""

from __future__ import annotations

from treaties.findings.cooperation import Cooperation, by_cooperation
from treaties.findings.records import Judgement, Rung, VariantFinding
from treaties.findings.signal_words import longest_lasting

WISE = Cooperation(18.0, 42.3, 1.0, 5.11, 1.0, 0.968)
JUMPY = Cooperation(15.0, 24.9, 1.0, 10.2, 1.0, 0.858)
FOR_GOOD = Cooperation(12.0, 42.3, 1.0, None, 0.0, 0.7)
NEVER = Cooperation(19.0, None, 0.0, None, None, 1.0)


def option(name: str, lasts: Cooperation | None, verdict: str = "unsustainable") -> VariantFinding:
    found = Judgement("sustainable" if verdict == "sustainable" else "unsustainable", "", -5.0)
    return VariantFinding(name, "", (Rung(4, found),), {}, (), cooperation=lasts)


def test_years_before_a_break_come_first_then_time_in_compliance_and_what_never_begins_last() -> None:
    told = [None, JUMPY, FOR_GOOD, NEVER, WISE]
    assert sorted(told, key=by_cooperation) == [NEVER, WISE, FOR_GOOD, JUMPY, None]


def test_options_with_the_same_margin_are_told_apart() -> None:
    said = longest_lasting([option("", WISE), option("Jumpy", JUMPY), option("Blind", None)], "year")
    assert said == (
        "Of what is broken off now and then, cooperation lasts longest as the text stands: 42.3 years of cooperation "
        "before a break, 5.11 years of punishment, 96.8% of the time in compliance; shortest with “Jumpy”: 24.9 years "
        "of cooperation before a break, 10.2 years of punishment, 85.8% of the time in compliance; in 1 of the 3 texts "
        "no equilibrium was found that begins with compliance."
    )


def test_options_that_last_equally_long_are_not_ranked() -> None:
    assert longest_lasting([option("", WISE), option("Linked", WISE)], "year") == (
        "Of what is broken off now and then, cooperation lasts equally long as the text stands and with “Linked”: "
        "42.3 years of cooperation before a break, 5.11 years of punishment, 96.8% of the time in compliance."
    )


def test_a_phase_that_never_ends_is_told_and_what_holds_is_named_first() -> None:
    said = longest_lasting([option("", FOR_GOOD), option("Wise", WISE), option("Firm", None, "sustainable")], "year")
    assert said.startswith("It would hold with “Firm”. Of what is broken off")
    assert "42.3 years of cooperation before a break, no return after it, 70% of the time in compliance" in said


def test_nothing_is_said_where_all_is_seen_or_no_option_is_named() -> None:
    assert longest_lasting([option("", WISE)], "year") == ""
    assert longest_lasting([option("", None), option("Other", None)], "year") == ""
