"""Price of exit: what leaving costs in law and in fact, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, head, judged, margin, treaty
from tests.support.small_treaties import FILES, chances_after, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, STATUS, YEAR, membership_variable
from treaties.provisions.exit import WALK_OUT
from treaties.reading.treaty_file import read_treaty_text

CLOSED = (FILES / "no_exit.toml").read_text().split("[[provision]]")[0]
"""R = 2, T = 3, S = -1, P = 0 and the discount factor 1/2 for both; outside the treaty A has 2.5 a year, B nothing."""


@pytest.mark.behaviour("exit")
def test_who_leaves_pays_the_others_in_law_and_loses_its_name_in_fact() -> None:
    costs = "legal_cost = 3\nenforced = 0.5\nreal_cost = 0.25"
    compiled = compile_treaty(plus(f'type = "exit"\narticle = "22"\n{costs}'))
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force"}, A={EXIT: "leave"})].tolist() == [4.25, 2.5]
    both = row(compiled, {STATUS: "in force"}, A={EXIT: "leave"}, B={EXIT: "leave"})
    assert compiled.game.payoffs[both].tolist() == [5.75, 0.75], "two claims offset each other"
    notice = compile_treaty(plus(f'type = "exit"\nparty = "B"\n{costs}', 'type = "withdrawal"\nnotice_years = 1'))
    given = row(notice, {STATUS: "in force"}, B={EXIT: "give notice"})
    assert notice.game.payoffs[given].tolist() == [7.5, -0.75]
    assert notice.game.payoffs[row(notice, {STATUS: "in force"}, A={EXIT: "give notice"})].tolist() == [6, 1]


@pytest.mark.behaviour("no_exit")
@pytest.mark.parametrize(("real_cost", "found"), [(0, -1.5), (1, -0.5), (1.5, 0), (2.25, 0.75), (2.5, 1), (4, 1)])
def test_without_an_exit_in_law_the_real_cost_alone_keeps_a_party_in(real_cost: float, found: float) -> None:
    """Complying is worth 2 / (1 - 1/2) = 4 to A; walking out with a breach 3 - c + 2.5, so that c = 3/2 is enough.

    From c = 5/2 on the best deviation is a breach that mutual breach answers for good: 3 + 0.
    """
    found_of = judged(treaty(CLOSED, f'type = "no_exit"\nreal_cost = {real_cost}'))
    assert found_of.margin == pytest.approx(found, abs=1e-9)
    assert found_of.verdict == ("sustainable" if found >= 0 else "unsustainable")


def test_walking_out_needs_no_notice_and_is_open_under_notice_too() -> None:
    compiled = compile_treaty(
        plus('type = "no_exit"\nreal_cost = 1\nparty = "A"', 'type = "withdrawal"\nnotice_years = 2')
    )
    for status, after in (("in force", "in force"), ("notice, 2 left", "notice, 1 left")):
        out = row(compiled, {STATUS: status}, A={EXIT: WALK_OUT})
        assert chances_after(compiled, out, STATUS) == {"ended": 1.0}
        assert compiled.game.payoffs[out].tolist() == [5, 1]
        assert chances_after(compiled, row(compiled, {STATUS: status}), STATUS) == {after: 1.0}
    assert not compiled.columns.takes("B", EXIT, WALK_OUT).any()


def test_ways_out_are_the_same_in_whatever_order_the_articles_stand() -> None:
    ways = ('type = "withdrawal"\nnotice_years = 1', 'type = "no_exit"\nreal_cost = 1')
    assert compile_treaty(plus(*ways)).game.digest == compile_treaty(plus(*ways[::-1])).game.digest


def test_who_walks_out_of_a_treaty_that_survives_its_exit_is_out_with_the_year() -> None:
    text = (FILES / "withdrawal_survived.toml").read_text()
    compiled = compile_treaty(read_treaty_text(f'{text}\n[[provision]]\ntype = "no_exit"\nreal_cost = 0.5\n'))
    of_a = membership_variable("A")
    here = {STATUS: "in force", of_a: "member", membership_variable("C"): "member"}
    out = row(compiled, here, A={EXIT: WALK_OUT})
    assert chances_after(compiled, out, of_a) == {"out": 1.0}
    assert chances_after(compiled, out, STATUS) == {"in force": 1.0}
    assert compiled.game.payoffs[out].tolist() == [2.5, 3, 3]
    ends = row(compiled, here, B={EXIT: WALK_OUT})
    assert chances_after(compiled, ends, STATUS) == {"ended": 1.0}


def test_who_walks_out_forfeits_its_stake() -> None:
    text = (FILES / "co_investment.toml").read_text()
    compiled = compile_treaty(read_treaty_text(f'{text}\n[[provision]]\ntype = "no_exit"\nreal_cost = 0.25\n'))
    last: dict[str, str | int] = {STATUS: "in force", YEAR: 5, "article 8: instalments paid": 3}
    last |= {f"stake of {party} under article 8": "held" for party in "AB"}
    assert compiled.game.payoffs[row(compiled, last, A={EXIT: WALK_OUT})].tolist() == [7.5 - 3 - 0.25, 2.5 + 3]


def test_a_dearer_exit_can_break_a_treaty_where_leaving_is_what_punishes() -> None:
    """B wins 6 by a breach, and has -5 outside: A, with 1 outside, answers by leaving as long as that costs it < 1."""
    text = CLOSED.replace("outside_option = 2.5", "outside_option = 1").replace(
        'name = "Borduria"\ndiscount = 0.5', 'name = "Borduria"\ndiscount = 0.5\noutside_option = -5'
    )
    text = text.replace("temptation = { A = 3, B = 3 }", "temptation = { A = 3, B = 6 }")
    verdicts = [judged(treaty(text, f'type = "no_exit"\nparty = "A"\nreal_cost = {cost}')).verdict for cost in (0.5, 2)]
    assert verdicts == ["sustainable", "unsustainable"]


@pytest.mark.law("exit")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_way_out_that_costs_more_than_it_can_ever_win_is_no_way_out(seed: int) -> None:
    """Walking out wins at most T - P now and o - P in every later year; beyond that margins are those of no exit.

    Of two parties in a dilemma under perfect monitoring: P is what nobody can push them below, so that a strategy
    that walks out is worth less than one that breaches for ever, and mutual breach is an equilibrium either way.
    """
    rng = np.random.default_rng(seed)
    outside = float(rng.integers(-20, 21) / 10), float(rng.integers(-20, 21) / 10)
    text = head(rng, outside=outside) + dilemma(rng)
    shut, open_ = treaty(text), treaty(text, 'type = "no_exit"\nreal_cost = 1000')
    assert margin(open_) == pytest.approx(margin(shut), abs=1e-9)
    assert judged(open_).verdict == judged(shut).verdict
    free = treaty(text.replace("exit = false", "exit = true"))
    as_cheap = treaty(text, 'type = "no_exit"\nreal_cost = 0')
    assert margin(as_cheap) == pytest.approx(margin(free), abs=1e-9), "and one that costs nothing is an exit"


def test_a_price_of_exit_that_applies_for_a_year_leaves_parties_in_afterwards() -> None:
    """With another way out beside it the move to stay is there in all years, and full compliance goes on staying."""
    compiled = compile_treaty(plus('type = "no_exit"\nreal_cost = 1\nuntil_year = 1\n'))
    state, earned = compiled.game.initial, []
    for _ in range(3):
        here = int(compiled.compliance[state])
        earned.append(compiled.game.payoffs[here].tolist())
        (state,) = compiled.game.transition[[here]].indices.tolist()
    assert earned == [[6, 1]] * 3
