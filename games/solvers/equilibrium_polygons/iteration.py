"""The iteration behind payoff sets: sweeps of the set operator over the components of a two-player game.

Strongly connected components of the state graph are solved downstream first, each from provably outer bounds by
sweeps of the set operator (Abreu, Pearce and Stacchetti 1990); a repeated game with one discount factor uses the
extreme points of Abreu and Sannikov (2014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from scipy.sparse import eye_array
from scipy.sparse.linalg import splu

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import Component
from games.numerics.polygons import cut_each, hull_each
from games.numerics.thinning import coarsened
from games.solvers.equilibrium_polygons.layout import PolygonGame, StateGraph
from games.solvers.equilibrium_polygons.operator import Sets, Terms, lower_supports, raise_worst_payoffs, sweep
from games.solvers.equilibrium_polygons.repeated_operator import repeated_game_pass

MAX_SWEEPS = 20_000
LEAST_TIGHTENING = 1e-9
BOUND_SLACK = 1e-13
MERGE_SHARE = 0.02


@final
@dataclass(frozen=True, eq=False)
class PolygonSolution:
    """Sets of equilibrium payoffs, one polygon per state, in the payoffs of the game.

    ``polygons``     Float[k, 2] per state, counter-clockwise; shape (0, 2) where no equilibrium exists.
    ``worst``        Float[states, 2]: each player's worst equilibrium payoff; nan where no equilibrium exists.
    ``status``       "undecided" if the iteration limit came first: the polygons then contain the sets, that is all.
    ``error_bound``  estimate, in payoff units, of how far the polygons stick out of the sets (infinite if unknown); in
                     games whose sets are round it is limited by the number of vertices kept, however long one iterates.
    ``iterations``   sweeps, of the component that took most.
    ``tightened``    Float[states, 2]: what was added to the value of every deviation, in payoff units; 0 where
                     indifference leaves nothing to ask for.
    ``alive``        Bool[rows]: rows that could still be enforced.
    """

    game: StochasticGame
    polygons: tuple[Floats, ...]
    worst: Floats
    status: Literal["converged", "undecided"]
    error_bound: float
    iterations: int
    tightened: Floats
    alive: Bools

    @property
    def empty(self) -> bool:
        """No equilibrium exists from the initial state."""
        return len(self.polygons[self.game.initial]) == 0


@final
class PolygonIteration:
    """The mutable state of one solve; polygons and threats in scaled payoffs."""

    def __init__(
        self, arrays: PolygonGame, tighten: Floats, tolerance: float, max_sweeps: int, vertices: int, *, inner: bool
    ) -> None:
        game = arrays.game
        self.arrays = arrays
        self.tighten = tighten
        self.tolerance = tolerance
        self.max_sweeps = max_sweeps
        self.vertices = vertices
        self.exempt = True
        self.inward = inner
        self.idle_limit = 8
        self.worst_rest = 0
        self.polygons = np.zeros((game.n_states, vertices + 4, 2))
        self.sizes = np.zeros(game.n_states, dtype=np.int64)
        self.threat = np.full((game.n_states, 2), -0.5)
        self.alive = np.ones(game.n_rows, dtype=np.bool_)
        self.dirty = np.zeros(game.n_states, dtype=np.bool_)
        self.iterations = 0
        self.error = 0.0
        self.converged = True
        self.patience = float(arrays.rows.discount.max())
        self.outer: PolygonSolution | None = None

    @property
    def _sets(self) -> Sets:
        return Sets(self.polygons, self.sizes, self.threat, self.alive)

    def start_from(self, solution: PolygonSolution) -> None:
        """Begin with sets known to contain the answer."""
        # From an almost fixed point changes start small and may grow: do not take that for the end.
        self.idle_limit = 40
        centre, scale = self.arrays.centre, self.arrays.scale
        for s, polygon in enumerate(solution.polygons):
            if len(polygon):
                fitted = coarsened((polygon - centre) / scale, self.vertices)
                self.sizes[s] = len(fitted)
                self.polygons[s, : len(fitted)] = fitted
                self.threat[s] = (solution.worst[s] - centre) / scale
        self.alive[:] = solution.alive

    def keep_to(self, least: Floats, alive: Bools) -> None:
        """Nobody has less than Float[states, 2] in any equilibrium, and no other rows are played than Bool[rows]."""
        self.threat = np.maximum(self.threat, (least - self.arrays.centre) / self.arrays.scale)
        self.alive &= alive

    def restart(self, members: Ints) -> None:
        """Put states back to the sets that the work started from."""
        assert self.outer is not None
        centre, scale = self.arrays.centre, self.arrays.scale
        for s in members:
            fitted = coarsened((self.outer.polygons[s] - centre) / scale, self.vertices)
            self.sizes[s] = len(fitted)
            self.polygons[s, : len(fitted)] = fitted
            self.threat[s] = (self.outer.worst[s] - centre) / scale
            rows = self.arrays.game.rows_of(int(s))
            self.alive[rows.start : rows.stop] = self.outer.alive[rows.start : rows.stop]

    # -- the full operator ---------------------------------------------------------------------------------------

    def solve_component(self, component: Component, graph: StateGraph, *, fresh: bool) -> None:
        """Find the sets of a component whose successors outside are done."""
        members = component.states
        inside = np.zeros(len(self.sizes), dtype=bool)
        inside[members] = True
        beyond = np.unique(np.concatenate([graph.successors(int(s)) for s in members]))
        beyond = beyond[~inside[beyond]]
        if len(beyond) == 0 and np.all(np.diff(self.arrays.rows.first)[members] == 1):
            self._follow(members)
            return
        if fresh and not component.cyclic:
            # One pass settles the state whatever it starts from.
            self.sizes[members] = 1
        if np.any(self.sizes[beyond] == 0) or (fresh and component.cyclic and not self._bound(members, beyond)):
            self.sizes[members] = 0
            return
        if np.any(self.sizes[members] == 0):
            self.sizes[members] = 0
            return
        self._settle(component, graph)
        while self.outer is not None and np.any(self.sizes[members] == 0):
            # Where indifference leaves little slack to ask for (a vote that hardly matters), less is asked for.
            tied = members[(self.sizes[members] == 0) & (self.tighten[members] > 0.0).any(axis=1)]
            if len(tied) == 0:
                break
            smaller = 0.1 * self.tighten[tied]
            self.tighten[tied] = np.where(smaller >= LEAST_TIGHTENING, smaller, 0.0)
            self.restart(members)
            self._settle(component, graph)

    def solve_in_turn(self, states: Ints, graph: StateGraph) -> bool:
        """Find the sets of states that never come again, downstream first, in one pass; False if one may be empty.

        The same as component by component, where no set is empty.
        """
        self.sizes[states] = 1
        if any(np.any(self.sizes[graph.successors(s)] == 0) for s in states.tolist()):
            return False
        return self._sweep(states, graph, 0.0, force=True) >= 0.0

    def _follow(self, members: Ints) -> None:
        """Where nobody ever has a choice the sets are points: solve for them."""
        rows = self.arrays.rows
        law = self.arrays.game.transition[rows.first[members]][:, members]
        for i in range(2):
            system = (eye_array(len(members)) - float(rows.discount[i]) * law).tocsc()
            self.threat[members, i] = splu(system).solve(np.ascontiguousarray(rows.stage[rows.first[members], i]))
        self.polygons[members, 0] = self.threat[members]
        self.sizes[members] = 1

    def _settle(self, component: Component, graph: StateGraph) -> None:
        members = component.states
        if not component.cyclic:
            self._sweep(members, graph, 0.0, force=True)
        elif len(members) == 1 and self._is_repeated(int(members[0])):
            self._iterate(members, lambda tau, force: self._repeat(int(members[0]), tau))
        else:
            self._iterate(members, lambda tau, force: self._sweep(members, graph, tau, force=force))

    def _sweep(self, members: Ints, graph: StateGraph, tau: float, *, force: bool, full: bool = True) -> float:
        terms = Terms(self.tighten, self.exempt, full, tau, self.inward)
        return float(
            sweep(members, graph.pointer, graph.successor, self.dirty, self.arrays.rows, self._sets, terms, force))

    def _iterate(self, members: Ints, step: Callable[[float, bool], float]) -> None:
        """Repeat a step until what is left to come is below the tolerance, or nothing moves."""
        ahead = self.patience / (1.0 - self.patience)
        change = np.inf
        best = np.inf
        idle = resting = 0
        known = self._of_deviators(members)
        for count in range(1, self.max_sweeps + 1):
            change = step(min(1e-3, MERGE_SHARE * change), count == 1)
            if change < 0.0:
                if self.outer is None:
                    self.sizes[members] = 0
                break
            if change * ahead <= self.tolerance or change <= 4e-16:
                self.error = max(self.error, change * ahead)
                break
            if self.worst_rest:
                last, known = known, self._of_deviators(members)
                moved = any(np.abs(a - b).max() > BOUND_SLACK for a, b in zip(last, known, strict=True))
                resting = 0 if moved else resting + 1
                if resting == self.worst_rest:
                    self.error, self.converged = max(self.error, change * ahead), False
                    break
            idle = 0 if change < 0.8 * best else idle + 1
            best = min(best, change)
            if idle > self.idle_limit and self.sizes[members].max() > 0.9 * self.vertices:
                # What moves is the thinning out of vertices: the sets are round at this resolution.
                self.error = max(self.error, change * ahead)
                self.converged = self.converged and change * ahead <= 100 * self.tolerance
                break
            if idle > 500 and best <= 1e-13:
                # Rounding moves the vertices to and fro: as good as it gets.
                self.error = max(self.error, change * ahead)
                self.converged = self.converged and change * ahead <= 100 * self.tolerance
                break
        else:
            count = self.max_sweeps
            self.error = max(self.error, change * ahead)
            self.converged = False
        self.iterations = max(self.iterations, count)
        self.dirty[members] = False

    def _of_deviators(self, members: Ints) -> tuple[Floats, Floats]:
        """Worst payoffs, and how many rows could still be enforced, as they stand."""
        return self.threat[members], np.array([float(np.count_nonzero(self.alive))])

    # -- play that keeps to a plan -------------------------------------------------------------------------------

    def solve_path(self, component: Component, graph: StateGraph, *, fresh: bool) -> None:
        """The same with threats as they are, only live rows on the path, and empty states tolerated."""
        members = component.states
        if fresh:
            inside = np.zeros(len(self.sizes), dtype=bool)
            inside[members] = True
            beyond = np.unique(np.concatenate([graph.successors(int(s)) for s in members]))
            self._bound_supports(members, beyond[~inside[beyond] & (self.sizes[beyond] > 0)])
        if component.cyclic:
            self._iterate(members, lambda tau, force: self._sweep(members, graph, tau, force=force, full=False))
        else:
            self._sweep(members, graph, 0.0, force=True, full=False)

    # -- outer bounds to start from ------------------------------------------------------------------------------

    def _bound(self, members: Ints, beyond: Ints) -> bool:
        """Polygons that contain the sets: what any play can give, and at least the worst payoffs; False if empty."""
        raise_worst_payoffs(members, self.arrays.rows, self._sets, 200)
        self._bound_supports(members, beyond)
        for axis, direction in enumerate(((-1.0, 0.0), (0.0, -1.0))):
            cut_each(members, self.polygons, self.sizes, *direction, BOUND_SLACK - self.threat[:, axis])
        if not np.all(self.sizes[members] > 0):
            return False
        hull_each(members, self.polygons, self.sizes)
        return True

    def _bound_supports(self, members: Ints, beyond: Ints) -> None:
        """Polygons that contain what any play can give, from the supports in a few directions."""
        rows = self.arrays.rows
        common = rows.discount[0] == rows.discount[1]
        circle = np.arange(8) * (np.pi / 4) if common else np.arange(4) * (np.pi / 2)
        directions = np.column_stack([np.cos(circle), np.sin(circle)]).round(15)
        level = np.zeros(len(self.sizes))
        corner = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        self.polygons[members, :4] = corner
        self.sizes[members] = 4
        known = self.polygons[beyond]
        spare = np.arange(known.shape[1]) >= self.sizes[beyond][:, None]
        for dx, dy in directions:
            axis = 0 if abs(dx) > 0.5 else 1
            level[beyond] = np.where(spare, -np.inf, known @ (dx, dy)).max(axis=1)
            level[members] = 0.5 * (abs(dx) + abs(dy))
            lower_supports(members, rows, self.alive, dx, dy, float(rows.discount[axis]), level, 60)
            cut_each(members, self.polygons, self.sizes, dx, dy, level + BOUND_SLACK)
        hull_each(members, self.polygons, self.sizes)

    # -- repeated games ------------------------------------------------------------------------------------------

    def _is_repeated(self, state: int) -> bool:
        """Whether the state never ends and both players discount alike."""
        rows = self.arrays.rows
        mine = np.unique(rows.law[rows.first[state] : rows.first[state + 1]])
        stays = len(mine) == 1 and np.all(
            rows.law_state[rows.law_pointer[mine[0]] : rows.law_pointer[mine[0] + 1]] == state
        )
        return bool(stays and rows.discount[0] == rows.discount[1] and rows.discount[0] > 0.0)

    def _repeat(self, state: int, tau: float) -> float:
        terms = Terms(self.tighten, True, True, tau, self.inward)
        return float(repeated_game_pass(state, self.arrays.rows, self._sets, terms))

    # -- the answer ----------------------------------------------------------------------------------------------

    def unscaled(self) -> tuple[Floats, ...]:
        """The polygons in the payoffs of the game."""
        arrays = self.arrays
        return tuple(self.polygons[s, :n] * arrays.scale + arrays.centre for s, n in enumerate(self.sizes.tolist()))

    def solution(self) -> PolygonSolution:
        """Back in the payoffs of the game."""
        arrays = self.arrays
        worst = self.threat * arrays.scale + arrays.centre
        worst[self.sizes == 0] = np.nan
        return PolygonSolution(
            game=arrays.game,
            polygons=self.unscaled(),
            worst=worst,
            status="converged" if self.converged else "undecided",
            error_bound=self.error * float(arrays.scale.max()),
            iterations=self.iterations,
            tightened=self.tighten * arrays.scale,
            alive=self.alive,
        )
