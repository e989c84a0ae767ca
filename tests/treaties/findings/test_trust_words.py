"""What is told of trust: what to do first, then why, and what changes it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from treaties.findings.trust import AfterBreach, Binding, Staging, Trust, TrustInYear, TypeTold
from treaties.findings.trust_words import needed_in_short, of_pair

ENDS = AfterBreach(0.0, "the treaty ends", False)
PAIR = Trust(
    "A", "B", (TypeTold("opportunist", "breaches", 0.2, 0.05, 0.4, None),), 0.8, Fraction(1, 2), None, "",
    Binding(3, {}, "breaches its obligations on trade"), 3, "rule", "whole",
    (TrustInYear(1, 0.8, 0.8, by_range=(0.6, 0.95)), TrustInYear(2, 1.0, 1.0)), ENDS,
)  # fmt: skip


def said(pair: Trust) -> str:
    return " ".join(of_pair(pair, "the Union", "Bland"))


def test_the_first_sentences_say_what_to_do_and_how_much_may_be_lost() -> None:
    told = said(PAIR)
    assert told.startswith(
        "The Union can safely comply if Bland is reliable with a chance of at least 50 %, that is, not of the kind "
        "“opportunist”. The file says 80 % (60 % to 95 %): enough over the whole range of the file, and trust could "
        "fall by 30 points before the Union should think again. With less, the Union would gain in year 3 if it"
    )
    assert "Bayes" not in told and "posterior" not in told and not re.search(r"[.] [a-z]", told)


@pytest.mark.parametrize(("changed", "expected"), [
    ({"prior": 0.3, "range": "none"}, "20 points are missing, and the Union should ask for more before it complies"),
    ({"prior": 0.5}, "with nothing to spare"),
    ({"least": Fraction(0)}, "can comply however unlikely it is that Bland is reliable"),
    ({"least": None, "rule": None, "why": "the Union would gain"}, "rely on this text by what was found, however"),
    ({"greatest": Fraction(17, 27)}, "keeps its word whatever comes is above 63 %, the Union would gain by a breach"),
    ({"no_means": "every equilibrium"}, "With less, no other answer to breaches helps"),
    ({"after_breach": replace(ENDS, posterior=0.25)}, "a first breach Bland is reliable with a chance of 25 % only"),
    ({"staging": Staging(Fraction(1, 2), Fraction(1, 8))}, "Stages help: they need 12.5 % instead of 50 % at once"),
    ({"staging": Staging(Fraction(1, 2), Fraction(1, 2))}, "Stages do not help here"),
    ({"path": (PAIR.path[0], TrustInYear(4, 0.9, 0.9))}, "makes a partner of another kind less likely"),
    ({"path": (PAIR.path[0], TrustInYear(4, 0.8, 0.9))}, "Years without a breach teach nothing"),
])  # fmt: skip
def test_each_number_has_its_sentence(changed: dict[str, object], expected: str) -> None:
    assert expected in said(replace(PAIR, **changed)) and expected not in said(PAIR)  # type: ignore[arg-type]


def test_one_phrase_for_a_table() -> None:
    assert needed_in_short(PAIR, "A", "B") == "A must be 50 % sure of B (file: 80 %)"
    assert needed_in_short(replace(PAIR, least=Fraction(0)), "A", "B") == "A needs no trust in B"
    loyal = needed_in_short(replace(PAIR, greatest=Fraction(17, 27)), "A", "B")
    assert loyal.endswith("80 %), but at most 63 % for types that keep their word whatever comes")
    assert needed_in_short(replace(PAIR, least=None, rule=None), "A", "B") == "no trust of A in B is enough"


TOLD = Trust("A", "B", (), 0.5, Fraction(1, 4), None, "", None, 3, "every equilibrium", "part", (), None)


@pytest.mark.parametrize(("pair", "says", "not_says"), [
    (TOLD, "With less, no other answer", "chances of the file"),
    (replace(TOLD, prior=0.1), "At the chances of the file, no other answer", "With less, no"),
    (replace(TOLD, least=None, why="too large", no_means="rule"), "is not known: too large", "cannot rely"),
    (replace(TOLD, least=None, rule=None, why="it is not decided"), "by what was found", "is enough"),
    (replace(TOLD, range="none"), "not found to be enough", "could fall"),
])  # fmt: skip
def test_sentences_say_no_more_than_is_proved(pair: Trust, says: str, not_says: str) -> None:
    told = said(pair)
    assert says in told and not_says not in told


def test_what_was_not_judged_is_told_as_open_and_not_as_a_no() -> None:
    open_ = replace(PAIR, least=None, rule=None, range=None, no_means="rule", why="a payment would tell a type")
    assert "is not known: a payment would tell a type" in said(open_) and "cannot rely" not in said(open_)
    assert "not known" in needed_in_short(open_, "A", "B")
