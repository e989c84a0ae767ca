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
from games.certificates.no_profitable_deviation import NoProfitableDeviation
from games.numerics.components import Component
from games.numerics.polygon_operator import (
    deviation_values,
    lower_supports,
    raise_worst_payoffs,
    repeated_game_pass,
    replace_polygon,
    sweep,
    thresholds,
)
from games.numerics.polygons import coarsened, convex_hull, cut
from games.payoff_set import EquilibriumPayoffSet
from games.markov_play import MarkovPlay
from games.plan import Plan
from games.polygon_game import PolygonGame, StateGraph, polygon_game
from games.refutation import refute
from games.solvers.solver import Solution, Solver, Target, only_if_proved, plan_of
from games.stochastic_game import StochasticGame
from games.strategy_automaton import StrategyAutomaton
from games.verdict import Sustainable, Undecided, Unsustainable, Verdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Progress = Callable[[str, float], None]

MAX_SWEEPS = 20_000
BOUND_SLACK = 1e-13
MERGE_SHARE = 0.02
CLOSE_CALL = 1e-7
"""Margins within this share of the payoff range of zero are tried both ways."""


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
    inner: bool = False,
    max_vertices: int | None = None,
    max_sweeps: int = MAX_SWEEPS,
    progress: Progress | None = None,
) -> PolygonSolution:
    """The sets of pure-action subgame-perfect payoffs with public randomisation, for every state.

    ``tolerance``  relative to each player's payoff range.
    ``start``      sets known to contain the answer, such as the solution of the same game with less tightening.
    ``tighten``    every deviation is made worth this much more (relative to the payoff range, in average payoffs), except
                   those that no continuation can make pay.
    ``inner``      thin out vertices inwards, so that the limit generates itself (up to the error bound); outwards else.
    ``max_vertices``  per polygon; by default 160, or 48 in games of more than 50 states.
    ``progress``   called with a word and the share of the work done.

    Raises ``GameError`` for games of other kinds.

    >>> from games.stochastic_game import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> solve_payoff_sets(dilemma).polygons[0].round(6).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]
    """
    arrays = polygon_game(game)
    vertices = max_vertices or default_vertices(game)
    work = _Work(arrays, np.full(2, tighten), tolerance, max_sweeps, vertices, inner=inner)
    if start is not None:
        work.start_from(start)
    done = 0
    for component in arrays.graph.components:
        work.solve_component(component, arrays.graph, fresh=start is None)
        done += len(component.states)
        if progress is not None:
            progress("payoff sets", done / game.n_states)
    return work.solution()


def default_vertices(game: StochasticGame) -> int:
    """Vertices kept per polygon: many where there are few states."""
    return 160 if game.n_states <= 50 else 48


