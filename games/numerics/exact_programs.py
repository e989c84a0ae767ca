"""Linear programs with few variables and very many rows, solved exactly.

Minimise c · x over free x subject to rows a · x ≥ b.  A basis is a set of independent rows, as many as variables; the
simplex method keeps the multipliers of the basis non-negative while the row that x violates most comes in.  Everything
is a rational, so the answer with its multipliers is a proof and not an estimate.

Sources: Dantzig (1951), Lemke (1954); Bland (1977) for the rule that cannot cycle, when the objective stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.exact import Integers, common_denominator

PATIENCE = 40
"""Steps without progress before Bland's rule."""


@final
@dataclass(frozen=True)
class Optimum:
    """``x`` is optimal, and so are the multipliers ``y`` of the rows in ``basis``: y ≥ 0 (but for equations)."""

    x: tuple[Fraction, ...]
    basis: tuple[int, ...]
    y: tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class Program:
    """Minimise ``cost`` · x over a · x ≥ b.

    ``row``        the integers a of a row.
    ``products``   a · x of all rows, from integers x; an object array.
    ``bounds``     integers b, one per row; an object array.
    ``equations``  rows that hold as equations; they belong to every basis, and their multipliers may have either sign.
    ``watched``    Bool[rows]: rows that may be violated; None: all of them.
    """

    cost: tuple[Fraction, ...]
    row: Callable[[int], Sequence[int]]
    products: Callable[[Integers], Integers]
    bounds: Integers
    equations: frozenset[int] = frozenset()
    watched: NDArray[np.bool_] | None = None


def minimise(program: Program, basis: Sequence[int]) -> Optimum | None:
    """The optimum, or None if no x satisfies all rows.

    ``basis``  indices of independent rows, as many as variables, whose multipliers Σ y a = cost are non-negative.
    """
    inside = list(basis)
    size = range(len(inside))
    inverse = _inverse([[Fraction(a) for a in program.row(k)] for k in inside])
    best, still = None, 0
    while True:
        # x solves a · x = b in the basis: x = inverse b; multipliers y = cost · inverse.
        x = [sum((row[k] * int(program.bounds[inside[k]]) for k in size), Fraction(0)) for row in inverse]
        y = [sum((c * row[k] for c, row in zip(program.cost, inverse, strict=True)), Fraction(0)) for k in size]
        numerators, below = common_denominator(x)
        lacking = program.bounds * below - program.products(numerators)
        if program.watched is not None:
            lacking[~program.watched] = 0
        short = np.flatnonzero(lacking > 0)
        if not len(short):
            return Optimum(tuple(x), tuple(inside), tuple(y))
        worth = sum((c * z for c, z in zip(program.cost, x, strict=True)), Fraction(0))
        still = still + 1 if worth == best else 0
        best = worth
        entering = int(short[0]) if still > PATIENCE else int(lacking.argmax())
        # The entering row as a combination of the basis: what each multiplier loses per unit of the new one.
        new = program.row(entering)
        loss = [sum((a * row[k] for a, row in zip(new, inverse, strict=True)), Fraction(0)) for k in size]
        choice = [k for k in size if loss[k] > 0 and inside[k] not in program.equations]
        if not choice:
            return None                                    # the dual grows without bound: no x satisfies all rows
        leaving = min(choice, key=lambda k: (y[k] / loss[k], inside[k]))
        inside[leaving] = entering
        for row in inverse:
            pivot = row[leaving] / loss[leaving]
            for k in size:
                row[k] = pivot if k == leaving else row[k] - pivot * loss[k]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """The inverse of a square matrix of rationals; raises ``ArithmeticError`` if it has none."""
    n = len(matrix)
    work = [row + [Fraction(int(j == i)) for j in range(n)] for i, row in enumerate(matrix)]
    for i in range(n):
        pivot = next((k for k in range(i, n) if work[k][i]), None)
        if pivot is None:
            raise ArithmeticError("the rows of the basis are not independent")
        work[i], work[pivot] = work[pivot], work[i]
        scale = work[i][i]
        work[i] = [a / scale for a in work[i]]
        for k in range(n):
            if k != i and work[k][i]:
                factor = work[k][i]
                work[k] = [a - factor * b for a, b in zip(work[k], work[i], strict=True)]
    return [row[n:] for row in work]


@final
class Span:
    """A growing linear subspace of rational rows."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._reduced: list[tuple[int, list[Fraction]]] = []

    @property
    def rank(self) -> int:
        """The dimension of the span so far."""
        return len(self._reduced)

    def add(self, row: Sequence[int | Fraction]) -> bool:
        """Add a row; whether it lay outside."""
        left = self._rest(row)
        lead = next((k for k, a in enumerate(left) if a), None)
        if lead is None:
            return False
        new = [a / left[lead] for a in left]
        self._reduced = [
            (at, [a - known[lead] * b for a, b in zip(known, new, strict=True)]) for at, known in self._reduced
        ] + [(lead, new)]
        return True

    def normals(self) -> list[list[Fraction]]:
        """Vectors that span everything orthogonal to it: a row lies inside if its product with each of them is 0."""
        leads = {lead for lead, _ in self._reduced}
        out = []
        for free in (k for k in range(self.dimension) if k not in leads):
            normal = [Fraction(int(k == free)) for k in range(self.dimension)]
            for lead, known in self._reduced:
                normal[lead] = -known[free]
            out.append(normal)
        return out

    def _rest(self, row: Sequence[int | Fraction]) -> list[Fraction]:
        left = [Fraction(a) for a in row]
        for lead, known in self._reduced:
            if left[lead]:
                factor = left[lead]
                left = [a - factor * b for a, b in zip(left, known, strict=True)]
        return left
