"""States that differ only in a clock, or in a stock, on which nothing depends any more are one state.

Two states are alike if they agree in all but clocks, the same moves are open in them, everything that can be earned or
heard in them is the same, move by move, and they lead with the same chances to states that are alike: the coarsest such
partition (Paige and Tarjan 1987; for games with chances, Larsen and Skou 1991), so that play, payoffs and incentives
are those of the states apart.  A clock that differs within such a state is not told.  Stocks are clocks here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """The states of a game whose clocks, and stocks, that nothing depends on have gone.

    ``codes``     Int[states, variables].
    ``kinds``     Int[states]: states of one kind have the same moves, payoffs and signals.
    ``laws``      csr_array[laws, states]: of each state ``profiles`` laws from ``starts`` on, in one order of moves.

    Stocks go one after the other, then all clocks together, and only where what is told of the stocks is the same: so
    each state that is left stands for all combinations of what is told of it, and for nothing else.
    """
    found = _Quotient(codes, kinds, laws, starts, profiles)
    told: dict[str, tuple[tuple[str | int | float, ...], ...]] = {}
    lump_of = first = np.arange(len(codes))
    labels: dict[int, list[tuple[str | int | float, ...]]] = {}
    for k in [k for k, variable in enumerate(variables) if variable.grid is not None]:
        step = found.merged(_only(k, len(variables)))
        values = _told_of(found.codes, k, variables[k], step)
        found, lump_of, first = found.of(step), step.lump_of[lump_of], first[step.first]
        labels[k] = sorted(set(values), key=repr)
        found.codes[:, k] = [labels[k].index(value) for value in values]
    clocks = clocks_of(variables)
    if clocks.any():
        step = found.merged(clocks)
        for k in np.flatnonzero(clocks).tolist():
            values = _told_of(found.codes, k, variables[k], step)
            if any(len(value) != 1 for value in values):
                told[variables[k].name] = tuple(values)
        found, lump_of, first = found.of(step), step.lump_of[lump_of], first[step.first]
    for k, known in labels.items():
        if any(len(value) != 1 for value in known):
            told[variables[k].name] = tuple(known[label] for label in found.codes[:, k].tolist())
    return Lumping(lump_of, first, told)


def _only(k: int, count: int) -> Bools:
    """Bool[count]: the one at place ``k``."""
    return np.equal(np.arange(count), k)


@final
@dataclass(frozen=True, eq=False)
class _Quotient:
    """States of which some are one already, as in ``lumped``; codes of stocks number what is told of them."""

    codes: Ints
    kinds: Ints
    laws: csr_array
    starts: Ints
    profiles: Ints

    def merged(self, free: Bools) -> Lumping:
        """Which are one if they may differ in some variables, Bool[variables]; in the order of their first states."""
        table = np.column_stack([self.codes[:, ~free], self.kinds])
        _, kind = np.unique(table, axis=0, return_inverse=True)
        lump_of = _coarsest(kind.ravel(), self.laws, self.starts, self.profiles)
        first = np.unique(lump_of, return_index=True)[1]
        order = np.argsort(first)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return Lumping(place[lump_of], first[order])

    def of(self, step: Lumping) -> _Quotient:
        """What is left when these are one."""
        first = step.first
        return _Quotient(
            self.codes[first], self.kinds[first], lead_to(self.laws, step.lump_of, len(first)), self.starts[first],
            self.profiles[first],
        )  # fmt: skip


def _coarsest(lump_of: Ints, laws: csr_array, starts: Ints, profiles: Ints) -> Ints:
    """Int[states]: the coarsest partition within a given one whose members lead to its members with equal chances.

    Only states are looked at again that may lead to one which was told apart since; who is alone already never is.
    """
    lump_of, count = lump_of.copy(), int(lump_of.max()) + 1
    leads: list[tuple[bytes, ...]] = [()] * len(lump_of)
    looked_at = np.ones(len(lump_of), dtype=bool)
    while True:
        alone = np.bincount(lump_of, minlength=count)[lump_of] == 1
        again = np.flatnonzero(looked_at & ~alone)
        for s, ahead in zip(again.tolist(), _ahead(lump_of, count, laws, starts[again], profiles[again]), strict=True):
            leads[s] = ahead
        touched = np.zeros(count, dtype=bool)
        touched[lump_of[again]] = True
        parted = np.zeros(len(lump_of), dtype=bool)
        known: dict[tuple[int, tuple[bytes, ...]], int] = {}
        kept = set[int]()
        for s in np.flatnonzero(touched[lump_of]).tolist():
            lump = int(lump_of[s])
            if (lump, leads[s]) not in known:
                known[lump, leads[s]] = count if lump in kept else lump
                count += lump in kept
                kept.add(lump)
            lump_of[s] = known[lump, leads[s]]
            parted[s] = lump_of[s] != lump
        if not parted.any():
            return lump_of
        met = np.concatenate([[0], np.cumsum(parted[laws.indices])])
        looked_at = met[laws.indptr[starts + profiles]] > met[laws.indptr[starts]]


def _ahead(lump_of: Ints, count: int, laws: csr_array, starts: Ints, profiles: Ints) -> Iterator[tuple[bytes, ...]]:
    """Per state, with ``profiles`` laws from ``starts`` on, what tells its laws over lumps from others."""
    ends = np.cumsum(profiles)
    rows = np.repeat(starts - ends + profiles, profiles) + np.arange(int(profiles.sum()))
    ahead = lead_to(laws[rows], lump_of, count)
    for start, stop in zip((ends - profiles).tolist(), ends.tolist(), strict=True):
        pointer = ahead.indptr[start : stop + 1]
        span = slice(int(pointer[0]), int(pointer[-1]))
        yield (pointer - pointer[0]).tobytes(), ahead.indices[span].tobytes(), ahead.data[span].tobytes()


def _told_of(
    codes: Ints, k: int, variable: StateVariable, step: Lumping
) -> list[tuple[str | int | float, ...]]:
    """What is told of a variable in each state that is left: the values that it stands for, none if they are all."""
    _, around = np.unique(np.delete(codes, k, axis=1), axis=0, return_inverse=True)
    count = len(step.first)
    values = [set[int]() for _ in range(count)]
    possible = [set[int]() for _ in range(int(around.max()) + 1)]
    place = np.zeros(count, dtype=np.int64)
    for s, lump in enumerate(step.lump_of.tolist()):
        values[lump].add(int(codes[s, k]))
        possible[int(around.ravel()[s])].add(int(codes[s, k]))
        place[lump] = around.ravel()[s]
    return [
        () if len(found) > 1 and found == possible[int(where)]
        else tuple(variable.values[code] for code in sorted(found))
        for found, where in zip(values, place, strict=True)
    ]  # fmt: skip
