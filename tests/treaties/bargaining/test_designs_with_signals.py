"""Designs in which a breach may go unseen: not decided, never told as broken, and told by years of cooperation."""

from __future__ import annotations

from tests.support.small_treaties import drawn
from treaties.bargaining.bargain import bargain_over
from treaties.bargaining.designs import from_variants, judge
from treaties.briefing.deal_words import advice, heading

AUDIT = 'type = "audit"\nmatter = "trade"\ndetection = 0.9\nfalse_alarm = 0.05\ncoverage = 0.5'


def test_an_audited_design_is_told_as_open_and_by_how_long_cooperation_lasts() -> None:
    treaty = drawn(8, AUDIT, hidden=True, outside=False)
    outcomes = [judge(treaty, design) for design in from_variants(treaty)]
    (one,) = outcomes
    assert one.verdict == "undecided" and one.finding is not None and len(one.values) == 2
    found = bargain_over(treaty, outcomes, size=1)
    said = " ".join(advice(found))
    assert "would not be kept" not in said and heading(found) == "No deal is proved among the designs tried"
    told = "Where a breach may go unseen, cooperation lasts longest with as it stands" in said
    assert told == (one.finding.cooperation is not None)
    assert ("servanda check searches further" in said) == told
    assert one.to_json()["cooperation"] is None or one.to_json()["cooperation"]["keeps"] != 0
