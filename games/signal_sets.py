"""Perfect public equilibrium payoffs of two-player games with public signals, held between two sets per state.

The set operator of Abreu, Pearce and Stacchetti (1990), one linear program per direction and profile, on polygons
with a fixed set of normals: from outside, cut out by levels that no enforceable payoff exceeds (Judd, Yeltekin and
Conklin 2003); from inside, hulls of payoffs that are enforced with some slack to spare.

Components of the state graph are solved downstream first, so that an acyclic clock takes one pass; in cyclic ones few
directions settle first, and more start from where they ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.numerics.components import Component
from games.numerics.signal_programs import corners_of, sweep, vertex_for
from games.signal_game import Flags, Floats, Ints, SignalGame
from games.signal_hulls import common_part

Progress = Callable[[str, float], None]

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
class Family:
    """Polygons of payoffs per state, those of all equilibria first, then those of equilibria that keep to a plan.

    ``exact``    object[k, 2] integers, the directions for payoffs; ``normals`` Float[k, 2] unit vectors for scaled ones,
                 sorted by their ``angles``.
    ``levels``   Float[2 * states, k]; ``corners`` Float[2 * states, k, 2]: as in ``signal_programs``.
    ``alive``    Bool[2 * states]: whether a polygon holds anything.
    ``best``     Int[2 * states, k]: the profile that is played at the extreme point of a direction.
    ``points``   Float[2 * states, k, 2]: inside, the enforced payoffs themselves; corners are lotteries over them.
    ``inside``   whether polygons are hulls of enforced payoffs, by ``tighten`` Float[2] of slack (scaled).
    ``settled``  no component was broken off before it settled.
    """

    exact: NDArray[np.object_]
    normals: Floats
    levels: Floats
    corners: Floats
    widths: Floats
    alive: Flags
    best: Ints
    points: Floats
    inside: bool
    tighten: Floats
    sweeps: int = 0
    settled: bool = True

    @property
    def angles(self) -> Floats:
        """Float[k] in [0, 2 pi)."""
        angle = np.arctan2(self.normals[:, 1], self.normals[:, 0])
        return np.where(angle < 0, angle + 2 * np.pi, angle)


def evenly(count: int) -> Floats:
    """Float[count, 2]: directions evenly round the circle, the axes among them if 4 divides ``count``."""
    angle = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@final
@dataclass(eq=False)
class SignalIteration:
    """Works on the polygons of one game; ``progress`` is told the share of states that are done."""

    laid: SignalGame
    max_sweeps: int = MAX_SWEEPS
    progress: Progress | None = None
    _done: int = field(default=0, init=False)

    def outer(self, wanted: Floats) -> Family:
        """Sets that contain those of all equilibrium payoffs, in the given directions (Float[k, 2], scaled)."""
        family = self.box(wanted)
        total = self.laid.game.n_states
        for component in self.laid.components:
            family = self._outer_component(family, component)
            self._done += len(component.states)
            if self.progress is not None:
                self.progress("payoff sets", self._done / total)
        return family

    def path(self, family: Family, allowed: Flags, tighten: Floats | None = None) -> Family:
        """The family with the sets of equilibria that play the allowed rows, after whatever happens on their path.

        ``tighten``  Float[2]: asked of incentives on the path only, scaled; negative to ease them, and then the path's
        payoffs need not be among those of equilibria.
        """
        n = self.laid.game.n_states
        out = _copy(family)
        out.alive[n:] = out.alive[:n]
        out.levels[n:], out.corners[n:], out.widths[n:] = out.levels[:n], out.corners[:n], out.widths[:n]
        out.points[n:] = out.points[:n]
        if tighten is not None:
            out = replace(out, tighten=family.tighten + tighten)
            if (tighten < 0).any():
                out.levels[n:] = np.abs(out.normals).sum(axis=1) / 2
                for place in range(n, 2 * n):
                    corners_of(out.normals, out.levels[place], out.corners[place])
                out.widths[n:] = 1.0
        for component in self.laid.path_components(allowed):
            out = self._settle(out, component, allowed, on_path=True)
        return replace(out, tighten=family.tighten)

    def inner(self, outer: Family, tighten: float) -> Family:
        """Payoffs enforced with so much slack (relative to payoff ranges), from the extreme points outside."""
        turned = outer.normals + TURN * np.stack([-outer.normals[:, 1], outer.normals[:, 0]], axis=1)
        out = replace(_copy(outer), normals=turned, inside=True, tighten=np.full(2, tighten), settled=True)
        every = np.ones(self.laid.game.n_rows, dtype=bool)
        for component in self.laid.components:
            out = self._settle(out, component, every, on_path=False)
        return out

    def box(self, wanted: Floats) -> Family:
        """Where outer sets start: the box of all stage payoffs, in the given directions."""
        exact, normals = self.laid.directions(wanted)
        n, k = self.laid.game.n_states, len(normals)
        levels = np.tile(np.abs(normals).sum(axis=1) / 2, (2 * n, 1))
        corners = np.empty((2 * n, k, 2))
        if n:
            corners_of(normals, levels[0], corners[0])
            corners[:] = corners[0]
        return Family(
            exact, normals, levels, corners, np.ones((2 * n, 2)), np.ones(2 * n, dtype=bool),
            np.full((2 * n, k), -1, dtype=np.int64), corners.copy(), False, np.zeros(2))

    def _outer_component(self, family: Family, component: Component) -> Family:
        every = np.ones(self.laid.game.n_rows, dtype=bool)
        k = len(family.normals)
        if not component.cyclic or k <= COARSE:
            return self._settle(family, component, every, on_path=False)
        # Settle few of the directions first; then the polygons that they cut out bound the others.
        pick = np.arange(0, k, max(k // COARSE, 1))
        coarse = self._settle(self._restricted(family, pick), component, every, on_path=False)
        out = _copy(family)
        for s in component.states.tolist():
            out.alive[s] = coarse.alive[s]
            if not coarse.alive[s]:
                continue
            for j, (x, y) in enumerate(family.normals.tolist()):
                corner = coarse.corners[s, vertex_for(coarse.angles, coarse.corners[s], x, y)]
                out.levels[s, j] = min(out.levels[s, j], x * corner[0] + y * corner[1] + OUTWARD)
            corners_of(family.normals, out.levels[s], out.corners[s])
            out.widths[s] = np.ptp(out.corners[s], axis=0)
        out = replace(out, sweeps=coarse.sweeps, settled=coarse.settled)
        return self._settle(out, component, every, on_path=False)

    def _restricted(self, family: Family, pick: Ints) -> Family:
        """The family with some of its directions; sets that have settled are kept as well as these can tell."""
        normals, levels = np.ascontiguousarray(family.normals[pick]), np.ascontiguousarray(family.levels[:, pick])
        corners = np.empty((len(levels), len(pick), 2))
        for place in range(len(levels)):
            corners_of(normals, levels[place], corners[place])
        return replace(
            family, exact=family.exact[pick], normals=normals, levels=levels, corners=corners,
            widths=np.ptp(corners, axis=1), alive=family.alive.copy(), best=np.ascontiguousarray(family.best[:, pick]),
            points=corners.copy())

    def _settle(self, family: Family, component: Component, allowed: Flags, on_path: bool) -> Family:
        """Sweep one component until it settles; polygons are changed in place.

        Inner sets that run in circles start again as common parts (``signal_hulls``), which lose a little more.
        """
        n = self.laid.game.n_states
        place = component.states + n if on_path else component.states
        start = family.corners[place].copy(), family.widths[place].copy(), family.alive[place].copy()
        out = self._sweep(replace(family, settled=True), component, allowed, on_path, False)
        if family.inside and component.cyclic and not out.settled:
            family.corners[place], family.widths[place], family.alive[place] = start
            out = self._sweep(replace(out, settled=True), component, allowed, on_path, True)
        return replace(out, settled=out.settled and family.settled)

    def _sweep(self, family: Family, component: Component, allowed: Flags, on_path: bool, shrinking: bool) -> Family:
        laid, n = self.laid, self.laid.game.n_states
        a, states = laid.arrays, component.states
        place = states + n if on_path else states
        used, moved = 0, np.inf
        # Outer sets only shrink, so what nothing enforces once, nothing ever will.
        still = allowed.copy()
        most = min(self.max_sweeps, INNER_SWEEPS) if family.inside else self.max_sweeps
        while moved > TOLERANCE and used < most:
            self._bury(family, component)
            if not family.alive[place].any():
                break
            if family.inside:
                still[:] = allowed
                moved = self._inward(family, component, still, on_path, shrinking)
            else:
                moved = sweep(
                    states, on_path, False, still, family.tighten, a.first, a.counts, a.stage, a.discount, a.start,
                    a.outcome, a.chance, a.onset, a.following, family.normals, family.angles, family.levels,
                    family.corners, family.widths, family.alive, family.best)
            used += 1
            if not component.cyclic and moved < np.inf:
                moved = 0.0
        self._bury(family, component)
        settled = moved <= TOLERANCE or not family.alive[place].any()
        return replace(family, sweeps=family.sweeps + used, settled=bool(settled))

    def _inward(
        self, family: Family, component: Component, allowed: Flags, on_path: bool, shrinking: bool
    ) -> float:
        """Renew inner sets of a component, one by one; how far a vertex, or if ``shrinking`` a level, moved at most."""
        a, n, moved = self.laid.arrays, self.laid.game.n_states, 0.0
        for s in component.states.tolist():
            place = s + n if on_path else s
            if not family.alive[place]:
                continue
            before = family.corners[place].copy()
            changed = sweep(
                np.array([s]), on_path, True, allowed.copy(), family.tighten, a.first, a.counts, a.stage, a.discount,
                a.start, a.outcome, a.chance, a.onset, a.following, family.normals, family.angles, family.levels,
                family.corners, family.widths, family.alive, family.best)
            if not family.alive[place]:
                moved = np.inf
                continue
            family.points[place] = family.corners[place]
            common = common_part(family.points[place], before, family.normals) if shrinking else None
            if common is None:
                moved = max(moved, changed)
                continue
            fallen = (family.normals * before).sum(axis=1) - (family.normals * common).sum(axis=1)
            moved = max(moved, float(fallen.max()))
            family.corners[place] = common
            family.widths[place] = np.ptp(common, axis=0)
        return moved

    def _bury(self, family: Family, component: Component) -> None:
        """No equilibrium from a state that leads, whatever is played, to a state that has none."""
        n, arcs = self.laid.game.n_states, self.laid.arcs
        again = True
        while again:
            again = False
            for s in component.states.tolist():
                ahead = arcs.indices[arcs.indptr[s]:arcs.indptr[s + 1]]
                if family.alive[s] and not family.alive[ahead].all():
                    family.alive[s] = False
                    again = True
                if family.alive[n + s] and not family.alive[s]:
                    family.alive[n + s] = False


def _copy(family: Family) -> Family:
    return replace(
        family, levels=family.levels.copy(), corners=family.corners.copy(), widths=family.widths.copy(),
        alive=family.alive.copy(), best=family.best.copy(), points=family.points.copy())
