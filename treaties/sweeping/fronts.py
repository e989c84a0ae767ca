"""Pareto fronts: of points with several objectives, those that no other point beats.

Source: Pareto (1906).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints

ROUNDING = 1e-9
"""Amounts that differ by no more, as a share of the largest of their kind or absolutely, are the same."""


@final
@dataclass(frozen=True)
class Front:
    """The points that none dominates.

    ``members``  numbers of the points, one for each combination of objectives: of points that are the same, the first.
    ``same``     numbers of the others, by that member.
    """

    members: tuple[int, ...]
    same: dict[int, tuple[int, ...]]


def front(points: Floats) -> Front:
    """Of Float[points, objectives], each to be as large as possible.

    A point is dominated if another is no worse in any objective and better in one, by more than rounding.
    """
    ranks = _ranks(points)
    best = [k for k in range(len(ranks)) if not dominators(ranks, k).any()]
    first: dict[tuple[int, ...], int] = {}
    same: dict[int, list[int]] = {}
    for k in best:
        member = first.setdefault(tuple(ranks[k].tolist()), k)
        if member != k:
            same.setdefault(member, []).append(k)
    return Front(tuple(first.values()), {member: tuple(others) for member, others in same.items()})


def dominators(points: Floats | Ints, point: int) -> Bools:
    """Bool[points]: which of them dominate one."""
    here = points[point]
    found: Bools = (points >= here).all(axis=1) & (points > here).any(axis=1)
    return found


def beaten_by(points: Floats, members: Sequence[int]) -> list[Ints]:
    """Of every point the numbers of those members that dominate it."""
    ranks, numbers = _ranks(points), np.asarray(members, dtype=np.int64)
    return [
        numbers[(ranks[numbers] >= here).all(axis=1) & (ranks[numbers] > here).any(axis=1)].astype(np.int64)
        for here in ranks
    ]


def _ranks(points: Floats) -> Ints:
    """Int[points, objectives]: places in ascending order; what differs by rounding alone has the same place."""
    out = np.zeros(points.shape, dtype=np.int64)
    for k, column in enumerate(points.T):
        if not len(column):
            continue
        order = np.argsort(column, kind="stable")
        apart = np.diff(column[order]) > ROUNDING * max(float(np.abs(column).max()), 1.0)
        out[order, k] = np.concatenate([[0], np.cumsum(apart)])
    return out
