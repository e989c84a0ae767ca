"""The record of an outer approximation: steps that the exact checker can follow, and the certificate made of them.

Levels are found in floating point and rounded outward with room to spare.  Nothing here is believed: only what has
passed its check is returned.

Source: Judd, Yeltekin and Conklin (2003); policy iteration for the threats after Hoffman and Karp (1966).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, log10
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.certificates.certificate import CheckReport, SolutionConcept
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step
from games.certificates.exclusion.outer_sets import Bound, Direction
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.solvers.outer_bounds.approximation import OuterApproximation

PRECISIONS = (1e-7, 1e-10)
"""How closely levels are followed, relative to the payoff range: few digits are quick to check, ties need many."""

MOST_SWEEPS = 400


@final
class Recorder:
    """Lowers bounds step by step, rounding outward, and keeps a record that the exact checker can follow."""

    def __init__(self, game: StochasticGame, plan: Plan | None, point: tuple[int, tuple[Fraction, ...]] | None,
                 precision: float, deadline: float) -> None:
        self.game, self.plan, self.point, self.deadline = game, plan, point, deadline
        spread = float(np.ptp(game.payoffs, axis=0).max()) or 1.0
        self.precision, self.finest = precision * spread, PRECISIONS[-1] * spread
        patience = 1.0 - float(game.discount.max())
        largest = float(np.abs(game.payoffs).max()) or 1.0
        # Levels are rounded in floating point, so no more digits than it can hold.
        self.places = max(0, min(ceil(-log10(self.precision * patience / 4)), 15 - ceil(log10(largest)), 30))
        # Enough to absorb rounding each level up by at most one unit in the last place: see OuterSets.
        self.room = 2 * 10.0**-self.places / patience + 1e-13 * largest

    def attempt(
        self, outer: OuterApproximation, steps: list[Step], sweeps: int = MOST_SWEEPS
    ) -> tuple[bool, tuple[Exclusion, CheckReport] | None]:
        """Lower the bounds, off the path and then on it; whether the goal was reached, and the proof if it passed.

        ``outer`` and ``steps`` are left as they are before the path is looked at.
        """
        self._tighten(outer, steps, sweeps)
        trial, path = outer, list(steps)
        if self.plan is not None and not self._done(outer):
            trial = outer.copy()
            trial.look_at_path(self.plan.allowed)
            path.append(PathStep())
            self._tighten(trial, path)
        return (True, self._certificate(trial, path)) if self._done(trial) else (False, None)

    def _done(self, outer: OuterApproximation) -> bool:
        if self.point is None:
            return bool(outer.empty[self.game.initial])
        return self._separating(outer) is not None

    def _separating(self, outer: OuterApproximation) -> int | None:
        """Number of a direction that separates the point (-1 if its state is empty)."""
        assert self.point is not None
        state, payoff = self.point
        if outer.empty[state]:
            return -1
        beyond = outer.vectors @ np.array([float(u) for u in payoff]) - outer.level[:, state]
        k = int(beyond.argmax())
        return k if beyond[k] > self.precision * 1e-3 else None

    def _tighten(self, outer: OuterApproximation, steps: list[Step], sweeps: int = MOST_SWEEPS) -> None:
        """Sweep over the directions, dropping rows in between, until little changes or the goal is reached."""
        if self._done(outer):
            return
        n = self.game.n_players
        # On the path the threats are frozen, and lower bounds matter for mixes with other directions only.
        lower = [] if outer.on_path and len(outer.directions) == 2 * n else list(range(n, 2 * n))
        order = [*lower, *range(n), *range(2 * n, len(outer.directions))]
        last = np.inf
        for sweep in range(sweeps):
            gain = 0.0
            for k in order:
                gain = max(gain, self._lower(outer, k, steps))
                if k == n - 1:
                    self._drop(outer, steps)
                    if self._done(outer):
                        return
            self._drop(outer, steps)
            if self._done(outer) or gain <= 20 * self.precision or time.process_time() > self.deadline:
                return
            if sweep > 20 and gain > 0.999 * last:
                return
            last = gain

    def _lower(self, outer: OuterApproximation, k: int, steps: list[Step]) -> float:
        """Lower one direction's level as far as it goes, record the step and return the greatest gain."""
        level, cap, option = outer.fixed_point(k)
        integers = np.ceil((level + self.room) * 10.0**self.places)
        rounded = integers / 10.0**self.places
        better = (rounded < outer.level[k] - self.room / 2) & ~outer.empty
        gain = float((outer.level[k] - rounded)[better].max(initial=0.0))
        if gain <= 4 * self.precision:
            return 0.0
        new = np.where(better, rounded, outer.level[k])
        default = outer.default_bound(k, new)
        if outer.n <= k < 2 * outer.n and not outer.on_path:
            default = np.minimum(default, -outer.best_alternative(k - outer.n, new))
        elif outer.n <= k < 2 * outer.n:
            default = np.minimum(default, -outer.best_alternative(k - outer.n))
        state = self.game.row_state
        need = outer.alive & (default > new[state] - self.room / 8) & (cap < default) & better[state]
        options = tuple(
            self._bound(outer, k, int(m), np.flatnonzero(need & (option == m)))
            for m in np.unique(option[need]).tolist()
        )
        steps.append(LevelStep(
            k, tuple(int(x) if b else None for x, b in zip(integers.tolist(), better.tolist(), strict=True)), options))
        outer.set_level(k, new)
        return gain

    def _bound(self, outer: OuterApproximation, k: int, other: int, rows: NDArray[np.int64]) -> Bound:
        """The bound of direction k by direction ``other`` and the incentive lines, in exact multipliers."""
        weights, cuts = outer.exact_option(k, other)
        return Bound(weights, cuts, tuple(rows.tolist()))

    def _drop(self, outer: OuterApproximation, steps: list[Step]) -> None:
        before = int(outer.empty.sum())
        used = outer.drop(self.precision * 1e-3)
        if used or int(outer.empty.sum()) > before:
            steps.append(DropStep(tuple(used)))

    def _certificate(self, outer: OuterApproximation, steps: list[Step]) -> tuple[Exclusion, CheckReport] | None:
        aim = self._separating(outer) if self.point is not None else -1
        return self.proved(steps, outer.directions, aim, lambda k: set(outer.own_share(k)[1]))

    def proved(
        self, steps: list[Step], directions: list[Direction], aim: int | None, rest: Callable[[int], set[int]]
    ) -> tuple[Exclusion, CheckReport] | None:
        """The certificate made of the steps, without those that nothing needs, if it passes its check.

        ``aim``   the direction that separates the point, -1 if there is none;
        ``rest``  axis directions that the recursion of a direction on itself takes in.
        """
        n = self.game.n_players
        needed = _needed(steps, n, aim, rest)
        for chosen in (needed, steps) if len(needed) < len(steps) else (steps,):
            used, chosen = _renumbered(chosen, directions, n, aim)
            found = Exclusion(
                self.game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, used, tuple(chosen),
                self.places, self.plan.to_json() if self.plan is not None else None, self.point)
            report = found.check(self.game)
            if report.accepted:
                return found, report
        return None


