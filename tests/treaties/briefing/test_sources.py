"""The annex tells what became of a real treaty, and marks what is read into it as a reading."""

from __future__ import annotations

from tests.support.small_cases import case
from treaties.briefing.sources import fact_notes


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
