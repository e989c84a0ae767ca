"""Exact payoffs with side payments: what rows bring to all players together, and to each by its best reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, final

from flint import fmpq

from games.certificates.certificate import SolutionConcept
from games.certificates.exact_game import ExactGame
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import quotient


@final
@dataclass(frozen=True, eq=False)
class ExactWorth:
    """Rationals (python-flint) of rows of a game in which all players share one discount factor."""

    exact: ExactGame
    _laws: dict[int, list[tuple[int, Any]]] = field(default_factory=dict, init=False)

    @staticmethod
    def of(game: StochasticGame) -> ExactWorth:
        """The exact form of a game."""
        return ExactWorth(ExactGame.of(game))

    @cached_property
    def factor(self) -> Any:
        """The discount factor."""
        return rational(self.exact.discount[0])

    def law(self, row: int) -> list[tuple[int, Any]]:
        """Next states with their probabilities."""
        t = self.exact.tables
        k = int(t.law_of_row[row])
        if k not in self._laws:
            span, below = slice(int(t.law_start[k]), int(t.law_start[k + 1])), t.law_total[k]
            self._laws[k] = [(s, fmpq(w, below))
                             for s, w in zip(t.law_state[span].tolist(), t.law_weight[span].tolist(), strict=True)]
        return self._laws[k]

    def payoff(self, row: int, player: int | None) -> Any:
        """Payoff of a period of one player, or of all together (None)."""
        t = self.exact.tables
        mine = sum(t.payoff[row].tolist()) if player is None else t.payoff[row, player]
        return fmpq(mine, t.payoff_unit)

    def ahead(self, values: Sequence[Any]) -> Ahead:
        """Payoffs per state from the next period on, which may not change any more."""
        return Ahead(self, values)

    def worth(self, row: int, player: int | None, ahead: Ahead) -> Any:
        """Average discounted payoff of a row now and of what is ``ahead`` from the next period on."""
        factor = self.factor
        return (1 - factor) * self.payoff(row, player) + factor * ahead.expected(row)

    def best_reply(self, row: int, player: int, ahead: Ahead) -> Any:
        """The most that a player can have while the others play their part of ``row``; it may comply as well."""
        replies = self.exact.game.deviation_rows(row, player)
        # All rows that the player can bring about from one another have one best reply.
        key = player, replies.start
        if key not in ahead.best:
            ahead.best[key] = max(self.worth(b, player, ahead) for b in replies)
        return ahead.best[key]

    def slack(self, row: int, joint: Ahead, worst: Sequence[Ahead]) -> Any:
        """What deterring every player from deviating leaves of the joint payoff; ``worst`` per player, per state."""
        tempted = (self.best_reply(row, i, worst[i]) for i in range(self.exact.game.n_players))
        return self.worth(row, None, joint) - sum(tempted, fmpq(0))


@final
@dataclass(frozen=True, eq=False)
class Ahead:
    """Rational payoffs per state from the next period on, expected over each distinct law of the next state once.

    ``best``  best replies found so far, by the player and its first row.
    """

    worth: ExactWorth
    values: Sequence[Any]
    best: dict[tuple[int, int], Any] = field(default_factory=dict, init=False)
    _known: dict[int, Any] = field(default_factory=dict, init=False)

    def __getitem__(self, state: int) -> Any:
        return self.values[state]

    def expected(self, row: int) -> Any:
        """Expectation over the states that may follow a row."""
        law = int(self.worth.exact.tables.law_of_row[row])
        if law not in self._known:
            self._known[law] = sum((p * self.values[s] for s, p in self.worth.law(row)), fmpq(0))
        return self._known[law]


def rational(number: Fraction) -> Any:
    """The same number in python-flint."""
    return fmpq(number.numerator, number.denominator)


def about(number: Any) -> float:
    """The float next to a rational of python-flint."""
    return quotient(int(number.p), int(number.q))


def concept_with_transfers(game: StochasticGame) -> SolutionConcept:
    """The notion of equilibrium of a game with voluntary transfers, by whether money may be burnt."""
    balanced = SolutionConcept.PURE_WITH_BALANCED_TRANSFERS
    return SolutionConcept.PURE_WITH_TRANSFERS if game.burning else balanced


def unfit_for_transfers(game: StochasticGame, *, needs_burning: bool = True) -> str | None:
    """Why the theory of voluntary transfers used here does not speak of a game; None if it does.

    ``needs_burning``  the answer is about sets of payoffs that a sum and lower bounds describe, which takes burning.
    """
    if game.transfers != "voluntary":
        return "players cannot pay one another in this game"
    if needs_burning and not game.burning:
        return "without burning the set is no simplex, so that joint and punishment payoffs do not describe it"
    if game.monitoring is not None:
        return "players see public signals instead of actions, and the payments need everyone to see what was done"
    if len({game.exact_discount(i) for i in range(game.n_players)}) > 1:
        return "discount factors differ, so that payments over time could make all players better off without bound"
    return None
