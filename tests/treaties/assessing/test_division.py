"""How gains are divided before a stake is sunk and after, by hand on a treaty of two states."""

from __future__ import annotations

import numpy as np
import pytest

from games.model.restricted_game import restricted_game
from tests.support.small_treaties import FILES
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.assessing.division import division, divisions
from treaties.briefing.briefing import Briefing
from treaties.briefing.write import render
from treaties.findings.right_words import BINDING, division_sentences
from treaties.findings.rights import Division
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text

TINY = """
schema = "servanda-treaty/1"
title = "A stake and a veto"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Arcadia"
discount = 0.5
[[party]]
id = "B"
name = "Borduria"
discount = 0.5
outside_option = {outside}
[[matter]]
id = "trade"
reward = {{ A = 0, B = 4 }}
temptation = {{ A = 1, B = 5 }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}
[[provision]]
type = "co_investment"
amount = 2
shares = {{ A = 0, B = 1 }}
over_years = 1
returns = 2
forfeitable = false
[[provision]]
type = "offset"
between = ["A", "B"]
[[provision]]
type = "review"
hazard = {hazard}
weights = {{ A = {weight}, B = {rest} }}
[[provision]]
type = "veto"
holder = "A"
matter = "trade"
[[variant]]
name = "No veto"
remove = ["veto"]
[[variant]]
name = "Never"
set = {{ "veto.plan" = "never" }}
[[variant]]
name = "No review"
remove = ["review"]
"""


def tiny(outside: float = 0.0, hazard: float = 0.5, weight: float = 0.5) -> Treaty:
    """Arcadia earns nothing either way and may veto what Borduria earns 4 a year from; Borduria pays 2 for a plant."""
    return read_treaty_text(TINY.format(outside=outside, hazard=hazard, weight=weight, rest=1 - weight), "t.toml")


def of(treaty: Treaty) -> list[Division]:
    """Of the text and its variants."""
    answers = Answers(treaty)
    return list(divisions((answers.text, *answers.variants)))


@pytest.mark.behaviour("veto")
def test_a_veto_for_any_reason_takes_its_holders_share_of_what_it_can_stop() -> None:
    """Sunk, the treaty brings (0, 2 + 4).  Vetoing costs Arcadia nothing; it can hold Borduria to 2 until talks come.

    With discount factor 1/2 and talks with chance 1/2, v and r as in ``NegotiationTerms``: the sum of threats solves
    t = 1/2 * 2 + 1/2 (1/2 t + 1/2 * 6), so t = 10/3, and the surplus is 8/3.  Arcadia's threat solves
    v = 1/4 v + 1/4 (v + 4/3), so v = 2/3; Borduria's is 8/3.  Talks bring (2/3 + 4/3, 8/3 + 4/3), half of the 4.
    Before, the treaty is worth 1/2 (4 - 2) + 1/2 * 6 = 4 together, of which each gets half.
    """
    text = of(tiny())[0]
    assert text.detail == ""
    assert text.year == 2 and text.stakes == {"A": 0.0, "B": 2.0}
    assert text.before == pytest.approx({"A": 2, "B": 2}, abs=1e-9)
    assert text.written == pytest.approx({"A": 0, "B": 6}, abs=1e-9)
    assert text.threat == pytest.approx({"A": 2 / 3, "B": 8 / 3}, abs=1e-9)
    assert text.after == pytest.approx({"A": 2, "B": 4}, abs=1e-9)
    assert text.taken == pytest.approx({"A": 2, "B": -2}, abs=1e-9)
    assert text.certificate is not None and text.certificate.checked


def test_what_each_can_expect_at_signature_counts_the_talks_that_may_come() -> None:
    """On arrival in the sunk state Arcadia has x = 1/2 * 2 + 1/2 * 1/2 x = 4/3, Borduria y = 1/2 * 4 + 1/2 (3 + y/2).

    So y = 14/3, and at signature they have 1/2 * 4/3 = 2/3 and 1/2 * 2 + 1/2 * 14/3 = 10/3.  With an outside option of
    3.5 the text, which brings Borduria 4, is worth signing, and the text with its talks is not.
    """
    text = of(tiny(outside=3.5))[0]
    assert text.expected == pytest.approx({"A": 2 / 3, "B": 10 / 3}, abs=1e-9)
    assert text.deterred == ("B",)
    assert of(tiny(outside=3.0))[0].deterred == ()


def test_without_the_right_or_without_talks_nothing_is_taken() -> None:
    found = {one.name: one for one in of(tiny())}
    for name in ("No veto", "Never", "No review"):
        assert found[name].taken == {"A": 0.0, "B": 0.0}
        assert found[name].after == pytest.approx({"A": 0, "B": 6}, abs=1e-9)
    assert found["No review"].threat is None and found["No review"].reviews == ()


FIRM = """[[party]]
id = "F"
name = "Firm"
discount = 0.5
signatory = false
[[matter]]"""
WAITS = """[[provision]]
type = "outside_choice"
party = "F"
options = [{ name = "wait" }, { name = "invest", pays = [{ party = "F", kept = 4, broken = -3 }] }]
[[variant]]"""


