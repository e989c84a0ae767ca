"""Remedy: damages per matter and party, how surely and how late, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.small_treaties import DILEMMA, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS
from treaties.reading.treaty_file import read_treaty_text

TWO_MATTERS = DILEMMA + """
[[matter]]
id = "coal"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
CLAUSE = '[[provision]]\ntype = "remedy"\narticle = "30"\n'


def of_two_matters(*terms: str) -> CompiledTreaty:
    return compile_treaty(read_treaty_text(TWO_MATTERS + "".join(CLAUSE + each for each in terms)))


def damages(compiled: CompiledTreaty, moves: dict[str, dict[str, str]]) -> list[float]:
    """What the remedies change of the payoffs of a row."""
    bare = of_two_matters()
    start: dict[str, str | int] = {STATUS: "in force"}
    with_it = compiled.game.payoffs[row(compiled, start, **moves)]
    change: list[float] = (with_it - bare.game.payoffs[row(bare, start, **moves)]).round(12).tolist()
    return change


@pytest.mark.parametrize("breached", [(), ("trade",), ("coal",), ("coal", "trade")])
def test_a_year_brings_one_claim_for_every_matter_that_is_breached(breached: tuple[str, ...]) -> None:
    compiled = of_two_matters("amount = 5\n")
    owed = 5 * len(breached)
    moves = dict.fromkeys(breached, "breach")
    assert damages(compiled, {"A": moves}) == [-owed, owed]
    assert damages(compiled, {"B": moves}) == [owed, -owed]


def test_claims_of_two_parties_offset_each_other() -> None:
    compiled = of_two_matters("amount = 5\n")
    both = {"trade": "breach", "coal": "breach"}
    assert damages(compiled, {"A": both, "B": {"coal": "breach"}}) == [-5, 5]
    assert damages(compiled, {"A": {"trade": "breach"}, "B": {"coal": "breach"}}) == [0, 0]


@pytest.mark.parametrize("matter", ["trade", "coal"])
def test_a_remedy_of_one_matter_leaves_the_other_alone(matter: str) -> None:
    compiled = of_two_matters(f'amount = 5\nmatter = "{matter}"\n')
    for breached in ("trade", "coal"):
        owed = 5 if breached == matter else 0
        assert damages(compiled, {"B": {breached: "breach"}}) == [owed, -owed]


def test_two_remedies_add_up() -> None:
    compiled = of_two_matters('amount = 5\nmatter = "trade"\n', "amount = 2\n")
    assert damages(compiled, {"B": {"trade": "breach", "coal": "breach"}}) == [9, -9]


@pytest.mark.parametrize(("upheld", "delay"), list(itertools.product([1.0, 0.25], [0, 1, 3])))
def test_damages_that_are_late_or_doubtful_are_worth_less_each_at_its_own_discount_factor(
    upheld: float, delay: int
) -> None:
    compiled = of_two_matters(f"amount = 5\nupheld = {upheld}\ndelay_years = {delay}\n")
    moves = {"B": {"trade": "breach"}}
    start: dict[str, str | int] = {STATUS: "in force"}
    at = compiled.with_discount([0.5, 0.9])
    paid = at.game.payoffs[row(at, start, **moves)] - [-1 + 2, 4 + 2]
    assert paid == pytest.approx([5 * upheld * 0.5**delay, -5 * upheld * 0.9**delay], abs=1e-9)


def test_nothing_is_owed_after_the_end_and_everything_during_notice() -> None:
    ending = '[[provision]]\ntype = "withdrawal"\nnotice_years = 1\n'
    term = '[[provision]]\ntype = "sunset"\nterm_years = 1\nrenewal = { rule = "automatic" }\n'
    text = TWO_MATTERS + ending + term + 'survives = ["trade", "coal"]\n'
    compiled = compile_treaty(read_treaty_text(text + CLAUSE + "amount = 5\n"))
    for status, owed in (("in force", 5), ("notice, 1 left", 5), ("ended", 0)):
        k = row(compiled, {STATUS: status}, B={"trade": "breach"})
        assert compiled.game.payoffs[k].tolist() == [-1 + 2 + owed, 4 + 2 - owed], status
