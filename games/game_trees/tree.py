"""Finite games in extensive form: who moves where, what they know there, what chance does, what it is worth in the end.

Source: Kuhn (1953), Extensive games and the problem of information.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

from games.model.stochastic_game import GameError


@final
@dataclass(frozen=True)
class InformationSet:
    """What a player knows when moving: nodes with the same information set cannot be told apart.

    ``player``   the player's number.
    ``name``     unique among the player's information sets.
    ``actions``  labels of what can be done, the same at every node of the set.
    """

    player: int
    name: str
    actions: tuple[str, ...]


@final
@dataclass(frozen=True)
class Decision:
    """A node at which the player of an information set moves; one child per action, in the set's order."""

    information_set: int
    children: tuple[int, ...]


@final
@dataclass(frozen=True)
class Chance:
    """A node at which chance moves; labels, exact probabilities and children in the same order."""

    labels: tuple[str, ...]
    probabilities: tuple[Fraction, ...]
    children: tuple[int, ...]


@final
@dataclass(frozen=True)
class Terminal:
    """The end of a play: one exact payoff per player, and what the outcome is called ("" if it has no name)."""

    payoffs: tuple[Fraction, ...]
    outcome: str = ""


Node = Decision | Chance | Terminal


@final
@dataclass(frozen=True)
class ExtensiveGame:
    """A finite game in extensive form.

    ``players``           names, in order.
    ``information_sets``  all players' information sets.
    ``nodes``             the tree in depth-first order: node 0 is the root, and a subtree is a stretch of numbers.
    ``name``              a title, or "".

    Raises ``GameError`` naming node, problem and remedy if this is no tree, a chance node's probabilities do not add
    up to exactly 1, a node does not fit its information set, or payoffs are not one per player.
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[Node, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not self.players or len(set(self.players)) != len(self.players):
            raise GameError(f"players: {list(self.players)} given; at least one is needed, each with its own name")
        self._check_tree()
        self._check_sets()
        for k, node in enumerate(self.nodes):
            if isinstance(node, Chance):
                self._check_chance(k, node)
            elif isinstance(node, Decision):
                if not 0 <= node.information_set < len(self.information_sets):
                    raise GameError(f"{self.place(k)}: information set {node.information_set} does not exist")
                count = len(self.information_sets[node.information_set].actions)
                if len(node.children) != count:
                    raise GameError(
                        f"{self.place(k)}: {len(node.children)} branches for the {count} actions of information set "
                        f"{self.information_sets[node.information_set].name!r}; one for each is needed"
                    )
            elif len(node.payoffs) != len(self.players):
                count = len(node.payoffs)
                raise GameError(f"{self.place(k)}: {count} payoffs for {len(self.players)} players; give one for each")

    def _check_tree(self) -> None:
        if not self.nodes:
            raise GameError("nodes: a game needs at least one node")
        waiting = [0]
        for k, node in enumerate(self.nodes):
            if not waiting or waiting.pop() != k:
                raise GameError(
                    f"node {k}: this is not a tree in depth-first order; every node but the first is the child of "
                    "exactly one node, and a node's subtree follows it"
                )
            waiting += reversed(children(node))
        if waiting:
            raise GameError(f"node {waiting[-1]}: it is a child, and no such node is given")

    def _check_sets(self) -> None:
        seen: set[tuple[int, str]] = set()
        used = {node.information_set for node in self.nodes if isinstance(node, Decision)}
        for k, known in enumerate(self.information_sets):
            where = f"information set {known.name!r}"
            if not 0 <= known.player < len(self.players):
                raise GameError(f"{where}: player {known.player} does not exist")
            if (known.player, known.name) in seen:
                raise GameError(f"{where}: {self.players[known.player]} has two of this name; give each its own")
            if not known.actions or len(set(known.actions)) != len(known.actions):
                raise GameError(f"{where}: actions {list(known.actions)} given; distinct labels are needed")
            if k not in used:
                raise GameError(f"{where}: no node belongs to it; leave it out")
            seen.add((known.player, known.name))

    def _check_chance(self, k: int, node: Chance) -> None:
        if not node.children or not len(node.labels) == len(node.probabilities) == len(node.children):
            raise GameError(f"{self.place(k)}: a label, a probability and a child are needed for each chance move")
        if len(set(node.labels)) != len(node.labels):
            raise GameError(f"{self.place(k)}: labels {list(node.labels)} given; distinct labels are needed")
        if min(node.probabilities) < 0:
            raise GameError(f"{self.place(k)}: a probability is negative")
        if sum(node.probabilities) != 1:
            raise GameError(
                f"{self.place(k)}: probabilities add up to {sum(node.probabilities)}, not 1; write thirds as \"1/3\""
            )

    # -- the tree ------------------------------------------------------------------------------------------------

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.players)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """The parent of every node; -1 for the root."""
        out = [-1] * len(self.nodes)
        for k, node in enumerate(self.nodes):
            for child in children(node):
                out[child] = k
        return tuple(out)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """One past the last node of every node's subtree: the subtree of k is ``range(k, ends[k])``."""
        out = list(range(1, len(self.nodes) + 1))
        for k in reversed(range(len(self.nodes))):
            inner = children(self.nodes[k])
            if inner:
                out[k] = out[inner[-1]]
        return tuple(out)

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """The nodes of every information set, in order."""
        out: list[list[int]] = [[] for _ in self.information_sets]
        for k, node in enumerate(self.nodes):
            if isinstance(node, Decision):
                out[node.information_set].append(k)
        return tuple(map(tuple, out))

    def sets_of(self, player: int) -> tuple[int, ...]:
        """The numbers of a player's information sets."""
        return tuple(k for k, known in enumerate(self.information_sets) if known.player == player)

    def labels(self, node: int) -> tuple[str, ...]:
        """What the branches of a node are called."""
        here = self.nodes[node]
        if isinstance(here, Decision):
            return self.information_sets[here.information_set].actions
        return here.labels if isinstance(here, Chance) else ()

    def path(self, node: int) -> list[tuple[int, int]]:
        """The moves that lead to a node: (node at which it is made, number of the branch), from the root on."""
        out = []
        while self.parents[node] >= 0:
            parent = self.parents[node]
            out.append((parent, children(self.nodes[parent]).index(node)))
            node = parent
        return out[::-1]

    def place(self, node: int) -> str:
        """A node in words: "the start", or "after" the moves that lead to it."""
        moves = [self.labels(at)[branch] for at, branch in self.path(node)]
        return "after " + ", ".join(moves) if moves else "the start"

    def terminals(self) -> Iterator[tuple[int, Terminal]]:
        """The ends of all plays, with their numbers."""
        return ((k, node) for k, node in enumerate(self.nodes) if isinstance(node, Terminal))

    # -- kinds of games ------------------------------------------------------------------------------------------

    @property
    def has_perfect_information(self) -> bool:
        """Whether every player always knows all that happened."""
        return all(len(nodes) == 1 for nodes in self.members)

    @cached_property
    def constant_sum(self) -> Fraction | None:
        """What the payoffs add up to in every outcome; None if that is not one number."""
        sums = {sum(end.payoffs, Fraction(0)) for _, end in self.terminals()}
        return sums.pop() if len(sums) == 1 else None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that is played for and known, titles of game and outcomes left out."""
        parts = [repr(self.players)]
        parts += [repr((known.player, known.name, known.actions)) for known in self.information_sets]
        for node in self.nodes:
            if isinstance(node, Decision):
                parts.append(repr(("d", node.information_set, node.children)))
            elif isinstance(node, Chance):
                parts.append(repr(("c", node.labels, [str(p) for p in node.probabilities], node.children)))
            else:
                parts.append(repr(("t", [str(x) for x in node.payoffs])))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def children(node: Node) -> tuple[int, ...]:
    """The nodes that follow a node at once."""
    return () if isinstance(node, Terminal) else node.children
