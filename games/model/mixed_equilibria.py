"""Nash equilibria of a two-player stage game in exact rationals: extreme points, maximal Nash subsets, or one of them.

An equilibrium is a pair of points of the best-reply polytopes that together carry every label; the extreme ones are
pairs of vertices, and all equilibria are the union of products of hulls of vertices that go together.

Sources: Mangasarian (1964) for extreme points; Winkels (1979) and Jansen (1981) for Nash subsets; Avis, Rosenberg,
Savani and von Stengel (2010) for both; Lemke and Howson (1964), made finite by lexicographic order as in Shapley
(1974).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.numerics.vertices import Unfinished, include, tight_constraints, vertices, zero_sets

Mixture = tuple[Fraction, ...]
Profile = tuple[Mixture, Mixture]
NashSubset = tuple[tuple[Mixture, ...], tuple[Mixture, ...]]
"""Mixtures of player 1 and of player 2: every pair of points of their two hulls is an equilibrium."""

Table = Sequence[Sequence[Fraction]]
"""[n1][n2]: exact payoffs of one player."""


@final
@dataclass(frozen=True)
class ExtremeEquilibria:
    """All extreme equilibria of a game: those in pure actions first, then by the number of actions used.

    ``first``, ``second``  mixtures of player 1 and of player 2 that some extreme equilibrium has.
    ``pairs``              (index into ``first``, index into ``second``), one per extreme equilibrium.
    ``degenerate``         whether some mixture has more best replies than it uses actions (von Stengel 2002).
    """

    first: tuple[Mixture, ...]
    second: tuple[Mixture, ...]
    pairs: tuple[tuple[int, int], ...]
    degenerate: bool

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The equilibria themselves."""
        return tuple((self.first[i], self.second[j]) for i, j in self.pairs)

    def nash_subsets(self, deadline: float = inf) -> tuple[NashSubset, ...]:
        """The maximal Nash subsets, whose union is the set of all equilibria; one point each in regular games.

        ``deadline``  of ``time.monotonic``.  Raises ``Unfinished``.
        """
        partners: dict[int, set[int]] = {}
        for i, j in self.pairs:
            partners.setdefault(i, set()).add(j)
        # Every maximal pair is (all i that go with J, J) for a set J that is an intersection of partner sets.
        generators = {frozenset(js) for js in partners.values()}
        closed, fresh = set(generators), set(generators)
        while fresh:
            met = set()
            for a in fresh:
                if time.monotonic() > deadline:
                    raise Unfinished
                met |= {a & b for b in generators if a & b}
            fresh = met - closed
            closed |= fresh
        place = {pair: k for k, pair in enumerate(self.pairs)}
        out = []
        for js in closed:
            if time.monotonic() > deadline:
                raise Unfinished
            members = [i for i, mine in partners.items() if js <= mine]
            rank = min(place[i, j] for i in members for j in js)
            out.append((rank, tuple(self.first[i] for i in sorted(members)), tuple(self.second[j] for j in sorted(js))))
        return tuple((xs, ys) for _, xs, ys in sorted(out))


def extreme_equilibria(first: Table, second: Table, deadline: float = inf) -> ExtremeEquilibria:
    """All extreme equilibria of the game with these payoffs of the two players.

    ``deadline``  of ``time.monotonic``.  Raises ``Unfinished``.

    >>> table = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    >>> found = extreme_equilibria(table, [[-x for x in row] for row in table])
    >>> [[str(p) for p in mixture] for mixture in found.profiles[0]]
    [['1/2', '1/2'], ['1/2', '1/2']]
    """
    n1, n2 = len(first), len(first[0])
    own, own_zeros = vertices(_positive(transposed(second)), deadline)
    other, other_zeros = vertices(_positive(first), deadline)
    # Labels 0..n1-1: an action of player 1 unused, or a best reply of player 1; then the same for player 2.
    tight, other_tight = tight_constraints(own_zeros, n1 + n2), tight_constraints(other_zeros, n1 + n2)
    missing = zero_sets(~tight)
    labels = zero_sets(np.roll(other_tight, n1, axis=1))
    # A point with more labels than its polytope has dimensions lies on a face all of whose vertices have them too.
    degenerate = bool((tight.sum(axis=1) > n1).any() or (other_tight.sum(axis=1) > n2).any())
    # The origins of the two polytopes, where all is unused, carry every label together and stand for no mixture.
    origin = {k for k, ray in enumerate(own) if not any(ray[1:])}
    found: list[tuple[int, int]] = []
    for k, wanted in enumerate(missing):
        if time.monotonic() > deadline:
            raise Unfinished
        if k not in origin:
            found += [(k, j) for j in np.flatnonzero(include(labels, wanted)).tolist()]
    xs, order_x = _mixtures(own, {k for k, _ in found})
    ys, order_y = _mixtures(other, {j for _, j in found})
    used = [[sum(1 for p in mixture if p) for mixture in mixtures] for mixtures in (xs, ys)]
    pairs = [(order_x[k], order_y[j]) for k, j in found]
    pairs.sort(key=lambda pair: (used[0][pair[0]] + used[1][pair[1]], pair))
    return ExtremeEquilibria(xs, ys, tuple(pairs), degenerate)


