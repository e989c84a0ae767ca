"""The ``servanda-extensive/1`` file: a game tree as JSON, read with every fault named, and the same as Python calls.

A node is one of

    {"player": "A", "information_set": "after the offer", "actions": {"accept": NODE, "refuse": NODE}}
    {"chance": {"weak": {"probability": "1/3", "then": NODE}, "strong": {"probability": "2/3", "then": NODE}}}
    {"payoffs": [1, "-1/2"], "outcome": "refused"}

or the name of an entry of "nodes" next to "root".  Without "information_set" the player knows all that happened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, count
from pathlib import Path
from typing import Any, final

from games.files.gambit_words import read_words
from games.files.json_input import Findings, is_list, is_text, kind_of, parse_json, shown, unknown
from games.files.reading import path_of
from games.files.writing import write_text
from games.game_trees.gambit_tree import parse_efg
from games.game_trees.tree import Chance, Decision, ExtensiveGame, InformationSet, Node, Terminal, children
from games.model.stochastic_game import GameError
from games.numerics.exact import written

FORMAT = "servanda-extensive/1"
DEEPEST = 100
"""A tree with longer plays is written node by node instead of one node inside the other."""

GAME_KEYS = ("format", "name", "players", "root", "nodes")
KINDS = {
    "actions": ("player", "information_set", "actions"),
    "chance": ("chance",),
    "payoffs": ("payoffs", "outcome"),
}


def decision(player: str, actions: Mapping[str, Any], information_set: str | None = None) -> dict[str, Any]:
    """A node at which a player moves, for ``extensive_game``; ``actions`` maps labels to nodes."""
    named = {} if information_set is None else {"information_set": information_set}
    return {"player": player, **named, "actions": dict(actions)}


def chance(moves: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """A node at which chance moves, for ``extensive_game``; ``moves`` maps labels to (probability, node)."""
    return {"chance": {label: {"probability": p, "then": node} for label, (p, node) in moves.items()}}


def terminal(payoffs: Sequence[Any] | Mapping[str, Any], outcome: str = "") -> dict[str, Any]:
    """The end of a play, for ``extensive_game``."""
    given = dict(payoffs) if isinstance(payoffs, Mapping) else list(payoffs)
    return {"payoffs": given, **({"outcome": outcome} if outcome else {})}


def extensive_game(players: Sequence[str], root: Mapping[str, Any], name: str = "") -> ExtensiveGame:
    """A game from nodes made by ``decision``, ``chance`` and ``terminal``; raises ``GameError`` with every fault.

    >>> game = extensive_game(["A", "B"], decision("A", {
    ...     "offer": decision("B", {"accept": terminal([1, 1]), "refuse": terminal([0, 0])}),
    ...     "wait": terminal([0, 2]),
    ... }))
    >>> len(game.nodes), game.has_perfect_information
    (5, True)
    """
    return read_extensive({"format": FORMAT, "name": name, "players": list(players), "root": root})


def read_extensive(source: str | Path | Mapping[str, Any]) -> ExtensiveGame:
    """Read a game from a file, or from the object that the JSON text describes.

    A file is ``servanda-extensive/1``; one whose name ends in .efg is an extensive form of Gambit.

    Raises ``GameError`` listing every fault found, each with its place ("after offer, accept"), problem and remedy.
    """
    if isinstance(source, Mapping):
        return _Reader().game(source)
    path = path_of(source)
    try:
        if path.suffix.lower() == ".efg":
            return parse_efg(read_words(path))
        if path.suffix.lower() in (".nfg", ".csv"):
            raise GameError("is a game of one round, no tree: ask `servanda game nash` for its equilibria")
        return _Reader().game(parse_json(path))
    except GameError as error:
        raise GameError(f"{path}: {error}") from None


@final
class _Reader:
    """One reading of one game; collects faults so that all can be told at once."""

    def __init__(self) -> None:
        self.found = Findings()
        self.players: tuple[str, ...] = ()
        self.entries: Mapping[str, Any] = {}
        self.used: dict[str, str] = {}
        self.sets: dict[tuple[int, str], int] = {}
        self.places: set[str] = set()
        self.known: list[InformationSet] = []
        self.first_met: list[str] = []
        self.nodes: list[Node] = []

    def game(self, data: Any) -> ExtensiveGame:
        if not isinstance(data, Mapping):
            raise GameError(f"a game is a JSON object, this is {kind_of(data)}")
        if data.get("format") != FORMAT:
            given = f"{data['format']!r} given" if "format" in data else "missing"
            raise GameError(f'format: {given}; this reader knows "format": "{FORMAT}"')
        self.found.keys(data, "", GAME_KEYS)
        self.players = self.found.labels(data.get("players"), "players")
        title = data.get("name", "")
        if not is_text(title):
            self.found.fault("name", f"{shown(title)} given; text is needed")
        entries = data.get("nodes", {})
        if not isinstance(entries, Mapping):
            self.found.fault("nodes", f"an object of named nodes is needed, {kind_of(entries)} given")
            entries = {}
        for key in getattr(entries, "repeated", ()):
            self.found.fault("nodes", f"{key!r} is given more than once; keep one")
        self.entries = entries
        if "root" not in data:
            self.found.fault("root", "missing; give the node at which the game starts, or its name in nodes")
        self.found.stop()
        self.tree(data["root"])
        for key in self.entries:
            if key not in self.used:
                self.found.fault(f"nodes, {key!r}", "this is not a tree: no branch leads here; drop it")
        self.found.stop()
        self.found.remark()
        return ExtensiveGame(self.players, tuple(self.known), tuple(self.nodes), title)

    def tree(self, root: Any) -> None:
        """Read all nodes in depth-first order; children's numbers are filled in when they are met."""
        branches: list[list[int]] = []
        waiting: list[tuple[Any, tuple[str, ...], int, frozenset[str]]] = [(root, (), -1, frozenset())]
        while waiting:
            given, path, parent, above = waiting.pop()
            place = "after " + ", ".join(path) if path else "the start"
            if is_text(given):
                if not self.is_new(given, place, above):
                    continue
                above, given = above | {given}, self.entries[given]
            read = self.node(given, place)
            if read is None:
                continue
            node, inner = read
            number = len(self.nodes)
            self.nodes.append(node)
            branches.append([])
            if parent >= 0:
                branches[parent].append(number)
            waiting += [(child, (*path, label), number, above) for label, child in reversed(inner)]
        self.nodes = [
            node if isinstance(node, Terminal)
            else Decision(node.information_set, tuple(follow)) if isinstance(node, Decision)
            else Chance(node.labels, node.probabilities, tuple(follow))
            for node, follow in zip(self.nodes, branches, strict=True)
        ]

    def is_new(self, name: str, place: str, above: frozenset[str]) -> bool:
        """Whether an entry of nodes has this name and nothing else leads there."""
        if name not in self.entries:
            self.found.fault(place, unknown("node", name, list(self.entries)) if self.entries else
                             f"node {shown(name)} does not exist; there is no \"nodes\" to look it up in")
            return False
        if name in above:
            self.found.fault(place, f"this is not a tree: node {name!r} leads back to itself")
            return False
        if name in self.used:
            self.found.fault(
                place, f"this is not a tree: node {name!r} is reached here and {self.used[name]}; "
                "write it twice, with the same information set")
            return False
        self.used[name] = place
        return True

    def node(self, given: Any, place: str) -> tuple[Node, list[tuple[str, Any]]] | None:
        """One node without its children, and these as (label, what was given)."""
        if not isinstance(given, Mapping):
            self.found.fault(place, f"a node is an object or the name of one, {kind_of(given)} given")
            return None
        kinds = [key for key in KINDS if key in given]
        if len(kinds) != 1:
            which = " and ".join(kinds) if kinds else "none of them"
            self.found.fault(place, f"a node has one of actions, chance and payoffs; {which} given")
            return None
        self.found.keys(given, place, KINDS[kinds[0]])
        if kinds[0] == "payoffs":
            return self.end(given, place), []
        branches = given[kinds[0]]
        if not isinstance(branches, Mapping) or not branches:
            self.found.fault(place, f"{kinds[0]}: at least one named branch is needed, {kind_of(branches)} given")
            return None
        for key in getattr(branches, "repeated", ()):
            self.found.fault(place, f"{kinds[0]}: {key!r} is given more than once; keep one")
        if any(not is_text(label) or not label.strip() for label in branches):
            self.found.fault(place, f"{kinds[0]}: every branch needs a name")
            return None
        return self.chance(branches, place) if kinds[0] == "chance" else self.decision(given, branches, place)

    def end(self, given: Mapping[str, Any], place: str) -> Terminal:
        payoffs, outcome = given["payoffs"], given.get("outcome", "")
        if not is_text(outcome):
            self.found.fault(place, f"outcome: {shown(outcome)} given; text is needed")
        if isinstance(payoffs, Mapping):
            self.found.keys(payoffs, f"{place}, payoffs", self.players)
            for player in self.players:
                if player not in payoffs:
                    self.found.fault(f"{place}, payoffs", f"{player!r} is missing")
            payoffs = [payoffs.get(player, "0") for player in self.players]
        elif not is_list(payoffs) or len(payoffs) != len(self.players):
            self.found.fault(place, f"payoffs: {kind_of(payoffs)} given; one number for each of "
                             f"{len(self.players)} players is needed")
            return Terminal((Fraction(0),) * len(self.players))
        values = [
            self.found.number(x, f"{place}, payoff of {player!r}")
            for player, x in zip(self.players, payoffs, strict=True)
        ]
        return Terminal(tuple(x if x is not None else Fraction(0) for x in values), outcome)

    def chance(self, branches: Mapping[str, Any], place: str) -> tuple[Node, list[tuple[str, Any]]]:
        values: list[Fraction] = []
        inner: list[tuple[str, Any]] = []
        sound = True
        for label, entry in branches.items():
            here = f"{place}, chance {label!r}"
            if not isinstance(entry, Mapping) or not {"probability", "then"} <= set(entry):
                self.found.fault(here, 'write {"probability": "1/2", "then": ...}')
                sound = False
                continue
            self.found.keys(entry, here, ("probability", "then"))
            value = self.found.probability(entry["probability"], here)
            sound = sound and value is not None
            values.append(value if value is not None else Fraction(0))
            inner.append((label, entry["then"]))
        if sound and sum(values) != 1:
            self.found.fault(place, f"probabilities add up to {sum(values)}, not 1; write thirds as \"1/3\"")
        return Chance(tuple(label for label, _ in inner), tuple(values), ()), inner

    def decision(
        self, given: Mapping[str, Any], branches: Mapping[str, Any], place: str
    ) -> tuple[Node, list[tuple[str, Any]]] | None:
        who = given.get("player")
        if who not in self.players:
            problem = unknown("player", who, self.players) if "player" in given else "'player' is missing"
            self.found.fault(place, problem)
            return None
        name = given.get("information_set", place)
        if not is_text(name) or not name.strip():
            self.found.fault(place, f"information_set: {shown(name)} given; a name is non-empty text")
            return None
        player = self.players.index(who)
        number = self.sets.get((player, name)) if "information_set" in given else None
        if number is None:
            number = len(self.known)
            if "information_set" in given:
                self.sets[player, name] = number
            else:
                # Labels may hold commas, so that two places read alike.
                taken = {known.name for known in self.known if known.player == player} if name in self.places else ()
                name = next(n for n in chain([name], (f"{name} ({k})" for k in count(2))) if n not in taken)
            self.places.add(name)
            self.known.append(InformationSet(player, name, tuple(branches)))
            self.first_met.append(place)
        elif set(branches) != set(self.known[number].actions):
            here, there = ", ".join(branches), ", ".join(self.known[number].actions)
            self.found.fault(
                place, f"information set {name!r} has actions {here} here and {there} {self.first_met[number]}; "
                "who cannot tell nodes apart has the same actions at all of them")
            return None
        return Decision(number, ()), [(label, branches[label]) for label in self.known[number].actions]


