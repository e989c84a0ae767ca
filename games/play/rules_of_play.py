"""Rules of play with a few Markov modes: comply, suspend for k periods, revert for good.

Each mode plays one row per state; where nobody deviates the mode is followed by ``then``, and after any unilateral
deviation by ``punish``.  Values and slacks here are floating point; certificates prove them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.numerics.arrays import Floats, Ints
from games.play.markov_play import MarkovPlay, Slack, first_least, like

Plays = dict[bytes, MarkovPlay]


@final
@dataclass(frozen=True)
class RuleOfPlay:
    """An automaton whose modes are Markov.

    ``names``   of the modes; the first is where play starts and stays while all comply.
    ``rows``    Int[modes, states].
    ``then``    next mode when nobody deviates; a mode follows itself or one listed before it.
    ``punish``  next mode after a unilateral deviation, whoever deviates.
    ``lapse``   where the first mode goes when nobody alone deviated and yet a state off the compliant path is reached
                (only joint deviations do that); None: it goes on.
    ``known``   Markov plays by their rows, which rules of one game may share.
    """

    game: StochasticGame
    names: tuple[str, ...]
    rows: Ints
    then: tuple[int, ...]
    punish: tuple[int, ...]
    lapse: int | None = None
    known: Plays = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def plays(self) -> tuple[MarkovPlay, ...]:
        """Each mode's rows as Markov play."""
        return tuple(self.known.setdefault(rows.tobytes(), MarkovPlay(self.game, rows)) for rows in self.rows)

    @cached_property
    def values(self) -> tuple[Floats, ...]:
        """Per mode Float[states, players]: average discounted payoffs."""
        out: list[Floats] = []
        for mode, play in enumerate(self.plays):
            out.append(play.values() if self.then[mode] == mode else play.values(out[self.then[mode]]))
        return tuple(out)

    def slack(self, mode: int, passed: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None) -> Slack:
        """Least slack per state and player in one mode; ``passed`` as in ``MarkovPlay.slack``."""
        return self.plays[mode].slack(self.values[mode], self.values[self.punish[mode]], passed)

    @cached_property
    def on_path(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Bool[states]: the states that compliance reaches from the initial one."""
        return self.plays[0].reached(self.game.initial)

    @cached_property
    def reach(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """Bool[modes, states]: where play and deviations, joint ones included, can lead from the start."""
        n_modes = len(self.names)
        seen = np.zeros((n_modes, self.game.n_states), dtype=bool)
        fresh = seen.copy()
        fresh[0, self.game.initial] = True
        found = {play: self._leads(play) for play in dict.fromkeys(self.plays)}
        leads = [found[play] for play in self.plays]
        while fresh.any():
            seen |= fresh
            after = np.zeros_like(seen)
            for mode in range(n_modes):
                quiet, alone = ((lead @ fresh[mode]) > 0 for lead in leads[mode])
                after[self.punish[mode]] |= alone
                if mode == 0 and self.lapse is not None:
                    after[self.lapse] |= quiet & ~self.on_path
                    quiet &= self.on_path
                after[self.then[mode]] |= quiet
            fresh = after & ~seen
        return seen

    def _leads(self, play: MarkovPlay) -> tuple[csr_array, csr_array]:
        """csr_array[states, states] twice: where play leads when nobody alone deviates, and when somebody does."""
        game, tables = self.game, self.game.tables
        first = tables.laws.first
        alone = np.unique(np.concatenate([row for _, row in play.deviations]))
        states, laws, many = tables.rows_of_laws
        # All rows of a law are reached jointly, or by complying, but for those by which somebody alone deviates.
        code = game.row_state[alone] * len(first) + game.law_number[alone]
        by_one = np.bincount(np.searchsorted(states * len(first) + laws, code), minlength=len(states))
        out = []
        for chosen in (by_one < many, by_one > 0):
            member = csr_array((np.ones(int(chosen.sum())), (states[chosen], np.arange(int(chosen.sum())))),
                               shape=(game.n_states, int(chosen.sum())))
            out.append(csr_array((member @ game.transition[first[laws[chosen]]]).T))
        return out[0], out[1]

    @cached_property
    def least_on_path(self) -> Deviation | None:
        """The deviation of least slack while all comply; None if nobody ever has a choice."""
        return self._least(0, self.on_path)

    def least_departure(self, plan: Plan) -> Deviation | None:
        """The same of deviations that a plan does not allow; None if there are none."""
        return self._least(0, self.on_path, plan.allowed)

    @cached_property
    def least_anywhere(self) -> Deviation | None:
        """The deviation of least slack over every mode and state within reach."""
        found = [self._least(mode, self.reach[mode]) for mode in range(len(self.names))]
        return min((d for d in found if d is not None), key=lambda d: d.slack, default=None)

    def _least(
        self,
        mode: int,
        where: np.ndarray[tuple[int], np.dtype[np.bool_]],
        passed: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None,
    ) -> Deviation | None:
        slack = self.slack(mode, passed)
        value = np.where(where[:, None], slack.value, np.inf)
        state, player = first_least(value, like(self.game))
        found = float(value.min())
        if not np.isfinite(found):
            return None
        return Deviation(mode, state, player, int(self.rows[mode, state]), int(slack.row[state, player]), found)

    def automaton(self) -> StrategyAutomaton:
        """The rule as a strategy automaton, with a cell for every mode and state within reach."""
        game = self.game
        cells = {}
        off_path = [int(s) for s in np.flatnonzero(~self.on_path)]
        for mode in range(len(self.names)):
            then, punish = surely(self.then[mode]), (surely(self.punish[mode]),) * game.n_players
            lapse = {} if mode or self.lapse is None else {s: surely(self.lapse) for s in off_path}
            for state in np.flatnonzero(self.reach[mode]):
                cells[mode, int(state)] = Cell(int(self.rows[mode, state]), then, punish, lapse)
        return StrategyAutomaton(self.names, cells, surely(0))


@final
@dataclass(frozen=True)
class Deviation:
    """A unilateral deviation and its slack: value of complying minus that of deviating, over (1 - discount factor)."""

    mode: int
    state: int
    player: int
    played: int
    row: int
    slack: float


def always(game: StochasticGame, name: str, rows: Ints) -> RuleOfPlay:
    """One mode for ever: deviations change nothing but the state."""
    return RuleOfPlay(game, (name,), rows[None, :], (0,), (0,))


def suspension(
    game: StochasticGame, comply: Ints, suspend: Ints, periods: int, known: Plays | None = None
) -> RuleOfPlay:
    """Any deviation is answered by ``periods`` periods of suspension (which it restarts), then compliance resumes.

    ``known``  as in ``RuleOfPlay``: rules that differ in their length have the same plays.
    """
    names = ("comply", *(f"suspend, {left} left" for left in range(1, periods + 1)))
    rows = np.vstack([comply, *([suspend] * periods)])
    shared = {} if known is None else known
    return RuleOfPlay(game, names, rows, (0, *range(periods)), (periods,) * (periods + 1), known=shared)


def reversion(game: StochasticGame, comply: Ints, revert: Ints) -> RuleOfPlay:
    """Any deviation ends cooperation for good."""
    return RuleOfPlay(game, ("comply", "revert"), np.vstack([comply, revert]), (0, 1), (1, 1), lapse=1)
