"""Games with side payments where everyone sees everything: the elimination of profiles, without proof.

Source: Goldlücke and Kranz (2018), as for ``games.solvers.relational_transfers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, final

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.solvers.relational_transfers import KNIFE_EDGE, RelationalTransfers, TransferGame, eliminate
from games.solvers.relational_transfers.margins import PlanPath, Temptations
from games.solvers.screens.payments import AtFactor, PaymentScreen
from games.solvers.solver import Solver
from games.solvers.verdict import BARELY
from games.structure.numbers import Numbers
from games.structure.structure import Structure


@final
@dataclass(frozen=True, eq=False)
class SeenPayments(PaymentScreen[Numbers]):
    """A plan where players may pay one another and everyone sees everything."""

    structure: Structure
    method: ClassVar[Solver] = RelationalTransfers(settle=False)

    @property
    def concept(self) -> SolutionConcept:
        """As in ``PlanScreen``."""
        return SolutionConcept.PURE_WITH_TRANSFERS

    @cached_property
    def rows(self) -> Ints:
        """As in ``PaymentScreen``."""
        s = self.structure
        return np.where(s.plan < 0, -1, s.row[s.plan])

    def at_each(self, games: Sequence[StochasticGame]) -> list[AtFactor]:
        """As in ``PaymentScreen``."""
        return [self._at(game) for game in games]

    def _at(self, game: StochasticGame) -> AtFactor:
        laid = TransferGame(game)
        found = eliminate(laid)
        if not found.finished:
            return AtFactor("undecided", np.inf)
        if not found.live[game.initial]:
            return AtFactor("no", BARELY)
        path = PlanPath.of(laid, found, Plan(game, self.plan.allowed))
        margin, edge = path.margin(laid, found), KNIFE_EDGE * laid.scale
        if not path.found.finished or (margin is not None and abs(margin) * (1 - laid.factor) <= edge):
            return AtFactor("undecided", np.inf)
        if path.holds:
            return AtFactor("yes", np.inf if margin is None else max(margin, 0.0))
        row = path.weakest_row(laid, found)
        breaks = None
        if row is not None:
            gain = Temptations.of(laid, path.joint, found.worst).gain[row]
            breaks = int(game.row_state[row]), int(gain.argmax())
        return AtFactor("no", BARELY if margin is None or margin >= 0 else margin, breaks)
