"""All extreme equilibria of a two-player game by trying every basis of the best-reply inequalities, in rationals.

A vertex of {(x, v): x in the simplex, no reply to x is worth more than v} is the only point at which as many
inequalities as the player has actions are equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat

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
    # Unknowns: the mixture and the value.  All equations but the first have zero for their right-hand side.
    equations: list[list[Any]] = [[int(k == i) for k in range(size)] + [0] for i in range(size)]
    equations += [[*(fmpq(u.numerator, u.denominator) for u in row), -1] for row in replies]
    right = fmpq_mat([[1]] + [[0]] * size)
    labels = [(own, i) for i in range(size)] + [(other, j) for j in range(len(replies))]
    out: Labelled = {}
    for basis in combinations(range(len(equations)), size):
        try:
            found = fmpq_mat([[1] * size + [0], *(equations[k] for k in basis)]).solve(right)
        except ZeroDivisionError:  # singular: no one point
            continue
        point = [Fraction(int(u.p), int(u.q)) for u in found.entries()]
        x, value = point[:size], point[size]
        if min(x) < 0:
            continue
        worth = [sum((p * u for p, u in zip(x, row, strict=True)), Fraction(0)) for row in replies]
        if max(worth) <= value:
            tight = [p == 0 for p in x] + [u == value for u in worth]
            out[tuple(x)] = frozenset(label for label, holds in zip(labels, tight, strict=True) if holds)
    return out
