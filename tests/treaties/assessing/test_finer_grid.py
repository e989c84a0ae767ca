"""Verdicts on the grids of the text and on finer ones: both are told, and nothing that turns on a grid is decided."""

from __future__ import annotations

import json

import pytest

from tests.support.small_treaties import FILES, plus
from treaties.assessing import finer_grid
from treaties.assessing.answers import over_factors
from treaties.assessing.assess import assess
from treaties.assessing.assessment import Assessment
from treaties.briefing.briefing import Briefing
from treaties.briefing.references import references_used
from treaties.briefing.terminal import explain, summary
from treaties.briefing.write import render
from treaties.effects import CompilationError
from treaties.findings.grid import GridCheck
from treaties.findings.records import Judgement
from treaties.reading.treaty_file import read_treaty

LOST = """type = "technology_transfer"
article = "7"
supplier = "A"
recipient = "B"
matter = "trade"
per_year = 0.5
surplus = 4
alone = 0
points = 2
rounding = "down"
"""


@pytest.fixture(scope="module")
def flipped() -> Assessment:
    return assess(plus(LOST))


def test_a_verdict_that_turns_on_the_grid_is_undecided_and_both_are_told(flipped: Assessment) -> None:
    """Half of the know-how a year, rounded down: on a grid of 0 and 1 it is lost for ever, on 0, 1/2, 1 never.

    Discount 0.6.  Lost: B has 1 against 0.4 · 4, margin −0.6 / 0.4 = −1.5.  Kept: it earns 1, 3, 5, 5, …, which is
    worth 0.4 · 1 + 0.24 · 3 + 0.36 · 5 = 2.92 in the first year against 1.6, margin 3.3; later years are easier.
    """
    check = flipped.grid
    assert check is not None and check.flipped
    assert (check.verdict, check.finer_verdict) == ("unsustainable", "sustainable")
    assert check.margin == pytest.approx(-1.5, abs=1e-9) and check.finer_margin == pytest.approx(3.3, abs=1e-9)
    assert (flipped.verdict, flipped.margin, flipped.certificate) == ("undecided", None, None)
    assert [rung.verdict for rung in flipped.ladder] == ["unsustainable", "undecided", "undecided", "undecided"]
    assert flipped.first_rung is None and flipped.departure is None


def test_every_telling_has_both(flipped: Assessment) -> None:
    told = "On the grid of the text full compliance does not hold (margin −1.5 points); on one twice as fine"
    page = Briefing.of(flipped)
    assert page.verdict == "undecided" and page.stocks is not None
    for said in (summary(flipped), explain(flipped), page.stocks.said):
        assert any(told in line and "the answer turns on the grid" in line for line in said)
    assert told in render(flipped) and "What builds up or wears off" in render(flipped)
    data = json.loads(json.dumps(flipped.to_json()))
    assert data["grid"]["flipped"] and data["grid"]["finer_verdict"] == "sustainable" and data["verdict"] == "undecided"
    assert data["variants"][0]["grid"] == data["grid"]
    assert any("Young" in line for line in references_used(flipped))


def test_more_points_decide_it() -> None:
    found = assess(plus(LOST.replace("points = 2", "points = 3")), region=False)
    assert found.verdict == "sustainable" and found.margin == pytest.approx(3.3, abs=1e-9)
    assert found.grid is not None and not found.grid.flipped
    assert found.grid.finer_margin == pytest.approx(3.3, abs=1e-9)
    (path,) = found.stocks
    assert path.levels[:4] == (0.0, 0.5, 1.0, 1.0) and found.to_json()["stocks"][0]["points"] == 3


def test_a_finer_game_that_is_too_large_is_told_as_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finer_grid, "FINER_ROWS", 20)
    found = assess(plus(LOST), region=False, variants=False)
    assert found.verdict == "unsustainable" and found.grid is not None and found.grid.finer_verdict is None
    assert "too large" in found.grid.unchecked and "more than 20" in found.grid.unchecked
    assert any("it was not checked on a finer grid: the game would be too large" in line for line in summary(found))


def test_a_finer_game_that_cannot_be_made_is_not_told_as_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise CompilationError("article 7: 1 / stock cannot be worked out")

    monkeypatch.setattr(finer_grid, "compile_treaty", refused)
    found = assess(plus(LOST), region=False, variants=False)
    assert found.grid is not None and "cannot be made" in found.grid.unchecked and "1 / stock" in found.grid.unchecked
    assert "too large" not in found.grid.unchecked


def test_a_treaty_without_stocks_says_nothing_of_grids() -> None:
    found = assess(read_treaty(FILES / "no_provisions.toml"), region=False)
    assert found.grid is None and not found.stocks and Briefing.of(found).stocks is None
    assert not any("grid" in line for line in summary(found) if "scanned" not in line)


def test_what_counts_no_more_is_not_told() -> None:
    """After its last milestone nothing depends on offset credit: its states are one, and its path ends."""
    found = assess(read_treaty(FILES / "offset_credit.toml"), region=False, variants=False)
    (path,) = found.stocks
    assert path.levels[:4] == (0.0, 1.0, 0.0, None)


def test_over_two_discount_factors_the_check_that_flips_is_the_one_that_is_told() -> None:
    """At the lowest factor nothing is decided because of the grid; at the highest it holds on both."""
    turns = GridCheck(2, "unsustainable", -1.5, 4, "sustainable", 3.3)
    held = GridCheck(2, "sustainable", 2.0, 4, "sustainable", 3.0)
    low = Judgement("undecided", "pure", None, discount=(0.6, 0.6), grid=turns)
    high = Judgement("sustainable", "pure", 2.0, discount=(0.9, 0.9), grid=held)
    found = over_factors([("lowest", low), ("highest", high)])
    assert found.verdict == "undecided" and found.grid == turns
