"""Where points that generate one another come from: automata that sweeps over points describe."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import final

from games.numerics.arrays import Floats
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.bounds import Box
from games.solvers.penal_modes.growth import Pool
from games.solvers.penal_modes.play import Table
from games.solvers.penal_modes.points import SETTLED
from games.solvers.penal_modes.search import Points

SLACKS = (1e-4, 1e-2, 1e-1)
"""Asked at the beginning as well, of fewer points: some sets are found so that are missed otherwise."""

SWEEPS, LONG_SWEEPS = (30, 80), (50,)
"""After which the automaton is looked at: at the beginning, and from points that are known."""


@final
@dataclass(frozen=True, eq=False)
class Beginning:
    """``slack`` is asked of every incentive; of the payoff range, once, in one period."""

    arrays: PenalGame
    box: Box
    slack: float

    def first(self, family: Floats, start: Floats, families: Sequence[Floats], until: float) -> Pool | None:
        """The sound points of several automata; None if no automaton was found.

        ``family``    Float[modes, players], ``start`` Float[modes, states, players]: from where its points are swept;
        ``families``  that it begins with, from fewer points of which more slack is asked; ``until`` so much processor
                      time was used.
        """
        ways = [(family, start, self.slack)]
        ways += [(few, start[:len(few)], more) for few in families for more in SLACKS]
        pool: Pool | None = None
        for directions, begin, asked in ways:
            for table in self._automata(self.points(directions, begin, asked), SWEEPS):
                pool = Pool.of(self.arrays, self.slack, family, table) if pool is None else pool.joined(table)
            if time.process_time() > until:
                break
        return pool

    def more(self, pool: Pool, start: Floats, looks: tuple[int, ...]) -> Pool:
        """With the sound points of automata that begin at ``start``: Float[the pool's directions, states, players]."""
        for table in self._automata(self.points(pool.family, start, self.slack), looks):
            pool = pool.joined(table)
        return pool

    def points(self, family: Floats, start: Floats, slack: float) -> Points:
        """Points of a family that are to be swept from where they are."""
        points = Points(self.arrays, family, (self.box.least, self.box.most), slack, self.box.alive)
        points.adopt(start)
        return points

    def _automata(self, points: Points, looks: tuple[int, ...]) -> Iterator[Table]:
        for look in looks:
            points.advance(look)
            if points.whole:
                yield points.table()
            if points.moved <= SETTLED:
                return
