"""Treaties for a few years whose parties have types, as trees: chance draws the types, then all moves of all years.

Knows the game, the types and the rule of play; beliefs, modes and memories are followed along every history anew.
"""

from __future__ import annotations

from ast import literal_eval
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

import numpy as np

from games.certificates.certificate import CheckReport
from games.certificates.trees import BayesianAssessment
from games.extensive_form import ExtensiveGame, chance, decision, extensive_game, terminal
from games.game_trees.tree import Chance, Decision
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule

F = Fraction
Chances = tuple[Fraction, ...]


@final
@dataclass(frozen=True)
class _Known:
    """What everybody knows at the beginning of a year; ``history`` in words, ``memory`` per player and type."""

    state: int
    mode: int
    memory: tuple[tuple[int, ...], ...]
    belief: tuple[Chances, ...]
    history: str
    year: int


class TreatyTree:
    """A game with types for two players that surely ends, unfolded under a rule without mixtures."""

    def __init__(self, typed: TypedGame, rule: TypedRule) -> None:
        self.typed, self.rule, self.game = typed, rule, typed.game
        self.known: dict[str, tuple[int, int, _Known]] = {}
        """Name of an information set to the player, its type, and what everybody knows."""

    def histories(self, years: int) -> int:
        """How many histories of play there are; more than any tree has where play is not over after so many years."""
        game = self.game
        ends = [state for state in range(game.n_states) if self.over(state)]
        many = np.full(game.n_states, 10**6)
        for _ in range(years + 1):
            many = np.array([
                1 if state in ends else sum(
                    many[game.transition[[row]].indices].sum() for row in game.rows_of(state))
                for state in range(game.n_states)
            ])  # fmt: skip
        return int(many[game.initial])

    def over(self, state: int) -> bool:
        """Whether nothing can be chosen any more, and play stays."""
        game, row = self.game, int(self.game.row_start[state])
        return bool(game.action_counts[state].max() == 1) and self.game.transition[[row]].indices.tolist() == [state]

    def plays(self, player: int, kind: int, known: _Known) -> int:
        """The own action of a type."""
        rule = self.typed.types[player][kind].rule
        if rule is not None:
            return int(rule.action[known.memory[player][kind], known.state])
        table = self.rule.action[player][kind]
        assert table is not None and table[known.mode, known.state] >= 0
        return int(table[known.mode, known.state])

    def report(self) -> CheckReport:
        """The report of the check of trees on the rule and its beliefs."""
        types = self.typed.types
        start = _Known(
            self.game.initial, self.rule.start,
            tuple(tuple(0 if one.rule is None else one.rule.start for one in mine) for mine in types),
            tuple(self.typed.prior), "", 0)  # fmt: skip
        root = chance({
            f"{a}.{b}": (self.typed.prior[0][a] * self.typed.prior[1][b], self.year(((a,), (b,)), start, (F(0),) * 2))
            for a in range(len(types[0])) for b in range(len(types[1]))
        })  # fmt: skip
        tree = extensive_game(["A", "B"], root)
        places = self._places(tree)
        profile, beliefs = [], []
        for number, one in enumerate(tree.information_sets):
            player, kind, known = self.known[one.name]
            planned = self.plays(player, kind, known)
            profile.append(tuple(F(int(int(a) == planned)) for a in one.actions))
            weights = []
            for k in tree.members[number]:
                other, first = places[k]
                weight = known.belief[1 - player][other]
                if player == 1:
                    weight *= int(self.plays(0, other, known) == first)
                weights.append(weight)
            # The second mover sees nothing of what the first does in the same year: here any belief will do.
            weights = weights if any(weights) else [F(int(k == 0)) for k in range(len(weights))]
            beliefs.append(tuple(w / sum(weights) for w in weights))
        return BayesianAssessment(tree.digest, tuple(profile), tuple(beliefs)).check(tree)

    def year(self, drawn: tuple[tuple[int, ...], ...], known: _Known, paid: Chances) -> dict[str, Any]:
        """The tree from a year on, for types that are what was ``drawn`` last."""
        if self.over(known.state):
            return terminal(list(self._with(paid, int(self.game.row_start[known.state]), drawn, known.year, True)))
        return self.move(0, drawn, known, paid, ())

    def _with(self, paid: Chances, row: int, drawn: tuple[tuple[int, ...], ...], year: int, for_ever: bool) -> Chances:
        out = []
        for i, total in enumerate(paid):
            factor = self.typed.exact_discount(i, drawn[i][-1])
            often = 1 / (1 - factor) if for_ever else F(1)
            out.append(total + factor**year * often * self.typed.exact_payoff(i, drawn[i][-1], row))
        return tuple(out)

    def move(
        self, player: int, drawn: tuple[tuple[int, ...], ...], known: _Known, paid: Chances, taken: tuple[int, ...]
    ) -> dict[str, Any]:
        if player == 2:
            return self.ahead(drawn, known, paid, taken)
        kind = drawn[player][-1]
        if self.typed.types[player][kind].rule is not None:
            return self.move(player + 1, drawn, known, paid, (*taken, self.plays(player, kind, known)))
        name = f"{player}:{drawn[player]}:{known.history}"
        self.known[name] = player, kind, known
        options = range(int(self.game.action_counts[known.state, player]))
        return decision(
            "AB"[player],
            {str(a): self.move(player + 1, drawn, known, paid, (*taken, a)) for a in options}, name)  # fmt: skip

    def ahead(
        self, drawn: tuple[tuple[int, ...], ...], known: _Known, paid: Chances, taken: tuple[int, ...]
    ) -> dict[str, Any]:
        game = self.game
        row = int(game.row_start[known.state] + np.dot(taken, game.stride[known.state]))
        assert tuple(game.own_action[row].tolist()) == taken
        total = self._with(paid, row, drawn, known.year, False)
        seen = self._after(known, row, taken)
        branches = {}
        for state, likely in game.exact_transition(row).items():
            again = [i for i in range(2) if self._redrawn(i, known.state, state)]
            belief = tuple(self.typed.prior[i] if i in again else seen.belief[i] for i in range(2))
            mode = seen.mode
            if mode >= 0 and self.rule.arrival is not None:
                mode = int(self.rule.arrival[mode, state])
            after = replace(seen, state=state, belief=belief, mode=mode, history=f"{seen.history}>{state}")
            ahead: list[tuple[Fraction, tuple[tuple[int, ...], ...]]] = [(likely, drawn)]
            for i in again:
                ahead = [(p * q, tuple((*d, k) if i == x else d for x, d in enumerate(ds)))
                         for p, ds in ahead for k, q in enumerate(self.typed.prior[i])]  # fmt: skip
            for p, ds in ahead:
                branches[f"{state}/{ds}"] = p, self.year(ds, after, total)
        return chance(branches) if len(branches) > 1 else next(iter(branches.values()))[1]

    def _redrawn(self, player: int, before: int, after: int) -> bool:
        again = None if self.typed.redraws is None else self.typed.redraws[player]
        return again is not None and bool(again[before, after])

    def _after(self, known: _Known, row: int, taken: tuple[int, ...]) -> _Known:
        """What everybody knows after a row, but for where it leads: Bayes' rule party by party."""
        belief = []
        for i, now in enumerate(known.belief):
            kept = [p * int(self.plays(i, k, known) == taken[i]) for k, p in enumerate(now)]
            if not any(kept):
                prior = self.typed.prior[i]
                kept = [p if self.typed.types[i][k].rule is None else F(0) for k, p in enumerate(prior)]
            belief.append(tuple(p / sum(kept) for p in kept))
        memory = tuple(
            tuple(m if one.rule is None else int(one.rule.next_memory[m, row])
                  for m, one in zip(mine, types, strict=True))
            for mine, types in zip(known.memory, self.typed.types, strict=True)
        )  # fmt: skip
        return _Known(known.state, int(self.rule.next_mode[known.mode, row]), memory, tuple(belief),
                      f"{known.history}|{row}", known.year + 1)

    def _places(self, tree: ExtensiveGame) -> dict[int, tuple[int, int]]:
        """Of every node at which somebody moves, the other's type, and what the first does in the year."""
        out: dict[int, tuple[int, int]] = {}
        root = tree.nodes[0]
        assert isinstance(root, Chance)
        for label, child in zip(root.labels, root.children, strict=True):
            waiting = [(child, tuple(map(int, label.split("."))), -1)]
            while waiting:
                k, kinds, first = waiting.pop()
                node = tree.nodes[k]
                if isinstance(node, Decision):
                    one = tree.information_sets[node.information_set]
                    player, _, known = self.known[one.name]
                    if player == 1 and first < 0:  # The first follows a rule: its move is no node.
                        first = self.plays(0, kinds[0], known)
                    out[k] = kinds[1 - player], first
                    waiting += [(c, kinds, int(a) if player == 0 else -1)
                                for a, c in zip(one.actions, node.children, strict=True)]  # fmt: skip
                elif isinstance(node, Chance):
                    for said, c in zip(node.labels, node.children, strict=True):
                        drawn = literal_eval(said.split("/")[1])
                        waiting.append((c, (drawn[0][-1], drawn[1][-1]), -1))
        return out
