"""A two-player game with public signals and no transfers as the flat, scaled arrays that its payoff sets need.

An outcome is the public signal together with the next state; where a state has no signals everyone sees the profile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.model.outcome_laws import Outcome
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import Component, components
from games.solvers.public_polygons.flat_layout import SignalArrays

GRAIN = 2**20
"""Directions are pairs of integers: a unit vector of scaled payoffs times so much, rounded."""


@final
@dataclass(frozen=True, eq=False)
class SignalGame:
    """Arrays of a game with each player's payoffs mapped to [-1/2, 1/2].

    ``centre``, ``scale``  Float[2]: payoff = centre + scale * scaled payoff.
    ``signals_of``         per state Int[outcomes], the signal of every outcome (its profile's number without signals).
    """

    game: StochasticGame
    arrays: SignalArrays
    signals_of: tuple[Ints, ...]
    centre: Floats
    scale: Floats

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """Strongly connected components of the state graph, downstream first."""
        return _components(self.game, np.ones(self.game.n_rows, dtype=bool))

    def path_components(self, allowed: Bools) -> tuple[Component, ...]:
        """Components of the states that the allowed rows reach from the initial state, downstream first."""
        reach = self.reach(allowed)
        return tuple(c for c in _components(self.game, allowed) if reach[c.states[0]])

    def reach(self, allowed: Bools) -> Bools:
        """Bool[states]: reached from the initial state by the allowed rows."""
        arcs = _arcs(self.game, allowed)
        seen = np.zeros(self.game.n_states, dtype=bool)
        seen[self.game.initial] = True
        todo = [self.game.initial]
        while todo:
            s = todo.pop()
            for after in arcs.indices[arcs.indptr[s]:arcs.indptr[s + 1]].tolist():
                if not seen[after]:
                    seen[after] = True
                    todo.append(after)
        return seen

    @cached_property
    def arcs(self) -> csr_array:
        """csr_array[states, states]: entries where some row leads from one state to the other."""
        return _arcs(self.game, np.ones(self.game.n_rows, dtype=bool))

    def outcome(self, state: int, number: int) -> Outcome:
        """The (signal, next state) pair that an outcome number within a state stands for."""
        return int(self.signals_of[state][number]), int(self.arrays.following[self.arrays.onset[state] + number])

    def outcome_numbers(self, state: int) -> dict[Outcome, int]:
        """Number within the state of every (signal, next state) pair that some profile makes possible."""
        if state not in self._numbers:
            self._numbers[state] = {self.outcome(state, k): k for k in range(len(self.signals_of[state]))}
        return self._numbers[state]

    def law(self, state: int) -> csr_array:
        """csr_array[rows of the state, outcomes]."""
        a, rows = self.arrays, self.game.rows_of(state)
        start = a.start[rows.start:rows.stop + 1]
        entries = slice(int(start[0]), int(start[-1]))
        shape = (len(rows), len(self.signals_of[state]))
        return csr_array((a.chance[entries], a.outcome[entries], start - start[0]), shape=shape)

    @cached_property
    def _numbers(self) -> dict[int, dict[Outcome, int]]:
        return {}

    @cached_property
    def _powers(self) -> tuple[int, int]:
        # Exact powers of two near 1 / scale turn directions of scaled payoffs into short ones of payoffs.
        low, high = (round(-math.log2(s)) for s in self.scale.tolist())
        return low - min(low, high), high - min(low, high)

    def directions(self, wanted: Floats) -> tuple[NDArray[np.object_], Floats]:
        """Directions near those wanted (Float[k, 2], of scaled payoffs): as integers for payoffs, as unit vectors.

        Sorted by the angle of the second, equal ones once.  Returns object[k, 2], Float[k, 2].
        """
        powers = self._powers
        # What the powers of two leave of the scale; without it directions would turn.
        left = self.scale * np.exp2(np.array(powers))
        aim = wanted / np.hypot(*wanted.T)[:, None] * (left.max() / left)
        grid = np.unique(np.round(aim * GRAIN).astype(np.int64), axis=0)
        exact = np.array([[int(x) << powers[0], int(y) << powers[1]] for x, y in grid.tolist()], dtype=object)
        real = exact.astype(np.float64) * self.scale
        units = real / np.hypot(*real.T)[:, None]
        angle = np.arctan2(units[:, 1], units[:, 0])
        order = np.argsort(np.where(angle < 0, angle + 2 * np.pi, angle), kind="stable")
        return exact[order], np.ascontiguousarray(units[order])

    def payoffs(self, scaled: Floats) -> Floats:
        """Payoffs from scaled ones, Float[..., 2]."""
        return np.asarray(self.centre + self.scale * scaled)


def unfit_for_signal_polygons(game: StochasticGame) -> str | None:
    """Why payoffs of a game cannot be drawn in the plane without payments; None if they can."""
    if game.n_players != 2:
        return f"it draws payoff sets in the plane, for two players; this game has {game.n_players}"
    if game.transfers != "none":
        return "side payments are possible, and it knows none"
    return None


def signal_game(game: StochasticGame) -> SignalGame:
    """Arrays of a two-player game without transfers; refuses others with ``GameError``."""
    refusal = unfit_for_signal_polygons(game)
    if refusal is not None:
        raise GameError(f"payoff polygons do not apply: {refusal}")
    low, high = game.payoffs.min(axis=0), game.payoffs.max(axis=0)
    scale = high - low
    # A spread at the level of rounding is no spread: do not blow noise up.
    scale[scale <= 1e-14 * np.maximum(np.abs(high), np.abs(low))] = 1.0
    centre = low + 0.5 * (high - low)
    discount = np.ascontiguousarray(game.discount, dtype=np.float64)
    laws = [_state_law(game, s) for s in range(game.n_states)]
    arrays = SignalArrays(
        first=game.row_start,
        counts=np.ascontiguousarray(game.action_counts),
        stage=np.ascontiguousarray((1.0 - discount) * (game.payoffs - centre) / scale),
        discount=discount,
        start=np.concatenate([[0], np.cumsum(np.concatenate([law.sizes for law in laws]))]).astype(np.int64),
        outcome=np.concatenate([law.outcome for law in laws]),
        chance=np.concatenate([law.chance for law in laws]),
        onset=np.concatenate([[0], np.cumsum([len(law.following) for law in laws])]).astype(np.int64),
        following=np.concatenate([law.following for law in laws]),
    )
    return SignalGame(game, arrays, tuple(law.signal for law in laws), centre, scale)


@final
@dataclass(frozen=True, eq=False)
class _StateLaw:
    """One state: ``sizes`` per row, ``outcome`` and ``chance`` row after row; what every outcome number stands for."""

    sizes: Ints
    outcome: Ints
    chance: Floats
    signal: Ints
    following: Ints


def _state_law(game: StochasticGame, state: int) -> _StateLaw:
    rows, seen = game.rows_of(state), game.monitoring
    ahead = csr_array(game.transition[rows.start:rows.stop])
    if seen is None or not seen.signals[state]:
        at = np.repeat(np.arange(len(rows)), np.diff(ahead.indptr))
        signal, following, chance = at, ahead.indices, ahead.data
    elif seen.next_law is None:
        # Every signal of a row with every next state of the row.
        signals = len(seen.signals[state])
        sizes = np.diff(ahead.indptr)
        row = np.repeat(np.arange(len(rows)), sizes)
        at = np.repeat(row, signals)
        signal = np.tile(np.arange(signals), len(row))
        following = np.repeat(ahead.indices, signals)
        chance = np.repeat(ahead.data, signals) * seen.table(state)[at, signal]
    else:
        first, stop = seen.pair_start[state:state + 2]
        after = csr_array(seen.next_law[first:stop])
        pair = np.repeat(np.arange(int(stop - first)), np.diff(after.indptr))
        at, signal = np.divmod(pair, len(seen.signals[state]))
        following, chance = after.indices, after.data * seen.table(state)[at, signal]
    real = chance > 0
    at, signal, following, chance = at[real], signal[real], following[real].astype(np.int64), chance[real]
    code, number = np.unique(signal * np.int64(game.n_states) + following, return_inverse=True)
    order = np.lexsort((number, at))
    table = csr_array((chance[order], (at[order], number[order])), shape=(len(rows), len(code)))
    table.sum_duplicates()
    sizes = np.diff(table.indptr).astype(np.int64)
    total = np.repeat(np.asarray(table.sum(axis=1)).ravel(), sizes)
    return _StateLaw(
        sizes, table.indices.astype(np.int64), np.asarray(table.data / total, dtype=np.float64),
        (code // game.n_states).astype(np.int64), (code % game.n_states).astype(np.int64))


def _arcs(game: StochasticGame, allowed: Bools) -> csr_array:
    rows = np.flatnonzero(allowed)
    incidence = csr_array((np.ones(len(rows)), (game.row_state[rows], rows)), shape=(game.n_states, game.n_rows))
    arcs = csr_array(incidence @ game.transition)
    arcs.eliminate_zeros()
    arcs.sort_indices()
    return arcs


def _components(game: StochasticGame, allowed: Bools) -> tuple[Component, ...]:
    arcs = _arcs(game, allowed)
    return components(arcs.indptr.astype(np.int64), arcs.indices.astype(np.int64), game.initial)
