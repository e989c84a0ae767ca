"""Play while all have kept to a plan: where it can be, which types would have come there, and when the plan ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import NamedTuple, final

from games.certificates.typed.settled import Cell, Kinds, Memories, Settled, Unsettled
from games.model.plan import Plan
from games.model.typed_game import TypedGame


class CleanNode(NamedTuple):
    """A state, what all rules remember there, and which of them would have kept to the plan so far."""

    state: int
    memories: Memories
    alive: tuple[bool, ...]


@final
class CleanPath:
    """The nodes that play comes to while everybody keeps to a plan; it ends where the plan leaves a state free.

    ``backward``  all nodes, each after those that follow it.
    ``left``      per node, how many periods the plan has left at most, that of the node included.
    ``period``    per node, the first in which it can come, from 0; ``periods`` from the initial state on.

    Raises ``Unsettled`` unless the plan says one row in each state until it surely ends.
    """

    def __init__(self, typed: TypedGame, plan: Plan) -> None:
        self.settled, self.typed, self.game = Settled(typed), typed, typed.game
        game = typed.game
        self._row: dict[int, int] = {}
        for state in plan.restricted_states:
            rows = [row for row in game.rows_of(state) if plan.allowed[row]]
            if len(rows) > 1:
                raise Unsettled(f"the plan leaves open what is done in state {game.states[state]!r}")
            self._row[state] = rows[0]
        if game.initial not in self._row:
            raise Unsettled("the plan asks for nothing in the initial state")
        self.start = CleanNode(game.initial, self.settled.start, (True,) * len(self.settled.rules))
        self.backward = self._ordered()
        self.left: dict[CleanNode, int] = {}
        for node in self.backward:
            self.left[node] = 1 + max((self.left[x] for x in self.next_nodes(node)), default=0)
        self.period: dict[CleanNode, int] = {self.start: 0}
        for node in reversed(self.backward):
            for x in self.next_nodes(node):
                self.period[x] = min(self.period.get(x, self.periods), self.period[node] + 1)

    @cached_property
    def periods(self) -> int:
        """How long the plan lasts at most."""
        return self.left[self.start]

    def row(self, node: CleanNode) -> int:
        """The row that the plan plays."""
        return self._row[node.state]

    def own(self, node: CleanNode, player: int) -> int:
        """The player's part in it."""
        return int(self.game.own_action[self.row(node), player])

    def other_actions(self, node: CleanNode, player: int) -> list[int]:
        """The player's other actions."""
        count = int(self.game.action_counts[node.state, player])
        return [a for a in range(count) if a != self.own(node, player)]

    def follows(self, node: CleanNode, state: int) -> CleanNode | None:
        """The node at a next state if all keep to the plan; None where the plan asks for nothing any more."""
        if state not in self._row:
            return None
        alive = tuple(a and self.settled.action_of_rule(i, t, *node[:2]) == self.own(node, i)
                      for a, (i, t, _) in zip(node.alive, self.settled.rules, strict=True))
        return CleanNode(state, self.settled.after(self.row(node), node.memories), alive)

    def next_nodes(self, node: CleanNode) -> list[CleanNode]:
        """The nodes that can follow if all keep to the plan."""
        found = (self.follows(node, state) for state in self.settled.exact.law(self.row(node)))
        return [x for x in found if x is not None]

    def players_types(self, player: int) -> list[int]:
        """The types of a player that choose and have a positive chance."""
        return [t for t in self.typed.strategic(player) if self.typed.prior[player][t]]

    def cells(self, node: CleanNode) -> Iterator[Cell]:
        """Types that choose, each against the profiles of the others' types that can have come to a node."""
        kinds_of = []
        for i, kinds in enumerate(self.typed.types):
            living = [t for t in range(len(kinds)) if self.typed.prior[i][t]
                      and ((k := self.settled.number.get((i, t))) is None or node.alive[k])]
            kinds_of.append(living)
        for profile in product(*kinds_of):
            for i, t in enumerate(profile):
                if (i, t) not in self.settled.number:
                    yield i, profile

    def chance(self, kinds: Kinds, player: int) -> Fraction:
        """The prior chance of the types of all but one player."""
        out = Fraction(1)
        for j, t in enumerate(kinds):
            if j != player:
                out *= self.typed.prior[j][t]
        return out

    def rows(
        self, node: CleanNode, kinds: Kinds, own: int, player: int, sure: Collection[tuple[int, int]]
    ) -> list[int]:
        """Rows that can come where a player takes an action; rules do as they say, ``sure`` types as planned."""
        choices: list[list[int]] = []
        for j, t in enumerate(kinds):
            rule = self.settled.action_of_rule(j, t, node.state, node.memories)
            if j == player:
                choices.append([own])
            elif rule is not None:
                choices.append([rule])
            elif (j, t) in sure:
                choices.append([self.own(node, j)])
            else:
                choices.append(list(range(int(self.game.action_counts[node.state, j]))))
        start, stride = int(self.game.row_start[node.state]), self.game.stride[node.state].tolist()
        return [start + sum(a * step for a, step in zip(profile, stride, strict=True)) for profile in product(*choices)]

    def _ordered(self) -> list[CleanNode]:
        """All nodes, each after those that follow it; raises ``Unsettled`` where play comes back."""
        done: dict[CleanNode, None] = {}
        opened: set[CleanNode] = set()
        waiting = [self.start]
        while waiting:
            node = waiting[-1]
            if node in done:
                waiting.pop()
                continue
            new = [x for x in self.next_nodes(node) if x not in done]
            opened.add(node)
            if not new:
                done[waiting.pop()] = None
            elif opened.isdisjoint(new):
                waiting += new
            else:
                raise Unsettled(f"the plan need not end: play comes back to state {self.game.states[new[0].state]!r}")
        return list(done)
