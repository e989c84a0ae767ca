"""The nucleolus: the payoffs at which the worst-off coalition is as well off as can be, then the next, and so on.

Each round raises the least surplus x(S) − v(S) of the coalitions still open as far as it goes; coalitions whose
multiplier is positive have that surplus in every solution and are settled, with all that depends on them.  At most
n − 1 rounds settle everything, so the answer is unique, and it is rational because every round is solved in rationals.
Kohlberg's criterion verifies an answer without any of this.

Sources: Schmeidler (1969); Maschler, Peleg and Shapley (1979) for the rounds; Kohlberg (1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any, final

import numpy as np

from games.coalitions.characteristic import Characteristic, Worths, subset_sums
from games.coalitions.core_points import exact_payoffs
from games.numerics.exact import Integers, as_integers, common_denominator
from games.numerics.exact_programs import Program, Span, minimise


def nucleolus(v: Characteristic, n: int) -> tuple[Fraction, ...] | None:
    """The nucleolus of a game, exactly: lexicographically least complaints among payoffs that give each at least v(i).

    ``v``, ``n``, errors  as in ``shapley_value``; a game of costs is one of negative worths.

    Returns one ``Fraction`` per player, or None if what all can secure does not even pay each what it can secure alone.
    Cost: at most n − 1 exact linear programs over the 2^n coalitions (twelve players take less than a second).

    >>> def estate(coalition):                             # the Talmud: claims 100, 200, 300 on an estate of 200
    ...     return max(0, 200 - sum((100, 200, 300)[i] for i in range(3) if i not in coalition))
    >>> [str(x) for x in nucleolus(estate, 3)]
    ['50', '75', '75']
    """
    worths = Worths.of(v, n)
    if sum(int(worths.units[2**i]) for i in range(n)) > worths.units[-1]:
        return None
    return _by_rounds(worths, rational_for_each=True)


def prenucleolus(v: Characteristic, n: int) -> tuple[Fraction, ...]:
    """The same among all payoffs that share out what all can secure, whether or not each gets at least v(i).

    It always exists, and is the nucleolus if that gives somebody more than it need to.
    """
    return _by_rounds(Worths.of(v, n), rational_for_each=False)


def is_nucleolus(
    payoffs: Sequence[Any], v: Characteristic, n: int, rational_for_each: bool = True
) -> bool:
    """Kohlberg's criterion (1971): whether payoffs are the nucleolus, verified without computing it.

    For every level, the coalitions whose surplus is at most that level must be balanced: some weights, positive on
    each of them and not negative on the players who get just v(i), give every player the same total.

    ``rational_for_each``  False: whether they are the prenucleolus.
    Raises ``GameError`` as ``in_core``.
    """
    worths = Worths.of(v, n)
    units, below = common_denominator(exact_payoffs(payoffs, n))
    surplus = subset_sums(units) * worths.below - worths.units * below
    if surplus[-1] != 0:
        return False
    alone = [surplus[2**i] for i in range(n)]
    if rational_for_each and min(alone) < 0:
        return False
    tight = [i for i in range(n) if rational_for_each and alone[i] == 0]
    span = Span(n)
    span.add([1] * n)
    taken: list[int] = []
    numbers = sorted(range(1, 2**n - 1), key=surplus.__getitem__)
    for _, level in groupby(numbers, key=surplus.__getitem__):
        group = list(level)
        taken += group
        new = [span.add(_belongs(number, n)) for number in group]
        # Coalitions that depend on earlier ones are balanced with them.
        if any(new) and not _balanced(taken, tight, n):
            return False
        if span.rank == n:
            break
    return True


def _balanced(numbers: list[int], tight: list[int], n: int) -> bool:
    """Whether no shift of payoffs helps some of the coalitions and hurts none, nor the tight players (Kohlberg)."""
    rows = [_belongs(number, n) for number in numbers] + [_belongs(1 << i, n) for i in tight]
    helped = [Fraction(sum(row[i] for row in rows[: len(numbers)])) for i in range(n)]
    rows += [[1] * n, [-1] * n]
    first = len(rows)
    rows += [[-int(j == i) for j in range(n)] for i in range(n)] + [[int(j == i) for j in range(n)] for i in range(n)]
    table = np.array(rows, dtype=object)
    bounds = as_integers([0] * first + [-1] * (2 * n))     # shifts of at most 1, as any multiple would do
    program = Program(tuple(-x for x in helped), rows.__getitem__, lambda x: np.asarray(table @ x), bounds)
    most = minimise(program, range(first, first + n))
    return most is not None and sum((c * x for c, x in zip(helped, most.x, strict=True)), Fraction(0)) == 0


def _by_rounds(worths: Worths, rational_for_each: bool) -> tuple[Fraction, ...]:
    if worths.n == 1:
        return (worths.whole,)
    rounds = _Rounds(worths, rational_for_each)
    while True:
        payoffs = rounds.settle_some()
        if rounds.settled.rank == worths.n:
            return payoffs


@final
class _Rounds:
    """What is settled so far.

    Rows of a round's program: every smaller coalition S, number S − 1, with x(S) − e ≥ v(S); every player i with
    x(i) ≥ v(i), if so wanted; and the equations of what is settled, the grand coalition first.
    """

    def __init__(self, worths: Worths, rational_for_each: bool) -> None:
        n = worths.n
        self.worths, self.n = worths, n
        self.smaller = 2**n - 2
        self.alone = n if rational_for_each else 0
        self.settled = Span(n)
        self.settled.add([1] * n)
        self.equations: list[tuple[list[int], Fraction]] = [([1] * n, worths.whole)]
        self.open = np.ones(self.smaller + self.alone, dtype=bool)

    def settle_some(self) -> tuple[Fraction, ...]:
        """Raise the least surplus of the open coalitions, and settle those that hold it down; the payoffs found."""
        n, worths, inequalities = self.n, self.worths, len(self.open)
        below = lcm(worths.below, *(bound.denominator for _, bound in self.equations))
        units = worths.units * (below // worths.below)
        bounds = np.concatenate([
            units[1:-1],
            as_integers([units[2**i] for i in range(self.alone)]),
            as_integers([int(bound * below) for _, bound in self.equations]),
        ])
        program = Program(
            (*[Fraction(0)] * n, Fraction(-1)), self._row, self._products, bounds,
            frozenset(range(inequalities, len(bounds))), np.append(self.open, [False] * len(self.equations)),
        )
        optimum = minimise(program, self._start())
        if optimum is None:
            raise ArithmeticError("payoffs that were feasible in the last round are so no longer, which cannot be")
        surplus = optimum.x[n] / below
        for k, multiplier in zip(optimum.basis, optimum.y, strict=True):
            if k < inequalities and multiplier > 0 and self.settled.add(row := self._row(k)[:n]):
                own = Fraction(int(bounds[k]), below)
                self.equations.append((row, own + surplus if k < self.smaller else own))
        settled = np.ones(2**n, dtype=bool)
        for normal in self.settled.normals():
            settled &= subset_sums(common_denominator(normal)[0]) == 0
        self.open[: self.smaller] &= ~settled[1:-1]
        self.open[self.smaller :] &= ~settled[[2**i for i in range(self.alone)]]
        return tuple(x / below for x in optimum.x[:n])

    def _row(self, k: int) -> list[int]:
        if k < self.smaller:
            return [*_belongs(k + 1, self.n), -1]
        if k < len(self.open):
            return [*_belongs(1 << (k - self.smaller), self.n), 0]
        return [*self.equations[k - len(self.open)][0], 0]

    def _products(self, x: Integers) -> Integers:
        surplus = subset_sums(x[:-1])[1:-1] - x[-1]
        return np.concatenate([surplus, x[: self.alone], as_integers([0] * len(self.equations))])

    def _start(self) -> list[int]:
        """A basis with multipliers that fit: half of an open coalition, half of its complement, and the equations."""
        one = int(self.open[: self.smaller].argmax())
        other = self.smaller - 1 - one
        span, basis = Span(self.n + 1), []
        singles = [2**i - 1 for i in range(self.n)]
        equations = range(len(self.open), len(self.open) + len(self.equations))
        for k in [*equations, one, other, *singles]:
            if (k >= len(self.open) or self.open[k]) and span.add(self._row(k)):
                basis.append(k)
        return basis


def _belongs(number: int, n: int) -> list[int]:
    return [number >> i & 1 for i in range(n)]
