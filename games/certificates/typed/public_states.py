"""What everyone knows in a game with types while nobody mixes: the state, memories of rules, and which types live.

Where types that choose do not mix, a belief is the prior restricted to the types that would have done all that was
seen: a set of living types per player.  What is seen next restricts it under the plan that was to be played (an action
per player, of its type that chooses), so that the same outcome shows different types under different plans.  Types with
a rule never err: what no living type would do shows the type that chooses.

Source: Fudenberg and Tirole (1991), definition 3.1 of perfect Bayesian equilibrium, for independent types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import NamedTuple, final

from games.certificates.exact_game import ExactGame
from games.model.typed_game import TypedGame, TypeRule

Actions = tuple[int, ...]
"""The own action of every player."""


class PublicState(NamedTuple):
    """A state of the game and what is known of its players.

    ``memories``  per player and type; 0 for types that choose and for those that do not live.
    ``living``    per player the types that it may be, in order.
    """

    state: int
    memories: tuple[tuple[int, ...], ...]
    living: tuple[tuple[int, ...], ...]


def unfit_for_public_states(typed: TypedGame) -> str | None:
    """Why living types do not say all that is believed in a game, in words; None where they do."""
    if typed.game.monitoring is not None:
        return "players see signals of what is done; living types are told apart by what they do"
    if any(change is not None for change in (*(typed.redraws or ()), *(typed.replacement or ()))):
        return "types change; beliefs are then no sets of living types"
    if typed.game.undiscounted:
        return "some player does not discount; values are averages, which need discount factors below 1"
    for i, who in enumerate(typed.game.players):
        if typed.strategic(i) != (0,):
            return f"{who!r} has more than one type that chooses; payoffs have one coordinate for each player"
    return None


@final
@dataclass(frozen=True, eq=False)
class PublicStates:
    """How public states follow one another; the game is one that ``unfit_for_public_states`` has nothing against."""

    typed: TypedGame

    @cached_property
    def exact(self) -> ExactGame:
        """The numbers of the game."""
        return ExactGame.of(self.typed.game)

    @cached_property
    def first(self) -> PublicState:
        """Where play begins; types with chance 0 do not live."""
        living = tuple(tuple(t for t, p in enumerate(prior) if p) for prior in self.typed.prior)
        return self._at(self.typed.game.initial, living, lambda i, t: self._rule(i, t).start)

    def row(self, state: int, actions: Sequence[int]) -> int:
        """The row of a state in which the players take these own actions."""
        game = self.typed.game
        return int(game.row_start[state]) + sum(
            int(step) * a for step, a in zip(game.stride[state], actions, strict=True))

    def plans(self, state: int) -> Iterator[Actions]:
        """All plans that there are in a state."""
        yield from product(*(range(int(n)) for n in self.typed.game.action_counts[state]))

    def does(self, place: PublicState, plan: Actions, player: int, kind: int) -> int:
        """The own action of a type."""
        rule = self.typed.types[player][kind].rule
        return plan[player] if rule is None else int(rule.action[place.memories[player][kind], place.state])

    def after(self, place: PublicState, plan: Actions, row: int) -> Mapping[int, PublicState]:
        """The public states that may follow a row which is seen where this was the plan, by their states."""
        seen = self.typed.game.own_action[row]
        living = tuple(
            tuple(t for t in mine if self.does(place, plan, i, t) == seen[i]) or (0,)
            for i, mine in enumerate(place.living))

        def memory(player: int, kind: int) -> int:
            return int(self._rule(player, kind).next_memory[place.memories[player][kind], row])

        return {state: self._at(state, living, memory) for state in sorted(self.exact.law(row))}

    def chances(self, place: PublicState, plan: Actions, player: int) -> dict[int, Fraction]:
        """How likely a player's own actions are to everyone else."""
        prior, mine = self.typed.prior[player], place.living[player]
        if len(mine) == 1:
            return {self.does(place, plan, player, mine[0]): Fraction(1)}
        whole = sum((prior[t] for t in mine), Fraction(0))
        found: dict[int, Fraction] = {}
        for t in mine:
            action = self.does(place, plan, player, t)
            found[action] = found.get(action, Fraction(0)) + prior[t] / whole
        return found

    def faced(self, place: PublicState, plan: Actions, player: int, action: int) -> dict[int, Fraction]:
        """The rows, with chances, that the player's type that chooses expects if it takes an action."""
        others = [{action: Fraction(1)} if j == player else self.chances(place, plan, j)
                  for j in range(self.typed.game.n_players)]
        found = {}
        for actions in product(*others):
            chance = Fraction(1)
            for own, a in zip(others, actions, strict=True):
                chance *= own[a]
            found[self.row(place.state, actions)] = chance
        return found

    def reached(self, most: int) -> list[PublicState] | None:
        """All public states that plans and outcomes lead to from the first; None if there are more than ``most``."""
        found = {self.first: None}
        waiting = [self.first]
        while waiting:
            place = waiting.pop()
            for plan in self.plans(place.state):
                for row in self.typed.game.rows_of(place.state):
                    for follows in self.after(place, plan, row).values():
                        if follows not in found:
                            found[follows] = None
                            waiting.append(follows)
            if len(found) > most:
                return None
        return list(found)

    def words(self, place: PublicState) -> str:
        """A public state for a reader."""
        game = self.typed.game
        said = [f"{who!r} may be {' or '.join(repr(self.typed.types[i][t].name) for t in place.living[i])}"
                for i, who in enumerate(game.players) if len(self.typed.types[i]) > 1]
        return ", ".join([f"state {game.states[place.state]!r}", *said])

    def _rule(self, player: int, kind: int) -> TypeRule:
        rule = self.typed.types[player][kind].rule
        assert rule is not None
        return rule

    def _at(
        self, state: int, living: tuple[tuple[int, ...], ...], memory: Callable[[int, int], int]
    ) -> PublicState:
        return PublicState(state, tuple(
            tuple(memory(i, t) if one.rule is not None and t in living[i] else 0 for t, one in enumerate(types))
            for i, types in enumerate(self.typed.types)), living)
