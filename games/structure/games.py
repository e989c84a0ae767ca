"""Games of one structure in floating point, made from their numbers and one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.public_monitoring import PublicMonitoring, SignalTable, packed
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Laws, Structure


@final
@dataclass(frozen=True, eq=False)
class Table:
    """Where the numbers of a sparse table stand.

    ``indptr``  Int[rows + 1]; ``indices`` Int[entries]: the columns, in order; ``which`` Int[entries]: the numbers.
    """

    indptr: Ints
    indices: Ints
    which: Ints

    @staticmethod
    def of(laws: Laws, rows: Ints) -> Table:
        """The laws of some rows, one after another."""
        of = laws.of_row[rows]
        length = (laws.start[1:] - laws.start[:-1])[of]
        indptr = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        at = np.repeat(laws.start[of] - indptr[:-1], length) + np.arange(int(indptr[-1]))
        return Table(indptr, laws.state[at], laws.chance[at])

    @property
    def row(self) -> Ints:
        """Int[entries]: whose each entry is, counted from 0."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    def filled(self, numbers: Floats, width: int) -> csr_array:
        """csr_array[rows, width]."""
        return csr_array((numbers[self.which], self.indices, self.indptr), shape=(len(self.indptr) - 1, width))


@final
@dataclass(frozen=True, eq=False)
class FloatGames:
    """The games of a structure.

    ``like``  one of them; names, moves, kind of payments and the labels of signals are taken from it.
    """

    structure: Structure | PublicStructure
    like: StochasticGame

    def at(self, numbers: Numbers | PublicNumbers) -> StochasticGame:
        """The game of some numbers, all of which are taken to be the floats that they are."""
        like = self.like
        if isinstance(numbers, PublicNumbers):
            payoffs, monitoring = numbers.payoff, self._monitoring(numbers)
        else:
            payoffs, monitoring = numbers.payoff[numbers.structure.quotient.class_of], None
        return replace(
            like,
            discount=numbers.discount,
            payoffs=payoffs,
            transition=self._motion.filled(numbers.chances, like.n_states),
            monitoring=monitoring,
            rationals={},
        )

    @cached_property
    def _motion(self) -> Table:
        s = self.structure
        if isinstance(s, PublicStructure):
            return Table.of(s.motion, np.arange(self.like.n_rows))
        laws = Laws(s.law[s.quotient.class_of], s.law_start, s.law_state, s.law_chance)
        return Table.of(laws, np.arange(self.like.n_rows))

    @cached_property
    def _tables(self) -> tuple[Table | None, ...]:
        """Per state where the chances of its signals stand, as in the game that the others are like; None without."""
        s, seen = self.structure, self.like.monitoring
        assert isinstance(s, PublicStructure) and seen is not None
        out: list[Table | None] = []
        for state, labels in enumerate(seen.signals):
            if not labels:
                out.append(None)
                continue
            rows = np.arange(s.row_start[state], s.row_start[state + 1])
            said = Table.of(s.heard, rows)
            kept, place = np.unique(said.indices, return_inverse=True)
            # What is seen of the moves comes first, then what is heard beside, of all that may be.
            out.append(Table(said.indptr, s.seen[rows][said.row] * len(kept) + place.ravel(), said.which))
        return tuple(out)

    def _monitoring(self, numbers: PublicNumbers) -> PublicMonitoring:
        like = self.like.monitoring
        assert like is not None
        laws: list[SignalTable] = []
        for labels, table, empty in zip(like.signals, self._tables, like.law, strict=True):
            laws.append(empty if table is None else packed(table.filled(numbers.said, len(labels))))
        after = None if like.next_law is None else self._next_law(numbers, like.next_law)
        return replace(like, law=tuple(laws), next_law=after, rationals={})

    @cached_property
    def _given(self) -> tuple[Ints, Ints, Ints]:
        """Of the entries of laws of next states given what is heard, in order: their place among those of the game
        that the others are like, the number of the chance of both, and that of what is heard.
        """
        s, seen = self.structure, self.like.monitoring
        assert isinstance(s, PublicStructure) and s.joint is not None and seen is not None
        assert seen.next_law is not None
        places, both, heard = [], [], []
        for state, table in enumerate(self._tables):
            if table is None:
                continue
            rows = np.arange(s.row_start[state], s.row_start[state + 1])
            said, joint = Table.of(s.heard, rows), Table.of(s.joint, rows)
            key = joint.row * s.combinations + joint.indices // s.n_states
            at = np.searchsorted(said.row * s.combinations + said.indices, key)
            pair = seen.pair_start[state] + joint.row * len(seen.signals[state]) + table.indices[at]
            places.append(self._places(seen.next_law, pair, joint.indices % s.n_states))
            both.append(joint.which)
            heard.append(said.which[at])
        return np.concatenate(places), np.concatenate(both), np.concatenate(heard)

    @staticmethod
    def _places(law: csr_array, rows: Ints, columns: Ints) -> Ints:
        """Int[k]: where entries of a sparse law with sorted columns stand."""
        each = np.repeat(np.arange(law.shape[0]), np.diff(law.indptr))
        return np.searchsorted(each * law.shape[1] + law.indices, rows * law.shape[1] + columns).astype(np.int64)

    def _next_law(self, numbers: PublicNumbers, like: csr_array) -> csr_array:
        place, both, heard = self._given
        assert numbers.joint is not None
        data = like.data.copy()
        data[place] = numbers.joint[both] / numbers.said[heard]
        return csr_array((data, like.indices, like.indptr), shape=like.shape)
