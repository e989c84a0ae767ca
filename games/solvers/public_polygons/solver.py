"""Perfect public equilibria of two-player games with public signals and no side payments.

Pure actions, public randomisation, any discount factors (they may differ), any number of states.  Payoff sets are held
between an outer and an inner set; their gap is reported.  The method is in ``games.solvers.public_polygons.sets``.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import surely
from games.numerics.arrays import Bools, Floats
from games.numerics.polygons import cut, hausdorff, hull_of
from games.numerics.progress import Progress
from games.numerics.thinning import merge_short_edges
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_polygons.automata import ModeBuilder, Modes, best_vertex
from games.solvers.public_polygons.exclusions import exclusion
from games.solvers.public_polygons.layout import SignalGame, signal_game, unfit_for_signal_polygons
from games.solvers.public_polygons.sets import PayoffPolygons, SignalIteration, evenly
from games.solvers.solution import Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.undetected_deviation import undetected_deviation
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, only_if_proved

SLACKS = (1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2)
"""Slack of all incentives, relative to payoff ranges, with which inner sets are sought; the first that works."""

SETTLED_GAP = 1e-6
"""Outer and inner sets nearer to one another than this, relative to payoff ranges, count as known."""

NEAR = 1e-11
"""Vertices nearer to one another than this, relative to payoff ranges, are one; outer sets may grow by as much."""

DIGITS = 12
"""Significant digits, relative to payoff ranges, with which payoff sets are reported."""

REFINEMENTS = 5
MOST_DIRECTIONS = 128
MOST_POLYGON_SIDES = 20_000
"""Directions times states up to which more directions are tried where sets are not known well enough."""

EFFORT = 2e8
"""Profiles times outcomes times directions that sweeps go through by default: half a minute or less."""

TOO_LARGE = "the game is too large for the effort allowed: payoffs are bounded from outside only"

MARGIN_STEPS, MARGIN_TOLERANCE = 40, 1e-7


@final
@dataclass(frozen=True, eq=False)
class PublicPolygonEquilibria(Solution):
    """Outer and inner payoff sets of a game with public signals, and the verdicts that follow from them.

    ``outer``, ``inner``  polygons of scaled payoffs; the second enforced with some slack to spare.
    ``laid``              the game as it was laid out for the method.
    ``exhausted``         the search was broken off for its effort: ``outer`` bounds all the same, ``inner`` is nothing.
    """

    outer: PayoffPolygons
    inner: PayoffPolygons
    laid: SignalGame
    exhausted: bool

    def verdict(self, target: Target) -> Verdict:
        """Whether some equilibrium keeps to the target after every signal that its own play can bring about.

        Where every signal is always possible that leaves no room for punishments on the path: an equilibrium that
        cooperates until a bad signal and then punishes does not keep to the target.
        Certificates are checked exactly before they are returned.
        """
        plan = plan_of(self.game, target)
        initial, n = self.game.initial, self.game.n_states
        if not self.outer.alive[initial]:
            evidence = exclusion(self.laid, None)
            if evidence is not None:
                return only_if_proved(self.game, Unsustainable(self.concept, evidence, None))
            return Undecided(self.concept, "that no equilibrium exists could not be proved exactly")
        margin = self._withstood(plan)
        unseen = undetected_deviation(self.game, plan)
        if unseen is not None:
            return unseen.at_most(margin)
        known = {} if margin is None else {"computed_margin": margin}
        if self._work.path(self.outer, plan.allowed).alive[initial + n]:
            proof = self._proved(plan, np.ones(2))
            if proof is not None:
                return Sustainable(self.concept, proof, None if margin is None else max(margin, 0.0))
            why = TOO_LARGE if self.exhausted else "no equilibrium with incentives to spare was found"
            return Undecided(self.concept, why, known)
        evidence = exclusion(self.laid, plan, self.outer.normals)
        if evidence is not None:
            negative = None if margin is None else min(margin, -np.finfo(float).tiny)
            return only_if_proved(self.game, Unsustainable(self.concept, evidence, negative))
        return Undecided(self.concept, "that no equilibrium keeps to it could not be proved exactly", known)

    def best_automaton(self, weights: Floats | None = None, *, prove: bool = True) -> PublicAutomaton | None:
        """As in ``Solution``."""
        aim = np.ones(2) if weights is None else weights
        if prove:
            proof = self._proved(None, aim)
            return None if proof is None else proof.automaton
        if self.exhausted or not self.inner.alive[self.game.initial]:
            return None
        start = best_vertex(self.laid, self.inner, self.game.initial, aim)
        modes = ModeBuilder(self.laid, self.inner).from_points([start])
        return None if modes is None or modes.least_slack() < 0 else modes.automaton(surely(0))

    def margin(self, target: Target) -> float:
        """As in ``Solution``, and no more than the payoff range either way."""
        plan, most = plan_of(self.game, target), self.payoff_range
        margin = self._withstood(plan)
        if margin is None:
            return most if self._withstands(plan.allowed, 0.0) else -most
        return min(max(margin, -most), most)

    def _withstood(self, plan: Plan) -> float | None:
        """The largest extra one-off temptation on the path that the plan withstands, in payoff units; floating point.

        Negative if it fails: minus the relief that it would take.  None where any temptation is withstood, or no relief
        helps.  Punishments are the harshest that the game's own equilibria (their outer sets) allow.
        """
        spread = self.payoff_range
        holds = self._withstands(plan.allowed, 0.0)
        low, high = (0.0, 2 * spread) if holds else (-4 * spread, 0.0)
        if holds and self._withstands(plan.allowed, high):
            return None
        if not holds and not self._withstands(plan.allowed, low):
            return None
        for _ in range(MARGIN_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._withstands(plan.allowed, middle) else (low, middle)
            if high - low <= MARGIN_TOLERANCE * spread:
                break
        return low

    def _withstands(self, allowed: Bools, extra: float) -> bool:
        scaled = extra * (1 - self.laid.arrays.discount) / self.laid.scale
        path = self._work.path(self.outer, allowed, scaled)
        return bool(path.alive[self.game.initial + self.game.n_states])

    @cached_property
    def _work(self) -> SignalIteration:
        return SignalIteration(self.laid)

    def _proved(self, plan: Plan | None, weights: Floats) -> PublicSelfGeneration | None:
        """A checked certificate of an equilibrium that follows a plan, of greatest weighted payoff where it can be."""
        if self.exhausted:
            return None
        place = self.game.initial + (0 if plan is None else self.game.n_states)
        held = float(self.inner.tighten[0])
        for slack in sorted(SLACKS, key=lambda slack: (slack != held, slack)):
            inner = self.inner if slack == held else self._work.inner(self.outer, slack)
            # Without a plan the path's own copy of every set would only add modes that are worth the same.
            path = inner if plan is None else self._work.path(inner, plan.allowed)
            if not path.alive[place]:
                continue
            start = best_vertex(self.laid, path, place, weights)
            modes = ModeBuilder(self.laid, path).from_points([start])
            if modes is None or modes.least_slack() < 0:
                continue
            proof = PublicSelfGeneration.of(self.game, modes.automaton(surely(0)), plan)
            if proof.check(self.game).accepted:
                return proof
        return None


@final
@dataclass(frozen=True)
class PublicPolygons(Solver):
    """The set operator of Abreu, Pearce and Stacchetti, a linear program per direction and profile.

    ``directions``  normals of the polygons to begin with, beside those of the faces of stage payoffs.
    ``refine``      add normals where outer and inner sets are far apart, a few times.
    ``max_sweeps``  after so many sweeps of one component the answer is "undecided".
    ``effort``      profiles times outcomes times directions that sweeps may go through in all; past that sets are
                    bounded from outside only, the status is "undecided", and verdicts are found if that is enough.
    ``settle``      bound the sets from inside as well; without, only outer sets are found and the status is
                    "undecided".  Verdicts have their own proofs either way.
    """

    name = "public_polygons"
    exact_for = "two players, public signals, no side payments, public randomisation, pure actions (outer and inner)"
    cost = "per sweep a small linear program for each profile and direction, states settled component by component"
    source = "Abreu, Pearce and Stacchetti (1990); Judd, Yeltekin and Conklin (2003), with signals"
    preference = 15
    signals = True

    directions: int = 16
    refine: bool = True
    max_sweeps: int = 20_000
    effort: float = EFFORT
    settle: bool = True

    def accepts(self, game: StochasticGame) -> str | None:
        """Two players and no transfers; signals or none."""
        return unfit_for_signal_polygons(game)

    def quick(self) -> PublicPolygons:
        """From outside only."""
        return replace(self, settle=False, refine=False)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> PublicPolygonEquilibria:
        """Bound payoffs from outside and inside; raises ``GameError`` if ``accepts`` refuses."""
        self.insist(game)
        began = time.perf_counter()
        laid = signal_game(game)
        work = SignalIteration(laid, self.max_sweeps, progress, self.effort)
        wanted = np.concatenate([evenly(self.directions), _faces(laid)])
        near = SETTLED_GAP * float(laid.scale.max())
        outer, inner = self._pair(work, wanted)
        exhausted = work.exhausted
        for turn in range(1, REFINEMENTS + 1):
            gaps = [_distance(outer, inner, s) for s in range(game.n_states)]
            if not (self.refine and self.settle) or max(gaps) <= SETTLED_GAP:
                break
            more = _edges(inner, [s for s, gap in enumerate(gaps) if gap > SETTLED_GAP])
            grown = laid.directions(np.concatenate([outer.normals, more]))[1]
            if len(grown) == len(outer.normals):
                grown = laid.directions(np.concatenate([outer.normals, evenly(self.directions * 2**turn)]))[1]
            most = min(MOST_DIRECTIONS, MOST_POLYGON_SIDES // game.n_states)
            if len(grown) > most or len(grown) == len(outer.normals):
                break
            finer = self._pair(work, grown)
            if work.exhausted:
                break
            outer, inner = finer
        modes = None
        if self.settle and not exhausted:
            inner, modes = _proved_inside(laid, work, outer, inner)
        sets = tuple(_payoff_set(laid, outer, modes, s) for s in range(game.n_states))
        gap = max(s.gap for s in sets)
        known = outer.settled and gap <= near
        return PublicPolygonEquilibria(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.PURE_PUBLIC,
            game=game,
            status="converged" if known else "undecided",
            payoff_sets=sets,
            iterations=outer.sweeps,
            error_bound=gap if np.isfinite(gap) else None,
            seconds=time.perf_counter() - began,
            outer=outer,
            inner=inner,
            laid=laid,
            exhausted=exhausted,
        )

    def _pair(self, work: SignalIteration, wanted: Floats) -> tuple[PayoffPolygons, PayoffPolygons]:
        """Outer and inner sets in some directions."""
        outer = work.outer(wanted)
        return outer, work.inner(outer, SLACKS[0]) if self.settle else outer


def _faces(laid: SignalGame) -> Floats:
    """Normals of the faces of all stage payoffs, and of each state's where there are few states."""
    game = laid.game
    scaled = (game.payoffs - laid.centre) / laid.scale
    groups = [np.arange(game.n_rows)]
    if 1 < game.n_states <= 4:
        groups += [np.array(game.rows_of(s)) for s in range(game.n_states)]
    return np.concatenate([_normals(hull_of(scaled[rows])) for rows in groups])


