"""Square systems of linear equations over the rationals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def exact_point(
    matrix: Sequence[Mapping[int, Fraction]], right: Sequence[Fraction], near: Sequence[float]
) -> list[Fraction] | None:
    """A rational x, 0 <= x <= 1, with rows . x = right, close to a numerical one; None if there is none there.

    ``matrix``  rows as {column: entry}.
    ``near``    a numerical solution; entries within 1e-9 of 0 or 1 are taken to be 0 or 1.

    >>> exact_point([{0: Fraction(1), 1: Fraction(1)}], [Fraction(1)], [0.25, 0.75])
    [Fraction(1, 4), Fraction(3, 4)]
    """
    out = [Fraction(round(x)) if abs(x - round(x)) < 1e-9 else None for x in near]
    loose = [k for k, x in enumerate(out) if x is None]
    place = {k: i for i, k in enumerate(loose)}
    rows, rest = [], []
    for row, value in zip(matrix, right, strict=True):
        left = value - sum((a * (out[k] or 0) for k, a in row.items()), Fraction(0))
        open_ = {place[k]: a for k, a in row.items() if k in place}
        if open_:
            rows.append(open_)
            rest.append(left)
        elif left:
            return None
    if rows:
        table = fmpq_mat(len(rows), len(loose) + 1)
        for i, (entries, left) in enumerate(zip(rows, rest, strict=True)):
            for k, a in entries.items():
                table[i, k] = fmpq(a.numerator, a.denominator)
            table[i, len(loose)] = fmpq(left.numerator, left.denominator)
        reduced, rank = table.rref()
        pivots = [next(k for k in range(len(loose) + 1) if reduced[i, k] != 0) for i in range(rank)]
        if len(loose) in pivots:
            return None
        for i in set(range(len(loose))) - set(pivots):
            out[loose[i]] = Fraction(near[loose[i]]).limit_denominator(10**6)
        for i, k in enumerate(pivots):
            entry = reduced[i, len(loose)]
            value = Fraction(int(entry.p), int(entry.q))
            for other in range(k + 1, len(loose)):
                factor = reduced[i, other]
                if factor != 0 and other not in pivots:
                    value -= Fraction(int(factor.p), int(factor.q)) * (out[loose[other]] or 0)
            out[loose[k]] = value
    found = [x for x in out if x is not None]
    return found if all(0 <= x <= 1 for x in found) else None
