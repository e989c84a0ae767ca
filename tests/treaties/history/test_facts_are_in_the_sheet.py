"""Every fact of a case is one of the sheet that cases were written from, no stronger than there, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sheet import SHEET, strays
from treaties.history.cases import CASES, case_names, states_facts
from treaties.model.facts import Facts
from treaties.reading.treaty_file import read_treaty

PLAN = "jcpoa_2015"


@pytest.mark.parametrize("case", SHEET["cases"])
def test_every_treaty_of_the_sheet_is_a_case_whose_facts_are_all_in_it(case: str) -> None:
    facts = read_treaty(CASES / f"{case}.toml").facts
    assert facts is not None
    assert strays(case, facts) == []


def test_no_case_states_facts_about_another_treaty() -> None:
    assert {name for name, path in case_names(CASES).items() if states_facts(path)} == set(SHEET["cases"])


def written() -> dict[str, Any]:
    facts = read_treaty(CASES / f"{PLAN}.toml").facts
    assert facts is not None
    return facts.model_dump(by_alias=True)


def forged(data: dict[str, Any]) -> list[str]:
    return strays(PLAN, Facts.model_validate(data))


def test_what_is_written_as_it_is_has_no_strays() -> None:
    assert forged(written()) == []


FORGERIES: dict[str, tuple[tuple[str | int, ...], Any, str]] = {
    "a changed number": (("article", "dispute_ladder", "parameters", "unsc_days"), 31, "unsc_days is 31"),
    "an invented parameter": (("article", "dispute_ladder", "parameters", "x_days"), 15, "x_days is no parameter"),
    "a number of another kind": (("article", "dispute_ladder", "parameters", "unsc_days"), 30.0, "unsc_days is 30.0"),
    "a number left out": (("article", "trigger_expiry", "parameters"), {}, "trigger_expiry.years is left out"),
    "a number in a sentence": (("date", -1, "event"), "Sanctions come back for 33 years.", "tells of 33"),
    "a vote in a sentence": (("outcome",), "A draft fails by 71 to 9.", "tells of 71"),
    "an upgraded tag": (("article", "access_vote", "evidence"), "verified", "access_vote is verified"),
    "another source": (("article", "staged_schedule", "sources"), ["jc3"], "staged_schedule cites"),
    "another article": (("article", "staged_schedule", "article"), "para. 35", "no staged_schedule in '35'"),
    "another kind": (("article", "trigger_expiry", "kind"), "sunset", "the sheet has no sunset"),
    "an invented date": (("date", 0, "date"), "2015-07-15", "no date 2015-07-15"),
    "a dispute hushed up": (("date", -1, "contested"), False, "contested is False"),
    "another source of an event": (("date", -1, "sources"), ["jc2"], "2025-09-27 cites"),
    "another address": (("sources", "jc2"), "https://example.org", "source jc2 is https://example.org"),
    "an unknown source": (("sources", "zz9"), "https://example.org", "no source zz9"),
    "another outcome": (("outcome_kind",), "in_force", "outcome_kind is 'in_force'"),
    "another instrument": (("instrument",), "treaty", "instrument is 'treaty'"),
    "another rank": (("lasting_rank",), 1, "lasting_rank is 1"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_fact_is_found(name: str) -> None:
    place, value, said = FORGERIES[name]
    data = written()
    block: Any = data
    for step in place[:-1]:
        named = [item for item in block if isinstance(item, dict) and item.get("kind") == step]
        block = named[0] if named else block[step]
    block[place[-1]] = value
    assert [line for line in forged(data) if said in line] != []


@pytest.mark.parametrize(
    ("block", "said"), [("article", "is left out"), ("date", "the event of 2025-09-27 is left out")]
)
def test_a_fact_left_out_is_found(block: str, said: str) -> None:
    data = written()
    data[block] = data[block][:-1]
    assert [line for line in forged(data) if said in line] != []


@pytest.mark.parametrize("typed", [{"stages": ["trigger_expiry.years"], "days": 33}, {"start": "2016-02-02"}])
def test_a_number_or_a_day_that_a_prediction_makes_up_is_found(typed: dict[str, Any]) -> None:
    data = written()
    data["prediction"] = [{"kind": "clock", "title": "made up", **typed}]
    assert len(forged(data)) == 1
    data["prediction"][0]["evidence"] = "recalled"
    assert forged(data) == []


def test_a_second_event_on_the_day_of_another_is_found() -> None:
    data = written()
    data["date"] = [*data["date"], data["date"][-1] | {"event": "Something else."}]
    assert [line for line in forged(data) if "is told 2 times" in line] != []


def test_a_treaty_that_the_sheet_does_not_have_is_found() -> None:
    assert strays("aurora", Facts.model_validate(written())) == ["the sheet has no treaty aurora"]
