"""Sets of pure-action subgame-perfect payoffs of two-player games with perfect monitoring, state by state.

Exact for: two players, perfect monitoring, no transfers, public randomisation, any discount factors (they may differ).
Method: the set operator on convex polygons (Abreu, Pearce and Stacchetti 1990), strongly connected components
downstream first, each from provably outer bounds; a repeated game with one discount factor uses the extreme points of
Abreu and Sannikov (2014).  Cost: per sweep, one Minkowski sum per distinct law and one hull per state.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.certificate import SolutionConcept
from games.numerics.components import Component
from games.numerics.polygon_operator import (
    CAPACITY,
    deviation_values,
    lower_supports,
    raise_worst_payoffs,
    repeated_game_pass,
    replace_polygon,
    sweep,
    thresholds,
)
from games.numerics.polygons import convex_hull, cut
from games.payoff_set import EquilibriumPayoffSet
from games.polygon_game import PolygonGame, StateGraph, polygon_game
from games.solvers.solver import Solution, Solver, Target, plan_of
from games.stochastic_game import StochasticGame
from games.strategy_automaton import StrategyAutomaton
from games.verdict import Undecided, Verdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Progress = Callable[[str, float], None]

MAX_SWEEPS = 20_000
BOUND_SLACK = 1e-13
MERGE_SHARE = 0.02


@final
@dataclass(frozen=True, eq=False)
class PolygonSolution:
    """Sets of equilibrium payoffs, one polygon per state, in the payoffs of the game.

    ``polygons``     Float[k, 2] per state, counter-clockwise; shape (0, 2) where no equilibrium exists.
    ``worst``        Float[states, 2]: each player's worst equilibrium payoff; nan where no equilibrium exists.
    ``status``       "undecided" if the iteration limit came first: the polygons then contain the sets, no more is known.
    ``error_bound``  estimate, in payoff units, of how far the polygons stick out of the sets (infinite if unknown).
    ``iterations``   sweeps, of the component that took most.
    ``tightened``    Float[2]: what was added to the value of every deviation, in payoff units.
    ``alive``        Bool[rows]: rows that could still be enforced.
    """

    game: StochasticGame
    polygons: tuple[Floats, ...]
    worst: Floats
    status: Literal["converged", "undecided"]
    error_bound: float
    iterations: int
    tightened: Floats
    alive: Flags

    @property
    def empty(self) -> bool:
        """No equilibrium exists from the initial state."""
        return len(self.polygons[self.game.initial]) == 0


def solve_payoff_sets(
    game: StochasticGame,
    *,
    tolerance: float = 1e-10,
    start: PolygonSolution | None = None,
    tighten: float = 0.0,
    max_sweeps: int = MAX_SWEEPS,
    progress: Progress | None = None,
) -> PolygonSolution:
    """The sets of pure-action subgame-perfect payoffs with public randomisation, for every state.

    ``tolerance``  relative to each player's payoff range.
    ``start``      sets known to contain the answer, such as the solution of the same game with less tightening.
    ``tighten``    every deviation is made worth this much more (relative to the payoff range, in average payoffs), except
                   those that no continuation can make pay.
    ``progress``   called with a word and the share of the work done.

    Raises ``GameError`` for games of other kinds.

    >>> from games.stochastic_game import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> solve_payoff_sets(dilemma).polygons[0].round(6).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]
    """
    arrays = polygon_game(game)
    work = _Work(arrays, np.full(2, tighten), tolerance, max_sweeps)
    if start is not None:
        work.start_from(start)
    done = 0
    for component in arrays.graph.components:
        work.solve_component(component, arrays.graph, fresh=start is None)
        done += len(component.states)
        if progress is not None:
            progress("payoff sets", done / game.n_states)
    return work.solution()


class _Work:
    """The mutable state of one solve; polygons and threats in scaled payoffs."""

    def __init__(self, arrays: PolygonGame, tighten: Floats, tolerance: float, max_sweeps: int) -> None:
        game = arrays.game
        self.arrays = arrays
        self.tighten = tighten
        self.tolerance = tolerance
        self.max_sweeps = max_sweeps
        self.polygons = np.zeros((game.n_states, CAPACITY, 2))
        self.sizes = np.zeros(game.n_states, dtype=np.int64)
        self.threat = np.full((game.n_states, 2), -0.5)
        self.alive = np.ones(game.n_rows, dtype=np.bool_)
        self.dirty = np.zeros(game.n_states, dtype=np.bool_)
        self.iterations = 0
        self.error = 0.0
        self.converged = True
        self.patience = float(arrays.rows.discount.max())

    def start_from(self, solution: PolygonSolution) -> None:
        """Begin with sets known to contain the answer."""
        centre, scale = self.arrays.centre, self.arrays.scale
        for s, polygon in enumerate(solution.polygons):
            self.sizes[s] = len(polygon)
            self.polygons[s, : len(polygon)] = (polygon - centre) / scale
            if len(polygon):
                self.threat[s] = (solution.worst[s] - centre) / scale
        self.alive[:] = solution.alive

    # -- the full operator ---------------------------------------------------------------------------------------

    def solve_component(self, component: Component, graph: StateGraph, *, fresh: bool) -> None:
        """Find the sets of a component whose successors outside are done."""
        members = component.states
        inside = np.zeros(len(self.sizes), dtype=bool)
        inside[members] = True
        beyond = np.unique(np.concatenate([graph.successors(int(s)) for s in members]))
        beyond = beyond[~inside[beyond]]
        if np.any(self.sizes[beyond] == 0) or not (not fresh or self._bound(members, beyond)):
            self.sizes[members] = 0
            return
        if np.any(self.sizes[members] == 0):
            self.sizes[members] = 0
            return
        if not component.cyclic:
            self._sweep(members, graph, 0.0, force=True)
        elif len(members) == 1 and self._is_repeated(int(members[0])):
            self._iterate(members, lambda tau, force: self._extreme_points(int(members[0]), tau))
        else:
            self._iterate(members, lambda tau, force: self._sweep(members, graph, tau, force=force))

    def _sweep(self, members: Ints, graph: StateGraph, tau: float, *, force: bool, full: bool = True) -> float:
        rows = self.arrays.rows
        return float(
            sweep(
                members, graph.pointer, graph.successor, self.dirty, rows.first, rows.counts, rows.stage, rows.payoff,
                rows.discount, rows.law, rows.law_pointer, rows.law_state, rows.law_weight, rows.by_law, rows.outcome,
                self.polygons, self.sizes, self.threat, self.alive, self.tighten, full, full, tau, force,
            )
        )  # fmt: skip

    def _iterate(self, members: Ints, step: Callable[[float, bool], float]) -> None:
        """Repeat a step until what is left to come is below the tolerance, or nothing moves."""
        ahead = self.patience / (1.0 - self.patience)
        change = np.inf
        best = np.inf
        idle = 0
        for count in range(1, self.max_sweeps + 1):
            change = step(min(1e-3, MERGE_SHARE * change), count == 1)
            if change < 0.0:
                self.sizes[members] = 0
                break
            if change * ahead <= self.tolerance or change <= 4e-16:
                self.error = max(self.error, change * ahead)
                break
            idle = 0 if change < best else idle + 1
            best = min(best, change)
            if idle > 100 and best <= 1e-13:
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

    # -- outer bounds to start from ------------------------------------------------------------------------------

    def _bound(self, members: Ints, beyond: Ints) -> bool:
        """Polygons that contain the sets: what any play can give, and at least the worst payoffs; False if empty."""
        rows = self.arrays.rows
        raise_worst_payoffs(
            members, rows.first, rows.counts, rows.stage, rows.payoff, rows.discount, rows.law, rows.law_pointer,
            rows.law_state, rows.law_weight, rows.outcome, self.threat, self.alive, 200,
        )  # fmt: skip
        common = rows.discount[0] == rows.discount[1]
        circle = np.arange(16) * (np.pi / 8) if common else np.arange(4) * (np.pi / 2)
        directions = np.column_stack([np.cos(circle), np.sin(circle)]).round(15)
        level = np.zeros(len(self.sizes))
        corner = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        self.polygons[members, :4] = corner
        self.sizes[members] = 4
        spare = np.empty((CAPACITY + 4, 2))
        for dx, dy in directions:
            axis = 0 if abs(dx) > 0.5 else 1
            for s in beyond:
                level[s] = (self.polygons[s, : self.sizes[s]] @ (dx, dy)).max()
            level[members] = 0.5 * (abs(dx) + abs(dy))
            lower_supports(
                members, rows.first, rows.stage, rows.law, rows.law_pointer, rows.law_state, rows.law_weight,
                self.alive, dx, dy, float(rows.discount[axis]), level, 60,
            )  # fmt: skip
            for s in members:
                n = cut(self.polygons[s], self.sizes[s], dx, dy, level[s] + BOUND_SLACK, spare)
                self.sizes[s] = n
                self.polygons[s, :n] = spare[:n]
        hull = np.empty((CAPACITY + 4, 2))
        for s in members:
            n = self.sizes[s]
            for axis, sign in ((0, (-1.0, 0.0)), (1, (0.0, -1.0))):
                n = cut(self.polygons[s], n, *sign, BOUND_SLACK - self.threat[s, axis], spare)
                self.polygons[s, :n] = spare[:n]
            if n == 0:
                return False
            n = convex_hull(self.polygons[s, :n].copy(), n, hull)
            self.sizes[s] = n
            self.polygons[s, :n] = hull[:n]
        return True

    # -- repeated games ------------------------------------------------------------------------------------------

    def _is_repeated(self, state: int) -> bool:
        """Whether the state never ends and both players discount alike."""
        rows = self.arrays.rows
        mine = np.unique(rows.law[rows.first[state] : rows.first[state + 1]])
        stays = len(mine) == 1 and np.all(rows.law_state[rows.law_pointer[mine[0]] : rows.law_pointer[mine[0] + 1]] == state)
        return bool(stays and rows.discount[0] == rows.discount[1] and rows.discount[0] > 0.0)

    def _extreme_points(self, state: int, tau: float) -> float:
        rows = self.arrays.rows
        part = slice(int(rows.first[state]), int(rows.first[state + 1]))
        values = np.empty((part.stop - part.start, 2))
        bound = np.empty_like(values)
        deviation_values(
            state, rows.first, rows.stage, rows.discount, rows.law, rows.law_pointer, rows.law_state, rows.law_weight,
            self.threat, values,
        )  # fmt: skip
        thresholds(
            state, rows.first, rows.counts, rows.payoff, rows.discount, rows.law, rows.outcome, values, self.tighten,
            True, bound,
        )  # fmt: skip
        # The extreme points need the continuation's own floor v among the constraints that may bind.
        bound = np.maximum(bound, values)
        points = np.empty((4 * len(values), 2))
        total = repeated_game_pass(
            rows.stage[part], rows.payoff[part], float(rows.discount[0]), bound, self.polygons[state],
            int(self.sizes[state]), self.alive[part], points,
        )  # fmt: skip
        if total == 0:
            return -1.0
        before = self.threat[state].copy()
        change = replace_polygon(state, points, total, self.polygons, self.sizes, self.threat, True, tau)
        return max(float(change), float((self.threat[state] - before).max()))

    # -- the answer ----------------------------------------------------------------------------------------------

    def solution(self) -> PolygonSolution:
        """Back in the payoffs of the game."""
        arrays = self.arrays
        polygons = tuple(
            self.polygons[s, :n] * arrays.scale + arrays.centre for s, n in enumerate(self.sizes.tolist())
        )
        worst = self.threat * arrays.scale + arrays.centre
        worst[self.sizes == 0] = np.nan
        return PolygonSolution(
            game=arrays.game,
            polygons=polygons,
            worst=worst,
            status="converged" if self.converged else "undecided",
            error_bound=self.error * float(arrays.scale.max()),
            iterations=self.iterations,
            tightened=self.tighten * arrays.scale,
            alive=self.alive,
        )


# -- the solver ------------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, eq=False)
class PolygonEquilibria(Solution):
    """Equilibrium payoff sets of a two-player game, and the verdicts that follow from them.

    ``sets``  the polygons themselves.
    """

    sets: PolygonSolution

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds."""
        plan_of(self.game, target)
        return Undecided(self.concept, "no proof was found")

    def automaton(self, target: Target) -> StrategyAutomaton | None:
        """An equilibrium whose path keeps to the target; None if none is proved."""
        return None


