"""Subsidy coordination: a cap on aid and countermeasures in proportion, by hand."""

from __future__ import annotations

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import DILEMMA, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

AID = 'type = "subsidy_coordination"\narticle = "15"\n'
LEVEL, ABOVE = "level of aid under article 15", "subsidise above the cap"


def under(terms: str) -> CompiledTreaty:
    """B earns 3 a year when all comply."""
    return compile_treaty(
        read_treaty_text(f"{DILEMMA.replace('A = 6, B = 1', 'A = 6, B = 3')}[[provision]]\n{AID}{terms}")
    )


@pytest.mark.behaviour("subsidy_coordination")
@pytest.mark.parametrize(("countermeasure", "slack"), [(0.0, [6.0, 1.5]), (0.5, [6.9, 2.4])])
def test_aid_is_one_more_temptation_which_countermeasures_make_smaller(
    countermeasure: float, slack: list[float]
) -> None:
    """A unit above the cap wins 2 and costs the other 3, of which a half a year later is worth 1.5 * 0.6 = 0.9.

    Best is to breach, pay aid and leave: 7.5 - (4 + 2) for B and 15 - (7 + 2) for A, less what is taken back.
    """
    terms = f"cap = 1\nlargest = 2\ngain = 2\nharm = 3\ncountermeasure = {countermeasure}"
    assert slack_of_each(under(terms)) == pytest.approx(slack, abs=1e-8)


def test_aid_above_the_cap_is_a_breach_that_shifts_rents_in_proportion_to_the_excess() -> None:
    compiled = under("cap = 1\nlargest = 3\ngain = 2\nharm = 3\ncountermeasure = 1\ndelay_years = 0")
    start: dict[str, str | int] = {STATUS: "in force"}
    alone = row(compiled, start, A={LEVEL: ABOVE})
    assert compiled.game.payoffs[alone].tolist() == [6 + 4 - 6, 3 - 6 + 6]
    both = row(compiled, start, A={LEVEL: ABOVE}, B={LEVEL: ABOVE})
    assert compiled.game.payoffs[both].tolist() == [6 + 4 - 6, 3 + 4 - 6]
    assert bool(compiled.columns.in_breach["A", LEVEL][alone])


@pytest.mark.law("subsidy_coordination")
@pytest.mark.parametrize("seed", range(6))
def test_aid_above_the_cap_never_pays_at_once_where_countermeasures_are_worth_its_gain_to_the_payer(seed: int) -> None:
    """Then no party earns more in any row by exceeding the cap than by keeping it, whatever all else do; and it does
    where they are worth less.
    """
    treaty = dilemma(seed)
    least = min(party.discount.value for party in treaty.parties)
    most = max(party.discount.value for party in treaty.parties)
    for gain, pays in ((least**2 * 3 * 0.8 - 1e-3, False), (most**2 * 3 * 0.8 + 1e-3, True)):
        terms = f"cap = 1\nlargest = 2.5\ngain = {gain}\nharm = 3\ncountermeasure = 0.8\ndelay_years = 2"
        compiled = compile_treaty(dilemma(seed, AID + terms))
        start: dict[str, str | int] = {STATUS: "in force"}
        for i, (me, other) in enumerate((("A", "B"), ("B", "A"))):
            for its in ({}, {"trade": "breach"}, {LEVEL: ABOVE}):
                for mine in ({}, {"trade": "breach"}):
                    within = row(compiled, start, **{me: dict(mine), other: dict(its)})
                    above = row(compiled, start, **{me: {**mine, LEVEL: ABOVE}, other: dict(its)})
                    won = compiled.game.payoffs[above, i] - compiled.game.payoffs[within, i]
                    assert (won > 0) == pays


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("cap = 1\nlargest = 1\ngain = 1\nharm = 2", "warning", "no party could exceed the cap"),
        ("cap = 1\nlargest = 2\ngain = 3\nharm = 2", "note", "together they lose by the cap"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(AID + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = AID + "cap = 1\nlargest = 2\ngain = 1\nharm = 2"
    found = lint(plus(clause, clause))
    assert [each.problem for each in found if each.severity == "error"] == [
        "two clauses of the kind subsidy_coordination have the same article number"
    ]
