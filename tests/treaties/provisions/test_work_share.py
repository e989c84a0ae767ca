"""Work share: a fixed division, its loss, and a true-up that comes late, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.linting.clauses import lint

WORK = 'type = "work_share"\narticle = "8"\nmatter = "trade"\nwork = 2\n'
SPLIT = "shares = { A = 0.6, B = 0.4 }\nwon = { A = 1, B = 0 }\n"
SINCE = "years of work on trade since the last true-up"


@pytest.mark.behaviour("work_share")
@pytest.mark.parametrize(
    ("terms", "slack"),
    [
        ("", [6.0, 0.5]),
        ("efficiency_loss = 0.1", [5.7, 0.3]),
        ("true_up_years = 2", [5.5, 0.0]),
    ],
)
def test_two_fifths_of_the_work_keep_in_who_would_win_none_and_a_late_true_up_undoes_it(
    terms: str, slack: list[float]
) -> None:
    """A owes B 0.4 * 2 = 0.8 for a year; without the clause B loses 1/0.4 - 4 = -1.5 by a breach, A 15 - 7 = 8.

    Every year: 1.8/0.4 - 4 = 0.5 and 5.2/0.4 - 7 = 6.  A tenth of the work lost costs A 0.12 and B 0.08 a year.  Every
    second year 1.6: just after a true-up B has V = 1 + 0.6 (2.6 + 0.6 V) = 4, which a breach wins at once; just before
    one A has 6/0.4 - 1.6/(1 - 0.36) = 12.5, against 7.
    """
    assert slack_of_each(compile_treaty(plus(WORK + SPLIT + terms))) == pytest.approx(slack, abs=1e-8)


def test_only_years_in_which_all_keep_the_matter_are_counted_and_paid_for() -> None:
    compiled = compile_treaty(plus(WORK + SPLIT + "true_up_years = 2\nefficiency_loss = 0.5"))
    first, second = ({STATUS: "in force", SINCE: years} for years in (0, 1))
    earned = [compiled.game.payoffs[row(compiled, state)].tolist() for state in (first, second)]
    assert earned == [[6 - 0.6, 1 - 0.4], pytest.approx([6 - 0.6 - 1.6, 1 - 0.4 + 1.6])]
    breached = row(compiled, second, A={"trade": "breach"})
    assert compiled.game.payoffs[breached].tolist() == [7, -1], "no work, no true-up, no loss"
    (after,) = compiled.game.transition[[breached]].indices
    assert compiled.state_columns.is_value(SINCE, 1)[after], "the true-up is due still"


@pytest.mark.law("work_share")
@pytest.mark.parametrize("seed", range(6))
def test_a_longer_wait_for_the_true_up_never_raises_the_slack_of_anyone_in_a_dilemma(seed: int) -> None:
    """With a debt d a year, true-ups every T years take d T/(1 - D^T) from who is about to pay, and give who was just
    paid d T D^(T-1)/(1 - D^T): the first rises and the second falls in T.  Deviations earn what they did, save that one
    may leave before paying.
    """
    terms = WORK.replace("work = 2", "work = 0.7")
    found = [
        slack_of_each(compile_treaty(dilemma(seed, terms + SPLIT + f"true_up_years = {years}", leave=seed % 2 == 0)))
        for years in (1, 2, 3, 5)
    ]
    for shorter, longer in itertools.pairwise(found):
        assert all(after <= before + 1e-8 for before, after in zip(shorter, longer, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_without_a_loss_the_parties_together_earn_what_they_did_in_every_row(seed: int) -> None:
    bare, shared = compile_treaty(dilemma(seed)), compile_treaty(dilemma(seed, WORK + SPLIT))
    assert shared.game.payoffs.sum(axis=1) == pytest.approx(bare.game.payoffs.sum(axis=1), abs=1e-9)
    assert abs(shared.game.payoffs - bare.game.payoffs).max() > 0.5


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("shares = { A = 0.6, B = 0.4 }\nwon = { A = 0.6, B = 0.4 }", "note", "everybody wins its agreed share"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(WORK + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = WORK + "shares = { A = 0.6, B = 0.4 }\nwon = { A = 1, B = 0 }"
    found = lint(plus(clause, clause.replace('"8"', '"9"')))
    assert [each.problem for each in found if each.severity == "error"] == ["two clauses divide the work of trade"]
