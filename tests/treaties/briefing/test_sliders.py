"""The sliders of a page in words, and in the page without a browser."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import replace

from tests.support import briefings as fixtures
from tests.support.slider_treaties import OPTIONS, advice, dilemma, grid, point
from tests.support.tellings import check_elsewhere
from treaties import assess
from treaties.advising.advice import advise
from treaties.advising.slider_grid import SliderGrid
from treaties.briefing.sliders_panel import sliders_panel
from treaties.briefing.write import render


def test_every_point_says_whether_it_was_proved_or_computed() -> None:
    panel = sliders_panel(dilemma(), grid())
    assert panel is not None and panel.text is not None
    assert [p.how for p in panel.points] == ["computed", "computed", "proved", "proved", "proved", ""]
    assert (panel.text.headline, panel.text.answer) == ("It does not hold", "unsustainable")
    assert panel.points[0].margin == "at most −2 points" and panel.points[3].margin == "at least +0.25 points"


def test_what_is_undecided_is_never_a_no() -> None:
    panel = sliders_panel(dilemma(), grid())
    assert panel is not None
    assert (panel.points[1].headline, panel.points[1].answer) == ("Not decided", "undecided")


def test_the_table_moves_one_term_at_a_time() -> None:
    panel = sliders_panel(dilemma(), grid())
    assert panel is not None
    assert [(row.label, row.value, row.own, row.point.cell) for row in panel.rows] == [
        ("Amount (Article 3)", "1", False, "does not hold"),
        ("", "2", True, "does not hold"),
        ("", "3", False, "holds"),
        ("Uses of the veto", "none", True, "does not hold"),
        ("", "one", False, "holds"),
    ]


def test_a_proof_that_contradicts_is_told() -> None:
    refused = replace(grid(), refused=("Amount: 3: computed yes, proved no",), unproved=2)
    panel = sliders_panel(dilemma(), refused)
    assert panel is not None and panel.notes[-1] == (
        "A proof contradicted what was computed, so these are not decided: Amount: 3: computed yes, proved no."
    )
    assert "For 2 of the points to be proved no proof was found; they stay computed." in panel.notes


def test_a_page_whose_sliders_have_no_points_says_why_and_runs_no_script() -> None:
    html = render(fixtures.holds(), advice(SliderGrid((), (), "", 0, note="nothing can be moved")))
    assert "<p>Nothing can be moved.</p>" in html and "<script" not in html and "script-src 'none'" in html


def test_a_page_without_sliders_runs_no_script() -> None:
    html = render(fixtures.holds())
    assert "<script" not in html and "script-src 'none'" in html


def test_the_only_script_of_a_page_is_the_one_that_it_names() -> None:
    html = render(fixtures.holds(), advice(grid()))
    (script,) = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "http:" not in script.replace("http://www.w3.org/2000/svg", "") and "fetch(" not in script
    assert html.count("<script") == 2 and "default-src 'none'" in html


def test_names_cannot_end_the_data_of_the_script() -> None:
    evil = grid(words=("</script><script>alert(1)</script>", "b\u202ec", "c"))
    html = render(fixtures.holds(), advice(evil))
    (data,) = re.findall(r'<script type="application/json" id="slider-points">(.*?)</script>', html, flags=re.DOTALL)
    told = json.loads(data)
    assert told["axes"][0]["words"][0] == "</script><script>alert(1)</script>"
    assert told["axes"][0]["words"][1] == "b\\u202ec" and html.count("<script") == 2


def test_a_line_keeps_four_digits_and_its_gaps() -> None:
    one = replace(point("yes", 1.0), timeline=((1.234567, None), (None, None)))
    panel = sliders_panel(dilemma(), replace(grid(), points=(one,) * 6))
    assert panel is not None
    assert panel.points[0].years == ((1.235, None), (None, None))
    assert panel.points[0].lowest == (
        "Aland: lowest in year 1, at least +1.23 points", "Bland: nothing to gain by leaving in any year shown",
    )  # fmt: skip


def test_a_level_line_has_no_lowest_year() -> None:
    one = replace(point("yes", 1.0), timeline=((2.0, 2.0 + 1e-12), (3.0, 2.0)))
    panel = sliders_panel(dilemma(), replace(grid(), points=(one,) * 6))
    assert panel is not None
    assert panel.points[0].lowest == (
        "Aland: at least +2 points in every year", "Bland: lowest in year 2, at least +2 points",
    )  # fmt: skip


def test_where_signals_can_be_mistaken_no_margin_of_never_breaking_off_is_told() -> None:
    panel = sliders_panel(dilemma(), grid(), lasting=True)
    assert panel is not None and panel.text is not None
    assert panel.text.headline == "It cannot be kept without a break"
    assert all(not point.margin and not point.years for point in panel.points)
    assert "whether the treaty can be kept without any break" in panel.intro[0]


def test_patience_is_moved_in_words_that_need_no_theory() -> None:
    patient = replace(grid().axes[0], path="party.A.discount", label="Discount factor", values=(0.8, 0.9, 0.95))
    panel = sliders_panel(dilemma(), replace(grid(), axes=(patient, grid().axes[1])))
    assert panel is not None
    assert panel.controls[0].words == ("80%", "90%", "95%")
    assert panel.controls[0].label.startswith("What a gain next year counts for ")


def test_sliders_of_a_treaty_start_where_its_page_stands() -> None:
    treaty = dilemma(OPTIONS)
    found = assess(treaty)
    check_elsewhere(found, advise(treaty, found, worlds=8, fixes=False))
