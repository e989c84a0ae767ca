"""Rules of play with a few Markov modes where players see signals: a breach is answered when what is seen proves one.

As ``games.play.rules_of_play``, but the next mode depends on the outcome that everyone sees, the signal with the next
state: after outcomes that the mode's row makes possible play goes on as if nobody had deviated, after all others, which
only a deviation can bring about, it answers.  So flags that may be mistakes are never answered, and while nobody
deviates the first mode goes on for ever.  Where every signal is always possible no deviation is ever answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import Lottery, surely
from games.play.rules_of_play import Deviation, RuleOfPlay

DIGITS = 15
"""Significant digits with which payoffs of modes are written, relative to their range."""

Place = tuple[int, int]
"""(mode, state)."""


@final
@dataclass(frozen=True, eq=False)
class PublicRule:
    """A rule of play, followed on public signals.

    Its ``lapse`` plays no part: what everyone sees need not prove that several deviated.
    """

    rule: RuleOfPlay

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Modes and states that play and deviations lead to, joint ones included."""
        rule, game = self.rule, self.rule.game
        out, seen = [(0, game.initial)], {(0, game.initial)}
        for mode, state in out:
            ahead = {self._after(mode, state, z) for z in self._outcomes(mode, state)}
            known = {s for _, s in ahead}
            t, rows = game.transition, game.rows_of(state)
            every = set(t.indices[t.indptr[rows.start] : t.indptr[rows.stop]].tolist())
            # Deviations of several players at once may lead further; there the answer is as good as anything.
            ahead |= {(rule.punish[mode], s) for s in every - known}
            for place in sorted(ahead - seen):
                seen.add(place)
                out.append(place)
        return tuple(out)

    @cached_property
    def slacks(self) -> tuple[Deviation, ...]:
        """Every deviation that changes a payoff or what is seen, place by place; all modes are looked at."""
        rule, game, laws = self.rule, self.rule.game, self._laws
        out = []
        for mode, state in self.places:
            played = int(rule.rows[mode, state])
            own = laws.law(played)
            for i in range(game.n_players):
                d = float(game.discount[i])
                for row in game.deviation_rows(played, i):
                    law = laws.law(row)
                    gain = float(game.payoffs[row, i] - game.payoffs[played, i])
                    if row == played or (law == own and gain == 0):
                        continue
                    # Outcomes that both make possible count by how much likelier they are, which keeps ties exact.
                    later = sum(
                        (own.get(z, 0.0) - law.get(z, 0.0)) * self._value(self._after(mode, state, z), i)
                        for z in sorted(own.keys() | law.keys()))
                    out.append(Deviation(mode, state, i, played, row, d / (1 - d) * later - gain))
        return tuple(out)

    @cached_property
    def least_on_path(self) -> Deviation | None:
        """The deviation of least slack while all comply; None if nobody ever has a choice."""
        on_path = self.rule.on_path
        return min((x for x in self.slacks if x.mode == 0 and on_path[x.state]), key=lambda x: x.slack, default=None)

    @cached_property
    def least_anywhere(self) -> Deviation | None:
        """The deviation of least slack in every mode and state within reach."""
        return min(self.slacks, key=lambda x: x.slack, default=None)

    def automaton(self) -> PublicAutomaton:
        """The rule as a public automaton, with a mode for every place; payoffs are written as decimals."""
        rule, game = self.rule, self.rule.game
        number = {place: k for k, place in enumerate(self.places)}
        spread = np.ptp(game.payoffs, axis=0)
        digits = [max(DIGITS - 1 - int(np.floor(np.log10(x or 1.0))), 0) for x in spread.tolist()]
        to = [surely(k) for k in range(len(number))]
        modes = []
        for mode, state in self.places:
            then: dict[Outcome, Lottery] = {
                z: to[number[self._after(mode, state, z)]] for z in sorted(self._outcomes(mode, state))}
            worth = tuple(Fraction(f"{self._value((mode, state), i):.{d}f}") for i, d in enumerate(digits))
            modes.append(PublicMode(state, int(rule.rows[mode, state]), worth, then))
        return PublicAutomaton(tuple(modes), surely(0))

    def number(self, deviation: Deviation) -> int:
        """Which mode of the automaton a deviation is from."""
        return self.places.index((deviation.mode, deviation.state))

    @cached_property
    def _laws(self) -> OutcomeLaws:
        return OutcomeLaws(self.rule.game)

    def _outcomes(self, mode: int, state: int) -> set[Outcome]:
        """What the row or a deviation of one player from it makes possible."""
        game, played = self.rule.game, int(self.rule.rows[mode, state])
        rows = {b for i in range(game.n_players) for b in game.deviation_rows(played, i)}
        return {z for b in rows for z in self._laws.law(b)}

    def _after(self, mode: int, state: int, outcome: Outcome) -> Place:
        expected = outcome in self._laws.law(int(self.rule.rows[mode, state]))
        return (self.rule.then if expected else self.rule.punish)[mode], outcome[1]

    def _value(self, place: Place, player: int) -> float:
        mode, state = place
        return float(self.rule.values[mode][state, player])