def test_who_signs_nothing_does_not_sit_at_the_table_whether_reviews_are_written_or_not() -> None:
    """At signature the treaty is worth 4 to Arcadia and Borduria together, and 4 to the firm; each has 0 without it."""
    text = TINY.format(outside=0.0, hazard=0.5, weight=0.5, rest=0.5)
    treaty = read_treaty_text(text.replace("[[matter]]", FIRM, 1).replace("[[variant]]", WAITS, 1), "t.toml")
    for found in of(treaty):
        assert found.weights == {"A": 0.5, "B": 0.5, "F": 0.0}
        assert found.before == pytest.approx({"A": 4, "B": 4, "F": 0}, abs=1e-9)
    said = " ".join(division_sentences(of(treaty), treaty))
    assert "Firm, which signs nothing, counts in them as if it could pay and be paid." in said


def test_what_is_proved_of_talks_is_proved_of_the_game_without_breaches_and_said_to_be() -> None:
    treaty = tiny()
    found = division(Answers(treaty).text)
    compiled = Answers(treaty).text.at((0.5, 0.5), "voluntary")
    assert found.certificate is not None and found.certificate.proof is not None
    assert not found.certificate.proof.check(compiled.game).accepted, "the treaty's own game is another one"
    assert found.certificate.proof.check(restricted_game(compiled.plan)).accepted
    assert BINDING in division_sentences([found], treaty)


def test_it_is_told_once_and_everywhere() -> None:
    found = assess(tiny(), region=False)
    assert [one.name for one in found.divisions] == ["", "No veto", "Never", "No review"]
    said = " ".join(division_sentences(found.divisions, found.treaty))
    assert "from year 2 on, when all is sunk, talks bring Arcadia 2 and Borduria 4" in said
    assert "Arcadia takes 2 a year of what the others have" in said
    told = found.to_json()["divisions"]
    assert [one["taken"] for one in told] == [one.taken for one in found.divisions]


def test_nothing_is_divided_where_no_version_leaves_a_right_to_its_holder() -> None:
    treaty = tiny()
    answers = Answers(treaty)
    assert divisions([answers.variant(treaty.variant("No veto")), answers.variant(treaty.variant("Never"))]) == ()


@pytest.mark.law("review")
@pytest.mark.parametrize("seed", range(4))
def test_talks_take_nothing_where_obligations_bind_and_no_right_is_left_to_its_holder(seed: int) -> None:
    draw = np.random.default_rng(seed)
    treaty = tiny(hazard=round(float(draw.uniform(0.1, 1)), 3), weight=round(float(draw.uniform(0, 1)), 3))
    answers = Answers(treaty)
    found = division(answers.variant(treaty.variant("Never")))
    assert found.detail == "" and found.taken == {"A": 0.0, "B": 0.0}


@pytest.mark.law("veto")
@pytest.mark.parametrize("hazard", [0.2, 0.7])
def test_what_a_holder_takes_grows_with_its_weight_where_its_threat_costs_it_nothing(hazard: float) -> None:
    taken = [division(Answers(tiny(hazard=hazard, weight=weight)).text).taken for weight in (0.1, 0.4, 0.9)]
    holders = [one["A"] for one in taken if one is not None]
    assert holders == pytest.approx([0.4, 1.6, 3.6], abs=1e-9)


def test_a_holder_takes_half_of_what_its_veto_can_stop_in_the_lesson_on_hold_up() -> None:
    """Sunk, the text brings (12 + 0.8, 13 + 7.2) a year; the veto can stop Sundmark's gain of 12, half of which is 6.

    Before, the text is worth 22.455 together, and outside the parties have 0 and 2.
    """
    answers = Answers(read_treaty(FILES / "hold_up.toml"))
    found = {one.name: one for one in divisions((answers.text, *answers.variants))}
    text = found[""]
    assert text.year == 3 and text.stakes == pytest.approx({"NOR": 6, "SUN": 54}, abs=1e-9)
    assert text.before == pytest.approx({"NOR": 20.455 / 2, "SUN": 2 + 20.455 / 2}, abs=1e-9)
    assert text.written == pytest.approx({"NOR": 12.8, "SUN": 20.2}, abs=1e-9)
    assert text.after == pytest.approx({"NOR": 18.8, "SUN": 14.2}, abs=1e-9)
    for name in ("No veto", "No review"):
        assert found[name].taken == {"NOR": 0.0, "SUN": 0.0}
    forfeited = found["Stake forfeited on breach or exit"]
    assert forfeited.margin is not None and text.margin is not None and forfeited.margin < text.margin


def test_the_page_has_the_table_and_the_figure_of_hold_up_against_safety() -> None:
    found = assess(tiny(), region=False)
    panel = Briefing.of(found).rights
    assert panel is not None and [row.held_up for row in panel.rows] == pytest.approx([2, 0, 0, 0], abs=1e-9)
    page = render(found)
    assert "what they take in talks" in page and panel.alt.split(".")[0] in page
