"""Looks for rows that are never played because a departure from them pays and shows nothing, and for what that bars.

A row goes if one player gains by a deviation that leaves the law of outcomes as it is, or if it leads with positive
chance to a state all of whose allowed rows went before.  If all allowed rows of the initial state go, no equilibrium
follows the plan.  Fingerprints in floating point say which laws may be equal; exact arithmetic decides.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Container, Mapping
from fractions import Fraction
from functools import cache
from typing import final

import numpy as np

from games.certificates.signals.undetected_deviation import LeadsThere, PaysUnseen, Step, UndetectedDeviation
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats
from games.solvers.verdict import Unsustainable

SAME = 1e-6
"""Laws whose fingerprints differ by more are not equal; probabilities sum to one to within 1e-9."""

LEAST = float(np.finfo(float).tiny)
"""What gains too small for double precision are told as."""


def undetected_deviation(game: StochasticGame, plan: Plan) -> Unsustainable | None:
    """The refutation of a plan by departures that pay and show nothing, checked exactly; None if there is none.

    ``plan``  one that allows everything: what is refuted is that an equilibrium exists.

    Its margin is minus the least gain among the departures: relief from temptation by less changes nothing.
    """
    steps = _Search(game, plan).steps()
    if not steps:
        return None
    evidence = UndetectedDeviation.of(game, steps, plan)
    report = evidence.check(game)
    if not report.accepted:
        return None
    return Unsustainable(evidence.concept, evidence, -max(report.numbers["least_gain"], LEAST), report)


@final
class _Search:
    """Rows that are never played on the path, and states that it never comes to."""

    def __init__(self, game: StochasticGame, plan: Plan) -> None:
        self.game, self.allowed, self.laws = game, plan.allowed, OutcomeLaws(game)
        self.prints = _fingerprints(game)
        self.pays_unseen = cache(self._pays_unseen)
        self.next_states = cache(self._next_states)

    def steps(self) -> list[Step]:
        """Steps that strike out all allowed rows of the initial state; none if that cannot be done.

        Of departures that would do, those that gain most: the first level of gains at which they do is sought.
        """
        levels = sorted({least for s in range(self.game.n_states) if (least := self._pays_everywhere(s)) is not None})
        steps = self._at(levels[0]) if levels else []
        low, high = 0, len(levels)
        while steps and high - low > 1:
            middle = (low + high) // 2
            found = self._at(levels[middle])
            if found:
                steps, low = found, middle
            else:
                high = middle
        return steps

    def _pays_everywhere(self, state: int) -> Fraction | None:
        """The least gain from an allowed row of a state; None if departures from some row pay nothing or show."""
        least = None
        for row in self.game.rows_of(state):
            if self.allowed[row]:
                found = self.pays_unseen(row)
                if found is None:
                    return None
                least = found[0] if least is None else min(least, found[0])
        return least

    def _at(self, level: Fraction) -> list[Step]:
        """The steps, if only departures that gain so much count."""
        initial = self.game.initial
        gone: dict[int, list[Step]] = {}
        waiting, watching = deque(range(self.game.n_states)), defaultdict[int, list[int]](list)
        while waiting and initial not in gone:
            state = waiting.popleft()
            if state in gone:
                continue
            steps: list[Step] = []
            for row in self.game.rows_of(state):
                if self.allowed[row]:
                    step = self._struck_out(row, level, gone)
                    if step is None:
                        # The state stays as long as this row does: it is looked at again when what follows is gone.
                        for after in self.next_states(row):
                            watching[after].append(state)
                        break
                    steps.append(step)
            else:
                gone[state] = steps
                waiting += watching.pop(state, [])
        return _needed(initial, gone) if initial in gone else []

    def _struck_out(self, row: int, level: Fraction, gone: Container[int]) -> Step | None:
        """Why a row is not played on the path; None if it may be."""
        found = self.pays_unseen(row)
        if found is not None and found[0] >= level:
            return found[1]
        return next((LeadsThere(row, state) for state in self.next_states(row) if state in gone), None)

    def _pays_unseen(self, row: int) -> tuple[Fraction, PaysUnseen] | None:
        """The deviation from a row that gains most among those that leave the law of outcomes as it is."""
        game, prints = self.game, self.prints
        found = []
        for i in range(game.n_players):
            rows = np.array(game.deviation_rows(row, i))
            alike = np.abs(prints[rows] - prints[row]) <= SAME
            # Payoffs that differ only beyond double precision are alike here.
            for b in rows[alike & (game.payoffs[rows, i] >= game.payoffs[row, i])].tolist():
                gain = game.exact_payoff(b, i) - game.exact_payoff(row, i)
                if gain > 0:
                    found.append((gain, b))
        for gain, b in sorted(found, reverse=True):
            if self.laws.exact(b) == self.laws.exact(row):
                return gain, PaysUnseen(row, b)
        return None

    def _next_states(self, row: int) -> list[int]:
        return sorted({state for _, state in self.laws.exact(row)})


def _needed(initial: int, gone: Mapping[int, list[Step]]) -> list[Step]:
    """The steps on which those of the initial state rest, in the order in which they were found, and no others."""
    needed, waiting = {initial}, [initial]
    while waiting:
        new = {step.state for step in gone[waiting.pop()] if isinstance(step, LeadsThere)} - needed
        needed |= new
        waiting += new
    return [step for state, steps in gone.items() if state in needed for step in steps]


def _fingerprints(game: StochasticGame) -> Floats:
    """Float[rows]: equal for rows of one state with equal laws of (signal, next state), up to rounding.

    The mean of random weights of signals times random weights of next states; NaN, like nothing, where there are no
    signals and everyone sees the profile.
    """
    rng, seen = np.random.default_rng(0), game.monitoring
    out = np.full(game.n_rows, np.nan)
    if seen is None:
        return out
    of_states = rng.random(game.n_states)
    of_signals = rng.random(max(len(labels) for labels in seen.signals))
    for state, labels in enumerate(seen.signals):
        if labels:
            rows = slice(int(game.row_start[state]), int(game.row_start[state + 1]))
            signals, law = of_signals[: len(labels)], seen.law[state]
            if seen.next_law is None:
                out[rows] = (law @ signals) * (game.transition[rows] @ of_states)
            else:
                pairs = slice(int(seen.pair_start[state]), int(seen.pair_start[state + 1]))
                out[rows] = (law * (seen.next_law[pairs] @ of_states).reshape(law.shape)) @ signals
    return out
