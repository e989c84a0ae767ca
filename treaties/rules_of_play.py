"""Rules of play with a few Markov modes: comply, suspend for k periods, revert for good.

Each mode plays one row per state; where nobody deviates the mode is followed by ``then``, and after any unilateral
deviation by ``punish``.  Values and slacks here are floating point; certificates prove them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.markov_play import Floats, Ints, MarkovPlay, Slack, reachable
from games.stochastic_game import StochasticGame
from games.strategy_automaton import Cell, StrategyAutomaton, surely


@final
@dataclass(frozen=True)
class RuleOfPlay:
    """An automaton whose modes are Markov.

    ``names``   of the modes; the first is where play starts and stays while all comply.
    ``rows``    Int[modes, states].
    ``then``    next mode when nobody deviates; a mode follows itself or one listed before it.
    ``punish``  next mode after a unilateral deviation, whoever deviates.
    """

    game: StochasticGame
    names: tuple[str, ...]
    rows: Ints
    then: tuple[int, ...]
    punish: tuple[int, ...]

    @cached_property
    def plays(self) -> tuple[MarkovPlay, ...]:
        """Each mode's rows as Markov play."""
        return tuple(MarkovPlay(self.game, rows) for rows in self.rows)

    @cached_property
    def values(self) -> tuple[Floats, ...]:
        """Per mode Float[states, players]: average discounted payoffs."""
        out: list[Floats] = []
        for mode, play in enumerate(self.plays):
            out.append(play.values() if self.then[mode] == mode else play.values(out[self.then[mode]]))
        return tuple(out)

    def slack(self, mode: int) -> Slack:
        """Least slack per state and player in one mode."""
        return self.plays[mode].slack(self.values[mode], self.values[self.punish[mode]])

    @cached_property
    def on_path(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Bool[states]: the states that compliance reaches from the initial one."""
        return self.plays[0].reached(self.game.initial)

    @cached_property
    def within_reach(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Bool[states]: the states that any play at all reaches from the initial one."""
        return states_within_reach(self.game)

    def least(self, modes: tuple[int, ...], where: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Deviation | None:
        """The deviation of least slack over some modes and states; None if nobody has any deviation there."""
        best: Deviation | None = None
        for mode in modes:
            slack = self.slack(mode)
            value = np.where(where[:, None], slack.value, np.inf)
            state, player = (int(k) for k in np.unravel_index(int(value.argmin()), value.shape))
            found = float(value[state, player])
            if np.isfinite(found) and (best is None or found < best.slack):
                best = Deviation(mode, state, player, int(self.rows[mode, state]), int(slack.row[state, player]), found)
        return best

    def automaton(self) -> StrategyAutomaton:
        """The rule as a strategy automaton, with a cell for every mode and every state within reach."""
        n = self.game.n_players
        cells = {}
        for mode in range(len(self.names)):
            then, punish = surely(self.then[mode]), (surely(self.punish[mode]),) * n
            for state in np.flatnonzero(self.within_reach):
                cells[mode, int(state)] = Cell(int(self.rows[mode, state]), then, punish)
        return StrategyAutomaton(self.names, cells, surely(0))


@final
@dataclass(frozen=True)
class Deviation:
    """One unilateral deviation and its slack: value of complying minus value of deviating, over (1 - discount factor)."""

    mode: int
    state: int
    player: int
    played: int
    row: int
    slack: float


def states_within_reach(game: StochasticGame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Bool[states]: the states that some sequence of profiles reaches from the initial state."""
    rows = np.arange(game.n_rows)
    member = csr_array((np.ones(game.n_rows), (game.row_state, rows)), shape=(game.n_states, game.n_rows))
    return reachable(csr_array(member @ game.transition), game.initial)


def always(game: StochasticGame, name: str, rows: Ints) -> RuleOfPlay:
    """One mode for ever: deviations change nothing but the state."""
    return RuleOfPlay(game, (name,), rows[None, :], (0,), (0,))


def suspension(game: StochasticGame, comply: Ints, suspend: Ints, periods: int) -> RuleOfPlay:
    """Any deviation is answered by ``periods`` periods of suspension, then compliance resumes; it restarts the count."""
    names = ("comply", *(f"suspend, {left} left" for left in range(1, periods + 1)))
    rows = np.vstack([comply, *([suspend] * periods)])
    return RuleOfPlay(game, names, rows, (0, *range(periods)), (periods,) * (periods + 1))


def reversion(game: StochasticGame, comply: Ints, revert: Ints) -> RuleOfPlay:
    """Any deviation ends cooperation for good."""
    return RuleOfPlay(game, ("comply", "revert"), np.vstack([comply, revert]), (0, 1), (1, 1))
