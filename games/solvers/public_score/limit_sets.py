"""The set that maximal scores bound: all equilibrium payoffs lie in it, and patient players' come near to all of it.

With two players it is a polygon.  Within a quadrant of directions the score of a profile is concave, so that between
two directions already tried no other can cut off a corner at which the chords of the scores leave nothing to cut.
Where they do, the direction at which they promise most is tried next.  With other numbers of players the set is bounded
in the directions tried.  Source: Fudenberg and Levine (1994), Theorem 3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import final

import numpy as np
import scipy

from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats
from games.numerics.exact import to_fraction
from games.numerics.polygons import cut, hull_of
from games.numerics.progress import Progress
from games.solvers.public_score.scores import TOLERANCE, Direction, PublicScores

FLAT = 1e-7
"""A set that is thinner, relative to the payoff range, does not have full dimension."""

SLACKS = ((0.0, 14), (1e-9, 8), (1e-8, 7))
"""How far half-spaces are moved outward until they meet, relative to the payoff range, as rounding may part them; and
to how many digits vertices are then known."""
APART = 1e-7
"""Vertices that are nearer, relative to the payoff range, are one."""


@final
@dataclass(frozen=True, eq=False)
class LimitSet:
    """Half-spaces that hold all equilibrium payoffs, and what they have in common.

    ``directions``  of scaled payoffs, as in ``PublicScores``; ``levels`` Float[directions], their maximal scores.
    ``vertices``    two players: Float[k, 2], counter-clockwise hull in payoff units; otherwise None.
    ``support``     Float[directions]: the largest value of each direction over what the half-spaces have in common.
    ``empty``       they have nothing in common.
    ``depth``       payoff units: no direction that was not tried cuts off more; None if not known.
    ``full``        whether the set has full dimension; None if not known.
    """

    scores: PublicScores
    directions: tuple[Direction, ...]
    levels: Floats
    vertices: Floats | None
    support: Floats
    empty: bool
    depth: float | None
    full: bool | None

    @property
    def normals(self) -> Floats:
        """Float[directions, players]: the directions, of payoffs in payoff units, of length one."""
        return np.asarray(self._of_payoffs / np.linalg.norm(self._of_payoffs, axis=1, keepdims=True))

    @property
    def offsets(self) -> Floats:
        """Float[directions]: the maximal scores of the ``normals``."""
        return np.asarray(self.levels / np.linalg.norm(self._of_payoffs, axis=1))

    @property
    def _of_payoffs(self) -> Floats:
        return np.array([[float(x) for x in self.scores.unscaled(d)] for d in self.directions])

    def distance_inside(self, payoff: Floats) -> float:
        """Payoff units from a payoff vector to the nearest half-space's edge; negative outside."""
        return float((self.offsets - self.normals @ payoff).min())


def limit_set(
    scores: PublicScores,
    more: Sequence[Sequence[float | str | Fraction]] = (),
    tolerance: float = TOLERANCE,
    most: int = 400,
    progress: Progress | None = None,
) -> LimitSet:
    """The limit set of a repeated game.

    ``more``       directions to try beyond those of the method, in payoff units.
    ``tolerance``  relative to the payoff range: corners that cannot be cut deeper are left; ``most`` directions.

    Raises ``GameError`` if a direction is none.
    """
    asked = [scores.scaled(read_direction(scores, given)) for given in more]
    if scores.game.n_players == 2:
        found = _Polygon(scores, asked, tolerance, most).run(progress)
    else:
        found = _bounded(scores, asked)
    return replace(found, depth=None, full=None) if scores.unsolved else found


def read_direction(scores: PublicScores, given: Sequence[float | str | Fraction]) -> Direction:
    """A direction of payoffs, exactly; raises ``GameError`` if it is none."""
    try:
        direction = tuple(to_fraction(x) for x in given)
    except (ValueError, ZeroDivisionError):
        raise GameError(f"direction {list(given)}: not all of it are numbers; write for instance [1, 0.5]") from None
    if len(direction) != scores.game.n_players or not any(direction):
        raise GameError(
            f"direction {list(given)}: one number per player ({scores.game.n_players}), not all zero, is needed")
    return direction


