"""A search that has succeeded in floating point, gone through again with rounded levels and written down as steps.

What is written down first are levels and bases; multipliers are worked out in exact numbers for those steps only that
the outcome rests on.
"""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import final

import numpy as np

from games.certificates.certificate import CheckReport
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step
from games.certificates.exclusion.outer_sets import Bound, Direction, axis_directions
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.mixtures import LINES, mixture
from games.solvers.outer_bounds.outlook import Aim
from games.solvers.outer_bounds.recording import MOST_SWEEPS, Recorder

EXACT = 1e-11
"""Gains that another policy must bring while levels are followed closely, scaled."""


@final
@dataclass(frozen=True, eq=False)
class Lowering:
    """A level of one direction: ``levels`` Float[states] whole numbers of the last decimal place, where ``better``.

    ``rows`` Int[k] are held down by ``bases`` Int[k, players], all others by recursion.
    """

    direction: int
    levels: Floats
    better: Bools
    all_states: bool
    rows: Ints
    bases: Ints


@final
@dataclass(frozen=True, eq=False)
class Killing:
    """Rows Int[k] without continuation, by the columns ``bases`` Int[k, players + 1]; states without rows go, too."""

    rows: Ints
    bases: Ints


Entry = Lowering | Killing | PathStep


@final
class Replay:
    """Levels on a decimal grid, from the box of the stage payoffs on, and the log of how they came down."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.log = recorder, list[Entry]()
        self.half = HalfSpaces(OuterApproximation(recorder.game, axis_directions(recorder.game.n_players)))
        self.level = self.half.levels()
        self.scale = 10.0**recorder.places

    def with_directions(self, directions: list[Direction]) -> Replay:
        """A copy that goes on from here with further directions."""
        out = self.copy()
        out.half.add_from_box(directions)
        out.level = np.concatenate([self.level, out.half.levels()[len(self.level):]])
        return out

    def copy(self) -> Replay:
        """An independent copy."""
        out = copy(self)
        out.half, out.level, out.log = self.half.copy(), self.level.copy(), list(self.log)
        return out

    def search(self, aim: Aim, sweeps: int) -> tuple[Exclusion, CheckReport] | None:
        """The proof that some number of sweeps gives, trying so many first; None if levels have settled before."""
        settled = False
        while not settled:
            found, settled = self._run(aim, sweeps)
            if found is not None or time.process_time() > self.recorder.deadline:
                return found
            sweeps *= 2
        return None

    def _run(self, aim: Aim, sweeps: int) -> tuple[tuple[Exclusion, CheckReport] | None, bool]:
        """The proof, if so many more sweeps (and those on the path) meet the aim, and whether more would be in vain.

        Levels off the path stay as they are.
        """
        settled = self._tighten(aim, sweeps)
        trial = self
        if aim.allowed is not None and aim.met(self.half) is None:
            trial = self.copy()
            trial.half.look_at_path(aim.allowed)
            trial.log.append(PathStep())
            trial._tighten(aim, MOST_SWEEPS)
        separating = aim.met(trial.half)
        return (None, settled) if separating is None else (trial._proof(separating), True)

    def _tighten(self, aim: Aim, sweeps: int) -> bool:
        n, count = self.half.n, len(self.half.directions)
        for _ in range(sweeps):
            gain = 0.0
            for k in (*range(n, 2 * n), *range(n), *range(2 * n, count)):
                gain = max(gain, self._lower(k))
                if aim.met(self.half) is not None:
                    return True
            if gain <= 20 * self.recorder.precision or time.process_time() > self.recorder.deadline:
                return True
        return False

    def _lower(self, k: int) -> float:
        half, room = self.half, self.recorder.room
        bounds, n = half.bounds, half.n
        before = bounds.alive.copy()
        level, cap, used = half.propose(k, EXACT)
        dead = np.flatnonzero(before & ~bounds.alive)
        if len(dead):
            self.log.append(Killing(dead, self._numbered(used[dead])))
            half.spread()
        integers = np.ceil((level + room) * self.scale)
        rounded = integers / self.scale
        old = self.level[k]
        better = (rounded < old - room / 2) & ~bounds.empty
        gain = float((old - rounded)[better].max(initial=0.0))
        if gain <= 4 * self.recorder.precision:
            return 0.0
        rows = np.flatnonzero(np.isfinite(cap) & bounds.alive)
        rows = rows[better[half.game.row_state[rows]]]
        whole = bool(np.all(better | bounds.empty))
        self.log.append(Lowering(k, integers, better, whole, rows, self._numbered(used[rows, :n])))
        self.level[k] = np.where(better, rounded, old)
        half.set_level(k, self.level[k])
        if half.spread():
            self.log.append(Killing(dead[:0], used[:0]))
        return gain

    def _numbered(self, columns: Ints) -> Ints:
        """Columns of programs by numbers that further directions leave as they are."""
        count = len(self.half.directions)
        return np.where(columns < count, columns, LINES + count - columns)

    # -- the proof -----------------------------------------------------------------------------------------------

    def _proof(self, separating: int) -> tuple[Exclusion, CheckReport] | None:
        steps = [self._step(entry) for entry in self._needed(separating)]
        return self.recorder.proved(steps, self.half.directions, separating, self._rest)

    def _rest(self, k: int) -> set[int]:
        return set(np.flatnonzero(self.half.bounds.rest[k]).tolist())

    def _needed(self, separating: int) -> list[Entry]:
        """The entries without those whose level nothing later refers to."""
        n = self.half.n
        axes, threats = set(range(2 * n)), set(range(n, 2 * n))
        wanted = {separating} if separating >= 0 else set[int]()
        kept: list[Entry] = []
        for entry in reversed(self.log):
            if isinstance(entry, PathStep):
                wanted |= threats
            elif isinstance(entry, Lowering) and entry.direction not in wanted:
                continue
            else:
                if isinstance(entry, Lowering):
                    if entry.all_states:
                        wanted.discard(entry.direction)
                    wanted |= self._rest(entry.direction)
                elif not len(entry.rows):
                    wanted |= axes
                numbers = np.unique(entry.bases).tolist()
                wanted |= {j if j >= 0 else n + LINES - j for j in numbers}
            kept.append(entry)
        return kept[::-1]

    def _step(self, entry: Entry) -> Step:
        """The step in exact numbers."""
        half, game = self.half, self.half.game
        if isinstance(entry, PathStep):
            return entry
        n = half.n
        if isinstance(entry, Killing):
            zero = [Fraction(0)] * n
            farkas = [_for_rows(mixture(basis[:n], zero, half.directions, basis[n]), rows)
                      for basis, rows in _grouped(entry.bases, entry.rows)]
            return DropStep((), tuple(bound for bound in farkas if bound is not None))
        vector = half.directions[entry.direction]
        goal = [game.exact_discount(i) * vector[i] for i in range(n)]
        options = [_for_rows(mixture(basis, goal, half.directions), rows)
                   for basis, rows in _grouped(entry.bases, entry.rows)]
        levels = [int(x) if b else None for x, b in zip(entry.levels.tolist(), entry.better.tolist(), strict=True)]
        return LevelStep(entry.direction, tuple(levels), tuple(bound for bound in options if bound is not None))


def _for_rows(bound: Bound | None, rows: tuple[int, ...]) -> Bound | None:
    """The bound for some rows."""
    return None if bound is None else Bound(bound.multipliers, bound.cuts, rows)


def _grouped(bases: Ints, rows: Ints) -> list[tuple[list[int], tuple[int, ...]]]:
    """Rows by equal bases."""
    pairs = sorted(zip(bases.tolist(), rows.tolist(), strict=True))
    return [(basis, tuple(row for _, row in group)) for basis, group in groupby(pairs, key=lambda pair: pair[0])]
