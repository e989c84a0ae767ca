"""Games with public signals and side payments: bounds from outside, and the plan's path within them, without proof.

The plan holds where its path is still there when every incentive is tightened, and fails where it is not there within
the bounds.  By how much it fails is one linear program: a plan that settles play leaves nothing to choose but payments.

Source: Goldlücke and Kranz (2012, 2018), as for ``games.solvers.public_transfers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, final

import numpy as np
import scipy

from games.certificates.certificate import SolutionConcept
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.play.temptation import hardest_departure
from games.solvers.public_transfers import PublicTransfers
from games.solvers.public_transfers.bounds import DualBounds, PublicBounds
from games.solvers.public_transfers.iteration import PublicIteration
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.paths import best_path, row_margin
from games.solvers.public_transfers.solver import SLACKS, tightened
from games.solvers.relational_transfers import TransferGame
from games.solvers.screen import SPARE
from games.solvers.screens.payments import AtFactor, PaymentScreen
from games.solvers.solver import Solver
from games.solvers.verdict import BARELY
from games.structure.public import PublicNumbers, PublicStructure


@final
@dataclass(frozen=True, eq=False)
class SignalledPayments(PaymentScreen[PublicNumbers]):
    """A plan where players may pay one another and see signals."""

    structure: PublicStructure
    method: ClassVar[Solver] = PublicTransfers(settle=False)

    @property
    def concept(self) -> SolutionConcept:
        """As in ``PlanScreen``."""
        return SolutionConcept.PUBLIC_WITH_TRANSFERS

    @property
    def rows(self) -> Ints:
        """As in ``PaymentScreen``."""
        return self.structure.plan

    @cached_property
    def states(self) -> Ints:
        """Int[k]: the states that the plan comes to."""
        return np.flatnonzero(self.period >= 0)

    def at_each(self, games: Sequence[StochasticGame]) -> list[AtFactor]:
        """As in ``PaymentScreen``."""
        outcomes = PublicOutcomes(games[0])
        return [self._at(game, outcomes) for game in games]

    def _at(self, game: StochasticGame, outcomes: PublicOutcomes) -> AtFactor:
        laid = TransferGame(game)
        outer = PublicIteration(outcomes, laid).run()
        if not outer.live[game.initial]:
            return AtFactor("no" if outer.finished else "undecided", BARELY)
        path = best_path(laid, outer, self.plan.allowed)
        if not path.open[game.initial]:
            short = self._relief(laid, outer)
            if short is not None and short <= SPARE * laid.scale:
                return AtFactor("undecided", np.inf)
            margin = BARELY if short is None else -short
            hardest = hardest_departure(game, self.rows, None if short is None else margin)
            return AtFactor("no", margin, None if hardest is None else (hardest.state, hardest.player))
        inner = tightened(outcomes, laid, outer, SLACKS[-1])
        if not inner.live[game.initial] or not best_path(laid, inner, self.plan.allowed).open[game.initial]:
            return AtFactor("undecided", np.inf)
        found = [row_margin(outer.bounds, int(self.rows[s]), path.joint, outer.worst) for s in self.states]
        return AtFactor("yes", max(min((x for x in found if x is not None), default=np.inf), 0.0))

    def _relief(self, laid: TransferGame, outer: PublicBounds) -> float | None:
        """The least amount by which every temptation on the path must fall, in payoff units; None if none helps.

        One program over what the path is worth, state by state, and what of it is promised after its outcomes.
        """
        bounds, worst, factor = outer.bounds, outer.worst, laid.factor
        place = np.full(laid.game.n_states, -1)
        place[self.states] = np.arange(len(self.states))
        pieces = [_Piece.of(bounds, int(self.rows[s]), worst) for s in self.states.tolist()]
        width = 1 + len(self.states) + sum(piece.promises for piece in pieces)
        lines: list[Floats] = []
        most: list[Floats] = []
        first = 1 + len(self.states)
        for k, piece in enumerate(pieces):
            n, count = laid.game.n_players, len(piece.share)
            here = slice(first, first + piece.promises)
            budget = np.zeros((count, width))
            budget[:, here] = np.tile(np.eye(count), n)
            budget[:, 1 + place[piece.ahead]] -= factor * piece.spread
            worth = np.zeros((1, width))
            worth[0, 1 + k] = 1.0
            worth[0, here] -= np.tile(piece.share, n)
            deter = np.zeros((len(piece.need), width))
            deter[:, 0] = factor - 1
            for j, i in enumerate(piece.who.tolist()):
                deter[j, first + i * count : first + (i + 1) * count] = -piece.gain[j]
            lines += [budget, worth, deter]
            total = worst[piece.ahead].sum(axis=1)
            now = (1 - factor) * float(laid.total[self.rows[self.states[k]]])
            most += [-factor * piece.spread @ total, np.array([now + factor * piece.law @ total]), -piece.need]
            first += piece.promises
        cost = np.zeros(width)
        cost[0] = 1.0
        free = [(0, None), *[(None, None)] * len(self.states), *[(0, None)] * (width - 1 - len(self.states))]
        found: Any = scipy.optimize.linprog(cost, np.vstack(lines), np.concatenate(most), bounds=free, method="highs")
        if found.status != 0 or found.fun > 2 * float(np.ptp(laid.game.payoffs)):
            return None
        return float(found.fun)


@final
@dataclass(frozen=True, eq=False)
class _Piece:
    """The part of a row of the plan in the program of its path, of outcomes that the row may bring about.

    ``share``, ``gain``, ``who``, ``spread``, ``ahead``, ``law``  as in ``Incentives``, next states on the path only.
    ``need``  Float[deviations]: what each brings beyond complying, punishments following.
    """

    share: Floats
    gain: Floats
    who: Ints
    spread: Floats
    ahead: Ints
    law: Floats
    need: Floats
    promises: int

    @staticmethod
    def of(bounds: DualBounds, row: int, worst: Floats) -> _Piece:
        inc = bounds.outcomes.incentives(row)
        seen, on = inc.share > 0, inc.law > 0
        return _Piece(
            inc.share[seen],
            inc.gain[:, seen],
            inc.who,
            inc.spread[np.ix_(seen, on)],
            inc.ahead[on],
            inc.law[on],
            bounds.need(inc, worst),
            bounds.game.n_players * int(seen.sum()),
        )
