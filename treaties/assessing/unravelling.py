"""What keeping a year is worth once the later years of its term are lost, the last year first.

The plan "kept to year t" asks for full compliance in years 1 to t of every term.  In later years of the term everybody
plays what holds by itself there: mutual best replies that answer nothing of the past (a Markov equilibrium of these
years, given compliance in the others), that of greatest joint payoff where several are found.  Where compliance itself
is such play, or where a matter can be played well or badly by itself, later years are lost in part or not at all.

Year t is lost if, under the plan kept to year t, some party gains in it by a step away from compliance, although
deviators then meet their worst credible treatment.  From the last year down years fall one after the other until one is
not lost.  A treaty without renewal is thus taken apart from its end (Selten 1978); of two matters the second may stop
it (Benoit and Krishna 1985).  With renewals the same year of every term is kept or lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.numerics.arrays import Bools, Floats, Ints
from games.play.markov_equilibria import markov_equilibria
from games.play.markov_play import MarkovPlay
from treaties.assessing.credibility import Credibility
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import values_of
from treaties.effects import YEAR

MOST_WORK = 4_000_000
"""Rows times years of a term: beyond, the years are not gone through."""
ROUNDING = 1e-11
"""Of the range of payoffs: what is missing by less is none."""
NO_TERM = "No term comes to an end on which anything depends, so that there is no last year."
TOO_LARGE = "The game is too large to go through its years from the last one on."
NO_PLAY = "What holds by itself in years that are lost was not found in pure actions."


@final
@dataclass(frozen=True, eq=False)
class Unravelling:
    """The years of a term from the last one down.

    ``credible``  of a text in which compliance has a line of incentives (``path_slack``).
    """

    credible: Credibility

    @property
    def _compiled(self) -> CompiledTreaty:
        return self.credible.compiled

    @cached_property
    def years(self) -> tuple[Ints, Ints]:
        """Int[states] each: the first and the last year of the term that a state stands for; 0 where no clock runs."""
        compiled = self._compiled
        found = np.zeros((2, compiled.game.n_states), dtype=np.int64)
        if YEAR in compiled.state_columns.codes:
            for state in np.flatnonzero(compiled.state_columns.operating).tolist():
                told = [int(value) for value in values_of(compiled, state, YEAR)]
                if told:
                    found[:, state] = min(told), max(told)
        return found[0], found[1]

    @cached_property
    def why_not(self) -> str:
        """Why there is no such line; empty where there is one."""
        term = self._compiled.context.term_years
        reached = self.credible.compliance.reached(self._compiled.game.initial)
        first, last = self.years
        if term is None or not np.any(reached & (first == term) & (last == term)):
            return NO_TERM
        if self._compiled.game.n_rows * term > MOST_WORK:
            return TOO_LARGE
        return "" if all(play is not None for play in self._plays.values()) else NO_PLAY

    @cached_property
    def _plays(self) -> dict[int, MarkovPlay | None]:
        """Per year t of the term, last first, play that is kept to year t; None where none was found."""
        game, term = self._compiled.game, self._compiled.context.term_years
        assert term is not None
        kept = self.credible.after_end if self.credible.after_end is not None else self.credible.use
        plays: dict[int, MarkovPlay | None] = {term: self.credible.compliance}
        for year in range(term - 1, 0, -1):
            fixed = np.where(self.years[0] > year, -1, kept)
            found = markov_equilibria(game, fixed_rows=fixed, starts=("generous",)) or markov_equilibria(
                game, fixed_rows=fixed
            )
            played = [MarkovPlay(game, rows) for rows in found]
            plays[year] = max(played, key=lambda play: play.values()[game.initial].sum(), default=None)
            if plays[year] is None:
                break
        return plays

    @cached_property
    def _slacks(self) -> dict[int, Floats]:
        """Per year t Float[states, parties]: least slack under the plan kept to year t."""
        worst = self.credible.worst
        return {
            year: play.slack(play.values(), worst).value for year, play in self._plays.items() if play is not None
        }

    @cached_property
    def margins(self) -> Floats:
        """Float[states, parties]: of keeping a year if the later ones are lost; NaN where no one year runs."""
        game = self._compiled.game
        out = np.full((game.n_states, game.n_players), np.nan)
        first, last = self.years
        for year, slack in self._slacks.items():
            here = (first == year) & (last == year)
            out[here] = slack[here]
        return out

    def _pays(self, year: int, here: Bools) -> bool:
        """Whether, under the plan kept to a year, a step away pays in some of the states that this plan reaches."""
        game, play = self._compiled.game, self._plays[year]
        assert play is not None
        reached = here & play.reached(game.initial)
        least = float(self._slacks[year][reached].min(initial=np.inf))
        return least < -ROUNDING * (float(np.ptp(game.payoffs)) or 1.0)

    @cached_property
    def falling(self) -> tuple[int, ...]:
        """The years that fall one after the other, last first, until one does not."""
        out = []
        for year in self._plays:
            if not self._pays(year, self.years[0] == year):
                break
            out.append(year)
        return tuple(out)

    @cached_property
    def keeps_until(self) -> int | None:
        """The latest year to which a plan of this kind is kept, 0 if none is; None where that was not found out."""
        if not self.credible.attained:
            return None if self.falling != tuple(self._plays) else 0
        kept = (year for year in self._plays if not self._pays(year, (self.years[0] > 0) & (self.years[0] <= year)))
        return next(kept, 0)