@final
class _Polygon:
    """Two players: half-planes in scaled payoffs, tried until no corner can be cut."""

    def __init__(self, scores: PublicScores, asked: list[Direction], tolerance: float, most: int) -> None:
        self.scores, self.tolerance, self.most = scores, tolerance, most
        self.rounding = tolerance
        self.levels: dict[Direction, float] = {}
        one, zero = Fraction(1), Fraction(0)
        for direction in [(one, zero), (zero, one), (-one, zero), (zero, -one), *asked, *self._faces()]:
            self._try(direction)

    def run(self, progress: Progress | None) -> LimitSet:
        while True:
            order = sorted(self.levels, key=_angle)
            polygon = self._polygon(order)
            depth, fresh = 0.0, []
            for low, high in zip(order, [*order[1:], order[0]], strict=True):
                if len(polygon):
                    corner = polygon[(polygon @ (_floats(low) + _floats(high))).argmax()]
                    cuts, share = self._uncertain(corner, low, high)
                    between = _between(low, high, share)
                    if cuts > self.rounding and between not in self.levels:
                        fresh.append(between)
                    depth = max(depth, cuts)
            if progress is not None:
                progress("directions", min(len(order) / self.most, 1.0))
            if not fresh or len(self.levels) >= self.most:
                break
            for direction in fresh[:self.most - len(self.levels)]:
                self._try(direction)
        scale = self.scores.scale
        points = hull_of(polygon)
        normals = np.array([_floats(d) for d in order])
        support = (normals @ points.T).max(axis=1) if len(points) else np.full(len(order), -np.inf)
        thick = float(np.ptp(normals @ points.T, axis=1).min()) if len(points) else 0.0
        # A set that may still be cut deeply may be found to be flat.
        full = False if thick <= FLAT else True if depth <= FLAT else None
        return LimitSet(
            self.scores, tuple(order), np.array([self.levels[d] for d in order]), points * scale, support,
            not len(points), float(np.sqrt(2) * depth * scale.max()), full)

    def _try(self, direction: Direction) -> None:
        if direction not in self.levels:
            self.levels[direction] = self.scores.maximal(direction)

    def _faces(self) -> list[Direction]:
        """Normals of the hull of the payoffs that are not parallel to an axis."""
        hull = hull_of(self.scores.payoffs)
        out = []
        for start, end in zip(hull, np.roll(hull, -1, axis=0), strict=True):
            dx, dy = (end - start).tolist()
            if dx and dy:
                out.append(_rounded(dy, -dx))
        return out

    def _polygon(self, order: list[Direction]) -> Floats:
        """Float[k, 2]: what the half-planes have in common; nothing if they do not meet."""
        if min(self.levels.values()) == -np.inf:
            return np.empty((0, 2))
        low, high = self.scores.payoffs.min(axis=0) - 1, self.scores.payoffs.max(axis=0) + 1
        for slack, digits in SLACKS:
            points = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
            for direction in order:
                out = np.empty((len(points) + 2, 2))
                level = self.levels[direction] + slack
                dx, dy = _floats(direction).tolist()
                points = out[:cut(points, len(points), dx, dy, level, out)].copy()
            if len(points):
                self.rounding = self.tolerance + 4 * (slack + 0.1**digits)
                return _apart(points).round(digits) + 0.0
        return np.empty((0, 2))

    def _uncertain(self, corner: Floats, low: Direction, high: Direction) -> tuple[float, float]:
        """How deep directions between two tried ones may cut a corner, at most, and where (0 to 1).

        Profiles whose payoffs cannot keep the corner are left out; those known already come first.
        """
        lines: list[tuple[float, float]] = []
        later = []
        ends = [(d, float(_floats(d) @ corner), self.scores.bound(d)) for d in (low, high)]
        for row in range(self.scores.game.n_rows):
            if max(bound[row] - at for _, at, bound in ends) < -self.rounding:
                continue
            if all(bound[row] >= self.levels[d] - self.rounding for d, _, bound in ends):
                self._add(lines, row, ends)
            else:
                later.append(row)
        deep, share = _lowest(lines)
        if deep > self.rounding:
            for row in later:
                self._add(lines, row, ends)
            deep, share = _lowest(lines)
        return deep, share

    def _add(self, lines: list[tuple[float, float]], row: int, ends: list[tuple[Direction, float, Floats]]) -> None:
        inside = np.sign(_floats(ends[0][0]) + _floats(ends[1][0])).astype(int).tolist()
        found = [(self.scores.score(row, d, tuple(inside)), at) for d, at, _ in ends]
        values = [score.value - at for score, at in found if score is not None]
        if len(values) == 2:
            lines.append((values[0], values[1]))


