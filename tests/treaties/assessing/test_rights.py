"""Rights used at will: a veto for any reason that is used in the bad years, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.assessing.rights import rights_used
from treaties.findings.right_words import right_sentences
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import with_terms

TINY = """
schema = "servanda-treaty/1"
title = "A veto at will"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Arcadia"
discount = {discount}
[[party]]
id = "B"
name = "Borduria"
discount = {discount}
[[event]]
id = "shock"
enter = 0.25
stay = 0.25
cost_of_complying = {{ A = {cost}, B = 0 }}
[[matter]]
id = "trade"
reward = {{ A = 3, B = 3 }}
temptation = {{ A = 4, B = 4 }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}
{flag}
[[provision]]
type = "veto"
article = "7"
holder = "A"
matter = "trade"
plan = "at will"
[[variant]]
name = "Never"
set = {{ "veto.plan" = "never" }}
[[variant]]
name = "Always"
set = {{ "veto.plan" = "always" }}
[[variant]]
name = "Payments, no plan"
unset = ["veto.plan"]
[[variant.add.provision]]
type = "offset"
between = ["A", "B"]
"""


def tiny(cost: float = 20, discount: float = 0.75, flag: str = "") -> Treaty:
    """Complying in a shock costs Arcadia so much; it may veto for any reason."""
    return read_treaty_text(TINY.format(cost=cost, discount=discount, flag=flag), "t.toml")


@pytest.mark.behaviour("veto")
def test_a_veto_at_will_is_used_in_bad_years_and_makes_hold_what_fails_without_it() -> None:
    """A year is a shock with chance 1/4.  Complying in every one is worth 3 - 20/4 = -2 to Arcadia: it would leave.

    If it vetoes in shocks, each has 3/4 * 3 = 9/4 a year ahead.  The worst that anyone can be held to is 0.  In a shock
    Arcadia could breach against a Borduria that complies: it wins 4 once, and loses 9/4 a year for good, which is worth
    9/4 * 0.75 / 0.25 = 27/4.  Margin 27/4 - 4 = 11/4.
    """
    found = assess(tiny(), region=False)
    options = {one.name: one for one in found.variants}
    assert found.verdict == "sustainable" and found.margin == pytest.approx(11 / 4, abs=1e-9)
    assert options["Never"].verdict == "unsustainable" and options["Always"].verdict == "unsustainable"
    rights = found.rights
    assert rights is not None and rights.found
    (veto,) = rights.rights
    assert (veto.party, veto.article, veto.when, veto.of) == ("A", "7", ("shock",), 2)
    start = 3 * 0.25 + 0.75 * 9 / 4
    assert rights.values == pytest.approx({"A": start, "B": start}, abs=1e-9)
    assert rights.unused == pytest.approx({"A": 3 * 0.25 - 0.75 * 2, "B": 3}, abs=1e-9)
    said = " ".join(right_sentences(rights, found.treaty))
    assert "Arcadia vetoes trade (Article 7) at will, in 1 of 2 situations in which it may: shock." in said
    assert found.to_json()["rights"]["used"][0]["when"] == ("shock",)


def test_the_factors_at_which_it_holds_are_those_of_the_use_that_is_stable() -> None:
    """4 (1 - d) <= 9/4 d from d = 16/25 on."""
    ((low, _),) = Answers(tiny()).text.region("none").intervals
    assert low == pytest.approx(16 / 25, abs=1e-5)


def test_a_veto_without_grounds_or_plan_is_used_at_will_where_payments_have_no_limit() -> None:
    treaty = tiny()
    answers = Answers(treaty)
    paid = answers.variant(treaty.variant("Payments, no plan")).compiled
    assert paid.open_rights
    assert not answers.variant(treaty.variant("Never")).compiled.open_rights


def test_it_is_judged_where_nobody_sees_conduct_as_well() -> None:
    """A flag that never errs on the innocent and misses one breach in ten deters nearly as well."""
    found = Answers(tiny(flag="observability = { detection = 0.9, false_alarm = 0 }")).text.verdict("none")
    assert found.verdict == "sustainable"


def test_where_no_right_is_open_nothing_is_told() -> None:
    treaty = tiny()
    assert rights_used(Answers(treaty).variant(treaty.variant("Never")), "none") is None


@pytest.mark.law("veto")
@pytest.mark.parametrize("seed", range(5))
def test_a_right_at_will_never_breaks_what_holds_when_it_is_never_used(seed: int) -> None:
    """Every equilibrium in which all comply and the right stays unused keeps to the plan that leaves it open."""
    draw = np.random.default_rng(seed)
    treaty = tiny(cost=round(float(draw.uniform(0, 8)), 2), discount=round(float(draw.uniform(0.3, 0.95)), 2))
    answers = Answers(treaty)
    never = answers.variant(treaty.variant("Never")).verdict("none").verdict
    at_will = answers.text.verdict("none").verdict
    assert at_will == "sustainable" if never == "sustainable" else at_will in ("sustainable", "unsustainable")


BETTER_OUTSIDE = """
schema = "servanda-treaty/1"
title = "Better outside"
payoff_unit = "points per year"
exit = false
[[party]]
id = "A"
name = "Arcadia"
discount = 0.5
[[party]]
id = "B"
name = "Borduria"
discount = 0.5
outside_option = 4
[[matter]]
id = "trade"
reward = {{ A = 3, B = 3 }}
temptation = {{ A = 3, B = 3 }}
sucker = {{ A = 0, B = 0 }}
punishment = {{ A = 0, B = 0 }}
[[provision]]
{clause}
"""
REFUSAL = 'type = "sunset"\nterm_years = 1\nrenewal = { rule = "mutual", plan = "at will" }'
NOTICE = 'type = "withdrawal"\nnotice_years = 0\nholder = "B"\nplan = "at will"'
SNAPBACK = 'type = "reversed_veto"\nmembers = [{ party = "B" }]\nplan = "at will"'


@pytest.mark.parametrize(
    ("clause", "term", "used"),
    [
        pytest.param(REFUSAL, "sunset.renewal.plan", "refuses renewal", marks=pytest.mark.behaviour("sunset")),
        pytest.param(
            NOTICE, "withdrawal.plan", "gives notice of withdrawal", marks=pytest.mark.behaviour("withdrawal")
        ),
    ],
)
def test_who_does_better_outside_uses_a_right_to_end_the_treaty(clause: str, term: str, used: str) -> None:
    """Nobody is tempted, and outside Borduria has 4 instead of 3 from the second year on: 1/2 * 3 + 1/2 * 4 = 7/2.

    If compliance expects that the right is never used, using it is a deviation that pays 1 a year.
    """
    treaty = read_treaty_text(BETTER_OUTSIDE.format(clause=clause), "t.toml")
    found = Answers(treaty).text
    assert found.verdict("none").verdict == "sustainable"
    rights = rights_used(found, "none")
    assert rights is not None and rights.values["B"] == pytest.approx(3.5, abs=1e-9)
    assert [(one.party, one.right) for one in rights.rights if one.when] == [("B", used)]
    never = Answers(with_terms(treaty, {term: "never"})).text.verdict("none")
    assert never.verdict == "unsustainable" and never.margin == pytest.approx(-1, abs=1e-9)


@pytest.mark.behaviour("reversed_veto")
def test_nobody_votes_at_will_against_going_on_with_what_pays_it() -> None:
    """Ending cooperation costs Borduria its 3 a year, and it keeps the treaty without ever voting against it."""
    treaty = read_treaty_text(BETTER_OUTSIDE.format(clause=SNAPBACK), "t.toml")
    rights = rights_used(Answers(treaty).text, "none")
    assert rights is not None and [one.when for one in rights.rights] == [()]
