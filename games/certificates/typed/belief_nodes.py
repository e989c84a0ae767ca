"""A public rule laid over a typed game without beliefs: modes, states and memories, and what each says of the types.

Under noise beliefs take infinitely many values.  They move nothing but themselves, though: where play stands, and what
everybody does there, depends on outcomes alone.  So the nodes here are finite, and beliefs are kept apart from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import final

from games.certificates.faults import Fault
from games.certificates.typed.learning import Belief, Learning, changes, learnt, moved
from games.model.outcome_laws import Outcome
from games.model.typed_game import Matrix, TypedGame, TypeRule
from games.model.typed_rule import TypedRule

MOST_NODES = 20_000
Node = tuple[int, int, tuple[int, ...]]
"""(mode, state, memory of every type that follows a rule, in order of player and type)."""
Mixture = Mapping[int, Fraction]


@final
@dataclass(frozen=True, eq=False)
class BeliefNodes:
    """All nodes that some outcomes lead to from the start.

    ``nodes``  the start first.   ``number`` their numbers.
    ``over``   per node whether play rests there and pays nobody anything; then nothing more is said of it.
    ``acts``   per node, player and type: the chances of its own actions.
    ``after``  per node and outcome that some profile makes possible: the number of the next node.
    """

    typed: TypedGame
    rule: TypedRule
    learning: Learning
    nodes: tuple[Node, ...]
    over: tuple[bool, ...]
    acts: tuple[tuple[tuple[Mixture, ...], ...], ...]
    after: tuple[Mapping[Outcome, int], ...]
    _lessons: dict[tuple[int, int], Mapping[tuple[int, Belief, int], Outcome]] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(typed: TypedGame, rule: TypedRule, learning: Learning | None = None) -> BeliefNodes | Fault:
        """Unfold the rule; a ``Fault`` names what it does not say, or a signal that speaks of several players.

        ``learning``  of the game, where several rules are laid over it.
        """
        return _Unfolding(typed, rule).run(learning or Learning(typed))

    @cached_property
    def number(self) -> Mapping[Node, int]:
        """The number of every node."""
        return {node: k for k, node in enumerate(self.nodes)}

    @cached_property
    def uncertain(self) -> tuple[int, ...]:
        """The players with more than one type."""
        return tuple(i for i, types in enumerate(self.typed.types) if len(types) > 1)

    def choosing(self, player: int) -> tuple[int, ...]:
        """The types of a player that choose and may be there; as it is described, where none of them has a chance."""
        there = self.typed.possible(player, {state for _, state, _ in self.nodes})
        return tuple(t for t in self.typed.strategic(player) if t in there) or (0,)

    def place(self, k: int) -> str:
        """A node in words."""
        mode, state, memories = self.nodes[k]
        held = "".join(
            f", {self.typed.types[i][t].name!r} of {self.typed.game.players[i]} remembers {rule.memories[m]!r}"
            for (i, t, rule), m in zip(_automata(self.typed), memories, strict=True) if len(rule.memories) > 1)
        return f"mode {self.rule.modes[mode]!r}, state {self.typed.game.states[state]!r}{held}"

    def seen(self, k: int, outcome: Outcome) -> str:
        """An outcome at a node in words."""
        label = self.learning.laws.signal_label(self.nodes[k][1], outcome[0])
        return f"{label} and then state {self.typed.game.states[outcome[1]]!r}"

    def lessons(self, k: int, player: int) -> Mapping[tuple[int, Belief, int], Outcome]:
        """What can be learnt of a player at a node, with an outcome that teaches it.

        Keys are the next node, how likely each type makes the outcome, and the next state; outcomes that agree in them
        lead to the same beliefs.
        """
        if (k, player) not in self._lessons:
            hints = self.learning.hints(self.nodes[k][1])
            assert not isinstance(hints, Fault)
            known: dict[tuple[int, tuple[Fraction, ...]], Outcome] = {}
            for outcome, after in self.after[k].items():
                known.setdefault((after, hints[outcome][player]), outcome)
            out: dict[tuple[int, Belief, int], Outcome] = {}
            for (after, _), outcome in known.items():
                out.setdefault((after, self.likelihood(k, player, outcome), outcome[1]), outcome)
            self._lessons[k, player] = out
        return self._lessons[k, player]

    def likelihood(self, k: int, player: int, outcome: Outcome) -> Belief:
        """How likely each type of a player makes an outcome at a node, up to a factor that all types share."""
        hints = self.learning.hints(self.nodes[k][1])
        assert not isinstance(hints, Fault)
        hint = hints[outcome][player]
        return tuple(sum((p * hint[a] for a, p in mix.items()), Fraction(0)) for mix in self.acts[k][player])

    def change_between(self, player: int, state: int, after: int) -> Matrix | None:
        """How a player's type changes when play moves from a state to the next; None if it does not."""
        return changes(self.typed, player, state, after)

    def surprised(self, player: int) -> Belief:
        """What a player is believed to be after something that none of its living types would do: one that chooses."""
        typed, said = self.typed, None if self.rule.shares is None else self.rule.shares[player]
        choosing = typed.strategic(player)
        weights = [typed.prior[player][t] for t in choosing] if said is None else list(said)
        total = sum(weights, Fraction(0))
        if not total:
            weights, total = [Fraction(int(t == 0)) for t in choosing], Fraction(1)
        by_type = dict(zip(choosing, weights, strict=True))
        return tuple(by_type.get(t, Fraction(0)) / total for t in range(len(typed.types[player])))

    def posterior(self, k: int, player: int, belief: Belief, outcome: Outcome) -> Belief:
        """What a player is believed to be in the next period."""
        known = learnt(belief, self.likelihood(k, player, outcome))
        change = self.change_between(player, self.nodes[k][1], outcome[1])
        return moved(self.surprised(player) if known is None else known, change)


