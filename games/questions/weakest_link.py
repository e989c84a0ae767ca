"""The weakest link of a plan: the deviation from its path that comes nearest to paying, or pays most.

With side payments what counts is all players' deviations from a profile together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.solvers.equilibrium_polygons import PolygonEquilibria, path_sets, reachable_rows
from games.solvers.relational_transfers import PlanPath, Temptations, TransferSolution
from games.solvers.solver import Solution, Target, finite, plan_of
from games.solvers.verdict import Sustainable, Verdict

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Temptation:
    """The best deviation of one player from a profile: the row it brings about and what it gains, payoff units."""

    player: int
    deviation: int
    gain: float


@final
@dataclass(frozen=True)
class WeakestDeviation:
    """A deviation of one player, for one period, from the path of a plan.

    ``state``, ``player``  indices.
    ``played``     the row that the plan has played; ``deviation`` the row that the deviation brings about.
    ``margin``     value of complying minus value of deviating, over (1 - discount factor), in payoff units: the extra
                   one-off temptation that it withstands (negative if it pays).
    ``together``   with side payments only: the best deviation of every player, the most tempted first.  Payments can
                   shift what is at stake to whoever needs it, so that the margin is ``at_stake`` less all positive
                   gains, and the deviation named is that of the most tempted player.
    """

    state: int
    player: int
    played: int
    deviation: int
    margin: float
    together: tuple[Temptation, ...] = ()
    at_stake: float | None = None

    def to_json(self, game: StochasticGame) -> dict[str, Any]:
        """The ``weakest_link`` of ``servanda-solution/1``: names and action labels."""
        out = {
            "state": game.states[self.state],
            "player": game.players[self.player],
            "played": list(game.profile_labels(self.played)),
            "deviation": game.profile_labels(self.deviation)[self.player],
            "margin": finite(self.margin),
        }
        if self.at_stake is None:
            return out
        return out | {
            "at_stake": self.at_stake,
            "deviations": [
                {"player": game.players[t.player], "deviation": game.profile_labels(t.deviation)[t.player],
                 "gain": t.gain} for t in self.together],
        }


def weakest_link(solution: Solution, target: Target, verdict: Verdict | None = None) -> WeakestDeviation | None:
    """The deviation that decides a target's margin, as far as it can be told; None if it cannot, or nobody can deviate.

    ``verdict``  the target's verdict if it is known already.

    Where the plan settles play and the payoff sets are known, every deviation is followed by the worst equilibrium:
    the link's margin is the plan's.  Otherwise it is the weakest link of the automaton that proves that the plan
    holds, or, where it does not, a deviation that pays even if everything else goes as well as it can.

    With side payments it is the profile on the best path where all deviations together leave least to spare.
    """
    game = solution.game
    plan = plan_of(game, target)
    if isinstance(solution, TransferSolution):
        return _together(solution, plan)
    sets = solution.sets if isinstance(solution, PolygonEquilibria) else None
    if sets is not None and plan.is_markov:
        path = path_sets(game, sets, plan)
        if path.weakest is None or path.margin is None:
            return None
        state, player, row = path.weakest
        played = int(np.flatnonzero(plan.allowed)[state])
        return WeakestDeviation(state, player, played, row, path.margin)
    verdict = verdict or solution.verdict(plan)
    if isinstance(verdict, Sustainable):
        if not isinstance(verdict.certificate, NoProfitableDeviation):
            return None
        link = verdict.certificate.weakest_link(game)
        if link is None:
            return None
        cell = verdict.certificate.automaton.cells[link.mode, link.state]
        return None if cell.row < 0 else WeakestDeviation(link.state, link.player, cell.row, link.row, link.slack)
    return None if sets is None or sets.empty else _hopeless(game, plan, sets.worst)


def _together(solution: TransferSolution, plan: Plan) -> WeakestDeviation | None:
    """The profile on the plan's best path with the least slack; None if the path's states lack equilibria."""
    game, laid, found = solution.game, solution.laid, solution.elimination
    if not found.finished or not found.live[game.initial]:
        return None
    path = PlanPath.of(laid, found, plan)
    row = path.weakest_row(laid, found)
    if row is None:
        return None
    tempted = Temptations.of(laid, path.joint, found.worst)
    together = sorted(
        (Temptation(i, int(b), float(tempted.gain[row, i])) for i, b in enumerate(tempted.deviation[row]) if b >= 0),
        key=lambda t: (-t.gain, t.player))
    if not together:
        return None
    most = together[0]
    return WeakestDeviation(int(game.row_state[row]), most.player, row, most.deviation, float(tempted.slack[row]),
                            tuple(together), float(tempted.at_stake[row]))


def _hopeless(game: StochasticGame, plan: Plan, worst: Floats) -> WeakestDeviation | None:
    """The most tempting deviation from a row that the plan insists on, even with the best continuation for complying.

    None if each player by itself could be kept on the path: then it is their needs together that cannot be met.
    """
    rows = np.flatnonzero(reachable_rows(game, plan.allowed))
    best = _best_values(game, rows)
    known = np.where(np.isfinite(worst), worst, np.inf)
    link: WeakestDeviation | None = None
    for row in rows.tolist():
        state = int(game.row_state[row])
        if np.count_nonzero(plan.allowed[game.row_start[state] : game.row_start[state + 1]]) != 1:
            continue
        for i in range(game.n_players):
            delta = float(game.discount[i])
            complying = (1 - delta) * game.payoffs[row, i] + delta * float((game.transition[[row]] @ best[:, i])[0])
            for other in game.deviation_rows(row, i):
                if game.outcome_class[other] == game.outcome_class[row]:
                    continue
                after = float((game.transition[[other]] @ known[:, i])[0])
                margin = (complying - (1 - delta) * game.payoffs[other, i] - delta * after) / (1 - delta)
                if margin < 0 and (link is None or margin < link.margin):
                    link = WeakestDeviation(state, i, row, other, margin)
    return link


def _best_values(game: StochasticGame, rows: NDArray[np.int64]) -> Floats:
    """Float[states, players]: upper bounds on what each player can get from play by ``rows``, whatever the other wants.

    Value iteration from above, so that it may stop anywhere.
    """
    out = np.tile(game.payoffs[rows].max(axis=0), (game.n_states, 1))
    states, first = np.unique(game.row_state[rows], return_index=True)
    law = game.transition[rows]
    for _ in range(500):
        ahead = (1 - game.discount) * game.payoffs[rows] + game.discount * (law @ out)
        new = np.maximum.reduceat(ahead, first, axis=0)
        done = np.abs(out[states] - new).max() <= 1e-12 * (1 + np.abs(new).max())
        out[states] = new
        if done:
            break
    return out
