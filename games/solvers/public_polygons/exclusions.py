"""Cuts that prove that no perfect public equilibrium keeps to a plan, recorded while outer sets shrink to nothing.

The polygons start from the box of stage payoffs.  Those of all equilibria are cut for some sweeps, then those of
equilibria that keep to the plan until none is left at the start; few sweeps and few directions are tried first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.signals.exclusion import Cut, PublicExclusion, RowBound
from games.certificates.signals.levels import Family
from games.model.plan import Plan
from games.numerics.arrays import Bools, Floats
from games.solvers.public_polygons.layout import SignalGame
from games.solvers.public_polygons.operator import ENFORCEABLE, NO_CONTINUATION, NOT_ENFORCEABLE, corners_of, program
from games.solvers.public_polygons.sets import OUTWARD, PayoffPolygons, SignalIteration, evenly

DIRECTIONS = (8, 16, 32)
SWEEPS = (0, 1, 3, 10, 30, 100, 400)
"""Sweeps over the sets of all equilibria before those of the plan are cut; without cycles one is as good as many."""

PATH_SWEEPS = 2_000
MOST_PROGRAMS = 300_000
"""Linear programs that one record may take."""

FINE = 2**44
"""Multipliers are multiples of one over this."""

STILL = 1e-12
"""Sweeps that move no level by more, relative to payoff ranges, lead nowhere."""


def exclusion(laid: SignalGame, plan: Plan | None, more: Floats | None = None) -> PublicExclusion | None:
    """A certificate that no equilibrium follows the plan (None: that none exists); None if none was found.

    ``more``  directions to try beside the usual ones in the end, Float[k, 2], of scaled payoffs.
    """
    game = laid.game
    every = np.ones(game.n_rows, dtype=bool)
    place = game.initial if plan is None else game.initial + game.n_states
    tries: tuple[int, ...] = SWEEPS if any(c.cyclic for c in laid.components) else SWEEPS[:2]
    if plan is None:
        tries = (PATH_SWEEPS,)
    wanted = [evenly(k) for k in DIRECTIONS]
    if more is not None:
        wanted.append(more)
    for directions in wanted:
        work = SignalIteration(laid)
        found = work.outer(directions)
        if plan is not None:
            found = work.path(found, plan.allowed)
        if found.alive[place]:
            continue
        for sweeps in tries:
            record = _Record(laid, work.box(directions))
            record.cut(every, "all", sweeps)
            if plan is not None and record.family.alive[place]:
                record.cut(plan.allowed, "path", PATH_SWEEPS)
            if record.spent >= MOST_PROGRAMS:
                break
            if not record.family.alive[place]:
                vectors = [(int(x), int(y)) for x, y in record.family.exact]
                return PublicExclusion.of(game, vectors, record.cuts, plan)
    return None


@final
@dataclass(eq=False)
class _Record:
    """Cuts made so far, and the polygons that they leave."""

    laid: SignalGame
    family: PayoffPolygons
    cuts: list[Cut] = field(default_factory=list)
    spent: int = 0

    def cut(self, allowed: Bools, kind: Family, sweeps: int) -> None:
        """Cut the polygons of one family, component by component, so many times where there are cycles."""
        laid, n = self.laid, self.laid.game.n_states
        on_path = kind == "path"
        components = laid.path_components(allowed) if on_path else laid.components
        start = laid.game.initial + (n if on_path else 0)
        if sweeps == 0:
            return
        for component in components:
            for _ in range(sweeps if component.cyclic else 1):
                moved = 0.0
                for s in component.states.tolist():
                    moved = max(moved, self._cut_state(s, allowed, on_path))
                    if self.spent >= MOST_PROGRAMS or not self.family.alive[start]:
                        return
                if moved <= STILL:
                    break

    def _cut_state(self, state: int, allowed: Bools, on_path: bool) -> float:
        """Lower every level of a state; by how much at most."""
        laid, family = self.laid, self.family
        n = laid.game.n_states
        place = state + n if on_path else state
        kind: Family = "path" if on_path else "all"
        if on_path and not family.alive[state]:
            family.alive[place] = False
        if not family.alive[place]:
            return 0.0
        arcs = laid.arcs
        rows = [r for r in laid.game.rows_of(state) if allowed[r]]
        doomed = not family.alive[arcs.indices[arcs.indptr[state]:arcs.indptr[state + 1]]].all()
        bounds: list[list[RowBound]] = [[] for _ in family.normals]
        never: list[RowBound] = []
        levels = np.full(len(family.normals), -np.inf)
        for row in [] if doomed else rows:
            stands, levels_of_row, of_row = self._bounds(state, row, on_path)
            if stands == NOT_ENFORCEABLE:
                never.append(of_row[0])
            elif stands == ENFORCEABLE:
                levels = np.maximum(levels, levels_of_row)
                for k, bound in enumerate(of_row):
                    bounds[k].append(bound)
        if not np.isfinite(levels).all():
            family.alive[place] = False
            self.cuts.append(Cut(kind, state, None, tuple(never)))
            return np.inf
        moved = 0.0
        for k, level in enumerate(levels.tolist()):
            if level + OUTWARD < family.sets.levels[place, k] - OUTWARD:
                moved = max(moved, family.sets.levels[place, k] - level)
                family.sets.levels[place, k] = level + OUTWARD
                self.cuts.append(Cut(kind, state, k, (*bounds[k], *never)))
        corners_of(family.normals, family.sets.levels[place], family.corners[place])
        family.sets.widths[place] = np.ptp(family.corners[place], axis=0)
        return moved

    def _bounds(self, state: int, row: int, on_path: bool) -> tuple[int, Floats, list[RowBound]]:
        """How a row stands (see ``program``), its levels in every direction, and what proves them."""
        laid, family, a = self.laid, self.family, self.laid.arrays
        levels, out = np.empty(len(family.normals)), []
        for k, (x, y) in enumerate(family.normals.tolist()):
            self.spent += 1
            stands, bound, _, deviations, profile, _, _ = program(
                a, family.sets, state, row, on_path, False, family.tighten, x, y)
            if stands == NO_CONTINUATION:
                return stands, levels, []
            # Multipliers of scaled payoffs and unit directions become those of payoffs and integer directions.
            unit = float(np.hypot(*(family.exact[k].astype(np.float64) * laid.scale))) if stands == ENFORCEABLE else 1.0
            proof = RowBound(row, tuple(
                (i, r, Fraction(round(w * unit / laid.scale[i] * FINE), FINE))
                for i, r, w in zip(profile.who[:deviations].tolist(), profile.to[:deviations].tolist(),
                                   profile.weight[:deviations].tolist(), strict=True) if w > 0
            ), never=stands == NOT_ENFORCEABLE)
            if stands == NOT_ENFORCEABLE:
                return stands, levels, [proof]
            levels[k] = bound + float(a.stage[row] @ family.normals[k])
            out.append(proof)
        return ENFORCEABLE, levels, out
