"""The least side payments that keep a plan's path: who pays whom, when, so that nobody gains by deviating.

Payments that carry out a transfer plan are not unique.  This finds those of least discounted expected sum by a linear
program and re-proves them exactly: first among schedules in which what is paid depends on the state in which all kept
to the plan in the period before, then, where there is none, on the state that follows as well.  Nothing is paid in
the first period: that would change who gains, not what can be kept to.
Source: Goldlücke and Kranz (2018) for the conditions; the objective is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, final

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, kron, vstack
from scipy.sparse.linalg import spsolve

from games.certificates.transfers.path_payments import fault_in_path, path_payments
from games.certificates.transfers.payments import Payment
from games.certificates.transfers.plan import TransferPlan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.solvers.relational_transfers.elimination import Replies

SPARE = (1e-6, 1e-9)
"""Relative to the largest payoff: how much the program leaves every condition to spare, for exact arithmetic."""

PLACES = 10**15


def least_payments(plan: TransferPlan, game: StochasticGame) -> tuple[Payment, ...] | None:
    """Payments along the path of an accepted transfer plan, of least discounted expected sum; checked exactly.

    None if the plan leaves so little to spare that no schedule found in floating point passes the exact check.
    """
    program = _Program.of(plan, game)
    unit = float(np.abs(game.payoffs).max()) or 1.0
    for plain, spare in product((True, False), SPARE):
        worth = program.solve(spare * unit, plain)
        if worth is not None:
            found = path_payments(plan, game, {key: w for key, w in zip(program.keys, worth, strict=True)})
            if fault_in_path(found, plan, game) is None:
                return found
    return None


@final
@dataclass(frozen=True, eq=False)
class _Program:
    """The path of a plan as arcs between its states.

    ``keys``    per arc: (row played, next state).
    ``joint``   Float[arcs]: joint payoff of the next state; ``least`` Float[arcs, players]: its punishment payoffs.
    ``leaves``, ``enters``  csr_array[states, arcs]: an arc's chance in the state it leaves; the state it enters.
    ``today``   Float[states, players]: payoffs of the rows; ``tempted``: the most from deviating; both averages.
    ``visits``  Float[arcs]: discounted expected number of passages.
    """

    keys: tuple[tuple[int, int], ...]
    factor: float
    joint: tuple[Fraction, ...]
    least: Floats
    leaves: csr_array
    enters: csr_array
    today: Floats
    tempted: Floats
    visits: Floats

    @staticmethod
    def of(plan: TransferPlan, game: StochasticGame) -> _Program:
        factor = float(game.discount[0])
        worst = np.zeros((game.n_states, game.n_players))
        for cell in plan.cells:
            worst[cell.state] = [float(v) for v in cell.worst]
        cells = [cell for cell in plan.cells if cell.path is not None]
        rows = np.array([cell.path for cell in cells], dtype=np.int64)
        number = {cell.state: k for k, cell in enumerate(cells)}
        amount = [cell.path_joint or Fraction(0) for cell in cells]
        law = csr_array(game.transition[rows])
        origin = np.repeat(np.arange(len(rows)), np.diff(law.indptr))
        sure = law.data > 0
        origin, target, chance = origin[sure], law.indices[sure], law.data[sure]
        entered = np.array([number[int(s)] for s in target], dtype=np.int64)
        arcs, shape = np.arange(len(origin)), (len(rows), len(origin))
        leaves = csr_array((chance, (origin, arcs)), shape=shape)
        enters = csr_array((np.ones(len(arcs)), (entered, arcs)), shape=shape)
        tempted = np.column_stack([_best_reply(game, rows, i, worst[:, i]) for i in range(game.n_players)])
        start = np.zeros(len(rows))
        start[number[game.initial]] = 1.0
        chain = leaves @ enters.T
        here = np.atleast_1d(spsolve((eye_array(len(rows)) - factor * chain.T).tocsc(), start))
        return _Program(
            keys=tuple(zip(rows[origin].tolist(), target.tolist(), strict=True)),
            factor=factor,
            joint=tuple(amount[k] for k in entered.tolist()),
            least=worst[target],
            leaves=leaves,
            enters=enters,
            today=(1 - factor) * game.payoffs[rows],
            tempted=tempted,
            visits=factor * here[origin] * chance,
        )

    def solve(self, spare: float, plain: bool) -> list[tuple[Fraction, ...]] | None:
        """Per arc, what each player has from there on before it pays; None if the program has no solution.

        ``plain``  the same is paid whatever state follows.  Unknowns: those payoffs, player by player, and what each
        player pays net where that is positive.
        """
        arcs, n = self.least.shape
        own = eye_array(n)
        # What a player has after paying in the state that an arc enters, as far as it depends on the unknowns.
        later = self.factor * (self.enters.T @ self.leaves)
        pays = kron(own, (later - eye_array(arcs)) / (1 - self.factor))
        known = (self.enters.T @ self.today) / (1 - self.factor)
        deters = kron(own, -self.factor * self.leaves)
        upper = vstack([hstack([pays, -eye_array(arcs * n)]), hstack([deters, csr_array((deters.shape[0], arcs * n))])])
        bound = np.concatenate([-known.T.ravel(), (self.today - self.tempted - spare).T.ravel()])
        equal = [kron(np.ones((1, n)), eye_array(arcs))]
        level = [np.array([float(j) for j in self.joint])]
        if plain:
            origin = np.array([row for row, _ in self.keys])
            pairs = np.flatnonzero(origin[1:] == origin[:-1])
            step = csr_array(eye_array(arcs))
            apart = step[pairs + 1] - step[pairs]
            equal.append(kron(own, apart) @ pays)
            level.append(-np.asarray(apart @ known).T.ravel())
        total = vstack([hstack([e, csr_array((e.shape[0], arcs * n))]) for e in equal])
        lowest = np.concatenate([self.least.T.ravel() + spare, np.zeros(arcs * n)])
        limits: list[tuple[float, float | None]] = [(x, None) for x in lowest.tolist()]
        # A fifth of a second to import, for nothing in runs that ask for no payments.
        from scipy.optimize import linprog

        # The stubs of linprog know dense matrices only.
        above: Any = csr_array(upper)
        even: Any = csr_array(total)
        found = linprog(
            np.concatenate([np.zeros(arcs * n), np.tile(self.visits, n)]), A_ub=above, b_ub=bound,
            A_eq=even, b_eq=np.concatenate(level), bounds=limits, method="highs")
        if found.status != 0 or found.x is None:
            return None
        worth = found.x[: arcs * n].reshape(n, arcs).T
        exact = []
        for arc, joint in enumerate(self.joint):
            mine = [Fraction(round(x * PLACES), PLACES) for x in worth[arc, :-1].tolist()]
            exact.append((*mine, joint - sum(mine, Fraction(0))))
        return exact


def _best_reply(game: StochasticGame, rows: Ints, player: int, worst: Floats) -> Floats:
    """Float[rows]: the most that a player has by any action while the others play ``rows``, ``worst`` following."""
    factor, replies = float(game.discount[player]), Replies.of(game, player)
    worth = (1 - factor) * game.payoffs[:, player] + factor * (game.transition @ worst)
    return replies.best(worth)[replies.group[rows]]
