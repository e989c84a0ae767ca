"""Sweeps, fixes and comparisons of a treaty with a stock: they agree with proofs, and with answers on finer grids."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import plus
from treaties.bargaining.designs import AS_IT_STANDS, Design, judge
from treaties.findings.grid_words import HELD_FINER, held_finer
from treaties.reading.variants import with_terms
from treaties.sweeping import comparison_words, fix_telling, telling
from treaties.sweeping.comparing import compare, renamed
from treaties.sweeping.fixing import fix
from treaties.sweeping.judging import GRID, DesignJudge
from treaties.sweeping.levers import levers
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.sweep import run_sweep

TREATY = plus(
    """type = "technology_transfer"
supplier = "A"
recipient = "B"
matter = "trade"
per_year = { value = 0.5, low = 0.3, high = 0.9 }
surplus = { value = 2, low = 0, high = 3 }
alone = 0
points = 3
"""
)


def test_a_sweep_judges_worlds_in_which_the_stock_moves_by_other_amounts() -> None:
    plan = sweep_plan(TREATY, 12)
    found = run_sweep(plan)
    rows = found.table.to_pylist()
    assert {"yes", "no"} == {here["verdict"] for here in rows} and not found.refused
    judge = DesignJudge(TREATY, plan.designs[0], plan.spans)
    for here in rows[:2]:
        assert judge.reprove({path: here[path] for path in plan.spans})[0] == here["verdict"]
    assert any(HELD_FINER in line for line in telling.summary(found)) and found.to_json()["notes"] == [HELD_FINER]


def test_a_fix_finds_the_surplus_from_which_it_holds() -> None:
    """Discount 0.6; B has 1, then 1 + s / 2, then 1 + s for good, against 0.4 · 4 = 1.6 in any year.

    0.4 · 1 + 0.24 · (1 + s / 2) + 0.36 · (1 + s) = 1 + 0.48 s ≥ 1.6 from s = 1.25 on; later years are easier.
    """
    found = fix(TREATY, terms=["technology_transfer.surplus"])
    assert found.verdict == "yes"
    ((flip,),) = (moved.flips for moved in found.moved)
    assert flip.holds == pytest.approx(1.25, abs=1e-2) and all(flip.proved)
    assert HELD_FINER in fix_telling.summary(found) and found.to_json()["notes"] == [HELD_FINER]


def test_a_comparison_says_it_too_and_one_without_stocks_does_not() -> None:
    plans = [sweep_plan(with_terms(TREATY, {"technology_transfer.points": points}), 8) for points in (3, 5)]
    named = [renamed(plan, f"{points} points") for plan, points in zip(plans, (3, 5), strict=True)]
    found = compare(named, run_sweep)
    assert HELD_FINER in comparison_words.summary(found)
    assert held_finer(plus()) == []


LOST = plus(
    """type = "technology_transfer"
supplier = "A"
recipient = "B"
matter = "trade"
per_year = { value = 0.5, low = 0.4, high = 1 }
surplus = 4
alone = 0
points = 2
rounding = "down"
"""
)
"""Half of the know-how a year is lost on this grid, and never on a finer one (``assessing/test_finer_grid``)."""


def test_a_world_whose_answer_turns_on_the_grid_is_undecided() -> None:
    """On points 0 and 1 it fails below 1 a year and holds from there; with 1/2 as a point it holds from 1/2 on.

    From 1/2 a year on B earns 0.4 · 1 + 0.24 · 3 + 0.36 · 5 = 2.92 against 1.6; below 1/2 nothing is ever kept.
    """
    path = "technology_transfer.per_year"
    asked = DesignJudge(LOST, Design(AS_IT_STANDS), sweep_plan(LOST, 1).spans)
    found = {value: asked.judge({path: value}) for value in (0.45, 0.5, 0.75, 1.0)}
    assert [one.verdict for one in found.values()] == ["no", "undecided", "undecided", "yes"]
    assert found[0.5].route == GRID and found[0.5].margin is None
    assert asked.solve({path: 0.5}).verdict == asked.reprove({path: 0.5})[0] == "undecided"
    assert asked.reprove({path: 0.45})[0] == "no" and asked.reprove({path: 1.0})[0] == "yes"


def test_a_fix_and_a_bargain_leave_undecided_what_turns_on_the_grid() -> None:
    found = fix(LOST, terms=["technology_transfer.per_year"])
    assert found.verdict == "undecided"
    assert "is undecided as it stands" in fix_telling.summary(found)[0]
    design = judge(LOST, Design(AS_IT_STANDS))
    assert design.finding is not None and design.finding.verdict == "undecided"


def test_how_fine_a_grid_is_is_no_term_to_be_negotiated() -> None:
    assert "technology_transfer.per_year" in {lever.path for lever in levers(TREATY)[0]}
    assert not [path for path in (lever.path for lever in levers(TREATY, facts=True)[0]) if path.endswith(".points")]
