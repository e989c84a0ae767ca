"""Payments that must balance: what changes when money cannot be burnt.

Joint payoffs U and punishment payoffs v stay what they are.  With perfect monitoring nothing has to be burnt to reach
them: what a punished player loses, the others receive.  In detail, let a profile leave something of the joint payoff
once every player's best reply is matched; then shares of the next period's surplus over v, the same in every state,
give each player what it is due, and they add up to all of it.  What changes is the least joint payoff: by burning it
could be brought down to the sum of v; without, it is the value L of

    L(s) = min over profiles a of max { (1 - d) G(a) + d E L,  sum of best replies to a, v following },

because continuations of any joint payoff between L and U can be had by public randomisation, and deterring every
player takes at least the sum of best replies.  Payoffs from s are all with L(s) <= sum <= U(s) that give i at least
v_i(s): a simplex with a corner cut off.

Source: follows Goldlücke and Kranz (2018); iteration on the maximiser's policy after Hoffman and Karp (1966).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, diags_array, eye_array
from scipy.sparse.linalg import spsolve

from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.relational_transfers.elimination import IMPROVEMENT, ROUNDS, Elimination, TransferGame, first_best


def least_joint_payoff(laid: TransferGame, found: Elimination) -> Floats | None:
    """Float[states]: L, zero in states without equilibrium; None if policy iteration did not come to an end."""
    start, least = laid.game.row_start[:-1], IMPROVEMENT * laid.scale
    floor = laid.tempted(found.worst)
    rows = first_best(np.where(found.admissible, -floor, -np.inf), start)
    for _ in range(ROUNDS):
        value = _kept_above(laid, rows, floor[rows], found.live)
        if value is None:
            return None
        worth = np.where(found.admissible, np.maximum(laid.worth(laid.total, value), floor), np.inf)
        best = first_best(-worth, start)
        better = found.live & (worth[best] < worth[rows] - least)
        if not better.any():
            return np.where(found.live, value, 0.0)
        rows = np.where(better, best, rows)
    return None


def _kept_above(laid: TransferGame, rows: Ints, floor: Floats, live: Bools) -> Floats | None:
    """Float[states]: joint payoffs of playing ``rows[state]`` for ever, raised to ``floor`` where they fall below."""
    law, now = laid.game.transition[rows], (1 - laid.factor) * laid.total[rows]
    raised = np.zeros(len(rows), dtype=bool)
    for _ in range(ROUNDS):
        free = live & ~raised
        system = eye_array(len(rows)) - laid.factor * (diags_array(free.astype(np.float64)) @ law)
        value = spsolve(csc_array(system), np.where(free, now, np.where(live, floor, 0.0)))
        worth = now + laid.factor * (law @ value)
        more = np.where(raised, worth > value + IMPROVEMENT * laid.scale, floor > value + IMPROVEMENT * laid.scale)
        more &= live
        if not more.any():
            return np.asarray(value, dtype=np.float64)
        raised ^= more
    return None
