"""Functions of one number that consist of straight pieces: found from values and slopes, compared, and read off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Floats

ROUNDING = 1e-11
"""Relative to the numbers at hand: straight pieces whose ends are nearer than this are one."""

MOST_PIECES = 500
FARTHEST = 1e12


@final
@dataclass(frozen=True, eq=False)
class Pieces:
    """A continuous function that consists of straight pieces.

    ``at``  Float[k] increasing, ``value`` Float[k]; constant beyond the last, not defined below the first.
    """

    at: Floats
    value: Floats

    def __call__(self, x: float) -> float:
        """The value at the first point or beyond."""
        return float(np.interp(x, self.at, self.value))


def pieces_of(function: Callable[[float], tuple[float, float]], start: float, final: float) -> Pieces:
    """All pieces of a concave function from ``start`` on, whose slope is ``final`` from some point on.

    ``function``  value and slope (of the piece to one side) at a point.  Where the tangents at two ends meet the
    function is on both, or another piece lies between.  Source: Eisner and Severance (1976).
    """
    first = (start, *function(start))
    reach = max(1.0, 2 * start)
    while True:
        last = (reach, *function(reach))
        beyond = function(2 * reach)
        if abs(beyond[0] - last[1] - reach * final) <= ROUNDING * (1 + abs(last[1]) + reach) or reach > FARTHEST:
            break
        reach *= 2
    points = [first]
    waiting = [(last[0], last[1], final)]
    while waiting:
        low, high = points[-1], waiting[-1]
        bend = _meet(low, high)
        if bend is None or len(points) + len(waiting) > MOST_PIECES:
            points.append(waiting.pop())
            continue
        value, slope = function(bend)
        expected = low[1] + (high[1] - low[1]) * (bend - low[0]) / (high[0] - low[0])
        if value <= expected + ROUNDING * (1 + abs(expected)):
            points.append(waiting.pop())
        else:
            waiting.append((bend, value, slope))
    return Pieces(np.array([p[0] for p in points]), np.array([p[1] for p in points]))


def _meet(low: tuple[float, float, float], high: tuple[float, float, float]) -> float | None:
    """Where the tangents at two points meet, if that is between them and not at them; else their middle or None."""
    width = high[0] - low[0]
    if width <= ROUNDING * (1 + high[0]):
        return None
    fall = low[2] - high[2]
    chord = (high[1] - low[1]) / width
    if fall <= ROUNDING or max(abs(low[2] - chord), abs(high[2] - chord)) <= ROUNDING:
        return None
    at = low[0] + (high[1] - low[1] - high[2] * width) / fall
    return at if low[0] + ROUNDING * width < at < high[0] - ROUNDING * width else None


def crossings(first: Pieces, second: Pieces) -> list[float]:
    """Where two functions cross."""
    start = max(first.at[0], second.at[0])
    at = np.unique(np.concatenate([first.at, second.at, [start]]))
    at = at[at >= start]
    gap = np.interp(at, first.at, first.value) - np.interp(at, second.at, second.value)
    turn = np.flatnonzero(gap[:-1] * gap[1:] < 0)
    crossing: Floats = at[turn] + (at[turn + 1] - at[turn]) * gap[turn] / (gap[turn] - gap[turn + 1])
    out: list[float] = crossing.tolist()
    return out


def distinct(values: Floats) -> Floats:
    """Increasing, without those that differ by rounding from the one before."""
    ordered = np.sort(values)
    out: Floats = ordered[np.concatenate([[True], np.diff(ordered) > ROUNDING * (1 + ordered[1:])])]
    return out
