"""Square systems of linear equations over the rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat


def solve_exactly(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """The solution of a square system, or None if there is not exactly one.

    >>> solve_exactly([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(3)]], [Fraction(3), Fraction(4)])
    (Fraction(1, 1), Fraction(1, 1))
    """
    if not right:
        return ()
    left = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in matrix])
    try:
        found = left.solve(fmpq_mat([[fmpq(x.numerator, x.denominator)] for x in right]))
    except ZeroDivisionError:
        return None
    return tuple(Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k in range(len(right)))
