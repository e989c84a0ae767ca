"""The procurement treaty with types: how long its term holds, and of what a no speaks."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from games.files.reading import path_of
from treaties import assess, read_treaty_text
from treaties.findings.trust_words import trust_lines

CASE = "treaties/cases/procurement.toml"


def _type(conduct: str, prior: str) -> str:
    return f'  [[party.type]]\n  name = "other"\n  conduct = "{conduct}"\n  prior = {{ value = {prior} }}\n\n'


@cache
def _text(sun: tuple[str, str] | None, nor: tuple[str, str] | None, renewal: str) -> str:
    text = path_of(CASE).read_text(encoding="utf-8").replace('rule = "none" }', f'rule = "{renewal}" }}', 1)
    text = text[:text.index("[[variant]]")]
    if nor is not None:
        text = text.replace('[[party]]\nid = "SUN"', _type(*nor) + '[[party]]\nid = "SUN"')
    return text if sun is None else text.replace("[[matter]]", _type(*sun) + "[[matter]]", 1)


def _trust(sun: tuple[str, str] | None = None, nor: tuple[str, str] | None = None, renewal: str = "none") -> Any:
    return assess(read_treaty_text(_text(sun, nor, renewal))).trust


def test_a_conditional_partner_makes_it_hold_to_year_three_and_two_to_year_four() -> None:
    one, two = _trust(sun=("conditional", "0.48")), _trust(("conditional", "0.48"), ("conditional", "0.48"))
    told = [pair.to_json()["term"] for report in (one, two) for pair in report.pairs]
    assert json.loads(json.dumps(told[0])) == {
        "sure_years": 3, "least_conditional": {"exact": "10/21", "value": 10 / 21}, "failing_years_at_least": 2,
        "failing_years_at_most": None}
    assert len(told) == 3 and all((t["sure_years"], t["least_conditional"]["exact"]) == (4, "10/21") for t in told[1:])
    assert all(pair.no_means == "every equilibrium" for report in (one, two) for pair in report.pairs)
    assert any("hold to year 3, if a partner complies until" in line for line in trust_lines(
        one, read_treaty_text(_text(("conditional", "0.48"), None, "none"))))


@pytest.mark.parametrize(("prior", "sure"), [("0.47", 2), ("0.3", 1), ("0.1", 0)])
def test_below_that_fewer_years_hold(prior: str, sure: int) -> None:
    (pair,) = _trust(sun=("conditional", prior)).pairs
    assert pair.term.sure_years == sure and pair.term.failing_years_at_least == 5 - sure


@pytest.mark.parametrize("prior", ["0.9", "0.2"])
def test_below_the_least_trust_no_equilibrium_complies(prior: str) -> None:
    (pair,) = _trust(sun=("breaches", prior), renewal="automatic").pairs
    assert str(pair.least) == "3/14" and pair.no_means == "every equilibrium" and pair.term is None
