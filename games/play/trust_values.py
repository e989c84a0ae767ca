"""How much trust a public rule of play needs: the priors at which it is an equilibrium, along lines.

A slack is linear in the prior of one partner when the priors of all others are fixed (``games/certificates/typed``),
so that the least trust is one division.  Along other lines, and where types are drawn anew, it lies in a bracket whose
ends are checked.

Source: alpha vectors after Sondik (1971).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.automata.values import GRID
from games.certificates.faults import Fault
from games.certificates.typed.evaluation import Group, RuleEvaluation, Weak, evaluate_rule
from games.model.stochastic_game import GameError
from games.model.typed_game import Matrix, TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Bools
from games.numerics.exact import Integers, common_denominator

GRAIN = 10**12
"""A bound that is not known exactly is rounded outward to a multiple of one over this."""
WIDTH = Fraction(1, 10**9)
"""Ends of a bracket lie no further apart."""
FIRST_STEPS = 16
"""So many steps are looked at before a bracket is narrowed."""
Line = tuple[Sequence[Fraction], Sequence[Fraction]]
"""A partner's prior at 0 and at 1."""


@final
@dataclass(frozen=True)
class Bound:
    """Where, along a line of priors, a rule begins or ceases to be an equilibrium.

    ``value``    the rule is one at it, as far as this bound goes; ``exact`` whether it is the bound itself.
    ``refused``  where it is none, at most 1e-9 from ``value``; None if ``exact``: then it is none just beyond.
    ``binding``  the deviation that decides, with its slack at ``value``.
    """

    value: Fraction
    exact: bool
    refused: Fraction | None
    binding: Weak | None


@final
@dataclass(frozen=True)
class Range:
    """The part of a line from 0 to 1, without its ends, on which no deviation of a player pays.

    ``least``, ``greatest``  None where there is no such bound.
    ``never``  a deviation that pays everywhere on the line; None if there is none.
    Where ``least`` lies above ``greatest`` no point is left.
    """

    least: Bound | None
    greatest: Bound | None
    never: Weak | None

    @property
    def empty(self) -> bool:
        """Whether the rule is nowhere an equilibrium on the line, as far as the player goes."""
        return self.never is not None or (
            self.least is not None and self.greatest is not None and self.least.value > self.greatest.value)


def trust(typed: TypedGame, player: int) -> Fraction:
    """The chance that a player is of no kind that breaches."""
    return sum((p for one, p in zip(typed.types[player], typed.prior[player], strict=True) if one.kind != "breaches"),
               Fraction(0))


def line_to(typed: TypedGame, player: int, kinds: Sequence[str]) -> Line | None:
    """The line of priors of a player from none to only types of some kinds, other things in proportion to the prior.

    None where the prior gives one side no chance, so that there are no proportions.
    """
    inside = [one.kind in kinds for one in typed.types[player]]
    prior = typed.prior[player]
    share = sum((p for p, x in zip(prior, inside, strict=True) if x), Fraction(0))
    if share in (0, 1):
        return None
    return (tuple(Fraction(0) if x else p / (1 - share) for p, x in zip(prior, inside, strict=True)),
            tuple(p / share if x else Fraction(0) for p, x in zip(prior, inside, strict=True)))


def trust_line(typed: TypedGame, player: int) -> Line | None:
    """The line of priors from no trust in a player to full trust; None where it has no doubtful type, or no other."""
    return line_to(typed, player, ("strategic", "keeps", "conditional"))


def point_of(line: Line, at: Fraction) -> tuple[Fraction, ...]:
    """The prior at a point of a line."""
    return tuple((1 - at) * a + at * b for a, b in zip(*line, strict=True))


def least_trust(found: RuleEvaluation, player: int, partner: int, where: Bools | None = None) -> Range | None:
    """At which trust in one partner none of a player's deviations pays, all else as the priors have it.

    ``where``  Bool[nodes], the nodes whose deviations count; all if None.
    None where the partner cannot be trusted more or less.  Raises ``GameError`` where types are drawn anew.
    """
    line = trust_line(found.typed, partner)
    return None if line is None else range_on(found, player, partner, line, where)


def keepers_range(found: RuleEvaluation, player: int, partner: int) -> Range | None:
    """The same for the chance that the partner keeps its word whatever comes, which invites exploitation."""
    line = line_to(found.typed, partner, ("keeps",))
    return None if line is None else range_on(found, player, partner, line)


