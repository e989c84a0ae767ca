"""The record in the handbook is what the command tells of the files, and misses are discussed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cases_page import record
from treaties.history.cases import CASES, case_names, case_record, states_facts, told_cases
from treaties.reading.treaty_file import read_treaty

RECORD = record()
ENTRIES: dict[str, dict[str, Any]] = {case["case"]: case for case in RECORD["cases"]}
RENEW = "renew it: see tests/support/cases_page.py"
TOLD = (
    "title", "sha256", "instrument", "parties", "clauses", "outcome_kind", "outcome", "fate", "fate_because",
    "lasting_rank", "discussion",
)  # fmt: skip


def test_the_record_tells_every_case() -> None:
    assert set(ENTRIES) == {name for name, path in case_names(CASES).items() if states_facts(path)}, RENEW


@pytest.mark.parametrize("case", ENTRIES)
def test_what_needs_no_worlds_is_as_recorded(case: str) -> None:
    told, kept = case_record(case, read_treaty(CASES / f"{case}.toml")).to_json(), ENTRIES[case]
    assert [(key, told[key]) for key in TOLD] == [(key, kept[key]) for key in TOLD], RENEW
    free = [[one for one in entry["predictions"] if one["group"] == "structural"] for entry in (told, kept)]
    assert free[0] == free[1], RENEW
    assert [one["title"] for one in told["predictions"]] == [one["title"] for one in kept["predictions"]], RENEW


def test_whatever_the_model_gets_wrong_is_discussed_in_its_file() -> None:
    wrong = [case for case in ENTRIES.values() if case["agreement"] == "differs"]
    assert [case["case"] for case in wrong if len(case["discussion"].split()) < 40] == []
    assert [case["case"] for case in ENTRIES.values() if case["discussion"] and case not in wrong] == []


def test_the_count_of_hits_is_that_of_the_cases() -> None:
    scored = [case for case in ENTRIES.values() if case["fate"] in ("kept", "ended")]
    assert RECORD["scored"] == len(scored)
    assert RECORD["hits"] == sum(case["model"]["says"] == case["fate"] for case in scored)
    assert RECORD["always_kept"] == sum(case["fate"] == "kept" for case in scored)
    for name in ("placebo", "exchanged"):
        told = [[case[f"{name}_says"][k] == case["fate"] for case in scored] for k in range(RECORD["placebo_draws"])]
        assert [sum(hits) for hits in told] == RECORD[f"{name}_hits"]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["fr_de_export_2019", "uk_us_mda_1958"])
def test_worlds_of_a_case_are_as_recorded(case: str) -> None:
    files = {name: read_treaty(CASES / f"{name}.toml") for name in ENTRIES}
    found = told_cases(
        {case: files[case]}, worlds=RECORD["worlds"], seed=RECORD["seed"], draws=RECORD["placebo_draws"],
        among=list(files.values()),
    )  # fmt: skip
    assert found.to_json()["cases"][0] == ENTRIES[case], RENEW
