"""Payoffs that are proved: points of rules of play, and what plans bring with lotteries over points found so far.

Every new point is computed in exact numbers from points that are there already, and kept if no deviation pays
exactly; all points together are a ``typed-self-generation`` proof at any time.  Living sets shrink only, so that public
states in which fewer types live are settled first.  What is found grows from what the rules support: payoffs that
support only one another, and no rule that is given, are not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import final

import numpy as np

from games.certificates.typed.public_states import Actions, PublicState, PublicStates
from games.certificates.typed.self_generation import PointValues, TypedPoint, TypedSelfGeneration
from games.model.stochastic_game import GameError
from games.model.strategy_automaton import Lottery, surely
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.arrays import Floats
from games.numerics.polytopes import extreme
from games.questions.typed_sets.incentives import Best, Incentives, Key, compass
from games.questions.typed_sets.rule_points import public_states_of, rule_points

SIMPLE, FINE = 1000, 2**40
"""Chances in lotteries are first taken with denominators up to the one, then as multiples of one over the other."""
MARGIN, NEWS = 1e-7, 1e-6
"""Where a plan fails by rounding, deviations have to cost so much; points count that go so much further.  Shares of
the range of payoffs."""


@final
@dataclass(frozen=True, eq=False)
class InnerSets:
    """Points that generate themselves; ``places`` are all public states."""

    public: PublicStates
    places: tuple[PublicState, ...]
    points: tuple[TypedPoint, ...]

    def at(self, place: PublicState) -> Floats:
        """Float[k, 2]: corners of what is proved for a public state."""
        found = np.array([p.payoff for p in self.points if p.place == place], dtype=float).reshape(-1, 2)
        return found[extreme(found)]

    def proof(self, plan: Actions | None = None) -> TypedSelfGeneration | None:
        """A point of the first public state with all that it needs, as a proof; None if there is none.

        ``plan``  what types that choose play in the first period, their own actions; None: whatever it is.
        """
        start = next((k for k, p in enumerate(self.points)
                      if p.place == self.public.first and plan in (None, p.plan)), None)
        if start is None:
            return None
        needed, waiting = {start}, [start]
        while waiting:
            for over in self.points[waiting.pop()].then.values():
                fresh = {k for k, _ in over} - needed
                needed |= fresh
                waiting += fresh
        number = {k: n for n, k in enumerate(sorted(needed))}
        points = tuple(TypedPoint(p.place, p.payoff, p.plan, {
            key: tuple((number[k], w) for k, w in over) for key, over in p.then.items()})
            for p in (self.points[k] for k in sorted(needed)))
        return TypedSelfGeneration(
            self.public.typed.digest, points, (self.points[start].payoff, surely(number[start])))


def inner_sets(typed: TypedGame, rules: Sequence[TypedRule], *, directions: int = 8, rounds: int = 12) -> InnerSets:
    """Points grown from rules of play, in so many directions; a public state is visited so often at most.

    Raises ``GameError`` where living types do not say what is believed (``unfit_for_public_states``), there are more
    than 60 public states, not two players, or a rule is none for this game.
    """
    if typed.game.n_players != 2:
        raise GameError(f"payoff sets with types need two players, the game has {typed.game.n_players}")
    growth = _Growth(typed, rules)
    for _, group in groupby(growth.places, key=lambda place: place.living):
        places = list(group)
        for _ in range(rounds):
            if not any([growth.visit(place, compass(directions)) for place in places]):
                break
    growth.play_every_plan(growth.public.first)
    return InnerSets(growth.public, tuple(growth.places), tuple(growth.points))


@final
class _Growth:
    """Points so far."""

    def __init__(self, typed: TypedGame, rules: Sequence[TypedRule]) -> None:
        self.public, self.places = public_states_of(typed)
        self.points = list(rule_points(typed, rules).values())
        self.values = PointValues(self.public, [p.payoff for p in self.points])
        self.range = float(np.ptp(typed.game.payoffs, axis=0).max()) or 1.0
        self.here: dict[PublicState, list[int]] = {place: [] for place in self.places}
        for k, point in enumerate(self.points):
            self.here[point.place].append(k)

    def visit(self, place: PublicState, directions: Sequence[Floats]) -> bool:
        """Add what goes further; whether anything does."""
        news = False
        for plan in self.public.plans(place.state):
            one = Incentives(self.public, place, plan)
            for point in self._found(one, directions):
                reach = np.array([self.points[k].payoff for k in self.here[place]], dtype=float).reshape(-1, 2)
                own = np.array(point.payoff, dtype=float)
                if not len(reach) or any(d @ own > (reach @ d).max() + NEWS * self.range for d in directions):
                    self._add(point)
                    news = True
        return news

    def play_every_plan(self, place: PublicState) -> None:
        """Add a point for every plan that can be played, although it lies among others."""
        played = {self.points[k].plan for k in self.here[place]}
        for plan in self.public.plans(place.state):
            if plan not in played:
                for point in self._found(Incentives(self.public, place, plan), [np.ones(2)]):
                    self._add(point)

    def _add(self, point: TypedPoint) -> None:
        self.here[point.place].append(len(self.points))
        self.points.append(point)
        self.values = PointValues(self.public, [p.payoff for p in self.points])

    def _found(self, one: Incentives, directions: Sequence[Floats]) -> list[TypedPoint]:
        """Points by a plan at which, exactly, no deviation pays."""
        if not all(self.here[then] for then in one.follows.values()):
            return []
        among = {then: self._corners(then) for then in set(one.follows.values())}
        hulls = {key: np.array([self.points[k].payoff for k in among[one.follows[key]]], dtype=float)
                 for key in one.keys}
        out: list[TypedPoint] = []
        for margin, fine in ((0.0, False), (MARGIN * self.range, True)):
            found = [self._exact(one, best, among, fine) for best in one.best(hulls, directions, margin) or ()]
            out = [point for point in found if point is not None]
            if out and len(out) == len(found):
                break
        return out

    def _corners(self, place: PublicState) -> list[int]:
        mine = self.here[place]
        return [mine[k] for k in extreme(np.array([self.points[k].payoff for k in mine], dtype=float))]

    def _exact(
        self, one: Incentives, best: Best, among: dict[PublicState, list[int]], fine: bool
    ) -> TypedPoint | None:
        then: dict[Key, Lottery] = {
            key: _lottery(best.weights[key], among[follows], fine) if key in best.weights else surely(among[follows][0])
            for key, follows in one.follows.items()}
        point = TypedPoint(one.place, (), one.plan, then)
        slack = self.values.slack(point)
        if slack is not None and slack[0] < 0:
            return None
        return TypedPoint(one.place, tuple(self.values.of(point, i, one.plan[i]) for i in (0, 1)), one.plan, then)


def _lottery(weights: Floats, numbers: Sequence[int], fine: bool) -> Lottery:
    """Weights as exact chances; the largest takes what rounding leaves."""
    top = int(weights.argmax())
    chances = {
        k: Fraction(round(w * FINE), FINE) if fine else Fraction(w).limit_denominator(SIMPLE)
        for k, w in enumerate(weights.tolist()) if k != top and w > 1e-11}
    chances = {k: p for k, p in chances.items() if p}
    chances[top] = 1 - sum(chances.values(), Fraction(0))
    return tuple((numbers[k], p) for k, p in sorted(chances.items()))
