"""What follows once somebody has left a plan, where only one thing can: play that surely ends, from the end backward.

At each place every type that chooses deletes actions that do strictly worse than another of its own whatever the others
do and whatever they are, what follows being settled; if all that is left pays everybody the same against every profile
of the others' types, then so do all equilibria, whatever is believed.  No belief enters, and mixing changes nothing.

Source: Benoit and Krishna (1985) for finitely repeated games with one equilibrium payoff of the stage; iterated strict
dominance as in Fudenberg and Tirole (1991), section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import final

from games.certificates.exact_game import ExactGame
from games.certificates.typed.extremes import extreme_values
from games.model.typed_game import TypedGame, TypeRule

Kinds = tuple[int, ...]
"""The type of every player."""
Memories = tuple[int, ...]
"""What every rule of every player remembers."""
Place = tuple[int, Memories]
Cell = tuple[int, Kinds]
"""A player, and the type of every player, its own among them, which chooses."""


@final
class Unsettled(Exception):
    """More than one thing can follow; the message says where and why."""


@final
class Settled:
    """What is left of play from places on that somebody asks for; raises ``Unsettled`` where that is not settled."""

    def __init__(self, typed: TypedGame) -> None:
        self.typed, self.game = typed, typed.game
        self.exact = ExactGame.of(typed.game)
        self.rules: list[tuple[int, int, TypeRule]] = [
            (i, t, kind.rule) for i, kinds in enumerate(typed.types) for t, kind in enumerate(kinds)
            if kind.rule is not None]
        self.number = {(i, t): k for k, (i, t, _) in enumerate(self.rules)}
        self.profiles: list[Kinds] = list(product(*(range(len(kinds)) for kinds in typed.types)))
        self.start: Memories = tuple(rule.start for _, _, rule in self.rules)
        self._worth: dict[Place, dict[Cell, Fraction]] = {}
        self._actions: dict[Place, dict[tuple[int, int], int]] = {}
        self._period: dict[tuple[int, int, int], Fraction] = {}

    def after(self, row: int, memories: Memories) -> Memories:
        """What the rules remember after a row."""
        return tuple(int(rule.next_memory[m, row]) for (_, _, rule), m in zip(self.rules, memories, strict=True))

    def action_of_rule(self, player: int, kind: int, state: int, memories: Memories) -> int | None:
        """What a type with a rule does; None of a type that chooses."""
        k = self.number.get((player, kind))
        return None if k is None else int(self.rules[k][2].action[memories[k], state])

    def pays(self, player: int, kind: int, row: int) -> Fraction:
        """What a row pays a type in its period."""
        key = (player, kind, row)
        if key not in self._period:
            self._period[key] = self.typed.exact_payoff(player, kind, row)
        return self._period[key]

    def brings(self, row: int, memories: Memories, cell: Cell) -> Fraction:
        """What a type has in total from a period with this row on, if what follows is settled."""
        player, kinds = cell
        after = self.after(row, memories)
        ahead = sum((p * self.worth((state, after))[cell] for state, p in self.exact.law(row).items()), Fraction(0))
        return self.pays(player, kinds[player], row) + self.typed.exact_discount(player, kinds[player]) * ahead

    def worth(self, place: Place) -> Mapping[Cell, Fraction]:
        """What every type that chooses has in total from a place on, against every profile of the others' types."""
        waiting, opened = [place], set[Place]()
        while waiting:
            state, memories = waiting[-1]
            if waiting[-1] in self._worth:
                waiting.pop()
                continue
            if state in self._over:
                self._settle_over(waiting[-1])
                continue
            ahead = {(s, self.after(row, memories)) for row in self.game.rows_of(state) for s in self.exact.law(row)}
            new = [p for p in ahead if p not in self._worth]
            if not opened.isdisjoint(new):
                raise Unsettled(f"play can come back to state {self.game.states[state]!r}, so that it need not end")
            opened.add(waiting[-1])
            if new:
                waiting += new
            else:
                self._settle(waiting[-1])
        return self._worth[place]

    def action(self, place: Place, player: int, kind: int) -> int:
        """What a type that chooses does at a place: one of the actions that are left, which pay all the same."""
        self.worth(place)
        return self._actions[place][player, kind]

    def _cells(self) -> Iterator[Cell]:
        for kinds in self.profiles:
            for i, t in enumerate(kinds):
                if (i, t) not in self.number:
                    yield i, kinds

    @cached_property
    def _over(self) -> dict[int, Mapping[tuple[int, int], Fraction]]:
        """States from which on nobody has a choice, with what every type that chooses has there."""
        game, law = self.game, self.exact.law
        over = {s for s in range(game.n_states) if len(game.rows_of(s)) == 1}
        while left := {s for s in over if not over.issuperset(law(game.rows_of(s)[0]))}:
            over -= left
        number = {s: k for k, s in enumerate(sorted(over))}
        found: dict[int, dict[tuple[int, int], Fraction]] = {s: {} for s in over}
        for i, types in enumerate(self.typed.types):
            for t in range(len(types)):
                if (i, t) in self.number:
                    continue
                choices = [[(self.pays(i, t, row), {number[k]: p for k, p in law(row).items()})]
                           for row in (game.rows_of(s)[0] for s in number)]
                low, high = (extreme_values(choices, self.typed.exact_discount(i, t), most) for most in (False, True))
                for s, k in number.items():
                    if low[k] == high[k]:
                        found[s][i, t] = low[k]
        return dict(found)

    def _settle_over(self, place: Place) -> None:
        worth = self._over[place[0]]
        for i, kinds in self._cells():
            if (i, kinds[i]) not in worth:
                raise Unsettled(f"what follows state {self.game.states[place[0]]!r} has too many situations")
        self._worth[place] = {(i, kinds): worth[i, kinds[i]] for i, kinds in self._cells()}
        self._actions[place] = {(i, t): 0 for i in range(self.game.n_players) for t in self.typed.strategic(i)}

    def _settle(self, place: Place) -> None:
        """Delete what is strictly dominated, and insist that all that is left pays the same."""
        state, memories = place
        game = self.game
        left = {(i, t): list(range(int(game.action_counts[state, i])))
                for i in range(game.n_players) for t in self.typed.strategic(i)}
        # What a rule does is the one thing left of it.
        given = {(i, t): [int(rule.action[m, state])] for (i, t, rule), m in zip(self.rules, memories, strict=True)}
        table = {(cell, row): self.brings(row, memories, cell) for cell in self._cells() for row in game.rows_of(state)}
        while True:
            doomed = next(((who, a) for who, mine in left.items() for a in mine
                           if any(self._beats(b, a, who, state, left | given, table) for b in mine if b != a)), None)
            if doomed is None:
                break
            left[doomed[0]] = [a for a in left[doomed[0]] if a != doomed[1]]
        out: dict[Cell, Fraction] = {}
        for i, kinds in self._cells():
            found = {table[(i, kinds), row] for row in self._rows(state, kinds, left | given)}
            if len(found) > 1:
                raise Unsettled(f"more than one thing can follow in state {game.states[state]!r} once the plan is left")
            out[i, kinds] = found.pop()
        self._worth[place] = out
        self._actions[place] = {who: mine[0] for who, mine in left.items()}

    def _rows(self, state: int, kinds: Kinds, left: Mapping[tuple[int, int], Sequence[int]]) -> list[int]:
        """Rows that come of what is left to these types."""
        start, stride = int(self.game.row_start[state]), self.game.stride[state].tolist()
        choices = product(*(left[i, t] for i, t in enumerate(kinds)))
        return [start + sum(a * step for a, step in zip(actions, stride, strict=True)) for actions in choices]

    def _beats(
        self, one: int, other: int, who: tuple[int, int], state: int, left: Mapping[tuple[int, int], Sequence[int]],
        table: Mapping[tuple[Cell, int], Fraction],
    ) -> bool:
        """Whether an action brings a type more than another, whatever the others are and do of what is left."""
        player, kind = who
        step = int(self.game.stride[state, player])
        for kinds in self.profiles:
            if kinds[player] == kind:
                for row in self._rows(state, kinds, {**left, who: [other]}):
                    if table[(player, kinds), row + (one - other) * step] <= table[(player, kinds), row]:
                        return False
        return True
