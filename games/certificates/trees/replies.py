"""Best replies in a game tree, exactly: one backward pass over a player's information sets.

Source: von Stengel (1996), Efficient computation of behavior strategies: against fixed others, a player with perfect
recall faces a tree of own moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.game_trees.strategies import Profile, branch_law
from games.game_trees.tree import Decision, ExtensiveGame, Terminal, children

Move = tuple[int, int] | None


@final
@dataclass(frozen=True)
class Reply:
    """What a player gets by the profile, at most, and how.

    ``value``    by the profile, weighted as the start is.
    ``best``     by a best reply to the others.
    ``changes``  {information set: action}: where a best reply does better than the profile, on its own way.
    """

    value: Fraction
    best: Fraction
    changes: Mapping[int, int]

    @property
    def gain(self) -> Fraction:
        """What deviating adds; never negative."""
        return self.best - self.value


def best_reply(
    game: ExtensiveGame,
    profile: Profile,
    player: int,
    start: Mapping[int, Fraction],
    stops: Mapping[int, Sequence[Fraction]] | None = None,
) -> Reply:
    """The best that a player can do from weighted start nodes on, against the others' part of a profile.

    ``stops``  nodes at which play is taken to end, with everybody's payoffs.

    The player must have perfect recall, which the caller has to see to.
    """
    stops = stops or {}
    gained: dict[Move, Fraction] = {}
    before: dict[int, Move] = {}
    waiting: list[tuple[int, Fraction, Move]] = [(node, weight, None) for node, weight in start.items() if weight]
    while waiting:
        k, weight, last = waiting.pop()
        node = game.nodes[k]
        payoffs = node.payoffs if isinstance(node, Terminal) else stops.get(k)
        if payoffs is not None:
            gained[last] = gained.get(last, Fraction(0)) + weight * payoffs[player]
        elif isinstance(node, Decision) and game.information_sets[node.information_set].player == player:
            before[node.information_set] = last
            waiting += [(child, weight, (node.information_set, a)) for a, child in enumerate(node.children)]
        else:
            law = branch_law(game, profile, k)
            waiting += [(child, weight * p, last) for p, child in zip(law, children(node), strict=True) if p]
    followed = dict(gained)
    choices: dict[int, int] = {}
    better: set[int] = set()
    for number in sorted(before, key=lambda number: game.members[number][0], reverse=True):
        mixture, last = profile[number], before[number]
        by_action = [gained.get((number, a), Fraction(0)) for a in range(len(mixture))]
        best = max(by_action)
        choices[number] = by_action.index(best)
        if sum((p * x for p, x in zip(mixture, by_action, strict=True)), Fraction(0)) < best:
            better.add(number)
        gained[last] = gained.get(last, Fraction(0)) + best
        kept = sum((p * followed.get((number, a), Fraction(0)) for a, p in enumerate(mixture)), Fraction(0))
        followed[last] = followed.get(last, Fraction(0)) + kept
    changes: dict[int, int] = {}
    taken: set[Move] = {None}
    for number in reversed(choices):
        if before[number] in taken:
            if number in better:
                changes[number] = choices[number]
                taken.add((number, choices[number]))
            else:
                taken |= {(number, a) for a, p in enumerate(profile[number]) if p}
    return Reply(followed.get(None, Fraction(0)), gained.get(None, Fraction(0)), changes)


def deviation_in_words(game: ExtensiveGame, reply: Reply) -> str:
    """What a best reply does differently: "'fight' at 'entry'"."""
    known = game.information_sets
    return " and ".join(f"{known[k].actions[action]!r} at {known[k].name!r}" for k, action in reply.changes.items())