def range_on(found: RuleEvaluation, player: int, partner: int, line: Line, where: Bools | None = None) -> Range:
    """The part of a line of a partner's priors on which no deviation of a player pays (``where``: at some nodes)."""
    if found.typed.redraws is not None and any(again is not None for again in found.typed.redraws):
        raise GameError("types are drawn anew in this game, and slacks are not linear in priors; ask for a bracket")
    groups = [group if where is None else group.within(where) for group in found.groups if group.player == player]
    limits = [_Limit(found, group, partner, line) for group in groups if len(group.deviation)]
    least, greatest, never = None, None, None
    for limit in limits:
        never = never or limit.never()
    if never is None:
        least, greatest = _decided(limits, rising=True), _decided(limits, rising=False)
    return Range(least, greatest, never)


@final
class _Limit:
    """Slacks of a group's deviations at both ends of a line, but for a positive factor."""

    def __init__(self, found: RuleEvaluation, group: Group, partner: int, line: Line) -> None:
        self.found, self.group = found, group
        self.weights = tuple(self._weights(group, partner, end, found.typed.prior) for end in line)
        ends = [common_denominator(list(weights)) for weights in self.weights]
        alphas, which = group.alphas, group.deviation
        self.low = tuple(_over(alphas.low[which], numbers, below) for numbers, below in ends)
        self.high = tuple(_over(alphas.high[which], numbers, below) for numbers, below in ends)

    def _weights(
        self, group: Group, partner: int, end: Sequence[Fraction], prior: Matrix
    ) -> tuple[Fraction, ...]:
        """The weight of every profile of types; the partner's are not made to sum to 1, which would not be linear."""
        out = []
        chances = [None if b is None else b.weights(end) if j == partner else b.posterior(prior[j])
                   for j, b in enumerate(group.beliefs)]
        for profile in group.alphas.profiles:
            weight = Fraction(int(profile[group.player] == group.kind))
            for c, t in zip(chances, profile, strict=True):
                weight *= 1 if c is None else c[t]
            out.append(weight)
        return tuple(out)

    def never(self) -> Weak | None:
        """A deviation whose slack is below 0 everywhere between the ends."""
        zero, one = self.high
        dead = np.array([a <= 0 and b <= 0 and a + b < 0 for a, b in zip(zero.tolist(), one.tolist(), strict=True)])
        where = np.flatnonzero(dead)
        return self.weak(int(where[0]), Fraction(1, 2)) if len(where) else None

    def crossings(self, rising: bool) -> list[tuple[float, int]]:
        """About where slacks pass 0 that rise (or fall) along the line, and the numbers of the deviations."""
        zero, one = self.low if rising else self.low[::-1]
        out = []
        for k, (a, b) in enumerate(zip(zero.tolist(), one.tolist(), strict=True)):
            if self.high[0 if rising else 1][k] < 0 and b > a:
                at = float(-a / (b - a))
                out.append((at if rising else 1 - at, k))
        return out

    def exact(self, k: int) -> Fraction | None:
        """Where a slack is 0, exactly; None if it is only enclosed, or never is."""
        ends = []
        for weights in self.weights:
            total = Fraction(0)
            for p, weight in enumerate(weights):
                if weight:
                    cost = self.group.alphas.cost(int(self.group.deviation[k]), p)
                    if cost is None:
                        return None
                    total += weight * cost
            ends.append(total)
        return None if ends[0] == ends[1] else ends[0] / (ends[0] - ends[1])

    def enclosed(self, k: int, rising: bool) -> tuple[Fraction, Fraction]:
        """Where a slack is sure to be at least 0, and where it is sure to be below 0."""
        def root(a: Fraction, b: Fraction) -> Fraction:
            return min(Fraction(1), max(Fraction(0), a / (a - b))) if a != b else Fraction(int(rising))

        safe = root(self.low[0][k], self.low[1][k])
        lost = root(self.high[0][k], self.high[1][k])
        return safe, lost

    def weak(self, k: int, at: Fraction) -> Weak:
        """A deviation with its slack at a point, in payoff units, times the chance of what is believed."""
        group, unit = self.group, self.group.alphas.unit
        low, high = (((1 - at) * x[0][k] + at * x[1][k]) / unit for x in (self.low, self.high))
        return Weak(group.player, group.kind, int(group.node[k]),
                    int(group.alphas.action[group.deviation[k]]), low, high)


