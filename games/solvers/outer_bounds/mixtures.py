"""Outer bounds that mix several directions and incentive lines, with their multipliers in exact numbers.

Bases are found in floating point; that they are bounds is a matter of an identity between rational vectors, which is
made to hold exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import final

import numpy as np
from flint import fmpq, fmpq_mat

from games.certificates.exclusion.outer_sets import Bound, Direction
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.outer_bounds.approximation import OuterApproximation
from games.solvers.outer_bounds.half_spaces import HalfSpaces
from games.solvers.outer_bounds.row_programs import OPTIMAL

Multipliers = tuple[dict[int, Fraction], dict[int, Fraction]]
"""Direction -> weight, and player -> weight on the incentive line."""


@final
class ManyDirections(OuterApproximation):
    """Levels as in ``OuterApproximation``, where a row is bounded by all directions together."""

    programs: HalfSpaces | None = None

    def add_directions(self, directions: list[Direction]) -> None:
        """Bound further directions, beginning with the box of the stage payoffs."""
        super().add_directions(directions)
        self._bases = np.empty((0, self.n + 1), dtype=np.int64)
        self._impossible: list[tuple[Ints, Ints]] = []
        # With nothing but the axes, plain policy iteration says all there is to say.
        self.programs = HalfSpaces(self) if len(self.directions) > 2 * self.n else None

    def _weights(self) -> None:
        """Nothing is prepared here: multipliers come from the programs."""

    def copy(self) -> OuterApproximation:
        """An independent copy."""
        out = super().copy()
        assert isinstance(out, ManyDirections)
        out.programs = None if self.programs is None else self.programs.copy()
        out._impossible = []
        return out

    def set_level(self, k: int, level: Floats) -> None:
        """Take over a new level."""
        super().set_level(k, level)
        if self.programs is not None:
            self.programs.set_level(k, level)

    def look_at_path(self, allowed: Bools) -> None:
        """From here on threats are frozen and only the allowed rows are played."""
        super().look_at_path(allowed)
        if self.programs is not None:
            self.programs.look_at_path(allowed)

    def fixed_point(self, k: int) -> tuple[Floats, Floats, Ints]:
        """As ``OuterApproximation.fixed_point``; options are numbers of bases, for ``exact_option`` until the next."""
        if self.programs is None:
            return super().fixed_point(k)
        bounds = self.programs.bounds
        bounds.alive[:], bounds.empty[:] = self.alive, self.empty
        level, cap, used = self.programs.propose(k, 1e-10)
        dead = np.flatnonzero(self.alive & ~bounds.alive)
        self._impossible = [(used[rows[0]], rows) for rows in _alike(used[dead], dead)]
        which = np.full(self.game.n_rows, -1, dtype=np.int64)
        settled = np.flatnonzero(self.alive & np.isfinite(cap))
        cap = np.where(np.isfinite(cap), cap, np.inf)
        if len(settled):
            self._bases, which[settled] = np.unique(used[settled], axis=0, return_inverse=True)
        return np.where(self.empty, self.level[k], np.minimum(level, self.level[k])), cap, which

    def exact_option(self, k: int, option: int) -> Multipliers:
        """The multipliers of ``fixed_point``'s option exactly."""
        goal = [self.game.exact_discount(i) * x for i, x in enumerate(self.directions[k])]
        try:
            return self._mix(self._bases[option, :self.n].tolist(), goal, {})
        except ZeroDivisionError:
            return {i if g > 0 else self.n + i: abs(g) for i, g in enumerate(goal) if g}, {}

    def infeasible(self) -> tuple[Bound, ...]:
        """Kill the rows that the last ``fixed_point`` has shown to be empty; by what multipliers."""
        out = []
        for used, rows in self._impossible:
            *basis, ray = used.tolist()
            goal = [-x for x in self._column(ray)]
            try:
                out.append(Bound(*self._mix(basis, goal, {ray: Fraction(1)}), tuple(rows.tolist())))
            except ZeroDivisionError:
                continue  # a basis in floating point only: nothing is shown
            self.alive[rows] = False
        if out:
            self._impossible = []
            self.spread()
        return tuple(out)

    def _column(self, number: int) -> Direction:
        count = len(self.directions)
        if number < count:
            return self.directions[number]
        return tuple(-Fraction(int(i == number - count)) for i in range(self.n))

    def _mix(self, basis: list[int], goal: list[Fraction], weights: dict[int, Fraction]) -> Multipliers:
        """The goal as a sum of columns of the basis, with what is given beforehand; columns are parted by kind.

        Raises ``ZeroDivisionError`` where the basis is none in exact numbers.  A weight that exact numbers show to be negative by rounding is left out, and axis directions make up for it.
        """
        columns = [self._column(k) for k in basis]
        matrix = fmpq_mat(self.n, self.n, [fmpq(c[i].numerator, c[i].denominator) for i in range(self.n) for c in columns])
        right = fmpq_mat(self.n, 1, [fmpq(x.numerator, x.denominator) for x in goal])
        solved = [Fraction(int(x.p), int(x.q)) for x in matrix.solve(right).entries()]
        weights = dict(weights)
        for k, x in zip(basis, solved, strict=True):
            if x > 0:
                weights[k] = weights.get(k, Fraction(0)) + x
        if min(solved) < 0:
            for i, g in enumerate(goal):
                short = g - sum((x * c[i] for x, c in zip(solved, columns, strict=True) if x > 0), Fraction(0))
                if short:
                    axis = i if short > 0 else self.n + i
                    weights[axis] = weights.get(axis, Fraction(0)) + abs(short)
        count = len(self.directions)
        return ({k: x for k, x in sorted(weights.items()) if k < count},
                {k - count: x for k, x in sorted(weights.items()) if k >= count})


def _alike(used: Ints, rows: Ints) -> list[Ints]:
    """The rows by equal bases."""
    if not len(rows):
        return []
    _, group = np.unique(used, axis=0, return_inverse=True)
    return [rows[group == g] for g in range(int(group.max()) + 1)]
