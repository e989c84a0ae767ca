"""Results that the handbook teaches: their directions, and the numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import apply_variant, with_terms

CASES = Path(__file__).parents[3] / "treaties" / "cases"
DERISKING, REVIEW = (read_treaty(CASES / f"{name}.toml") for name in ("derisking", "review_clause"))


def margin(treaty: Treaty, variant: str | None, **terms: float) -> float:
    text = treaty if variant is None else apply_variant(treaty, treaty.variant(variant))
    found = Answers(with_terms(text, {path.replace("__", "."): value for path, value in terms.items()})).text
    told = found.verdict("none")
    assert told.margin is not None and (told.verdict == "sustainable") == (told.margin >= 0)
    return told.margin


@pytest.mark.parametrize("after", [-0.4, -0.2, 0, 0.2])
def test_a_gate_beats_the_calendar_exactly_where_a_broken_down_relation_is_worse_than_none(after: float) -> None:
    """By hand for the fast schedule: see the handbook; its first year decides from -0.4 on."""
    broken = {"matter__trade__punishment__A": after, "matter__trade__punishment__B": after}
    fast, gated = margin(DERISKING, None, **broken), margin(DERISKING, "fast, gated by compliance", **broken)
    slow, both = (margin(DERISKING, f"slow, {by}", **broken) for by in ("by the calendar", "gated by compliance"))
    assert fast == pytest.approx(-0.44 - 1.28 * after, abs=1e-9)
    assert gated == pytest.approx(-0.44 - 4 * after, abs=1e-9)
    for by_calendar, with_gate in ((fast, gated), (slow, both)):
        difference = round(with_gate - by_calendar, 9)
        assert (difference > 0) == (after < 0) and (difference < 0) == (after > 0)
    assert slow > fast and both > gated - 1e-9, "a future that shrinks slowly is worth more"


@pytest.mark.parametrize("outside", [-0.5, 0.5, 1.5])
def test_a_vote_on_renewal_stabilises_where_the_outside_is_worse_than_breakdown_and_unravels_where_it_is_better(
    outside: float,
) -> None:
    """Breakdown is worth 0.5 a year to Borduria; an early decision lies between the vote in the last year and none."""
    there = {"party__B__outside_option": outside}
    last, early, never = (margin(REVIEW, of, **there) for of in (None, "decided in the second year", "no sunset"))
    if outside < 0.5:
        assert last > early > never
    elif outside > 0.5:
        assert last < early < never and last < 0 < never
    else:
        assert last == pytest.approx(early, abs=1e-9) and early == pytest.approx(never, abs=1e-9)


def test_a_term_that_nothing_renews_unravels() -> None:
    """In the last year a sceptical government breaches: it wins 5 - 3 and saves 2.5, and nothing is left to lose."""
    assert margin(REVIEW, "no renewal") == pytest.approx(-4.5, abs=1e-9)


def test_a_vote_can_save_what_is_broken_without_an_end() -> None:
    dearer = {"turnover__sceptic_cost_of_complying": 3.25}
    assert margin(REVIEW, None, **dearer) > 0 > margin(REVIEW, "no sunset", **dearer)


def test_a_permanent_veto_is_safe_and_holds_up_a_bounded_one_does_less_of_both_and_grounds_only_keep_safe() -> None:
    veto = read_treaty(CASES / "permanent_or_bounded_veto.toml")
    told = {one.name: one for one in assess(veto, region=False).divisions}
    permanent, two, one, grounds, none = (
        told[name] for name in ("", "Two vetoes a term", "One veto a term", "In a crisis only", "No veto")
    )
    taken = [(division.taken or {})["NOR"] for division in (permanent, two, one, grounds)]
    assert taken[0] > taken[1] > taken[2] + 1 and taken[2:] == pytest.approx([0, 0], abs=1e-6)
    margins = [division.margin or 0.0 for division in (permanent, two, one, none, grounds)]
    assert margins[0] > margins[1] > margins[2] > 0 > margins[3] and margins[4] == pytest.approx(margins[0])
    assert none.verdict == "unsustainable" and all(d.verdict == "sustainable" for d in (permanent, two, one, grounds))
