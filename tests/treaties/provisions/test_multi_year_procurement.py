"""Multi-year procurement: what cancelling committed orders costs, by breach and by lawful exit, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import DILEMMA, plus, row
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, STATUS, YEAR
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

ORDERS = 'type = "multi_year_procurement"\narticle = "6"\nbuyer = "B"\nmatter = "trade"\nyears = 3\n'


def tempted_to_leave(fee: float) -> Treaty:
    """Borduria earns 1 a year under the treaty and 2 outside it, and has always ordered for three years."""
    outside = DILEMMA.replace('name = "Borduria"', 'name = "Borduria"\noutside_option = 2')
    return read_treaty_text(f"{outside}[[provision]]\n{ORDERS}rolling = true\ncancellation_fee = {fee}\n")


@pytest.mark.behaviour("multi_year_procurement")
@pytest.mark.parametrize(("fee", "buyer", "seller"), [(1.5, 0.0, 5.75), (2.0, 1.5, 5.0)])
def test_what_a_fee_does_to_both_sides_of_a_commitment_of_three_years(fee: float, buyer: float, seller: float) -> None:
    """Complying is worth 1/0.4 = 2.5 to B and 6/0.4 = 15 to A (discount factor 0.6).

    B does best by breaching and leaving at once: 4 this year less three fees, then 2 for ever, 0.6 * 2 / 0.4 = 3.  That
    loses 2.5 - 7 + 3 f.  A by breaching: 7 now, and at worst B stays and breaches for ever, paying f a year:
    0.6 * f / 0.4 = 1.5 f.  That loses 15 - 7 - 1.5 f: the fee comforts A.
    """
    found = slack_of_each(compile_treaty(tempted_to_leave(fee)))
    assert found == pytest.approx([seller, buyer], abs=1e-8)
    assert found == pytest.approx([8 - 1.5 * fee, 3 * fee - 4.5], abs=1e-8)


def test_a_fee_decides_whether_a_treaty_holds_that_is_worth_less_than_leaving_it() -> None:
    low, high = (assess(tempted_to_leave(fee), variants=False, region=False).verdict for fee in (1.4, 1.6))
    assert (low, high) == ("unsustainable", "sustainable")


@pytest.mark.parametrize(("year", "outstanding", "committed"), [(1, 2, 1), (2, 1, 1), (3, 0, 1), (4, 0, 0)])
def test_a_commitment_that_runs_out_costs_what_is_left_of_it(year: int, outstanding: int, committed: int) -> None:
    compiled = compile_treaty(plus(ORDERS + "cancellation_fee = 2"))
    start: dict[str, str | int] = {STATUS: "in force", YEAR: year}
    leaving = row(compiled, start, B={EXIT: "leave"})
    assert compiled.game.payoffs[leaving].tolist() == [6 + 2 * outstanding, 1 - 2 * outstanding]
    breaching = row(compiled, start, B={"trade": "breach"})
    assert compiled.game.payoffs[breaching].tolist() == [-1 + 2 * committed, 4 - 2 * committed]
    seller = row(compiled, start, A={EXIT: "leave"})
    assert compiled.game.payoffs[seller].tolist() == [6, 1], "the seller owes nothing"


def test_notice_cancels_what_comes_after_the_exit_and_its_years_are_committed_still() -> None:
    """Of two outstanding years one is the year of notice, whose orders stand: 2 for the other, 2 more for a breach."""
    notice = 'type = "withdrawal"\nnotice_years = 1\n'
    compiled = compile_treaty(plus(ORDERS + "rolling = true\ncancellation_fee = 2", notice))
    gives = row(compiled, {STATUS: "in force"}, B={EXIT: "give notice"})
    assert compiled.game.payoffs[gives].tolist() == [6 + 2, 1 - 2]
    breaches = row(compiled, {STATUS: "notice, 1 left"}, B={"trade": "breach"})
    assert compiled.game.payoffs[breaches].tolist() == [-1 + 2, 4 - 2]


def test_walking_out_where_no_text_allows_it_cancels_all_outstanding_years() -> None:
    closed = DILEMMA.replace('schema = "servanda-treaty/1"', 'schema = "servanda-treaty/1"\nexit = false')
    fee = f"[[provision]]\n{ORDERS}rolling = true\ncancellation_fee = 2\n"
    compiled = compile_treaty(read_treaty_text(f'{closed}{fee}[[provision]]\ntype = "no_exit"\nreal_cost = 0\n'))
    walks_out = row(compiled, {STATUS: "in force"}, B={EXIT: "walk out"})
    assert compiled.game.payoffs[walks_out].tolist() == [6 + 4, 1 - 4]


def test_a_floor_of_half_halves_what_a_breach_wins_and_what_being_betrayed_costs() -> None:
    compiled = compile_treaty(plus(ORDERS + "rolling = true\nfloor = 0.5"))
    breaching = row(compiled, {STATUS: "in force"}, B={"trade": "breach"})
    assert compiled.game.payoffs[breaching].tolist() == [-0.5, 1 + 0.5 * 3]
    assert slack_of_each(compiled) == pytest.approx([15 - 6.5, 2.5 - 2.5], abs=1e-8)


def test_a_new_term_commits_orders_anew() -> None:
    term = 'type = "sunset"\nterm_years = 2\nrenewal = { rule = "automatic" }'
    compiled = compile_treaty(plus(ORDERS.replace("years = 3", "years = 2") + "cancellation_fee = 2", term))
    state, costs = compiled.game.initial, []
    for _ in range(4):
        leaving = compiled.row_of(state, {("B", EXIT): "leave"})
        costs.append(1 - compiled.game.payoffs[leaving, 1])
        (state,) = compiled.game.transition[[int(compiled.compliance[state])]].indices.tolist()
    assert costs == [2, 0, 2, 0]


@pytest.mark.law("multi_year_procurement")
@pytest.mark.parametrize("seed", range(6))
def test_a_higher_fee_never_lowers_what_the_buyer_loses_by_deviating_where_compliance_cancels_nothing(
    seed: int,
) -> None:
    """The buyer earns no more in any row and as much on the path; so its minmax payoffs do not rise."""
    slacks = []
    for fee in (0.0, 0.4, 1.1, 2.5):
        compiled = compile_treaty(
            dilemma(seed, ORDERS + f"rolling = {str(seed % 2 == 0).lower()}\ncancellation_fee = {fee}")
        )
        slacks.append(slack_of_each(compiled)[1])
    assert all(after >= before - 1e-8 for before, after in itertools.pairwise(slacks))


@pytest.mark.parametrize("seed", range(6))
def test_a_higher_floor_never_lowers_the_slack_of_anyone_in_a_dilemma(seed: int) -> None:
    """It lowers what a breach wins; minmax payoffs are those of mutual breach or of leaving, which it leaves alone."""
    found = [slack_of_each(compile_treaty(dilemma(seed, ORDERS + f"rolling = true\nfloor = {floor}")))
             for floor in (0.0, 0.3, 0.8, 1.0)]  # fmt: skip
    for before, after in itertools.pairwise(found):
        assert all(b >= a - 1e-8 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(
    ("terms", "field", "problem"),
    [
        ("years = 1\nrolling = true\ncancellation_fee = 2", "years", "never outstanding"),
        ("years = 9\ncancellation_fee = 2", "years", "9 years of a term of 5"),
    ],
)
def test_lint_of_commitments(terms: str, field: str, problem: str) -> None:
    clause = ORDERS.replace("years = 3\n", "") + terms
    found = lint(plus(clause, 'type = "sunset"\nterm_years = 5\nrenewal = { rule = "automatic" }'))
    assert any(each.place.endswith(f".{field}") and problem in each.problem for each in found)