def _automata(typed: TypedGame) -> list[tuple[int, int, TypeRule]]:
    """Player, type and rule of every type that follows one, in order."""
    return [(i, t, one.rule) for i, types in enumerate(typed.types) for t, one in enumerate(types)
            if one.rule is not None]


@final
class _Unfolding:
    def __init__(self, typed: TypedGame, rule: TypedRule) -> None:
        self.typed, self.rule, self.automata = typed, rule, _automata(typed)
        self.begin = tuple(one.start for _, _, one in self.automata)

    def run(self, learning: Learning) -> BeliefNodes | Fault:
        start: Node = (self.rule.start, self.typed.game.initial, self.begin)
        nodes, number, rests = [start], {start: 0}, dict[int, bool]()
        over: list[bool] = []
        acts: list[tuple[tuple[Mixture, ...], ...]] = []
        after: list[Mapping[Outcome, int]] = []
        for node in nodes:                                             # grows while it is read
            if len(nodes) > MOST_NODES:
                return Fault("rule", f"more than {MOST_NODES} combinations of mode, state and memory can come about")
            if node[1] not in rests:
                rests[node[1]] = self._rests(node[1])
            over.append(rests[node[1]])
            if over[-1]:
                acts.append(tuple(({0: Fraction(1)},) * len(types) for types in self.typed.types))
                after.append({})
                continue
            hints, found = learning.hints(node[1]), self._acts(node)
            if isinstance(hints, Fault):
                return hints
            if isinstance(found, Fault):
                return found
            acts.append(found)
            ahead: dict[Outcome, int] = {}
            for outcome in hints:
                if outcome[1] not in rests:
                    rests[outcome[1]] = self._rests(outcome[1])
                new = (self.rule.start, outcome[1], self.begin) if rests[outcome[1]] else self._next(node, outcome)
                if isinstance(new, Fault):
                    return new
                ahead[outcome] = number.setdefault(new, len(nodes))
                if ahead[outcome] == len(nodes):
                    nodes.append(new)
            after.append(ahead)
        return BeliefNodes(self.typed, self.rule, learning, tuple(nodes), tuple(over), tuple(acts), tuple(after))

    def _rests(self, state: int) -> bool:
        """Whether play stays in a state for certain and pays no type of anybody anything."""
        game, typed = self.typed.game, self.typed
        return all(
            game.exact_transition(row) == {state: 1} and not any(
                typed.exact_payoff(i, t, row) for i, types in enumerate(typed.types) for t in range(len(types)))
            for row in game.rows_of(state))

    def _acts(self, node: Node) -> tuple[tuple[Mixture, ...], ...] | Fault:
        """The chances of own actions, per player and type."""
        typed, rule, (mode, state, memories) = self.typed, self.rule, node
        out: list[list[Mixture]] = [[{}] * len(types) for types in typed.types]
        for (i, t, own), memory in zip(self.automata, memories, strict=True):
            out[i][t] = {int(own.action[memory, state]): Fraction(1)}
        for i in range(typed.game.n_players):
            for t in typed.strategic(i):
                table = rule.action[i][t]
                if (i, t, mode, state) in rule.mix:
                    out[i][t] = rule.mix[i, t, mode, state]
                elif table is not None and table[mode, state] >= 0:
                    out[i][t] = {int(table[mode, state]): Fraction(1)}
                else:
                    return Fault("action", f"nothing is said of what {typed.types[i][t].name!r} of "
                                 f"{typed.game.players[i]!r} does in mode {rule.modes[mode]!r}, state "
                                 f"{typed.game.states[state]!r}, although play or deviations come there")
        return tuple(tuple(x) for x in out)

    def _next(self, node: Node, outcome: Outcome) -> Node | Fault:
        """The node after an outcome."""
        typed, rule, (mode, state, memories) = self.typed, self.rule, node
        seen, after = int(typed.outcome_start[state]) + outcome[0], outcome[1]
        then = int(rule.next_mode[mode, seen])
        if then >= 0 and rule.arrival is not None:
            then = int(rule.arrival[then, after])
        if then < 0:
            return Fault("next_mode", f"nothing is said of what follows outcome {outcome[0]} and state "
                         f"{typed.game.states[after]!r} in mode {rule.modes[mode]!r}, state "
                         f"{typed.game.states[state]!r}, although deviations come there")
        kept = []
        for (i, _, own), memory in zip(self.automata, memories, strict=True):
            again = None if typed.redraws is None else typed.redraws[i]
            anew = again is not None and bool(again[state, after])
            kept.append(own.start if anew else int(own.next_memory[memory, seen]))
        return then, after, tuple(kept)
