"""Stocks: what builds up or wears off year by year as conduct has it, such as know-how, local content, a fund.

A stock is a state variable on a grid.  Every year it keeps all but a share of what there is, gains what conduct adds
while the treaty operates, stays between its ends, and is put on its grid (``Grid``).  Verdicts are found again on a
grid twice as fine (``ProvisionContext.refinement``), so that none rests on rounding unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.effects.columns import Columns
from treaties.effects.context import ProvisionContext
from treaties.effects.effects import Effect, StateVariable, Transition
from treaties.effects.errors import CompilationError
from treaties.effects.grids import ON_THE_GRID, Grid
from treaties.effects.laws import Amount, Condition, Law
from treaties.effects.names import YEAR

RANK = (40, 0)
"""Place of stocks among the state variables; ties by name."""


@final
@dataclass(frozen=True, eq=False)
class Stock:
    """A quantity on a grid that conduct moves.

    ``name``      of its state variable; ``words`` and ``citing`` as in ``StateVariable``.
    ``grid``      as the text has it; ``initial`` one of its points.
    ``gain``      what a year adds (negative: takes), as an amount over rows; counts while the treaty operates.
    ``decay``     share of what there is that a year takes, whether the treaty operates or not.
    ``irreversible``  conduct never lowers it: of a gain, only what is positive counts.
    ``survives``  it is still there when the treaty has ended.
    """

    name: str
    grid: Grid
    gain: Amount
    initial: float = 0.0
    decay: float = 0.0
    irreversible: bool = False
    survives: bool = False
    words: str | None = None
    citing: str = ""

    def effects(self, context: ProvisionContext, article: str) -> Iterable[Effect]:
        """Its state variable and the law that moves it.

        Raises ``CompilationError`` if ``initial`` is no point of the grid.
        """
        coarser = self.grid.coarser if self.name in context.halved else None
        grid = (coarser or self.grid).finer(context.refinement)
        initial = grid.place(self.initial)
        if initial is None:
            raise CompilationError(f"{self.name} begins at {self.initial:g}, no point of its grid; choose one of them")
        yield StateVariable(
            self.name,
            grid.values,
            initial,
            of_treaty=not self.survives,
            rank=RANK,
            words=self.words,
            citing=self.citing,
            grid=grid,
        )
        yield Transition(self.name, partial(self._law, grid), article)

    def level(self, columns: Columns) -> Floats:
        """Float[entries]: how much there is at the beginning of the year."""
        return np.array(columns.values[self.name], dtype=float)[columns.code(self.name)]

    def after(self, columns: Columns) -> Floats:
        """Float[rows]: how much there is at the end of the year, before it is put on the grid."""
        gain = np.where(columns.operating, self.gain(columns), 0.0)
        if self.irreversible:
            gain = np.maximum(gain, 0.0)
        kept = (1.0 - self.decay) * self.level(columns)
        return np.clip(kept + gain, self.grid.bottom, self.grid.top)

    def reaches(self, level: float) -> Condition:
        """Where there is at least so much at the beginning of the year: what a right that waits for it looks at."""
        return partial(self._reaches, level)

    def shortfall(self, by_year: int, level: float, columns: Columns) -> Floats:
        """Float[rows]: by how much a milestone is missed, in the year at the end of which it falls due; 0 elsewhere.

        It falls due in year ``by_year`` of a term while the treaty is in force, and asks what is there when that year
        is over, its own gain included.  Who announces ``ClockYears(by_year)`` has a clock that shows the year once.
        """
        due = columns.in_force & np.equal(columns.code(YEAR), by_year - 1)
        missing = level - self.after(columns)
        return np.where(due & (missing > ON_THE_GRID * self.grid.step), missing, 0.0)

    def _law(self, grid: Grid, columns: Columns) -> Law:
        return grid.law(self.after(columns))

    def _reaches(self, level: float, columns: Columns) -> Bools:
        return self.level(columns) >= level - ON_THE_GRID * self.grid.step
