"""Outer bounds by many half-spaces at once, in floating point and payoffs scaled to [0, 1].

What the compiled sweeps work on, and how it reads in the game's own units.  Levels are bounds up to rounding; proofs
are made of them elsewhere.
"""

from __future__ import annotations

import time
from copy import copy
from typing import final

import numpy as np

from games.certificates.exclusion.outer_sets import Direction
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.sweeps import Bounds, Rows, lower, refresh_best, spread, sweep, take

LONGEST_SWEEP = 2_000_000
"""So many pairs of rows and directions are swept at once; then somebody may look at the clock."""

SPARE = 1e-9
"""By how much, scaled, the levels of two opposite axes must leave nothing in between for a state to be empty."""


@final
class HalfSpaces:
    """Levels of a growing list of directions, the axis directions first, in units in which payoffs run from 0 to 1.

    ``directions``  rational vectors in the game's own units; ``size``, ``offset`` Float[directions]: the level there is
                    ``offset + size * level``.
    ``leans``       Bool[directions, directions + players]: by which columns (the last are incentive lines) a level has
                    been held down so far; ``proof`` Bool[directions + players]: which have shown rows to be empty.
    """

    def __init__(self, outer: OuterApproximation) -> None:
        """Begin where the axis directions have been lowered to."""
        self.game, self.n, self.on_path = outer.game, outer.n, outer.on_path
        game, parts = self.game, outer.parts
        self.low = game.payoffs.min(axis=0)
        self.range = np.ptp(game.payoffs, axis=0)
        self.range[self.range == 0] = 1.0
        self.rows = Rows(
            game.row_start, game.action_counts, game.stride, (game.payoffs - self.low) / self.range, outer.delta,
            parts.law_of_row, np.asarray(parts.law_start), np.asarray(parts.law.indices, dtype=np.int64),
            np.asarray(parts.law.data, dtype=np.float64))
        n, states, rows = self.n, game.n_states, game.n_rows
        self.directions: list[Direction] = []
        self.size, self.offset = np.empty(0), np.empty(0)
        self.leans, self.proof = np.zeros((0, n), dtype=bool), np.zeros(n, dtype=bool)
        self._cap, self._used, self._level = np.empty(rows), np.empty((rows, n + 1), dtype=np.int64), np.empty(states)
        self.bounds = Bounds(
            np.empty((n, n)), np.empty((0, n)), np.empty(0), np.empty((0, 2 * n)), np.empty((0, states)),
            np.empty((parts.law.shape[0], 0)), np.empty((rows, n)), outer.alive.copy(), outer.empty.copy(),
            np.empty((0, states, n), dtype=np.int64), np.empty((0, states), dtype=np.int64))
        vectors = outer.vectors
        self.add(outer.directions, (outer.level - (vectors @ self.low)[:, None]) / self.scaled(vectors)[1][:, None])
        for i in range(n):
            refresh_best(i, self.rows, self.bounds)

    def copy(self) -> HalfSpaces:
        """An independent copy."""
        out = copy(self)
        out.bounds = self.bounds._replace(**{name: array.copy() for name, array in self.bounds._asdict().items()})
        out.leans, out.proof, out.directions = self.leans.copy(), self.proof.copy(), list(self.directions)
        out._cap, out._used, out._level = self._cap.copy(), self._used.copy(), self._level.copy()
        return out

    # -- directions ----------------------------------------------------------------------------------------------

    def scaled(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Float[k, players] unit vectors for payoffs from 0 to 1, and Float[k] their lengths before."""
        scaled = vectors * self.range
        size = np.linalg.norm(scaled, axis=1)
        return scaled / size[:, None], size

    def add(self, directions: list[Direction], level: Floats | None = None) -> None:
        """Bound further directions, from ``level`` (Float[k, states], scaled) or from the levels of the axes."""
        if not directions:
            return
        n, old, delta = self.n, self.bounds, self.rows.discount
        vectors = np.array([[float(x) for x in d] for d in directions])
        units, size = self.scaled(vectors)
        offset = vectors @ self.low
        if level is None:
            start = np.maximum(units, 0) @ old.level[:n] + np.maximum(-units, 0) @ old.level[n:2 * n]
        else:
            start = level
        own = np.where(units != 0, delta, np.inf).min(axis=1)
        spare = np.where(units != 0, (delta - own[:, None]) * np.abs(units), 0.0)
        goal = units * delta
        axis = np.where(goal >= 0, np.arange(n), np.arange(n, 2 * n))
        self.directions = [*self.directions, *directions]
        self.size, self.offset = np.concatenate([self.size, size]), np.concatenate([self.offset, offset])
        ahead = np.array([self._expected(row) for row in start]).T
        states = self.game.n_states
        self.bounds = Bounds(
            np.concatenate([old.columns[:len(old.own)], units, -np.eye(n)]), np.concatenate([old.goal, goal]),
            np.concatenate([old.own, own]),
            np.concatenate([old.rest, np.concatenate([np.where(units > 0, spare, 0), np.where(units < 0, spare, 0)],
                                                     axis=1)]),
            np.concatenate([old.level, start]), np.ascontiguousarray(np.concatenate([old.ahead, ahead], axis=1)),
            old.best, old.alive, old.empty,
            np.concatenate([old.basis, np.repeat(axis[:, None, :], states, axis=1)]),
            np.concatenate([old.winner, np.full((len(units), states), -1)]))
        # Incentive lines are numbered after all directions, so that what refers to them moves along.
        shift, more = len(old.own), len(units)
        self.bounds.basis[:shift][self.bounds.basis[:shift] >= shift] += more
        self.proof = np.insert(self.proof, [shift] * more, False)
        self.leans = np.concatenate([np.insert(self.leans, [shift] * more, False, axis=1),
                                     np.zeros((more, shift + more + n), dtype=bool)])

    def add_from_box(self, directions: list[Direction]) -> None:
        """Bound further directions, from the box of the stage payoffs."""
        if directions:
            units, _ = self.scaled(np.array([[float(x) for x in d] for d in directions]))
            self.add(directions, np.repeat(np.maximum(units, 0).sum(axis=1)[:, None], self.game.n_states, axis=1))

    def spread(self) -> bool:
        """Make states without rows, or with an empty box, empty, and others by them; whether any is new."""
        return spread(self.on_path, SPARE, self.rows, self.bounds)

    def _expected(self, level: Floats) -> Floats:
        weighted = self.rows.law_weight * level[self.rows.law_state]
        return np.add.reduceat(weighted, self.rows.law_start[:-1])

    # -- levels --------------------------------------------------------------------------------------------------

    def levels(self) -> Floats:
        """Float[directions, states] in the game's own units."""
        return self.offset[:, None] + self.size[:, None] * self.bounds.level

    def set_level(self, k: int, level: Floats) -> None:
        """Take over a level (Float[states], the game's units)."""
        take(k, self.on_path, (level - self.offset[k]) / self.size[k], self.rows, self.bounds)

    def propose(self, k: int, tolerance: float) -> tuple[Floats, Floats, Ints]:
        """Where direction k can be lowered to by itself, not taken over.

        Returns Float[states] its level and Float[rows] what the programs bring, in the game's units (NaN where none
        was needed), and Int[rows, players + 1] their bases.  Rows without continuation are killed.
        """
        lower(k, self.on_path, tolerance, self.rows, self.bounds, self._level, self._cap, self._used)
        level, cap = (self.offset[k] + self.size[k] * x for x in (self._level, self._cap))
        return level, cap, self._used

    def gain(self, k: int, tolerance: float) -> float:
        """How far direction k can be lowered by itself, scaled."""
        return lower(k, self.on_path, tolerance, self.rows, self.bounds, self._level, self._cap, self._used)

    def look_at_path(self, allowed: Bools) -> None:
        """From here on threats are frozen and only the allowed rows are played."""
        self.on_path = True
        self.bounds.alive[:] &= allowed
        self.spread()

    def sweep(self, tolerance: float, until: float, state: int = -1) -> float:
        """Lower every direction once; the greatest gain (infinite if time ran out), or -1 once ``state`` is empty."""
        n, count = self.n, len(self.directions)
        order = np.array([*range(n, 2 * n), *range(n), *range(2 * n, count)])
        chunk = max(1, LONGEST_SWEEP // self.game.n_rows)
        gain = 0.0
        for first in range(0, count, chunk):
            here = sweep(order[first:first + chunk], state, self.on_path, tolerance, self.rows, self.bounds,
                         self.leans, self.proof, self._level, self._cap, self._used)
            if here < 0:
                return here
            gain = max(gain, here)
            if time.process_time() > until and first + chunk < count:
                return np.inf
        return gain

    def rests_on(self, k: int) -> set[int]:
        """Directions by whose levels that of direction k has been held down so far."""
        rest = np.flatnonzero(self.bounds.rest[k]).tolist()
        return self._directions(self.leans[k]) | set(rest)

    def shown_empty_by(self) -> set[int]:
        """Directions by which rows have been shown to have no continuation so far."""
        return self._directions(self.proof)

    def _directions(self, columns: Bools) -> set[int]:
        """Incentive lines rest on the threat to their player."""
        count = len(self.directions)
        return {j if j < count else self.n + j - count for j in np.flatnonzero(columns).tolist()}
