"""Penal codes that lead back to the path of a plan: there its own mode plays on, whatever else would be better for all.

What a plan is worth is known beforehand, so that a mode that stays on it is sound from the first sweep on as far as
the plan is, and punishments may end in it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.penal_modes.arrays import Arrays
from games.solvers.penal_modes.bounds import Box
from games.solvers.penal_modes.modes import few_modes, leaning, twice_as_many
from games.solvers.penal_modes.play import Table, judge_at
from games.solvers.penal_modes.points import settle
from games.solvers.penal_modes.search import Code, Points

LOOKS = (4, 6, 9, 14, 20)
"""After so many sweeps the automaton that the points describe is judged."""

TRIES = ((few_modes, 0.0, 1e-4), (few_modes, 1e-2, 1e-4), (twice_as_many, 0.0, 1e-4), (few_modes, 0.0, 1e-2),
         (few_modes, 0.0, 1e-6), (twice_as_many, 0.0, 1e-6))
"""Directions, lean of punishments, slack of incentives: as in ``search.Try``."""

STILL = 1e-5
"""Points that move by less have settled."""

MANY = 5000


@final
class Path:
    """A plan that settles play: ``row`` Int[states], classes; ``on`` Bool[states], where play comes; ``value``
    Float[states, players], what it is worth there, on the kernels' scale.
    """

    def __init__(self, arrays: Arrays, row: Ints, on: Bools) -> None:
        self.arrays, self.row, self.on = arrays, row, on
        n = len(arrays.discount)
        value = np.full((1, arrays.n_states, n), 0.5)
        weight = np.zeros((1, arrays.n_states, n + 1))
        weight[:, :, 0] = 1.0
        column = np.zeros((1, arrays.n_states, n + 1, arrays.widest_law), dtype=np.int64)
        settle(arrays.classes, on, MANY, value, row[None], weight, column)
        self.value: Floats = value[0]

    def codes(
        self, box: Box, enough: float, deadline: float = np.inf, tries: int | None = None
    ) -> Iterator[tuple[int, Code]]:
        """Automata from which no deviation gains more than ``-enough``, with the number of the try that found them.

        ``deadline``  of processor time;  ``tries``  so many, the first ones; None: all.
        """
        n = len(self.arrays.discount)
        for k, (family, tie_break, slack) in enumerate(TRIES[:tries]):
            code = self._code(box, leaning(family(n), tie_break), slack, enough, deadline)
            if code is not None:
                yield k, code
            if time.process_time() > deadline:
                return

    def _code(self, box: Box, family: Floats, slack: float, enough: float, deadline: float) -> Code | None:
        """The plan is the first mode that does well by all."""
        arrays, n = self.arrays, len(self.arrays.discount)
        points = Points(arrays, family, (box.least, box.most), slack, box.alive, adopt=True, still=STILL)
        at = np.flatnonzero(self.on)
        points.pinned[n, at] = True
        points.points[n, at] = self.value[at]
        points.row[n, at] = self.row[at]
        points.weight[n, at, 0] = 1.0
        points.column[n, at, 0, :] = n
        for look in LOOKS:
            points.advance(look)
            if points.whole:
                table, values = points.table(), points.points.copy()
                everywhere = np.ones(arrays.n_states, dtype=bool)
                settle(arrays.classes, everywhere, MANY, values, table.row, table.weight, table.column)
                judged = judge_at(arrays, table, values, n, n)
                if judged.least_slack >= enough:
                    return Code(len(family), n, judged, n, self.on)
            if time.process_time() > deadline:
                return None
        return None

    def reverting(self, row: Ints, values: Floats) -> Code:
        """The plan, and the same equilibrium after whoever deviates: its classes Int[states], its values."""
        n, states = len(self.arrays.discount), self.arrays.n_states
        weight = np.zeros((n + 1, states, n + 1))
        weight[:, :, 0] = 1.0
        own = np.arange(n + 1)[:, None, None, None]
        column = np.broadcast_to(own, (n + 1, states, n + 1, self.arrays.widest_law)).copy()
        table = Table(np.concatenate([np.broadcast_to(row, (n, states)), self.row[None]]), weight, column)
        worth = np.concatenate([np.broadcast_to(values, (n, *self.value.shape)), self.value[None]])
        return Code(n, n, judge_at(self.arrays, table, worth, n, n), n, self.on)
