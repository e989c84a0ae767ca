"""Laws of what everyone sees in whole numbers, and differences between them: quick to add up exactly."""

from __future__ import annotations

from functools import cached_property
from math import lcm
from typing import final

from games.certificates.exact_game import ExactGame
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.stochastic_game import StochasticGame

Weights = tuple[dict[Outcome, int], int]
"""Whole numbers by outcome, no zeros, and the positive number to divide them all by."""


@final
class OutcomeWeights:
    """The laws of a game's rows; each is worked out once."""

    def __init__(self, game: StochasticGame) -> None:
        self.game, self.exact = game, ExactGame.of(game)
        self._laws = OutcomeLaws(game)
        self._known: dict[int, Weights] = {}
        self._differences: dict[tuple[int, int], Weights] = {}
        self._ahead: dict[int, frozenset[int]] = {}
        self._possible: dict[int, frozenset[Outcome]] = {}

    def law(self, row: int) -> Weights:
        """Probabilities of the outcomes of a row."""
        if row not in self._known:
            law = self._laws.exact(row)
            below = lcm(*(p.denominator for p in law.values()))
            self._known[row] = {z: p.numerator * (below // p.denominator) for z, p in law.items()}, below
        return self._known[row]

    def difference(self, row: int, other: int) -> Weights:
        """How much likelier each outcome is after ``row`` than after ``other``."""
        key = row, other
        if key not in self._differences:
            (own, below), (theirs, their_below) = self.law(row), self.law(other)
            total = lcm(below, their_below)
            here, there = total // below, total // their_below
            out = {z: p * here for z, p in own.items()}
            for z, p in theirs.items():
                out[z] = out.get(z, 0) - p * there
            self._differences[key] = {z: p for z, p in out.items() if p}, total
        return self._differences[key]

    def possible(self, row: int) -> frozenset[Outcome]:
        """Outcomes of a row, or of a deviation of one player from it."""
        if row not in self._possible:
            game = self.game
            rows = {b for i in range(game.n_players) for b in game.deviation_rows(row, i)}
            self._possible[row] = frozenset(z for b in rows for z in self.law(b)[0])
        return self._possible[row]

    def ahead(self, state: int) -> frozenset[int]:
        """Next states that some row of a state makes possible."""
        if state not in self._ahead:
            rows = self.game.rows_of(state)
            # Signals, which may be thousands, are read only where next states depend on them.
            ahead = (z[1] for row in rows for z in self.law(row)[0])
            self._ahead[state] = frozenset(ahead if self._laws.signals_tell else self.exact.next_states(rows))
        return self._ahead[state]

    @cached_property
    def reached(self) -> tuple[int, ...]:
        """States that play can reach from the initial one, whatever is done."""
        seen, waiting = {self.game.initial}, [self.game.initial]
        while waiting:
            new = self.ahead(waiting.pop()) - seen
            seen |= new
            waiting += new
        return tuple(sorted(seen))
