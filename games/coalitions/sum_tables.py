"""Counting the swings of composite rules: tables over the size and all the weight sums of coalitions.

For a monotone rule a voter's swings among coalitions of size s of the others are (winning with it) − (winning without
it).  The table of all coalitions is built by joining the voters one after another; the table of those without a voter
follows from it by taking the voter out again, size by size.

Source of the generating function in several weights: Algaba, Bilbao, Fernández García and López (2003).
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.coalitions.rules import Rule, Weights
from games.model.stochastic_game import GameError

Table = NDArray[Any]
"""Counts, [size, weight sum, weight sum, …]."""

MOST_CELLS = 40_000_000
MOST_ENUMERATED = 22
"""Voters up to which all coalitions can be looked at."""
INT64_VOTERS = 62
"""Voters up to which every count fits in 64 bits."""


def swings_by_size(rule: Rule) -> tuple[tuple[int, ...], ...]:
    """For each voter of any rule, its swings by the size of the others' coalition: [voter][size].

    Raises ``GameError`` if the table of sums would be too large and there are too many voters to enumerate.
    Cost: voters² passes at most over a table of (voters + 1) · Π (total weight + 1) cells, one factor per weighting
    that is not the same for all voters; exact integers of any size beyond 62 voters.
    """
    axes = [w for w in rule.weightings() if len(set(w)) > 1]
    shape = (rule.voters + 1, *(sum(w) + 1 for w in axes))
    few = rule.voters <= MOST_ENUMERATED
    if few and prod(shape) > 2**rule.voters:
        return _by_enumeration(rule)
    if prod(shape) > MOST_CELLS:
        raise GameError(
            f"power index: a table of {prod(shape)} sums is too large for this rule, more than {MOST_CELLS}; use "
            "larger units of weight"
        )
    return _by_tables(rule, axes, shape)


def _by_tables(rule: Rule, axes: list[Weights], shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    kind: Any = np.int64 if rule.voters <= INT64_VOTERS else object
    everyone: Table = np.zeros(shape, dtype=kind)
    everyone[(0,) * len(shape)] = 1
    moves = list(zip(*axes, strict=True)) if axes else [()] * rule.voters
    for move in moves:
        joined = everyone.copy()
        joined[1:][_from(move)] += everyone[:-1][_to(move)]
        everyone = joined
    sums = {w: _along(np.arange(sum(w) + 1), k + 1, len(shape)) for k, w in enumerate(axes)}
    sizes = _along(np.arange(rule.voters + 1), 0, len(shape))
    wins = np.broadcast_to(rule.decides(lambda w: sums[w] if w in sums else sizes * w[0]), shape)
    winning = _winning(everyone, wins)
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for move in moves:
        if move not in found:
            others = _winning(_without(everyone, move), wins)
            # Of the winning coalitions of size s + 1, those that hold the voter are the rest.
            found[move] = tuple(
                winning[s + 1] - others[s + 1] - others[s] for s in range(rule.voters)
            )
    return tuple(found[move] for move in moves)


def _without(everyone: Table, move: tuple[int, ...]) -> Table:
    """Counts of coalitions without one voter: all, less those of one fewer that it then joins."""
    out = everyone.copy()
    for size in range(1, len(out)):
        out[size : size + 1][_from(move)] -= out[size - 1 : size][_to(move)]
    return out


def _winning(counts: Table, wins: NDArray[np.bool_]) -> list[int]:
    """The number of winning coalitions, by size."""
    return [int(counts[size : size + 1][wins[size : size + 1]].sum()) for size in range(len(counts))]


def _from(move: tuple[int, ...]) -> tuple[Any, ...]:
    return (..., *(slice(w, None) for w in move))


def _to(move: tuple[int, ...]) -> tuple[Any, ...]:
    return (..., *(slice(None, -w or None) for w in move))


def _along(values: NDArray[np.int64], axis: int, axes: int) -> NDArray[np.int64]:
    return values.reshape([-1 if k == axis else 1 for k in range(axes)])


def _by_enumeration(rule: Rule) -> tuple[tuple[int, ...], ...]:
    return swings_of_table(rule.decides(lambda w: coalition_sums(w)), rule.voters)


def coalition_sums(weights: Weights) -> NDArray[Any]:
    """The weight of every coalition, [2^n]: voter i belongs to those whose number has the bit i."""
    kind: Any = np.int64 if sum(weights) < 2**62 else object
    out = np.zeros(1, dtype=kind)
    for weight in weights:
        out = np.concatenate([out, out + weight])
    return out


def sizes_of(n: int) -> NDArray[np.int64]:
    """The size of every coalition, [2^n]."""
    return np.asarray(coalition_sums((1,) * n), dtype=np.int64)


def swings_of_table(wins: NDArray[np.bool_], n: int) -> tuple[tuple[int, ...], ...]:
    """For each voter its swings by size, from Bool[2^n]: whether each coalition wins."""
    size = sizes_of(n)
    out = []
    for i in range(n):
        halves = wins.reshape(-1, 2, 2**i)
        swing = (halves[:, 1] & ~halves[:, 0]).ravel()
        without = size.reshape(-1, 2, 2**i)[:, 0].ravel()
        out.append(tuple(np.bincount(without[swing], minlength=n).tolist()))
    return tuple(out)
