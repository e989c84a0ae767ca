"""Perfect public equilibrium payoffs of two-player games with public signals, held between two sets per state.

The set operator of Abreu, Pearce and Stacchetti (1990), one linear program per direction and profile, on polygons
with a fixed set of normals: from outside, cut out by levels that no enforceable payoff exceeds (Judd, Yeltekin and
Conklin 2003); from inside, hulls of payoffs that are enforced with some slack to spare.

Components of the state graph are solved downstream first, so that an acyclic clock takes one pass; in cyclic ones few
directions settle first, and more start from where they ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import Component
from games.numerics.progress import Progress
from games.solvers.public_polygons.flat_layout import Polygons
from games.solvers.public_polygons.hulls import common_part
from games.solvers.public_polygons.layout import SignalGame
from games.solvers.public_polygons.operator import corners_of, sweep
from games.solvers.public_polygons.programs import vertex_for

TOLERANCE = 1e-12
"""Change of a sweep, relative to the payoff range, below which cyclic components have settled."""

MAX_SWEEPS = 20_000
INNER_SWEEPS = 200
COARSE = 8
"""Directions with which cyclic components are settled first."""

TURN = 1e-6
"""Directions of inner sets are turned by this angle, so that the extreme point of a direction that is the normal of a
face is one and the same vertex whenever it is asked for."""

OUTWARD = 1e-12
"""Levels are moved outward by so much, so that they stay bounds when rounded."""


@final
@dataclass(frozen=True, eq=False)
class PayoffPolygons:
    """Polygons of scaled payoffs per state: those of all equilibria, then those of equilibria that keep to a plan.

    ``exact``    object[k, 2]: the normals as integers, for payoffs that are not scaled.
    ``points``   Float[2 * states, k, 2]: inside, the enforced payoffs themselves; corners are lotteries over them.
    ``inside``   whether polygons are hulls of enforced payoffs, by ``tighten`` Float[2] of slack (scaled).
    ``enforceable``  Bool[rows]: what is not, is not enforced by payoffs from these sets, nor from smaller ones.
    ``settled``  no component was broken off before it settled, in ``sweeps`` sweeps in all.
    """

    exact: NDArray[np.object_]
    sets: Polygons
    points: Floats
    inside: bool
    tighten: Floats
    enforceable: Bools
    sweeps: int = 0
    settled: bool = True

    @property
    def alive(self) -> Bools:
        """Bool[2 * states]: whether a polygon holds anything."""
        return self.sets.alive

    @property
    def corners(self) -> Floats:
        """Float[2 * states, k, 2]."""
        return self.sets.corners

    @property
    def normals(self) -> Floats:
        """Float[k, 2]: unit vectors."""
        return self.sets.normals


def evenly(count: int) -> Floats:
    """Float[count, 2]: directions evenly round the circle, the axes among them if 4 divides ``count``."""
    angle = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@final
@dataclass(eq=False)
class SignalIteration:
    """Works on the polygons of one game; ``progress`` is told the share of states that are done.

    ``effort``  profiles times outcomes times directions that sweeps may go through in all; then they are broken off.
    """

    laid: SignalGame
    max_sweeps: int = MAX_SWEEPS
    progress: Progress | None = None
    effort: float = np.inf
    _done: int = field(default=0, init=False)
    _spent: float = field(default=0.0, init=False)

    @property
    def exhausted(self) -> bool:
        """Whether all effort is spent."""
        return self._spent >= self.effort

    def outer(self, wanted: Floats) -> PayoffPolygons:
        """Sets that contain those of all equilibrium payoffs, in the given directions (Float[k, 2], scaled)."""
        family = self.box(wanted)
        total = self.laid.game.n_states
        for component in self.laid.components:
            family = self._outer_component(family, component)
            self._done += len(component.states)
            if self.progress is not None:
                self.progress("payoff sets", min(self._done / total, 1.0))
        return family

    def path(self, family: PayoffPolygons, allowed: Bools, tighten: Floats | None = None) -> PayoffPolygons:
        """The polygons with those of equilibria that play the allowed rows, after whatever happens on their path.

        ``tighten``  Float[2]: asked of incentives on the path only, scaled; negative to ease them, and then the path's
        payoffs need not be among those of equilibria.
        """
        n = self.laid.game.n_states
        out = _copy(family)
        sets = out.sets
        sets.alive[n:] = sets.alive[:n]
        sets.levels[n:], sets.corners[n:], sets.widths[n:] = sets.levels[:n], sets.corners[:n], sets.widths[:n]
        out.points[n:] = out.points[:n]
        if tighten is not None:
            out = replace(out, tighten=family.tighten + tighten)
            if (tighten < 0).any():
                box = self.box(sets.normals).sets
                sets.levels[n:], sets.corners[n:], sets.widths[n:] = box.levels[n:], box.corners[n:], box.widths[n:]
        for component in self.laid.path_components(allowed):
            out = self._settle(out, component, allowed, on_path=True)
        return replace(out, tighten=family.tighten)

    def inner(self, outer: PayoffPolygons, tighten: float) -> PayoffPolygons:
        """Payoffs enforced with so much slack (relative to payoff ranges), from the extreme points outside."""
        normals = outer.normals
        turned = normals + TURN * np.stack([-normals[:, 1], normals[:, 0]], axis=1)
        out = _copy(outer)
        sets = out.sets._replace(normals=turned, angles=_angles(turned))
        out = replace(out, sets=sets, inside=True, tighten=np.full(2, tighten), settled=True)
        for component in self.laid.components:
            out = self._settle(out, component, outer.enforceable, on_path=False)
        return out

    def box(self, wanted: Floats) -> PayoffPolygons:
        """Where outer sets start: the box of all stage payoffs, in the given directions."""
        exact, normals = self.laid.directions(wanted)
        n, k = self.laid.game.n_states, len(normals)
        levels = np.tile(np.abs(normals).sum(axis=1) / 2, (2 * n, 1))
        corner = np.empty((k, 2))
        corners_of(normals, levels[0], corner)
        sets = Polygons(
            normals, _angles(normals), levels, np.tile(corner, (2 * n, 1, 1)), np.ones((2 * n, 2)),
            np.ones(2 * n, dtype=bool), np.full((2 * n, k), -1, dtype=np.int64))
        every = np.ones(self.laid.game.n_rows, dtype=bool)
        return PayoffPolygons(exact, sets, sets.corners.copy(), False, np.zeros(2), every)

    def _outer_component(self, family: PayoffPolygons, component: Component) -> PayoffPolygons:
        k = len(family.normals)
        if not component.cyclic or k <= COARSE:
            return self._settle(family, component, family.enforceable, on_path=False)
        # Settle few of the directions first; then the polygons that they cut out bound the others.
        # Picked by angle: every so many of directions that refinement has crowded need not bound anything.
        pick = np.unique(np.searchsorted(family.sets.angles, np.arange(COARSE) * (2 * np.pi / COARSE)) % k)
        coarse = self._settle(_restricted(family, pick), component, family.enforceable, on_path=False)
        out = _copy(family)
        few, sets = coarse.sets, out.sets
        for s in component.states.tolist():
            sets.alive[s] = few.alive[s]
            if not few.alive[s]:
                continue
            for j, (x, y) in enumerate(sets.normals.tolist()):
                corner = few.corners[s, vertex_for(few.angles, few.corners[s], x, y)]
                sets.levels[s, j] = min(sets.levels[s, j], x * corner[0] + y * corner[1] + OUTWARD)
            corners_of(sets.normals, sets.levels[s], sets.corners[s])
            sets.widths[s] = np.ptp(sets.corners[s], axis=0)
        out = replace(out, sweeps=coarse.sweeps, settled=coarse.settled, enforceable=coarse.enforceable)
        return self._settle(out, component, out.enforceable, on_path=False)

    def _settle(self, family: PayoffPolygons, component: Component, allowed: Bools, on_path: bool) -> PayoffPolygons:
        """Sweep one component until it settles; polygons are changed in place.

        Inner sets that run in circles start again as common parts (``signal_hulls``), which lose a little more.
        """
        n, sets = self.laid.game.n_states, family.sets
        place = component.states + n if on_path else component.states
        start = sets.corners[place].copy(), sets.widths[place].copy(), sets.alive[place].copy()
        out = self._sweep(replace(family, settled=True), component, allowed, on_path, False)
        if family.inside and component.cyclic and not out.settled:
            sets.corners[place], sets.widths[place], sets.alive[place] = start
            out = self._sweep(replace(out, settled=True), component, allowed, on_path, True)
        return replace(out, settled=out.settled and family.settled)

    def _sweep(
        self, family: PayoffPolygons, component: Component, allowed: Bools, on_path: bool, shrinking: bool
    ) -> PayoffPolygons:
        n, sets, states = self.laid.game.n_states, family.sets, component.states
        place = states + n if on_path else states
        most = min(self.max_sweeps, INNER_SWEEPS) if family.inside else self.max_sweeps
        used, moved = 0, np.inf
        game, outcomes = self.laid.game, np.diff(self.laid.arrays.onset)
        # Outer sets only shrink, so what nothing enforces once, nothing ever will.
        still = allowed.copy()
        while moved > TOLERANCE and used < most and not self.exhausted:
            self._bury(family, component)
            if not sets.alive[place].any():
                break
            if family.inside:
                moved = self._inward(family, component, allowed, on_path, shrinking)
            else:
                moved = sweep(self.laid.arrays, sets, states, on_path, False, family.tighten, still)
            used += 1
            tried = allowed if family.inside else still
            rows = np.add.reduceat(tried, game.row_start[:-1], dtype=np.int64)[states]
            self._spent += float(rows @ outcomes[states]) * len(sets.normals)
            if not component.cyclic and moved < np.inf:
                moved = 0.0
        self._bury(family, component)
        settled = moved <= TOLERANCE or not sets.alive[place].any()
        known = still if not (family.inside or on_path) else family.enforceable
        return replace(family, sweeps=family.sweeps + used, settled=bool(settled), enforceable=known)

    def _inward(
        self, family: PayoffPolygons, component: Component, allowed: Bools, on_path: bool, shrinking: bool
    ) -> float:
        """Renew inner sets of a component, one by one; how far a vertex, or if ``shrinking`` a level, moved at most."""
        n, sets, moved = self.laid.game.n_states, family.sets, 0.0
        for s in component.states.tolist():
            place = s + n if on_path else s
            if not sets.alive[place]:
                continue
            before = sets.corners[place].copy()
            changed = sweep(
                self.laid.arrays, sets, np.array([s]), on_path, True, family.tighten, allowed.copy())
            if not sets.alive[place]:
                moved = np.inf
                continue
            family.points[place] = sets.corners[place]
            common = common_part(family.points[place], before, sets.normals) if shrinking else None
            if common is None:
                moved = max(moved, changed)
                continue
            fallen = (sets.normals * before).sum(axis=1) - (sets.normals * common).sum(axis=1)
            moved = max(moved, float(fallen.max()))
            sets.corners[place] = common
            sets.widths[place] = np.ptp(common, axis=0)
        return moved

    def _bury(self, family: PayoffPolygons, component: Component) -> None:
        """No equilibrium from a state in which some profile leads to a state that has none."""
        n, arcs, alive = self.laid.game.n_states, self.laid.arcs, family.alive
        again = True
        while again:
            again = False
            for s in component.states.tolist():
                ahead = arcs.indices[arcs.indptr[s]:arcs.indptr[s + 1]]
                if alive[s] and not alive[ahead].all():
                    alive[s] = False
                    again = True
                alive[n + s] &= alive[s]


def _angles(normals: Floats) -> Floats:
    """Float[k] in [0, 2 pi)."""
    angle = np.arctan2(normals[:, 1], normals[:, 0])
    return np.asarray(np.where(angle < 0, angle + 2 * np.pi, angle))


def _copy(family: PayoffPolygons) -> PayoffPolygons:
    s = family.sets
    return replace(family, points=family.points.copy(), sets=s._replace(
        levels=s.levels.copy(), corners=s.corners.copy(), widths=s.widths.copy(), alive=s.alive.copy(),
        best=s.best.copy()))


def _restricted(family: PayoffPolygons, pick: Ints) -> PayoffPolygons:
    """The polygons with some of their normals; what has settled is kept as well as these can tell."""
    old = family.sets
    normals, levels = np.ascontiguousarray(old.normals[pick]), np.ascontiguousarray(old.levels[:, pick])
    corners = np.empty((len(levels), len(pick), 2))
    for place in range(len(levels)):
        corners_of(normals, levels[place], corners[place])
    best = np.full((len(levels), len(pick)), -1, dtype=np.int64)
    sets = Polygons(normals, old.angles[pick], levels, corners, np.ptp(corners, axis=1), old.alive.copy(), best)
    return replace(family, exact=family.exact[pick], sets=sets, points=corners.copy())