def is_equilibrium(first: Table, second: Table, profile: Profile) -> bool:
    """Whether a mixed profile is a Nash equilibrium, in exact rationals."""
    return all(
        min(own) >= 0 and sum(own) == 1 and _best(own, replies(table, against))
        for table, own, against in ((first, profile[0], profile[1]), (transposed(second), profile[1], profile[0]))
    )


def replies(table: Table, against: Mixture) -> list[Fraction]:
    """The payoff of each row of a table against a mixture of its columns."""
    pairs = [(k, q) for k, q in enumerate(against) if q]
    return [sum((q * row[k] for k, q in pairs), Fraction(0)) for row in table]


def _best(own: Mixture, values: list[Fraction]) -> bool:
    most = max(values)
    return all(p == 0 or value == most for p, value in zip(own, values, strict=True))


def one_equilibrium(first: Table, second: Table) -> Profile:
    """One equilibrium, by the path of Lemke and Howson (1964) that drops the first action of player 1."""
    n1, n2 = len(first), len(first[0])
    tableaux = [_Tableau(_positive(transposed(second))), _Tableau(_positive(first))]
    # Labels of the columns of the two tableaux: variables first, then slacks.
    columns = [list(range(n1 + n2)), [*range(n1, n1 + n2), *range(n1)]]
    label, at = 0, 0
    while True:
        left = tableaux[at].enter(columns[at].index(label))
        label = columns[at][left]
        if label == 0:
            break
        at = 1 - at
    return tableaux[0].mixture(), tableaux[1].mixture()


@final
class _Tableau:
    """The dictionary of {z >= 0, A z <= 1}: integers over a common denominator, kept by pivoting (Bareiss 1968).

    Columns: the variables, then one slack per row, then the right-hand side.
    """

    def __init__(self, matrix: list[list[int]]) -> None:
        rows, self.size = len(matrix), len(matrix[0])
        self.cells: NDArray[Any] = np.array(
            [[*row, *(int(i == k) for k in range(rows)), 1] for i, row in enumerate(matrix)], dtype=object
        )
        self.basis = [self.size + i for i in range(rows)]
        self.denominator = 1

    def enter(self, column: int) -> int:
        """Bring a column into the basis; the column that leaves it, the only one by lexicographic order."""
        cells = self.cells
        row = self._leaving(column)
        left, pivot = self.basis[row], cells[row, column]
        before = cells[row].copy()
        self.cells = (cells * pivot - np.outer(cells[:, column], before)) // self.denominator
        self.cells[row] = before
        self.basis[row], self.denominator = column, pivot
        return left

    def _leaving(self, column: int) -> int:
        cells = self.cells
        rows = [i for i, x in enumerate(cells[:, column]) if x > 0]
        for k in (-1, *range(self.size, cells.shape[1] - 1)):
            ratios = [Fraction(cells[i, k], cells[i, column]) for i in rows]
            least = min(ratios)
            rows = [i for i, ratio in zip(rows, ratios, strict=True) if ratio == least]
            if len(rows) == 1:
                break
        return rows[0]

    def mixture(self) -> Mixture:
        """The variables' values, divided by their sum."""
        ray = [0] * (self.size + 1)
        for row, column in enumerate(self.basis):
            if column < self.size:
                ray[column + 1] = self.cells[row, -1]
        return _mixture(ray)


def _positive(table: Table) -> list[list[int]]:
    """The payoffs moved and scaled to positive integers, which changes no best reply."""
    least = min(min(row) for row in table)
    scale = lcm(*(x.denominator for row in table for x in row))
    return [[int((x - least) * scale) + 1 for x in row] for row in table]


def transposed(table: Table) -> list[list[Fraction]]:
    """Columns as rows."""
    return [list(column) for column in zip(*table, strict=True)]


def _mixture(ray: Sequence[int]) -> Mixture:
    total = sum(ray[1:])
    return tuple(Fraction(x, total) for x in ray[1:])


def _mixtures(rays: Sequence[Sequence[int]], kept: set[int]) -> tuple[tuple[Mixture, ...], dict[int, int]]:
    """The mixtures of some vertices, those that use the first actions first, and where each vertex went."""
    found = sorted(((_mixture(rays[k]), k) for k in kept), reverse=True)
    return tuple(mixture for mixture, _ in found), {k: place for place, (_, k) in enumerate(found)}
