"""Which directions to bound next, where those at hand leave room.

Candidates are the facets of the hull of the points that hold the levels up (they lie within one application of the
operator), what the programs of rows lean on, and some directions at random.  One application of the operator tells
what each of them would gain, and the best are taken.

Source: Kamenev (1992) and Rote (1992) for refining an approximation from outside by the hull of its support points.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import scipy

from games.certificates.exclusion.outer_sets import Direction
from games.numerics.arrays import Floats, Ints
from games.numerics.compiled import kernel
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.row_programs import bound_program, mended, start_basis
from games.solvers.outer_bounds.sweeps import Bounds, Rows, row_costs

MOST_PLAYERS_OF_HULLS = 4
MOST_STATES = 8
"""Facets are looked for at so many states: those that come first where the plan goes."""

MOST_CANDIDATES = 300
RANDOM = 40
PLACES = 10**7

LEAST_ANGLE = 1e-6
"""Between two directions: closer ones make bases that floating point cannot tell from none."""


@kernel
def supports(columns: Floats, level: Floats, goals: Floats) -> Floats:
    """Float[goals, states]: greatest value of goals (Float[goals, n]) within the half-spaces of each state."""
    n = columns.shape[1]
    out = np.empty((len(goals), level.shape[1]))
    inverse, work = np.empty((n, n)), np.empty((n, n))
    weight, point, step = np.empty(n), np.empty(n), np.empty(n)
    basis = np.empty(n, dtype=np.int64)
    for g in range(len(goals)):
        basis[:] = 0
        for s in range(level.shape[1]):
            start_basis(columns, goals[g], basis, inverse, weight, work)
            cost = level[:, s].copy()
            bound_program(columns, cost, goals[g], basis, inverse, weight, point, step)
            out[g, s] = mended(columns, cost, goals[g], 1.0, basis, weight)
    return out


@kernel
def leaning(states: Ints, rows: Rows, bounds: Bounds, points: Floats, normals: Floats) -> None:
    """What the program of the best row leans on, per direction and state of ``states``; NaN where there is none.

    ``points``   Float[directions, states, players], out: payoffs that hold the level up;
    ``normals``  Float[directions, states, players], out: the goal plus the weights of incentive lines.
    """
    n = len(rows.discount)
    directions = len(bounds.own)
    cost = np.empty(len(bounds.columns))
    inverse, work = np.empty((n, n)), np.empty((n, n))
    weight, point, step = np.empty(n), np.empty(n), np.empty(n)
    basis = np.empty(n, dtype=np.int64)
    for k in range(directions):
        for j in range(len(states)):
            r = bounds.winner[k, states[j]]
            points[k, j] = normals[k, j] = np.nan
            if r < 0 or not bounds.alive[r]:
                continue
            basis[:] = bounds.basis[k, states[j]]
            start_basis(bounds.columns, bounds.goal[k], basis, inverse, weight, work)
            row_costs(r, rows, bounds, cost)
            bound_program(bounds.columns, cost, bounds.goal[k], basis, inverse, weight, point, step)
            mixed = 0
            for i in range(n):
                points[k, j, i] = (1.0 - rows.discount[i]) * rows.payoff[r, i] + rows.discount[i] * point[i]
                normals[k, j, i] = bounds.goal[k, i]
            for b in range(n):
                if weight[b] > 1e-9:
                    if basis[b] >= directions:
                        normals[k, j, basis[b] - directions] += weight[b]
                    else:
                        mixed += 1
            if mixed < 2:
                normals[k, j] = np.nan


def facets(points: Floats) -> Floats:
    """Float[facets, n]: outer unit normals of a hull; none where the points lie in a plane."""
    if len(points) <= points.shape[1]:
        return np.empty((0, points.shape[1]))
    try:
        return np.asarray(scipy.spatial.ConvexHull(points).equations[:, :-1])
    except scipy.spatial.QhullError:
        return np.empty((0, points.shape[1]))


def further_directions(half: HalfSpaces, states: Ints, most: int, least: float, seed: int) -> list[Direction]:
    """At most so many directions (the game's own units) that lower some level by one application of the operator.

    ``states``  Int[k]: where to look for facets;
    ``least``   gain that makes a direction worth while, in payoffs scaled to a range of one;  ``seed`` of random ones.
    """
    n, bounds = half.n, half.bounds
    states = states[~bounds.empty[states]][:MOST_STATES]
    count = len(half.directions)
    points = np.empty((count, len(states), n))
    normals = np.empty_like(points)
    leaning(states, half.rows, bounds, points, normals)
    found = [normals.reshape(-1, n)]
    if n <= MOST_PLAYERS_OF_HULLS:
        found += [facets(p[~np.isnan(p[:, 0])]) for p in points.transpose(1, 0, 2)]
    found.append(np.random.default_rng(seed).normal(size=(RANDOM, n)))
    units = np.concatenate(found)
    units = units[~np.isnan(units[:, 0])]
    if len(units) > MOST_CANDIDATES:
        units = units[np.random.default_rng(seed).permutation(len(units))[:MOST_CANDIDATES]]
    units = units / np.linalg.norm(units, axis=1)[:, None]
    units = _apart(units, half.bounds.columns[:count])
    directions = [_written(u / half.range) for u in units]
    trial = half.copy()
    trial.add(directions, supports(bounds.columns[:count], bounds.level, units))
    gains = []
    for k in range(count, count + len(directions)):
        gains.append(trial.gain(k, least))
    order = np.argsort(-np.array(gains), kind="stable")[:most]
    return [directions[k] for k in order if gains[k] > least]


def _apart(units: Floats, known: Floats) -> Floats:
    """Those of the unit vectors that differ from the known ones and from each other."""
    nearest = 1 - LEAST_ANGLE**2 / 2
    units = units[(units @ known.T).max(axis=1) < nearest]
    alike = units @ units.T > nearest
    return units[~np.triu(alike, 1).any(axis=0)]


def _written(vector: Floats) -> Direction:
    """A direction in short rationals."""
    size = float(np.abs(vector).max())
    return tuple(Fraction(x / size).limit_denominator(PLACES) for x in vector.tolist())
