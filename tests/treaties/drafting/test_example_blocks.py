"""Example blocks: a legal block of every clause, with the terms that it needs."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.support.small_treaties import DILEMMA
from treaties.drafting.example_blocks import example_block
from treaties.linting.clauses import lint
from treaties.provisions import all_types
from treaties.reading.document import validate_document

HOST: dict[str, Any] = tomllib.loads(DILEMMA)


@pytest.mark.parametrize("kind", all_types())
def test_every_clause_has_a_block_that_a_small_treaty_can_take(kind: str) -> None:
    shock = {"id": "shock", "enter": 0.1, "stay": 0.5, "cost_of_complying": {"A": 1, "B": 1}}
    firm = {"id": "FIRM", "name": "Firm", "discount": 0.9, "signatory": False}
    hosts = (HOST, _with_a_third(HOST), {**HOST, "event": [shock]}, {**HOST, "party": [*HOST["party"], firm]})
    assert any(example_block(all_types()[kind], host) is not None for host in hosts)


@pytest.mark.parametrize("kind", ["offset", "veto", "sunset", "co_investment", "turnover", "joint_review"])
def test_a_block_gives_what_the_clause_needs_and_no_oddity(kind: str) -> None:
    block = example_block(all_types()[kind], HOST)
    assert block is not None and block["type"] == kind
    needed = {name for name, field in all_types()[kind].model_fields.items() if field.is_required()}
    assert needed <= set(block)
    treaty, _ = validate_document({**HOST, "provision": [block]})
    assert treaty is not None
    new = {str(finding) for finding in lint(treaty)} - {str(finding) for finding in lint(_treaty(HOST))}
    assert not [finding for finding in new if finding.startswith(("error", "warning"))]


def test_a_clause_may_bring_its_own_example_where_the_treaty_has_what_it_names() -> None:
    block = example_block(all_types()["staged_derisking"], HOST)
    assert block is not None and [stage["exposure"] for stage in block["stages"]] == [0.5, 1]


def test_terms_that_name_one_party_name_different_ones() -> None:
    block = example_block(all_types()["end_use_monitoring"], HOST)
    assert block is not None and {block["recipient"], block["supplier"]} == {"A", "B"}


def test_the_middle_of_a_range_stands_for_a_number_and_ranges_stay_within_it() -> None:
    plain = example_block(all_types()["transparency"], HOST)
    ranged = example_block(all_types()["transparency"], HOST, ranged=True)
    assert plain is not None and ranged is not None
    assert plain["precision"] == 0.75
    assert {key: ranged["precision"][key] for key in ("value", "low", "high")} == {
        "value": 0.75, "low": 0.5, "high": 1,
    }  # fmt: skip


def test_a_clause_that_can_stand_nowhere_has_no_block() -> None:
    """A list of two items on a matter that the treaty does not have."""
    assert example_block(all_types()["consent_rule"], {**HOST, "matter": []}) is None


def _treaty(document: dict[str, Any]) -> Any:
    treaty, faults = validate_document(document)
    assert treaty is not None, faults
    return treaty


def _with_a_third(document: dict[str, Any]) -> dict[str, Any]:
    parties = [*document["party"], {**document["party"][0], "id": "C", "name": "Cumbria"}]
    payoffs = ("reward", "temptation", "sucker", "punishment")
    matters = [
        {**matter, **{name: {**matter[name], "C": matter[name]["A"]} for name in payoffs}}
        for matter in document["matter"]
    ]
    return {**document, "party": parties, "matter": matters}
