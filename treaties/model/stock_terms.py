"""Terms that every clause with a stock has: how many points its grid has, and how it is rounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from treaties.effects import Grid
from treaties.model.matter import Matter
from treaties.model.references import NamesSomething
from treaties.model.remark import Remark

Points = Annotated[int, Field(strict=True, ge=2, le=101), NamesSomething()]
POINTS_TOLD = "Number of points of its grid, ends included (2 to 101); the verdict is also found on one twice as fine."
ROUNDING_TOLD = (
    "What lies between two points of the grid: `chance` goes to one of them by chance so that it is right on average, "
    "`down` always to the lower one."
)


def stock_remarks(grid: Grid, gain: float, moved_by: Matter | None, rounding: str = "rounding") -> Iterator[Remark]:
    """What is odd about a stock.

    ``gain``  what a usual year adds;  ``moved_by`` the matter whose conduct moves it;  ``rounding`` the term that says
    how it is rounded.
    """
    if grid.rounding == "down" and 0 < abs(gain) < grid.step * (1 - 1e-9):
        problem = f"a year moves {gain:g}, less than a step of {grid.step:g}, so that rounding down loses all of it"
        yield Remark("warning", rounding, problem, 'set rounding = "chance", or give the grid more points')
    if moved_by is not None and moved_by.unseen:
        problem = f"it follows conduct on {moved_by.id}, which nobody sees: everyone would see it from the stock"
        yield Remark("error", "matter", problem, 'set observability = "public" there')
