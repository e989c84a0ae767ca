"""Penal codes out of points that generate one another, of which there are more and more.

Sweeps that begin at the corners of the box may go round in circles, or leave few states without a sound point.  What is
sound in the automata that they pass by generates more, and never less, until it deters from leaving the path.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from games.numerics.arrays import Ints
from games.solvers.penal_modes.beginning import LONG_SWEEPS, Beginning
from games.solvers.penal_modes.growth import Pool
from games.solvers.penal_modes.modes import all_round, few_modes, twice_as_many, with_directions
from games.solvers.penal_modes.play import judge
from games.solvers.penal_modes.search import ENOUGH, Code, Search, with_path

SLACK = 1e-6
FIRST = 60
FURTHER, AROUND, RATIO = 20, 10, 1.6
"""Further directions of a round: those in which continuations lie far out, and to all sides; times this each time."""

MOST_POINTS = 3000
MOST_CELLS = 30_000
"""Points per state, and directions times states, beyond which nothing more is tried."""

WORTH_WHILE = 0.1
"""Once the path holds: what a round must add to its slack, as a share of it, for another to follow."""


def grown_codes(search: Search, deadline: float) -> Iterator[Code]:
    """Codes that keep to a plan that settles play, each with more slack on its path, until processor time is up."""
    arrays, rows = search.arrays, search.rows
    if rows is None:
        return
    n, box = len(arrays.discount), search.box
    family = with_directions(twice_as_many(n), all_round(n, 0), FIRST)
    beginning = Beginning(arrays, box, SLACK)
    corners = np.where(family[:, None, :] < 0, box.least[None], box.most[None])
    pool = beginning.first(family, corners, (few_modes(n), twice_as_many(n)), deadline)
    least, round_ = 0.0, 0
    while pool is not None and pool.kept.any() and time.process_time() < deadline:
        pool, _ = pool.grown(deadline)
        code = _code(search, pool, rows)
        if code is not None:
            yield code
            slack = code.path_slack(arrays)
            if not slack > (1 + WORTH_WHILE) * least:
                return
            least = slack
        if time.process_time() > deadline or len(pool.kept) > MOST_POINTS or len(family) * len(rows) > MOST_CELLS:
            return
        points = beginning.points(family, pool.best, SLACK)
        points.advance(1)
        pool = beginning.more(pool, pool.best, LONG_SWEEPS)
        family = with_directions(family, points.bending(), int(FURTHER * RATIO**round_))
        family = with_directions(family, all_round(n, round_ + 1), int(AROUND * RATIO**round_))
        pool, round_ = replace(pool, family=family), round_ + 1


def _code(search: Search, pool: Pool, rows: Ints) -> Code | None:
    """The pool's points as punishments of a path; None if they do not deter."""
    modes = len(pool.kept)
    judged = judge(search.arrays, with_path(search.arrays, pool.table, rows), modes, modes, pool.kept)
    if judged.least_slack < ENOUGH or bool((judged.seen[:modes] & ~pool.kept).any()):
        return None
    return Code(modes, 0, judged, modes)
