"""A slow, obvious oracle for games with public signals and transfers: every policy, all promises in one program.

It imports no solver and no certificate, and shares no code with them.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats

Outcome = tuple[int, int]


def outcome_law(game: StochasticGame, row: int) -> dict[Outcome, float]:
    """Probability of every (signal, next state)."""
    state = int(game.row_state[row])
    local = row - int(game.row_start[state])
    ahead = game.transition[[row]].toarray()[0]
    monitoring = game.monitoring
    if monitoring is None or not monitoring.signals[state]:
        return {(local, s): float(p) for s, p in enumerate(ahead) if p > 0}
    out: dict[Outcome, float] = {}
    for y, q in enumerate(monitoring.chances(state, local).tolist()):
        if monitoring.next_law is not None:
            pair = int(monitoring.pair_start[state]) + local * len(monitoring.signals[state]) + y
            ahead = monitoring.next_law[[pair]].toarray()[0]
        out |= {(y, s): q * float(p) for s, p in enumerate(ahead) if p > 0 and q > 0}
    return out


def pays_unseen(game: StochasticGame, row: int) -> bool:
    """Whether a player gains by a deviation from a row after which everything has the chances that it had."""
    own = outcome_law(game, row)
    for i in range(game.n_players):
        for other in game.deviation_rows(row, i):
            law = outcome_law(game, other)
            alike = all(abs(law.get(z, 0.0) - own.get(z, 0.0)) < 1e-12 for z in {*law, *own})
            if alike and game.payoffs[other, i] > game.payoffs[row, i]:
                return True
    return False


def can_avoid(game: StochasticGame, allowed: Bools) -> bool:
    """Whether play that keeps to the allowed rows can keep to rows from which no departure pays unseen.

    By trying every choice of one allowed row per state: a wider choice reaches no fewer states.
    """
    for rows in product(*([r for r in game.rows_of(s) if allowed[r]] for s in range(game.n_states))):
        reached, waiting, good = {game.initial}, [game.initial], True
        while waiting and good:
            row = rows[waiting.pop()]
            good = not pays_unseen(game, row)
            new = {z[1] for z in outcome_law(game, row)} - reached
            reached |= new
            waiting += new
        if good:
            return True
    return False


def largest_set(game: StochasticGame) -> tuple[Floats, Floats] | None:
    """U Float[states] and v Float[states, players] of the largest simplices that generate themselves; None if none do.

    A policy is a row per state for the joint payoff and for every punishment.  Given it all conditions are linear in
    U, v and the continuation payoffs after every outcome together.
    """
    modes = range(game.n_players + 1)
    best: tuple[float, Floats, Floats] | None = None
    for rows in product(*(game.rows_of(s) for s in range(game.n_states) for _ in modes)):
        policy = {(s, m): rows[s * len(modes) + m] for s in range(game.n_states) for m in modes}
        found = given_policy(game, policy)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return None if best is None else best[1:]


def given_policy(game: StochasticGame, policy: dict[tuple[int, int], int]) -> tuple[float, Floats, Floats] | None:
    """Sum of U less that of v, U and v of the largest simplices that a policy generates; None if it generates none."""
    n, d = game.n_players, float(game.discount[0])
    names: dict[object, int] = {}

    def number(name: object) -> int:
        return names.setdefault(name, len(names))

    for s in range(game.n_states):
        number(("U", s))
        for i in range(n):
            number(("v", s, i))
    rows: list[dict[int, float]] = []
    right: list[float] = []

    def at_most(entries: list[tuple[int, float]], bound: float) -> None:
        row: dict[int, float] = {}
        for k, x in entries:
            row[k] = row.get(k, 0.0) + x
        rows.append(row)
        right.append(bound)

    for (s, mode), row in policy.items():
        for i in range(n):
            for other in game.deviation_rows(row, i):
                at_most(
                    [(number(("w", s, mode, z, i)), d * p) for z, p in outcome_law(game, other).items()]
                    + [(number(("w", s, mode, z, i)), -d * p) for z, p in outcome_law(game, row).items()],
                    (1 - d) * float(game.payoffs[row, i] - game.payoffs[other, i]))
        for z in {z for i in range(n) for other in game.deviation_rows(row, i) for z in outcome_law(game, other)}:
            promised = [number(("w", s, mode, z, i)) for i in range(n)]
            at_most([*((k, 1.0) for k in promised), (number(("U", z[1])), -1.0)], 0.0)
            for i, k in enumerate(promised):
                at_most([(k, -1.0), (number(("v", z[1], i)), 1.0)], 0.0)
        promised_now = {
            i: [(number(("w", s, mode, z, i)), d * p) for z, p in outcome_law(game, row).items()] for i in range(n)}
        if mode == 0:
            entries = [(k, -x) for i in range(n) for k, x in promised_now[i]]
            at_most([(number(("U", s)), 1.0), *entries], (1 - d) * float(game.payoffs[row].sum()))
        else:
            i = mode - 1
            at_most([*promised_now[i], (number(("v", s, i)), -1.0)], -(1 - d) * float(game.payoffs[row, i]))
    matrix = np.zeros((len(rows), len(names)))
    for r, row_entries in enumerate(rows):
        for k, x in row_entries.items():
            matrix[r, k] = x
    cost = np.zeros(len(names))
    for s in range(game.n_states):
        cost[number(("U", s))] = -1.0
        for i in range(n):
            cost[number(("v", s, i))] = 1.0
    limit = float(np.abs(game.payoffs).sum(axis=1).max()) + 1
    found: Any = linprog(cost, matrix, right, bounds=[(-limit, limit)] * len(names), method="highs")
    if found.status != 0:
        return None
    joint = np.array([found.x[number(("U", s))] for s in range(game.n_states)])
    worst = np.array([[found.x[number(("v", s, i))] for i in range(n)] for s in range(game.n_states)])
    return -float(found.fun), joint, worst
