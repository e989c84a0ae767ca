"""What everyone sees of what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

LARGE = 100_000
"""Tables with more entries than this are written, and best held, without their zeros."""
SignalTable = NDArray[np.float64] | csr_array
"""Float[rows of a state, signals of a state], with all entries or those that are not zero."""


@final
@dataclass(frozen=True, eq=False)
class PublicMonitoring:
    """Public signals drawn from a law that depends on the state and on the action profile.

    ``signals``    labels, ``signals[state]``; no labels in a state means that everyone sees the profile there.
    ``law``        one Float[rows of the state, signals of the state] per state; rows sum to 1.  A csr_array of that
                   shape where most signals never follow a row (``packed``).
    ``next_law``   None when the next state does not depend on the signal; otherwise csr_array[pairs, states], the law
                   of the next state given a (row, signal) pair, pairs in C order, states one after another.
    ``rationals``  exact values of the entries that the shortest decimal of the float does not name, keyed
                   ("signal", row, signal) or ("next", pair, state).

    Source: Abreu, Pearce and Stacchetti (1990).
    """

    signals: tuple[tuple[str, ...], ...]
    law: tuple[SignalTable, ...]
    next_law: csr_array | None = None
    rationals: Mapping[tuple[str, int, int], Fraction] = field(default_factory=dict)

    def chances(self, state: int, row: int) -> NDArray[np.float64]:
        """Float[signals]: how likely each signal is after a row, counted from the first of its state."""
        table = self.law[state]
        if not issparse(table):
            return np.asarray(table[row])
        out = np.zeros(table.shape[1])
        span = slice(int(table.indptr[row]), int(table.indptr[row + 1]))
        out[table.indices[span]] = table.data[span]
        return out

    def table(self, state: int) -> NDArray[np.float64]:
        """Float[rows of the state, signals of the state]: the law of a state, unpacked."""
        return dense(self.law[state])

    @cached_property
    def pair_start(self) -> NDArray[np.int64]:
        """Int[states + 1]: first (row, signal) pair of each state."""
        return np.concatenate([[0], np.cumsum([x.shape[0] * x.shape[1] for x in self.law])]).astype(np.int64)

    @cached_property
    def exact_signals(self) -> dict[int, dict[int, Fraction]]:
        """Per row of the game the chances of signals that no float names."""
        return self._exact("signal")

    @cached_property
    def exact_next(self) -> dict[int, dict[int, Fraction]]:
        """Per (row, signal) pair the chances of next states that no float names."""
        return self._exact("next")

    def _exact(self, what: str) -> dict[int, dict[int, Fraction]]:
        out: dict[int, dict[int, Fraction]] = {}
        for (kind, place, column), value in self.rationals.items():
            if kind == what:
                out.setdefault(place, {})[column] = value
        return out

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the labels and laws, however they are held."""
        t = self.next_law
        content = repr((
            self.signals,
            [_written(x) for x in self.law],
            None if t is None else (t.indptr.tolist(), t.indices.tolist(), t.data.tolist()),
            sorted((*key, str(value)) for key, value in self.rationals.items()),
        ))
        return hashlib.sha256(content.encode()).hexdigest()


def packed(table: NDArray[np.float64] | csr_array) -> SignalTable:
    """A table of signals as it is best held: sparse if it is large, else every entry."""
    rows, signals = table.shape
    return _sparse(table) if rows * signals > LARGE else dense(table)


def dense(table: SignalTable) -> NDArray[np.float64]:
    """Float[rows, signals]: every entry of a table."""
    return np.asarray(table.toarray() if issparse(table) else table)


def _sparse(table: SignalTable) -> csr_array:
    out = csr_array(table)
    out.sum_duplicates()
    out.eliminate_zeros()
    return out


def _written(table: SignalTable) -> list[Any]:
    """What a table says: every entry of a small one, what is not zero of a large one; the same however it is held."""
    if table.shape[0] * table.shape[1] <= LARGE:
        written: list[Any] = dense(table).tolist()
        return written
    held = _sparse(table)
    return [list(held.shape), held.indptr.tolist(), held.indices.tolist(), held.data.tolist()]
