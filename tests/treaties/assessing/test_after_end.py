"""Matters that go on after the end are valued as they are played, by hand.

Both earn 3 if both comply, a breach wins ``temptation``, one who complies alone gets -1 and nobody's cooperation 0; the
discount factor is 0.6 and the treaty lasts one year.
"""

from __future__ import annotations

import pytest

from treaties.assessing.after_end import goes_on
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

TEXT = """schema = "servanda-treaty/1"
title = "One year"
payoff_unit = "points per year"
exit = false

[[party]]
id = "A"
name = "Arcadia"
discount = 0.6

[[party]]
id = "B"
name = "Borduria"
discount = 0.6

[[matter]]
id = "trade"
reward = { A = 3, B = 3 }
temptation = { A = 4, B = 4 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
SUNSET = '[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 1\n'
SURVIVES = SUNSET + 'survives = "trade"\n'


def one_year(temptation: float = 4, clause: str = SURVIVES, more: str = "", sucker: float = -1) -> Treaty:
    text = TEXT.replace("{ A = 4, B = 4 }", f"{{ A = {temptation}, B = {temptation} }}")
    return read_treaty_text(text.replace("{ A = -1, B = -1 }", f"{{ A = {sucker}, B = {sucker} }}") + more + clause)


@pytest.mark.behaviour("sunset")
def test_parties_go_on_where_a_breach_that_ends_cooperation_pays_nobody() -> None:
    """3 for ever after the end as before; a breach wins 4 once and then nothing: 3 / 0.4 - 4 to spare."""
    found = assess(one_year(), variants=False, region=False)
    assert found.verdict == "sustainable" and found.margin == pytest.approx(3.5)
    assert [value.compliance for value in found.values] == pytest.approx([3, 3])
    rungs = {rung.number: rung for rung in found.ladder}
    assert rungs[3].verdict == rungs[4].verdict == "sustainable"
    assert [rungs[k].margin for k in (3, 4)] == pytest.approx([3.5, 3.5])
    assert rungs[1].verdict == rungs[2].verdict == "unsustainable", "after the end nothing provides for an answer"
    link = found.weakest_link
    assert link is not None and link.margin == pytest.approx(3.5)
    assert found.certificate is not None and found.certificate.checked
    assert [point.stay_minus_leave for point in found.timeline.incentives] == pytest.approx([3.5] * 6)


def test_parties_that_nothing_holds_after_the_end_are_taken_not_to_cooperate_then() -> None:
    """With 8, going on is worth 3 / 0.4 = 7.5 at most: after the end it is 0, and the one year counts for 0.4."""
    found = assess(one_year(8, sucker=-5), variants=False, region=False)
    assert [value.compliance for value in found.values] == pytest.approx([0.4 * 3, 0.4 * 3])
    assert found.verdict == "unsustainable"
    assert {rung.verdict for rung in found.ladder} == {"unsustainable"}


@pytest.mark.parametrize(("temptation", "goes"), [(7.4, True), (7.6, False)])
def test_the_threshold_of_going_on_is_that_of_the_matter_alone(temptation: float, goes: bool) -> None:
    compiled = compile_treaty(one_year(temptation, sucker=-5))
    text = Answers(one_year(temptation, sucker=-5)).text
    rows = goes_on(compiled, text.credible(text.own).ladder.reversions)
    assert (rows is not None) is goes
    assert text.values[0] == pytest.approx(3 if goes else 1.2)


def test_where_other_play_after_the_end_holds_the_treaty_it_is_valued_by_the_play_that_proves_it() -> None:
    """8 and -1: taking turns in breach pays 7 in two years, more than 6, and holds the one year of the treaty.

    The year is worth 3 to both; after it they have 7 together in every year, as one breaches and the other does not.
    """
    found = assess(one_year(8), variants=False, region=False)
    assert found.verdict == "sustainable"
    assert sum(value.compliance for value in found.values) == pytest.approx(0.4 * 6 + 0.6 * 7)


def test_what_is_closed_by_the_end_earns_the_outside_option_and_what_survives_goes_on_beside_it() -> None:
    """Two matters, one survives: 6 in the year of the treaty, then 3 and half of the outside option of 1."""
    other = '\n[[matter]]\nid = "coal"\nreward = { A = 3, B = 3 }\ntemptation = { A = 3, B = 3 }\n' \
        "sucker = { A = 0, B = 0 }\npunishment = { A = 0, B = 0 }\n\n"  # fmt: skip
    outside = other.replace("\n[[matter]]", "\n[[matter]]", 1)
    text = TEXT.replace('name = "Arcadia"', 'name = "Arcadia"\noutside_option = 1')
    treaty = read_treaty_text(text + outside + SURVIVES)
    assert Answers(treaty).text.values == pytest.approx([0.4 * 6 + 0.6 * 3.5, 0.4 * 6 + 0.6 * 3])


def test_conduct_in_the_dark_is_not_taken_to_go_on_and_without_survivors_nothing_is_asked() -> None:
    hidden = one_year(more='observability = { A = "public", B = "private" }\n')
    text = Answers(hidden).text
    assert goes_on(text.compiled, text.credible(text.own).ladder.reversions) is None
    assert text.values == pytest.approx([0.4 * 3, 0.4 * 3])
    ends = Answers(one_year(clause=SUNSET)).text
    assert ends.credible(ends.own).ladder.after_end is None and ends.values == pytest.approx([1.2, 1.2])


def test_a_renewed_treaty_is_valued_as_before_and_the_briefing_says_how_survivors_are_played() -> None:
    renewed = one_year(clause=SURVIVES + 'renewal = { rule = "automatic" }\n')
    assert Answers(renewed).text.values == pytest.approx([3, 3])
    notes = [lint.problem for lint in assess(one_year(), variants=False, region=False).lints]
    assert any(note.startswith("after the end the parties go on in trade where") for note in notes)


@pytest.mark.parametrize("temptation", [3.5, 5, 7])
def test_a_treaty_all_of_which_survives_is_worth_what_the_bare_matter_is_where_it_goes_on(temptation: float) -> None:
    bare = Answers(one_year(temptation, clause="")).text
    text = Answers(one_year(temptation)).text
    assert text.values == pytest.approx(bare.values)
    assert text.verdict("none").margin == pytest.approx(bare.verdict("none").margin, abs=1e-6)
