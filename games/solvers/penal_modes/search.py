"""The search for an automaton of few modes that keeps to a plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.plan import Plan
from games.numerics.arrays import Bools, Floats, Ints
from games.play.markov_play import MarkovPlay
from games.solvers.penal_modes.arrays import Arrays, PenalGame
from games.solvers.penal_modes.bounds import Box
from games.solvers.penal_modes.modes import all_round, few_modes, leaning, twice_as_many, with_directions
from games.solvers.penal_modes.play import Judged, Table, judge, stacked
from games.solvers.penal_modes.points import SETTLED, sweep

LOOKS = (5, 8, 12, 18, 25, 35, 50, 70, 100, 140, 200, 280, 400, 560, 800, 1100, 1600, 2200, 3000)
"""After so many sweeps the automaton that the points describe is judged by its own values."""


LAST_LOOK = 200
"""Once an automaton was found points are renewed up to here."""

IDLE_LOOKS, BETTER = 4, 0.9
"""Points are given up after so many looks in a row at which no less than this share was missing of the least before."""

ENOUGH = -1e-11
"""Slack, on the kernels' scale, that may be none but for rounding: the exact check says which."""


@final
@dataclass(frozen=True)
class Try:
    """One way to search.

    ``family``     the directions that it begins with: Float[modes, players] for so many players;
    ``tie_break``  how far punishments lean towards the others; ``slack`` asked of every incentive: of the payoff
                   range, once, in one period;
    ``adopt``      whether the automaton's own values become the points after a look that failed, as in policy
                   iteration: fast where players are patient, less sure to settle.
    ``rounds``     how often it begins anew with further directions, each time twice as many: those in which
                   continuations of the automaton that failed lie far out, for their value and for the needs that bind
                   them, and as many to all sides.
    """

    family: Callable[[int], Floats]
    tie_break: float
    slack: float
    adopt: bool
    rounds: int = 1


QUICK = tuple(Try(family, *way) for family in (few_modes, twice_as_many)
              for way in ((0.0, 1e-6, True), (1e-2, 1e-4, False), (0.0, 1e-6, False)))
"""What finds an automaton for nine plans in ten that have one."""

THOROUGH = (
    Try(twice_as_many, 0.0, 1e-6, True, 4),
    Try(twice_as_many, 1e-2, 1e-4, False, 4),
    *(Try(family, *way, adopt) for family in (few_modes, twice_as_many)
      for way in ((0.0, 1e-3), (5e-2, 1e-6), (1e-2, 1e-2), (0.0, 1e-8), (0.0, 0.0)) for adopt in (True, False)))
FIRST_FURTHER = 10
"""Further directions of the first round that has any."""


@final
class Points:
    """Points of every mode in every state, renewed sweep by sweep.

    ``allowed``  Bool[classes]: what may be played.
    ``threat``   Float[states, players], None if it is the points' own least.
    ``adopt``    as in ``Try``; ``still`` by how much points may move that have settled.
    """

    def __init__(self, arrays: Arrays, family: Floats, bounds: tuple[Floats, Floats], slack: float, allowed: Bools,
                 threat: Floats | None = None, *, adopt: bool = False, still: float = SETTLED) -> None:
        n, states = len(arrays.discount), arrays.n_states
        self.arrays, self.family, self.allowed = arrays, np.ascontiguousarray(family), allowed
        low, high = bounds
        # From the corners of the box: too good to be true, and cut back by every sweep.
        self.points = np.where(family[:, None, :] < 0, low[None], high[None]).copy()
        self.own = threat is None
        self.threat = low.copy() if threat is None else threat
        self.slack = slack * (1 - arrays.discount)
        modes = len(family)
        self.row = np.full((modes, states), -1, dtype=np.int64)
        self.weight = np.zeros((modes, states, n + 1))
        self.column = np.zeros((modes, states, n + 1, arrays.widest_law), dtype=np.int64)
        self.price = np.zeros((modes, states, n))
        self.pinned = np.zeros((modes, states), dtype=bool)
        # What was last heard of the points, what they bring at most, and when states were renewed and changed.
        self._heard, self._best = np.full(self.points.shape, np.inf), self.points.max(axis=0)
        self._renewed, self._changed = np.full(states, -1, dtype=np.int64), np.zeros(states, dtype=np.int64)
        self._clock = np.zeros(1, dtype=np.int64)
        self._classes = np.flatnonzero(allowed)
        self._start = np.searchsorted(self._classes, arrays.classes.start).astype(np.int64)
        self.adopts, self.still = adopt, still
        self.sweeps, self.moved, self._settled = 0, np.inf, 0

    def advance(self, sweeps: int) -> None:
        """Renew the points until so many sweeps were made in all, or they settle."""
        if self.sweeps < sweeps and self.moved > self.still:
            self.moved, self._settled = sweep(
                self.arrays.classes, sweeps - self.sweeps, self._settled, self.still, self.adopts, self._start,
                self._classes, self.pinned, self.family, self.slack, self.own, self.threat, self.points, self.row,
                self.weight, self.column, self.price, self._heard, self._best, self._renewed, self._changed,
                self._clock)
            self.sweeps = sweeps

    def adopt(self, values: Floats) -> None:
        """Put an automaton's own values in the place of the points."""
        self.points[:] = values
        self.threat[:] = values.min(axis=0)
        self._best[:] = values.max(axis=0)
        self._renewed[:] = -1
        self.moved, self._settled = np.inf, 0

    def bending(self) -> Floats:
        """Float[k, players]: per point, the direction in which its continuation lies as far out as the needs let it."""
        out = self.family[:, None, :] * self.arrays.discount + self.price
        return np.asarray(out.reshape(-1, out.shape[2]))

    @property
    def whole(self) -> bool:
        """Every mode has something to play in every state."""
        return bool((self.row >= 0).all())

    def table(self) -> Table:
        """The automaton that the points describe."""
        return Table(self.row.copy(), self.weight.copy(), self.column.copy())


