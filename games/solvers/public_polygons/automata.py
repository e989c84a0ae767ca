"""Public automata read off the inner sets of ``signal_sets``: a mode for every extreme point that play can come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import splu

from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import Lottery, surely
from games.numerics.arrays import Floats, Ints
from games.solvers.public_polygons.hulls import lottery_over
from games.solvers.public_polygons.layout import SignalGame
from games.solvers.public_polygons.operator import ENFORCEABLE, program
from games.solvers.public_polygons.sets import PayoffPolygons

SAME_POINT = 1e-10
"""Extreme points nearer to one another than this, relative to payoff ranges, are one mode."""

CHANCES = 10**12
"""Probabilities of lotteries are multiples of one over this."""

PLACES = 13
"""Significant decimals of payoffs, relative to the payoff range."""

Point = tuple[int, int]
"""(place, vertex): a vertex of a polygon of the family; places past the number of states are on the path."""


@final
@dataclass(frozen=True, eq=False)
class Modes:
    """Modes of a public strategy: where each is, what it plays, what follows every outcome, and what it is worth.

    ``points``  the vertex of the family that each mode stands for.  ``values`` Float[modes, 2]: average discounted
    scaled payoffs of the strategy itself, not of the vertex.
    """

    laid: SignalGame
    points: tuple[Point, ...]
    rows: Ints
    then: tuple[dict[Outcome, Lottery], ...]
    values: Floats

    def least_slack(self) -> float:
        """How much worse, at least, any one-shot deviation is than complying, in scaled average payoffs."""
        a, least = self.laid.arrays, np.inf
        for k, (place, _) in enumerate(self.points):
            state = place % self.laid.game.n_states
            numbers = self.laid.outcome_numbers(state)
            ahead = np.zeros((len(numbers), 2))
            for outcome, lottery in self.then[k].items():
                ahead[numbers[outcome]] = sum(float(p) * self.values[mode] for mode, p in lottery)
            rows = self.laid.game.rows_of(state)
            law = self.laid.law(state)
            worth = a.stage[rows.start:rows.stop] + a.discount * (law @ ahead)
            own = int(self.rows[k]) - rows.start
            for i in range(2):
                others = [r - rows.start for r in self.laid.game.deviation_rows(int(self.rows[k]), i)]
                gains = worth[own, i] - worth[[r for r in others if r != own], i]
                least = min(least, float(gains.min(initial=np.inf)))
        return least

    def automaton(self, start: Lottery) -> PublicAutomaton:
        """The strategy as an automaton; payoffs are written as short decimals."""
        real = self.laid.payoffs(self.values)
        digits = [max(PLACES - 1 - int(np.floor(np.log10(s))), 0) for s in self.laid.scale.tolist()]
        n = self.laid.game.n_states
        return PublicAutomaton(tuple(
            PublicMode(place % n, int(self.rows[k]),
                       tuple(Fraction(f"{x:.{d}f}") for x, d in zip(real[k].tolist(), digits, strict=True)),
                       self.then[k])
            for k, (place, _) in enumerate(self.points)
        ), start)


@final
@dataclass(eq=False)
class ModeBuilder:
    """Modes in the order in which play from some vertices comes to them."""

    laid: SignalGame
    family: PayoffPolygons
    _number: dict[Point, int] = field(default_factory=dict, init=False)
    _todo: list[Point] = field(default_factory=list, init=False)
    _shares: dict[Point, list[tuple[int, float]] | None] = field(default_factory=dict, init=False)

    def every_vertex(self) -> Modes | None:
        """A mode for every vertex of every state's set of all equilibria; None if some is not enforceable after all."""
        n = self.laid.game.n_states
        return self.from_points([
            (s, k) for s in range(n) if self.family.alive[s] for k in self._vertices(s)
        ])

    def from_points(self, starts: Sequence[Point]) -> Modes | None:
        """What play from some vertices comes to; the first modes stand for these.  None as above.

        A vertex is taken as the profile that is played there and a lottery for every outcome.
        """
        self._number, self._todo = {}, []
        for start in starts:
            self._mode(start)
        rows: list[int] = []
        after: list[dict[Outcome, Lottery]] = []
        arcs = self.laid.arcs
        while len(after) < len(self._todo):
            place, vertex = self._todo[len(after)]
            then = self._then(place, vertex)
            if then is None:
                return None
            rows.append(int(self.family.sets.best[place, vertex]))
            after.append(then)
            # After deviations of both players at once play goes on as it may; there must be some way.
            state = place % self.laid.game.n_states
            for s in arcs.indices[arcs.indptr[state]:arcs.indptr[state + 1]].tolist():
                if not any((s, k) in self._number for k in self._vertices(s)):
                    self._mode((s, 0))
        played = np.array(rows, dtype=np.int64)
        return Modes(self.laid, tuple(self._todo), played, tuple(after), self._values(played, after))

    def _mode(self, point: Point) -> int:
        place, vertex = point
        point = place, int(self._merged[place, vertex])
        if point not in self._number:
            self._number[point] = len(self._todo)
            self._todo.append(point)
        return self._number[point]

    def _parts(self, place: int, corner: int) -> list[tuple[int, float]] | None:
        """A corner of a polygon as a lottery over its enforced payoffs."""
        if (place, corner) not in self._shares:
            points, target = self.family.points[place], self.family.corners[place, corner]
            self._shares[place, corner] = lottery_over(points, target, SAME_POINT)
        return self._shares[place, corner]

    def _vertices(self, place: int) -> list[int]:
        return sorted(set(self._merged[place].tolist()))

    @cached_property
    def _merged(self) -> Ints:
        """Int[places, k]: the first vertex at the same point."""
        points = self.family.points
        out = np.empty(points.shape[:2], dtype=np.int64)
        for place, polygon in enumerate(points):
            near = np.abs(polygon[:, None] - polygon[None]).max(axis=2) < SAME_POINT
            out[place] = near.argmax(axis=1)
        return out

    def _then(self, place: int, vertex: int) -> dict[Outcome, Lottery] | None:
        """What follows every outcome at a point of the inner set."""
        laid, family, a = self.laid, self.family, self.laid.arrays
        n = laid.game.n_states
        state, on_path, row = place % n, place >= n, int(family.sets.best[place, vertex])
        if row < 0:
            return None
        x, y = family.normals[vertex].tolist()
        # Sets that have not quite settled may have less slack to give than was asked for.
        for tighten in (family.tighten, np.zeros(2)):
            stands, _, count, _, profile, basis, share = program(
                a, family.sets, state, row, on_path, family.inside, tighten, x, y)
            if stands == ENFORCEABLE:
                break
        else:
            return None
        span = slice(int(a.start[row]), int(a.start[row + 1]))
        possible = set(a.outcome[span][a.chance[span] > 0].tolist())
        then: dict[Outcome, Lottery] = {}
        used = np.flatnonzero(share > 1.0 / CHANCES)
        for o in range(count):
            number = int(profile.seen[o])
            outcome = laid.outcome(state, number)
            ahead = outcome[1] + n if on_path and number in possible else outcome[1]
            chances: dict[int, float] = {}
            for j in used.tolist():
                parts = self._parts(ahead, int(basis.plans[j, o]))
                if parts is None:
                    return None
                for v, part in parts:
                    mode = self._mode((ahead, v))
                    chances[mode] = chances.get(mode, 0.0) + float(share[j]) * part
            then[outcome] = _lottery(chances)
        return then

    def _values(self, rows: Ints, after: list[dict[Outcome, Lottery]]) -> Floats:
        laid, a = self.laid, self.laid.arrays
        at, to, chances = [], [], []
        for k, (place, _) in enumerate(self._todo):
            state, row = place % laid.game.n_states, int(rows[k])
            for e in range(int(a.start[row]), int(a.start[row + 1])):
                for mode, p in after[k][laid.outcome(state, int(a.outcome[e]))]:
                    at.append(k)
                    to.append(mode)
                    chances.append(float(a.chance[e]) * float(p))
        law = csr_array((chances, (at, to)), shape=(len(after), len(after)))
        values = np.empty((len(after), 2))
        for i in range(2):
            system = (eye_array(len(after)) - a.discount[i] * law).tocsc()
            values[:, i] = splu(system).solve(a.stage[rows, i])
        return values


def _lottery(chances: dict[int, float]) -> Lottery:
    """Exact probabilities near those given; what rounding leaves goes to the likeliest mode."""
    parts = {mode: round(p * CHANCES) for mode, p in chances.items()}
    likeliest = max(parts, key=lambda mode: (parts[mode], -mode))
    parts[likeliest] += CHANCES - sum(parts.values())
    if len(parts) == 1:
        return surely(likeliest)
    return tuple((mode, Fraction(k, CHANCES)) for mode, k in sorted(parts.items()) if k)


def best_vertex(laid: SignalGame, family: PayoffPolygons, place: int, weights: Floats) -> Point:
    """The vertex of greatest weighted payoff of an inner polygon."""
    return place, int(np.argmax(laid.payoffs(family.points[place]) @ weights))