@final
@dataclass(frozen=True)
class EquilibriumPolygons(Solver):
    """The exact payoff sets of two-player games with perfect monitoring.

    ``tolerance``   relative to each player's payoff range.
    ``max_sweeps``  after so many sweeps of one component the answer is "undecided".
    """

    name = "equilibrium_polygons"
    exact_for = "two players, perfect monitoring, no side payments, public randomisation, pure actions"
    cost = "per sweep, one Minkowski sum per distinct law of the next state and one hull per state"
    source = "Abreu, Pearce and Stacchetti (1990); Abreu and Sannikov (2014); Abreu, Brooks and Sannikov (2020)"
    preference = 10

    tolerance: float = 1e-10
    max_sweeps: int = MAX_SWEEPS

    def accepts(self, game: StochasticGame) -> str | None:
        """Two players, perfect monitoring, no transfers."""
        if game.n_players != 2:
            return f"it draws payoff sets in the plane, for two players; this game has {game.n_players}"
        if game.monitoring is not None:
            return "players see public signals, and it needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and it knows none"
        return None

    def solve(self, game: StochasticGame) -> PolygonEquilibria:
        """Find the payoff sets; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        found = solve_payoff_sets(game, tolerance=self.tolerance, max_sweeps=self.max_sweeps)
        sure = found.status == "converged"
        nothing = np.empty((0, 2))
        return PolygonEquilibria(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_SUBGAME_PERFECT,
            game=game,
            status=found.status,
            payoff_sets=tuple(
                EquilibriumPayoffSet(p, p if sure else nothing, found.error_bound if sure else np.inf)
                for p in found.polygons
            ),
            iterations=found.iterations,
            error_bound=found.error_bound if np.isfinite(found.error_bound) else None,
            seconds=time.perf_counter() - began,
            sets=found,
        )
