"""Gambit's extensive form, ``.efg``: a tree node by node, outcomes at any of them, read with exact numbers.

Source: the format "EFG 2 R" of Gambit (Savani and Turocy).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

from games.files.gambit_words import Words, distinct, heading
from games.game_trees.tree import Chance, Decision, ExtensiveGame, InformationSet, Node, Terminal
from games.model.stochastic_game import GameError

ROUNDED = Fraction(1, 10_000)
"""Chances that miss 1 together by no more than decimals of a few places do are divided by their sum."""

Payoffs = tuple[Fraction, ...]


def parse_efg(words: Words) -> ExtensiveGame:
    """The tree of a file; what outcomes pay at inner nodes is added to all that end below them.

    Names of nodes and the comment are left out.  A name that is empty or comes twice is told apart by a number.
    Raises ``GameError`` with line and column.

    >>> tree = parse_efg(Words('EFG 2 R "" { "A" } p "" 1 1 "" { "l" "r" } 1 "fee" { -1 } t "" 0 t "" 2 "" { 1/2 }'))
    >>> [str(end.payoffs[0]) for _, end in tree.terminals()]
    ['-1', '-1/2']
    """
    return _Reader(words).game()


@final
@dataclass
class _Set:
    """An information set, of chance too, as it was first written."""

    name: str
    actions: tuple[str, ...]
    chances: tuple[Fraction, ...]
    number: int


@final
@dataclass
class _Open:
    """A node whose children are still to come: its children so far, how many there are, what was paid on the way."""

    node: int
    count: int
    paid: Payoffs
    children: list[int] = field(default_factory=list)


@final
class _Reader:
    """One reading of one tree."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.players: tuple[str, ...] = ()
        self.sets: dict[tuple[int, int], _Set] = {}
        self.owners: list[tuple[int, _Set]] = []
        self.outcomes: dict[int, tuple[str, Payoffs]] = {}
        self.nodes: list[Node] = []

    def game(self) -> ExtensiveGame:
        words = self.words
        title = heading(words, "EFG", 2)
        at = words.next.at
        self.players = distinct(words.texts("names of players"))
        if not self.players:
            words.refuse("no player is named; at least one is needed", at)
        if words.next.kind == "text":
            words.take()
        self.tree()
        if words.next.kind != "end":
            words.refuse("every branch of the tree has ended, and more follows; leave it out")
        names: dict[int, tuple[str, ...]] = {}
        for player in range(len(self.players)):
            names[player] = distinct([known.name for owner, known in self.owners if owner == player])
        left = {player: iter(own) for player, own in names.items()}
        known = tuple(InformationSet(owner, next(left[owner]), each.actions) for owner, each in self.owners)
        try:
            return ExtensiveGame(self.players, known, tuple(self.nodes), title)
        except GameError as error:
            raise GameError(f"the tree that the file describes: {error}") from None

    def tree(self) -> None:
        """Read all nodes, each followed by what lies below its branches."""
        open_: list[_Open] = []
        nothing = (Fraction(0),) * len(self.players)
        while True:
            number = len(self.nodes)
            if open_:
                open_[-1].children.append(number)
            paid = open_[-1].paid if open_ else nothing
            node, count, paid = self.node(paid)
            self.nodes.append(node)
            if count:
                open_.append(_Open(number, count, paid))
            while open_ and len(open_[-1].children) == open_[-1].count:
                done = open_.pop()
                here, children = self.nodes[done.node], tuple(done.children)
                if isinstance(here, Decision):
                    self.nodes[done.node] = Decision(here.information_set, children)
                elif isinstance(here, Chance):
                    self.nodes[done.node] = Chance(here.labels, here.probabilities, children)
            if not open_:
                return

    def node(self, paid: Payoffs) -> tuple[Node, int, Payoffs]:
        """The next node without its children, how many there are, and what has been paid once it is reached."""
        words = self.words
        kind = words.next.text if words.next.kind == "mark" else ""
        if kind not in ("c", "p", "t"):
            end = "; branches of the tree are still open" if words.next.kind == "end" else ""
            words.refuse(f"a node is needed, c, p or t; {words.next.text[:40]!r} given{end}")
        words.take()
        words.text("the name of a node")
        if kind == "t":
            name, more = self.outcome()
            total = _sum(paid, more)
            return Terminal(total, name), 0, total
        known = self.information_set(0 if kind == "c" else self.player())
        _, more = self.outcome()
        node = Chance(known.actions, known.chances, ()) if kind == "c" else Decision(known.number, ())
        return node, len(known.actions), _sum(paid, more)

    def player(self) -> int:
        at = self.words.next.at
        number = self.words.whole("the number of a player", least=1)
        if number > len(self.players):
            self.words.refuse(f"player {number} does not exist; {len(self.players)} are named", at)
        return number

    def information_set(self, player: int) -> _Set:
        """The set of a node, described here or before; player 0 is chance."""
        words, at = self.words, self.words.next.at
        number = words.whole("the number of an information set")
        known = self.sets.get((player, number))
        # What is left out has been told before; a name may be given without the actions.
        name = words.take().text if words.next.kind == "text" else None
        if not words.met("{"):
            if known is None:
                words.refuse(f"information set {number} has not been described; list its actions where it first comes",
                             at)
            return known
        actions, chances = [], []
        while words.next.kind == "text":
            actions.append(words.take().text)
            if player == 0:
                chances.append(words.number(f"the probability of {actions[-1]!r}"))
                words.met(",")
        words.insist("}")
        if not actions:
            words.refuse(f"information set {number} has no actions; give at least one", at)
        law = self.law(chances, at) if player == 0 else ()
        read = _Set(name or "", distinct(actions), law, len(self.owners))
        if known is None:
            self.sets[player, number] = known = read
            if player:
                self.owners.append((player - 1, read))
        elif (read.actions, read.chances) != (known.actions, known.chances):
            words.refuse(f"information set {number} has other actions here ({', '.join(read.actions)}) than where it "
                         f"first came ({', '.join(known.actions)}); give it one list", at)
        return known

    def law(self, chances: list[Fraction], at: int) -> tuple[Fraction, ...]:
        """Probabilities that add up to one."""
        if min(chances) < 0:
            self.words.refuse("a probability is negative", at)
        total = sum(chances, Fraction(0))
        if abs(total - 1) > ROUNDED:
            self.words.refuse(f"probabilities add up to {float(total):.10g}, not 1", at)
        return tuple(p / total for p in chances)

    def outcome(self) -> tuple[str, Payoffs]:
        """The outcome at a node, described here or before: its name and what it pays; 0 is none."""
        words, at = self.words, self.words.next.at
        number = words.whole("the number of an outcome")
        name = words.take().text if words.next.kind == "text" else ""
        if words.met("{"):
            read = name, words.payoffs(self.players)
            words.insist("}")
            if number == 0:
                words.refuse("outcome 0 is no outcome and pays nothing; give it another number", at)
            if self.outcomes.setdefault(number, read) != read:
                words.refuse(f"outcome {number} is described in another way than where it first came; give it a number "
                             "of its own", at)
        elif number and number not in self.outcomes:
            words.refuse(f"outcome {number} has not been described; list what it pays where it first comes", at)
        return self.outcomes.get(number, ("", (Fraction(0),) * len(self.players)))


def _sum(paid: Payoffs, more: Payoffs) -> Payoffs:
    return tuple(a + b for a, b in zip(paid, more, strict=True))
