"""How much a plan has to spare with side payments: temptations of every profile, and the slack of a plan's path.

With side payments it is the players' needs together that count: what all have at stake after a profile, the joint
payoff above their punishment payoffs, has to cover every player's gain from its best deviation.
Source: Goldlücke and Kranz (2018), the aggregate incentive constraint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.solvers.relational_transfers.elimination import Elimination, PathElimination, TransferGame, eliminate_on_path
from games.solvers.relational_transfers.proofs import path_states


@final
@dataclass(frozen=True, eq=False)
class Temptations:
    """What every profile has at stake, and what each player would gain by deviating from it.

    ``at_stake``   Float[rows]: joint payoff above the sum of punishment payoffs that follow it.
    ``gain``       Float[rows, players]: what the best deviation brings more than complying, the player's punishment
                   payoff following either way; negative if it costs, -inf if the player has no other action.
    ``deviation``  Int[rows, players]: the row that it brings about, the first of equals; -1 if there is none.

    All in payoff units of one period.  The slack of a profile is ``at_stake`` less the gains that are positive.
    """

    at_stake: Floats
    gain: Floats
    deviation: Ints

    @staticmethod
    def of(laid: TransferGame, joint: Floats, worst: Floats) -> Temptations:
        """Of all rows, with ``joint`` Float[states] and ``worst`` Float[states, players] following.

        A row with the same payoffs of everybody and the same law is no deviation.
        """
        game, unit = laid.game, 1 - laid.factor
        classes = game.outcome_class
        gains, deviations = [], []
        for i, replies in enumerate(laid.replies):
            worth = laid.worth(game.payoffs[:, i], worst[:, i])
            best = replies.best(worth)
            first = replies.best_rows(worth, best)
            same = classes == classes[first][replies.group]
            rest = np.where(same, -np.inf, worth)
            other = replies.best(rest)
            second = np.where(np.isfinite(other), replies.best_rows(rest, other), -1)
            row = np.where(same, second[replies.group], first[replies.group])
            deviations.append(row)
            gains.append(np.where(row >= 0, worth[row] - worth, -np.inf) / unit)
        surplus = joint - worst.sum(axis=1)
        return Temptations(
            laid.factor * (game.transition @ surplus) / unit, np.column_stack(gains), np.column_stack(deviations))

    @property
    def slack(self) -> Floats:
        """Float[rows]: what is left at stake once every gain from deviating is covered."""
        out: Floats = self.at_stake - np.maximum(self.gain, 0.0).sum(axis=1)
        return out

    def row_json(self, game: StochasticGame, row: int) -> dict[str, Any]:
        """State, profile, what is at stake, and the best deviation of each player who has one."""
        return {
            "state": game.states[int(game.row_state[row])],
            "profile": list(game.profile_labels(row)),
            "at_stake": float(self.at_stake[row]),
            "deviations": [
                {"player": game.players[i], "deviation": game.profile_labels(b)[i], "gain": float(self.gain[row, i])}
                for i, b in enumerate(self.deviation[row].tolist()) if b >= 0],
        }


@final
@dataclass(frozen=True, eq=False)
class PlanPath:
    """The path of greatest joint payoff within a plan.

    ``found``   what elimination on the path came to; ``holds`` whether it left a path from the initial state.
    ``rows``    Int[states] rows played, ``joint`` Float[states] what they bring, ``states`` Int[k] those come to: of
                the best path that can be kept to if the plan holds, of the best path of all if it does not.
    ``known``   every state of the path has equilibria, so that its temptations mean something.
    """

    found: PathElimination
    holds: bool
    rows: Ints
    joint: Floats
    states: Ints
    known: bool

    @staticmethod
    def of(laid: TransferGame, found: Elimination, plan: Plan) -> PlanPath:
        """The path of a plan in a game whose initial state has equilibria."""
        game = laid.game
        kept = eliminate_on_path(laid, found, plan.allowed)
        if kept.open[game.initial]:
            return PlanPath(kept, True, kept.rows, kept.joint, path_states(laid, kept.rows), True)
        joint, rows, _ = laid.joint(plan.allowed, np.ones(game.n_states, dtype=bool), None)
        states = path_states(laid, rows)
        return PlanPath(kept, False, rows, joint, states, bool(found.live[states].all()))

    def margin(self, laid: TransferGame, found: Elimination) -> float | None:
        """Least slack on the path, in payoff units; None if nobody can deviate, or if states lack equilibria."""
        row = self.weakest_row(laid, found)
        return None if row is None else float(self._slack(laid, found)[row]) / (1 - laid.factor)

    def weakest_row(self, laid: TransferGame, found: Elimination) -> int | None:
        """The row on the path with the least slack among those in which somebody can deviate; None as in ``margin``."""
        states = self.states[(laid.game.action_counts[self.states] > 1).any(axis=1)]
        if not self.known or not len(states):
            return None
        rows = self.rows[states]
        return int(rows[self._slack(laid, found)[rows].argmin()])

    def _slack(self, laid: TransferGame, found: Elimination) -> Floats:
        out: Floats = laid.worth(laid.total, self.joint) - laid.tempted(found.worst)
        return out


def plan_margin(laid: TransferGame, found: Elimination, plan: Plan) -> float | None:
    """Slack of a plan's best path, of the sign that elimination says where it is nearer to zero than can be told.

    The payoff range, with that sign, where there is no such number; None if elimination was cut short.
    """
    if not found.finished:
        return None
    spread = float(np.ptp(laid.game.payoffs)) or 1.0
    if not found.live[laid.game.initial]:
        return -spread
    path = PlanPath.of(laid, found, plan)
    margin = path.margin(laid, found)
    if path.holds:
        return spread if margin is None else max(margin, 0.0)
    return -spread if margin is None or margin >= 0 else margin
