"""Joint and punishment payoffs under public signals: the monotone map on simplices, iterated from above.

From bounds U and v, a row is enforced by sharing out U - sum of v of the next state, outcome by outcome.  U of a state
is the most that an enforced row brings, v_i the least that an enforced row holds player i to; iterated from bounds that
hold, they keep bounding all equilibria and converge to them.  Three things make it quick: components of states in
which all reach one another are settled downstream first; a program is solved only for rows whose bound from old
multipliers does not settle the matter; and between programs the bounds are iterated to their end, as a decision problem
(policy iteration) whose rows are the bounds, the part of them that is no contraction being held fixed.

Source: Abreu, Pearce and Stacchetti (1990); Goldlücke and Kranz (2012, 2018); policy iteration after Howard (1960).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import spsolve

from games.numerics.components import Component, components
from games.solvers.public_transfers.bounds import Aim, DualBounds
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.programs import Enforced, enforce
from games.solvers.relational_transfers import TransferGame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KNIFE_EDGE = 1e-10
"""Shortfall, relative to the largest payoff, below which arithmetic with floats cannot say that a row is not enforced.
"""

OUTWARD = 2e-13
"""Levels are moved outward by this, relative to the largest payoff over (1 - discount), to stay bounds when rounded."""

ROUNDS = 2000
DENSE_STATES = 40
IMPROVEMENT = 1e-15


@final
@dataclass(frozen=True, eq=False)
class BoundStep:
    """One step from above.

    ``states``  Int[k], the states whose levels it lowers: ``joint`` Float[k], ``worst`` Float[k, players], None where
                only a plan's path is looked at.
    ``found``   multipliers found since the last step, by row and aim; ``dropped`` rows with the multipliers that show
                that they cannot be enforced at the levels before.
    """

    states: Ints
    joint: Floats
    worst: Floats | None
    found: dict[tuple[int, Aim], Floats]
    dropped: dict[int, Floats]


@final
@dataclass(frozen=True, eq=False)
class PublicBounds:
    """Where the iteration ended.

    ``live``      Bool[states]: states in which an equilibrium may exist; ``alive`` Bool[rows] not shown to be useless.
    ``joint``     Float[states] at least what all can have together; ``worst`` Float[states, players] at most what each
                  can be held to.
    ``rows``      Int[states, aims]: rows that bring these.
    ``steps``     how the bounds were lowered; ``programs`` how many linear programs it took.
    ``finished``  False if it was cut short; the bounds hold all the same.
    """

    live: Bools
    alive: Bools
    joint: Floats
    worst: Floats
    rows: Ints
    bounds: DualBounds
    steps: tuple[BoundStep, ...]
    programs: int
    finished: bool

    @property
    def surplus(self) -> Floats:
        """Float[states]: what is left to share."""
        return np.asarray(self.joint - self.worst.sum(axis=1))


@final
@dataclass
class PublicIteration:
    """One run.

    ``outward``  levels are moved outward by so much, relative to the largest payoff over (1 - discount).
    ``tighten``  every deviation must be worse than complying by this, in payoff units.
    ``start``    bounds to begin with; without, those of perfect monitoring with everything enforced.
    """

    outcomes: PublicOutcomes
    laid: TransferGame
    outward: float = OUTWARD
    tighten: float = 0.0
    start: PublicBounds | None = None
    programs: int = 0
    steps: list[BoundStep] = field(default_factory=list)
    finished: bool = True

    def run(self, progress: Callable[[str, float], None] | None = None) -> PublicBounds:
        """Iterate until nothing moves."""
        self._begin()
        order = state_components(self.outcomes)
        for k, component in enumerate(order):
            self._settle(component)
            if progress is not None:
                progress("bounding payoffs", (k + 1) / len(order))
        rows = np.zeros((self.laid.game.n_states, self.laid.game.n_players + 1), dtype=np.int64)
        for s in np.flatnonzero(self.live).tolist():
            rows[s] = [self._simplest(s, aim) for aim in range(self.laid.game.n_players + 1)]
        return PublicBounds(self.live, self.alive, self.joint, self.worst, rows, self.bounds, tuple(self.steps),
                            self.programs, self.finished)

    def _simplest(self, state: int, aim: Aim) -> int:
        """Of the rows that serve an aim best, to rounding, the one in which players are tempted least."""
        rows = self._alive_rows(state)
        values = self.bounds.values(rows, self.joint, self.worst)[:, aim]
        near = rows[values >= values.max() - 4 * self.off]
        if len(near) > 1:
            laid_out = (self.outcomes.incentives(row) for row in near.tolist())
            needs = [np.maximum(self.bounds.need(inc, self.worst), 0.0).sum() for inc in laid_out]
            for row in near[np.argsort(needs, kind="stable")].tolist():
                found = self.program(row, aim, self.joint, self.worst)
                if found.feasible and self._value(row, aim, found) >= values.max() - 10 * self.off:
                    return int(row)
        return int(rows[values.argmax()])

    def _value(self, row: int, aim: Aim, found: Enforced) -> float:
        inc, weight = self.outcomes.incentives(row), self.bounds.weights[aim]
        later = float(weight @ (inc.law @ self.worst[inc.ahead]))
        now = float(weight @ self.laid.game.payoffs[row])
        return (1 - self.laid.factor) * now + self.laid.factor * later + found.value

    def _begin(self) -> None:
        game, laid = self.laid.game, self.laid
        self.off = self.outward * laid.scale / (1 - laid.factor)
        self.fresh: set[tuple[int, Aim]] = set()
        self.found: dict[tuple[int, Aim], Floats] = {}
        self.dropped: dict[int, Floats] = {}
        if self.start is not None:
            self.bounds = self.start.bounds.copy(self.tighten)
            self.live, self.alive = self.start.live.copy(), self.start.alive.copy()
            self.joint, self.worst = self.start.joint.copy(), self.start.worst.copy()
            return
        self.bounds = DualBounds(self.outcomes, laid.factor, self.tighten)
        self.live = np.ones(game.n_states, dtype=bool)
        self.alive = np.ones(game.n_rows, dtype=bool)
        joint, _, done = laid.joint(self.alive, self.live, None)
        worst = []
        for i in range(game.n_players):
            held, more = laid.punish(i, self.alive, self.live, None)
            worst.append(held.values)
            done &= more
        self.finished &= done
        self.joint, self.worst = joint + self.off, np.column_stack(worst) - self.off
        for row in range(game.n_rows):
            inc = self.outcomes.incentives(row)
            need = self.bounds.need(inc, self.worst)
            self._take(row, 0, np.zeros(len(need)))
            for i in range(game.n_players):
                mine = np.flatnonzero(inc.who == i)
                multipliers = np.zeros(len(need))
                if len(mine) and need[mine].max() > 0:
                    multipliers[mine[need[mine].argmax()]] = 1.0
                self._take(row, i + 1, multipliers)
        self._record(np.arange(game.n_states))

    def _take(self, row: int, aim: Aim, multipliers: Floats) -> None:
        self.bounds.set(row, aim, multipliers)
        self.found[row, aim] = multipliers

    def _record(self, states: Ints) -> None:
        self.steps.append(BoundStep(states, self.joint[states], self.worst[states], self.found, self.dropped))
        self.found, self.dropped = {}, {}

    def _alive_rows(self, state: int) -> Ints:
        rows = self.laid.game.rows_of(state)
        return np.flatnonzero(self.alive[rows.start:rows.stop]) + rows.start

    def _settle(self, component: Component) -> None:
        states = component.states
        if not all(self.live[self.outcomes.ahead[s]].all() for s in states.tolist()):
            self.live[states] = False
            return
        for round_ in range(ROUNDS):
            self.fresh = set()
            if not all(self._refresh(s) for s in states.tolist()):
                self.live[states] = False
                self._record(states[:0])
                return
            joint, worst = self._iterate(states)
            # What is new must be worth the step, or rounding would go on for ever.
            fall = float(max((self.joint[states] - joint).max(), (worst - self.worst[states]).max()))
            self.joint[states] = np.minimum(self.joint[states], joint)
            self.worst[states] = np.maximum(self.worst[states], worst)
            self._record(states)
            if fall <= 2 * self.off or not component.cyclic:
                return
            if round_ == ROUNDS - 1:
                self.finished = False

    def _refresh(self, state: int) -> bool:
        """Solve programs until the best row of every aim has been looked at; False if no row is left."""
        surplus = self.joint[self.outcomes.ahead[state]] - self.worst[self.outcomes.ahead[state]].sum(axis=1)
        if surplus.min() < -KNIFE_EDGE * self.laid.scale:
            return False
        for aim in range(self.laid.game.n_players + 1):
            while True:
                rows = self._alive_rows(state)
                if not len(rows):
                    return False
                best = int(rows[self.bounds.values(rows, self.joint, self.worst)[:, aim].argmax()])
                if (best, aim) in self.fresh:
                    break
                self._solve(best, aim)
        return True

    def _solve(self, row: int, aim: Aim) -> None:
        found = self.program(row, aim, self.joint, self.worst)
        self.fresh.add((row, aim))
        if not found.feasible:
            self.alive[row] = False
            self.dropped[row] = found.multipliers
            return
        before = self.bounds.value(row, aim, self.joint, self.worst)
        old = self.bounds.multipliers[row, aim]
        self.bounds.set(row, aim, found.multipliers)
        if self.bounds.value(row, aim, self.joint, self.worst) < before - IMPROVEMENT * self.laid.scale:
            self.found[row, aim] = found.multipliers
        else:
            self.bounds.set(row, aim, old)

    def program(self, row: int, aim: Aim, joint: Floats, worst: Floats) -> Enforced:
        """The program of a row; shortfalls at a knife edge are forgiven."""
        self.programs += 1
        return solve_program(self.bounds, row, self.bounds.weights[aim], joint, worst, KNIFE_EDGE * self.laid.scale)

    def _iterate(self, states: Ints) -> tuple[Floats, Floats]:
        """Levels of the states of a component after iterating the bounds of all rows to their end."""
        game, bounds = self.laid.game, self.bounds
        rows = np.concatenate([self._alive_rows(s) for s in states.tolist()])
        number = np.full(game.n_states, -1, dtype=np.int64)
        number[states] = np.arange(len(states))
        start = np.searchsorted(number[game.row_state[rows]], np.arange(len(states)))
        ahead = bounds.ahead[game.row_state[rows]]
        inside = number[ahead]
        values = bounds.values(rows, self.joint, self.worst)
        out = np.empty((len(states), game.n_players + 1))
        for aim in range(game.n_players + 1):
            level = self.joint if aim == 0 else -self.worst[:, aim - 1]
            weight = bounds.up[rows, 0] if aim == 0 else bounds.down[rows, aim, aim - 1]
            # Only as much of the weight as makes a contraction refers to the new levels.
            weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
            weight = np.where(inside >= 0, weight, 0.0) * bounds.factor
            fixed = values[:, aim] - (weight * level[ahead]).sum(axis=1)
            out[:, aim] = best_policy(fixed, weight, np.maximum(inside, 0), start, level[states])
        out += self.off
        return out[:, 0], -out[:, 1:]


def solve_program(
    bounds: DualBounds, row: int, weight: Floats, joint: Floats, worst: Floats, edge: float
) -> Enforced:
    """What a row can bring at given levels; a shortfall of at most ``edge`` per deviation is forgiven."""
    inc = bounds.outcomes.incentives(row)
    need, budget = bounds.need(inc, worst), bounds.budget(inc, joint, worst)
    found = enforce(weight, inc.share, inc.gain, inc.who, budget, need)
    if found.feasible:
        return found
    constant, up, down = bounds.terms(row, np.zeros_like(weight), found.multipliers)
    ahead = inc.ahead
    short = -(constant + bounds.factor * float(up @ joint[ahead] - (down * worst[ahead].T).sum()))
    short /= float(found.multipliers.sum())
    if short > edge:
        return found
    again = enforce(weight, inc.share, inc.gain, inc.who, budget, need - max(short, 0.0) * (1 + 1e-6) - edge * 1e-3)
    return again if again.feasible else found


def state_components(outcomes: PublicOutcomes) -> tuple[Component, ...]:
    """States that all reach one another, whatever is played, downstream first."""
    pointer = np.concatenate([[0], np.cumsum([len(a) for a in outcomes.ahead])])
    return components(pointer, np.concatenate(outcomes.ahead), outcomes.game.initial)


def best_policy(fixed: Floats, weight: Floats, inside: Ints, start: Ints, level: Floats) -> Floats:
    """Float[states]: the greatest solution of x[s] = max over rows of s of fixed + weight @ x[inside].

    ``fixed``   Float[rows], rows state by state from ``start``; ``weight``, ``inside`` [rows, k].
    ``level``   a first guess.
    """
    count = len(start)
    sizes = np.diff(np.append(start, len(fixed)))
    value = level
    policy: Ints | None = None
    for _ in range(1000):
        worth = fixed + (weight * value[inside]).sum(axis=1)
        best = np.maximum.reduceat(worth, start)
        at = np.where(worth == np.repeat(best, sizes), np.arange(len(worth)), len(worth))
        chosen = np.minimum.reduceat(at, start)
        if policy is not None:
            better = best > worth[policy] + IMPROVEMENT * (1 + np.abs(best))
            if not better.any():
                return value
            chosen = np.where(better, chosen, policy)
        policy = chosen
        value = _policy_values(fixed[policy], weight[policy], inside[policy], count)
    return np.asarray(np.maximum.reduceat(fixed + (weight * level[inside]).sum(axis=1), start))


def _policy_values(fixed: Floats, weight: Floats, inside: Ints, count: int) -> Floats:
    if count == 1:
        return np.asarray(fixed / (1 - weight.sum(axis=1)))
    rows = np.repeat(np.arange(count), weight.shape[1])
    law = csr_array((weight.ravel(), (rows, inside.ravel())), shape=(count, count))
    if count <= DENSE_STATES:
        return np.asarray(np.linalg.solve(np.eye(count) - law.toarray(), fixed))
    return np.asarray(spsolve(csc_array(eye_array(count) - law), fixed))
