"""What there is without the articles: the world as it is, unless what is said of the world looks at the articles."""

from __future__ import annotations

import pytest

from treaties.assessing.assess import assess
from treaties.reading.treaty_file import read_treaty_text

TEXT = """
schema = "servanda-treaty/1"
title = "A world that looks at the articles"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "A"
discount = 0.5
[[party]]
id = "B"
name = "B"
discount = 0.5
[[party]]
id = "F"
name = "Firm"
discount = 0.5
signatory = false
[[matter]]
id = "trade"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
[[provision]]
type = "custom"
article = "1"
name = "Stock"
states = [{ name = "stock", values = [0, 1], next = [{ to = 1 }] }]
[[provision]]
type = "outside_choice"
article = "2"
party = "F"
options = [{ name = "wait" }, { name = "invest", pays = [{ party = "F", kept = 1, broken = -1 }] }]
"""


@pytest.mark.parametrize(("limit", "known"), [("", True), ('while = "stock == 1"\n', False)])
def test_a_world_that_looks_at_an_article_s_state_is_not_known_without_it(limit: str, known: bool) -> None:
    """Without articles nobody cooperates, for 0; where a firm may invest only from a state that an article brings, what
    it would do without the article is left open, and the rest is told all the same."""
    found = assess(read_treaty_text(TEXT + limit), side_payments="text", region=False)
    assert found.verdict == "sustainable"
    assert [value.no_treaty for value in found.values[:2]] == ([0, 0] if known else [None, None])
