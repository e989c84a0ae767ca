"""Risk sharing: a shock split by rule, with a cap and with moral hazard, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import DILEMMA
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

SHARED = 'type = "risk_sharing"\narticle = "14"\nevent = "shock"\nmatter = "trade"\nbearer = "A"\n'


def in_a_lasting_shock(*clauses: str) -> CompiledTreaty:
    """Complying costs A 4 every year; B earns 5 when all comply, and 6 by a breach."""
    text = DILEMMA.replace("A = 6, B = 1", "A = 6, B = 5").replace("A = 7, B = 4", "A = 7, B = 6")
    text += '[[event]]\nid = "shock"\nenter = 1\nstay = 1\nstarts = true\ncost_of_complying = { A = 4, B = 0 }\n'
    return compile_treaty(read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses)))


@pytest.mark.behaviour("risk_sharing")
@pytest.mark.parametrize(
    ("terms", "slack"),
    [
        ("", [3.0, 1.5]),
        ("moral_hazard = 0.2", [2.5, 1.0]),
        ("moral_hazard = 0.2\ncap = 2", [2.0, 1.5]),
    ],
)
def test_half_the_cost_of_a_shock_holds_who_bears_it_and_loosens_who_pays(terms: str, slack: list[float]) -> None:
    """Alone with it A earns 2 a year: 5 - 7 = -2 by a breach; B 12.5 - 6 = 6.5.

    By halves A earns 4 and B 3: 10 - 7 and 7.5 - 6.  Half insured, a moral hazard of 0.2 makes the cost 4.4: A earns
    3.8 and B 2.8; with a cap of 2 A earns 3.6 and B 3.
    """
    assert slack_of_each(in_a_lasting_shock()) == pytest.approx([-2.0, 6.5], abs=1e-8)
    compiled = in_a_lasting_shock(SHARED + "cost = 4\nshares = { A = 0.5, B = 0.5 }\n" + terms)
    assert slack_of_each(compiled) == pytest.approx(slack, abs=1e-8)


def test_who_is_in_breach_pays_nothing_and_is_paid_nothing() -> None:
    bare = in_a_lasting_shock()
    shared = in_a_lasting_shock(SHARED + "cost = 4\nshares = { A = 0.25, B = 0.75 }")
    change = (shared.game.payoffs - bare.game.payoffs).round(9)
    breach = [shared.columns.in_breach[party, "trade"] for party in "AB"]
    assert bool((change[breach[0] | breach[1]] == 0).all())
    assert sorted({tuple(each) for each in change.tolist()}) == [(0, 0), (3, -3)]


@pytest.mark.law("risk_sharing")
@pytest.mark.parametrize("seed", range(6))
def test_a_smaller_share_never_lowers_its_bearers_slack_nor_raises_the_payers_in_a_dilemma_without_moral_hazard(
    seed: int,
) -> None:
    """Payments are made where all keep the matter only, so that no minmax payoff moves."""
    found = []
    for share in (1.0, 0.7, 0.2):
        terms = f"cost = 1.5\nshares = {{ A = {share}, B = {1 - share:.1f} }}"
        found.append(slack_of_each(compile_treaty(dilemma(seed, SHARED + terms, event=True))))
    for before, after in itertools.pairwise(found):
        assert after[0] >= before[0] - 1e-8 and after[1] <= before[1] + 1e-8


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ("cost = 4\nshares = { A = 1, B = 0 }", "nothing is shared"),
        ("cost = 4\nshares = { A = 0.5, B = 0.5 }\ncap = 3", "never owe more than 2"),
    ],
)
def test_lint_says_what_is_odd(terms: str, problem: str) -> None:
    found = lint(in_a_lasting_shock(SHARED + terms).treaty)
    assert any(problem in each.problem for each in found), found


def test_two_that_share_the_same_shock_are_refused() -> None:
    clause = SHARED + "cost = 4\nshares = { A = 0.5, B = 0.5 }"
    found = lint(in_a_lasting_shock(clause, clause.replace('"14"', '"15"')).treaty)
    said = [each.problem for each in found if each.severity == "error"]
    assert said == ["two clauses share what shock costs A on trade"]
