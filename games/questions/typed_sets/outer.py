"""Sets that contain what types that choose can have in any equilibrium with pure plans and public lotteries.

Going from public states in which few types live to those with more, half-spaces are lowered for each plan and direction
by a linear program over continuations in the sets found so far; where nothing is unknown, payoff polygons are taken.
The numbers are floating point and directions few: that a payoff lies inside says nothing, that a plan is left out says
that no equilibrium without private mixing plays it, up to rounding, and is no proof.

Sources: Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003); Abreu and Sannikov (2014).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import final

import numpy as np

from games.certificates.typed.public_states import Actions, PublicState, PublicStates
from games.model.plan import Plan
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.numerics.arrays import Bools, Floats
from games.numerics.polytopes import corners, extreme
from games.questions.typed_sets.incentives import Incentives, compass
from games.questions.typed_sets.rule_points import public_states_of
from games.solvers.equilibrium_polygons import solve_payoff_sets

SLACK = 1e-6
"""Half-spaces and deviations are given so much more, as a share of the range of payoffs: linear programs are solved to
within less."""
Node = tuple[PublicState, bool]
"""A public state, and whether play has kept to the plan that is asked about so far."""


@final
@dataclass(frozen=True, eq=False)
class OuterSets:
    """Hulls that contain what can be had, by public state and whether a plan has been kept so far.

    ``hulls``    corners, Float[k, 2]; shape (0, 2) where no equilibrium is left.
    ``plans``    what types that choose may do there; all plans where payoff polygons are taken.
    ``settled``  whether half-spaces had stopped moving; they contain the sets in any case.
    """

    public: PublicStates
    hulls: Mapping[Node, Floats]
    plans: Mapping[Node, tuple[Actions, ...]]
    settled: bool

    def at(self, place: PublicState, kept: bool = False) -> Floats:
        """Float[k, 2]: corners of the set of a public state."""
        return self.hulls[place, kept]

    @property
    def empty(self) -> bool:
        """No equilibrium keeps to the plan from the start; without a plan: there is none."""
        return not len(self.hulls[self.public.first, (self.public.first, True) in self.hulls])


def outer_sets(
    typed: TypedGame, plan: Plan | None = None, *, directions: int = 16, tolerance: float = 1e-5, sweeps: int = 200
) -> OuterSets:
    """Sets in so many directions, until half-spaces move by less than ``tolerance`` of the range of payoffs.

    ``plan``  types that choose keep to it as long as everybody has; asked for beside all that can be had without it.

    Raises ``GameError`` where living types do not say what is believed (``unfit_for_public_states``), there are more
    than 60 public states or not two players.
    """
    if typed.game.n_players != 2:
        raise GameError(f"payoff sets with types need two players, the game has {typed.game.n_players}")
    public, places = public_states_of(typed)
    work = _Work(public, None if plan is None else plan.allowed, compass(directions), tolerance * _range(typed))
    work.known(places)
    for kept in (False, True)[:1 if plan is None else 2]:
        for _, group in groupby(places, key=lambda place: place.living):
            work.settle([(place, kept) for place in group if (place, kept) not in work.hulls], sweeps)
    return OuterSets(public, work.hulls, {node: tuple(one.plan for one in left) for node, left in work.left.items()},
                     work.settled)


def _range(typed: TypedGame) -> float:
    return float(np.ptp(typed.game.payoffs, axis=0).max()) or 1.0


@final
class _Work:
    """Half-spaces so far."""

    def __init__(self, public: PublicStates, allowed: Bools | None, directions: list[Floats], near: float) -> None:
        self.public, self.allowed, self.directions, self.near = public, allowed, directions, near
        self.slack = SLACK * _range(public.typed)
        self.hulls: dict[Node, Floats] = {}
        self.left: dict[Node, list[Incentives]] = {}
        self.levels: dict[Node, Floats] = {}
        self.settled = True

    def known(self, places: Iterable[PublicState]) -> None:
        """Where only types that choose live, payoff polygons."""
        found = solve_payoff_sets(self.public.typed.game)
        for place in places:
            if place.living == ((0,), (0,)):
                self.hulls[place, False] = found.polygons[place.state]
                self.left[place, False] = [Incentives(self.public, place, p) for p in self.public.plans(place.state)]

    def settle(self, nodes: list[Node], sweeps: int) -> None:
        """Lower the half-spaces of nodes that lead to one another until they rest."""
        low, high = self.public.typed.game.payoffs.min(axis=0), self.public.typed.game.payoffs.max(axis=0)
        box = np.array([[x, y] for x in (low[0], high[0]) for y in (low[1], high[1])])
        for place, kept in nodes:
            node = place, kept
            self.hulls[node] = self.hulls[place, False] if kept else box
            self.left[node] = [Incentives(self.public, place, p) for p in self.public.plans(place.state)
                               if not kept or self._asked(self.public.row(place.state, p))]
            reach = self.hulls[node]
            # Levels are too high by the slack at any time, so that thinning corners takes nothing away.
            self.levels[node] = np.array([
                (reach @ d).max() + self.slack if len(reach) else -np.inf for d in self.directions])
        for _ in range(sweeps):
            if max([self._lower(node) for node in nodes], default=0.0) <= self.near:
                return
        self.settled = False

    def _asked(self, row: int) -> bool:
        return self.allowed is not None and bool(self.allowed[row])

    def _lower(self, node: Node) -> float:
        """Lower the half-spaces of one node; by how much at most."""
        if not len(self.hulls[node]):
            return 0.0
        found, left = np.full(len(self.directions), -np.inf), []
        for one in self.left[node]:
            reach = self._reach(one, node[1])
            if reach is not None:
                left.append(one)
                found = np.maximum(found, reach)
        self.left[node] = left
        if not left:
            self.hulls[node] = np.empty((0, 2))
            return np.inf
        lower = np.minimum(self.levels[node], found + self.slack)
        moved = float((self.levels[node] - lower).max())
        if moved > self.slack:
            hull = corners(np.array(self.directions), lower)
            if hull is not None:
                self.levels[node], self.hulls[node] = lower, _thinned(hull[extreme(hull)], 0.9 * self.slack)
        return moved

    def _reach(self, one: Incentives, kept: bool) -> Floats | None:
        """Float[directions]: how far a plan goes, inf where it is not told; None where deviations pay in any case."""
        hulls = {key: self.hulls[then, kept and self._asked(key[0])] for key, then in one.follows.items()}
        if not all(map(len, hulls.values())):
            return None
        found = one.best(hulls, self.directions, -self.slack)
        if found is None:
            return np.full(len(self.directions), np.inf)
        return np.array([d @ best.payoff for d, best in zip(self.directions, found, strict=True)]) if found else None


def _thinned(points: Floats, near: float) -> Floats:
    """Corners without those so near to others: the hull loses less than half-spaces were given too much."""
    kept: list[Floats] = []
    for point in points:
        if all(np.linalg.norm(point - other) > near for other in kept):
            kept.append(point)
    return np.array(kept)
