"""Games of one structure by the thousand: whether a plan holds in each, judged in floating point and without proof.

What costs most in a verdict, the exact proof, is left out; all else is as in the verdict: bounds on punishments refute
the plan, an automaton of few modes whose own values are solved shows that it holds.  Where neither is found the answer
is "undecided".  Whatever is said here, the exact methods prove on demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.penal_modes.arrays import Arrays, Classes
from games.solvers.penal_modes.bounds import Box, axis_box
from games.solvers.penal_modes.modes import few_modes, leaning, twice_as_many
from games.solvers.penal_modes.play import judge_at, slacks
from games.solvers.penal_modes.points import settle
from games.solvers.penal_modes.reversion import reversion
from games.solvers.penal_modes.search import Points
from games.structure.numbers import Numbers
from games.structure.structure import Structure

FEW_SWEEPS, MORE_SWEEPS = 2, 8
"""Of the bounds where states are many: the first refute nearly every plan that bounds refute."""

LOOKS = (1, 4, 6, 9, 14, 20)
"""After so many sweeps the automaton that the points describe is judged."""

TRIES = ((few_modes, 0.0, 1e-4), (few_modes, 1e-2, 1e-4), (twice_as_many, 0.0, 1e-4), (few_modes, 0.0, 1e-2),
         (few_modes, 0.0, 1e-6), (twice_as_many, 0.0, 1e-6))
"""Directions, lean of punishments, slack of incentives: as in ``search.Try``."""

SPARE = 1e-7
"""A plan is refuted where the harshest punishments leave it short by more than this share of the payoff range."""

ENOUGH = -1e-9
"""Slack, on the kernels' scale, that rounding makes of none."""

STILL = 1e-5
"""Points that move by less have settled."""

MANY = 5000


@final
class Screened(NamedTuple):
    """What floating point says of a plan in one game.

    ``answer``   whether the plan is the path of an equilibrium.
    ``margin``   in payoff units of one period, the least by which complying beats deviating along the path: of a yes
                 under the punishments that were found, at least this much; otherwise under the harshest that bounds
                 allow, at most this much.  Infinite where nobody can deviate.
    ``route``    what decided: "bounds", "reversion", or the number of the try that found an automaton; "" if
                 nothing did.
    ``values``   Float[players]: average payoffs of the plan.
    ``breaks``   the state and player of the weakest link among those of the earliest period in which somebody would
                 deviate, and that period, from 1 on; None unless bounds refute the plan.
    """

    answer: Literal["yes", "no", "undecided"]
    margin: float
    route: str
    values: Floats
    breaks: tuple[int, int, int] | None


