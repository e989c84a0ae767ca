"""Grids and stocks by hand: where levels are put, what a year does to them, and what milestones see."""

from __future__ import annotations

import numpy as np
import pytest

from treaties.effects import STATUS, YEAR, Columns, Floats, Grid, Stock

FIVE = Grid(0.0, 1.0, 5)


def chances(grid: Grid, level: float) -> dict[float, float]:
    """Where a level is put, with chances."""
    law = grid.law(np.array([level]))
    found: dict[float, float] = {}
    for code, chance in zip(law.codes[0].tolist(), law.probability[0].tolist(), strict=True):
        if chance:
            found[grid.values[code]] = found.get(grid.values[code], 0.0) + chance
    return found


def test_a_level_between_two_points_goes_to_either_so_that_it_is_right_on_average() -> None:
    assert chances(FIVE, 0.3) == pytest.approx({0.25: 0.8, 0.5: 0.2})
    assert chances(FIVE, 0.75) == {0.75: 1.0}
    assert chances(FIVE, 1.7) == {1.0: 1.0} and chances(FIVE, -0.2) == {0.0: 1.0}


def test_what_floating_point_leaves_beside_a_point_is_no_chance() -> None:
    assert chances(Grid(0.0, 1.0, 11), 0.1 + 0.2) == {0.3: 1.0}
    assert chances(Grid(0.0, 1.0, 11, "down"), 0.1 * 3 - 1e-13) == {0.3: 1.0}


def test_rounding_down_leaves_nothing_to_chance() -> None:
    down = Grid(0.0, 1.0, 5, "down")
    assert chances(down, 0.49) == {0.25: 1.0} and chances(down, 1.0) == {1.0: 1.0}


def test_a_finer_grid_keeps_all_points_and_a_coarser_one_the_ends() -> None:
    assert set(FIVE.values) < set(FIVE.finer(2).values) and FIVE.finer(2).points == 9
    assert FIVE.coarser == Grid(0.0, 1.0, 3) and Grid(0.0, 1.0, 2).coarser is None
    assert FIVE.place(0.75) == 3 and FIVE.place(0.3) is None and FIVE.place(1.25) is None


def columns(level: float, *, status: int = 0, year: int = 0) -> Columns:
    """One row in which a stock stands at a level."""
    codes = {STATUS: status, YEAR: year, "stock": FIVE.values.index(level)}
    values: dict[str, tuple[str | int | float, ...]] = {
        STATUS: ("in force", "notice, 1 left", "ended"), YEAR: (1, 2, 3), "stock": FIVE.values
    }
    return Columns(1, {name: np.array([code]) for name, code in codes.items()}, values)


def a_year_adds(amount: float, **terms: float | bool) -> Stock:
    def gain(rows: Columns) -> Floats:
        return rows.constant(amount)

    return Stock("stock", FIVE, gain, **terms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stock", "status", "after"),
    [
        (a_year_adds(0.2), 0, 0.7),
        (a_year_adds(0.2, decay=0.5), 0, 0.45),
        (a_year_adds(0.2, decay=0.5), 2, 0.25),
        (a_year_adds(0.2), 1, 0.7),
        (a_year_adds(-0.2), 0, 0.3),
        (a_year_adds(-0.2, irreversible=True), 0, 0.5),
        (a_year_adds(-0.2, irreversible=True, decay=0.5), 0, 0.25),
        (a_year_adds(0.9), 0, 1.0),
        (a_year_adds(-0.9), 0, 0.0),
    ],
)
def test_a_year_from_one_half(stock: Stock, status: int, after: float) -> None:
    """It gains while the treaty operates, under notice as well, and wears off always."""
    assert stock.after(columns(0.5, status=status)).tolist() == pytest.approx([after])


def test_a_milestone_asks_at_the_end_of_its_year_what_that_year_added() -> None:
    stock = a_year_adds(0.25)
    assert stock.shortfall(2, 1.0, columns(0.5, year=1)).tolist() == [0.25]
    assert stock.shortfall(2, 0.75, columns(0.5, year=1)).tolist() == [0.0]
    assert stock.shortfall(2, 1.0, columns(0.5, year=0)).tolist() == [0.0]
    assert stock.shortfall(2, 1.0, columns(0.5, year=1, status=1)).tolist() == [0.0], "not under notice"


def test_a_right_opens_at_its_level() -> None:
    opens = a_year_adds(0.0).reaches(0.5)
    assert [bool(opens(columns(level))[0]) for level in (0.25, 0.5, 0.75)] == [False, True, True]
