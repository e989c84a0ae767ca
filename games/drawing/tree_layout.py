"""Where the nodes of a game tree go in a picture: from left to right, every end of play in a row of its own.

Source: Walker (1990) for the rule that a node stands in the middle of those that follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import final

from games.game_trees.strategies import Profile, branch_law, profile_fault, reach
from games.game_trees.tree import Chance, ExtensiveGame, Terminal, children
from games.model.stochastic_game import GameError
from games.numerics.exact import written
from games.numerics.visible import visible

MOST_ENDS = 300
"""Trees with more ends of play are not drawn: nobody could read them."""
ROW, LETTER, MARGIN = 40.0, 7.4, 30.0
"""Height of a row, width of a letter, and room around, in pixels."""


@final
@dataclass(frozen=True)
class Branch:
    """A line from a node to one that follows.

    ``said``    the action, with its probability where it is one of chance or mixed.
    ``played``  whether play comes along with positive probability, if a profile is drawn.
    """

    start: int
    end: int
    said: str
    played: bool


@final
@dataclass(frozen=True)
class TreeLayout:
    """Places, lines and words of a picture, in pixels from the upper left corner.

    ``places``    (x, y) of every node.
    ``branches``  lines between them.
    ``names``     what is said at a node: the payoffs, or who moves there, with a number if the player cannot tell it
                  from others.
    ``joined``    pairs of nodes to be joined because their player cannot tell them apart; and how far the line has to
                  bend to pass others, 0 for a straight one.
    """

    width: float
    height: float
    places: tuple[tuple[float, float], ...]
    branches: tuple[Branch, ...]
    names: tuple[str, ...]
    joined: tuple[tuple[int, int, float], ...]


def tree_layout(game: ExtensiveGame, profile: Profile | None = None) -> TreeLayout:
    """Lay out a tree, with a profile's probabilities and path if one is given.

    Raises ``GameError`` if the tree has more than 300 ends, or the profile is none of the game.
    """
    ends = sum(1 for _ in game.terminals())
    if ends > MOST_ENDS:
        raise GameError(f"the tree has {ends} ends of play, and up to {MOST_ENDS} are drawn; draw a subgame of it")
    fault = "" if profile is None else profile_fault(game, profile)
    if fault:
        raise GameError(fault)
    likely = (Fraction(0),) * len(game.nodes) if profile is None else reach(game, profile)
    branches = tuple(
        Branch(k, child, _said(game, profile, k, a), likely[child] > 0)
        for k in range(len(game.nodes)) for a, child in enumerate(children(game.nodes[k]))
    )
    depth = [0] * len(game.nodes)
    room = {0: 0}
    for branch in branches:
        depth[branch.end] = depth[branch.start] + 1
        room[depth[branch.end]] = max(room.get(depth[branch.end], 0), len(branch.said))
    names = tuple(_name(game, k) for k in range(len(game.nodes)))
    columns = [MARGIN + LETTER * len(names[0]) / 2]
    for d in range(1, len(room)):
        # Slanted lines need more room than their words.
        columns.append(columns[-1] + LETTER * room[d] + 76)
    rows = [0.0] * len(game.nodes)
    row = 0
    for k in range(len(game.nodes)):
        if isinstance(game.nodes[k], Terminal):
            rows[k] = MARGIN + 26 + ROW * row
            row += 1
    for k in reversed(range(len(game.nodes))):
        inner = children(game.nodes[k])
        if inner:
            rows[k] = (rows[inner[0]] + rows[inner[-1]]) / 2
    places = tuple((columns[d], y) for d, y in zip(depth, rows, strict=True))
    last = max(places[k][0] + LETTER * len(names[k]) for k, _ in game.terminals())
    return TreeLayout(last + 2 * MARGIN, MARGIN + 30 + ROW * row, places, branches, names, tuple(_joined(game, places)))


def _said(game: ExtensiveGame, profile: Profile | None, k: int, branch: int) -> str:
    label = visible(game.labels(k)[branch])
    if isinstance(game.nodes[k], Chance) or profile is not None:
        p = branch_law(game, profile or (), k)[branch]
        if isinstance(game.nodes[k], Chance) or 0 < p < 1:
            return f"{label} [{written(p)}]"
    return label


def _name(game: ExtensiveGame, k: int) -> str:
    node = game.nodes[k]
    if isinstance(node, Terminal):
        payoffs = ", ".join(map(written, node.payoffs))
        return visible(f"{payoffs}   {node.outcome}" if node.outcome else payoffs)
    if isinstance(node, Chance):
        return "chance"
    h = node.information_set
    player = game.information_sets[h].player
    several = [g for g in game.sets_of(player) if len(game.members[g]) > 1]
    return visible(game.players[player]) + (f" (set {1 + several.index(h)})" if h in several else "")


def _joined(game: ExtensiveGame, places: tuple[tuple[float, float], ...]) -> list[tuple[int, int, float]]:
    """Lines that bend in one column bend each set's to its own distance."""
    out = []
    lanes: dict[float, int] = {}
    for nodes in game.members:
        order = sorted(nodes, key=lambda k: (places[k][1], places[k][0]))
        pairs = list(pairwise(order))
        hidden = [
            (k, other) for k, other in pairs if places[k][0] == places[other][0] and any(
                x == places[k][0] and places[k][1] < y < places[other][1] for x, y in places)]
        for column in sorted({places[k][0] for k, _ in hidden}):
            lanes[column] = lanes.get(column, 0) + 1
        out += [(k, other, 26.0 + 16.0 * lanes[places[k][0]] if (k, other) in hidden else 0.0) for k, other in pairs]
    return out
