"""The five programmes of two and three: what their texts and options are worth, and why, with the game that says so."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from treaties import read_treaty
from treaties.assessing.answers import Answers, Version
from treaties.compiling.provenance import weakest_link
from treaties.findings.answer import Answer
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant

CASES = Path(__file__).parents[3] / "treaties" / "cases"
MOST_STATES = 300
"""A case is read on paper: its game stays small."""

# The text and its options.  All five hold as texts: who breaks them loses years of a programme that is worth more to
# everybody than its outside option, and wins a year's temptation.
RECORDS: dict[str, dict[str, Answer]] = {
    "fighter_of_three": {
        "": "sustainable",
        # One sale in five years is little beside 40 a year from development.
        "No sale may be refused": "sustainable",
        # What a breach wins depends on all others complying either way.
        "Two can go on without the third": "sustainable",
        "Nothing is disclosed": "sustainable",
        # 4 + 45 a year outside is more than Nihon's 30 + 6 and its share of the know-how inside, for good.
        "What is learned is worth as much alone": "unsustainable",
    },
    "fighter_know_how": {
        "": "sustainable",
        "No refusal of consent": "sustainable",
        "Refusal costs nothing": "sustainable",
        # The same with less at stake: 4 + 30 outside, 18 + 6 and its share inside.
        "What is learned is worth more alone": "unsustainable",
        # Nihon complies every year, so that the gate closes in no year that is lived through.
        "All is disclosed whatever Nihon does": "sustainable",
    },
    "submarine_technology": {
        "": "sustainable",
        # A year in which nobody looks is a year in which a diversion is worth 60 - 40 and follows nothing.
        "Inspections end after year 8": "unsustainable",
        "No inspections": "unsustainable",
        # Full compliance has to go on after every flag; a flag that may be a mistake then answers nothing.
        "Inspectors may err": "unsustainable",
        # An answer costs the suppliers no fee, and stopping deliveries is open to them either way.
        "Cancelling is free": "sustainable",
    },
    "co_development": {
        "": "sustainable",
        "No way out of a shock": "sustainable",
        # Compliance brings Gallia less than 9 a year with shocks counted, and breaking it wins 12 and then 6 a year.
        "Gallia finds another partner": "unsustainable",
        "No assistance": "sustainable",
        "No access for small firms": "sustainable",
    },
    "vehicle_offsets": {
        "": "sustainable",
        "No offset credit": "sustainable",
        "All in the last year": "sustainable",
        # Nothing comes after the last year, so that nothing holds in it.
        "Ends with the last milestone": "unsustainable",
        "Cancelling is free": "sustainable",
    },
}


@cache
def _case(name: str) -> Treaty:
    return read_treaty(CASES / f"{name}.toml")


@cache
def _version(name: str, option: str = "") -> Version:
    case = _case(name)
    return Answers(apply_variant(case, case.variant(option)) if option else case).text


LONG = {
    ("fighter_of_three", "What is learned is worth as much alone"),
    ("submarine_technology", "Inspections end after year 8"),
}
"""Decided in seconds each; their kind is tried with other options every time."""


@pytest.mark.parametrize(("name", "option"), [
    pytest.param(name, option, marks=[pytest.mark.slow] if (name, option) in LONG else [])
    for name, told in RECORDS.items() for option in told
])
def test_a_programme_and_each_of_its_options_has_the_recorded_verdict(name: str, option: str) -> None:
    version = _version(name, option)
    found = version.verdict("none")
    assert found.verdict == RECORDS[name][option]
    assert found.certificate is not None and found.certificate.proof is not None
    assert found.certificate.proof.check(version.compiled.game).accepted
    assert version.compiled.game.n_states <= MOST_STATES


@pytest.mark.parametrize("name", RECORDS)
def test_every_option_of_a_programme_is_recorded(name: str) -> None:
    assert set(RECORDS[name]) == {"", *(variant.name for variant in _case(name).variants)}


def test_a_diversion_that_nobody_looks_for_wins_what_it_wins_in_a_year() -> None:
    found = _version("submarine_technology", "No inspections").verdict("none")
    assert found.margin == pytest.approx(40 - 60)


def test_what_bears_on_a_diversion_is_the_article_on_inspections_and_not_the_price_of_exit() -> None:
    link = _version("submarine_technology").verdict("none").weakest_link
    assert link is not None and (link.party, link.article) == ("AUS", "7(1)")


def test_in_the_last_year_of_a_purchase_that_ends_the_buyer_wins_what_a_breach_wins() -> None:
    """20 - 12 of orders and deliveries; cancelling costs a fee in the first three years only."""
    found = _version("vehicle_offsets", "Ends with the last milestone").verdict("none")
    assert found.margin == pytest.approx(12 - 20)


def test_of_departures_that_cost_the_same_the_first_is_told_and_articles_in_their_order() -> None:
    text = _version("fighter_of_three")
    link, credible = text.verdict("none").weakest_link, text.credible(text.own)
    assert link is not None and credible.path_slack is not None
    play, slack = credible.path_slack
    alike = [
        weakest_link(text.compiled, state, 1, int(play.rows[state]), int(slack.row[state, 1]), link.margin)
        for state in np.flatnonzero(np.isclose(slack.value[:, 1], link.margin, rtol=1e-9)).tolist()
    ]
    assert alike[0] == link and len(alike) > 1
    assert "(Articles 14, 31)" in alike[1].sentence
