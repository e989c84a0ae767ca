"""The Shapley-Shubik index of large weighted bodies in floating point, with a bound on the error.

If the others vote yes independently with chance p, a voter swings with a chance a(p) that is a polynomial of degree
n - 1, and the index is the integral of a from 0 to 1.  For complex z, |a(z)| is at most (|z| + |1 - z|)^(n - 1), which
is ((rho + 1/rho) / 2)^(n - 1) on the ellipse with foci 0 and 1 whose half-axes add up to rho / 2; that bounds the error
of Gauss's quadrature (Trefethen 2008, theorem 4.5), and rounding is bounded beside it.

Sources: Owen (1972), Multilinear extensions of games; Straffin (1977); Trefethen (2008), Is Gauss quadrature better
than Clenshaw-Curtis?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.coalitions.rules import Number, weighted
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats

CUT = 1e-12
"""The error of quadrature that is aimed at."""
MOST_CELLS = 20_000_000
"""Votes up to the quota, and up to a blocking minority; 8 bytes each, three times."""
ROUNDING = 2.0**-53


@final
@dataclass(frozen=True, eq=False)
class ApproximateIndex:
    """A power index in floating point.

    ``values``  Float[voter].
    ``error``   no value is further from the index than this; proved, rounding included.
    """

    values: Floats
    error: float

    def __str__(self) -> str:
        shown = ", ".join(f"{value:.9g}" for value in self.values)
        return f"({shown}), each within {self.error:.1e}"


def approximate_shapley_shubik(quota: Number, weights: Sequence[Number]) -> ApproximateIndex:
    """The Shapley-Shubik index of a weighted body that is too large for ``shapley_shubik``, which is exact.

    Raises ``GameError`` as ``weighted``, if nobody's vote matters, or if quota or blocking minority have more than
    20 million votes.  Cost: some sqrt(7 n) times n passes over tables of so many cells.

    >>> found = approximate_shapley_shubik(51, [50, 49, 1])
    >>> found.values.round(9).tolist(), found.error < 1e-11
    ([0.666666667, 0.166666667, 0.166666667], True)
    """
    rule = weighted(quota, weights)
    needed = {False: rule.quota, True: sum(rule.weights) - rule.quota + 1}
    if min(needed.values()) < 1:
        raise GameError("power index: nobody's vote matters; use a quota that some can reach, and not nobody")
    if max(needed.values()) > MOST_CELLS:
        raise GameError(
            f"power index: a table of {max(needed.values())} votes is too large, more than {MOST_CELLS}; use larger "
            "units of weight"
        )
    n = len(rule.weights)
    count, cut = _nodes(n)
    nodes, shares = np.polynomial.legendre.leggauss(count)
    value, error = np.zeros(n), np.full(n, cut)
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        # With a chance above one half, those who vote no are counted, against a blocking minority.
        many = bool(node > 0.5)
        chance, rounding = _swing_chances(needed[many], rule.weights, float(1 - node if many else node))
        value += share * chance
        # Nodes are off by some roundings, and the slope of a is at most n - 1.
        error += share * (rounding + 32 * n * ROUNDING)
    return ApproximateIndex(value, float(error.max()))


def _nodes(n: int) -> tuple[int, float]:
    """How many nodes, and a bound on the error of the integral: 0 where so many integrate the degree n - 1 exactly."""
    exact = n // 2 + 1
    stretch = np.linspace(0.01, 3, 300)                    # log rho
    for count in range(2, exact):
        logs = (n - 1) * np.log(np.cosh(stretch)) - 2 * (count - 1) * stretch - np.log1p(-np.exp(-2 * stretch))
        cut = 32 / 15 * float(np.exp(logs.min()))
        if cut < CUT:
            return count, cut
    return exact, 0.0


def _swing_chances(needed: int, weights: Sequence[int], p: float) -> tuple[Floats, Floats]:
    """Float[voter]: the chance to swing where the others are in favour with chance p at most 1/2, and its rounding."""
    table = np.zeros(needed)
    table[0], used = 1.0, 1
    for weight in sorted(weights):
        reached = min(used + weight, needed)
        joined = table[:reached] * (1 - p)
        joined[weight:] += p * table[: max(reached - weight, 0)]
        table[:reached], used = joined, reached
    downwards = table[::-1]
    odds = p / (1 - p)
    found: dict[int, tuple[float, float]] = {0: (0.0, 0.0)}
    for weight in set(weights) - {0}:
        # Without the voter: all, less those that are without it and then joined by it, and so on.
        windows = np.add.reduceat(downwards, np.arange(0, needed, weight))
        terms = windows * odds ** np.arange(len(windows)) / (1 - p)
        signs = 1 - 2 * (np.arange(len(windows)) % 2)
        steps = 5 * len(weights) + min(weight, needed) + 4 * len(windows) + 8
        found[weight] = float(signs @ terms), 1.01 * steps * ROUNDING * float(terms.sum())
    both = np.array([found[weight] for weight in weights])
    return both[:, 0], both[:, 1]
