"""Strategies as finite automata: what is played in each mode and state, and which mode comes next.

Source: Abreu (1988); Mailath and Samuelson (2006), section 2.3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import final

from games.numerics.shown import Shown

Lottery = tuple[tuple[int, Fraction], ...]
"""A public lottery over modes: (mode, probability) pairs, probabilities positive and summing to 1 exactly."""


@final
@dataclass(frozen=True)
class Cell:
    """What the automaton does in one mode and one state.

    ``row``        the game row (state and action profile) that is played; -1 when ``mix`` is given.
    ``mix``        None, or one probability vector per player over its actions in the state (a mixed profile).
    ``then``       lottery over next modes when nobody deviates, whatever the next state,
    ``then_at``    unless the next state is listed here.
    ``punish``     per player, the lottery over next modes after that player alone deviates, whatever the next state,
    ``punish_at``  unless (player, next state) is listed here.

    With a ``mix`` every action in its support counts as no deviation.  Simultaneous deviations of several players
    are treated as none (no one-shot deviation reaches them).
    """

    row: int
    then: Lottery
    punish: tuple[Lottery, ...]
    then_at: Mapping[int, Lottery] = field(default_factory=dict)
    punish_at: Mapping[tuple[int, int], Lottery] = field(default_factory=dict)
    mix: tuple[tuple[Fraction, ...], ...] | None = None

    def continuation(self, next_state: int) -> Lottery:
        """Lottery over next modes when nobody deviated and ``next_state`` was drawn."""
        return self.then_at.get(next_state, self.then)

    def punishment(self, player: int, next_state: int) -> Lottery:
        """Lottery over next modes when ``player`` alone deviated and ``next_state`` was drawn."""
        return self.punish_at.get((player, next_state), self.punish[player])


@cache
def surely(mode: int) -> Lottery:
    """The lottery that goes to one mode for certain."""
    return ((mode, Fraction(1)),)


def split_common(then: Mapping[int, Lottery]) -> tuple[Lottery, dict[int, Lottery]]:
    """The lottery that follows in most next states, and the next states in which another one does.

    ``then``  per next state; equal lotteries are one object.
    """
    kept = {id(lottery): lottery for lottery in then.values()}
    if len(kept) == 1:
        return next(iter(kept.values())), {}
    common = kept[Counter(map(id, then.values())).most_common(1)[0][0]]
    return common, {s: lottery for s, lottery in then.items() if lottery is not common}


@final
@dataclass(frozen=True, repr=False)
class StrategyAutomaton(Shown):
    """A strategy profile as a table from (mode, state) to cells.

    ``modes``    names.
    ``cells``    (mode, state) -> Cell, for every pair that play or any deviation can reach from the start.
    ``initial``  lottery over modes in the game's initial state.
    """

    modes: tuple[str, ...]
    cells: Mapping[tuple[int, int], Cell]
    initial: Lottery
