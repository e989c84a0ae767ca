"""Laws of what everyone sees at the end of a period, in floating point and exactly.

An outcome is the public signal together with the next state.  Where a state has no signals everyone sees the profile;
its number within the state then serves as the signal.
"""

from __future__ import annotations

from fractions import Fraction
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame
from games.numerics.exact import to_fraction

Outcome = tuple[int, int]
"""(signal, next state)."""


@final
class OutcomeLaws:
    """The law of outcomes of every row of a game; rows are read when they are asked for."""

    def __init__(self, game: StochasticGame) -> None:
        self.game = game
        self._exact: dict[int, dict[Outcome, Fraction]] = {}
        self._float: dict[int, dict[Outcome, float]] = {}
        self._ahead: dict[int, dict[int, Fraction]] = {}
        self._alike: dict[tuple[bytes, int], dict[Outcome, Fraction]] = {}

    def signal_label(self, state: int, signal: int) -> str:
        """A signal in words: its label, or the profile seen."""
        game = self.game
        labels = game.monitoring.signals[state] if game.monitoring is not None else ()
        first = int(game.row_start[state])
        return labels[signal] if labels else "(" + ", ".join(game.profile_labels(first + signal)) + ")"

    def exact(self, row: int) -> dict[Outcome, Fraction]:
        """Probability of every outcome that a row makes possible: what was given, divided by its exact sums."""
        if row not in self._exact:
            self._exact[row] = self._exact_law(row)
        return self._exact[row]

    @property
    def signals_tell(self) -> bool:
        """Whether the law of the next state depends on the signal."""
        return self.game.monitoring is not None and self.game.monitoring.next_law is not None

    def law(self, row: int) -> dict[Outcome, float]:
        """The same in floating point."""
        if row not in self._float:
            self._float[row] = self._float_law(row)
        return self._float[row]

    def _exact_law(self, row: int) -> dict[Outcome, Fraction]:
        game, (state, k) = self.game, self._place(row)
        seen = game.monitoring
        if seen is None or not seen.signals[state]:
            return {(k, s): p for s, p in game.exact_transition(row).items()}
        chances = seen.chances(state, k)
        plain = seen.next_law is None and row not in seen.exact_signals
        # Rows that send the same signals and lead to the same states have one law.
        key = (chances.tobytes(), int(game.law_number[row]))
        if plain and key in self._alike:
            return self._alike[key]
        here = np.flatnonzero(chances)
        signal = {y: to_fraction(p) for y, p in zip(here.tolist(), chances[here].tolist(), strict=True)}
        signal = dict(sorted((signal | seen.exact_signals.get(row, {})).items()))
        total = sum(signal.values(), Fraction(0))
        out: dict[Outcome, Fraction] = {}
        for y, p in signal.items():
            if p:
                after = self._exact_ahead(row) if seen.next_law is None else self._exact_next(state, k, y)
                share = p / total
                out |= {(y, s): share * q for s, q in after.items()}
        if plain:
            self._alike[key] = out
        return out

    def _exact_ahead(self, row: int) -> dict[int, Fraction]:
        """The law of the next state, whatever the signal."""
        number = int(self.game.law_number[row])
        if number not in self._ahead:
            self._ahead[number] = self.game.exact_transition(row)
        return self._ahead[number]

    def _exact_next(self, state: int, k: int, signal: int) -> dict[int, Fraction]:
        seen = self.game.monitoring
        assert seen is not None and seen.next_law is not None
        t, pair = seen.next_law, int(seen.pair_start[state]) + k * len(seen.signals[state]) + signal
        span = slice(int(t.indptr[pair]), int(t.indptr[pair + 1]))
        law = {s: to_fraction(p) for s, p in zip(t.indices[span].tolist(), t.data[span].tolist(), strict=True)}
        law |= seen.exact_next.get(pair, {})
        total = sum(law.values(), Fraction(0))
        return {s: p / total for s, p in sorted(law.items()) if p}

    def _float_law(self, row: int) -> dict[Outcome, float]:
        game, (state, k) = self.game, self._place(row)
        seen = game.monitoring
        if seen is None or not seen.signals[state]:
            return {(k, s): p for s, p in _entries(game.transition, row)}
        chances = seen.chances(state, k)
        weights = chances / chances.sum()
        first = int(seen.pair_start[state]) + k * len(seen.signals[state])
        shared = _entries(game.transition, row) if seen.next_law is None else []
        out: dict[Outcome, float] = {}
        for y in np.flatnonzero(weights).tolist():
            after = shared if seen.next_law is None else _entries(seen.next_law, first + y)
            out |= {(y, s): float(weights[y]) * q for s, q in after}
        return out

    def _place(self, row: int) -> tuple[int, int]:
        state = int(self.game.row_state[row])
        return state, row - int(self.game.row_start[state])


def _entries(law: csr_array, row: int) -> list[tuple[int, float]]:
    """(state, probability) pairs of a row of a sparse law, in order of state, probabilities divided by their sum."""
    span = slice(int(law.indptr[row]), int(law.indptr[row + 1]))
    weights = (law.data[span] / law.data[span].sum()).tolist()
    return [(s, p) for s, p in sorted(zip(law.indices[span].tolist(), weights, strict=True)) if p]
