"""What a game is apart from discount factors: where its rows are, and which of them are alike, told apart exactly.

Games that differ in their discount factors only share their ``RowTables``, which are checked once and counted once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.numerics.arrays import Ints
from games.numerics.numbering import numbered, numbered_lists

Exact = Mapping[tuple[int, int], Fraction]
"""Exact values of the few entries that the shortest decimal of the float does not name, by (row, column)."""


@final
@dataclass(frozen=True, eq=False)
class Layout:
    """Where the rows of states and profiles are: ``actions[state][player]`` are labels."""

    actions: tuple[tuple[tuple[str, ...], ...], ...]

    @cached_property
    def counts(self) -> Ints:
        """Int[states, players]: how many actions each player has in each state."""
        return np.array([[len(labels) for labels in per_player] for per_player in self.actions], dtype=np.int64)

    @cached_property
    def row_start(self) -> Ints:
        """Int[states + 1]: first row of each state."""
        sizes = self.counts.prod(axis=1)
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @cached_property
    def row_state(self) -> Ints:
        """Int[rows]: the state that each row belongs to."""
        return np.repeat(np.arange(len(self.actions)), np.diff(self.row_start))

    @cached_property
    def stride(self) -> Ints:
        """Int[states, players]: how far apart two rows are that differ by one in a player's action."""
        out = np.ones_like(self.counts)
        for i in range(out.shape[1] - 2, -1, -1):
            out[:, i] = out[:, i + 1] * self.counts[:, i + 1]
        return out

    @cached_property
    def own_action(self) -> Ints:
        """Int[rows, players]: the action index that each player takes in each row."""
        out = np.empty((int(self.row_start[-1]), self.counts.shape[1]), dtype=np.int64)
        kinds, kind = np.unique(self.counts, axis=0, return_inverse=True)
        tables = [np.indices(counts).reshape(len(counts), -1).T for counts in kinds.tolist()]
        for k, first, stop in zip(kind.ravel(), self.row_start[:-1], self.row_start[1:], strict=True):
            out[first:stop] = tables[k]
        return out


@final
@dataclass(frozen=True, eq=False)
class Payoffs:
    """Payoffs of rows: ``table`` Float[rows, players], with the exact values of some entries."""

    table: NDArray[np.float64]
    exact: Exact

    @cached_property
    def _numbered(self) -> tuple[Ints, Ints]:
        return numbered(*self.table.T, _unnamed(len(self.table), self.exact))

    @property
    def number(self) -> Ints:
        """Int[rows]: rows share a number when they give all players the same payoffs, exactly."""
        return self._numbered[0]

    @property
    def first(self) -> Ints:
        """Int[numbers]: the first row that has each number."""
        return self._numbered[1]


@final
@dataclass(frozen=True, eq=False)
class Laws:
    """Laws of the next state: ``table`` csr_array[rows, states], with the exact values of some entries.

    Entries with an exact value need not be among the matrix's entries.
    """

    table: csr_array
    exact: Exact

    @cached_property
    def _numbered(self) -> tuple[Ints, Ints]:
        t = self.table
        if not t.has_sorted_indices or not np.all(t.data):
            t = t.copy()
            t.sort_indices()
            t.eliminate_zeros()
        pointer = t.indptr.astype(np.int64)
        kinds, first = numbered_lists(pointer[:-1], pointer[1:], t.indices, t.data)
        return numbered(kinds, _unnamed(t.shape[0], self.exact)) if self.exact else (kinds, first)

    @property
    def number(self) -> Ints:
        """Int[rows]: rows share a number when they have the same law of the next state, exactly."""
        return self._numbered[0]

    @property
    def first(self) -> Ints:
        """Int[numbers]: the first row that has each number."""
        return self._numbered[1]

    @cached_property
    def exact_by_row(self) -> dict[int, dict[int, Fraction]]:
        """Per row the chances that no float names."""
        out: dict[int, dict[int, Fraction]] = {}
        for (row, state), value in self.exact.items():
            out.setdefault(row, {})[state] = value
        return out


@final
@dataclass(frozen=True, eq=False)
class RowTables:
    """The rows of a game: where they are, what they pay and where they lead."""

    layout: Layout
    payoffs: Payoffs
    laws: Laws

    @staticmethod
    def of(
        actions: tuple[tuple[tuple[str, ...], ...], ...],
        payoffs: NDArray[np.float64],
        transition: csr_array,
        rationals: Mapping[tuple[str, int, int], Fraction],
        known: RowTables | None,
    ) -> RowTables:
        """The tables of a game's arrays; whatever is the same in a ``known`` one is taken from it."""
        paid, led = (
            {key[1:]: value for key, value in rationals.items() if key[0] == kind} for kind in ("payoff", "transition")
        )
        if known is None or known.layout.actions is not actions:
            return RowTables(Layout(actions), Payoffs(payoffs, paid), Laws(transition, led))
        same_payoffs = known.payoffs.table is payoffs and known.payoffs.exact == paid
        same_laws = known.laws.table is transition and known.laws.exact == led
        if same_payoffs and same_laws:
            return known
        return RowTables(
            known.layout,
            known.payoffs if same_payoffs else Payoffs(payoffs, paid),
            known.laws if same_laws else Laws(transition, led),
        )

    @cached_property
    def outcome_class(self) -> Ints:
        """Int[rows]: rows of one state share a number when they give the same payoffs and the same next-state law."""
        return numbered(self.layout.row_state, self.laws.number, self.payoffs.number)[0]

    @cached_property
    def always_had(self) -> NDArray[np.float64]:
        """Float[players]: replying best in every period earns a player its pure minmax there; the least over states."""
        layout, payoffs = self.layout, self.payoffs.table
        out = np.empty(payoffs.shape[1])
        for i in range(len(out)):
            same = np.arange(len(payoffs)) - layout.own_action[:, i] * layout.stride[layout.row_state, i]
            best = np.full(len(payoffs), -np.inf)
            np.maximum.at(best, same, payoffs[:, i])
            best[best == -np.inf] = np.inf
            out[i] = best.min()
        return out

    @cached_property
    def rows_of_laws(self) -> tuple[Ints, Ints, Ints]:
        """Pairs (state, number of a law) that occur, sorted, as two arrays, and of how many rows each."""
        laws = len(self.laws.first)
        code, rows = np.unique(self.layout.row_state * laws + self.laws.number, return_counts=True)
        return code // laws, code % laws, rows


def _unnamed(rows: int, exact: Exact) -> Ints:
    """Int[rows]: rows share a number when the entries that no float names are the same; 0 without any."""
    entries: dict[int, set[tuple[int, Fraction]]] = {}
    for (row, column), value in exact.items():
        entries.setdefault(row, set()).add((column, value))
    known: dict[frozenset[tuple[int, Fraction]], int] = {}
    out = np.zeros(rows, dtype=np.int64)
    for row, found in entries.items():
        out[row] = known.setdefault(frozenset(found), len(known) + 1)
    return out
