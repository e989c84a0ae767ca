"""Subgames: parts of the tree that can be played, and judged, by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from games.game_trees.tree import Decision, ExtensiveGame, Terminal, children


def subgame_roots(game: ExtensiveGame) -> tuple[int, ...]:
    """Nodes, ends of plays left out, whose subtree no information set cuts; in depth-first order, the root first."""
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
        if not isinstance(node, Terminal) and first[k] >= k and last[k] < game.ends[k] and not _shares(game, k)
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
