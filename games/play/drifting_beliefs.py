"""Whether a public rule is an equilibrium where beliefs drift: what signals say, and who is replaced unseen.

A yes are beliefs per node that play does not lead out of and at which nothing pays; a no is a deviation that pays after
outcomes that are named; where neither is found it is undecided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import final

from games.certificates.faults import Fault
from games.certificates.typed import BeliefDeviation, BeliefIntervals
from games.certificates.typed.belief_check import laid_over
from games.certificates.typed.belief_ranges import least_slack, ranges_fault, slack_at
from games.certificates.typed.belief_values import Temptation, temptations
from games.certificates.typed.learning import Belief, Learning
from games.model.outcome_laws import Outcome
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.play.belief_regions import Region, Regions, good_beliefs
from games.play.reached_beliefs import reached_intervals

SEARCHED = 1500
"""Beliefs looked at for one at which a deviation pays."""
Corners = tuple[Mapping[int, tuple[Belief, ...]], ...]
"""Per node, and player with more than one type, corners of the beliefs about it."""


@final
@dataclass(frozen=True)
class Unstable:
    """After these outcomes, each with its state, a deviation pays at the belief that Bayes' rule gives."""

    path: tuple[Outcome, ...]
    temptation: Temptation


@final
class DriftingBeliefs:
    """A rule laid over a typed game, with all that does not depend on the prior worked out once.

    ``learning``  of the game, where several rules are laid over it.

    Raises ``ValueError`` with the reason where that cannot be: the rule says too little, a signal speaks of several
    players, the equations are too many.
    """

    def __init__(self, typed: TypedGame, rule: TypedRule, learning: Learning | None = None) -> None:
        nodes = laid_over(typed, rule, learning)
        if isinstance(nodes, Fault):
            raise ValueError(f"{nodes.place}: {nodes.problem}")
        self.typed, self.rule, self.nodes = typed, rule, nodes
        self.temptations: list[Temptation] = []
        self.reached: dict[tuple[int, Belief], tuple[tuple[Belief, ...], ...]] = {}
        for i in range(typed.game.n_players):
            for kind in nodes.choosing(i):
                found = temptations(nodes, i, kind)
                if isinstance(found, Fault):
                    raise ValueError(f"{found.place}: {found.problem}")
                self.temptations += found

    @cached_property
    def said(self) -> Corners | Unstable | None:
        """Beliefs that prove the rule an equilibrium, a deviation that proves it none, or None: undecided."""
        for one in self.certain:
            if next(iter(one.slack.values())) < 0:
                return Unstable(self.way_to(one.node), one)
        for regions in self.regions.values():
            demand = failing(regions.by_node[0], self.typed.prior[regions.player])
            if demand is not None:
                return demand
        for ranges in self._candidates():
            if all(least_slack(one, ranges[one.node]) >= 0 for one in self.temptations):
                return ranges
        return self._search()

    def certificate(self) -> BeliefIntervals | BeliefDeviation | None:
        """The verdict as evidence, to be checked; None where it is undecided."""
        said = self.said
        if isinstance(said, Unstable):
            return BeliefDeviation.of(self.nodes, said.path, said.temptation)
        return None if said is None else BeliefIntervals.of(self.nodes, said)

    def at(self, priors: Sequence[Belief]) -> DriftingBeliefs:
        """The same with other priors of players whose types are not drawn anew by them."""
        out = object.__new__(DriftingBeliefs)
        out.typed, out.rule, out.temptations = replace(self.typed, prior=tuple(priors)), self.rule, self.temptations
        out.nodes, out.reached = replace(self.nodes, typed=out.typed), self.reached
        out.__dict__["regions"] = self.regions
        return out

    @cached_property
    def certain(self) -> list[Temptation]:
        """Deviations whose slack depends on nobody's type but the own."""
        return [one for one in self.temptations if not self._others(one)]

    @cached_property
    def agreed(self) -> frozenset[int]:
        """The nodes that play comes to if all are as described."""
        nodes, game = self.nodes, self.typed.game
        seen, waiting = {0}, [0]
        while waiting:
            k = waiting.pop()
            row = int(game.row_start[nodes.nodes[k][1]])
            rows = {row}
            for i in range(game.n_players):
                step = int(game.stride[nodes.nodes[k][1], i])
                rows = {r + a * step for r in rows for a in nodes.acts[k][i][0]}
            new = set() if nodes.over[k] else {nodes.after[k][z] for r in rows for z in nodes.learning.laws.exact(r)}
            waiting += new - seen
            seen |= new
        return frozenset(seen)

    @cached_property
    def several(self) -> bool:
        """Whether some slack depends on the types of two others or more."""
        return any(len(self._others(one)) > 1 for one in self.temptations)

    @cached_property
    def regions(self) -> Mapping[int, Regions]:
        """Per player with more than one type the beliefs about it that are good; none where some slack has several."""
        if self.several:
            return {}
        return {i: good_beliefs(self.nodes, i, [one for one in self.temptations if self._others(one) == [i]])
                for i in self.nodes.uncertain}

    def _others(self, one: Temptation) -> list[int]:
        return [i for i in self.nodes.uncertain if i != one.player]

    def _candidates(self) -> Iterator[Corners]:
        """Closed sets of beliefs: what is reached from the prior, then all that are good where they are known."""
        if all(len(self.typed.types[i]) == 2 for i in self.nodes.uncertain):
            reached = {i: self._reached(i) for i in self.nodes.uncertain}
            yield tuple({i: ranges[k] for i, ranges in reached.items()} for k in range(len(self.nodes.nodes)))
        regions = self.regions
        if regions and all(r.closed for r in regions.values()):
            good = tuple({i: r.by_node[k].corners() or (self.typed.prior[i],) for i, r in regions.items()}
                         for k in range(len(self.nodes.nodes)))
            if ranges_fault(self.nodes, good) is None:                 # what nobody would do may lead out of them
                yield good

    def _reached(self, player: int) -> tuple[tuple[Belief, ...], ...]:
        """The beliefs about a player that are reached from its prior; other priors play no part."""
        key = player, self.typed.prior[player]
        if key not in self.reached:
            self.reached[key] = reached_intervals(self.nodes, player)
        return self.reached[key]

    def _search(self) -> Unstable | None:
        """A deviation that pays at a belief that outcomes lead to, looked for from the start; None if none is found."""
        by_node: dict[int, list[Temptation]] = {}
        for one in self.temptations:
            by_node.setdefault(one.node, []).append(one)
        start = (0, tuple((i, self.typed.prior[i]) for i in self.nodes.uncertain))
        nowhere: tuple[Outcome, ...] = ()
        seen, waiting = {start}, deque([(start, nowhere)])
        while waiting and len(seen) < SEARCHED:
            (k, beliefs), path = waiting.popleft()
            for one in by_node.get(k, ()):
                if slack_at(one, dict(beliefs)) < 0:
                    return Unstable(path, one)
            for outcome, after in self.nodes.after[k].items():
                new = (after, tuple((i, self.nodes.posterior(k, i, b, outcome)) for i, b in beliefs))
                if new not in seen:
                    seen.add(new)
                    waiting.append((new, (*path, outcome)))
        return None

    def way_to(self, node: int) -> tuple[Outcome, ...]:
        """The fewest outcomes that lead to a node."""
        paths: dict[int, tuple[Outcome, ...]] = {0: ()}
        waiting = deque([0])
        while node not in paths:
            k = waiting.popleft()
            for outcome, after in self.nodes.after[k].items():
                if after not in paths:
                    paths[after] = (*paths[k], outcome)
                    waiting.append(after)
        return paths[node]


def failing(region: Region, belief: Belief) -> Unstable | None:
    """The first demand of a region that a belief does not meet; None if it meets all."""
    for demand in region.demands:
        if sum((h * b for h, b in zip(demand.normal, belief, strict=True)), Fraction(0)) < 0:
            return Unstable(*demand.path())
    return None
