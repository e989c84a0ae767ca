"""Shared standards and harmonised licences: what matching rules save, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.linting.clauses import lint

RULES = 'type = "shared_standards"\narticle = "11"\nmatter = "trade"\n'


@pytest.mark.behaviour("shared_standards")
@pytest.mark.parametrize(("upkeep", "slack"), [(0.0, [12.0, 3.5]), (0.5, [11.25, 2.75])])
def test_matching_rules_make_the_treaty_worth_more_and_a_breach_no_more(upkeep: float, slack: list[float]) -> None:
    """Ten transactions, four fifths covered, each 0.1 and 5 days of 0.03 dearer if rules differ: 8 * 0.25 = 2 a year.

    B earns 3 in place of 1: 3/0.4 - 4 = 3.5 where it was -1.5.  A earns 8: 20 - 7 by a breach, 20 - 8 by leaving.
    Upkeep of 0.5 falls due in the year of a deviation as well: B 2.5/0.4 - 3.5, A 7.5/0.4 - 7.5.
    """
    each = "transactions = 10\nmismatch_cost = 0.1\ndays = 5\ncost_per_day = 0.03\nshare_covered = 0.8\n"
    compiled = compile_treaty(plus(RULES + each + f"upkeep = {upkeep}"))
    assert slack_of_each(compiled) == pytest.approx(slack, abs=1e-8)
    breach = row(compiled, {STATUS: "in force"}, B={"trade": "breach"})
    assert compiled.game.payoffs[breach] == pytest.approx([-1 - upkeep, 4 - upkeep])


@pytest.mark.behaviour("licence_harmonisation")
def test_licences_that_save_only_days_are_standards_without_other_costs() -> None:
    """Ten licences, twenty days each at 0.01 a day: 2 a year, as ten mismatches of 0.2 are."""
    licences = RULES.replace("shared_standards", "licence_harmonisation")
    preset = compile_treaty(plus(licences + "transactions = 10\ndays = 20\ncost_per_day = 0.01"))
    clause = compile_treaty(plus(RULES + "transactions = 10\nmismatch_cost = 0.2"))
    assert preset.game.digest == clause.game.digest
    assert slack_of_each(preset) == pytest.approx([12.0, 3.5], abs=1e-8)


@pytest.mark.law("shared_standards")
@pytest.mark.parametrize("seed", range(6))
def test_a_dearer_mismatch_never_lowers_the_slack_of_anyone_in_a_dilemma_without_upkeep(seed: int) -> None:
    """The saving is made on the path for ever, in a deviation once at most, and never where others breach."""
    found = [
        slack_of_each(compile_treaty(dilemma(seed, RULES + f"transactions = 3\nmismatch_cost = {cost}")))
        for cost in (0.0, 0.1, 0.4, 1.0)
    ]
    for before, after in itertools.pairwise(found):
        assert all(b >= a - 1e-8 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("transactions = 5", "warning", "shared rules save nothing"),
        ("transactions = 1\nmismatch_cost = 1\nupkeep = 2", "note", "cost more to keep"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(RULES + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = RULES + "transactions = 1\nmismatch_cost = 1"
    found = lint(plus(clause, clause))
    assert [each.problem for each in found if each.severity == "error"] == [
        "two clauses share the rules of trade under one article"
    ]
