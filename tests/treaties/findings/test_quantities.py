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
