"""What everyone sees of what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


@final
@dataclass(frozen=True, eq=False)
class PublicMonitoring:
    """Public signals drawn from a law that depends on the state and on the action profile.

    ``signals``    labels, ``signals[state]``; no labels in a state means that everyone sees the profile there.
    ``law``        one Float[rows of the state, signals of the state] per state; rows sum to 1.
    ``next_law``   None when the next state does not depend on the signal; otherwise csr_array[pairs, states], the law
                   of the next state given a (row, signal) pair, pairs in C order, states one after another.
    ``rationals``  exact values of the entries that the shortest decimal of the float does not name, keyed
                   ("signal", row, signal) or ("next", pair, state).

    Source: Abreu, Pearce and Stacchetti (1990).
    """

    signals: tuple[tuple[str, ...], ...]
    law: tuple[NDArray[np.float64], ...]
    next_law: csr_array | None = None
    rationals: Mapping[tuple[str, int, int], Fraction] = field(default_factory=dict)

    @cached_property
    def pair_start(self) -> NDArray[np.int64]:
        """Int[states + 1]: first (row, signal) pair of each state."""
        return np.concatenate([[0], np.cumsum([x.size for x in self.law])]).astype(np.int64)

    @cached_property
    def exact_next(self) -> dict[int, dict[int, Fraction]]:
        """Per (row, signal) pair the chances of next states that no float names."""
        out: dict[int, dict[int, Fraction]] = {}
        for (kind, pair, state), value in self.rationals.items():
            if kind == "next":
                out.setdefault(pair, {})[state] = value
        return out

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the labels and laws."""
        t = self.next_law
        content = repr((
            self.signals,
            [x.tolist() for x in self.law],
            None if t is None else (t.indptr.tolist(), t.indices.tolist(), t.data.tolist()),
            sorted((*key, str(value)) for key, value in self.rationals.items()),
        ))
        return hashlib.sha256(content.encode()).hexdigest()
