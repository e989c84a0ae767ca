"""Whether bounds in floating point, by more and more directions, rule out what is to be ruled out; and by which."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.exclusion.outer_sets import Direction
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.refinement import MOST_STATES, further_directions

ROUNDS = 20
MOST_AT_ONCE = 40
MOST_SWEEPS = 400
LEAST_GAIN = 1e-6
"""Of a direction by one application of the operator, in payoffs scaled to a range of one."""


@final
@dataclass(frozen=True, eq=False)
class Aim:
    """What is to be ruled out.

    ``allowed``  Bool[rows]: what the plan allows on its path; None if there is no plan.
    ``point``    (state, Float[players]) or None.
    """

    game: StochasticGame
    allowed: Bools | None
    point: tuple[int, Floats] | None

    @staticmethod
    def of(game: StochasticGame, plan: Plan | None, point: tuple[int, tuple[Fraction, ...]] | None) -> Aim:
        """The plan, or the point (that follows the plan), or that there is an equilibrium at all."""
        return Aim(game, None if plan is None else plan.allowed,
                   None if point is None else (point[0], np.array([float(u) for u in point[1]])))

    @property
    def state(self) -> int:
        """Where it is to be ruled out."""
        return self.game.initial if self.point is None else self.point[0]

    def met(self, half: HalfSpaces) -> int | None:
        """The direction that separates the point; -1 where the state is empty; None where nothing is ruled out."""
        state = self.state
        if half.bounds.empty[state]:
            return -1
        if self.point is None:
            return None
        units = half.bounds.columns[:len(half.directions)]
        beyond = units @ ((self.point[1] - half.low) / half.range) - half.bounds.level[:, state]
        k = int(beyond.argmax())
        return k if beyond[k] > 1e-6 else None

    def states(self) -> Ints:
        """Int[k]: where directions matter most: the state in question, then where the plan leads, nearest first."""
        start = self.state
        seen, order = {start}, [start]
        rows = np.ones(self.game.n_rows, dtype=bool) if self.allowed is None else self.allowed
        for s in order:
            for r in self.game.rows_of(s):
                if rows[r]:
                    new = [t for t in self.game.transition[[r]].indices.tolist() if t not in seen]
                    seen.update(new)
                    order += new
            if len(order) > MOST_STATES:
                break
        return np.array(order + [s for s in range(min(self.game.n_states, MOST_STATES)) if s not in seen])


@final
@dataclass(frozen=True)
class Outlook:
    """Directions (beyond the axes) with which floats rule out the aim, and after how many sweeps before the path."""

    directions: list[Direction]
    sweeps: int


def outlooks(half: HalfSpaces, aim: Aim, first: list[Direction], precision: float, until: float) -> Iterator[Outlook]:
    """Look for directions that suffice; a few of them at first, then all that were tried.

    ``half``       bounds by the axis directions, which are changed;  ``first`` directions to begin with.
    ``precision``  of levels, in payoffs scaled to a range of one;  ``until`` so much processor time was used.
    """
    half.add(first)
    for round_ in range(ROUNDS):
        found = _tighten(half, aim, precision, until)
        if found is not None:
            path, sweeps = found
            few = _needed(half, path, aim)
            axes = 2 * half.n
            yield Outlook([half.directions[k] for k in sorted(few) if k >= axes], sweeps)
            yield Outlook(half.directions[axes:], sweeps)
            return
        if time.process_time() > until or round_ == ROUNDS - 1:
            return
        more = further_directions(half, aim.states(), MOST_AT_ONCE, LEAST_GAIN, seed=round_)
        if not more:
            return
        half.add(more)


def _tighten(half: HalfSpaces, aim: Aim, precision: float, until: float) -> tuple[HalfSpaces, int] | None:
    """Sweep until nothing changes or the aim is met; the bounds that meet it (on the path, if any) and the sweeps."""
    look = 1
    for sweeps in range(1, MOST_SWEEPS + 1):
        gain = half.sweep(precision, until, aim.state)
        if aim.met(half) is not None:
            return half, sweeps
        last = 0 <= gain <= 4 * precision or time.process_time() > until or sweeps == MOST_SWEEPS
        if aim.allowed is not None and (last or sweeps == look):
            look *= 2
            path = _on_path(half, aim, precision, until)
            if path is not None:
                return path, sweeps
        if last:
            return None
    return None


def _on_path(half: HalfSpaces, aim: Aim, precision: float, until: float) -> HalfSpaces | None:
    assert aim.allowed is not None
    path = half.copy()
    path.look_at_path(aim.allowed)
    for _ in range(MOST_SWEEPS):
        if aim.met(path) is not None:
            return path
        gain = path.sweep(precision, until, aim.state)
        if aim.met(path) is not None:
            return path
        if gain <= 4 * precision or time.process_time() > until:
            return None
    return None


def _needed(half: HalfSpaces, path: HalfSpaces, aim: Aim) -> set[int]:
    """Directions on which the outcome rests, directly or by way of others."""
    separating = aim.met(path)
    waiting = set(range(2 * half.n)) | path.shown_empty_by()
    if separating is not None and separating >= 0:
        waiting.add(separating)
    found: set[int] = set()
    while waiting:
        k = waiting.pop()
        found.add(k)
        waiting |= path.rests_on(k) - found
    return found
