"""What a type that chooses can count on, and hope for, against one profile of the others' types.

Others that follow a rule do what it says; of others that choose nothing is assumed but what a plan says of its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import final

from games.certificates.exact_game import ExactGame
from games.certificates.typed.extremes import Choice, extreme_values
from games.model.plan import Plan
from games.model.typed_game import TypedGame, TypeRule
from games.numerics.arrays import Ints

Memories = tuple[int, ...]
"""What every rule of a profile remembers, in the order of the players."""
Place = tuple[int, Memories]
"""A state, and what the others' rules remember there."""
Node = tuple[int, Memories, bool]
"""A place, and whether the plan was kept so far."""


def profiles_of_others(typed: TypedGame, player: int, kind: int) -> Iterator[tuple[int, ...]]:
    """Every profile of types in which one player's is given."""
    return product(*([kind] if j == player else range(len(types)) for j, types in enumerate(typed.types)))


@final
class Opponents:
    """One profile of types (``kinds``, the player's own one among them) as the player's own type sees it.

    Everyone sees the profiles of actions in the game.
    """

    def __init__(self, typed: TypedGame, player: int, kinds: tuple[int, ...]) -> None:
        self.typed, self.player, self.kinds = typed, player, kinds
        self.game = typed.game
        self.exact = ExactGame.of(typed.game)
        self.rules: dict[int, TypeRule] = {
            j: rule for j, t in enumerate(kinds) if j != player and (rule := typed.types[j][t].rule) is not None}
        self._choice: dict[int, tuple[Fraction, Mapping[int, Fraction]]] = {}

    @property
    def chance(self) -> Fraction:
        """The prior chance of the others' types."""
        out = Fraction(1)
        for j, t in enumerate(self.kinds):
            if j != self.player:
                out *= self.typed.prior[j][t]
        return out

    @cached_property
    def start(self) -> Memories:
        """What the rules remember at the start."""
        return tuple(rule.start for rule in self.rules.values())

    @cached_property
    def discount(self) -> Fraction:
        """The player's own discount factor."""
        return self.typed.exact_discount(self.player, self.kinds[self.player])

    def period(self, row: int) -> tuple[Fraction, Mapping[int, Fraction]]:
        """What a row pays the player's own type, and the chances of the next state."""
        if row not in self._choice:
            pays = self.typed.exact_payoff(self.player, self.kinds[self.player], row)
            self._choice[row] = pays, self.exact.law(row)
        return self._choice[row]

    def after(self, row: int, memories: Memories) -> Memories:
        """What the rules remember after a row."""
        return tuple(int(rule.next_memory[m, row]) for rule, m in zip(self.rules.values(), memories, strict=True))

    def obeyed(self, row: int, memories: Memories, own: int | None = None) -> int:
        """The row that comes of one where the rules do as they say, and the player takes an action of its own."""
        state = int(self.game.row_state[row])
        wanted = {j: int(rule.action[m, state]) for (j, rule), m in zip(self.rules.items(), memories, strict=True)}
        if own is not None:
            wanted[self.player] = own
        for j, action in wanted.items():
            row += (action - int(self.game.own_action[row, j])) * int(self.game.stride[state, j])
        return row

    def possible(self, state: int, memories: Memories, own: int | None = None) -> set[int]:
        """Rows that can come where those who choose do anything; the player perhaps one action only."""
        return {self.obeyed(row, memories, own) for row in self.game.rows_of(state)}

    def most_kept(self, plan: Plan, starts: Iterable[Place]) -> dict[Place, Fraction]:
        """The most that the player's type can have at places where all who choose have kept to a plan, and go on so.

        Once a rule has left the plan nothing binds those who choose, so that they may do what is best for the player.
        """
        def options(node: Node) -> Iterator[tuple[int, bool]]:
            state, memories, kept = node
            if not kept:
                yield from ((row, False) for row in self.possible(state, memories))
                return
            for row in {self.obeyed(row, memories) for row in allowed_rows(plan, state)}:
                yield row, bool(plan.allowed[row])

        values = self._values([(*place, True) for place in starts], options, True)
        return {(state, memories): x for (state, memories, kept), x in values.items() if kept}

    def least_left(self, safe: Ints, starts: Iterable[Place]) -> dict[Place, Fraction]:
        """The least that the player's type has where it follows safe actions (Int[states]), whatever others choose."""
        def options(node: Node) -> Iterator[tuple[int, bool]]:
            state, memories, _ = node
            yield from ((row, False) for row in self.possible(state, memories, int(safe[state])))

        return {(s, m): x for (s, m, _), x in self._values([(*place, False) for place in starts], options,
                                                           False).items()}

    def least_leaving(self, plan: Plan, leaves: Sequence[tuple[Place, int]], safe: Ints) -> list[Fraction]:
        """The least after own actions at places, where those who choose take their part in what a plan allows there.

        From the next period on the player follows its safe actions, and those who choose do what is worst for it.
        """
        taken = [{self.obeyed(row, memories, own) for row in allowed_rows(plan, state)}
                 for (state, memories), own in leaves]
        ahead = [[(row, [(state, self.after(row, memories)) for state in self.period(row)[1]]) for row in rows]
                 for ((_, memories), _), rows in zip(leaves, taken, strict=True)]
        values = self.least_left(safe, {place for rows in ahead for _, places in rows for place in places})

        def worth(row: int, places: Sequence[Place]) -> Fraction:
            pays, law = self.period(row)
            return pays + self.discount * sum((law[place[0]] * values[place] for place in places), Fraction(0))

        return [min(worth(row, places) for row, places in rows) for rows in ahead]

    def _values(
        self, starts: Iterable[Node], options: Callable[[Node], Iterable[tuple[int, bool]]], most: bool
    ) -> dict[Node, Fraction]:
        """Extreme values of all nodes that can come; ``options`` gives rows, and whether the plan is kept then."""
        number: dict[Node, int] = {}
        waiting: list[Node] = []

        def numbered(node: Node) -> int:
            if node not in number:
                number[node] = len(number)
                waiting.append(node)
            return number[node]

        for node in starts:
            numbered(node)
        choices: dict[int, list[Choice]] = {}
        while waiting:
            node = waiting.pop()
            mine = choices.setdefault(number[node], [])
            for row, kept in options(node):
                pays, law = self.period(row)
                memories = self.after(row, node[1])
                mine.append((pays, {numbered((state, memories, kept)): p for state, p in law.items()}))
        values = extreme_values([choices[k] for k in range(len(number))], self.discount, most)
        return {node: values[k] for node, k in number.items()}


def allowed_rows(plan: Plan, state: int) -> list[int]:
    """The rows that a plan allows in a state."""
    return [row for row in plan.game.rows_of(state) if plan.allowed[row]]