@final
@dataclass(frozen=True, eq=False)
class Code:
    """An automaton that passed in floating point.

    ``modes``    so many modes punish, the first ``named`` of them the players in turn; those of the path are behind;
    ``judged``   its table;  ``start`` the mode that it begins in.
    ``on_path``  Bool[states], where play comes; None if no punishment leads back to the mode of a path.
    """

    modes: int
    named: int
    judged: Judged
    start: int
    on_path: Bools | None = None

    def path_slack(self, arrays: Arrays) -> float:
        """Of a path of a single mode: its least slack, in payoff units of one period; infinite without deviations."""
        slack = self.judged.slack[self.start] * arrays.scale / (1 - arrays.discount)
        return float(slack[self.judged.seen[self.start] if self.on_path is None else self.on_path].min())


@final
class Search:
    """The search for automata that keep to one plan.

    ``box``         bounds on what equilibria give, and what they may play.
    ``rows``        Int[states], what the plan has played, if it settles play in every state that it reaches; else None.
    ``directions``  Float[k, players]: in the game's own units, what was found to matter of late.
    """

    def __init__(self, arrays: PenalGame, plan: Plan, box: Box) -> None:
        self.arrays, self.plan, self.box, self.rows = arrays, plan, box, settled_rows(plan)
        self.directions = np.empty((0, len(arrays.discount)))

    def codes(self, way: Try, deadline: float) -> Iterator[Code]:
        """Automata from which no deviation pays, as far as floating point tells; later ones have settled further."""
        family = way.family(len(self.arrays.discount))
        for k in range(way.rounds):
            found = False
            points = Points(self.arrays, leaning(family, way.tie_break), (self.box.least, self.box.most),
                            way.slack, self.box.alive)
            for code in self._codes_of(points, way, deadline):
                found = True
                yield code
            self.directions = points.bending() / self.arrays.scale
            if found or time.process_time() > deadline:
                return
            family = with_directions(family, points.bending(), FIRST_FURTHER * 2**k)
            family = with_directions(family, all_round(family.shape[1], k), FIRST_FURTHER * 2**k)

    def _codes_of(self, points: Points, way: Try, deadline: float) -> Iterator[Code]:
        patience = 1 - float(self.arrays.discount.max())
        last, least, idle = LOOKS[-1], np.inf, 0
        for look in LOOKS:
            points.advance(look)
            code = _code(self.arrays, points, self.plan, self.rows, way.slack) if points.whole else None
            if code is not None:
                missing = -code.judged.least_slack
                idle = 0 if missing < BETTER * least else idle + 1
                least = min(least, missing)
                if missing <= -ENOUGH:
                    yield code
                    last, idle = LAST_LOOK, 0
                    if self.rows is None:
                        return
                elif points.moved < missing * patience / 4 or idle == IDLE_LOOKS:
                    # What is still to come cannot move the points by as much as is missing, or does not.
                    return
                elif way.adopt:
                    points.adopt(code.judged.values[:len(points.family)])
            if points.moved <= SETTLED or look >= last or time.process_time() > deadline:
                return


def settled_rows(plan: Plan) -> Ints | None:
    """Int[states]: the plan's rows, where it leaves no choice in any state that it reaches; else None.

    Elsewhere the first row that it allows, which is never played.
    """
    game = plan.game
    rows = np.flatnonzero(plan.allowed)
    state = game.row_state[rows]
    first = rows[np.searchsorted(state, np.arange(game.n_states))].astype(np.int64)
    reached = MarkovPlay(game, first).reached(game.initial)
    return first if bool((np.bincount(state, minlength=game.n_states)[reached] == 1).all()) else None


def _code(arrays: PenalGame, points: Points, plan: Plan, rows: Ints | None, slack: float) -> Code | None:
    """The points' automaton with a path in front that keeps to the plan."""
    table = points.table()
    modes, n = points.family.shape
    if rows is not None:
        return Code(modes, n, judge(arrays, with_path(arrays, table, rows), modes, modes), modes)
    if plan.allowed.all():
        return Code(modes, n, judge(arrays, table, modes, _best_start(points)), _best_start(points))
    free = Points(arrays, points.family, (points.threat, points.points.max(axis=0)), slack,
                  arrays.quotient.some(plan.allowed) & points.allowed, points.threat)
    free.advance(LOOKS[3])
    if not free.whole:
        return None
    path = free.table()
    path = Table(path.row, path.weight, path.column + modes)
    start = modes + _best_start(free)
    return Code(modes, n, judge(arrays, stacked(table, path), modes, start), start)


def with_path(arrays: PenalGame, table: Table, rows: Ints) -> Table:
    """The table and behind it a mode that plays a row per state (Int[states]) and goes on."""
    n, states = len(arrays.discount), len(rows)
    weight = np.zeros((1, states, n + 1))
    weight[:, :, 0] = 1.0
    return stacked(table, Table(
        arrays.quotient.class_of[rows][None, :].astype(np.int64), weight,
        np.full((1, states, n + 1, arrays.widest_law), len(table.row), dtype=np.int64)))


def _best_start(points: Points) -> int:
    """The mode that is worth most to all together at the initial state."""
    return int((points.points[:, points.arrays.initial] @ points.arrays.scale).argmax())
