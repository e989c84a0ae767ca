"""How rights are used at will as long as everyone goes on complying."""

from __future__ import annotations

import numpy as np

from games.model.plan import Plan
from games.numerics.arrays import Ints
from games.play.markov_play import MarkovPlay

ROUNDS = 200
"""After which the last use found is told: of several holders none need be stable."""
TIE = 1e-11
"""Gain, relative to the spread of payoffs, up to which a right stays unused."""


def lawful_best_replies(plan: Plan, start: Ints) -> Ints:
    """Int[states]: rows of full compliance in which no holder would rather use its rights otherwise; -1 where free.

    ``plan``   allows all rows that full compliance may play.  ``start``  Int[states], those in which no right is used.

    With one holder the use is its best reply to compliance, found by policy iteration (Howard 1960); with several each
    replies to the others in turn, and the search may end with none that is stable.  Nothing is proved by it: it is one
    way to play, put to the test like any other.
    """
    game, rows = plan.game, start.copy()
    free = start < 0
    first = game.row_start[:-1]
    open_ = np.flatnonzero(~free & (np.add.reduceat(plan.allowed.astype(np.int64), first) > 1))
    tie = TIE * (float(np.ptp(game.payoffs)) or 1.0)
    for _ in range(ROUNDS):
        changed = False
        for i in range(game.n_players):
            # Play that the plan leaves free counts as it is at its first row, whatever the right: it is beyond them.
            values = MarkovPlay(game, np.where(free, first, rows)).values()[:, i]
            discount = game.discount[i]
            worth = (1 - discount) * game.payoffs[:, i] + discount * (game.transition @ values)
            for state in open_.tolist():
                own = [row for row in game.deviation_rows(int(rows[state]), i) if plan.allowed[row]]
                best = max(own, key=lambda row: worth[row], default=None)
                if best is not None and worth[best] > worth[rows[state]] + tie:
                    rows[state] = best
                    changed = True
        if not changed:
            break
    return rows
