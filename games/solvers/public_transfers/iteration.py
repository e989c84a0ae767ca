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

from typing import final

import numpy as np

from games.numerics.arrays import Floats, Ints
from games.numerics.components import Component
from games.numerics.progress import Progress
from games.solvers.public_transfers.bounds import Aim, BoundStep, DualBounds, PublicBounds
from games.solvers.public_transfers.decisions import IMPROVEMENT, iterated
from games.solvers.public_transfers.outcomes import PublicOutcomes, state_components
from games.solvers.public_transfers.programs import Enforced, enforce
from games.solvers.relational_transfers import TransferGame

KNIFE_EDGE = 1e-10
"""Shortfall, relative to the largest payoff, below which arithmetic with floats cannot say that a row is not enforced.
"""

OUTWARD = 2e-13
"""Levels are moved outward by this, relative to the largest payoff over (1 - discount), to stay bounds when rounded."""

ROUNDS = 2000


@final
class PublicIteration:
    """One run, from the moment that its first bounds are laid out.

    ``outward``  levels are moved outward by so much, relative to the largest payoff over (1 - discount).
    ``tighten``  every deviation must be worse than complying by this, in payoff units.
    ``start``    bounds to begin with; without, those of perfect monitoring with everything enforced.
    """

    def __init__(
        self, outcomes: PublicOutcomes, laid: TransferGame, outward: float = OUTWARD, tighten: float = 0.0,
        start: PublicBounds | None = None,
    ) -> None:
        self.outcomes, self.laid = outcomes, laid
        self.off = outward * laid.scale / (1 - laid.factor)
        self.programs = 0
        self.fresh: set[tuple[int, Aim]] = set()
        self.found: dict[tuple[int, Aim], Floats] = {}
        self.dropped: dict[int, Floats] = {}
        self.steps: list[BoundStep] = []
        if start is not None:
            self.bounds = start.bounds.copy(tighten)
            self.live, self.alive = start.live.copy(), start.alive.copy()
            self.joint, self.worst, self.finished = start.joint.copy(), start.worst.copy(), True
            return
        self.bounds = DualBounds(outcomes, laid.factor, tighten)
        self.live = np.ones(laid.game.n_states, dtype=bool)
        self.alive = np.ones(laid.game.n_rows, dtype=bool)
        joint, _, self.finished = laid.joint(self.alive, self.live, None)
        held = [laid.punish(i, self.alive, self.live, None) for i in range(laid.game.n_players)]
        self.finished &= all(done for _, done in held)
        self.joint = joint + self.off
        self.worst = np.column_stack([punished.values for punished, _ in held]) - self.off
        for row in range(laid.game.n_rows):
            self._trust(row)
        self._record(np.arange(laid.game.n_states))

    def run(self, progress: Progress | None = None) -> PublicBounds:
        """Iterate until nothing moves."""
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

    def _trust(self, row: int) -> None:
        """The first multipliers of a row: nothing deters, but that a punished player has its best reply."""
        inc = self.outcomes.incentives(row)
        need = self.bounds.need(inc, self.worst)
        self._take(row, 0, np.zeros(len(need)))
        for i in range(self.laid.game.n_players):
            mine = np.flatnonzero(inc.who == i)
            multipliers = np.zeros(len(need))
            if len(mine) and need[mine].max() > 0:
                multipliers[mine[need[mine].argmax()]] = 1.0
            self._take(row, i + 1, multipliers)

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
        if self.bounds.improve(row, aim, found.multipliers, self.joint, self.worst, IMPROVEMENT * self.laid.scale):
            self.found[row, aim] = found.multipliers

    def program(self, row: int, aim: Aim, joint: Floats, worst: Floats) -> Enforced:
        """The program of a row; shortfalls at a knife edge are forgiven."""
        self.programs += 1
        return solve_program(self.bounds, row, self.bounds.weights[aim], joint, worst, KNIFE_EDGE * self.laid.scale)

    def _iterate(self, states: Ints) -> tuple[Floats, Floats]:
        """Levels of the states of a component after iterating the bounds of all rows to their end."""
        rows = np.concatenate([self._alive_rows(s) for s in states.tolist()])
        aims = range(self.laid.game.n_players + 1)
        out = iterated(self.bounds, rows, states, aims, self.joint, self.worst) + self.off
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
