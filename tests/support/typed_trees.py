"""Games with types as trees: chance draws the types, then all moves of all periods, with beliefs by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from games.certificates.certificate import CheckReport
from games.certificates.trees import BayesianAssessment
from games.extensive_form import ExtensiveGame, chance, decision, extensive_game, terminal
from games.game_trees.tree import Chance, Decision
from tests.support.typed_games import History, RandomCase

F = Fraction


def judged_as_tree(case: RandomCase) -> CheckReport:
    """The report of the check of trees on a rule of play, its mixtures and beliefs."""
    return _Unfolded(case).report()


class _Unfolded:
    def __init__(self, case: RandomCase) -> None:
        self.case, self.typed, self.rule = case, case.typed, case.rule
        self.game = case.typed.game
        self.number = {history: k for k, history in enumerate(case.histories)}

    def likely(self, player: int, kind: int, history: History, state: int) -> dict[int, Fraction]:
        """What a type does: chances by action."""
        one = self.typed.types[player][kind]
        if one.rule is not None:
            memory = one.rule.start
            for row in history:
                memory = int(one.rule.next_memory[memory, row])
            return {int(one.rule.action[memory, state]): F(1)}
        mode = self.number[history]
        mixed = self.rule.mix.get((player, kind, mode, state))
        table = self.rule.action[player][kind]
        assert table is not None
        return dict(mixed) if mixed else {int(table[mode, state]): F(1)}

    def belief(self, player: int, history: History) -> list[Fraction]:
        """What is believed of a player after a history, by Bayes' rule step by step."""
        prior = self.typed.prior[player]
        now = list(prior)
        for t, row in enumerate(history):
            state, action = int(self.game.row_state[row]), int(self.game.own_action[row, player])
            new = [p * self.likely(player, k, history[:t], state).get(action, F(0)) for k, p in enumerate(now)]
            if not any(new):
                new = [p if self.typed.types[player][k].rule is None else F(0) for k, p in enumerate(prior)]
            now = [p / sum(new) for p in new]
        return now

    def report(self) -> CheckReport:
        kinds = [range(len(types)) for types in self.typed.types]
        prior = self.typed.prior
        root = chance({f"{a},{b}": (prior[0][a] * prior[1][b], self.node((a, b), (), self.game.initial, (F(0),) * 2))
                       for a, b in product(*kinds)})
        tree = extensive_game(["A", "B"], root)
        places = self.places(tree)
        profile, beliefs = [], []
        for number, known in enumerate(tree.information_sets):
            kind, history, state = _read(known.name)
            likely = self.likely(known.player, kind, history, state)
            profile.append(tuple(likely.get(int(a), F(0)) for a in known.actions))
            other = self.belief(1 - known.player, history)
            weights = []
            for k in tree.members[number]:
                types, first = places[k]
                weight = other[types[1 - known.player]]
                if known.player == 1:
                    weight *= self.likely(0, types[0], history, state).get(first, F(0))
                weights.append(weight)
            if not any(weights):  # the second mover of a tree sees what all do at once: here it would believe anything
                weights = [F(int(k == 0)) for k in range(len(weights))]
            beliefs.append(tuple(w / sum(weights) for w in weights))
        return BayesianAssessment(tree.digest, tuple(profile), tuple(beliefs)).check(tree)

    def node(self, types: tuple[int, int], history: History, state: int, paid: tuple[Fraction, ...]) -> dict[str, Any]:
        if self.game.states[state] == "end":
            return terminal(list(paid))
        return self.move(0, types, history, state, paid, ())

    def move(
        self, player: int, types: tuple[int, int], history: History, state: int, paid: tuple[Fraction, ...],
        taken: tuple[int, ...],
    ) -> dict[str, Any]:
        if player == 2:
            row = int(self.game.row_start[state]) + 2 * taken[0] + taken[1]
            t = len(history)
            total = tuple(u + self.typed.exact_discount(i, types[i])**t * self.typed.exact_payoff(i, types[i], row)
                          for i, u in enumerate(paid))
            law = self.game.exact_transition(row)
            return chance({str(s): (p, self.node(types, (*history, row), s, total)) for s, p in law.items()})
        if self.typed.types[player][types[player]].rule is not None:
            (action,) = self.likely(player, types[player], history, state)
            return self.move(player + 1, types, history, state, paid, (*taken, action))
        name = f"{types[player]}|{','.join(map(str, history))}|{state}"
        return decision("AB"[player], {
            str(a): self.move(player + 1, types, history, state, paid, (*taken, a)) for a in range(2)}, name)

    def places(self, tree: ExtensiveGame) -> dict[int, tuple[tuple[int, int], int]]:
        """Types, and what player A does at the moment, of every node at which somebody moves."""
        out: dict[int, tuple[tuple[int, int], int]] = {}
        root = tree.nodes[0]
        assert isinstance(root, Chance)
        for label, child in zip(root.labels, root.children, strict=True):
            a, b = map(int, label.split(","))
            waiting = [(child, -1)]
            while waiting:
                k, first = waiting.pop()
                node = tree.nodes[k]
                if isinstance(node, Decision):
                    known = tree.information_sets[node.information_set]
                    if known.player == 1 and first < 0:  # A follows a rule: its move is no node
                        _, history, state = _read(known.name)
                        (first,) = self.likely(0, a, history, state)
                    out[k] = (a, b), first
                    waiting += [(c, int(label) if known.player == 0 else -1)
                                for label, c in zip(known.actions, node.children, strict=True)]
                elif isinstance(node, Chance):
                    waiting += [(c, -1) for c in node.children]
        return out


def _read(name: str) -> tuple[int, History, int]:
    kind, history, state = name.split("|")
    return int(kind), tuple(int(r) for r in history.split(",") if r), int(state)
