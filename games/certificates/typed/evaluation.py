"""A public rule laid over a game with types: nodes, alpha vectors, and the slack of every deviation at every belief.

Everything but the priors themselves is worked out once; slacks at given priors are sums of products.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import final

import numpy as np

from games.certificates.automata.values import GRID
from games.certificates.faults import Fault
from games.certificates.typed.alphas import Alphas, alphas_of
from games.certificates.typed.beliefs import Belief, Nodes, present_types, unfold_nodes
from games.certificates.typed.places import Places, unfold_places
from games.model.stochastic_game import GameError
from games.model.typed_game import Matrix, TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Bools, Ints
from games.numerics.exact import Integers, common_denominator


@final
@dataclass(frozen=True, eq=False)
class Group:
    """Deviations of one type of one player at nodes where the same is believed of all others.

    ``deviation``  Int[k] into the type's ``Alphas``; ``node`` Int[k] a node where it takes place.
    ``beliefs``    per player what is believed; None for the deviator.
    """

    player: int
    kind: int
    alphas: Alphas
    deviation: Ints
    node: Ints
    beliefs: tuple[Belief | None, ...]

    def within(self, where: Bools) -> Group:
        """Those at some nodes, ``where`` Bool[nodes]."""
        kept = where[self.node]
        return replace(self, deviation=self.deviation[kept], node=self.node[kept])

    def weights(self, prior: Matrix) -> list[Fraction]:
        """The chance of each profile of the others' types."""
        chances = [None if b is None else b.posterior(prior[i]) for i, b in enumerate(self.beliefs)]
        return [prod((c[t] for c, t in zip(chances, profile, strict=True) if c is not None), start=Fraction(1))
                if profile[self.player] == self.kind else Fraction(0) for profile in self.alphas.profiles]

    def bounds(self, prior: Matrix) -> tuple[Integers, Integers, int]:
        """``low / below <= slack <= high / below`` of every deviation, in values."""
        weights, below = common_denominator(self.weights(prior))
        low = (self.alphas.low[self.deviation] * weights).sum(axis=1)
        high = (self.alphas.high[self.deviation] * weights).sum(axis=1)
        return low, high, below * GRID

    def exact(self, k: int, prior: Matrix) -> Fraction | None:
        """The slack of the k-th deviation, None if it is only enclosed."""
        total = Fraction(0)
        for p, weight in enumerate(self.weights(prior)):
            if weight:
                cost = self.alphas.cost(int(self.deviation[k]), p)
                if cost is None:
                    return None
                total += weight * cost
        return total


@final
@dataclass(frozen=True)
class Weak:
    """A deviation with its slack: ``low <= slack <= high`` in payoff units, the same twice where it is exact."""

    player: int
    kind: int
    node: int
    action: int
    low: Fraction
    high: Fraction


