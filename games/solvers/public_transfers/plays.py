"""Rows with the shares of surplus that enforce them, and the payoffs that they bring."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import final

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve

from games.certificates.signals.transfer_plan import SharedPlay
from games.numerics.arrays import Floats, Ints
from games.solvers.public_transfers.bounds import Aim, DualBounds
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.programs import enforce
from games.solvers.relational_transfers import TransferGame

SNAP = 1e-13
"""Shares nearer to 0 or 1 than this are 0 or 1."""

SHARE_PLACES = 15


@final
class Play:
    """A row with the shares that enforce it, per group of outcomes."""

    def __init__(self, row: int, shares: Floats) -> None:
        self.row, self.shares = row, shares

    @staticmethod
    def of(
        bounds: DualBounds, row: int, aim: Aim, joint: Floats, worst: Floats, unseen: Floats | None = None
    ) -> Play | None:
        """What a row does best for an aim at given levels; None if it cannot be enforced.

        ``unseen``  Float[states]: joint payoffs after outcomes that the row itself never brings, if they are others.
        """
        inc, burning = bounds.outcomes.incentives(row), bounds.game.burning
        need, budget = bounds.need(inc, worst), bounds.budget(inc, joint, worst)
        if unseen is not None:
            budget = np.where(inc.share > 0, budget, bounds.budget(inc, unseen, worst))
        found = enforce(bounds.weights[aim], inc.share, inc.gain, inc.who, budget, need, burning)
        if not found.feasible:
            return None
        shares = np.divide(found.shares, budget, out=np.zeros_like(found.shares), where=budget > 0)
        shares[shares < SNAP] = 0.0
        shares[shares > 1 - SNAP] = 1.0
        if not burning:
            shares[0, shares.sum(axis=0) == 0] = 1.0
            shares /= shares.sum(axis=0)
        return Play(row, shares)

    def weights(self, outcomes: PublicOutcomes) -> Floats:
        """Float[players, states ahead]: how much of each next state's surplus each player expects."""
        inc = outcomes.incentives(self.row)
        return np.asarray((self.shares * inc.share) @ inc.spread)

    def shared(self, outcomes: PublicOutcomes) -> SharedPlay:
        """The same with exact shares, outcome by outcome."""
        inc, unit, burning = outcomes.incentives(self.row), 10**SHARE_PLACES, outcomes.game.burning
        width = len(inc.ahead)
        shares = []
        for k in np.flatnonzero(self.shares.any(axis=0) & ((inc.share > 0) | (not burning))).tolist():
            given = [floor(Fraction(x) * unit) for x in self.shares[:, k].tolist()]
            over = sum(given) - unit
            given[int(np.argmax(given))] -= max(over, 0) if burning else over
            pairs = tuple((z // width, int(inc.ahead[z % width])) for z in np.flatnonzero(inc.group == k).tolist())
            shares.append((pairs, tuple(Fraction(x, unit) for x in given)))
        return SharedPlay(self.row, tuple(shares))


def levels(
    laid: TransferGame, outcomes: PublicOutcomes, states: Ints, plays: dict[tuple[int, Aim], Play]
) -> tuple[Floats, Floats]:
    """Joint payoffs Float[states] and punishment payoffs Float[states, players] that the plays bring, 0 elsewhere."""
    game, factor = laid.game, laid.factor
    n, count = game.n_players, len(states)
    number = np.zeros(game.n_states, dtype=np.int64)
    number[states] = np.arange(count)
    entries: list[tuple[int, int, float]] = [(k, k, 1.0) for k in range(count * (n + 1))]
    right = np.zeros(count * (n + 1))
    for (s, aim), play in plays.items():
        here = int(number[s]) * (n + 1) + aim
        inc = outcomes.incentives(play.row)
        shares = play.weights(outcomes)
        rewarded = shares.sum(axis=0) if aim == 0 else shares[aim - 1]
        payoff = game.payoffs[play.row]
        right[here] = (1 - factor) * float(payoff.sum() if aim == 0 else payoff[aim - 1])
        for t, law, share in zip(number[inc.ahead].tolist(), inc.law.tolist(), rewarded.tolist(), strict=True):
            entries.append((here, t * (n + 1), -factor * share))
            entries += [(here, t * (n + 1) + i + 1, factor * (share - law * (aim in (0, i + 1)))) for i in range(n)]
    rows, columns, values = zip(*entries, strict=True)
    matrix = csc_array((np.array(values), (np.array(rows), np.array(columns))), shape=(len(right), len(right)))
    found = np.asarray(spsolve(matrix, right)).reshape(count, n + 1)
    joint, worst = np.zeros(game.n_states), np.zeros((game.n_states, n))
    joint[states], worst[states] = found[:, 0], found[:, 1:]
    return joint, worst


def path_levels(
    laid: TransferGame, outcomes: PublicOutcomes, states: Ints, plays: dict[int, Play], worst: Floats
) -> Floats:
    """Float[states]: what the path brings, refusals bringing ``worst``; 0 off the path."""
    game, factor = laid.game, laid.factor
    number = np.zeros(game.n_states, dtype=np.int64)
    number[states] = np.arange(len(states))
    matrix, right = np.eye(len(states)), np.zeros(len(states))
    for s, play in plays.items():
        here = int(number[s])
        inc = outcomes.incentives(play.row)
        share = play.weights(outcomes).sum(axis=0)
        right[here] = (1 - factor) * float(game.payoffs[play.row].sum())
        right[here] += factor * float((inc.law - share) @ worst[inc.ahead].sum(axis=1))
        seen = inc.law > 0
        np.add.at(matrix[here], number[inc.ahead[seen]], -factor * share[seen])
    out = np.zeros(game.n_states)
    out[states] = np.linalg.solve(matrix, right)
    return out