def _over(table: Integers, weights: Integers, below: int) -> Integers:
    """[deviations] rationals: weighted sums of bounds."""
    sums = (table * weights).sum(axis=1)
    out = np.empty(len(sums), dtype=object)
    out[:] = [Fraction(int(x), below * GRID) for x in sums.tolist()]
    return out


def _decided(limits: list[_Limit], rising: bool) -> Bound | None:
    """The bound that all deviations together set; ``rising`` for a least, else for a greatest."""
    found = [(at if rising else -at, limit, k) for limit in limits for at, k in limit.crossings(rising)]
    if not found:
        return None
    most = max(at for at, *_ in found)
    close = [(limit, k) for at, limit, k in found if at >= most - 1e-7]
    exact = [(limit.exact(k), limit, k) for limit, k in close]
    pick = max if rising else min
    if all(at is not None for at, *_ in exact):
        value, limit, k = pick(((at, limit, k) for at, limit, k in exact if at is not None), key=lambda x: x[0])
        return Bound(value, True, None, limit.weak(k, value))
    safe, limit, k = pick(((limit.enclosed(k, rising)[0], limit, k) for limit, k in close), key=lambda x: x[0])
    lost = pick(limit.enclosed(k, rising)[1] for limit, k in close)
    value = Fraction(-(-safe * GRAIN // 1) if rising else safe * GRAIN // 1, GRAIN)
    beyond = value - WIDTH if rising else value + WIDTH
    refused = beyond if (beyond < lost if rising else beyond > lost) else None
    return Bound(value, False, refused, limit.weak(k, value))


def least_common(typed: TypedGame, rule: TypedRule) -> Bound | None:
    """How much all must be trusted if all are trusted alike: a bracket of 1e-9, accepted at its ``value``.

    Proportions among types that breach, and among others, are those of the priors.  None where nobody has types of
    both sorts, or no trust that is tried is enough.  Raises ``GameError`` where the rule makes no sense.
    """
    lines = [trust_line(typed, i) for i in range(typed.game.n_players)]
    if not any(line is not None for line in lines):
        return None
    return bracket(typed, rule, lambda at: tuple(
        typed.prior[i] if line is None else point_of(line, at) for i, line in enumerate(lines)))


def bracket(typed: TypedGame, rule: TypedRule, prior: Callable[[Fraction], Matrix]) -> Bound | None:
    """The least point of (0, 1) found at which a rule is an equilibrium and just below which it is none.

    ``prior``  of all players at a point; all types have a chance there that have one in the game.
    None where it is none at any point that is tried; 0, below which nothing lies, where it is one at the least of them.
    """
    asked = _Asked(typed, rule, prior)
    points = [Fraction(k, FIRST_STEPS) for k in range(1, FIRST_STEPS)] + [1 - WIDTH]
    good = next((k for k, at in enumerate(points) if asked(at) is None), None)
    if good is None:
        return None
    accepted, refused = points[good], points[good - 1] if good else Fraction(0)
    binding = asked(refused) if good else None
    while accepted - refused > WIDTH:
        # Short binary fractions keep the numbers of the checks short.
        middle = (accepted + refused) / 2
        worst = asked(middle)
        if worst is None:
            accepted = middle
        else:
            refused, binding = middle, worst
    return Bound(Fraction(0), False, None, None) if binding is None else Bound(accepted, False, refused, binding)


@final
class _Asked:
    """Whether a rule is an equilibrium at points of a line: None if it is, else the deviation that pays most."""

    def __init__(self, typed: TypedGame, rule: TypedRule, prior: Callable[[Fraction], Matrix]) -> None:
        self.typed, self.rule, self.prior = typed, rule, prior
        self.again = typed.redraws is not None and any(x is not None for x in typed.redraws)
        self.found = self._evaluated(prior(Fraction(1, 2)))

    def _evaluated(self, prior: Matrix) -> RuleEvaluation:
        found = evaluate_rule(replace(self.typed, prior=prior), self.rule)
        if isinstance(found, Fault):
            raise GameError(f"{found.place}: {found.problem}")
        return found

    def __call__(self, at: Fraction) -> Weak | None:
        found = self._evaluated(self.prior(at)) if self.again else self.found
        return found.paying(self.prior(at))
