"""Search for exclusion certificates, and fast lower bounds on the worst equilibrium payoffs.

Floating-point outer approximation that keeps a record of what it did; levels are rounded outward with room to spare,
so that the exact checker agrees.  Nothing here is believed: only what has passed its check is returned.

Source: Judd, Yeltekin and Conklin (2003); policy iteration for the threats after Hoffman and Karp (1966).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, gcd, log, log10
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.certificates.certificate import CheckReport, SolutionConcept
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step
from games.certificates.exclusion.outer_sets import Bound, Direction, axis_directions
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.numerics.exact import to_fraction
from games.solvers.outer_bounds.approximation import OuterApproximation


def threat_bounds(
    game: StochasticGame, alive: NDArray[np.bool_] | None = None, start: Floats | None = None
) -> Floats:
    """Lower bounds on what the worst pure-action equilibrium gives to each player.

    ``alive``  Bool[rows]: rows that may be played in equilibrium at all (None: all).
    ``start``  Float[states, players] from a similar game (another discount factor), to start from.

    Returns Float[states, players]; ``inf`` in states from which no equilibrium exists.  Axis directions only:
    rows that no threat within these bounds can enforce are dropped until none is left to drop.
    """
    outer = OuterApproximation(game, axis_directions(game.n_players))
    if alive is not None:
        outer.alive &= alive
        outer.spread()
    if start is not None:
        for i in range(game.n_players):
            outer.warm[game.n_players + i] = -np.where(np.isfinite(start[:, i]), start[:, i], 0.0)
    outer.tighten_axes()
    threats = -outer.level[game.n_players:].T
    return np.where(outer.empty[:, None], np.inf, threats)


def refute(
    game: StochasticGame,
    plan: Plan | None = None,
    point: tuple[int, Sequence[float | str | Fraction]] | None = None,
    directions_hint: Floats | None = None,
    seconds: float = 30.0,
    batches: int = 4,
) -> Exclusion | None:
    """The certificate of ``refutation``, which has passed its check; None if none is found."""
    found = refute_and_check(game, plan, point, directions_hint, seconds, batches)
    return None if found is None else found[0]


def refute_and_check(
    game: StochasticGame,
    plan: Plan | None = None,
    point: tuple[int, Sequence[float | str | Fraction]] | None = None,
    directions_hint: Floats | None = None,
    seconds: float = 30.0,
    batches: int = 4,
) -> tuple[Exclusion, CheckReport] | None:
    """A proof that no pure-action equilibrium follows ``plan`` from the initial state, with its check; None if none.

    ``point``            (state, payoff): prove that the payoff is that of no equilibrium (that follows the plan).
    ``directions_hint``  Float[k, players]: further directions to bound, for instance edge normals.
    ``seconds``          when to give up, roughly;
    ``batches``          how many batches of further directions to try beyond the axes (0: axes only, the fastest).

    Without plan and point: a proof that no equilibrium exists from the initial state.
    Raises ``GameError`` for a plan or point of another game, for public signals and for transfers.
    """
    if game.monitoring is not None or game.transfers != "none":
        raise GameError("refutation: perfect monitoring without transfers is needed; use the solver for this game")
    if plan is not None and plan.game.digest != game.digest:
        plan = Plan.from_json(game, plan.to_json())
    goal = None if point is None else (point[0], tuple(to_fraction(u) for u in point[1]))
    deadline = time.monotonic() + seconds
    for precision in PRECISIONS:
        found = _Search(game, plan, goal, precision, deadline).run(directions_hint, batches)
        if found is not None or time.monotonic() > deadline:
            return found
    return None


PRECISIONS = (1e-7, 1e-10)
"""How closely levels are followed, relative to the payoff range: few digits are quick to check, ties need many."""


@final
class _Search:
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

    def run(self, hint: Floats | None, batches: int) -> tuple[Exclusion, CheckReport] | None:
        outer = OuterApproximation(self.game, axis_directions(self.game.n_players))
        steps: list[Step] = []
        for extra in _batches(self.game, hint)[:1 + batches]:
            outer.add_directions(extra)
            self._tighten(outer, steps)
            trial, path = outer, list(steps)
            if self.plan is not None and not self._done(outer):
                trial = outer.copy()
                trial.look_at_path(self.plan.allowed)
                path.append(PathStep())
                self._tighten(trial, path)
            if self._done(trial):
                # Where the exact check refuses what has been found, rounding is to blame: directions cannot help.
                found = self._certificate(trial, path)
                if found is not None or self.precision > self.finest:
                    return found
            if time.monotonic() > self.deadline:
                return None
        return None

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

    def _tighten(self, outer: OuterApproximation, steps: list[Step]) -> None:
        """Sweep over the directions, dropping rows in between, until little changes or the goal is reached."""
        if self._done(outer):
            return
        n = self.game.n_players
        # On the path the threats are frozen, and lower bounds matter for mixes with other directions only.
        lower = [] if outer.on_path and len(outer.directions) == 2 * n else list(range(n, 2 * n))
        order = [*lower, *range(n), *range(2 * n, len(outer.directions))]
        last = np.inf
        for sweep in range(400):
            gain = 0.0
            for k in order:
                gain = max(gain, self._lower(outer, k, steps))
                if k == n - 1:
                    self._drop(outer, steps)
                    if self._done(outer):
                        return
            self._drop(outer, steps)
            if self._done(outer) or gain <= 20 * self.precision or time.monotonic() > self.deadline:
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
        n = self.game.n_players
        aim = self._separating(outer) if self.point is not None else -1
        needed = _needed(steps, n, aim, outer)
        for chosen in (needed, steps) if len(needed) < len(steps) else (steps,):
            directions, chosen = _renumbered(chosen, outer.directions, n, aim)
            found = Exclusion(
                self.game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, directions, tuple(chosen),
                self.places, self.plan.to_json() if self.plan is not None else None, self.point)
            report = found.check(self.game)
            if report.accepted:
                return found, report
        return None


def _needed(steps: list[Step], n: int, aim: int | None, outer: OuterApproximation) -> list[Step]:
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
            wanted |= set(outer.own_share(step.direction)[1])
            if n <= step.direction < 2 * n and PathStep() in kept:
                wanted.add(step.direction)
        elif isinstance(step, DropStep):
            wanted |= {*step.directions, *range(n), *range(n, 2 * n)}
        else:
            wanted |= set(range(n, 2 * n))
        kept.append(step)
    return kept[::-1]


def _patience_fan(game: StochasticGame) -> list[tuple[int | Fraction, int | Fraction]]:
    """With unequal patience direction lambda leans on lambda * delta, and so on: close the list under that step."""
    ratio = float(game.discount.max() / game.discount.min())
    step = ratio ** ceil(log(1.15) / log(ratio)) if ratio < 1.15 else ratio
    slopes = [Fraction(f"{step**k:.3g}") for k in range(-ceil(log(20) / log(step)), ceil(log(20) / log(step)) + 1)]
    return [(x, y * slope) for slope in slopes for x in (1, -1) for y in (1, -1)]


def _renumbered(
    steps: list[Step], directions: list[Direction], n: int, aim: int | None
) -> tuple[tuple[Direction, ...], list[Step]]:
    """Directions that some step (or the claim) refers to, beyond the axes, and the steps in their numbering."""
    used = {*range(2 * n)} | ({aim} if aim is not None and aim >= 0 else set())
    for step in steps:
        if isinstance(step, LevelStep):
            used |= {step.direction, *(k for option in step.options for k in option.multipliers)}
        elif isinstance(step, DropStep):
            used |= set(step.directions)
    number = {k: new for new, k in enumerate(sorted(used))}
    out: list[Step] = []
    for step in steps:
        if isinstance(step, LevelStep):
            options = tuple(replace(option, multipliers={number[k]: w for k, w in option.multipliers.items()})
                            for option in step.options)
            step = LevelStep(number[step.direction], step.levels, options)
        elif isinstance(step, DropStep):
            step = DropStep(tuple(number[k] for k in step.directions))
        out.append(step)
    return tuple(directions[k] for k in sorted(used) if k >= 2 * n), out


def _batches(game: StochasticGame, hint: Floats | None) -> list[list[Direction]]:
    """Directions to add, batch by batch: none, then coarse diagonals, then finer ones and the hinted ones."""
    n = game.n_players
    spread = np.ptp(game.payoffs, axis=0)
    widest = float(spread.max()) or 1.0
    # Payoffs of very different size are brought to a common one, by short rationals.
    scale = [Fraction(f"{widest / x:.1g}") if x > 0 else Fraction(1) for x in spread.tolist()]
    known = set(axis_directions(n))

    def fresh(vectors: Sequence[Sequence[int | Fraction]], scaled: bool = True) -> list[Direction]:
        out = []
        for vector in vectors:
            direction = tuple(Fraction(x) * (scale[i] if scaled else 1) for i, x in enumerate(vector))
            if any(direction) and direction not in known:
                known.add(direction)
                out.append(direction)
        return out

    hinted = []
    if hint is not None:
        for vector in np.asarray(hint, dtype=float):
            size = float(np.abs(vector).max())
            if size > 0:
                hinted.append([Fraction(x / size).limit_denominator(10**7) for x in vector.tolist()])
    if n == 2:
        rings = [[v for v in product(range(-g, g + 1), repeat=2) if max(map(abs, v)) == g and gcd(*v) == 1]
                 for g in (1, 2, 4, 8)]
        # The hinted ones come first, so that none is held back for a later batch.
        batches = [fresh(rings[0]) + fresh(hinted, scaled=False), *(fresh(ring) for ring in rings[1:])]
        if not game.common_discount and game.discount.min() > 0:
            batches[2] += fresh(_patience_fan(game))
        return [[], *batches]
    first = fresh([(1,) * n, (-1,) * n]) + fresh(hinted, scaled=False)
    second = fresh([tuple((i == a) * x + (i == b) * y for i in range(n))
                    for a in range(n) for b in range(a) for x in (1, -1) for y in (1, -1)])
    third = fresh(list(product((-1, 0, 1), repeat=n))) if n <= 4 else []
    return [[], first, second, third]
