"""The set operator in plain Python, one vertex at a time: a slow oracle for payoff sets.  Imports no solver."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats

Point = tuple[float, float]


def hull(points: list[Point]) -> list[Point]:
    """Monotone chain."""
    points = sorted(set(points))
    if len(points) <= 2:
        return points

    def chain(sequence: list[Point]) -> list[Point]:
        out: list[Point] = []
        for p in sequence:
            while len(out) >= 2 and (out[-1][0] - out[-2][0]) * (p[1] - out[-2][1]) - (out[-1][1] - out[-2][1]) * (
                p[0] - out[-2][0]
            ) <= 1e-15:
                out.pop()
            out.append(p)
        return out[:-1]

    return chain(points) + chain(points[::-1])


def above(points: list[Point], axis: int, bound: float) -> list[Point]:
    """The part of a polygon with one coordinate at least ``bound``."""
    bound = min(bound, max((p[axis] for p in points), default=bound) if _nearly(points, axis, bound) else bound)
    out = []
    for p, q in zip(points, points[1:] + points[:1], strict=True):
        if p[axis] >= bound:
            out.append(p)
        if (p[axis] >= bound) != (q[axis] >= bound):
            t = (bound - p[axis]) / (q[axis] - p[axis])
            cross = [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]
            cross[axis] = bound
            out.append((cross[0], cross[1]))
    return out


def _nearly(points: list[Point], axis: int, bound: float) -> bool:
    return bool(points) and bound - 1e-12 <= max(p[axis] for p in points) < bound


def naive_payoff_set(game: StochasticGame, sweeps: int) -> Floats:
    """Float[k, 2]: the payoff set of a one-state game after so many applications of the operator to the payoff box."""
    delta = game.discount
    g = game.payoffs
    low, high = g.min(axis=0), g.max(axis=0)
    current: list[Point] = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    for _ in range(sweeps):
        worst = [min(p[i] for p in current) for i in range(2)]
        found: list[Point] = []
        for row in range(game.n_rows):
            part = [
                (
                    (1 - delta[0]) * g[row, 0] + delta[0] * p[0],
                    (1 - delta[1]) * g[row, 1] + delta[1] * p[1],
                )
                for p in current
            ]
            for i in range(2):
                others = [r for r in game.deviation_rows(row, i) if not np.array_equal(g[r], g[row])]
                if others:
                    bound = max((1 - delta[i]) * g[r, i] + delta[i] * worst[i] for r in others)
                    part = above(part, i, bound)
            found += part
        if not found:
            return np.empty((0, 2))
        current = hull(found)
    return np.array(current)


def naive_outer_levels(game: StochasticGame, directions: Floats, sweeps: int, settled: float = 0.0) -> Floats:
    """Float[k]: the set of a one-state game bounded in directions, for any number of players, by plain linear programs.

    ``directions``  Float[k, players], the axes -e_i and e_i among them; starts from the payoff box.
    ``settled``     stop once no level falls by more in a sweep.

    Source: Judd, Yeltekin and Conklin (2003), the outer approximation.
    """
    delta, g, n = game.discount, game.payoffs, game.n_players
    level = np.array([np.where(d > 0, d * g.max(axis=0), d * g.min(axis=0)).sum() for d in directions])
    for _ in range(sweeps):
        worst = np.array([-level[(directions == -np.eye(n)[i]).all(axis=1)].min() for i in range(n)])
        new = np.full(len(level), -np.inf)
        for row in range(game.n_rows):
            need = np.full(n, -np.inf)
            for i in range(n):
                for r in game.deviation_rows(row, i):
                    if not np.array_equal(g[r], g[row]):
                        gain = (1 - delta[i]) * (g[r, i] - g[row, i])
                        need[i] = max(need[i], worst[i] + gain / delta[i])
            for k, d in enumerate(directions):
                found = linprog(-d * delta, A_ub=directions, b_ub=level + 1e-11, method="highs",
                                bounds=[(x if np.isfinite(x) else None, None) for x in need - 1e-11])
                if found.status == 0 and found.fun is not None:
                    new[k] = max(new[k], float(d @ ((1 - delta) * g[row])) - found.fun)
        fallen = level - new
        level = np.minimum(level, new)
        if fallen.max() <= settled:
            break
    return level
