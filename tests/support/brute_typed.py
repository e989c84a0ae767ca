"""Rules of play in games with types, judged slowly: every belief written out, every single deviation tried.

Knows nothing of certificates, nor of values that are conditional on types: beliefs are part of the node, and each
type's values solve one linear system over all nodes, weighed by what it believes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, final

from flint import fmpq, fmpq_mat

from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule

Belief = tuple[tuple[Fraction, ...], ...]
Node = tuple[int, int, tuple[tuple[int, ...], ...], Belief]
"""Mode, state, what each player's types remember, what is believed of each player."""
MOST = 3000


@final
@dataclass(frozen=True)
class Deviation:
    """``gain`` from doing ``action`` once at a node, for a type of a player."""

    node: Node
    player: int
    kind: int
    action: int
    gain: Fraction


@final
class Brute:
    """Nodes, values and deviations of a rule; totals, undiscounted or discounted, not averages."""

    def __init__(self, typed: TypedGame, rule: TypedRule) -> None:
        self.typed, self.rule, self.game = typed, rule, typed.game
        memories = tuple(tuple(0 if one.rule is None else one.rule.start for one in mine) for mine in typed.types)
        self.root: Node = (rule.start, self.game.initial, memories, tuple(typed.prior))
        self.nodes: dict[Node, int] = {self.root: 0}
        self._known: dict[tuple[Node, int], list[tuple[Fraction, Node]]] = {}
        frontier = [self.root]
        while frontier:
            node = frontier.pop()
            for row in self.game.rows_of(node[1]):
                for _, after in self._after(node, row):
                    if after not in self.nodes and not self._over(after[1]):
                        if len(self.nodes) >= MOST:
                            raise ValueError("too many nodes")
                        self.nodes[after] = len(self.nodes)
                        frontier.append(after)

    def posteriors(self, mode: int, state: int, player: int) -> set[tuple[Fraction, ...]]:
        """What may be believed of a player in a mode and state."""
        return {node[3][player] for node in self.nodes if node[:2] == (mode, state)}

    def deviations(self) -> list[Deviation]:
        """Those that gain, of types that have a chance."""
        found = []
        for i in range(self.game.n_players):
            for t in self.typed.strategic(i):
                if not self.typed.prior[i][t]:
                    continue
                values = self.values(i, t)
                for node in self.nodes:
                    for a in range(int(self.game.action_counts[node[1], i])):
                        gain = self._worth(node, i, t, a, values) - values[node, t]
                        if gain > 0:
                            found.append(Deviation(node, i, t, a, gain))
        return found

    def values(self, player: int, kind: int) -> dict[tuple[Node, int], Fraction]:
        """What a type has at every node if it follows the rule from there, by what it is there.

        It is something else than ``kind`` only where types change; what comes then is paid as ``kind`` is.
        """
        kinds = range(len(self.typed.types[player])) if self._changes(player) else (kind,)
        number = {(node, t): k for k, (node, t) in enumerate(product(self.nodes, kinds))}
        left, right = fmpq_mat(len(number), len(number)), fmpq_mat(len(number), 1)
        for (node, t), k in number.items():
            left[k, k] = left[k, k] + 1
            for a, share in self._plan(player, t, node).items():
                for chance, row in self._rows(node, player, a):
                    right[k, 0] = right[k, 0] + _q(share * chance * self.typed.exact_payoff(player, kind, row))
                    for weight, after in self._ahead(node, row, player, kind, t):
                        left[k, number[after]] = left[k, number[after]] - _q(share * chance * weight)
        solved = left.solve(right)
        return {at: Fraction(int(solved[k, 0].p), int(solved[k, 0].q)) for at, k in number.items()}

    def value(self, player: int, kind: int) -> Fraction:
        """What a type has at the start."""
        return self.values(player, kind)[self.root, kind]

    def _worth(
        self, node: Node, player: int, kind: int, action: int, values: dict[tuple[Node, int], Fraction]
    ) -> Fraction:
        total = Fraction(0)
        for chance, row in self._rows(node, player, action):
            total += chance * self.typed.exact_payoff(player, kind, row)
            for weight, after in self._ahead(node, row, player, kind, kind):
                total += chance * weight * values[after]
        return total

    def _ahead(
        self, node: Node, row: int, player: int, kind: int, own: int
    ) -> Iterator[tuple[Fraction, tuple[Node, int]]]:
        """Discounted chances of nodes with what the player is there; where play is over nothing follows."""
        for likely, after in self._after(node, row):
            if after in self.nodes:
                for t, chance in self._becomes(player, own, node[1], after[1]).items():
                    yield likely * chance * self.typed.exact_discount(player, kind), (after, t)

    def _becomes(self, player: int, own: int, source: int, target: int) -> dict[int, Fraction]:
        pairs = None if self.typed.redraws is None else self.typed.redraws[player]
        if pairs is not None and pairs.toarray()[source, target]:
            return dict(enumerate(self.typed.prior[player]))
        unseen = self.typed.replaced(player, source)
        return {own: Fraction(1)} if unseen is None else dict(enumerate(unseen[own]))

    def _changes(self, player: int) -> bool:
        return any(given is not None and given[player] is not None
                   for given in (self.typed.redraws, self.typed.replacement))

    def _plan(self, player: int, kind: int, node: Node) -> dict[int, Fraction]:
        mode, state, memories, _ = node
        own = self.typed.types[player][kind].rule
        if own is not None:
            return {int(own.action[memories[player][kind], state]): Fraction(1)}
        mixed = self.rule.mix.get((player, kind, mode, state))
        table = self.rule.action[player][kind]
        assert table is not None
        return dict(mixed) if mixed is not None else {int(table[mode, state]): Fraction(1)}

    def _public(self, player: int, node: Node) -> dict[int, Fraction]:
        """What everyone expects a player to do."""
        out: dict[int, Fraction] = {}
        for t, weight in enumerate(node[3][player]):
            for a, share in (self._plan(player, t, node) if weight else {}).items():
                out[a] = out.get(a, Fraction(0)) + weight * share
        return out

    def _rows(self, node: Node, player: int, action: int) -> Iterator[tuple[Fraction, int]]:
        """Chances and rows if a player does this."""
        plans = [{action: Fraction(1)} if i == player else self._public(i, node) for i in range(self.game.n_players)]
        for picks in product(*(plan.items() for plan in plans)):
            row = int(self.game.row_start[node[1]]) + sum(
                a * int(self.game.stride[node[1], i]) for i, (a, _) in enumerate(picks))
            yield prod((p for _, p in picks), start=Fraction(1)), row

    def _after(self, node: Node, row: int) -> list[tuple[Fraction, Node]]:
        """Chances and nodes after a row: over what is seen of it, and over the next state."""
        if (node, row) not in self._known:
            self._known[node, row] = list(self._follow(node, row))
        return self._known[node, row]

    def _follow(self, node: Node, row: int) -> Iterator[tuple[Fraction, Node]]:
        for seen, outcome, likely in self._seen(node[1], row):
            mode = int(self.rule.next_mode[node[0], outcome])
            memories = tuple(
                tuple(0 if one.rule is None else int(one.rule.next_memory[m, outcome])
                      for one, m in zip(kinds, mine, strict=True))
                for kinds, mine in zip(self.typed.types, node[2], strict=True))
            beliefs = tuple(self._believed(i, node, seen) for i in range(self.game.n_players))
            for state, chance in self.game.exact_transition(row).items():
                if chance:
                    then = mode if self.rule.arrival is None else int(self.rule.arrival[mode, state])
                    yield likely * chance, (then, state, *self._anew(node[1], state, memories, beliefs))

    def _anew(self, source: int, target: int, memories: Any, beliefs: Belief) -> tuple[Any, Belief]:
        for i, pairs in enumerate(self.typed.redraws or ()):
            if pairs is not None and pairs.toarray()[source, target]:
                fresh = tuple(0 if one.rule is None else one.rule.start for one in self.typed.types[i])
                memories = tuple(fresh if j == i else m for j, m in enumerate(memories))
                beliefs = tuple(self.typed.prior[i] if j == i else b for j, b in enumerate(beliefs))
        return memories, beliefs

    def _seen(self, state: int, row: int) -> Iterator[tuple[Any, int, Fraction]]:
        """What is seen of a row, the number of that outcome, and how likely it is."""
        monitoring = self.game.monitoring
        first = int(self.typed.outcome_start[state])
        local = row - int(self.game.row_start[state])
        if monitoring is None or not monitoring.signals[state]:
            yield ("row", row), first + local, Fraction(1)
            return
        for signal in range(len(monitoring.signals[state])):
            if chance := self._signal(state, row, signal):
                yield ("signal", signal), first + signal, chance

    def _signal(self, state: int, row: int, signal: int) -> Fraction:
        monitoring = self.game.monitoring
        assert monitoring is not None
        known = monitoring.exact_signals.get(row, {})
        local = row - int(self.game.row_start[state])
        return known.get(signal, Fraction(repr(float(monitoring.chances(state, local)[signal]))))

    def _believed(self, player: int, node: Node, seen: Any) -> tuple[Fraction, ...]:
        """Bayes' rule; what no living type would bring about shows one that chooses."""
        weights = [
            weight * sum((share * self._chance(player, node, seen, a)
                          for a, share in self._plan(player, t, node).items()), Fraction(0)) if weight else Fraction(0)
            for t, weight in enumerate(node[3][player])]
        if not sum(weights):
            shares = None if self.rule.shares is None else self.rule.shares[player]
            choosing = self.typed.strategic(player)
            weights = [Fraction(0)] * len(weights)
            for k, t in enumerate(choosing):
                weights[t] = self.typed.prior[player][t] if shares is None else shares[k]
        moved = _normal(weights)
        unseen = self.typed.replaced(player, node[1])
        if unseen is None:
            return moved
        return tuple(sum((moved[s] * unseen[s][t] for s in range(len(moved))), Fraction(0)) for t in range(len(moved)))

    def _chance(self, player: int, node: Node, seen: Any, action: int) -> Fraction:
        """How likely what is seen is if the player does this, but for a factor that is the same whatever it does.

        A signal speaks of one player, so that the factor is what the others do: anything may have been.
        """
        what, which = seen
        game, state = self.game, node[1]
        own = [row for row in game.rows_of(state) if int(game.own_action[row, player]) == action]
        if what == "row":
            return Fraction(int(which in own))
        return sum((self._signal(state, row, which) for row in own), Fraction(0))

    def _over(self, state: int) -> bool:
        """Play stays there for certain, and nobody is paid or has a choice."""
        rows = self.game.rows_of(state)
        paid = [self.typed.exact_payoff(i, t, rows[0])
                for i, kinds in enumerate(self.typed.types) for t in range(len(kinds))]
        return len(rows) == 1 and self.game.exact_transition(rows[0]) == {state: 1} and not any(paid)


def _normal(weights: list[Fraction]) -> tuple[Fraction, ...]:
    total = sum(weights, Fraction(0))
    return tuple(w / total for w in weights)


def _q(x: Fraction) -> Any:
    return fmpq(x.numerator, x.denominator)
