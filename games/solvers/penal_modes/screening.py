"""Games of one structure by the thousand: whether a plan holds in each, judged in floating point and without proof.

What costs most in a verdict, the exact proof, is left out; all else is as in the verdict: bounds on punishments refute
the plan, an automaton of few modes whose own values are solved shows that it holds.  Where neither is found the answer
is "undecided".  Whatever is said here, the exact methods prove on demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.outer_bounds import refute_and_check
from games.solvers.penal_modes.arrays import Arrays, NumbersAlone, PenalGame, classes_of
from games.solvers.penal_modes.automaton import DENOMINATORS, automaton_of
from games.solvers.penal_modes.bounds import Box, axis_box
from games.solvers.penal_modes.pinned_codes import Path
from games.solvers.penal_modes.play import slacks
from games.solvers.penal_modes.reversion import reversion
from games.solvers.penal_modes.search import Code
from games.solvers.screen import ENOUGH, SPARE, PlanScreen, Screened
from games.solvers.verdict import BARELY, Sustainable, Undecided, Unsustainable, Verdict, only_if_proved
from games.structure.numbers import Numbers
from games.structure.structure import Structure

FEW_SWEEPS, MORE_SWEEPS = 2, 6
"""Of the bounds where states are many: the first refute nearly every plan that bounds refute, the others follow."""

Held = tuple[Screened, Code | None]


@final
@dataclass(frozen=True, eq=False)
class Screen(PlanScreen[Numbers]):
    """The plan of a structure, ready to be judged with many numbers."""

    structure: Structure

    @property
    def concept(self) -> SolutionConcept:
        """As in ``PlanScreen``."""
        return SolutionConcept.PURE_SUBGAME_PERFECT

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
        """As in ``PlanScreen``."""
        return bool((self.structure.plan[self.on_path] >= 0).all())

    @cached_property
    def planned(self) -> Ints:
        """Int[states]: the plan's classes, the first of a state where it has none."""
        return np.asarray(np.where(self.structure.plan < 0, self.structure.start[:-1], self.structure.plan))

    def judge(self, numbers: Numbers, tries: int | None = None) -> Screened:
        """As in ``PlanScreen``; ``tries`` to find an automaton: so many, the first ones; None: all."""
        return self._look(self._arrays(numbers), tries=tries)[0]

    def hold(self, numbers: Numbers) -> Held:
        """The same, with the automaton that shows that the plan holds; None without one."""
        return self._look(self._arrays(numbers), keep=True)

    def prove(
        self, numbers: Numbers, game: StochasticGame, plan: Plan, seconds: float = 3.0, known: Held | None = None
    ) -> Verdict:
        """As in ``PlanScreen``.

        ``seconds``  allowed for a proof that it fails;  ``known`` what ``hold`` says, if it was asked.
        """
        arrays = self._arrays(numbers)
        found, held = known or self._look(arrays, keep=True)
        concept = self.concept
        if found.answer == "no" and (refuted := refute_and_check(game, plan, seconds=seconds)) is not None:
            return Unsustainable(concept, refuted[0], min(found.margin, BARELY), refuted[1])
        if held is not None:
            whole = PenalGame(**vars(arrays), game=game, quotient=self.structure.quotient)
            for below in DENOMINATORS:
                automaton = automaton_of(whole, held, plan, below)
                proved = only_if_proved(game, Sustainable(concept, NoProfitableDeviation.of(game, automaton, plan)))
                if isinstance(proved, Sustainable):
                    return proved
        return Undecided(concept, "what floating point tells could not be proved", {})

    def incentives(self, numbers: Numbers) -> tuple[Screened, Floats]:
        """What ``judge`` tells, and Float[states, players] the slack behind its margin, which is the least of it.

        Of a yes under the punishments that were found, else under the harshest that bounds allow; infinite where the
        plan does not come or nobody can deviate.
        """
        arrays = self._arrays(numbers)
        found, code = self._look(arrays, keep=True)
        if code is not None:
            slack = code.judged.slack[code.start] * arrays.scale / (1 - arrays.discount)
            return found, np.where(self.on_path[:, None], slack, np.inf)
        box = Box.of_stage_payoffs(arrays)
        for sweeps in (FEW_SWEEPS, MORE_SWEEPS):
            axis_box(arrays, sweeps, box)
        return found, self._path_slack(Path(arrays, self.planned, self.on_path), box.least)

    def least_by_period(self, slack: Floats, periods: int) -> Floats:
        """Float[periods, players]: the least slack over the states that the plan may be in, period by period.

        ``slack``  Float[states, players].
        """
        s, here = self.structure, np.array([self.structure.initial])
        least = np.empty((periods, slack.shape[1]))
        for period in range(periods):
            least[period] = slack[here].min(axis=0)
            ahead = [s.law_state[s.law_start[law]:s.law_start[law + 1]] for law in s.law[s.plan[here]]]
            here = np.unique(np.concatenate(ahead))
        return least

    def outer(self, numbers: Numbers) -> tuple[Floats, Bools]:
        """What no pure-action equilibrium goes beyond: the least that each player has, and the rows that are played.

        Float[states, players], ``inf`` where there is no equilibrium, and Bool[rows].
        """
        arrays = self._arrays(numbers)
        box = axis_box(arrays)
        least = np.where(box.empty[:, None], np.inf, arrays.unscaled(box.least))
        return least, box.alive[self.structure.quotient.class_of]

    def _arrays(self, numbers: Numbers) -> Arrays:
        if numbers.structure is not self.structure or not self.settled:
            raise ValueError("a screen judges numbers of its own structure, and a plan that settles play")
        return arrays_of(numbers)

    def _look(self, arrays: Arrays, keep: bool = False, tries: int | None = None) -> Held:
        """What the screen tells; ``keep`` the automaton that shows that the plan holds."""
        path = Path(arrays, self.planned, self.on_path)
        told = arrays.unscaled(path.value[self.structure.initial])
        least_margin = -SPARE * float(arrays.scale.max())
        box = Box.of_stage_payoffs(arrays)
        for sweeps in (FEW_SWEEPS, MORE_SWEEPS):
            axis_box(arrays, sweeps, box)
            slack = self._path_slack(path, box.least)
            margin = float(slack.min())
            dead = self.on_path & ~box.alive[self.planned]
            if margin < least_margin or box.empty[self.structure.initial] or dead.any():
                if sweeps == FEW_SWEEPS:
                    # Closer bounds, which tell by how much it fails, and where most.
                    slack = self._path_slack(path, axis_box(arrays, MORE_SWEEPS, box).least)
                # A row of the plan that falls to bounds on what follows it fails by no amount that is known.
                margin = min(float(slack.min()), BARELY)
                return Screened("no", margin, "bounds", told, self._breaks(slack)), None
            back = reversion(arrays) if sweeps == FEW_SWEEPS else None
            if back is not None:
                least = float(self._path_slack(path, back.values).min())
                if least >= ENOUGH * float(arrays.scale.max()):
                    code = path.reverting(*back) if keep else None
                    return Screened("yes", max(least, 0.0), "reversion", told, None), code
        for k, code in path.codes(box, ENOUGH, tries=tries):
            return Screened("yes", max(code.path_slack(arrays), 0.0), str(k + 1), told, None), code
        return Screened("undecided", margin, "", told, None), None

    def _path_slack(self, path: Path, threat: Floats) -> Floats:
        """Float[states, players]: slack of the plan's rows, per period, infinite off the path and without deviations.

        ``threat``  Float[states, players]: what deviators have from tomorrow on.
        """
        out = np.empty((1, *path.value.shape))
        by, arrays = np.empty(out.shape, dtype=np.int64), path.arrays
        slacks(arrays.classes, path.row[None], path.value[None], threat, path.on[None], out, by)
        return np.asarray(out[0] * arrays.scale / (1 - arrays.discount))

    def _breaks(self, slack: Floats) -> tuple[int, int, int] | None:
        state, player = np.unravel_index(int(slack.argmin()), slack.shape)
        return (int(state), int(player), int(self.period[state]) + 1) if slack[state, player] < 0 else None


def arrays_of(numbers: Numbers) -> Arrays:
    """The arrays that kernels read."""
    s, n = numbers.structure, len(numbers.discount)
    centre = np.array([numbers.earned[s.earned_by == i].min() for i in range(n)])
    spread = np.array([np.ptp(numbers.earned[s.earned_by == i]) for i in range(n)])
    scale = np.where(spread > 0, spread, 1.0)
    earned = (numbers.earned - centre[s.earned_by]) / scale[s.earned_by]
    classes = classes_of(s, earned, numbers.chances, numbers.discount)
    return NumbersAlone(classes, centre, scale, (s.pointer, s.successor), s.initial)
