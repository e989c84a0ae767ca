"""Play drawn at random from the tables of a page: what the page does year by year, as a reference for it.

Reads the ``servanda-play/1`` object alone, and nothing that it was made from.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

Data = Mapping[str, Any]
Choose = Callable[[int, int, Sequence[str], int], int]
"""Called with the year (1 is the first), the node, the moves open to the student, and the move that the strategies
would make; answers with the number of a move."""


@final
@dataclass(frozen=True)
class Year:
    """One year of a play: the node, each party's move, and what each earns."""

    node: int
    moves: tuple[int, ...]
    earned: tuple[float, ...]


@final
class Game:
    """One entry of ``plays``, ready to be drawn from; ``years`` that are lived through at most."""

    def __init__(self, data: Data, play: int) -> None:
        entry = data["plays"][play]
        self._auto, self._pays = data["autos"][entry["auto"]], data["pays"][entry["pay"]]
        table = data["tables"][self._auto["table"]]
        self._first = table["first"]
        self._menus = [[data["menus"][menu] for menu in state] for state in table["moves"]]
        self._counts = [[len(menu) for menu in state] for state in self._menus]
        self._strings = data["strings"]
        self.years: int = self._auto["years"]

    def year_by_year(
        self, draw: random.Random, student: int | None = None, choose: Choose | None = None
    ) -> list[Year]:
        """One play, from signature to the last year that is lived through.

        ``student``  number of the party that ``choose`` moves for; all others, and it too if None, follow the
                     strategies.
        """
        auto, found = self._auto, list[Year]()
        node = drawn(auto["start"], draw)
        for year in range(1, self.years + 1):
            state = auto["state"][node]
            counts = self._counts[state]
            moves = moves_of(auto["act"][node], counts)
            if student is not None and choose is not None:
                menu = [self._strings[text] for text in self._menus[state][student]]
                moves[student] = choose(year, node, menu, moves[student])
            row = row_of(moves, counts)
            at = self._first[state] + row
            found.append(Year(node, tuple(moves), tuple(amounts[at] for amounts in self._pays)))
            law = auto["next"][node][row] if year < self.years else -1
            if law < 0:
                break
            node = drawn(auto["laws"][law], draw)
        return found


def averages(data: Data, play: int, games: int, seed: int) -> list[list[float]]:
    """Per party, the average per period that each of so many plays brought while all followed the strategies."""
    draw, game = random.Random(seed), Game(data, play)
    found = [game.year_by_year(draw) for _ in range(games)]
    return [[sum(year.earned[i] for year in one) / len(one) for one in found] for i in range(len(data["parties"]))]


def drawn(law: Sequence[float], draw: random.Random) -> int:
    """A node drawn from a law, the flat list [node, chance, node, chance, ...]; the last takes what rounding leaves."""
    left = draw.random()
    for k in range(0, len(law) - 2, 2):
        left -= law[k + 1]
        if left < 0:
            return int(law[k])
    return int(law[-2])


def moves_of(row: int, counts: Sequence[int]) -> list[int]:
    """Each party's move in a profile, by its number in a state where the parties have so many moves.

    >>> moves_of(5, [2, 3]), row_of([1, 2], [2, 3])
    ([1, 2], 5)
    """
    moves = []
    for count in reversed(counts):
        row, move = divmod(row, count)
        moves.append(move)
    return moves[::-1]


def row_of(moves: Sequence[int], counts: Sequence[int]) -> int:
    """The number of a profile in its state."""
    row = 0
    for move, count in zip(moves, counts, strict=True):
        row = row * count + move
    return row
