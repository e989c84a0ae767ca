"""What pages and terminals say of treaties whose parties have types contradicts nothing that was found."""

from __future__ import annotations

import re
from functools import cache

import pytest

from treaties import assess, read_treaty_text
from treaties.assessing.assess import Assessment
from treaties.briefing.terminal import summary
from treaties.briefing.write import render

PARTIES = """schema = "servanda-treaty/1"
title = "Shared yard"
payoff_unit = "EUR million per year"

[[party]]
id = "ARD"
name = "Ardland"
discount = 0.8

[[party]]
id = "BEL"
name = "Belmark"
discount = 0.8
  [[party.type]]
  name = "opportunist"
  conduct = "breaches"
  when = "{when}"
  prior = 0.2

[[matter]]
id = "yard"
observability = "{seen}"
reward     = {{ ARD = 2,  BEL = 2 }}
temptation = {{ ARD = 3,  BEL = 3 }}
sucker     = {{ ARD = -2, BEL = -2 }}
punishment = {{ ARD = 0,  BEL = 0 }}
"""
STAGES = """
[[provision]]
type = "staged_derisking"
article = "3"
scales = "stakes"
stages = [{ year = 0, exposure = 0.3 }, { year = 1, exposure = 0.6 }, { year = 3, exposure = 1 }]
"""
AUDIT = """
[[provision]]
type = "audit"
article = "4"
matter = "yard"
coverage = 1
detection = 0.9
false_alarm = 0.02
"""
CASES = {
    "holds": PARTIES.format(when="always", seen="public"),
    "waits": PARTIES.format(when="full_exposure", seen="public") + STAGES,
    "audited": PARTIES.format(when="always", seen="private") + AUDIT,
}


@cache
def _found(case: str) -> Assessment:
    return assess(read_treaty_text(CASES[case]))


@pytest.mark.parametrize("case", CASES)
def test_a_rung_that_fails_has_a_margin_below_zero(case: str) -> None:
    found = _found(case)
    for rung in found.ladder:
        assert rung.margin is not None and (rung.verdict == "sustainable") == (rung.margin >= 0)
    assert found.margin is not None and (found.verdict == "sustainable") == (case == "holds") == (found.margin >= 0)


def test_where_no_trust_is_enough_the_situation_is_told_and_of_which_rules_the_no_speaks() -> None:
    said = "\n".join(summary(_found("waits")))
    assert "Ardland cannot rely on this text" in said and "That speaks of the answers to a breach of rungs 1" in said
    assert re.search(r"whatever the trust if it .* instead \(.*stage \d of 3\)", said)


@pytest.mark.parametrize("case", CASES)
def test_a_page_tells_nothing_that_was_not_sought(case: str) -> None:
    page = re.sub(r"\s+", " ", render(_found(case)))
    assert "how much trust is needed is told instead" in page and "none that was tried" not in page
    assert "even under the harshest credible punishment" not in page
    assert "Every party is taken to be as described." in page and "chance of being “opportunist”" in page