def _edges(family: PayoffPolygons, states: list[int]) -> Floats:
    """Normals of the edges of some polygons."""
    return np.concatenate([np.empty((0, 2))] + [
        _normals(hull_of(family.points[s])) for s in states if family.alive[s]
    ])


def _normals(polygon: Floats) -> Floats:
    """Float[k, 2]: outward normals of a counter-clockwise hull; both of a segment."""
    if len(polygon) < 2:
        return np.empty((0, 2))
    edge = np.roll(polygon, -1, axis=0) - polygon
    edge = edge[np.hypot(*edge.T) > 1e-7]
    return np.asarray(np.stack([edge[:, 1], -edge[:, 0]], axis=1) / np.hypot(*edge.T)[:, None])


def _distance(outer: PayoffPolygons, inner: PayoffPolygons, state: int) -> float:
    if not outer.alive[state]:
        return 0.0
    return hausdorff(hull_of(outer.corners[state]), hull_of(inner.points[state])) if inner.alive[state] else np.inf


def _proved_inside(
    laid: SignalGame, work: SignalIteration, outer: PayoffPolygons, first: PayoffPolygons
) -> tuple[PayoffPolygons, Modes | None]:
    """Hulls enforced with the least slack that makes their vertices the modes of an equilibrium, and these modes.

    No modes if none of the slacks does; the hulls are then those with the least slack.
    """
    for slack in SLACKS:
        inner = first if slack == SLACKS[0] else work.inner(outer, slack)
        if slack != SLACKS[0] and work.exhausted:
            break
        modes = ModeBuilder(laid, inner).every_vertex()
        if modes is not None and modes.least_slack() >= 0:
            return inner, modes
    return first, None