@final
@dataclass(frozen=True, eq=False)
class Screen:
    """The plan of a structure, ready to be judged with many numbers."""

    structure: Structure

    @cached_property
    def period(self) -> Ints:
        """Int[states]: how many periods the plan takes to reach each state at the earliest; -1 where it never comes."""
        s = self.structure
        found = np.full(s.n_states, -1, dtype=np.int64)
        frontier = np.array([s.initial])
        found[s.initial] = count = 0
        while len(frontier):
            count += 1
            laws = s.law[s.plan[frontier[s.plan[frontier] >= 0]]]
            ahead = [s.law_state[s.law_start[law]:s.law_start[law + 1]] for law in laws]
            frontier = np.unique(np.concatenate([*ahead, np.empty(0, dtype=np.int64)]))
            frontier = frontier[found[frontier] < 0]
            found[frontier] = count
        return found

    @cached_property
    def on_path(self) -> Bools:
        """Bool[states]: what the plan reaches."""
        return self.period >= 0

    @property
    def settled(self) -> bool:
        """The plan leaves no choice in any state that it reaches."""
        return bool((self.structure.plan[self.on_path] >= 0).all())

    @cached_property
    def _rows(self) -> Ints:
        """Int[1, states]: the plan's classes, the first of a state where it has none."""
        return np.asarray(np.where(self.structure.plan < 0, self.structure.start[:-1], self.structure.plan)[None])

    def judge(self, numbers: Numbers) -> Screened:
        """Whether the plan holds in the game of these numbers.

        Raises ``ValueError`` if they are of another structure, or the plan leaves play free on its path.
        """
        if numbers.structure is not self.structure or not self.settled:
            raise ValueError("a screen judges numbers of its own structure, and a plan that settles play")
        arrays = arrays_of(numbers)
        value = self._value(arrays)
        told = arrays.unscaled(value[self.structure.initial])
        least_margin = -SPARE * float(arrays.scale.max())
        for sweeps in (FEW_SWEEPS, MORE_SWEEPS):
            box = axis_box(arrays, sweeps)
            slack = self._path_slack(arrays, value, box.least)
            margin = float(slack.min())
            dead = self.on_path & ~box.alive[self._rows[0]]
            if margin < least_margin or box.empty[self.structure.initial] or dead.any():
                return Screened("no", min(margin, 0.0), "bounds", told, self._breaks(slack, least_margin))
            found = self._by_reversion(arrays, value) if sweeps == FEW_SWEEPS else None
            if found is not None:
                return Screened("yes", max(found, 0.0), "reversion", told, None)
        for k, family, tie_break, slack_share in ((k, *way) for k, way in enumerate(TRIES)):
            found = self._held(arrays, box, value, leaning(family(len(arrays.discount)), tie_break), slack_share)
            if found is not None:
                return Screened("yes", max(found, 0.0), str(k + 1), told, None)
        return Screened("undecided", margin, "", told, None)

    def _value(self, arrays: Arrays) -> Floats:
        """Float[states, players]: what the plan is worth."""
        n = len(arrays.discount)
        value = np.full((1, arrays.n_states, n), 0.5)
        weight = np.zeros((1, arrays.n_states, n + 1))
        weight[:, :, 0] = 1.0
        column = np.zeros((1, arrays.n_states, n + 1, arrays.widest_law), dtype=np.int64)
        settle(arrays.classes, self.on_path, MANY, value, self._rows, weight, column)
        return np.asarray(value[0])

    def _path_slack(self, arrays: Arrays, value: Floats, threat: Floats) -> Floats:
        """Float[states, players]: slack of the plan's rows, per period, infinite off the path and without deviations.

        ``threat``  Float[states, players]: what deviators have from tomorrow on.
        """
        out = np.empty((1, *value.shape))
        by = np.empty(out.shape, dtype=np.int64)
        slacks(arrays.classes, self._rows, value[None], threat, self.on_path[None], out, by)
        return np.asarray(out[0] * arrays.scale / (1 - arrays.discount))

    def _breaks(self, slack: Floats, least: float) -> tuple[int, int, int] | None:
        states = np.flatnonzero((slack < least).any(axis=1))
        if not len(states):
            return None
        first = int(self.period[states].min())
        states = states[self.period[states] == first]
        state, player = np.unravel_index(int(slack[states].argmin()), (len(states), slack.shape[1]))
        return int(states[state]), int(player), first + 1

    def _by_reversion(self, arrays: Arrays, value: Floats) -> float | None:
        """The margin of the path when a Markov equilibrium follows every deviation; None if none does."""
        worth = reversion(arrays)
        if worth is None:
            return None
        here = self._path_slack(arrays, value, worth)
        return None if float(here.min()) < ENOUGH * float(arrays.scale.max()) else float(here.min())

    def _held(self, arrays: Arrays, box: Box, value: Floats, family: Floats, slack: float) -> float | None:
        """The margin of the path under an automaton from which no deviation pays; None if none was found.

        The plan is a mode of it: the first one that does well by all.
        """
        n = len(arrays.discount)
        points = Points(arrays, family, (box.least, box.most), slack, box.alive, adopt=True, still=STILL)
        at = np.flatnonzero(self.on_path)
        points.pinned[n, at] = True
        points.points[n, at] = value[at]
        points.row[n, at] = self._rows[0, at]
        points.weight[n, at, 0] = 1.0
        points.column[n, at, 0, :] = n
        for look in LOOKS:
            points.advance(look)
            if not points.whole:
                continue
            table = points.table()
            values = points.points.copy()
            settle(arrays.classes, np.ones(arrays.n_states, dtype=bool), MANY, values, table.row, table.weight,
                   table.column)
            judged = judge_at(arrays.classes, arrays.successors, arrays.initial, table, values, n, n)
            if judged.least_slack >= ENOUGH:
                here = judged.slack[n] * arrays.scale / (1 - arrays.discount)
                return float(here[judged.seen[n]].min())
        return None


def arrays_of(numbers: Numbers) -> Arrays:
    """The arrays that kernels read."""
    s, n = numbers.structure, len(numbers.discount)
    centre = np.array([numbers.earned[s.earned_by == i].min() for i in range(n)])
    spread = np.array([np.ptp(numbers.earned[s.earned_by == i]) for i in range(n)])
    scale = np.where(spread > 0, spread, 1.0)
    earned = (numbers.earned - centre[s.earned_by]) / scale[s.earned_by]
    classes = Classes(
        start=s.start, payoff=earned[s.earned], law=s.law, options=s.options, twin=s.twin,
        set_start=s.set_start, set_payoff=earned[s.set_earned],
        set_law=s.set_law, set_local=s.set_local, set_player=s.set_player, used_start=s.used_start,
        used_set=s.used_set, law_start=s.law_start, law_state=s.law_state, chance=numbers.chance,
        known_start=s.known_start, known_law=s.known_law, local_law=s.local_law, order=s.order, part=s.part,
        discount=numbers.discount)
    return Arrays(classes, centre, scale, (s.pointer, s.successor), s.initial)
