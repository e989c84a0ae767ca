"""Farsighted stability: outcomes from which no group moves, because of where further moves would lead.

An outcome b *indirectly dominates* a if groups can move step by step from a to b, and everyone in each group prefers b,
the end, to what it moves away from.  A set of outcomes is *consistent* if each of them, and only each of them, survives
every possible move: some outcome of the set, reached at once or later, does not leave all movers better off.  The
largest consistent set is what foresight cannot rule out.

Source: Chwe (1994), Farsighted coalitional stability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.coalitions.agreements import ByGroup
from games.coalitions.characteristic import coalition
from games.coalitions.rules import plain
from games.model.stochastic_game import GameError
from games.numerics.exact import common_denominator, to_fraction

Moves = Callable[[int], Iterable[tuple[Iterable[int], int]]]
"""From an outcome, the moves (group, next outcome)."""

MOST_OUTCOMES = 1 << 10


@final
@dataclass(frozen=True)
class SocialSituation:
    """Outcomes, what the players think of them, and who can replace one by another.

    ``payoffs``  exact, object array [outcome, player].
    ``moves``    per outcome, (group, next outcome).
    """

    payoffs: NDArray[Any]
    moves: tuple[tuple[tuple[frozenset[int], int], ...], ...]

    @staticmethod
    def of(payoffs: Sequence[Sequence[Any]], moves: Moves) -> SocialSituation:
        """Read one.  Raises ``GameError`` if it has no outcome, or a number or a move makes no sense."""
        try:
            exact = [[to_fraction(plain(x)) for x in row] for row in payoffs]
        except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
            raise GameError(f"outcomes: {error}; give each player's payoff as a finite number") from None
        if not exact or not exact[0] or len({len(row) for row in exact}) > 1:
            raise GameError("outcomes: give one row of payoffs per outcome, one number per player in each")
        if len(exact) > MOST_OUTCOMES:
            raise GameError(f"outcomes: {len(exact)} are too many; give {MOST_OUTCOMES} at most")
        n = len(exact[0])
        units, _ = common_denominator([x for row in exact for x in row])
        listed = []
        for outcome in range(len(exact)):
            here = []
            for group, after in moves(outcome):
                who = frozenset(group)
                if not who or not who <= frozenset(range(n)) or not 0 <= after < len(exact):
                    raise GameError(f"outcomes: {sorted(who)} cannot move from {outcome} to {after}; name players")
                if after != outcome:
                    here.append((who, after))
            listed.append(tuple(here))
        return SocialSituation(units.reshape(len(exact), n), tuple(listed))

    def indirect_dominance(self) -> NDArray[np.bool_]:
        """Bool[a, b]: whether b indirectly dominates a."""
        count = len(self.payoffs)
        into: list[list[tuple[int, list[int]]]] = [[] for _ in range(count)]
        for before, moves in enumerate(self.moves):
            for group, after in moves:
                into[after].append((before, sorted(group)))
        out = np.zeros((count, count), dtype=bool)
        for end in range(count):
            better = (self.payoffs[end] > self.payoffs).astype(bool)       # who prefers the end to each outcome
            waiting, reached = [end], {end}
            while waiting:
                for before, movers in into[waiting.pop()]:
                    if not out[before, end] and better[before, movers].all():
                        out[before, end] = True
                        if before not in reached:
                            reached.add(before)
                            waiting.append(before)
        return out

    def largest_consistent_set(self) -> frozenset[int]:
        """The largest set of outcomes each of which survives every move (Chwe 1994).

        Cost: outcomes · moves for dominance, then at most as many passes over all moves as there are outcomes.
        """
        dominated = self.indirect_dominance()
        count = len(self.payoffs)
        left = np.ones(count, dtype=bool)
        # For each move, the outcomes that might follow and leave some mover no better off than it was.
        deterrents: list[list[NDArray[np.bool_]]] = []
        for outcome, moves in enumerate(self.moves):
            better = (self.payoffs > self.payoffs[outcome]).astype(bool)
            deterrents.append([
                (dominated[after] | (np.arange(count) == after)) & ~better[:, sorted(group)].all(axis=1)
                for group, after in moves
            ])
        while True:
            now = np.array([left[a] and all((d & left).any() for d in deterrents[a]) for a in range(count)])
            if (now == left).all():
                return frozenset(np.flatnonzero(left).tolist())
            left = now


def farsighted_agreements(payoff: ByGroup, parties: int, together: bool = False) -> tuple[frozenset[int], ...]:
    """Groups of members in the largest consistent set, when parties may join or leave.

    ``payoff``    the payoff of a party when the parties of a frozenset are members.
    ``together``  whether several parties may join and leave at once; otherwise one at a time.
    Raises ``GameError`` if a payoff is no finite number or there are not between 1 and 10 parties, 6 if together.
    """
    most = 6 if together else 10
    if not 1 <= parties <= most:
        raise GameError(f"agreement: {parties} parties; give a number from 1 to {most}")
    groups = [coalition(number, parties) for number in range(2**parties)]
    who = [
        (frozenset(some), sum(1 << i for i in some))
        for size in range(1, (parties if together else 1) + 1) for some in combinations(range(parties), size)
    ]
    situation = SocialSituation.of(
        [[payoff(i, group) for i in range(parties)] for group in groups],
        lambda outcome: [(some, outcome ^ mask) for some, mask in who],
    )
    return tuple(groups[k] for k in sorted(situation.largest_consistent_set()))