class _Work:
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
        self.polygons = np.zeros((game.n_states, vertices + 4, 2))
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
                self.polygons, self.sizes, self.threat, self.alive, self.tighten, self.exempt, full, tau, self.inward, force,
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
            idle = 0 if change < 0.8 * best else idle + 1
            best = min(best, change)
            if idle > self.idle_limit and self.sizes[members].max() > 0.9 * self.vertices:
                # What moves is the thinning out of vertices: the sets are round at this resolution.
                self.error = max(self.error, change * ahead)
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
        rows = self.arrays.rows
        raise_worst_payoffs(
            members, rows.first, rows.counts, rows.stage, rows.payoff, rows.discount, rows.law, rows.law_pointer,
            rows.law_state, rows.law_weight, rows.outcome, self.threat, self.alive, 200,
        )  # fmt: skip
        self._bound_supports(members, beyond)
        spare = np.empty((self.polygons.shape[1] + 4, 2))
        hull = np.empty((self.polygons.shape[1] + 4, 2))
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

    def _bound_supports(self, members: Ints, beyond: Ints) -> None:
        """Polygons that contain what any play can give, from the supports in a few directions."""
        rows = self.arrays.rows
        common = rows.discount[0] == rows.discount[1]
        circle = np.arange(16) * (np.pi / 8) if common else np.arange(4) * (np.pi / 2)
        directions = np.column_stack([np.cos(circle), np.sin(circle)]).round(15)
        level = np.zeros(len(self.sizes))
        corner = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        self.polygons[members, :4] = corner
        self.sizes[members] = 4
        spare = np.empty((self.polygons.shape[1] + 4, 2))
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
        hull = np.empty((self.polygons.shape[1] + 4, 2))
        for s in members:
            n = convex_hull(self.polygons[s, : self.sizes[s]].copy(), int(self.sizes[s]), hull)
            self.sizes[s] = n
            self.polygons[s, :n] = hull[:n]

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
        self._raise_to_minmax(state, part)
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
        change = replace_polygon(state, points, total, self.polygons, self.sizes, self.threat, True, tau, self.inward)
        return max(float(change), float((self.threat[state] - before).max()))

    def _raise_to_minmax(self, state: int, part: slice) -> None:
        """Nobody can be held below the least best-reply payoff over the profiles still enforceable."""
        shape = tuple(self.arrays.rows.counts[state])
        alive = self.alive[part].reshape(shape)
        payoff = self.arrays.rows.payoff[part].reshape(*shape, 2)
        for i in range(2):
            best = payoff[..., i].max(axis=i)[alive.any(axis=i)]
            if len(best):
                self.threat[state, i] = max(self.threat[state, i], best.min())

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


# -- the solver ------------------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, eq=False)
class PolygonEquilibria(Solution):
    """Equilibrium payoff sets of a two-player game, and the verdicts that follow from them.

    ``sets``             the polygons themselves.
    ``refute_seconds``   time allowed for the search for a proof that a target cannot be sustained.
    """

    sets: PolygonSolution
    refute_seconds: float

    def verdict(self, target: Target) -> Verdict:
        """Whether the target is the path of an equilibrium, proved exactly; otherwise ``Undecided`` with bounds.

        The payoff sets say in floating point which way it goes and the margin; nothing is answered without its proof.
        Sets that did not settle are still too large, never too small, so what they lead to is tried all the same.
        """
        game = self.game
        plan = plan_of(game, target)
        path = path_sets(game, self.sets, plan)
        margin = path.margin
        close = CLOSE_CALL * (float(np.ptp(game.payoffs)) or 1.0)
        tried: Verdict | None = None
        if margin is not None and margin >= -close:
            tried = self._sustained(plan, margin)
            if isinstance(tried, Sustainable):
                return tried
        if margin is None or margin <= close:
            exclusion = refute(game, plan, seconds=self.refute_seconds)
            if exclusion is not None:
                # Rounding may have put a margin that is proved negative at zero.
                negative = None if margin is None else min(margin, -np.finfo(float).tiny)
                return only_if_proved(game, Unsustainable(self.concept, exclusion, negative))
        return Undecided(self.concept, self._reason(tried, margin, close), self._bounds(margin))

    def automaton(self, target: Target) -> StrategyAutomaton | None:
        """An equilibrium whose path keeps to the target, proved exactly; None if none is."""
        verdict = self.verdict(target)
        evidence = verdict.certificate if isinstance(verdict, Sustainable) else None
        return evidence.automaton if isinstance(evidence, NoProfitableDeviation) else None

    def _sustained(self, plan: Plan, margin: float) -> Verdict | None:
        """The proof by an automaton; what the exact check said if it failed; None if no automaton was found."""
        # The extraction builds on the polygons of this file.
        from games.solvers.extraction import extract_automaton

        automaton = extract_automaton(self.game, self.sets, plan)
        if automaton is None:
            return None
        certificate = NoProfitableDeviation.of(self.game, automaton, plan)
        known = max(margin, 0.0) if np.isfinite(margin) else None
        return only_if_proved(self.game, Sustainable(self.concept, certificate, known))

    def _reason(self, tried: Verdict | None, margin: float | None, close: float) -> str:
        if isinstance(tried, Undecided):
            return tried.reason
        if self.status != "converged":
            return f"no proof was found, and the payoff sets did not settle within {self.iterations} sweeps"
        if margin is None or margin < -close:
            return "the payoff sets say that it cannot be sustained, but no proof of that was found"
        if margin > close:
            return "the payoff sets say that it can be sustained, but no automaton that proves it was found"
        return "too close to the boundary between what can and what cannot be sustained for a proof either way"

    def _bounds(self, margin: float | None) -> dict[str, float]:
        """The polygons contain the sets, so punishments may be milder than they say by at most the error."""
        if margin is None or not np.isfinite(margin):
            return {}
        if not np.isfinite(self.sets.error_bound):
            return {"margin_upper": margin}
        factor = self.game.discount / (1 - self.game.discount)
        return {"margin_lower": margin - float(factor.max()) * self.sets.error_bound, "margin_upper": margin}


