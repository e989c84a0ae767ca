"""Pure Markov equilibria: one action profile per state from which no player gains by deviating once, anywhere.

Existence in pure actions is not guaranteed, and except where all candidates are gone through, a search that ends with
nothing proves nothing.  Sources: Shapley (1953); Fudenberg and Tirole (1991), chapter 13.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.model.row_quotient import RowQuotient, row_quotient
from games.model.stage_game import stage_game_of
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import components
from games.play.markov_play import MarkovPlay

FEW = 3000
"""Up to this many stationary profiles all of them are tried."""
MANY = 20_000
"""Of games with more rows only the classes of rows are gone through."""
BATCH = 500
ROUNDS = 150
TIE = 1e-11
"""Payoffs this close, relative to the spread of payoffs, count as ties in the search; certificates decide exactly."""


def markov_equilibria(
    game: StochasticGame, *, fixed_rows: Ints | None = None, starts: Sequence[str | Ints] | None = None
) -> list[Ints]:
    """Pure Markov equilibria, each as Int[states] of the rows played; distinct, in a fixed order.

    ``fixed_rows``  Int[states], the row whose play is prescribed, or -1 where it is not; what players would gain in
                    prescribed states is not looked at, in all others the rows are mutual best replies.
    ``starts``      where the search starts, when there are too many candidates to try them all: "generous" and "harsh"
                    (select the equilibrium of each state's auxiliary game with the greatest or least joint payoff),
                    "first" and "last" (in action order), "against k" (worst for player k), or an Int[states] of rows.

    All equilibria of a one-state game, and of games with at most ``FEW`` stationary profiles; otherwise those found by
    iterating on the auxiliary games (payoff today plus the value of what follows) from the starts.
    """
    fixed = np.full(game.n_states, -1, dtype=np.int64) if fixed_rows is None else np.asarray(fixed_rows, dtype=np.int64)
    free = np.flatnonzero(fixed < 0)
    if game.n_states == 1 and len(free) == 1:
        first = stage_game_of(game, 0)
        shape = first.counts
        return [np.array([np.ravel_multi_index(profile, shape)]) for profile in first.pure_equilibria()]
    candidates = math.prod(np.diff(game.row_start)[free].tolist())
    if candidates <= FEW and starts is None:
        found: Iterator[Ints] = _Search(game, fixed, AuxiliaryGames(game)).among_all(free)
    else:
        many = game.n_rows > MANY and game.monitoring is None
        search = _Search(game, fixed, AuxiliaryGames(game, row_quotient(game) if many else None))
        against = tuple(f"against {k}" for k in range(game.n_players))
        found = search.from_starts(starts if starts is not None else ("harsh", *against, "generous", "first", "last"))
    distinct: dict[bytes, Ints] = {}
    for rows in found:
        distinct.setdefault(rows.tobytes(), rows)
    return list(distinct.values())


@final
@dataclass(frozen=True, eq=False)
class AuxiliaryGames:
    """Each state's game of one period, in which what follows is worth something; profiles are rows, or their classes.

    ``quotient``  classes of rows; without, every row is looked at.
    """

    game: StochasticGame
    quotient: RowQuotient | None = None

    @cached_property
    def rows(self) -> Ints:
        """Int[profiles]: the row of each profile, the first of its class; in order of state."""
        return np.arange(self.game.n_rows) if self.quotient is None else self.quotient.row

    @property
    def start(self) -> Ints:
        """Int[states + 1]: the first profile of each state."""
        return self.game.row_start if self.quotient is None else self.quotient.start

    @cached_property
    def last(self) -> Ints:
        """Int[profiles]: the last row of each profile's class."""
        if self.quotient is None:
            return self.rows
        out = np.empty(self.quotient.n_classes, dtype=np.int64)
        out[self.quotient.class_of] = np.arange(self.game.n_rows)
        return out

    def profile(self, rows: Ints) -> Ints:
        """The profiles of some rows."""
        return rows if self.quotient is None else self.quotient.class_of[rows]

    @cached_property
    def _groups(self) -> tuple[tuple[Ints, Ints, Ints], ...]:
        """Per player: profiles, in groups of what it can bring about alone; where groups start; each profile's group.

        In a group of a class there is one profile for each alternative that counts.
        """
        game, quotient = self.game, self.quotient
        if quotient is not None:
            return tuple((quotient.class_of[quotient.set_row], quotient.set_start[:-1], quotient.options[:, i])
                         for i in range(game.n_players))
        out = []
        for i in range(game.n_players):
            leader = self.rows - game.own_action[:, i] * game.stride[game.row_state, i]
            order = np.lexsort((self.rows, leader))
            start = np.flatnonzero(np.r_[True, np.diff(leader[order]) > 0])
            group = np.empty(game.n_rows, dtype=np.int64)
            group[order] = np.repeat(np.arange(len(start)), np.diff(np.r_[start, game.n_rows]))
            out.append((order, start, group))
        return tuple(out)

    @cached_property
    def _today(self) -> tuple[Floats, Ints]:
        """Float[profiles, players], Int[profiles]: payoffs, and the numbers of laws."""
        return self.game.payoffs[self.rows], self.game.law_number[self.rows]

    @cached_property
    def _laws(self) -> csr_array:
        """csr_array[laws, states]: the distinct laws."""
        return csr_array(self.game.transition[self.game.tables.laws.first])

    def payoffs(self, values: Floats) -> Floats:
        """Float[profiles, players]: today's payoff and the value of what follows, in average terms."""
        (today, law), discount = self._today, self.game.discount
        return np.asarray((1 - discount) * today + (discount * (self._laws @ values))[law], dtype=float)

    def best(self, payoffs: Floats, player: int) -> Floats:
        """Float[..., profiles]: the most that ``player`` gets against what the others do in each profile.

        ``payoffs``  Float[..., profiles, players].
        """
        order, start, group = self._groups[player]
        return np.asarray(np.maximum.reduceat(payoffs[..., order, player], start, axis=-1)[..., group])

    def minmax(self, payoffs: Floats, player: int) -> Floats:
        """Float[states]: the least to which the others can hold ``player`` in each auxiliary game, pure actions."""
        return np.asarray(np.minimum.reduceat(self.best(payoffs, player), self.start[:-1]))

    def maximum(self, values: Floats) -> Floats:
        """Float[states]: the greatest entry of each state's profiles."""
        return np.asarray(np.maximum.reduceat(values, self.start[:-1]))


@final
class _Search:
    def __init__(self, game: StochasticGame, fixed: Ints, auxiliary: AuxiliaryGames) -> None:
        self.game = game
        self.fixed = fixed
        self.auxiliary = auxiliary
        spread = float(np.ptp(game.payoffs)) or 1.0
        self.tie = TIE * spread

    def among_all(self, free: Ints) -> Iterator[Ints]:
        """The equilibria among all stationary profiles that keep to the prescribed rows, a batch at a time."""
        game = self.game
        law = game.transition.toarray()
        choices = iter(product(*(game.rows_of(int(s)) for s in free)))
        while batch := list(islice(choices, BATCH)):
            rows = np.repeat(self.fixed[None, :], len(batch), axis=0)
            rows[:, free] = batch
            values = np.empty((*rows.shape, game.n_players))
            for i, discount in enumerate(game.discount):
                today = (1 - discount) * game.payoffs[rows, i]
                values[..., i] = np.linalg.solve(np.eye(game.n_states) - discount * law[rows], today[..., None])[..., 0]
            payoffs = (1 - game.discount) * game.payoffs + game.discount * (law @ values)
            mutual = np.take_along_axis(self.mutual(payoffs), rows, axis=1)
            yield from rows[np.all(mutual | (self.fixed >= 0), axis=1)]

    def mutual(self, payoffs: Floats) -> Bools:
        """Bool[..., profiles]: whether every player's action is a best reply in the auxiliary game."""
        out = np.ones(payoffs.shape[:-1], dtype=bool)
        for i in range(self.game.n_players):
            out &= payoffs[..., i] >= self.auxiliary.best(payoffs, i) - self.tie
        return out

    def from_starts(self, starts: Sequence[str | Ints]) -> Iterator[Ints]:
        for start in starts:
            rows = self.iterate(start)
            if rows is not None:
                yield rows

    def score(self, start: str | Ints, payoffs: Floats) -> Floats:
        """Float[profiles]: which equilibrium of an auxiliary game a start prefers; the greatest wins."""
        if not isinstance(start, str) or start == "first":
            return -self.auxiliary.rows.astype(float)
        if start == "last":
            return self.auxiliary.last.astype(float)
        if start.startswith("against "):
            return -payoffs[:, int(start.removeprefix("against "))]
        joint: Floats = payoffs.sum(axis=1)
        return joint if start == "generous" else -joint

    def iterate(self, start: str | Ints) -> Ints | None:
        """Select an equilibrium of each auxiliary game given what follows, until nothing changes."""
        game = self.game
        if isinstance(start, str):
            rows = self.select(start, (1 - game.discount) * game.payoffs[self.auxiliary.rows], None, 0)
        else:
            rows = np.where(self.fixed >= 0, self.fixed, np.asarray(start, dtype=np.int64))
        order: Ints | None = None
        seen: set[bytes] = set()
        for turn in range(ROUNDS):
            payoffs = self.auxiliary.payoffs(MarkovPlay(game, rows).values())
            keep = rows if turn > ROUNDS // 4 or order is not None or not isinstance(start, str) else None
            better = self.select(start, payoffs, keep, turn)
            settled = self.mutual(payoffs)[self.auxiliary.profile(rows)] | (self.fixed >= 0)
            key = rows.tobytes() + bytes([turn % game.n_players])
            if settled.all() and (keep is not None or np.array_equal(better, rows) or key in seen):
                return rows
            if key in seen:
                if order is not None:
                    return None
                order = self.sweep_order()
                seen.clear()
            seen.add(key)
            if order is None:
                rows = better
            else:
                # Play went round in a circle: settle one state at a time, those downstream first.
                rows = rows.copy()
                first = order[~settled[order]][0]
                rows[first] = better[first]
        return None

    def select(self, start: str | Ints, payoffs: Floats, keep: Ints | None, turn: int) -> Ints:
        """Per state the preferred auxiliary equilibrium (``keep`` while it is one), else a best reply of one player."""
        game, auxiliary = self.game, self.auxiliary
        mutual = self.mutual(payoffs)
        from_behind = isinstance(start, str) and start == "last"
        rows = self.greatest(np.where(mutual, self.score(start, payoffs), -np.inf), from_behind)
        none = ~np.logical_or.reduceat(mutual, auxiliary.start[:-1])
        if none.any():
            basis = self.greatest(payoffs.sum(axis=1), False) if keep is None else keep
            for s in np.flatnonzero(none):
                reach = np.array(game.deviation_rows(int(basis[s]), turn % game.n_players))
                rows[s] = reach[int(np.argmax(payoffs[auxiliary.profile(reach), turn % game.n_players]))]
        if keep is not None:
            rows = np.where(mutual[auxiliary.profile(keep)], keep, rows)
        return np.where(self.fixed >= 0, self.fixed, rows)

    def greatest(self, score: Floats, last: bool) -> Ints:
        """Int[states]: the first row, or the ``last``, of the first profile with each state's greatest score."""
        auxiliary = self.auxiliary
        most = np.repeat(auxiliary.maximum(score), np.diff(auxiliary.start))
        top = np.flatnonzero(score == most)
        profiles = top[np.searchsorted(top, auxiliary.start[:-1])]
        return np.asarray((auxiliary.last if last else auxiliary.rows)[profiles])

    def sweep_order(self) -> Ints:
        """States downstream first."""
        game = self.game
        law = game.transition
        arcs = [
            np.unique(law.indices[law.indptr[game.row_start[s]]:law.indptr[game.row_start[s + 1]]])
            for s in range(game.n_states)
        ]
        pointer = np.cumsum([0, *(len(a) for a in arcs)])
        found = components(pointer, np.concatenate(arcs), game.initial)
        return np.concatenate([component.states for component in found])