@final
@dataclass(frozen=True, eq=False)
class RuleEvaluation:
    """What ``evaluate_rule`` finds.  ``alphas`` by player and type that chooses."""

    typed: TypedGame
    nodes: Nodes
    possible: tuple[tuple[int, ...], ...]
    alphas: dict[tuple[int, int], Alphas]

    @property
    def places(self) -> Places:
        """Places, beliefs apart."""
        return self.nodes.places

    @property
    def radius(self) -> float:
        """The widest enclosure of a value; 0 if all are exact."""
        return max((a.evaluation.slacks.values.radius for a in self.alphas.values()), default=0.0)

    def _insist_on(self, prior: Matrix) -> None:
        """Raises ``GameError`` at priors that another game has to be unfolded for."""
        for who, types, mine in zip(self.typed.game.players, self.nodes.present, prior, strict=True):
            if present_types(mine) != types:
                raise GameError(f"prior of {who!r}: other types have a chance than in the game; evaluate it anew")
        again = self.typed.redraws is not None and any(m is not None for m in self.typed.redraws)
        if again and prior != self.typed.prior:
            raise GameError("prior: types are drawn anew by the priors of the game; evaluate it anew with these")

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All deviations."""
        return tuple(self._groups(np.ones(len(self.nodes.place), dtype=bool), None))

    @cached_property
    def path_groups(self) -> tuple[Group, ...]:
        """Deviations where play comes with some chance, of types that are still possible there."""
        return tuple(self._groups(self.nodes.on_path, self.nodes))

    def _groups(self, which: Bools, alive: Nodes | None) -> Iterator[Group]:
        nodes = self.nodes
        for (i, kind), alphas in self.alphas.items():
            mine = which & ~self.places.over[nodes.place]
            if alive is not None:
                mine &= np.array([b.likelihood[kind] > 0 for b in nodes.beliefs[i]])[nodes.belief[:, i]]
            here = np.flatnonzero(mine)
            if not len(here):
                continue
            others = nodes.belief[here].copy()
            others[:, i] = 0
            joint, inverse = np.unique(others, axis=0, return_inverse=True)
            for g, row in enumerate(joint.tolist()):
                members = here[inverse.ravel() == g]
                node_at = np.full(len(self.places.mode), -1, dtype=np.int64)
                node_at[nodes.place[members]] = members
                there = np.flatnonzero(node_at[alphas.place] >= 0)
                if len(there):
                    yield Group(i, kind, alphas, there, node_at[alphas.place[there]], tuple(
                        None if j == i else nodes.beliefs[j][b] for j, b in enumerate(row)))

    def weakest(self, prior: Matrix, groups: Sequence[Group] | None = None) -> Weak | None:
        """The deviation of least slack in payoff units; None if nobody can deviate.

        ``prior``  gives the same types a chance as the game's; else ``GameError`` is raised.
        """
        self._insist_on(prior)
        least: Weak | None = None
        for group in self.groups if groups is None else groups:
            low, high, below = group.bounds(prior)
            k = int(np.argmin(low))
            scale = below * group.alphas.unit
            if least is None or Fraction(int(low[k])) / scale < least.low:
                least = Weak(group.player, group.kind, int(group.node[k]), int(group.alphas.action[group.deviation[k]]),
                             Fraction(int(low[k])) / scale, Fraction(int(high[k])) / scale)
        return least

    def paying(self, prior: Matrix) -> Weak | None:
        """The deviation of least slack among those not proved to cost nothing less than 0; None if there is none."""
        self._insist_on(prior)
        worst: Weak | None = None
        for group in self.groups:
            low, high, below = group.bounds(prior)
            unit = group.alphas.unit
            for k in np.flatnonzero(low < 0).tolist():
                bounds = Fraction(int(low[k]), below) / unit, Fraction(int(high[k]), below) / unit
                if bounds[1] >= 0 and (slack := group.exact(k, prior)) is not None:
                    bounds = slack / unit, slack / unit
                if bounds[0] < 0 and (worst is None or bounds[0] < worst.low):
                    worst = Weak(group.player, group.kind, int(group.node[k]),
                                 int(group.alphas.action[group.deviation[k]]), *bounds)
        return worst

    def slack(self, alphas: Alphas, node: int, action: int, prior: Matrix) -> Weak | None:
        """One deviation at one node; None if it is none, or changes nothing."""
        here = np.flatnonzero((alphas.place == self.nodes.place[node]) & (alphas.action == action))
        if not len(here):
            return None
        believed = tuple(None if j == alphas.player else mine[b] for j, (mine, b) in enumerate(
            zip(self.nodes.beliefs, self.nodes.belief[node].tolist(), strict=True)))
        group = Group(alphas.player, alphas.kind, alphas, here, np.array([node]), believed)
        low, high, below = group.bounds(prior)
        exact = group.exact(0, prior)
        bounds = (Fraction(int(low[0]), below), Fraction(int(high[0]), below)) if exact is None else (exact, exact)
        return Weak(alphas.player, alphas.kind, node, action, bounds[0] / alphas.unit, bounds[1] / alphas.unit)

    def value(self, player: int, kind: int, prior: Matrix) -> tuple[Fraction, Fraction]:
        """Between which rationals what a type has at the start lies."""
        self._insist_on(prior)
        alphas = self.alphas[player, kind]
        low = high = Fraction(0)
        for p, profile in enumerate(alphas.profiles):
            weight = prod((prior[j][t] for j, t in enumerate(profile) if j != player), start=Fraction(1))
            if profile[player] == kind and weight:
                a, b = alphas.value(self.places.root, p)
                low, high = low + weight * a, high + weight * b
        return low, high

    def words(self, weak: Weak, prior: Matrix) -> str:
        """A deviation in words, for messages."""
        game, place = self.typed.game, int(self.nodes.place[weak.node])
        believed = "; ".join(
            f"{who!r} is " + " or ".join(
                f"{one.name!r} ({p})" if p < 1 else repr(one.name)
                for one, p in zip(types, self.nodes.posterior(weak.node, i, prior[i]), strict=True) if p)
            for i, (who, types) in enumerate(zip(game.players, self.typed.types, strict=True)) if len(types) > 1)
        label = game.actions[int(self.places.state[place])][weak.player][weak.action]
        name = self.typed.types[weak.player][weak.kind].name
        return (f"{self.places.words(place)}{', where ' + believed if believed else ''}: type {name!r} of "
                f"{game.players[weak.player]!r}, deviation to {label}")


def evaluate_rule(typed: TypedGame, rule: TypedRule) -> RuleEvaluation | Fault:
    """Unfold a rule and solve what every type that chooses faces; or the place where the rule makes no sense.

    Of the priors only which are not 0 counts: a type with prior 0 does not exist.  Where types are drawn anew the
    priors by which they are drawn count too.
    """
    if typed.game.monitoring is not None:
        return Fault("game", "actions are not seen by everyone: beliefs then take too many values for evidence of this "
                     "kind")
    if typed.replacement is not None and any(matrix is not None for matrix in typed.replacement):
        return Fault("game", "types change unseen: beliefs then take too many values for evidence of this kind")
    try:
        rule.insist_on(typed)
    except GameError as error:
        return Fault("rule", str(error))
    places = unfold_places(typed, rule)
    if isinstance(places, Fault):
        return places
    nodes = unfold_nodes(places, tuple(present_types(p) for p in typed.prior))
    if isinstance(nodes, Fault):
        return nodes
    held = [[nodes.beliefs[i][b] for b in np.unique(nodes.belief[:, i])] for i in range(typed.game.n_players)]
    possible = tuple(
        tuple(t for t in range(len(typed.types[i])) if any(b.weights(typed.prior[i])[t] for b in mine))
        for i, mine in enumerate(held))
    alphas = {}
    for i, types in enumerate(possible):
        for kind in types:
            if typed.types[i][kind].rule is None:
                found = alphas_of(places, i, kind, possible, typed.prior)
                if isinstance(found, Fault):
                    return found
                alphas[i, kind] = found
    return RuleEvaluation(typed, nodes, possible, alphas)
