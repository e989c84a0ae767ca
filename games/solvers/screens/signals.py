"""Games with public signals and no side payments: whether a plan that settles play holds, in floating point.

While all comply every outcome that compliance may bring about is followed by the plan, so that what a deviation is
worth is known but for the outcomes that only a deviation brings about.  These are followed by the worst there is.  The
least that a player could have if everyone saw everything is a bound on that from below, which refutes the plan; a Markov
equilibrium to go back to for good bounds it from above, which shows that the plan holds.  For the method see Abreu,
Pearce and Stacchetti (1990), theorem 2; Kandori (1992) for the bounds; Friedman (1971) for going back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.signals import PublicSelfGeneration
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.play.public_rules import PublicRule
from games.play.rules_of_play import reversion as reverting
from games.solvers.penal_modes.arrays import Arrays
from games.solvers.penal_modes.bounds import axis_box
from games.solvers.penal_modes.pinned_codes import Path
from games.solvers.penal_modes.reversion import Reversion, reversion
from games.solvers.penal_modes.screening import FEW_SWEEPS, MORE_SWEEPS, Screen, arrays_of
from games.solvers.public_automata import PublicAutomata
from games.solvers.undetected_deviation import undetected_deviation
from games.solvers.screen import ENOUGH, SPARE, PlanScreen, Screened
from games.solvers.verdict import BARELY, Sustainable, Undecided, Unsustainable, Verdict, only_if_proved
from games.structure.games import Table
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Laws, Structure

REFUTING = PublicAutomata(settle=False, most_rows=0, seconds=3.0)
"""Proves that plans fail, and looks for no equilibria."""


@final
@dataclass(frozen=True, eq=False)
class SignalScreen(PlanScreen[PublicNumbers]):
    """The plan of a structure with signals, ready to be judged with many numbers.

    ``like``  one of the games of the structure, for its moves.
    """

    structure: PublicStructure
    like: StochasticGame

    @property
    def concept(self) -> SolutionConcept:
        """As in ``PlanScreen``."""
        return SolutionConcept.PURE_PUBLIC

    @cached_property
    def watched(self) -> Screen:
        """The same plan if everyone saw everything."""
        s = self.structure
        return Screen(Structure.of(replace(self.like, monitoring=None), s.motion, s.earned, s.plan))

    @property
    def settled(self) -> bool:
        """As in ``PlanScreen``."""
        return self.watched.settled

    @cached_property
    def departures(self) -> Departures:
        """What a single player can do in place of the plan where play comes to while all comply."""
        return Departures.of(self.structure, self.like, self.watched.on_path)

    def judge(self, numbers: PublicNumbers) -> Screened:
        """As in ``PlanScreen``."""
        return self._look(numbers)[0]

    def prove(self, numbers: PublicNumbers, game: StochasticGame, plan: Plan) -> Verdict:
        """As in ``PlanScreen``."""
        found, back = self._look(numbers)
        if found.answer == "no":
            refuted = undetected_deviation(game, plan) or REFUTING.solve(game).verdict(plan)
            if isinstance(refuted, Unsustainable):
                return refuted.at_most(found.margin)
        if back is not None:
            rows = self.watched.structure.row[back.row]
            kept = np.where(self.structure.plan < 0, rows, self.structure.plan)
            automaton = PublicRule(reverting(game, kept, rows)).automaton()
            held = Sustainable(self.concept, PublicSelfGeneration.of(game, automaton, plan), found.margin)
            proved = only_if_proved(game, held)
            if isinstance(proved, Sustainable):
                return proved
        return Undecided(self.concept, "what floating point tells could not be proved")

    def _look(self, numbers: PublicNumbers) -> tuple[Screened, Reversion | None]:
        """What is told, and what play goes back to where that shows that the plan holds."""
        if numbers.structure is not self.structure or not self.settled:
            raise ValueError("a screen judges numbers of its own structure, and a plan that settles play")
        s, watched = self.structure, self.watched
        arrays = arrays_of(Numbers(watched.structure, numbers.earned, numbers.chances, numbers.discount))
        path = Path(arrays, watched.planned, watched.on_path)
        value = arrays.unscaled(path.value)
        told, scale = value[s.initial], float(arrays.scale.max())
        moves = self.departures.at(numbers, value)
        back: Reversion | None = None
        for sweeps in (FEW_SWEEPS, MORE_SWEEPS):
            box = axis_box(arrays, sweeps)
            slack = moves.slack(arrays.unscaled(box.least))
            margin = float(slack.min(initial=np.inf))
            dead = watched.on_path & ~box.alive[watched.planned]
            if margin < -SPARE * scale or box.empty[s.initial] or dead.any():
                if sweeps == FEW_SWEEPS:
                    # Closer bounds, which tell by how much it fails, and where most.
                    slack = moves.slack(arrays.unscaled(axis_box(arrays, MORE_SWEEPS).least))
                return self._fails(slack, told), None
            back = reversion(arrays) if sweeps == FEW_SWEEPS else None
            if back is not None:
                least = float(moves.slack(arrays.unscaled(back.values)).min(initial=np.inf))
                if least >= ENOUGH * scale:
                    return Screened("yes", max(least, 0.0), "reversion", told, None), back
        return Screened("undecided", margin, "", told, None), None

    def _fails(self, slack: Floats, told: Floats) -> Screened:
        """A no, with the departure that falls shortest; none where the plan fails by no amount that is known."""
        margin = min(float(slack.min(initial=np.inf)), BARELY)
        breaks = None
        if margin < BARELY:
            most = int(slack.argmin())
            state = int(self.departures.state[most])
            breaks = state, int(self.departures.player[most]), int(self.watched.period[state]) + 1
        return Screened("no", margin, "bounds", told, breaks)


@final
@dataclass(frozen=True, eq=False)
class Departures:
    """What single players can do in place of a plan, and what of it only they can bring about.

    ``state``, ``player``, ``row``, ``planned``  Int[departures]: where, who, to which row, and that of the plan.
    ``alike``   Bool[departures]: the law of what everyone sees and of the next state is that of the plan.
    ``entry``   Int[entries]: of the laws of departures, whose each entry is; ``ahead`` Int[entries], the next state;
                ``chance`` Int[entries], the number of the chance, and ``expected`` Bool[entries]: the plan may bring
                it about as well.
    ``said``    as these, Int[entries] twice, whose entry and the number of the chance, of what is heard after
                departures and after the plan; ``quiet`` Bool[departures]: all that is heard after the departure.
                Without them what is heard is among the outcomes.
    """

    structure: PublicStructure
    state: Ints
    player: Ints
    row: Ints
    planned: Ints
    alike: Bools
    entry: Ints
    ahead: Ints
    chance: Ints
    expected: Bools
    said: tuple[Ints, Ints] | None
    quiet: Bools

    @staticmethod
    def of(structure: PublicStructure, like: StochasticGame, on: Bools) -> Departures:
        """From a plan where play comes to, Bool[states]; ``like`` says who can bring about what."""
        s = structure
        found = [
            (state, i, row)
            for state in np.flatnonzero(on).tolist()
            for i in range(like.n_players)
            for row in like.deviation_rows(int(s.plan[state]), i)
            if row != s.plan[state]
        ]
        state, player, row = np.array(found, dtype=np.int64).reshape(-1, 3).T
        planned = s.plan[state]
        shown = s.seen[row] == s.seen[planned]
        alike = shown & (s.motion.of_row[row] == s.motion.of_row[planned])
        if s.joint is not None:
            alike &= s.joint.of_row[row] == s.joint.of_row[planned]
            entry, outcome, chance, both = _beside(s.joint, row, planned)
            ahead, said, quiet = outcome % s.n_states, None, shown
        else:
            alike &= s.heard.of_row[row] == s.heard.of_row[planned]
            entry, ahead, chance, both = _beside(s.motion, row, planned)
            whose, _, number, heard = _beside(s.heard, row, planned)
            said = whose[heard], number[heard]
            quiet = np.bincount(whose[~heard], minlength=len(row)) == 0
        return Departures(
            s, state, player, row, planned, alike, entry, ahead, chance, both & shown[entry], said, quiet)

    def at(self, numbers: PublicNumbers, value: Floats) -> Slacks:
        """With the numbers of a game, in which the plan is worth ``value``, Float[states, players]."""
        s, count = self.structure, len(self.state)
        given = (numbers.chances if numbers.joint is None else numbers.joint)[self.chance]
        kept = np.where(self.expected, given, 0.0)
        if self.said is not None:
            unsurprising = np.ones(count)
            heard = np.bincount(self.said[0], numbers.said[self.said[1]], minlength=count)
            unsurprising[~self.quiet] = heard[~self.quiet]
            kept = kept * unsurprising[self.entry]
        factor = numbers.discount / (1 - numbers.discount)
        own = np.zeros(value.shape)
        on = np.unique(self.planned)
        payoff = numbers.payoff
        for row in on.tolist():
            span = slice(s.motion.start[s.motion.of_row[row]], s.motion.start[s.motion.of_row[row] + 1])
            here = np.searchsorted(s.row_start, row, side="right") - 1
            own[here] = numbers.chances[s.motion.chance[span]] @ value[s.motion.state[span]]
        promised = np.bincount(self.entry, kept * value[self.ahead, self.player[self.entry]], minlength=count)
        now = payoff[self.planned, self.player] - payoff[self.row, self.player]
        known = now + factor[self.player] * (own[self.state, self.player] - promised)
        known[self.alike] = np.where(now < 0, now, np.inf)[self.alike]
        return Slacks(self, known, factor[self.player[self.entry]] * (given - kept) * ~self.alike[self.entry])


@final
@dataclass(frozen=True, eq=False)
class Slacks:
    """What departures fall short of complying, in payoff units of one period, but for what only they bring about.

    ``known``   Float[departures]; ``caught`` Float[entries]: how much of it depends on what follows.
    """

    departures: Departures
    known: Floats
    caught: Floats

    def slack(self, threat: Floats) -> Floats:
        """Float[departures]: with what then follows, Float[states, players]; infinite for what cannot pay."""
        d = self.departures
        lost = np.bincount(d.entry, self.caught * threat[d.ahead, d.player[d.entry]], minlength=len(self.known))
        return self.known - lost


def _beside(laws: Laws, rows: Ints, others: Ints) -> tuple[Ints, Ints, Ints, Bools]:
    """The laws of some rows entry by entry: whose, what, the number of its chance, and whether other rows have it."""
    width = int(laws.state.max(initial=0)) + 1
    table, own = (_entries(laws, of) for of in (rows, others))
    have = np.isin(table[0] * width + table[1], own[0] * width + own[1])
    return *table, have


def _entries(laws: Laws, rows: Ints) -> tuple[Ints, Ints, Ints]:
    table = Table.of(laws, rows)
    return table.row, table.indices, table.which
