"""Subgames: parts of the tree that can be played, and judged, by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from games.game_trees.tree import Chance, Decision, ExtensiveGame, Node, Terminal, children


def subgame_roots(game: ExtensiveGame) -> tuple[int, ...]:
    """Nodes, ends of plays left out, whose subtree no information set cuts; in depth-first order, the root first.

    The whole tree is one, even where a player may forget having been at the start (Piccione and Rubinstein 1997).
    """
    # The first and the last node of any information set that a subtree touches.
    first, last = list(range(len(game.nodes))), list(range(len(game.nodes)))
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        if isinstance(node, Decision):
            members = game.members[node.information_set]
            first[k], last[k] = members[0], members[-1]
        for child in children(node):
            first[k], last[k] = min(first[k], first[child]), max(last[k], last[child])
    return tuple(
        k for k, node in enumerate(game.nodes)
        if not isinstance(node, Terminal)
        and (k == 0 or (first[k] >= k and last[k] < game.ends[k] and not _shares(game, k)))
    )


def _shares(game: ExtensiveGame, k: int) -> bool:
    """Whether a node's player may be at another node, so that no game starts at this one."""
    node = game.nodes[k]
    return isinstance(node, Decision) and len(game.members[node.information_set]) > 1


def piece(game: ExtensiveGame, root: int, roots: frozenset[int]) -> Iterator[int]:
    """The nodes of a subgame down to the next smaller subgames, whose roots belong to it as ends."""
    waiting = [root]
    while waiting:
        k = waiting.pop()
        yield k
        if k == root or k not in roots:
            waiting += reversed(children(game.nodes[k]))


def piece_game(
    game: ExtensiveGame, inside: Sequence[int], ends: Mapping[int, tuple[Fraction, ...]]
) -> tuple[ExtensiveGame, tuple[int, ...]]:
    """The nodes of a ``piece`` as a game of its own, and the numbers that its information sets have in the whole game.

    ``ends``  the payoffs at the roots of smaller subgames.
    """
    place = {k: position for position, k in enumerate(inside)}
    kept = {k: game.nodes[k] for k in inside if k not in ends}
    numbers = sorted({node.information_set for node in kept.values() if isinstance(node, Decision)})
    nodes: list[Node] = []
    for k in inside:
        node = kept.get(k)
        if node is None:
            nodes.append(Terminal(ends[k]))
        elif isinstance(node, Decision):
            nodes.append(Decision(numbers.index(node.information_set), tuple(place[c] for c in node.children)))
        elif isinstance(node, Chance):
            nodes.append(replace(node, children=tuple(place[c] for c in node.children)))
        else:
            nodes.append(node)
    known = tuple(game.information_sets[number] for number in numbers)
    return ExtensiveGame(game.players, known, tuple(nodes)), tuple(numbers)