def _needed(steps: list[Step], n: int, aim: int | None, rest: Callable[[int], set[int]]) -> list[Step]:
    """The steps without those whose level nothing later refers to."""
    wanted = {aim} if aim is not None and aim >= 0 else set()
    kept: list[Step] = []
    for step in reversed(steps):
        if isinstance(step, LevelStep):
            if step.direction not in wanted:
                continue
            if all(x is not None for x in step.levels):
                wanted.discard(step.direction)
            for option in step.options:
                wanted |= set(option.multipliers) | {n + j for j in option.cuts}
            wanted |= rest(step.direction)
            if n <= step.direction < 2 * n and PathStep() in kept:
                wanted.add(step.direction)
        elif isinstance(step, DropStep):
            wanted |= {*step.directions, *range(2 * n), *(k for bound in step.farkas for k in bound.multipliers)}
        else:
            wanted |= set(range(n, 2 * n))
        kept.append(step)
    return kept[::-1]


def _renumbered(
    steps: list[Step], directions: list[Direction], n: int, aim: int | None
) -> tuple[tuple[Direction, ...], list[Step]]:
    """Directions that some step (or the claim) refers to, beyond the axes, and the steps in their numbering."""
    used = {*range(2 * n)} | ({aim} if aim is not None and aim >= 0 else set())
    for step in steps:
        if isinstance(step, LevelStep):
            used |= {step.direction, *(k for option in step.options for k in option.multipliers)}
        elif isinstance(step, DropStep):
            used |= {*step.directions, *(k for bound in step.farkas for k in bound.multipliers)}
    number = {k: new for new, k in enumerate(sorted(used))}

    def renamed(bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
        return tuple(replace(b, multipliers={number[k]: w for k, w in b.multipliers.items()}) for b in bounds)

    out: list[Step] = []
    for step in steps:
        if isinstance(step, LevelStep):
            step = LevelStep(number[step.direction], step.levels, renamed(step.options))
        elif isinstance(step, DropStep):
            step = DropStep(tuple(number[k] for k in step.directions), renamed(step.farkas))
        out.append(step)
    return tuple(directions[k] for k in sorted(used) if k >= 2 * n), out
