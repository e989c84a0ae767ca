"""A player's sequences of own moves, and what pairs of them are worth: the sequence form of a two-player tree.

Sources: Romanovskii (1962); von Stengel (1996), Efficient computation of behavior strategies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.game_trees.recall import last_own_moves
from games.game_trees.strategies import own_parents
from games.game_trees.tree import Chance, ExtensiveGame

Move = tuple[int, int] | None
"""A sequence by its last move, (information set, action); None before the first."""


@final
@dataclass(frozen=True)
class Sequences:
    """The sequences of one player with perfect recall.

    ``before``     the last own move before each own information set; a set comes after those it follows.
    ``moves``      the sequences but for the empty one, each after those it continues.
    ``following``  the own information sets that come next after each sequence, the empty one included.
    ``length``     how many moves a sequence has.
    ``payoffs``    {own sequence: {the other's sequence: payoff times the chance of chance}}; pairs without are worth 0.
    """

    before: Mapping[int, Move]
    moves: tuple[tuple[int, int], ...]
    following: Mapping[Move, tuple[int, ...]]
    length: Mapping[Move, int]
    payoffs: Mapping[Move, Mapping[Move, Fraction]]

    @staticmethod
    def of(game: ExtensiveGame, player: int) -> Sequences:
        """The sequences of a player of a two-player game."""
        before: dict[int, Move] = own_parents(game, player)
        moves = tuple((h, a) for h in before for a in range(len(game.information_sets[h].actions)))
        following: dict[Move, list[int]] = {None: [], **{move: [] for move in moves}}
        length: dict[Move, int] = {None: 0}
        for h, last in before.items():
            following[last].append(h)
            length |= {(h, a): length[last] + 1 for a in range(len(game.information_sets[h].actions))}
        payoffs: dict[Move, dict[Move, Fraction]] = {None: {}, **{move: {} for move in moves}}
        for mine, theirs, payoff in outcomes(game, player):
            payoffs[mine][theirs] = payoffs[mine].get(theirs, Fraction(0)) + payoff
        return Sequences(before, moves, {move: tuple(sets) for move, sets in following.items()}, length, payoffs)

    def actions(self, h: int) -> tuple[tuple[int, int], ...]:
        """The sequences that end at an information set."""
        return tuple(move for move in self.moves if move[0] == h)


def outcomes(game: ExtensiveGame, player: int) -> Iterator[tuple[Move, Move, Fraction]]:
    """Per outcome the two players' last moves and the player's payoff times the chance moves' probability.

    Payoffs are divided by the largest.
    """
    moves = last_own_moves(game)
    scale = max((abs(x) for _, end in game.terminals() for x in end.payoffs), default=Fraction(1)) or Fraction(1)
    likely = [Fraction(1)] * len(game.nodes)
    for k in range(1, len(game.nodes)):
        parent = game.nodes[game.parents[k]]
        likely[k] = likely[game.parents[k]]
        if isinstance(parent, Chance):
            likely[k] *= parent.probabilities[parent.children.index(k)]
    for k, end in game.terminals():
        yield moves[k][player], moves[k][1 - player], likely[k] * end.payoffs[player] / scale
