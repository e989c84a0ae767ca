"""What all players together can have at most where mistakes have to be answered: bounds from outside on joint payoffs.

Continuation payoffs lie in a box, between what no equilibrium goes below and above, and below the greatest joint payoff
of the next state.  Of each row the most is taken that such continuations enforce; the greatest over the rows of a state
is a bound again, never above the one that it rests on.  A signal that points at nobody costs all what it punishes, so
that the bound falls below what full observation allows.

In floating point, for reports: no verdict rests on it.

Source: Abreu, Pearce and Stacchetti (1990), theorem 2, with the joint payoff for the one direction.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from games.numerics.arrays import Floats
from games.solvers.public_automata.programs import MOST_PIVOTS, RowPrograms, enforce

MOST_PLAYERS = 5
"""Of more players the corners of the continuation sets are too many."""

MOST_PROGRAMS = 5_000
SETTLED = 1e-9
ROUNDING = 1e-9
"""Bounds are told higher by so much, relative to the range of joint payoffs."""


def joint_bounds(programs: RowPrograms, low: Floats, high: Floats, joint: Floats) -> Floats:
    """Float[states]: no equilibrium gives more to all together.

    ``low``, ``high``  Float[states, players]: bounds on each player's payoffs, scaled.
    ``joint``          Float[states]: bounds on the joint payoff to begin with.
    """
    game, scale = programs.game, programs.scale
    if game.n_players > MOST_PLAYERS:
        return joint
    base = float(programs.base.sum())
    spread = float(np.ptp(game.payoffs.sum(axis=1))) or 1.0
    bound, spent = joint - base, 0
    corners = [_corners(low[s], high[s], scale, float(bound[s])) for s in range(game.n_states)]
    stage = programs.stage @ ((1 - game.discount) * scale)
    while spent < MOST_PROGRAMS:
        before = bound.copy()
        for s in range(game.n_states):
            rows = np.array(game.rows_of(s))
            ahead = np.array([(points @ (game.discount * scale)).max() for points in corners])
            most = stage[rows] + game.transition[rows] @ ahead
            best = -np.inf
            for j in np.argsort(-most, kind="stable").tolist():
                if most[j] <= best:
                    break
                spent += 1
                best = max(best, min(_enforced(programs, int(rows[j]), corners), float(most[j])))
            if np.isfinite(best):
                bound[s] = min(bound[s], best)
                corners[s] = _corners(low[s], high[s], scale, float(bound[s]))
        if float((before - bound).max()) <= SETTLED * spread:
            break
    return np.minimum(joint, bound + base + ROUNDING * spread)


def _enforced(programs: RowPrograms, row: int, corners: list[Floats]) -> float:
    """The most that all have together if a row is played; -inf if nothing enforces it."""
    game, program = programs.game, programs.of(row)
    if program.pays_unseen:
        return -np.inf
    ends = np.cumsum([0, *map(len, corners)])
    stands, value, _, _, settled = enforce(
        program.chance[:, None] * (game.discount * programs.scale), program.change, program.who, program.need,
        ends[program.states], ends[program.states + 1], np.concatenate(corners), MOST_PIVOTS)
    if not settled:
        return np.inf
    return value + float(programs.stage[row] @ ((1 - game.discount) * programs.scale)) if stands else -np.inf


def _corners(low: Floats, high: Floats, scale: Floats, most: float) -> Floats:
    """Float[corners, players]: those of a box cut off where the sum of payoffs, weighted by ``scale``, is ``most``."""
    players = len(low)
    ends = np.stack([low, high])
    out = []
    for choice in product((0, 1), repeat=players):
        corner = ends[list(choice), np.arange(players)]
        over = float(corner @ scale) - most
        if over <= 0:
            out.append(corner)
            continue
        for i in range(players):
            # Along this edge, towards the lower end, the cut may lie.
            if choice[i] and scale[i] * (high[i] - low[i]) >= over:
                cut = corner.copy()
                cut[i] -= over / scale[i]
                out.append(cut)
    return np.array(out) if out else low[None]