def _lowest(lines: list[tuple[float, float]]) -> tuple[float, float]:
    """How far below zero the highest of some lines over [0, 1], given by their ends, falls, and where."""
    if not lines:
        return np.inf, 0.5
    ends = np.array(lines)
    left, right = ends[np.lexsort((ends[:, 1], ends[:, 0]))[-1]], ends[np.lexsort((ends[:, 0], ends[:, 1]))[-1]]
    share = 0.0 if left[1] >= left[0] else 1.0
    if left[1] < left[0] and right[0] < right[1]:
        for _ in range(len(ends)):
            share = float((left[0] - right[0]) / (left[0] - left[1] + right[1] - right[0]))
            here = ends[:, 0] + share * (ends[:, 1] - ends[:, 0])
            top = ends[here.argmax()]
            if here.max() <= left[0] + share * (left[1] - left[0]) + 1e-14:
                break
            left, right = (top, right) if top[1] < top[0] else (left, top)
    return max(-float((ends[:, 0] + share * (ends[:, 1] - ends[:, 0])).max()), 0.0), share


def _between(low: Direction, high: Direction, share: float) -> Direction:
    mixed = (1 - share) * _floats(low) + share * _floats(high)
    return _rounded(*mixed.tolist())


def _rounded(x: float, y: float) -> Direction:
    """A direction of short rationals near a numerical one."""
    largest = max(abs(x), abs(y))
    return (_short(x / largest), _short(y / largest))


def _short(x: float) -> Fraction:
    simple = Fraction(x).limit_denominator(10**4)
    return simple if abs(float(simple) - x) < 1e-11 else Fraction(x).limit_denominator(10**10)


def _apart(points: Floats) -> Floats:
    """Points of a polygon without those that are next to another up to rounding."""
    kept: list[Floats] = []
    for point in points:
        if all(np.abs(point - other).max() > APART for other in kept):
            kept.append(point)
    return np.array(kept)


def _floats(direction: Direction) -> Floats:
    return np.array([float(x) for x in direction])


def _angle(direction: Direction) -> float:
    return float(np.arctan2(float(direction[1]), float(direction[0])))


def _bounded(scores: PublicScores, asked: list[Direction]) -> LimitSet:
    """Any number of players but two: single players, pairs, all together; up to three players all signs."""
    n = scores.game.n_players
    if n <= 3:
        signs = [s for s in product((1, 0, -1), repeat=n) if any(s)]
    else:
        unit = np.eye(n, dtype=int)
        half = [*unit, *(unit[i] + unit[j] for i, j in combinations(range(n), 2)), np.ones(n, dtype=int)]
        signs = [tuple(int(f * x) for x in one) for one in half for f in (1, -1)]
    every = dict.fromkeys([*(scores.scaled(tuple(Fraction(x) for x in s)) for s in signs), *asked])
    directions = tuple(every)
    normals = np.array([_floats(d) for d in directions])
    levels = np.array([scores.maximal(d) for d in directions])
    support, thick = np.full(len(levels), -np.inf), -np.inf
    if np.isfinite(levels).all():
        widest = scipy.optimize.linprog(
            [0.0] * n + [-1.0], A_ub=np.column_stack([normals, np.linalg.norm(normals, axis=1)]), b_ub=levels,
            bounds=[*[(None, None)] * n, (None, 1e3)], method="highs")
        thick = -float(widest.fun or 0.0) if widest.status == 0 else -np.inf
        if thick >= -SLACKS[-1][0]:
            support = np.array([_largest(one, normals, levels) for one in normals])
    empty = not np.isfinite(support).any()
    # One player has two directions, so that nothing is left to try.
    depth, full = (0.0, thick > FLAT) if n == 1 else (None, False if thick <= FLAT else None)
    return LimitSet(scores, directions, levels, None, support, empty, depth, full)


def _largest(direction: Floats, normals: Floats, levels: Floats) -> float:
    """The largest value of one of the ``normals`` over what the half-spaces have in common."""
    bounds = [(None, None)] * len(direction)
    found = scipy.optimize.linprog(-direction, A_ub=normals, b_ub=levels + SLACKS[-1][0], bounds=bounds, method="highs")
    level = float(levels[(normals == direction).all(axis=1)].min())
    return level if found.fun is None else min(-float(found.fun), level)
