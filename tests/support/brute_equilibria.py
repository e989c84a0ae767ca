"""All extreme equilibria of a two-player game by trying every basis of the best-reply inequalities, in rationals.

A vertex of {(x, v): x in the simplex, no reply to x is worth more than v} is the only point at which as many
inequalities as the player has actions are equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Mixture = tuple[Fraction, ...]
Table = Sequence[Sequence[Fraction]]
Labelled = dict[Mixture, frozenset[tuple[str, int]]]


def brute_equilibria(first: Table, second: Table) -> set[tuple[Mixture, Mixture]]:
    """Pairs of vertices at which every action is unused or a best reply."""
    rows, columns = len(first), len(first[0])
    mine = _vertices([[second[i][j] for i in range(rows)] for j in range(columns)], "row", "column")
    theirs = _vertices(first, "column", "row")
    every = {("row", i) for i in range(rows)} | {("column", j) for j in range(columns)}
    return {(x, y) for x, left in mine.items() for y, right in theirs.items() if left | right == every}


def brute_subsets(
    extreme: set[tuple[Mixture, Mixture]],
) -> set[tuple[frozenset[Mixture], frozenset[Mixture]]]:
    """Maximal sets X, Y all pairs of which are extreme equilibria, by trying every set X."""
    firsts, seconds = {x for x, _ in extreme}, {y for _, y in extreme}
    found = set()
    for size in range(1, len(firsts) + 1):
        for chosen in combinations(firsts, size):
            ys = frozenset(y for y in seconds if all((x, y) in extreme for x in chosen))
            if ys:
                found.add((frozenset(x for x in firsts if all((x, y) in extreme for y in ys)), ys))
    return found


def _vertices(replies: Table, own: str, other: str) -> Labelled:
    """The vertices in mixtures over ``own`` actions, with the actions unused and the best replies among ``other``.

    ``replies``  [other action][own action]: what the other earns.
    """
    size = len(replies[0])
    # Unknowns: the mixture and the value.  Equations: coefficients, then the right-hand side.
    zero, one = Fraction(0), Fraction(1)
    equations = [[one if k == i else zero for k in range(size)] + [zero, zero] for i in range(size)]
    equations += [[*row, -one, zero] for row in replies]
    labels = [(own, i) for i in range(size)] + [(other, j) for j in range(len(replies))]
    out: Labelled = {}
    for basis in combinations(range(len(equations)), size):
        point = _solve([[one] * size + [zero, one], *(equations[k] for k in basis)])
        if point is None or min(point[:size]) < 0:
            continue
        x, value = point[:size], point[size]
        worth = [sum((p * u for p, u in zip(x, row, strict=True)), zero) for row in replies]
        if max(worth) <= value:
            tight = [p == 0 for p in x] + [u == value for u in worth]
            out[tuple(x)] = frozenset(label for label, holds in zip(labels, tight, strict=True) if holds)
    return out


def _solve(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """The solution of a square system, None if it is singular."""
    rows = [list(row) for row in rows]
    size = len(rows)
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [x / rows[column][column] for x in rows[column]]
        for r in range(size):
            factor = rows[r][column]
            if r != column and factor:
                rows[r] = [x - factor * h for x, h in zip(rows[r], head, strict=True)]
    return [row[size] for row in rows]
