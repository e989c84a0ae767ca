"""Certificates from maximal scores: the multipliers of the programs as exact rationals.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.optimize import linprog

from games.certificates.certificate import SolutionConcept
from games.certificates.maximal_score import HalfSpace, MaximalScore, Multipliers, OfRows, in_direction, score_bound
from games.limit_sets import LimitSet
from games.plan import Plan
from games.public_scores import Direction, Floats, PublicScores

CUTS = (1e-9, 1e-7, 1e-11)
"""Multipliers below are taken to be zero, relative to the largest; the first that gives an exact solution."""


def excluded(limit: LimitSet, plan: Plan | None) -> MaximalScore | None:
    """A checked certificate that no equilibrium follows the plan (None: exists at all); None if none was found."""
    scores = limit.scores
    game = scores.game
    dropped = _dropped(scores)
    steps: tuple[HalfSpace, ...]
    if len(dropped) == game.n_rows:
        zero = (Fraction(0),) * game.n_players
        steps = (HalfSpace(zero, Fraction(-1), Fraction(1), (), dropped),)
    else:
        rows = np.arange(game.n_rows) if plan is None else np.flatnonzero(plan.allowed)
        weights = _weights(limit, scores.payoffs[rows])
        steps = tuple(
            half_space(scores, limit.directions[k], Fraction(weights[k]).limit_denominator(10**9), dropped)
            for k in np.flatnonzero(weights > 1e-9).tolist())
    certificate = MaximalScore(
        game.digest, SolutionConcept.PUBLIC_LIMIT, steps, None if plan is None else plan.to_json())
    return certificate if certificate.check(game).accepted else None


def half_space(scores: PublicScores, direction: Direction, weight: Fraction, dropped: OfRows) -> HalfSpace:
    """The half-space of a direction with its exact level and what proves it.

    ``dropped``  rows that nothing enforces, with the proof.
    """
    game, laws = scores.game, scores.laws
    of_payoffs = scores.unscaled(direction)
    best, gone = scores.maximal(direction), {row for row, _ in dropped}
    multipliers: list[tuple[int, Multipliers]] = []
    level: Fraction | None = None
    for row in range(game.n_rows):
        if row in gone:
            continue
        given: Multipliers = ()
        bound = in_direction(game, row, of_payoffs)
        if float(bound) > best:
            found = scores.score(row, direction)
            tried = () if found is None else _exact(scores, row, of_payoffs, found.multipliers)
            lower = score_bound(game, laws, row, of_payoffs, tried)
            if isinstance(lower, Fraction) and lower < bound:
                given, bound = tried, lower
        if given:
            multipliers.append((row, given))
        level = bound if level is None else max(level, bound)
    assert level is not None
    return HalfSpace(of_payoffs, level, weight, tuple(multipliers), dropped)


def _weights(limit: LimitSet, payoffs: Floats) -> Floats:
    """Float[directions]: weights, of sum one, of half-spaces that together leave least room for payoffs Float[k, n]."""
    normals = np.array([[float(x) for x in d] for d in limit.directions])
    over = payoffs @ normals.T - limit.levels
    count = over.shape[1]
    found = linprog(
        np.append(np.zeros(count), -1.0), A_ub=np.column_stack([-over, np.ones(len(over))]), b_ub=np.zeros(len(over)),
        A_eq=np.append(np.ones(count), 0.0)[None], b_eq=[1.0], bounds=[(0, None)] * count + [(None, None)],
        method="highs-ds")
    return np.zeros(count) if found.x is None else np.asarray(found.x[:count])


def _dropped(scores: PublicScores) -> OfRows:
    """Rows that nothing enforces, as far as that can be shown exactly, with the deviations that show it."""
    out = []
    none = (Fraction(0),) * scores.game.n_players
    for row, multipliers in scores.unenforceable.items():
        given = _exact(scores, row, none, multipliers, balanced=True)
        bound = score_bound(scores.game, scores.laws, row, none, given, enforced=False)
        if isinstance(bound, Fraction) and bound < 0:
            out.append((row, given))
    return tuple(out)


def _exact(
    scores: PublicScores, row: int, direction: tuple[Fraction, ...], near: Floats, balanced: bool = False
) -> Multipliers:
    """Exact multipliers with the support of numerical ones; none if there are none.

    ``balanced``  of a mixture, of sum one, that changes nothing that is seen, instead of those of a score.
    """
    seen, laws = scores.seen(row), scores.laws
    if not len(near) or near.max() <= 0:
        return ()
    own = laws.exact(row)
    signals = sorted(set(own).union(*(laws.exact(int(b)) for b in seen.to)))
    weights = np.array([float(x) for x in scores.scaled(direction)]) if any(direction) else np.zeros(len(direction))
    for least in CUTS:
        used = np.flatnonzero(near > least * near.max()).tolist()
        priced: list[int] = []
        if not balanced:
            i = int(np.abs(weights).argmax())
            mine = seen.who == i
            price = seen.own - (near[mine] @ seen.change[mine]) / weights[i]
            priced = np.flatnonzero(price > least).tolist()
        rows: list[list[Any]] = []
        for i, weight in enumerate(direction):
            for y, z in enumerate(signals):
                here = own.get(z, Fraction(0))
                moved = [laws.exact(int(seen.to[d])).get(z, Fraction(0)) - here if seen.who[d] == i else Fraction(0)
                         for d in used]
                rows.append([*moved, *(weight if c == y else Fraction(0) for c in priced),
                             Fraction(0) if balanced else weight * here])
        if balanced:
            rows.append([Fraction(1)] * len(used) + [Fraction(1)])
        found = _solution(rows)
        if found is not None and min(found) >= 0:
            return tuple((int(seen.to[d]), m) for d, m in zip(used, found, strict=False) if m)
    return ()


def _solution(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """A solution of equations given by their coefficients and right sides, unknowns left open being zero."""
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rref()
    count = len(rows[0]) - 1
    out = [Fraction(0)] * count
    for r in range(rank):
        lead = next(c for c in range(count + 1) if reduced[r, c] != 0)
        if lead == count:
            return None
        right = reduced[r, count]
        out[lead] = Fraction(int(right.p), int(right.q))
    return out
