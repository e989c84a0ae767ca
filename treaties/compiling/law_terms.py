"""Where the laws of a game lead, as sums of products of the few chances that clauses name.

Products and sums are those that compilation takes, in its order, so that the same numbers give the same law to the
last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.numbering import numbered

ONE, NONE = 0, 1
"""Places of 1 and of 0 among the numbers."""


@final
@dataclass(frozen=True, eq=False)
class Products:
    """Products of some numbers, each factor after the other.

    ``factors``  Int[products, k] into the numbers.
    """

    factors: Ints

    @staticmethod
    def of(columns: Sequence[Ints]) -> tuple[Products, Ints]:
        """The distinct products of entries whose factors stand in some columns; and Int[entries], which each is."""
        place, first = numbered(*columns)
        factors = np.stack([column[first] for column in columns], axis=1)
        # Ones make no difference, so they go to the end, where all products have them.
        factors = np.take_along_axis(factors, np.argsort(factors == ONE, axis=1, kind="stable"), axis=1)
        return Products(factors[:, : max(int((factors != ONE).sum(axis=1).max(initial=0)), 1)]), place

    def at(self, numbers: Floats) -> Floats:
        """Float[products]."""
        out = numbers[self.factors[:, 0]]
        for k in range(1, self.factors.shape[1]):
            out = out * numbers[self.factors[:, k]]
        return out


@final
@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of some terms, one after the other.

    ``first``  Int[sums], the first term of each; ``more`` pairs of sums that have another, and these.
    """

    first: Ints
    more: tuple[tuple[Ints, Ints], ...]

    def at(self, terms: Floats) -> Floats:
        """Float[sums]."""
        out = terms[self.first]
        for which, term in self.more:
            out[which] += terms[term]
        return out


@final
@dataclass(frozen=True, eq=False)
class Entries:
    """Laws by the numbers of their entries: ``which`` Int[entries], with the places of a csr matrix."""

    which: Ints
    indices: Ints
    indptr: Ints

    def put_together(self) -> tuple[Sums, Entries]:
        """The laws with entries of one column added up, as scipy does it; their entries are sums of the entries here.

        scipy sorts entries by columns alone, so that the order in which those of one column are added does not depend
        on what they are.
        """
        count = len(self.indptr) - 1
        width = int(self.indices.max(initial=0)) + 1
        law = csr_array((self.which.astype(np.float64), self.indices.copy(), self.indptr.copy()), shape=(count, width))
        law.sort_indices()
        which, row = law.data.astype(np.int64), np.repeat(np.arange(count), np.diff(law.indptr))
        begins = np.flatnonzero((np.diff(row, prepend=-1) != 0) | (np.diff(law.indices, prepend=-1) != 0))
        length = np.diff(begins, append=len(which))
        columns = [
            np.where(length > k, which[np.minimum(begins + k, len(which) - 1)], -1)
            for k in range(int(length.max(initial=1)))
        ]
        place, first = numbered(*columns)
        more = []
        for column in columns[1:]:
            term = column[first]
            there = np.flatnonzero(term >= 0)
            more.append((there, term[there]))
        pointer = np.searchsorted(row[begins], np.arange(count + 1)).astype(np.int64)
        return Sums(columns[0][first], tuple(more)), Entries(place, law.indices[begins].astype(np.int64), pointer)

    def lead_to(self, lump_of: Ints) -> Entries:
        """With columns renamed."""
        return Entries(self.which, lump_of[self.indices], self.indptr)

    def some(self, rows: Ints) -> Entries:
        """Some of the laws, in an order of one's own."""
        length = np.diff(self.indptr)[rows]
        pointer = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
        at = np.repeat(self.indptr[rows] - pointer[:-1], length) + np.arange(int(pointer[-1]))
        return Entries(self.which[at], self.indices[at], pointer)

    @staticmethod
    def joined(pieces: Sequence[Entries]) -> Entries:
        """The laws of several pieces, one after the other."""
        length = np.concatenate([np.diff(piece.indptr) for piece in pieces])
        return Entries(
            np.concatenate([piece.which for piece in pieces]),
            np.concatenate([piece.indices for piece in pieces]),
            np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        )

    @staticmethod
    def where(there: Bools, which: Ints, columns: Ints) -> Entries:
        """From Bool[laws, k], the entries that are there, Int[laws, k] which they are, and their columns."""
        pointer = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
        return Entries(which[there], columns[there], pointer)