@final
@dataclass(frozen=True)
class EquilibriumPolygons(Solver):
    """The exact payoff sets of two-player games with perfect monitoring.

    ``tolerance``   relative to each player's payoff range.
    ``max_sweeps``  after so many sweeps of one component the answer is "undecided".
    ``refute_seconds``  time allowed for the search for a proof that a target cannot be sustained.
    """

    name = "equilibrium_polygons"
    exact_for = "two players, perfect monitoring, no side payments, public randomisation, pure actions"
    cost = "per sweep, one Minkowski sum per distinct law of the next state and one hull per state"
    source = "Abreu, Pearce and Stacchetti (1990); Abreu and Sannikov (2014); Abreu, Brooks and Sannikov (2020)"
    preference = 10

    tolerance: float = 1e-10
    max_sweeps: int = MAX_SWEEPS
    refute_seconds: float = 30.0

    def accepts(self, game: StochasticGame) -> str | None:
        """Two players, perfect monitoring, no transfers."""
        if game.n_players != 2:
            return f"it draws payoff sets in the plane, for two players; this game has {game.n_players}"
        if game.monitoring is not None:
            return "players see public signals, and it needs everyone to see what was done"
        if game.transfers != "none":
            return "side payments are possible, and it knows none"
        return None

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PolygonEquilibria:
        """Find the payoff sets; raises ``GameError`` if ``accepts`` refuses the game."""
        self.insist(game)
        began = time.perf_counter()
        found = solve_payoff_sets(game, tolerance=self.tolerance, max_sweeps=self.max_sweeps, progress=progress)
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
            refute_seconds=self.refute_seconds,
        )


# -- paths that keep to a plan -------------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, eq=False)
class PathSets:
    """Equilibrium payoffs of play that keeps to a plan for ever, every deviation followed by the worst equilibrium.

    ``polygons``  Float[k, 2] per state that the plan reaches; shape (0, 2) elsewhere and where there are none.
    ``sustained`` whether the plan can be kept from the initial state (up to the solver's rounding).
    ``margin``    the largest extra one-off temptation, in payoff units, at which it still can; negative if it cannot,
                  infinite if nobody can deviate, None if the game has no equilibrium at all.
    ``weakest``   (state, player, row): where a plan with one row per state is weakest, and the deviation; None for others.
    """

    polygons: tuple[Floats, ...]
    sustained: bool
    margin: float | None
    weakest: tuple[int, int, int] | None


