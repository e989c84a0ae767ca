"""States that differ only in a clock on which nothing depends any more are one state.

Two states are alike if they agree in all but clocks, the same moves are open in them, everything that can be earned or
heard in them is the same, move by move, and they lead with the same chances to states that are alike: the coarsest such
partition (Paige and Tarjan 1987; for games with chances, Larsen and Skou 1991), so that play, payoffs and incentives
are those of the states apart.  A clock that differs within such a state is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Bools, Ints
from treaties.compiling.layers import lead_to
from treaties.effects import RENEWAL, STAGE, StateVariable


@final
@dataclass(frozen=True, eq=False)
class Lumping:
    """Which states are one.

    ``lump_of``  Int[states found]: the number of the state of the game.
    ``first``    Int[states]: the first of each among the states found.
    ``told``     by clock, per state of the game: the values that it stands for, in order; none where that is every
                 value that the clock can have there.  Only clocks that differ within some state.
    """

    lump_of: Ints
    first: Ints
    told: Mapping[str, tuple[tuple[str | int | float, ...], ...]] = field(default_factory=dict)


def clocks_of(variables: Sequence[StateVariable]) -> Bools:
    """Bool[variables]: what only counts; votes taken and stages are told whether anything depends on them or not."""
    return np.array([v.clock and v.party is None and v.name not in (RENEWAL, STAGE) for v in variables], dtype=bool)


def lumped(
    codes: Ints, variables: Sequence[StateVariable], kinds: Ints, laws: csr_array, starts: Ints, profiles: Ints
) -> Lumping:
    """The states of a game whose clocks that nothing depends on have gone.

    ``codes``     Int[states, variables].
    ``kinds``     Int[states]: states of one kind have the same moves, payoffs and signals.
    ``laws``      csr_array[laws, states]: of each state ``profiles`` laws from ``starts`` on, in one order of moves.
    """
    clocks = clocks_of(variables)
    if not clocks.any():
        everything = np.arange(len(codes))
        return Lumping(everything, everything)
    _, kind = np.unique(np.column_stack([codes[:, ~clocks], kinds]), axis=0, return_inverse=True)
    lump_of = _coarsest(kind.ravel(), laws, starts, profiles)
    first = np.unique(lump_of, return_index=True)[1]
    # In the order of their first states.
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    lump_of, first = place[lump_of], first[order]
    return Lumping(lump_of, first, _told(codes, variables, clocks, lump_of, len(first)))


def _coarsest(lump_of: Ints, laws: csr_array, starts: Ints, profiles: Ints) -> Ints:
    """Int[states]: the coarsest partition within a given one whose members lead to its members with equal chances."""
    count = 0
    while int(lump_of.max()) + 1 > count:
        count = int(lump_of.max()) + 1
        ahead = lead_to(laws, lump_of, count)
        known: dict[tuple[int, bytes, bytes, bytes], int] = {}
        after = np.empty_like(lump_of)
        for s in range(len(lump_of)):
            start, stop = int(starts[s]), int(starts[s] + profiles[s])
            span = slice(int(ahead.indptr[start]), int(ahead.indptr[stop]))
            pointer = ahead.indptr[start : stop + 1] - ahead.indptr[start]
            leads = (int(lump_of[s]), pointer.tobytes(), ahead.indices[span].tobytes(), ahead.data[span].tobytes())
            after[s] = known.setdefault(leads, len(known))
        lump_of = after
    return lump_of


def _told(
    codes: Ints, variables: Sequence[StateVariable], clocks: Bools, lump_of: Ints, count: int
) -> dict[str, tuple[tuple[str | int | float, ...], ...]]:
    """What is told of clocks that differ within a state."""
    out = {}
    for k in np.flatnonzero(clocks).tolist():
        others = np.delete(codes, k, axis=1)
        _, around = np.unique(others, axis=0, return_inverse=True)
        values = [set[int]() for _ in range(count)]
        possible = [set[int]() for _ in range(int(around.max()) + 1)]
        place = np.zeros(count, dtype=np.int64)
        for s, lump in enumerate(lump_of.tolist()):
            values[lump].add(int(codes[s, k]))
            possible[int(around.ravel()[s])].add(int(codes[s, k]))
            place[lump] = around.ravel()[s]
        if any(len(found) > 1 for found in values):
            out[variables[k].name] = tuple(
                () if len(found) > 1 and found == possible[int(where)]
                else tuple(variables[k].values[code] for code in sorted(found))
                for found, where in zip(values, place, strict=True)
            )  # fmt: skip
    return out
