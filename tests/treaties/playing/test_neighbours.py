"""The best change of one clause, and clauses that change nothing, looked up in the grid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.small_treaties import plus
from treaties.findings.answer import Answer
from treaties.findings.cooperation import Cooperation
from treaties.playing.designs import Grid, grid_of
from treaties.playing.judged import DesignFound
from treaties.playing.neighbours import best_change, idle_axes


@pytest.fixture(scope="module")
def grid() -> Grid:
    """Two axes of three values."""
    return grid_of(plus(
        'type = "sunset"\nterm_years = 1\ndesign = { term_years = [1, 2, 3] }',
        'type = "remedy"\namount = 1\ndesign = { amount = [0, 1, 2] }',
    ))  # fmt: skip


def found(verdict: Answer, rung: int, margin: float, crossed: tuple[str, ...] = ()) -> DesignFound:
    """What is compared of a design."""
    return DesignFound(verdict, rung=rung, margin=margin, values=(1.0, 1.0), crossed=crossed)


NO = found("unsustainable", 0, -1.0)


def test_a_design_that_fails_is_mended_by_what_leans_least_on_punishment(grid: Grid) -> None:
    all_found = [NO, found("sustainable", 4, 9.0), found("sustainable", 2, 0.1), *[NO] * 6]
    assert best_change(grid, all_found, 0) == 2


def test_margins_decide_on_the_same_rung_only(grid: Grid) -> None:
    all_found = [found("sustainable", 2, 1.0), found("sustainable", 3, 9.0), found("sustainable", 2, 2.0), *[NO] * 6]
    assert best_change(grid, all_found, 0) == 2
    assert best_change(grid, all_found, 2) == -1, "nothing one change away is better"


def test_a_change_that_crosses_another_red_line_is_no_mend(grid: Grid) -> None:
    all_found = [NO, found("sustainable", 1, 1.0, ("A",)), *[NO] * 7]
    assert best_change(grid, all_found, 0) == -1
    assert best_change(grid, [found("unsustainable", 0, -1.0, ("A",)), *all_found[1:]], 0) == 1


def test_only_designs_one_term_away_are_looked_at(grid: Grid) -> None:
    all_found = [*[NO] * 4, found("sustainable", 1, 1.0), *[NO] * 4]
    assert best_change(grid, all_found, 0) == -1
    assert best_change(grid, all_found, 1) == 4


def test_an_axis_changes_nothing_if_all_its_values_are_told_alike(grid: Grid) -> None:
    rows = [found("sustainable", 2, margin) for margin in (1.0, 2.0, 3.0) for _ in range(3)]
    assert idle_axes(grid, rows, 4) == (1,)
    rows[5] = found("sustainable", 2, 2.0 + 1e-6)
    assert idle_axes(grid, rows, 4) == ()


def test_what_mistakes_break_off_is_mended_by_what_lasts_longer(grid: Grid) -> None:
    lasting = [replace(NO, cooperation=Cooperation(1.0, float(keeps), 1.0, 2.0, 1.0, 0.5)) for keeps in range(9)]
    assert best_change(grid, lasting, 0) == 6, "at equal margins"
    assert best_change(grid, lasting, 8) == -1
    assert idle_axes(grid, lasting, 4) == (), "their margins are the same, their years of cooperation are not"
    assert best_change(grid, [*lasting[:2], found("sustainable", 4, 0.1), *lasting[3:]], 0) == 2


def test_of_what_is_not_decided_nothing_is_told(grid: Grid) -> None:
    open_ = [found("undecided", 0, 0.0)] * 9
    assert idle_axes(grid, open_, 4) == ()
    assert best_change(grid, open_, 4) == -1
