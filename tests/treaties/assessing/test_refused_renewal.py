"""Whether compliance leans on the threat to refuse renewal, where the answer is known by hand."""

from __future__ import annotations

import pytest

from treaties.assessing.assess import assess
from treaties.reading.treaty_file import read_treaty_text

TREATY = """
schema = "servanda-treaty/1"
title = "A treaty that is renewed every year"
payoff_unit = "points per year"
exit = false
[[party]]
id = "A"
name = "Arcadia"
discount = {discount}
outside_option = {outside}
[[party]]
id = "B"
name = "Borduria"
discount = {discount}
outside_option = {outside}
[[matter]]
id = "trade"
reward = {{ A = 4, B = 4 }}
temptation = {{ A = 7, B = 7 }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 1, B = 1 }}
[[provision]]
type = "sunset"
term_years = 1
renewal = {{ rule = "mutual", decide_by_year = 1 }}
"""


@pytest.mark.parametrize(("discount", "outside", "leans"), [
    # Mutual breach deters where 4 >= 7 (1 - d) + d, from 1/2 on.  A breach is answered by refusal in the next year, in
    # which nobody complies either: 4 >= 7 (1 - d) + d (1 - d) + outside d^2, from 0.37 on (outside -5), 0.46 on (0).
    ("0.45", -5, True),
    ("0.6", -5, False),
    ("0.45", 0, None),
])
def test_compliance_leans_on_refusal_where_nothing_else_in_the_treaty_deters(
    discount: str, outside: int, leans: bool | None
) -> None:
    treaty = read_treaty_text(TREATY.format(discount=discount, outside=outside), "treaty.toml")
    found = assess(treaty, variants=False, region=False)
    assert found.verdict == ("unsustainable" if leans is None else "sustainable")
    assert found.leans_on_refused_renewal is leans