def path_sets(game: StochasticGame, solution: PolygonSolution, plan: Plan, *, precision: float = 1e-9) -> PathSets:
    """What play that keeps to ``plan`` can give, with the punishments of ``solution``.

    ``precision``  of the margin of plans with more than one row in some state, relative to the payoff range.
    """
    nothing = tuple(np.empty((0, 2)) for _ in range(game.n_states))
    if solution.empty:
        return PathSets(nothing, False, None, None)
    if plan.is_markov:
        return _markov_path(game, solution, plan, nothing)
    arrays = polygon_game(game)
    reach = reachable_rows(game, plan.allowed)
    graph = arrays.path_graph(reach)
    patience = (1.0 - arrays.rows.discount) / arrays.scale
    unit = float((1.0 / patience).max())

    def keep(extra: float, start: _Work | None) -> _Work | None:
        work = _path_work(arrays, solution, reach, patience * extra, start)
        for component in graph.components:
            if reach[game.rows_of(int(component.states[0]))].any():
                work.solve_path(component, graph, fresh=start is None)
        return work if work.sizes[game.initial] > 0 else None

    loose = keep(-unit, None)
    if loose is None:
        return PathSets(nothing, False, None, None)
    if keep(unit, None) is not None:
        return PathSets(loose.unscaled(), True, np.inf, None)
    exact = keep(0.0, loose)
    low, high, widest = (-unit, 0.0, loose) if exact is None else (0.0, unit, exact)
    while high - low > precision * unit:
        middle = 0.5 * (low + high)
        tried = keep(middle, widest)
        if tried is None:
            high = middle
        else:
            low, widest = middle, tried
    margin = 0.5 * (low + high)
    return PathSets(nothing if exact is None else exact.unscaled(), exact is not None, margin, None)


def _markov_path(
    game: StochasticGame, solution: PolygonSolution, plan: Plan, nothing: tuple[Floats, ...]
) -> PathSets:
    play = MarkovPlay(game, np.flatnonzero(plan.allowed))
    value = play.values()
    on_path = play.reached(game.initial)
    slack = play.slack(value, solution.worst)
    least = np.where(on_path[:, None], slack.value, np.inf)
    state, player = np.unravel_index(int(np.argmin(least)), least.shape)
    margin = float(least[state, player])
    slip = 1e-12 * float(np.ptp(game.payoffs, axis=0).max())
    sustained = margin >= -slip
    polygons = tuple(value[s : s + 1] if sustained and on_path[s] else nothing[s] for s in range(game.n_states))
    weakest = (int(state), int(player), int(slack.row[state, player])) if np.isfinite(margin) else None
    return PathSets(polygons, sustained, margin, weakest)


def reachable_rows(game: StochasticGame, allowed: Flags) -> Flags:
    """Bool[rows]: the allowed rows of the states that play by allowed rows reaches from the initial state."""
    seen = np.zeros(game.n_states, dtype=bool)
    frontier = np.array([game.initial])
    while len(frontier):
        seen[frontier] = True
        rows = np.flatnonzero(allowed & np.isin(game.row_state, frontier))
        after = np.unique(game.transition[rows].indices)
        frontier = after[~seen[after]]
    return np.asarray(allowed & seen[game.row_state])


def _path_work(
    arrays: PolygonGame, solution: PolygonSolution, reach: Flags, tighten: Floats, start: _Work | None
) -> _Work:
    work = _Work(arrays, tighten, 1e-11, MAX_SWEEPS, default_vertices(arrays.game), inner=False)
    known = ~np.isnan(solution.worst)
    work.threat[known] = ((solution.worst - arrays.centre) / arrays.scale)[known]
    work.exempt = False
    work.alive[:] = reach if start is None else start.alive
    if start is not None:
        work.polygons[:] = start.polygons
        work.sizes[:] = start.sizes
    return work


def path_polygons(
    game: StochasticGame, solution: PolygonSolution, allowed: Flags, tighten: float
) -> tuple[Floats, Ints, Flags] | None:
    """Scaled polygons of play that keeps to the allowed rows, their sizes and the rows used; None if there is none.

    ``tighten`` as in ``solve_payoff_sets``; vertices are thinned out inwards.
    """
    arrays = polygon_game(game)
    reach = reachable_rows(game, allowed)
    graph = arrays.path_graph(reach)
    work = _path_work(arrays, solution, reach, np.full(2, tighten), None)
    work.inward = True
    work.exempt = True
    work.tolerance = max(1e-12, 1e-4 * tighten)
    for component in graph.components:
        if reach[game.rows_of(int(component.states[0]))].any():
            work.solve_path(component, graph, fresh=True)
    if work.sizes[game.initial] == 0:
        return None
    return work.polygons, work.sizes, work.alive
