"""The best path of a plan under public signals: rows that it allows, enforced by what is left on the path itself.

On the path all together have no more than the path brings, so that rewards come out of that; whoever refuses to pay,
and what no play on the path can bring about, is punished as hard as any equilibrium permits.

Source: as for the iteration of ``games.solvers.public_transfers.iteration``, here of the joint payoff only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
import scipy

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import Component
from games.solvers.public_transfers.bounds import Aim, BoundStep, DualBounds, PublicBounds
from games.solvers.public_transfers.decisions import IMPROVEMENT, iterated
from games.solvers.public_transfers.iteration import KNIFE_EDGE, OUTWARD, ROUNDS, solve_program
from games.solvers.public_transfers.outcomes import Incentives, state_components
from games.solvers.relational_transfers import TransferGame


@final
@dataclass(frozen=True, eq=False)
class PublicPath:
    """The best path within a plan.

    ``open``    Bool[states]: states in which the plan can be kept to; ``rows`` Int[states] played there.
    ``joint``   Float[states]: at least what the path brings to all together.
    ``steps``   how that was lowered; ``finished`` False if it was cut short.
    ``bounds``  multipliers found on the way.
    """

    open: Bools
    rows: Ints
    joint: Floats
    steps: tuple[BoundStep, ...]
    bounds: DualBounds
    finished: bool


def best_path(
    laid: TransferGame, found: PublicBounds, allowed: Bools, outward: float = OUTWARD, tighten: float | None = None
) -> PublicPath:
    """Drop rows from a path until it can be kept to; ``allowed`` Bool[rows].

    ``tighten``  by how much deviations from the path must be worse than complying, in payoff units (negative: relief);
                 None: as ``found`` has it.
    """
    asked = found.bounds.tighten if tighten is None else tighten
    return _PathIteration(laid, found, allowed, outward * laid.scale / (1 - laid.factor), asked).run()


@final
class _PathIteration:
    def __init__(self, laid: TransferGame, found: PublicBounds, allowed: Bools, off: float, tighten: float) -> None:
        self.laid, self.game, self.off = laid, laid.game, off
        self.bounds = found.bounds.copy(tighten)
        self.joint, self.worst = found.joint.copy(), found.worst
        if tighten < found.bounds.tighten:
            # With relief the path may bring more than any equilibrium.
            self.joint = laid.joint(allowed, np.ones(self.game.n_states, dtype=bool), None)[0] + off
        self.usable = allowed & found.live[self.game.row_state]
        self.found: dict[tuple[int, Aim], Floats] = {}
        self.dropped: dict[int, Floats] = {}
        self.fresh: set[int] = set()
        self.steps: list[BoundStep] = []
        self.finished = True
        self._close()

    def run(self) -> PublicPath:
        for component in state_components(self.bounds.outcomes):
            self._settle(component)
        rows = np.zeros(self.game.n_states, dtype=np.int64)
        for s in np.flatnonzero(self.open).tolist():
            here = self._rows(s)
            rows[s] = here[self.bounds.values(here, self.joint, self.worst)[:, 0].argmax()]
        return PublicPath(self.open, rows, self.joint, tuple(self.steps), self.bounds, self.finished)

    def _close(self) -> None:
        """A row is of no use if it may lead to a state in which no row is left."""
        start = self.game.row_start[:-1]
        while True:
            self.open = np.logical_or.reduceat(self.usable, start)
            left = self.usable & ~(self.game.transition @ (~self.open).astype(np.float64) > 0)
            if (left == self.usable).all():
                return
            self.usable = left

    def _rows(self, state: int) -> Ints:
        rows = self.game.rows_of(state)
        return np.flatnonzero(self.usable[rows.start:rows.stop]) + rows.start

    def _settle(self, component: Component) -> None:
        for round_ in range(ROUNDS):
            self.fresh = set()
            while not all(self._refresh(s) for s in component.states.tolist() if self.open[s]):
                self._close()
            states = component.states[self.open[component.states]]
            if not len(states):
                self._record(states)
                return
            level = self._iterate(states)
            fall = float((self.joint[states] - level).max())
            self.joint[states] = np.minimum(self.joint[states], level)
            self._record(states)
            if fall <= 2 * self.off or not component.cyclic:
                return
            if round_ == ROUNDS - 1:
                self.finished = False

    def _record(self, states: Ints) -> None:
        self.steps.append(BoundStep(states, self.joint[states], None, self.found, self.dropped))
        self.found, self.dropped = {}, {}

    def _refresh(self, state: int) -> bool:
        """Look at the best rows of a state; False as soon as one of them goes."""
        while True:
            rows = self._rows(state)
            best = int(rows[self.bounds.values(rows, self.joint, self.worst)[:, 0].argmax()])
            if best in self.fresh:
                return True
            self.fresh.add(best)
            weight = self.bounds.weights[0]
            found = solve_program(self.bounds, best, weight, self.joint, self.worst, KNIFE_EDGE * self.laid.scale)
            if not found.feasible:
                self.usable[best] = False
                self.dropped[best] = found.multipliers
                self._close()
                return False
            if self.bounds.improve(best, 0, found.multipliers, self.joint, self.worst, IMPROVEMENT * self.laid.scale):
                self.found[best, 0] = found.multipliers

    def _iterate(self, states: Ints) -> Floats:
        rows = np.concatenate([self._rows(s) for s in states.tolist()])
        return iterated(self.bounds, rows, states, (0,), self.joint, self.worst)[:, 0] + self.off


def row_margin(bounds: DualBounds, row: int, joint: Floats, worst: Floats) -> float | None:
    """How much more a single player might be tempted in a row, in payoff units of a period; None if nobody can deviate.

    If the row is enforced: the least, over players, of what the others' incentives leave for all deviations of that
    player.  If it is not: minus the least sum of what would have to be taken from the players' temptations.  Under
    perfect monitoring both are what is at stake less the sum of all gains from deviating.
    """
    inc = bounds.outcomes.incentives(row)
    if not len(inc.who):
        return None
    players = sorted(set(inc.who.tolist()))
    spare = [_greatest(bounds, inc, joint, worst, [i], 1.0) for i in players]
    known = [x for x in spare if x is not None]
    if len(known) == len(spare):
        return min(known) / (1 - bounds.factor)
    relief = _greatest(bounds, inc, joint, worst, players, -1.0)
    return None if relief is None else relief / (1 - bounds.factor)


def _greatest(
    bounds: DualBounds, inc: Incentives, joint: Floats, worst: Floats, players: list[int], sign: float
) -> float | None:
    """The greatest sum of extra temptations, each of the given sign, of some players; None if there is none."""
    seen = inc.share > 0
    need, budget = bounds.need(inc, worst), bounds.budget(inc, joint, worst)[seen]
    n, count = bounds.game.n_players, int(seen.sum())
    deter = np.zeros((len(need), n * count + len(players)))
    for j, i in enumerate(inc.who.tolist()):
        deter[j, i * count:(i + 1) * count] = -inc.gain[j, seen]
        if i in players:
            deter[j, n * count + players.index(i)] = sign
    budgets = np.hstack([np.tile(np.eye(count), n), np.zeros((count, len(players)))])
    cost = np.concatenate([np.zeros(n * count), np.full(len(players), -sign)])
    found: Any
    if bounds.game.burning:
        needs = np.concatenate([budget, -need])
        found = scipy.optimize.linprog(cost, np.vstack([budgets, deter]), needs, method="highs")
    else:
        found = scipy.optimize.linprog(cost, deter, -need, budgets, budget, method="highs")
    return -float(found.fun) if found.status == 0 else None
