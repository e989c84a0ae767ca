"""What everyone sees, in exact rationals of python-flint: the signal together with the next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, final

from flint import fmpq

from games.certificates.exact_game import ExactGame
from games.certificates.transfers.worth import rational
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.stochastic_game import StochasticGame

Law = Mapping[Outcome, Any]
"""Probabilities (python-flint) of (signal, next state) pairs; no zeros."""


@final
@dataclass(frozen=True, eq=False)
class ExactOutcomes:
    """Payoffs and outcomes of the rows of a game in which all players share one discount factor."""

    exact: ExactGame
    laws: OutcomeLaws
    known: dict[int, Law] = field(default_factory=dict)

    @staticmethod
    def of(game: StochasticGame) -> ExactOutcomes:
        """The exact form of a game."""
        return ExactOutcomes(ExactGame.of(game), OutcomeLaws(game))

    @property
    def game(self) -> StochasticGame:
        """The game."""
        return self.exact.game

    @cached_property
    def factor(self) -> Any:
        """The discount factor."""
        return rational(self.exact.discount[0])

    def payoff(self, row: int, player: int) -> Any:
        """Payoff of a period."""
        t = self.exact.tables
        return fmpq(t.payoff[row, player], t.payoff_unit)

    def law(self, row: int) -> Law:
        """Probabilities of the outcomes of a row."""
        if row not in self.known:
            self.known[row] = {z: rational(p) for z, p in self.laws.exact(row).items()}
        return self.known[row]

    def possible(self, row: int) -> set[Outcome]:
        """Outcomes of a row, or of a deviation of one player from it."""
        game = self.game
        return {z for i in range(game.n_players) for b in game.deviation_rows(row, i) for z in self.law(b)}

def unfit_for_public_transfers(game: StochasticGame) -> str | None:
    """Why the theory of voluntary transfers under public monitoring does not speak of a game; None if it does."""
    if game.transfers != "voluntary":
        return "players cannot pay one another in this game"
    if len({game.exact_discount(i) for i in range(game.n_players)}) > 1:
        return "discount factors differ, so that payments over time could make all players better off without bound"
    return None
