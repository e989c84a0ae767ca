"""Multipliers of bounds that mix several directions and incentive lines, in exact numbers.

Bases are found in floating point; that they are bounds is a matter of an identity between rational vectors, which is
made to hold exactly.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_mat

from games.certificates.exclusion.outer_sets import Bound, Direction

LINES = -2
"""Number of the incentive line of the first player; the others' lie below.  Directions are numbered from 0."""


def mixture(
    basis: list[int], goal: list[Fraction], directions: list[Direction], ray: int | None = None
) -> Bound | None:
    """The goal as a nonnegative sum of the columns of a basis, for no rows yet; None if exact numbers know no such sum.

    ``basis``  numbers of directions, or ``LINES - i`` for the incentive line of player i;
    ``ray``    a column that is taken once, beforehand.

    A weight that turns out negative, which was zero but for rounding, is left out, and axis directions (the first of
    the list, e_i and then -e_i) make up for it.
    """
    n = len(goal)

    def column(k: int) -> Direction:
        return directions[k] if k >= 0 else tuple(-Fraction(int(i == LINES - k)) for i in range(n))

    columns = [column(k) for k in basis]
    if ray is not None:
        goal = [g - x for g, x in zip(goal, column(ray), strict=True)]
    matrix = fmpq_mat(n, n, [fmpq(c[i].numerator, c[i].denominator) for i in range(n) for c in columns])
    right = fmpq_mat(n, 1, [fmpq(g.numerator, g.denominator) for g in goal])
    try:
        solved = [Fraction(int(x.p), int(x.q)) for x in matrix.solve(right).entries()]
    except ZeroDivisionError:
        return None
    weights = {k: x for k, x in zip(basis, solved, strict=True) if x > 0}
    if min(solved) < 0:
        for i, g in enumerate(goal):
            short = g - sum((x * c[i] for x, c in zip(solved, columns, strict=True) if x > 0), Fraction(0))
            if short:
                axis = i if short > 0 else n + i
                weights[axis] = weights.get(axis, Fraction(0)) + abs(short)
    if ray is not None:
        weights[ray] = weights.get(ray, Fraction(0)) + 1
    return Bound({k: x for k, x in sorted(weights.items()) if k >= 0},
                 {LINES - k: x for k, x in sorted(weights.items()) if k < 0}, ())
