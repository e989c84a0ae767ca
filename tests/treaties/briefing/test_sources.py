"""The annex tells what became of a real treaty, and marks what is read into it as a reading."""

from __future__ import annotations

from pathlib import Path

from tests.support.small_cases import case
from treaties.assessing.assess import assess
from treaties.briefing.sources import fact_notes, on_record
from treaties.briefing.write import render
from treaties.reading.treaty_file import read_treaty


def test_a_reading_is_called_one_and_stands_behind_what_happened() -> None:
    told = case(title="Loose")
    assert told.facts is not None
    known = told.facts.model_copy(
        update={"outcome": "it ended", "discussion": "the model says that it lasts", "lesson": "notice is short"}
    )
    assert fact_notes(told.model_copy(update={"facts": known})) == (
        "Outcome: it ended.",
        "The model and what happened, a reading: the model says that it lasts.",
        "Reading, not a fact: notice is short.",
    )


def test_the_first_page_of_a_real_treaty_says_what_happened_and_no_other_does() -> None:
    cases = Path(__file__).parents[3] / "treaties/cases"
    agreement = read_treaty(cases / "uk_us_mda_1958.toml")
    said = on_record(agreement)
    page = render(assess(agreement, variants=False, region=False))
    assert said.startswith("What happened, which the model does not use: ")
    assert page.index("What happened, which the model does not use") < page.index('id="annex"')
    assert on_record(read_treaty(cases / "procurement.toml")) == ""
