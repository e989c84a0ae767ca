"""What a briefing says of where a deal is possible."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import briefings as fixtures
from tests.treaties.briefing.test_briefings import Page
from treaties.briefing.briefing import Briefing
from treaties.briefing.write import render


def test_where_a_deal_is_possible_is_said_of_the_options_without_solving_anything() -> None:
    panel = Briefing.of(fixtures.holds()).deals
    assert panel is not None
    assert [(point.name, point.kept, point.deal) for point in panel.map.points][:2] == [
        ("as it stands", True, True), ("“No veto”", False, False)]
    assert panel.map.points[1].crossing == (0,)
    assert panel.map.zone(0) == (7.1, 7.432) and panel.map.batna == (0.0, 3.0)
    # Gains (7.432, 5.16) and (7.1, 5.7): the second has the greater product, and no mixture a greater one.
    assert dict(panel.map.predictions)["Nash"] == pytest.approx((7.1, 8.7))
    assert "2 are proved to be kept (1 could not be decided); all of those kept also give" in panel.said[0]
    page = Page(render(fixtures.holds())).text
    for part in (*panel.said, panel.note, "Theory of bargaining", "servanda bargain"):
        assert part in page


def test_without_options_or_with_payments_in_the_deal_nothing_is_said_of_deals() -> None:
    assert Briefing.of(fixtures.undecided()).deals is None
    assert Briefing.of(fixtures.holds(transfers="voluntary")).deals is None
    assert "Where a deal is possible" not in Page(render(fixtures.undecided())).text


def test_one_deal_is_not_a_range_and_what_all_would_prefer_but_not_keep_is_named() -> None:
    options = fixtures.fails().variants
    panel = Briefing.of(fixtures.fails()).deals
    assert panel is not None and "That one deal is “Breach ends treaty” (margin +0.3 as a one-off)" in panel.said[1]
    better = replace(options[1], name="Dream", values={"NOR": 9.0, "SUN": 9.5})
    said = Briefing.of(fixtures.fails(variants=(*options, better))).deals
    assert said is not None
    assert said.said[-1].startswith("“Dream” (Norland 9, Sundmark 9.5) would be worth more to every party, but would")
    none = Briefing.of(fixtures.fails(variants=options[:2])).deals
    assert none is not None and not none.map.drawn and "no deal among them" in none.said[-1]


def test_an_option_that_could_not_be_decided_is_not_told_as_one_that_would_not_be_kept() -> None:
    text, fails, undecided = fixtures.fails().variants[0], fixtures.VARIANTS[1], fixtures.VARIANTS[-1]
    panel = Briefing.of(fixtures.fails(variants=(text, fails, undecided))).deals
    assert panel is not None and panel.said[-1] == (
        "So no deal among them is proved; 1 that could not be decided may be one: whether it would be kept was not "
        "found out."
    )
    # One that a party would not sign anyhow is no open question.
    poor = replace(undecided, values={"NOR": -1.0, "SUN": 9.0})
    refused = Briefing.of(fixtures.fails(variants=(text, fails, poor))).deals
    assert refused is not None and "no deal among them: whatever is signed" in refused.said[-1]
