"""A slow, obvious oracle for maximal scores: the program of Fudenberg and Levine (1994) as it stands.

It imports no solver and no certificate, and shares no code with them.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from tests.support.brute_public import outcome_law


def score(game: StochasticGame, row: int, direction: Floats) -> float:
    """max l . v over v and x(y) with v = g + E x, v_i >= g_i(b) + E_b x_i for deviations b, l . x(y) <= 0."""
    n = game.n_players
    laws = {b: outcome_law(game, b) for b in range(game.n_rows)}
    signals = sorted(set().union(*laws.values()))
    place = {z: n * (k + 1) for k, z in enumerate(signals)}
    width = n * (len(signals) + 1)
    equal, on_the_right, below, at_most = [], [], [], []
    for i in range(n):
        line = np.zeros(width)
        line[i] = 1
        for z, p in laws[row].items():
            line[place[z] + i] -= p
        equal.append(line)
        on_the_right.append(game.payoffs[row, i])
        for b in game.deviation_rows(row, i):
            line = np.zeros(width)
            line[i] = -1
            for z, p in laws[b].items():
                line[place[z] + i] += p
            below.append(line)
            at_most.append(-game.payoffs[b, i])
    for z in signals:
        line = np.zeros(width)
        line[place[z]:place[z] + n] = direction
        below.append(line)
        at_most.append(0.0)
    goal = np.zeros(width)
    goal[:n] = -direction
    found = linprog(goal, A_ub=np.array(below), b_ub=at_most, A_eq=np.array(equal), b_eq=on_the_right,
                    bounds=(None, None), method="highs")
    return -np.inf if found.fun is None else -float(found.fun)


def maximal_score(game: StochasticGame, direction: Floats) -> float:
    """Over all rows."""
    return max(score(game, row, direction) for row in range(game.n_rows))
