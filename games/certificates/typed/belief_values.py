"""What a rule is worth to a type that chooses, given what the others are: values that no belief enters.

At a node, against types t of the others, the value v(t) solves a linear system: the period's payoff, then the value at
the next node against the types that these have become.  At a belief b the rule is worth the sum of b(t) v(t); so is the
slack of every deviation, with d(t) in place of v(t).  Where a player's own type may change, it counts what its party
gets after that by its own payoffs and discount factor.

Source: the linearity is that of partially observed decision processes, Sondik (1971).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, final

import numpy as np
from flint import fmpq, fmpq_mat

from games.certificates.faults import Fault
from games.certificates.typed.belief_nodes import BeliefNodes
from games.numerics.components import components

MOST_UNKNOWNS = 1500
"""The largest system of equations that hang together that is solved exactly."""
Types = tuple[int, ...]
"""A type per player."""


@final
@dataclass(frozen=True)
class Temptation:
    """What keeping to the rule is worth more than one deviation.

    ``node``, ``player``, ``kind``, ``action``  who, as which type, deviates where, and to which of its actions.
    ``slack``  by the other players' types (the own entry is ``kind``); average discounted payoffs.
    """

    node: int
    player: int
    kind: int
    action: int
    slack: Mapping[Types, Fraction]


def temptations(nodes: BeliefNodes, player: int, kind: int) -> list[Temptation] | Fault:
    """Every deviation of a type that chooses, at every node; a ``Fault`` if the system is too large."""
    values = _Values(nodes, player, kind)
    fault = values.solve()
    return fault if fault is not None else list(values.temptations(range(len(nodes.nodes))))


def temptation(nodes: BeliefNodes, player: int, kind: int, node: int, action: int) -> Temptation | Fault:
    """One deviation; a ``Fault`` if there is none such or the system is too large."""
    values = _Values(nodes, player, kind)
    fault = values.solve()
    if fault is not None:
        return fault
    found = next((one for one in values.temptations((node,)) if one.action == action), None)
    return found or Fault("action", f"there is no such deviation in {nodes.place(node)}")


@final
class _Values:
    def __init__(self, nodes: BeliefNodes, player: int, kind: int) -> None:
        typed = nodes.typed
        self.nodes, self.player, self.kind = nodes, player, kind
        self.delta = _rational(typed.exact_discount(player, kind))
        self.now = fmpq(1) if self.delta == 1 else 1 - self.delta          # without discounting, totals
        changing = (typed.redraws is not None and typed.redraws[player] is not None) or (
            typed.replacement is not None and typed.replacement[player] is not None)
        self.types: list[Types] = list(product(*(
            range(len(types)) if i != player or changing else (kind,) for i, types in enumerate(typed.types))))
        self.number = {t: k for k, t in enumerate(self.types)}
        self.solved: list[Any] = []
        self._laws: dict[int, list[tuple[Any, Any]]] = {}
        self._payoffs: dict[int, Any] = {}
        self._steps: dict[tuple[int, Any, int], list[tuple[int, Any]]] = {}

    def solve(self) -> Fault | None:
        """Fill in the values, components of the system one after another."""
        flow, ahead = [], []
        for k in range(len(self.nodes.nodes)):
            for types in self.types:
                pay, law = self._bring(k, types, self._profile(k, types))
                flow.append(pay)
                ahead.append(law)
        sizes = np.array([len(law) for law in ahead], dtype=np.int64)
        pointer = np.concatenate([[0], np.cumsum(sizes)])
        successor = np.array([x for law in ahead for x in law], dtype=np.int64)
        self.solved = [None] * len(ahead)
        for part in components(pointer, successor):
            inside = part.states.tolist()
            if len(inside) > MOST_UNKNOWNS:
                return Fault("rule", f"{len(inside)} values hang together, more than the {MOST_UNKNOWNS} that are "
                             "solved for exactly")
            if not self._solve_part(inside, flow, ahead):
                return Fault("game", "without discounting play goes on to pay for ever: there is no total")
        return None

    def _solve_part(self, inside: list[int], flow: list[Any], ahead: list[dict[int, Any]]) -> bool:
        """Values that hang together, those that they lead to being known; False if they are without bound."""
        place = {x: k for k, x in enumerate(inside)}
        known = [self.now * flow[x] + self.delta * sum(
            (p * self.solved[y] for y, p in ahead[x].items() if y not in place), fmpq(0)) for x in inside]
        if len(inside) == 1:
            stays = 1 - self.delta * ahead[inside[0]].get(inside[0], fmpq(0))
            self.solved[inside[0]] = known[0] / stays if stays != 0 else fmpq(0)   # the end of a game that ends
            return bool(stays != 0 or known[0] == 0)
        matrix = [[fmpq(0)] * len(inside) for _ in inside]
        for k, x in enumerate(inside):
            matrix[k][k] += 1
            for y, p in ahead[x].items():
                if y in place:
                    matrix[k][place[y]] -= self.delta * p
        try:
            found = fmpq_mat(matrix).solve(fmpq_mat([[v] for v in known]))
        except ZeroDivisionError:
            return False
        for k, x in enumerate(inside):
            self.solved[x] = found[k, 0]
        return True

    def temptations(self, where: Iterable[int]) -> Iterator[Temptation]:
        """Slacks of all deviations at some nodes, the other players' types one by one."""
        typed, i = self.nodes.typed, self.player
        mine = [types for types in self.types if types[i] == self.kind]
        for k in where:
            if self.nodes.over[k]:
                continue
            state = self.nodes.nodes[k][1]
            mix = self.nodes.acts[k][i][self.kind]
            for action in range(int(typed.game.action_counts[state, i])):
                if mix.get(action) == 1:
                    continue
                slack = {}
                for types in mine:
                    pay, law = self._bring(k, types, self._profile(k, types, action))
                    worth = self.now * pay + self.delta * sum((p * self.solved[y] for y, p in law.items()), fmpq(0))
                    gap = self.solved[k * len(self.types) + self.number[types]] - worth
                    slack[types] = Fraction(int(gap.p), int(gap.q))
                yield Temptation(k, i, self.kind, action, slack)

    def _profile(self, k: int, types: Types, deviation: int | None = None) -> list[tuple[int, Any]]:
        """Rows and their chances when players of these types follow the rule, or the player does something else."""
        game, state = self.nodes.typed.game, self.nodes.nodes[k][1]
        first, stride = int(game.row_start[state]), game.stride[state]
        out = [(first, fmpq(1))]
        for j, t in enumerate(types):
            mix = self.nodes.acts[k][j][t] if j != self.player or deviation is None else {deviation: Fraction(1)}
            out = [(row + a * int(stride[j]), p * _rational(q)) for row, p in out for a, q in mix.items()]
        return out

    def _bring(self, k: int, types: Types, profile: list[tuple[int, Any]]) -> tuple[Any, dict[int, Any]]:
        """The period's payoff, and the chances of what comes next, as numbers of unknowns."""
        pay, law = fmpq(0), dict[int, Any]()
        if self.nodes.over[k]:
            return pay, law
        count = len(self.types)
        for row, p in profile:
            if row not in self._laws:
                exact = self.nodes.learning.laws.exact(row)
                self._laws[row] = [(z, _rational(q)) for z, q in exact.items()]
                self._payoffs[row] = _rational(self.nodes.typed.exact_payoff(self.player, self.kind, row))
            pay += p * self._payoffs[row]
            for outcome, q in self._laws[row]:
                after = self.nodes.after[k][outcome] * count
                for number, r in self._becoming(self.nodes.nodes[k][1], outcome[1], types):
                    law[after + number] = law.get(after + number, fmpq(0)) + p * q * r
        return pay, law

    def _becoming(self, state: int, after: int, types: Types) -> list[tuple[int, Any]]:
        """What types turn into when play moves from a state to the next, with chances."""
        key = state, after, self.number[types]
        if key not in self._steps:
            out: list[tuple[Types, Any]] = [((), fmpq(1))]
            for j, t in enumerate(types):
                matrix = self.nodes.change_between(j, state, after)
                row = {t: Fraction(1)} if matrix is None else dict(enumerate(matrix[t]))
                out = [((*done, u), p * _rational(q)) for done, p in out for u, q in row.items() if q]
            self._steps[key] = [(self.number[done], p) for done, p in out]
        return self._steps[key]


def _rational(number: Fraction) -> Any:
    return fmpq(number.numerator, number.denominator)
