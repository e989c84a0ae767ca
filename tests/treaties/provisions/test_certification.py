"""Certification: who buys a certificate, and what holds its holder, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import chances_after, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, STATUS
from treaties.linting.clauses import lint

CERTIFICATE = 'type = "certification"\narticle = "10"\nparty = "B"\ntrade_cost_inside = 0\n'
HELD = "certificate of B"
BUYING = "buying a certificate"


@pytest.mark.behaviour("certification")
@pytest.mark.parametrize("cost", [2.0, 3.0, 4.0])
def test_a_certificate_is_bought_up_to_a_price_and_binds_its_holder(cost: float) -> None:
    """Trade costs B 3 a year outside and without a certificate, nothing inside with one; switching costs 1.

    In the first year B earns 1 - 3 - cost, then 1 for ever: -0.5 - cost in all (discount factor 0.6).  It deviates best
    by buying nothing and breaching: 4 - 3 now, then 3 a year to pay, 0.6 * 7.5 = 4.5: -3.5.  So it loses 3 - cost.
    Once certified a breach wins 4 and costs 0 now, 1 + 3 and 3 for ever when A leaves: 2.5 - 4 + 0.36 * 8.5 = 1.56.
    """
    compiled = compile_treaty(plus(CERTIFICATE + f"cost = {cost}\ntrade_cost_outside = 3\nswitching_cost = 1"))
    assert slack_of_each(compiled) == pytest.approx([8, min(3 - cost, 1.56)], abs=1e-8)


def test_costs_of_trade_of_buying_and_of_switching_year_by_year() -> None:
    compiled = compile_treaty(plus(CERTIFICATE + "cost = 2\ntrade_cost_outside = 3\nswitching_cost = 1"))
    none, held = ({STATUS: "in force", HELD: value} for value in ("none", "held"))
    buys, waits = (row(compiled, none, B={BUYING: what}) for what in ("certify", "wait"))
    assert compiled.game.payoffs[[buys, waits], 1].tolist() == [1 - 3 - 2, 1 - 3]
    assert chances_after(compiled, buys, HELD) == {"held": 1.0} and chances_after(compiled, waits, HELD) == {
        "none": 1.0
    }
    leaves = row(compiled, held, B={EXIT: "leave"})
    assert compiled.game.payoffs[leaves].tolist() == [6, 1]
    ended = row(compiled, {STATUS: "ended", HELD: "held"})
    assert compiled.game.payoffs[ended].tolist() == [0, -3 - 1]
    assert chances_after(compiled, ended, HELD) == {"replaced": 1.0}
    assert compiled.game.payoffs[row(compiled, {STATUS: "ended", HELD: "replaced"})].tolist() == [0, -3]


def test_a_plan_of_no_certificates_leaves_the_choice_open() -> None:
    compiled = compile_treaty(plus(CERTIFICATE + 'cost = 2\ntrade_cost_outside = 3\nplan = "never"'))
    played = int(compiled.compliance[compiled.game.initial])
    assert compiled.game.payoffs[played].tolist() == [6, 1 - 3]
    assert row(compiled, {STATUS: "in force", HELD: "none"}, B={BUYING: "certify"}) != played


@pytest.mark.law("certification")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("term", ["trade_cost_outside", "switching_cost"])
def test_dearer_trade_or_switching_outside_never_lowers_the_slack_where_compliance_does_not_end_the_treaty(
    term: str, seed: int
) -> None:
    """Complying costs the same more in the first year as every deviation does there, and later no more than those."""
    found = []
    for amount in (0.5, 1.0, 2.5):
        terms = {"trade_cost_outside": 0.6, "switching_cost": 0.2, term: amount}
        clause = CERTIFICATE.replace('party = "B"\n', "") + "cost = 0.8\n"
        lines = "\n".join(f"{name} = {value}" for name, value in terms.items())
        found.append(slack_of_each(compile_treaty(dilemma(seed, clause + lines))))
    for before, after in itertools.pairwise(found):
        assert all(b >= a - 1e-8 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_a_dearer_certificate_never_raises_the_slack_where_all_are_to_buy_one(seed: int) -> None:
    clause = CERTIFICATE.replace('party = "B"\n', "") + "trade_cost_outside = 0.7\n"
    found = [slack_of_each(compile_treaty(dilemma(seed, clause + f"cost = {cost}"))) for cost in (0.1, 1.0, 3.0)]
    for before, after in itertools.pairwise(found):
        assert all(b <= a + 1e-8 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("cost = 1\ntrade_cost_outside = 0", "note", "so that it only costs"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(CERTIFICATE + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = CERTIFICATE + "cost = 1\ntrade_cost_outside = 2"
    found = lint(plus(clause, clause.replace('"10"', '"11"')))
    assert [each.problem for each in found if each.severity == "error"] == ["two clauses certify the same party"]
