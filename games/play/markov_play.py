"""Markov play in floating point: values of playing one row per state, and what one-shot deviations would gain.

These are the solvers' numbers, quick and unproved; certificates prove them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import splu

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints

TIE = 1e-9
"""Of the largest payoff: what costs the same but for this is told as the same."""


@final
@dataclass(frozen=True, eq=False)
class Slack:
    """The least slack of a rule of play per state and player.

    ``value``  Float[states, players]: value of complying minus value of the best deviation, over (1 - discount factor);
               infinite where a player has no deviation.
    ``row``    Int[states, players]: the row that the best deviation brings about; -1 where there is none.
    """

    value: Floats
    row: Ints


@final
@dataclass(frozen=True, eq=False)
class MarkovPlay:
    """One action profile per state: ``rows`` Int[states]."""

    game: StochasticGame
    rows: Ints
    _reached: dict[int, Bools] = field(default_factory=dict, repr=False)

    @cached_property
    def law(self) -> csr_array:
        """csr_array[states, states]: the chain that play follows."""
        return csr_array(self.game.transition[self.rows])

    def values(self, then: Floats | None = None) -> Floats:
        """Float[states, players]: average discounted payoffs.

        ``then``  values from the next period on, if something else is played after one period; else play goes on.
        """
        if then is None:
            return self._for_good.copy()
        return np.asarray(self._today + self.game.discount * (self.law @ then))

    @cached_property
    def _today(self) -> Floats:
        """Float[states, players]: what a period brings, as it counts in the average."""
        return np.asarray((1 - self.game.discount) * self.game.payoffs[self.rows])

    @cached_property
    def _for_good(self) -> Floats:
        game, today = self.game, self._today
        out = np.empty_like(today)
        for discount in np.unique(game.discount):
            mine = game.discount == discount
            system = (eye_array(game.n_states) - discount * self.law).tocsc()
            out[:, mine] = splu(system).solve(today[:, mine])
        return out

    @cached_property
    def deviations(self) -> tuple[tuple[Ints, Ints], ...]:
        """Per player: (state, row) of every deviation that is not outcome-equivalent to the row played."""
        game = self.game
        found = []
        for i in range(game.n_players):
            counts = game.action_counts[:, i]
            state = np.repeat(np.arange(game.n_states), counts)
            action = np.arange(len(state)) - np.repeat(np.cumsum(counts) - counts, counts)
            played = self.rows[state]
            row = played + (action - game.own_action[played, i]) * game.stride[state, i]
            real = ~game.same_outcome(row, played)
            found.append((state[real], row[real]))
        return tuple(found)

    @cached_property
    def _after(self) -> tuple[csr_array, ...]:
        """Per player csr_array[deviations, states]: where each of its deviations leads."""
        return tuple(csr_array(self.game.transition[row]) for _, row in self.deviations)

    def slack(self, complying: Floats, punished: Floats, passed: NDArray[np.bool_] | None = None) -> Slack:
        """Least slack when a player alone deviates for one period.

        ``complying``  Float[states, players], the value of following the rule.
        ``punished``   Float[states, players], the deviator's value from the next period on.
        ``passed``     Bool[rows], what is not counted, such as what a plan allows besides; None counts all.
        """
        game = self.game
        value = np.full((game.n_states, game.n_players), np.inf)
        best = np.full((game.n_states, game.n_players), -1, dtype=np.int64)
        for i, (state, row) in enumerate(self.deviations):
            if not len(row):
                continue
            delta = float(game.discount[i])
            gain = (1 - delta) * game.payoffs[row, i] + delta * (self._after[i] @ punished[:, i])
            here = (complying[state, i] - gain) / (1 - delta)
            if passed is not None:
                here = np.where(passed[row], np.inf, here)
            np.minimum.at(value[:, i], state, here)
            # Of deviations that cost the same the first is told, whatever rounding makes of them on this machine.
            alike = here <= value[state, i] + like(game)
            first = np.flatnonzero(alike)[np.unique(state[alike], return_index=True)[1]]
            best[state[first], i] = row[first]
        return Slack(value, np.where(np.isinf(value), -1, best))

    def reached(self, start: int) -> NDArray[np.bool_]:
        """Bool[states]: the states that play reaches from ``start`` (itself included)."""
        if start not in self._reached:
            self._reached[start] = reachable(self.law, start)
        return self._reached[start]

    def arrival(self, start: int) -> Ints:
        """Int[states]: after how many periods play comes to each state at the earliest; -1 where it never comes."""
        order, before = breadth_first_order(self.law, start)
        out = np.full(self.game.n_states, -1, dtype=np.int64)
        out[start] = 0
        for state in order[1:].tolist():
            out[state] = out[before[state]] + 1
        return out

    def occupation(self, start: int, periods: int) -> Floats:
        """Float[periods, states]: where play is, period by period, from ``start``."""
        out = np.zeros((periods, self.game.n_states))
        out[0, start] = 1.0
        transposed = csr_array(self.law.T)
        for t in range(1, periods):
            out[t] = transposed @ out[t - 1]
        return out


def like(game: StochasticGame) -> float:
    """Slacks no further apart than this are told as one."""
    return TIE * max(1.0, float(np.abs(game.payoffs).max()))


def first_least(value: Floats, within: float) -> tuple[int, ...]:
    """The first place at which an array is least, but for what rounding may make of it."""
    at = int(np.flatnonzero(value.ravel() <= value.min() + within)[0])
    return tuple(int(k) for k in np.unravel_index(at, value.shape))


def reachable(law: csr_array, start: int) -> NDArray[np.bool_]:
    """Bool[states]: the states that a chain reaches from ``start``."""
    seen = np.zeros(law.shape[0], dtype=bool)
    seen[breadth_first_order(law, start, return_predecessors=False)] = True
    return seen
