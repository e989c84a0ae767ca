"""Units of numbers: what is no money is not told in money."""

from __future__ import annotations

import pytest

from treaties.drafting.catalogue import catalogue
from treaties.drafting.new_treaty import draft
from treaties.findings.quantities import NumberWords
from treaties.reading.treaty_file import read_treaty_text

PARTIES, MATTERS = {"A": "Arcadia", "B": "Borduria"}, {"trade": "trade"}


@pytest.mark.parametrize(
    ("clause", "units"),
    [
        ("shared_standards", {"transactions": "number", "mismatch_cost": "points per year"}),
        ("offset_credit", {"penalty": "number", "per_year": "points per year"}),
        ("red_line", {"threshold": "number", "noise": "number", "penalty": "points per year"}),
        ("export_control", {"lag_months": "months"}),
        ("transparency", {"precision": "chance"}),
    ],
)
def test_the_briefing_and_the_page_of_a_clause_give_a_number_its_unit(clause: str, units: dict[str, str]) -> None:
    treaty = read_treaty_text(draft(PARTIES, MATTERS, [clause]))
    words = NumberWords.of(treaty)
    written = {number.path.rpartition(".")[2] for number in treaty.numbers() if number.path.startswith(clause)}
    terms = {term.name: term.unit for term in catalogue([clause], examples=False)[0].terms}
    for term, unit in units.items():
        assert term in terms and (terms[term] == "payoff unit") == (unit == "points per year")
        if term in written:
            assert words.unit(f"{clause}.{term}") == unit
    assert written & set(units)


def test_numbers_of_a_type_are_told_by_its_name() -> None:
    typed = '[[party.type]]\nname = "opportunist"\nconduct = "strategic"\nprior = 0.2\ndiscount = 0.5\n\n[[matter]]'
    treaty = read_treaty_text(draft(PARTIES, MATTERS, []).replace("[[matter]]", typed, 1))
    words = NumberWords.of(treaty)
    assert words.name("party.B.type.0.prior") == "chance of being “opportunist”"
    assert words.in_prose("party.B.type.0.prior") == "Borduria's chance of being “opportunist”"
    assert words.name("party.B.type.0.discount") == "opportunist: discount factor"


def test_clauses_of_one_heading_are_told_apart_by_party_or_number() -> None:
    text = draft(PARTIES, MATTERS, [])
    turn = '\n[[provision]]\ntype = "turnover"\nparty = "{}"\nto_sceptic = 0.1\nto_friendly = 0.2\n'
    watch = '\n[[provision]]\ntype = "audit"\nmatter = "trade"\ndetection = 0.5\ncoverage = 1\n'
    words = NumberWords.of(read_treaty_text(text + "".join(turn.format(party) for party in "AB") + 2 * watch))
    assert words.in_prose("turnover[#2].to_sceptic") == "to sceptic (Change of government, Borduria)"
    assert words.in_prose("audit[#1].coverage") == "coverage (Audit, number 1)"
