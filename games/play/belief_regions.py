"""The beliefs from which a public rule stays an equilibrium whatever is seen: a polytope per node, found backwards.

What a deviation loses is h · b at a belief b.  Before an outcome with likelihoods L and change of types M it asks of
the belief then that (L M h) · b ≥ 0, linear again, because the common factor of Bayes' rule does not change a sign.  So
the beliefs that are good from a node on are cut out by the products of all h along all paths.  They are gathered
backwards; what follows from the others is left out.  Where nothing new comes the regions are exact, and play does not
lead out of them.

Source: own; the linearity is that of partially observed decision processes, Sondik (1971).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import gcd
from typing import final

import numpy as np
from flint import fmpq, fmpq_mat

from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.belief_values import Temptation
from games.certificates.typed.learning import Belief
from games.model.outcome_laws import Outcome
from games.numerics.exact import as_integers, common_denominator
from games.numerics.exact_programs import Program, minimise

ROUNDS = 150
"""Outcomes looked back along at most."""
Normal = tuple[int, ...]
"""Whole numbers h, one per type, without a common factor: a belief b satisfies it if h · b ≥ 0."""


@final
@dataclass(frozen=True)
class Demand:
    """What is asked of a belief, and why: a deviation here, or another demand after an outcome."""

    normal: Normal
    temptation: Temptation | None = None
    outcome: Outcome | None = None
    then: Demand | None = None

    def path(self) -> tuple[tuple[Outcome, ...], Temptation]:
        """The outcomes after which the deviation would pay, and the deviation."""
        outcomes: list[Outcome] = []
        demand = self
        while demand.then is not None:
            assert demand.outcome is not None
            outcomes.append(demand.outcome)
            demand = demand.then
        assert demand.temptation is not None
        return tuple(outcomes), demand.temptation


@final
@dataclass
class Region:
    """Beliefs about one player that satisfy all demands; those that follow from the others are not kept."""

    types: int
    demands: list[Demand] = field(default_factory=list)

    def add(self, demand: Demand) -> bool:
        """Take up a demand; whether it was new."""
        if self.implies(demand.normal):
            return False
        self.demands = [x for k, x in enumerate(self.demands) if not _implied(
            x.normal, [demand.normal, *(y.normal for y in self.demands[:k]), *(y.normal for y in self.demands[k + 1:])])
        ] if len(self.demands) < 40 else self.demands
        self.demands.append(demand)
        return True

    def implies(self, normal: Normal) -> bool:
        """Whether all beliefs of the region satisfy h · b ≥ 0."""
        return _implied(normal, [x.normal for x in self.demands])

    def corners(self) -> tuple[Belief, ...]:
        """The corners of the region; none if it is empty."""
        rows = [x.normal for x in self.demands] + [
            tuple(int(k == t) for k in range(self.types)) for t in range(self.types)]
        found: set[Belief] = set()
        for chosen in combinations(rows, self.types - 1):
            point = _meeting([*chosen, (1,) * self.types])
            if point is not None and all(_times(row, point) >= 0 for row in rows):
                found.add(point)
        return tuple(sorted(found, reverse=True))


@final
@dataclass(frozen=True, eq=False)
class Regions:
    """A region per node of beliefs about one player.  ``closed``: play does not lead out of them, so they are exact."""

    nodes: BeliefNodes
    player: int
    by_node: tuple[Region, ...]
    closed: bool


def good_beliefs(nodes: BeliefNodes, player: int, deviations: Iterable[Temptation]) -> Regions:
    """The beliefs about a player at which no other's deviation pays, then or later.

    ``deviations``  of the others; each may depend on this player's type alone.
    """
    count = len(nodes.typed.types[player])
    regions = tuple(Region(count) for _ in nodes.nodes)
    new: dict[int, list[Demand]] = {}
    for one in deviations:
        slack = [Fraction(0)] * count
        for types, value in one.slack.items():
            slack[types[player]] = value
        demand = Demand(_whole(slack), temptation=one)
        if regions[one.node].add(demand):
            new.setdefault(one.node, []).append(demand)
    before: list[list[tuple[int, Outcome]]] = [[] for _ in nodes.nodes]
    for k in range(len(nodes.nodes)):
        for (after, _, _), outcome in nodes.lessons(k, player).items():
            before[after].append((k, outcome))
    pulls: dict[tuple[int, Outcome], list[list[Fraction]]] = {}
    for _ in range(ROUNDS):
        if not new:
            break
        found: dict[int, list[Demand]] = {}
        for after, demands in new.items():
            for k, outcome in before[after]:
                if (k, outcome) not in pulls:
                    pulls[k, outcome] = _pull(nodes, k, player, outcome)
                for then in demands:
                    back = [sum((m * h for m, h in zip(row, then.normal, strict=True)), Fraction(0))
                            for row in pulls[k, outcome]]
                    demand = Demand(_whole(back), outcome=outcome, then=then)
                    if regions[k].add(demand):
                        found.setdefault(k, []).append(demand)
        new = found
    return Regions(nodes, player, regions, not new)


def _pull(nodes: BeliefNodes, k: int, player: int, outcome: Outcome) -> list[list[Fraction]]:
    """The matrix that takes a belief before an outcome to one after it, but for a common factor."""
    likelihood = nodes.likelihood(k, player, outcome)
    matrix = nodes.change_between(player, nodes.nodes[k][1], outcome[1])
    size = range(len(likelihood))
    return [[p * (Fraction(int(t == u)) if matrix is None else matrix[t][u]) for u in size]
            for t, p in enumerate(likelihood)]


def _implied(normal: Normal, known: Sequence[Normal]) -> bool:
    """Whether h · b ≥ 0 at every belief with k · b ≥ 0 for all known k."""
    if min(normal) >= 0:
        return True
    if len(normal) == 2:
        return _implied_of_two(normal, known)
    # Minimise h · b over b ≥ 0, k · b ≥ 0, the sum of b at most 1.
    types, least = len(normal), min(normal)
    rows = [[int(k == t) for k in range(types)] for t in range(types)]
    rows += [[-1] * types, *(list(k) for k in known)]
    table = np.array(rows, dtype=object)
    bounds = as_integers([0] * types + [-1] + [0] * len(known))
    worst = normal.index(least)
    basis = [t for t in range(types) if t != worst] + [types]
    best = minimise(
        Program(tuple(map(Fraction, normal)), rows.__getitem__, lambda x: table @ x, bounds), basis)
    assert best is not None                                            # b = 0 satisfies all rows
    return _times(normal, best.x) >= 0


def _implied_of_two(normal: Normal, known: Sequence[Normal]) -> bool:
    """The same of two types: beliefs are an interval of the chance of the first."""
    low, high = Fraction(0), Fraction(1)
    for first, second in known:
        if first > second:                                             # b first + (1 - b) second ≥ 0
            low = max(low, Fraction(-second, first - second))
        elif first < second:
            high = min(high, Fraction(second, second - first))
        elif first < 0:
            return True
    return low > high or all(b * normal[0] + (1 - b) * normal[1] >= 0 for b in (low, high))


def _whole(numbers: Sequence[Fraction]) -> Normal:
    """The same direction in whole numbers without a common factor."""
    whole = common_denominator(list(numbers))[0].tolist()
    common = gcd(*whole) or 1
    return tuple(x // common for x in whole)


def _times(normal: Sequence[int], point: Sequence[Fraction]) -> Fraction:
    return sum((h * b for h, b in zip(normal, point, strict=True)), Fraction(0))


def _meeting(rows: Sequence[Sequence[int]]) -> Belief | None:
    """Where all but the last of the rows are 0 and the last is 1, if that is one point."""
    matrix = fmpq_mat([[fmpq(x) for x in row] for row in rows])
    if matrix.det() == 0:
        return None
    right = fmpq_mat([[fmpq(int(k == len(rows) - 1))] for k in range(len(rows))])
    found = matrix.solve(right)
    return tuple(Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k in range(len(rows)))
