"""What every strategy by name promises: for a game, a machine that plays it, and its automaton."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.play.strategies.machine import Machine, together


class Strategy(ABC):
    """A strategy profile that is told apart from any game: what to do with a cooperative profile and a punishment.

    ``name``  as in ``servanda game strategy``.
    """

    name: str

    @abstractmethod
    def machine(self, game: StochasticGame) -> Machine:
        """The strategy on a game in which everyone sees what is done.

        Raises ``GameError`` if the game does not have the profiles, or the strategy makes no sense in it.
        """

    def automaton(self, game: StochasticGame) -> StrategyAutomaton | PublicAutomaton:
        """The strategy as an automaton; public where it matters how somebody deviates, and not only who.

        Raises ``GameError`` as ``machine`` does, and if players cannot see what is done.
        """
        insist_on_sight(game)
        return self.machine(game).automaton()


Played = Strategy | str | StrategyAutomaton | Sequence["Strategy | str | StrategyAutomaton"]
"""A strategy, the name of one, or an automaton, for all players; or a list with one of these for each player."""


def machine_of(game: StochasticGame, played: Played) -> Machine:
    """The machine of a strategy, a name, an automaton, or of a list of these, one per player.

    Raises ``GameError`` if it does not fit the game.
    """
    insist_on_sight(game)
    if isinstance(played, Strategy):
        return played.machine(game)
    if isinstance(played, StrategyAutomaton):
        return Machine.of(game, played)
    if isinstance(played, str):
        from games.play.strategies.names import named

        return named(played).machine(game)
    each_one: Any = played
    if not isinstance(each_one, Sequence) or not each_one:
        raise GameError(f"strategies: {played!r:.60} is none; give a strategy, its name, an automaton, or a list of "
                        "these, one for each player")
    return together([machine_of(game, each) for each in each_one])


def insist_on_sight(game: StochasticGame) -> None:
    """Raise ``GameError`` where players see signals in place of what is done."""
    if game.monitoring is not None:
        raise GameError("strategies by name answer what is done, and in this game players see signals; give a "
                        "PublicAutomaton, which answers what is seen")
