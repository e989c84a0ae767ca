"""Multi-sourcing: a second source can unmake a treaty and make one, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import chances_after, drawn, plus, row
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

SOURCE = 'type = "multi_sourcing"\narticle = "13"\nmatter = "trade"\n'
DEPENDENT = """schema = "servanda-treaty/1"
title = "A buyer that depends on its supplier"
payoff_unit = "points per year"
exit = false

[[party]]
id = "A"
name = "A"
discount = 0.6

[[party]]
id = "B"
name = "B"
discount = 0.6

[[matter]]
id = "trade"
reward = { A = 3, B = 3 }
temptation = { A = -2, B = 7 }
sucker = { A = 0, B = -1 }
punishment = { A = -2, B = 0 }
"""


@pytest.mark.behaviour("multi_sourcing")
def test_a_source_of_ones_own_makes_breaking_with_the_partner_worth_more() -> None:
    """B has 1/0.4 = 2.5 by complying.  A breach wins it 4, and the source 1 a year from now on: 5 + 0.6 * 2.5 = 6.5."""
    bare, sourced = (compile_treaty(plus(*c)) for c in ([], [SOURCE + 'party = "B"\nsupply = 1']))
    assert slack_of_each(bare) == pytest.approx([8, -1.5], abs=1e-8)
    assert slack_of_each(sourced) == pytest.approx([8, -4], abs=1e-8)


def dependent(supply: float) -> Treaty:
    """A suffers more by cutting B off (-2) than by bad deliveries (0), which win B 7."""
    return read_treaty_text(f'{DEPENDENT}[[provision]]\n{SOURCE}party = "A"\nsupply = {supply}\npremium = 0.1\n')


@pytest.mark.parametrize(("supply", "verdict"), [(0, "unsustainable"), (2, "sustainable"), (6, "unsustainable")])
def test_it_makes_a_threat_believed_or_a_promise_idle_as_it_delivers_much(supply: float, verdict: str) -> None:
    """B keeps to 3 a year (7.5) rather than take 7 only if it then gets at most 0.5/0.6 = 0.83 in present value.

    Without a source A never earns less than 0 by going on; a path on which it earns that much shares years of
    cooperation (3, 3) and of cutting off (-2, -1) so that B has at least 0.4 * 3 - 0.6 = 0.6 a year, 1.5 in all.  With
    a source of 2 cutting B off costs A nothing, and both breach for ever: B has 0.  With one of 6 cutting B off earns A
    4 a year, more than the 3 of cooperation.
    """
    assert assess(dependent(supply), variants=False, region=False).verdict == verdict


def test_it_delivers_when_the_partner_is_cut_off_or_fails_and_after_a_time() -> None:
    clause = SOURCE + 'party = "A"\nsupply = 2\ncover = 0.5\npremium = 0.25\nswitch_years = 1'
    compiled = compile_treaty(plus(clause))
    need = "years in which A has needed another source for trade"
    now, later = ({STATUS: "in force", need: years} for years in (0, 1))
    stop, cheat = {"trade": "breach"}, {"trade": "breach"}
    assert compiled.game.payoffs[row(compiled, now, A=stop), 0] == 7 - 0.25, "not in the first year"
    assert chances_after(compiled, row(compiled, now, A=stop), need) == {1: 1.0}
    assert chances_after(compiled, row(compiled, later), need) == {0: 1.0}
    assert compiled.game.payoffs[row(compiled, later, A=stop), 0] == 7 + 2 - 0.25
    assert compiled.game.payoffs[row(compiled, later, A=stop, B=cheat), 0] == 2 - 0.25
    assert compiled.game.payoffs[row(compiled, later, B=cheat)].tolist() == [-1 + 0.5 - 0.25, 4]
    assert compiled.game.payoffs[row(compiled, later)].tolist() == [6 - 0.25, 1]
    assert compiled.game.payoffs[row(compiled, {STATUS: "ended", need: 0})].tolist() == [0, 0]
    assert compiled.game.payoffs[row(compiled, {STATUS: "ended", need: 1})].tolist() == [2, 0], "and no premium"


@pytest.mark.law("multi_sourcing")
@pytest.mark.parametrize("seed", range(6))
def test_a_better_source_never_raises_its_owners_slack_nor_moves_the_partners_where_compliance_never_uses_it(
    seed: int,
) -> None:
    """Slack against minmax punishments: the owner earns no less off the path and the same on it, others the same."""
    found = []
    for supply in (0.0, 0.5, 2.0):
        clause = SOURCE + f'party = "A"\nsupply = {supply}\ncover = {supply / 2}\nswitch_years = {seed % 2}'
        found.append(slack_of_each(compile_treaty(dilemma(seed, clause))))
    for before, after in itertools.pairwise(found):
        assert after[1] == pytest.approx(before[1], abs=1e-8) and after[0] <= before[0] + 1e-8
    assert found[2][0] < found[0][0] - 1e-3


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ('party = "A"\nsupply = 0\npremium = 1', "note", "the source delivers nothing"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(SOURCE + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = SOURCE + 'party = "A"\nsupply = 1'
    found = lint(plus(clause, clause.replace('"13"', '"14"')))
    assert [each.problem for each in found if each.severity == "error"] == [
        "two clauses give A a second source for trade"
    ]


def test_a_second_source_takes_the_place_of_the_partners_where_the_party_alone_is_kept_out() -> None:
    """Kept out of trade for a year by its red line, A earns 0 there, and what its second source is worth."""
    line = 'type = "red_line"\narticle = "8"\nparty = "A"\nmatter = "trade"\nthreshold = 0.5\nsuspended_years = 1\n'
    source = 'type = "multi_sourcing"\narticle = "9"\nparty = "A"\nmatter = "trade"\nsupply = 1.5\n'
    compiled = compile_treaty(drawn(3, line, source, parties="ABC"))
    (out,) = compiled.game.transition[[compiled.row_of(compiled.game.initial, {("A", "trade"): "breach"})]].indices
    assert compiled.game.payoffs[int(compiled.compliance[out]), 0] == 1.5