def _payoff_set(laid: SignalGame, outer: PayoffPolygons, modes: Modes | None, state: int) -> EquilibriumPayoffSet:
    if not outer.alive[state]:
        return EquilibriumPayoffSet(np.empty((0, 2)), np.empty((0, 2)), 0.0)
    corners = outer.corners[state] if outer.settled else _within_means(laid, outer.corners[state])
    around = _short(laid, laid.payoffs(_tidy(corners)))
    found = [] if modes is None else [k for k, (place, _) in enumerate(modes.points) if place == state]
    within = np.empty((0, 2))
    if modes is not None and found:
        within = _short(laid, laid.payoffs(_tidy(modes.values[found])))
    return EquilibriumPayoffSet(around, within, hausdorff(around, within) if len(within) else np.inf)


def _within_means(laid: SignalGame, corners: Floats) -> Floats:
    """The part of a polygon that means of stage payoffs reach: with one discount factor all payoffs are such."""
    polygon = hull_of(corners)
    if not laid.game.common_discount:
        return polygon
    stage = hull_of((laid.game.payoffs - laid.centre) / laid.scale)
    for normal in _normals(stage):
        out = np.empty((len(polygon) + 2, 2))
        size = cut(polygon, len(polygon), float(normal[0]), float(normal[1]), float((stage @ normal).max()), out)
        polygon = out[:size].copy()
    return polygon


def _short(laid: SignalGame, payoffs: Floats) -> Floats:
    """Payoffs without the digits that only rounding made."""
    places = [DIGITS - math.ceil(math.log10(s)) for s in laid.scale.tolist()]
    return np.stack([np.round(payoffs[:, i], places[i]) for i in range(2)], axis=1) + 0.0


def _tidy(points: Floats) -> Floats:
    """The hull of scaled points without edges that only rounding made."""
    if np.ptp(points, axis=0).max() < NEAR:
        return np.asarray(points.mean(axis=0, keepdims=True))
    hull = hull_of(points)
    size = merge_short_edges(hull, len(hull), NEAR)
    tidy: Floats = hull[:size]
    return tidy
