"""Strategies that answer what others did in the last periods: tit for tat and its kin, win-stay lose-shift.

They make sense in repeated games, where actions of different periods are the same actions.  A player *cooperates* when
it plays its part of the cooperative profile, and *defects* when it does anything else; to defect in its turn it plays
its part of the punishment.  Among more than two players one answers whoever of the others defected.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Lottery, surely
from games.play.strategies.machine import Machine, Way, insist_on_size
from games.play.strategies.profiles import Profile, agreed
from games.play.strategies.strategy import Strategy
from games.play.strategies.triggers import Chance, probability

Defectors = tuple[bool, ...]
"""Per player, whether it defected."""
Branches = tuple[tuple[Hashable, Fraction], ...]
"""What is remembered next, with what chance."""

CERTAIN = Fraction(1)
MOST_STEPS = 500_000
"""So many pairs of a memory and of who defects are looked at; more take long, and lead to no automaton to look at."""


@dataclass(frozen=True)
class Reply(Strategy, ABC):
    """A strategy that remembers who defected.

    Raises ``GameError`` (from ``machine``) in games with several states, or without the profiles, or of so many players
    that there is too much to remember.
    """

    name: str
    cooperate: Profile | None = None
    punish: Profile | None = None

    def machine(self, game: StochasticGame) -> Machine:
        """The strategy on a repeated game."""
        if game.n_states > 1:
            raise GameError(f"{self.name}: answers what was done the period before, by the same actions, which makes "
                            f"sense in repeated games; this game has {game.n_states} states; take grim, k_period, "
                            "penance or stick_and_carrot")
        keep, threat = agreed(game, self.cooperate, self.punish)
        n = game.n_players
        defected = game.own_action != game.own_action[keep[0]]
        kinds, kind = np.unique(defected, axis=0, return_inverse=True)
        start = self.start(n)
        number: dict[Hashable, int] = {start: 0}
        waiting, ways, rows, after = [start], dict[Way, int](), [], []
        for memory in waiting:
            if len(number) * len(kinds) > MOST_STEPS:
                raise GameError(
                    f"{self.name}: with {n} players there is too much to remember, more than {MOST_STEPS:,} steps from "
                    "a memory to the next; take win_stay_lose_shift, or a strategy that punishes")
            insist_on_size(game, len(number))
            defect = np.array(self.defects(memory, n))
            own = np.where(defect, game.own_action[threat[0]], game.own_action[keep[0]])
            rows.append([int((own * game.stride[0]).sum())])
            to = []
            for who in kinds.tolist():
                lottery: list[tuple[int, Fraction]] = []
                for ahead, p in self.follows(memory, tuple(who)):
                    if ahead not in number:
                        number[ahead] = len(number)
                        waiting.append(ahead)
                    lottery.append((number[ahead], p))
                settled: Lottery = surely(lottery[0][0]) if len(lottery) == 1 else tuple(lottery)
                to.append(ways.setdefault((settled, ()), len(ways)))
            after.append(np.array(to)[kind.ravel()])
        names = tuple(self.told(memory, game.players) for memory in waiting)
        return Machine(game, names, np.array(rows), np.stack(after), tuple(ways), surely(0))

    @abstractmethod
    def start(self, players: int) -> Hashable:
        """What is remembered at the start."""

    @abstractmethod
    def defects(self, memory: Hashable, players: int) -> Defectors:
        """Who is to defect, given what is remembered."""

    @abstractmethod
    def follows(self, memory: Hashable, defected: Defectors) -> Branches:
        """What is remembered after a period in which some defected."""

    @abstractmethod
    def told(self, memory: Hashable, players: tuple[str, ...]) -> str:
        """What is remembered, in words."""


@final
@dataclass(frozen=True)
class TitForTat(Reply):
    """Defect when another player has defected so many times running, up to the last period; else cooperate.

    ``tats``     how many times.
    ``forgive``  chance, drawn in public before each period, that all that was done is forgotten.
    """

    tats: int = 1
    forgive: Fraction = Fraction(0)

    def start(self, players: int) -> Hashable:
        """Nobody has defected."""
        return (0,) * players

    def defects(self, memory: Hashable, players: int) -> Defectors:
        """Whoever sees another that has defected often enough."""
        assert isinstance(memory, tuple)
        guilty = [count == self.tats for count in memory]
        return tuple(any(guilty[:i] + guilty[i + 1:]) for i in range(players))

    def follows(self, memory: Hashable, defected: Defectors) -> Branches:
        """How many times running each has defected, unless it is forgotten."""
        assert isinstance(memory, tuple)
        running = tuple(min(count + 1, self.tats) if bad else 0 for count, bad in zip(memory, defected, strict=True))
        forgotten = self.start(len(defected))
        if not self.forgive or running == forgotten:
            return ((running, CERTAIN),)
        if self.forgive == 1:
            return ((forgotten, CERTAIN),)
        return ((running, 1 - self.forgive), (forgotten, self.forgive))

    def told(self, memory: Hashable, players: tuple[str, ...]) -> str:
        """Who has defected, and how often if it matters."""
        assert isinstance(memory, tuple)
        often = [f"{who} defected" + (f" {count} times" if count > 1 else "" if self.tats == 1 else " once")
                 for who, count in zip(players, memory, strict=True) if count]
        return ", ".join(often) or "nobody defected"


@final
@dataclass(frozen=True)
class WinStayLoseShift(Reply):
    """Cooperate after a period in which all did alike, all cooperating or all defecting; else defect."""

    def start(self, players: int) -> Hashable:
        """All did alike."""
        return True

    def defects(self, memory: Hashable, players: int) -> Defectors:
        """Everybody, where not all did alike."""
        return (memory is False,) * players

    def follows(self, memory: Hashable, defected: Defectors) -> Branches:
        """Whether all did alike."""
        return ((len(set(defected)) == 1, CERTAIN),)

    def told(self, memory: Hashable, players: tuple[str, ...]) -> str:
        """Whether all did alike."""
        return "not all did alike" if memory is False else "all did alike"


def tit_for_tat(cooperate: Profile | None = None, punish: Profile | None = None) -> TitForTat:
    """Cooperate at first, and then do what the other did the period before; of several others, the worst of it.

    In a dilemma it is subgame perfect at knife-edges only: all one-shot deviations have to be matters of indifference.
    Source: Axelrod (1984), chapter 2, of the programme submitted by Rapoport.
    """
    return TitForTat("tit_for_tat", cooperate, punish)


def tit_for_two_tats(cooperate: Profile | None = None, punish: Profile | None = None) -> TitForTat:
    """Cooperate, unless another has defected twice running, in the two periods before.

    Source: Axelrod (1984), chapter 2.
    """
    return TitForTat("tit_for_two_tats", cooperate, punish, 2)


def generous_tit_for_tat(
    chance: Chance, cooperate: Profile | None = None, punish: Profile | None = None
) -> TitForTat:
    """As ``tit_for_tat``, but with a stated chance what was done is forgotten; the draw is public, so that all forget.

    Raises ``GameError`` if ``chance`` is no probability.
    Source: Nowak and Sigmund (1992), who let each player draw by itself.
    """
    return TitForTat("generous_tit_for_tat", cooperate, punish, 1, probability(chance, "generous_tit_for_tat"))


def win_stay_lose_shift(cooperate: Profile | None = None, punish: Profile | None = None) -> WinStayLoseShift:
    """Cooperate after periods in which all cooperated or all defected, defect after all others (Pavlov).

    Source: Kraines and Kraines (1989); Nowak and Sigmund (1993).
    """
    return WinStayLoseShift("win_stay_lose_shift", cooperate, punish)
