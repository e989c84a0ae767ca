"""Suspension of benefits: who may withhold what for how long, what it earns, and that it is no breach."""

from __future__ import annotations

import itertools

import pytest

from tests.support.dilemmas import Dilemma, drawn
from tests.support.small_treaties import DILEMMA, chances_after, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words
from treaties.effects import STATUS, ballot
from treaties.reading.treaty_file import read_treaty_text

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5)
THREE = Dilemma({"A": FOUR, "B": (5.0, 6.0, -2.0, 1.0), "C": FOUR}, 0.5)
WITHHOLD = "withhold performance"
REMEDY = 'type = "remedy"\namount = 5\n'


def due(party: str) -> str:
    return f"years of suspension due to {party} on trade"


def clause(years: int, **terms: object) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    return f'type = "suspension_of_benefits"\narticle = "21"\nmatter = "trade"\nyears = {years}\n{told}'


def start(parties: str, **years: int) -> dict[str, str | int | float]:
    return {STATUS: "in force"} | {due(party): years.get(party, 0) for party in parties}


@pytest.mark.behaviour("suspension_of_benefits")
def test_an_answer_by_withholding_is_no_breach_and_owes_no_damages() -> None:
    """A, which complies again, has -1; B has the 4 of a breach and keeps it.  A breach in answer owes damages of 5."""
    compiled = TWO.compiled(clause(1), REMEDY)
    breach = row(compiled, start("AB"), A={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [4 - 5, -1 + 5]
    assert chances_after(compiled, breach, due("A")) == {1: 1}
    answer = row(compiled, start("AB", A=1), B={"trade": WITHHOLD})
    assert compiled.game.payoffs[answer].tolist() == [-1, 4]
    assert not compiled.columns.any_breach()[answer]
    assert chances_after(compiled, answer, due("A")) == {0: 1} == chances_after(compiled, answer, due("B"))
    unlawful = row(compiled, start("AB", A=1), B={"trade": "breach"})
    assert compiled.game.payoffs[unlawful].tolist() == [-1 + 5, 4 - 5]
    planned = int(compiled.compliance[compiled.game.row_state[answer]])
    said = deviation_in_words(compiled, planned, answer, 1)
    assert (said.words, said.article, said.lawful) == ("withholds its performance on trade", "21", True)


@pytest.mark.parametrize(("years", "most", "breaches", "left"), [
    (1, 1, "bb...", [1, 1, 0, 0, 0]), (2, 3, "bbb..", [2, 3, 3, 2, 1]), (3, 3, "b.b..", [3, 2, 3, 2, 1]),
])  # fmt: skip
def test_every_year_of_breach_allows_its_years_up_to_the_cap_and_they_pass(
    years: int, most: int, breaches: str, left: list[int]
) -> None:
    compiled = TWO.compiled(clause(years, most_years=most))
    state, found = compiled.game.initial, []
    for conduct in breaches:
        k = compiled.row_of(state, {("A", "trade"): "breach" if conduct == "b" else "comply"})
        (state,) = compiled.game.transition[[k]].indices.tolist()
        found.append(int(compiled.state_columns.codes[due("A")][state]))
    assert found == left


def exclude(compiled: CompiledTreaty, votes: dict[str, bool], **years: int) -> list[float]:
    moves = {party: {ballot(due("A")): "shut A out" if out else "keep A in"} for party, out in votes.items()}
    earned: list[float] = compiled.game.payoffs[row(compiled, start("ABC", **years), **moves)].tolist()
    return earned


def test_of_three_the_rest_shut_one_out_together_and_go_on() -> None:
    """A then earns its 0 of no cooperation, B and C their rewards 5 and 3; one vote of two is not enough."""
    compiled = THREE.compiled(clause(2, withholds='"participation"'))
    breach = row(compiled, start("ABC"), A={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [4, -2 + (5 + 2) / 2, -1 + (3 + 1) / 2]
    assert chances_after(compiled, breach, due("A")) == {2: 1}
    for b, c in itertools.product((True, False), repeat=2):
        assert exclude(compiled, {"B": b, "C": c}, A=2) == ([0, 5, 3] if b and c else [3, 5, 3])
    assert exclude(compiled, {"C": True}, A=2, B=1) == [0, 5, 3], "B, itself to be answered, has no say"
    out = {"B": {ballot(due("A")): "shut A out"}, "C": {ballot(due("A")): "shut A out"}}
    owed = row(compiled, start("ABC", A=2), **(out | {"A": {"trade": "breach"}}))
    assert not compiled.columns.any_breach()[owed], "who is shut out owes nothing"


def test_of_two_shutting_one_out_leaves_no_matter() -> None:
    compiled = TWO.compiled(clause(1, withholds='"participation"', plan='"always"'))
    k = int(compiled.compliance[compiled.game.row_state[row(compiled, start("AB", A=1))]])
    assert compiled.game.payoffs[k].tolist() == [0, 0] and compiled.columns.vetoed["trade"][k]


@pytest.mark.law("suspension_of_benefits")
@pytest.mark.parametrize("seed", range(8))
def test_a_right_to_withhold_changes_no_verdict_where_nothing_else_follows_a_breach(seed: int) -> None:
    """Withholding pays as a breach does: with nothing else to follow, it is a breach by another name."""
    dilemma = drawn(seed)
    assert dilemma.holds(clause(1 + seed % 2)) == dilemma.holds()


@pytest.mark.law("suspension_of_benefits")
@pytest.mark.parametrize("seed", range(6))
def test_shutting_one_out_leaves_the_rest_their_rewards_where_they_comply(seed: int) -> None:
    """Withheld performance would cost the innocent their part: each other's is withheld, too."""
    dilemma = drawn(seed, "ABC")
    shut = dilemma.compiled(clause(1, withholds='"participation"'))
    assert exclude(shut, {"B": True, "C": True}, A=1) == [
        dilemma.payoffs["A"][3],
        *(dilemma.payoffs[p][0] for p in "BC"),
    ]
    apart = dilemma.compiled(clause(1))
    k = row(apart, start("ABC", A=1), B={"trade": WITHHOLD}, C={"trade": WITHHOLD})
    for i, party in enumerate("ABC"):
        _, temptation, sucker, punishment = dilemma.payoffs[party]
        own = sucker if party == "A" else (temptation + punishment) / 2
        assert apart.game.payoffs[k, i] == pytest.approx(own, abs=1e-9)


def test_who_owes_nothing_has_nothing_to_withhold() -> None:
    """A alone owes something on trade: after its breach B, which owes nothing, has no move there."""
    text = 'type = "suspension_of_benefits"\nmatter = "trade"\nyears = 1\n'
    host = DILEMMA.replace('id = "trade"', 'id = "trade"\nobliged = ["A"]')
    compiled = compile_treaty(read_treaty_text(f"{host}[[provision]]\n{text}"))
    assert len(compiled.columns.options["B", "trade"]) == 1