# -- writing ---------------------------------------------------------------------------------------------------------


def extensive_to_json(game: ExtensiveGame) -> dict[str, Any]:
    """The ``servanda-extensive/1`` object of a game; reading it back gives a game with the same digest."""
    depth = [0] * len(game.nodes)
    for k in range(1, len(game.nodes)):
        depth[k] = depth[game.parents[k]] + 1
    flat = max(depth) > DEEPEST
    done: list[Any] = [None] * len(game.nodes)
    for k in reversed(range(len(game.nodes))):
        follow = [str(c) if flat else done[c] for c in children(game.nodes[k])]
        done[k] = _node_json(game, k, follow)
    out: dict[str, Any] = {"format": FORMAT}
    if game.name:
        out["name"] = game.name
    out["players"] = list(game.players)
    if flat:
        return out | {"root": "0", "nodes": {str(k): node for k, node in enumerate(done)}}
    return out | {"root": done[0]}


def write_extensive(game: ExtensiveGame, path: str | Path) -> Path:
    """Write a ``servanda-extensive/1`` file (all of it or nothing); raises ``GameError`` if it cannot be written."""
    return write_text(path, extensive_text(game))


def extensive_text(game: ExtensiveGame) -> str:
    """The text of a ``servanda-extensive/1`` file."""
    return json.dumps(extensive_to_json(game), indent=1, ensure_ascii=False) + "\n"


def _node_json(game: ExtensiveGame, k: int, follow: list[Any]) -> dict[str, Any]:
    node = game.nodes[k]
    if isinstance(node, Terminal):
        return terminal([_plain(x) for x in node.payoffs], node.outcome)
    if isinstance(node, Chance):
        law = zip(node.labels, node.probabilities, follow, strict=True)
        return chance({label: (_plain(p), then) for label, p, then in law})
    known = game.information_sets[node.information_set]
    return decision(game.players[known.player], dict(zip(known.actions, follow, strict=True)), known.name)


def _plain(x: Fraction) -> int | str:
    return int(x) if x.denominator == 1 and abs(x) < 2**53 else written(x)
