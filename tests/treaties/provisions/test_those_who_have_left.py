"""What a treaty that goes on among the rest still asks of, and pays to, a party that has left it: by hand."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import values_of
from treaties.effects import STATUS, membership_variable
from treaties.reading.treaty_file import read_treaty_text

THREE = """
schema = "servanda-treaty/1"
title = "Three of whom each may leave"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Arcadia"
discount = 0.5
[[party]]
id = "B"
name = "Borduria"
discount = 0.5
[[party]]
id = "C"
name = "Cumbria"
discount = 0.5
[[matter]]
id = "trade"
reward = { A = 2, B = 2, C = 2 }
temptation = { A = 3, B = 3, C = 3 }
sucker = { A = -2, B = -2, C = -2 }
punishment = { A = 0, B = 0, C = 0 }
[[provision]]
type = "withdrawal"
notice_years = 0
survives_exit_of = ["A", "B", "C"]
[[provision]]
"""
"""Two of three comply while the third has left: both earn all of their reward, and who has left nothing."""


def without(party: str, clause: str, **state: str | int | float) -> tuple[CompiledTreaty, dict[str, str | int | float]]:
    """The treaty with a clause, and the state in which a party has left and the others are members."""
    compiled = compile_treaty(read_treaty_text(f"{THREE}{clause}\n", "three.toml"))
    standing = {membership_variable(p): "out" if p == party else "member" for p in "ABC"}
    found: dict[str, str | int | float] = {STATUS: "in force", **standing, **state}
    known = set(compiled.state_columns.values)
    return compiled, {name: value for name, value in found.items() if name in known}


def paid(party: str, clause: str, **state: str | int | float) -> list[float]:
    """What all earn in a state in which a party has left and the others do as expected."""
    compiled, found = without(party, clause, **state)
    return [float(amount) for amount in compiled.game.payoffs[row(compiled, found)]]


def years_after(party: str, clause: str) -> list[list[float]]:
    """What all earn in the three years after a party has left in the first, everybody doing as expected."""
    compiled = compile_treaty(read_treaty_text(f"{THREE}{clause}\n", "three.toml"))
    leaves = compiled.row_of(compiled.game.initial, {(party, "exit"): "give notice"})
    (state,) = compiled.game.transition[[leaves]].indices
    earned = []
    for _ in range(3):
        assert "out" in values_of(compiled, int(state), membership_variable(party))
        here = int(compiled.compliance[state])
        earned.append([float(amount) for amount in compiled.game.payoffs[here]])
        state = compiled.game.transition[[here]].indices[0]
    return earned


CREDIT = """type = "offset_credit"
seller = "A"
buyer = "B"
per_year = 1
milestones = [{ by_year = 2, level = 2 }]
penalty = 1
"""
CONTENT = """type = "local_content"
producer = "A"
buyer = "B"
matter = "trade"
per_year = 0.5
cost = 2
penalty = 4
milestones = [{ by_year = 2, level = 1 }]
points = 3
"""


@pytest.mark.parametrize("clause", [CREDIT, CONTENT], ids=["offset_credit", "local_content"])
def test_a_seller_that_left_is_charged_for_no_milestone_and_works_for_no_buyer_that_left(clause: str) -> None:
    """In the years after, those who stay earn 2 each from trade between them, and nothing else moves."""
    assert years_after("A", clause) == [[0, 2, 2]] * 3
    assert years_after("B", clause) == [[2, 0, 2]] * 3


def test_a_claim_of_nobody_who_is_still_there_is_not_paid() -> None:
    """A owes B a fee of 5 if it cancels by a breach; once B has left nobody is paid it.  Trade of two: 3 and -2."""
    clause = 'type = "multi_year_procurement"\nbuyer = "A"\nsupplier = "B"\nmatter = "trade"\nyears = 2\n'
    compiled, state = without("B", clause + "rolling = true\ncancellation_fee = 5\n")
    breach = row(compiled, state, A={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [3, 0, -2]


def test_the_licence_of_an_exporter_that_left_stops_nothing_between_the_others() -> None:
    clause = 'type = "export_control"\nexporter = "A"\nmatter = "trade"\nlag_months = 6\npenalty = 2\n'
    assert paid("A", clause) == [0, 2, 2]
    assert paid("B", clause) == [1, 0, 1]
    refused = 'type = "export_control"\nexporter = "A"\nmatter = "trade"\nrefusal = 1\npenalty = 2\n'
    assert years_after("A", refused) == [[0, 2, 2]] * 3


def test_sales_of_a_recipient_that_left_harm_nobody_under_the_treaty() -> None:
    clause = 'type = "re_export_limit"\nrecipient = "A"\nsupplier = "B"\nmatter = "trade"\nplan = "never"\n'
    clause += "sales = [{ chance = 1, value = 3, harm = 1 }]\n"
    assert years_after("A", clause) == [[0, 2, 2]] * 3
    assert years_after("C", clause) == [[5, 1, 0]] * 3


def test_a_true_up_is_paid_among_those_who_stay_and_adds_up_to_nothing() -> None:
    """A wins 0.6 of work worth 10 and is to have 0.2: it owes 4, B and C are owed 2 each; without C it pays B its 2.

    Without A nobody owes anything: B and C settle nothing.
    """
    clause = 'type = "work_share"\nmatter = "trade"\nwork = 10\n'
    clause += "shares = { A = 0.2, B = 0.4, C = 0.4 }\nwon = { A = 0.6, B = 0.2, C = 0.2 }\n"
    assert paid("C", clause) == pytest.approx([2 - 2, 2 + 2, 0], abs=1e-9)
    assert paid("A", clause) == pytest.approx([0, 2, 2], abs=1e-9)


def test_an_entry_fee_goes_to_the_members_that_are_left() -> None:
    """C joins for 3 in a year in which A has left: B gets all of it; trade needs two and begins the year after."""
    clause = 'type = "accession"\nparty = "C"\nsteps = [{ year = 1, matters = "trade" }]\nentry_fee = 3\n'
    compiled = compile_treaty(read_treaty_text(f"{THREE}{clause}", "three.toml"))
    subject = next(matter for party, matter in compiled.columns.options if party == "C" and "accession" in matter)
    stays_out = {("A", "exit"): "give notice", ("C", subject): "stay out"}
    (state,) = compiled.game.transition[[compiled.row_of(compiled.game.initial, stays_out)]].indices
    assert compiled.game.payoffs[int(compiled.compliance[state])].tolist() == [0, 3, -3]


def test_the_cost_of_an_assessment_falls_to_those_who_are_left() -> None:
    """It costs 6 in year 2: 3 for each of the two that stay."""
    clause = 'type = "impact_assessment"\nmatter = "trade"\nspread = { A = 0, B = 0, C = 0 }\n'
    clause += "precision = 0.5\nyear = 2\ncost = 6\n"
    assert years_after("C", clause) == [[-1, -1, 0], [2, 2, 0], [2, 2, 0]]
