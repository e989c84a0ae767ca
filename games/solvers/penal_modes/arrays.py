"""A game as the arrays that the kernels read, payoffs brought to a common scale."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.exact_game import ExactGame
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.numerics.components import components


@final
@dataclass(frozen=True, eq=False)
class Rows:
    """What does not change with the numbers: the shape of the game, which the kernels take as plain arrays.

    ``start``       Int[states + 1], ``count`` and ``stride`` Int[states, players]: as in ``StochasticGame``.
    ``law``         Int[rows]: number of the row's law; equal for equal laws only.
    ``law_start``   Int[laws + 1] into ``law_state``, the next states.
    ``known_start`` Int[states + 1] into ``known_law``: the distinct laws of each state's rows.
    ``local_law``   Int[rows]: position of the row's law among those of its state.
    ``order``       Int[states]: downstream first, each cycle backwards along its clock.
    """

    start: Ints
    count: Ints
    stride: Ints
    law: Ints
    law_start: Ints
    law_state: Ints
    known_start: Ints
    known_law: Ints
    local_law: Ints
    order: Ints

    @staticmethod
    def of(game: StochasticGame) -> Rows:
        """The shape of a game; laws are told apart exactly."""
        exact = ExactGame.of(game)
        t = exact.tables
        states, laws = exact.laws_of_state
        known_start = np.searchsorted(states, np.arange(game.n_states + 1)).astype(np.int64)
        code = states * exact.n_laws + laws
        local = np.searchsorted(code, game.row_state * exact.n_laws + t.law_of_row) - known_start[game.row_state]
        source, successor = exact.successors
        pointer = np.searchsorted(source, np.arange(game.n_states + 1))
        found = components(pointer, successor, game.initial)
        return Rows(
            start=game.row_start, count=game.action_counts, stride=game.stride, law=t.law_of_row,
            law_start=t.law_start, law_state=t.law_state, known_start=known_start,
            known_law=laws.astype(np.int64), local_law=local.astype(np.int64),
            order=np.concatenate([c.states for c in found]))

    @cached_property
    def widest_law(self) -> int:
        """The most next states that any row makes possible."""
        return int(np.diff(self.law_start).max())


@final
@dataclass(frozen=True, eq=False)
class PenalGame:
    """A game in the numbers of its kernels: player i's payoff is ``centre[i] + scale[i] * payoff``.

    ``payoff``      Float[rows, players], between 0 and 1; ``discount`` Float[players].
    ``chance``      Float[entries of laws].
    ``successors``  Int[states + 1] and Int[...]: states that some row of a state makes possible.
    """

    game: StochasticGame
    rows: Rows
    payoff: Floats
    centre: Floats
    scale: Floats
    discount: Floats
    chance: Floats
    successors: tuple[Ints, Ints]

    @staticmethod
    def of(game: StochasticGame) -> PenalGame:
        """The arrays of a game; games that differ in their discount factors only share all others."""
        key = (id(game.payoffs), id(ExactGame.of(game).tables))
        if key not in _recent:
            # Holding the game keeps the identities in the key its own.
            _recent[key] = PenalGame._build(game)
            while len(_recent) > 4:
                _recent.popitem(last=False)
        _recent.move_to_end(key)
        return replace(_recent[key], game=game, discount=np.asarray(game.discount, dtype=np.float64))

    @staticmethod
    def _build(game: StochasticGame) -> PenalGame:
        exact = ExactGame.of(game)
        t = exact.tables
        total = np.repeat(t.law_total, np.diff(t.law_start))
        chance = np.array([w / b for w, b in zip(t.law_weight, total, strict=True)], dtype=np.float64)
        centre = game.payoffs.min(axis=0)
        spread = np.ptp(game.payoffs, axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        source, successor = exact.successors
        pointer = np.searchsorted(source, np.arange(game.n_states + 1)).astype(np.int64)
        return PenalGame(
            game, Rows.of(game), np.ascontiguousarray((game.payoffs - centre) / scale), centre, scale,
            np.asarray(game.discount, dtype=np.float64), chance, (pointer, successor.astype(np.int64)))

    def scaled(self, payoffs: Floats) -> Floats:
        """Payoffs Float[..., players] on the kernels' scale."""
        return np.asarray((payoffs - self.centre) / self.scale)

    def unscaled(self, payoffs: Floats) -> Floats:
        """Payoffs Float[..., players] as the game counts them."""
        return np.asarray(self.centre + self.scale * payoffs)


_recent: OrderedDict[tuple[int, int], PenalGame] = OrderedDict()
