"""The bounds of all rows as a decision problem: which of them bind, and what they come to when iterated to their end.

Source: policy iteration after Howard (1960).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import spsolve

from games.numerics.arrays import Floats, Ints
from games.solvers.public_transfers.bounds import Aim, DualBounds

IMPROVEMENT = 1e-15
"""Gain, relative to the largest payoff, that is more than rounding."""

DENSE_STATES = 40


def iterated(
    bounds: DualBounds, rows: Ints, states: Ints, aims: Sequence[Aim], joint: Floats, worst: Floats
) -> Floats:
    """Float[states, aims]: what the bounds of ``rows`` come to in ``states``, where alone levels move.

    ``rows``   Int[k]: those of the states that are left, state by state in the same order.
    ``joint``  Float[states of the game] and ``worst`` Float[states of the game, players]: levels now.
    """
    game = bounds.game
    number = np.full(game.n_states, -1, dtype=np.int64)
    number[states] = np.arange(len(states))
    start = np.searchsorted(number[game.row_state[rows]], np.arange(len(states)))
    ahead = bounds.ahead[game.row_state[rows]]
    inside = number[ahead]
    values = bounds.values(rows, joint, worst)
    out = np.empty((len(states), len(aims)))
    for k, aim in enumerate(aims):
        level = joint if aim == 0 else -worst[:, aim - 1]
        weight = bounds.up[rows, 0] if aim == 0 else bounds.down[rows, aim, aim - 1]
        # Only as much of the weight as makes a contraction refers to the new levels.
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
        weight = np.where(inside >= 0, weight, 0.0) * bounds.factor
        fixed = values[:, aim] - (weight * level[ahead]).sum(axis=1)
        out[:, k] = best_policy(fixed, weight, np.maximum(inside, 0), start, level[states])
    return out


def best_policy(fixed: Floats, weight: Floats, inside: Ints, start: Ints, level: Floats) -> Floats:
    """Float[states]: the greatest solution of x[s] = max over rows of s of fixed + weight @ x[inside].

    ``fixed``   Float[rows], rows state by state from ``start``; ``weight``, ``inside`` [rows, k].
    ``level``   a first guess.
    """
    count = len(start)
    sizes = np.diff(np.append(start, len(fixed)))
    value = level
    policy: Ints | None = None
    for _ in range(1000):
        worth = fixed + (weight * value[inside]).sum(axis=1)
        best = np.maximum.reduceat(worth, start)
        at = np.where(worth == np.repeat(best, sizes), np.arange(len(worth)), len(worth))
        chosen = np.minimum.reduceat(at, start)
        if policy is not None:
            better = best > worth[policy] + IMPROVEMENT * (1 + np.abs(best))
            if not better.any():
                return value
            chosen = np.where(better, chosen, policy)
        policy = chosen
        value = _policy_values(fixed[policy], weight[policy], inside[policy], count)
    return np.asarray(np.maximum.reduceat(fixed + (weight * level[inside]).sum(axis=1), start))


def _policy_values(fixed: Floats, weight: Floats, inside: Ints, count: int) -> Floats:
    if count == 1:
        return np.asarray(fixed / (1 - weight.sum(axis=1)))
    rows = np.repeat(np.arange(count), weight.shape[1])
    law = csr_array((weight.ravel(), (rows, inside.ravel())), shape=(count, count))
    if count <= DENSE_STATES:
        return np.asarray(np.linalg.solve(np.eye(count) - law.toarray(), fixed))
    return np.asarray(spsolve(csc_array(eye_array(count) - law), fixed))
