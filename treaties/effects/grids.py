"""Grids: the points at which a quantity that may lie anywhere between two ends can stand, and how it is put there.

A stock moves by amounts that need not be steps of its grid.  Rounding ``"chance"`` draws one of the two neighbouring
points so that the stock is right on average (the lottery of Young 2010, "Solving the incomplete markets model with
aggregate uncertainty", and the linear case of the Markov chains that approximate a controlled process in Kushner and
Dupuis 2001): no gain is lost however small, and what is linear in the stock is worth what it is worth without a grid;
but a level is reached a little too early in some draws and too late in others, the more so the coarser the grid.
Rounding ``"down"`` leaves nothing to chance and never credits what was not delivered; but it loses up to a step every
year, and a gain of less than a step is lost for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from games.numerics.arrays import Floats
from treaties.effects.laws import Law

Rounding = Literal["chance", "down"]
ON_THE_GRID = 1e-9
"""Of a step: what is nearer to a point than this stands on it."""
DIGITS = 12
"""Decimals of a point: what floating point leaves beyond is none of the text's."""


@final
@dataclass(frozen=True)
class Grid:
    """Points at equal distances from ``bottom`` to ``top``, at least two of them."""

    bottom: float
    top: float
    points: int
    rounding: Rounding = "chance"

    @property
    def step(self) -> float:
        """Distance of two neighbouring points."""
        return (self.top - self.bottom) / (self.points - 1)

    @property
    def values(self) -> tuple[float, ...]:
        """The points in rising order."""
        inner = (round(self.bottom + k * self.step, DIGITS) for k in range(1, self.points - 1))
        return (self.bottom, *inner, self.top)

    def finer(self, times: int) -> Grid:
        """The grid with its steps divided into so many; all its points stay points."""
        return Grid(self.bottom, self.top, (self.points - 1) * times + 1, self.rounding)

    @property
    def coarser(self) -> Grid | None:
        """The grid with half as many steps, half a step more if their number is odd; None if there is only one."""
        return None if self.points < 3 else Grid(self.bottom, self.top, self.points // 2 + 1, self.rounding)

    def place(self, level: float) -> int | None:
        """The number of the point at which a level stands; None if it stands between two, or beyond the ends."""
        k = round((level - self.bottom) / self.step)
        there = 0 <= k < self.points and abs(level - self.bottom - k * self.step) <= ON_THE_GRID * self.step
        return k if there else None

    def law(self, levels: Floats) -> Law:
        """Where levels, Float[entries], are put; those beyond the ends at the ends."""
        place = np.clip((levels - self.bottom) / self.step, 0.0, self.points - 1.0)
        nearest = np.rint(place)
        place = np.where(np.abs(place - nearest) <= ON_THE_GRID, nearest, place)
        below = np.floor(place).astype(np.int64)
        if self.rounding == "down":
            return Law.surely(below)
        above = np.minimum(below + 1, self.points - 1)
        up = place - below
        return Law(np.stack([below, above], axis=1), np.stack([1.0 - up, up], axis=1))
