"""Certificates from maximal scores: the multipliers of the programs as exact rationals.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import scipy

from games.certificates.certificate import SolutionConcept
from games.certificates.signals.maximal_score import HalfSpace, MaximalScore, Multipliers, in_direction, score_bound
from games.model.plan import Plan
from games.numerics.arrays import Floats
from games.solvers.public_score.limit_sets import LimitSet
from games.solvers.public_score.scores import Direction, PublicScores


def excluded(limit: LimitSet, plan: Plan | None) -> MaximalScore | None:
    """A checked certificate that no equilibrium follows the plan (None: exists at all); None if none was found."""
    scores = limit.scores
    game = scores.game
    dropped = tuple(scores.unenforceable.items())
    steps: tuple[HalfSpace, ...]
    if len(dropped) == game.n_rows:
        zero = (Fraction(0),) * game.n_players
        steps = (HalfSpace(zero, Fraction(-1), Fraction(1), (), dropped),)
    else:
        rows = np.arange(game.n_rows) if plan is None else np.flatnonzero(plan.allowed)
        weights = _weights(limit, scores.payoffs[rows])
        steps = tuple(
            half_space(scores, limit.directions[k], Fraction(weights[k]).limit_denominator(10**9))
            for k in np.flatnonzero(weights > 1e-9).tolist())
    certificate = MaximalScore(
        game.digest, SolutionConcept.PUBLIC_LIMIT, steps, None if plan is None else plan.to_json())
    return certificate if certificate.check(game).accepted else None


def half_space(scores: PublicScores, direction: Direction, weight: Fraction) -> HalfSpace:
    """The half-space of a direction with its exact level and what proves it; some row must be enforceable."""
    game, laws = scores.game, scores.laws
    of_payoffs = scores.unscaled(direction)
    best = scores.maximal(direction)
    multipliers: list[tuple[int, Multipliers]] = []
    level: Fraction | None = None
    for row in range(game.n_rows):
        if row in scores.unenforceable:
            continue
        given: Multipliers = ()
        bound = in_direction(game, row, of_payoffs)
        if float(bound) > best:
            tried = scores.proof(row, direction)
            lower = score_bound(game, laws, row, of_payoffs, tried)
            if isinstance(lower, Fraction) and lower < bound:
                given, bound = tried, lower
        if given:
            multipliers.append((row, given))
        level = bound if level is None else max(level, bound)
    assert level is not None
    return HalfSpace(of_payoffs, level, weight, tuple(multipliers), tuple(scores.unenforceable.items()))


def _weights(limit: LimitSet, payoffs: Floats) -> Floats:
    """Float[directions]: weights, of sum one, of half-spaces that together leave least room for payoffs Float[k, n]."""
    normals = np.array([[float(x) for x in d] for d in limit.directions])
    over = payoffs @ normals.T - limit.levels
    count = over.shape[1]
    found = scipy.optimize.linprog(
        np.append(np.zeros(count), -1.0), A_ub=np.column_stack([-over, np.ones(len(over))]), b_ub=np.zeros(len(over)),
        A_eq=np.append(np.ones(count), 0.0)[None], b_eq=[1.0], bounds=[(0, None)] * count + [(None, None)],
        method="highs-ds")
    return np.zeros(count) if found.x is None else np.asarray(found.x[:count])
