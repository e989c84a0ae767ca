"""Multipliers of score programs as exact rationals: what is zero is taken from numerical ones, the rest solved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from games.certificates.signals.maximal_score import Multipliers
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.numerics.arrays import Floats

CUTS = (1e-9, 1e-7, 1e-11)
"""Numbers below, relative to the largest, are taken to be zero; the first that gives an exact solution."""

ZERO = Fraction(0)


def exact_score(
    laws: OutcomeLaws, row: int, signals: Sequence[Outcome], deviations: Sequence[tuple[int, int]],
    direction: Sequence[Fraction], near: Floats, prices: Floats,
) -> Multipliers:
    """Exact multipliers of a row's score in a direction; none if none have the zeros of the numerical ones.

    ``signals``     all that the row or a deviation makes possible; ``prices`` Float[signals] numerical ones, c >= 0.
    ``deviations``  (player, row brought about); ``near`` Float[deviations] numerical multipliers.
    """
    if not len(near) or near.max() <= 0:
        return ()
    own = laws.exact(row)
    for least in CUTS:
        used = np.flatnonzero(near > least * near.max()).tolist()
        priced = np.flatnonzero(prices > least * max(float(prices.max()), least)).tolist()
        rows = [
            [*(_change(laws, row, deviations[d], i, z) for d in used),
             *(weight if c == y else ZERO for c in priced), weight * own.get(z, ZERO)]
            for i, weight in enumerate(direction) for y, z in enumerate(signals)]
        found = _solution(rows)
        if found is not None and min(found) >= 0:
            return tuple((deviations[d][1], m) for d, m in zip(used, found, strict=False) if m)
    return ()


def exact_mixture(
    laws: OutcomeLaws, row: int, signals: Sequence[Outcome], deviations: Sequence[tuple[int, int]], near: Floats
) -> Multipliers:
    """A mixture of deviations that leaves the law of the signals exactly as it is, with the zeros of a numerical one.

    None if there is none.
    """
    for least in CUTS:
        used = np.flatnonzero(near > least * near.max()).tolist()
        players = sorted({deviations[d][0] for d in used})
        rows = [[*(_change(laws, row, deviations[d], i, z) for d in used), ZERO] for i in players for z in signals]
        found = _solution([*rows, [Fraction(1)] * (len(used) + 1)])
        if found is not None and min(found) >= 0:
            return tuple((deviations[d][1], m) for d, m in zip(used, found, strict=True) if m)
    return ()


def _change(laws: OutcomeLaws, row: int, deviation: tuple[int, int], player: int, signal: Outcome) -> Fraction:
    """What a deviation adds to a signal's chance, as far as it is the player's."""
    who, to = deviation
    return laws.exact(to).get(signal, ZERO) - laws.exact(row).get(signal, ZERO) if who == player else ZERO


def _solution(rows: list[list[Any]]) -> list[Fraction] | None:
    """A solution of equations given by their coefficients and right sides, unknowns left open being zero."""
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rref()
    count = len(rows[0]) - 1
    out = [ZERO] * count
    for r in range(rank):
        lead = next(c for c in range(count + 1) if reduced[r, c] != 0)
        if lead == count:
            return None
        right = reduced[r, count]
        out[lead] = Fraction(int(right.p), int(right.q))
    return out
