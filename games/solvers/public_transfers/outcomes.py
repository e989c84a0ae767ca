"""What everyone sees after each profile, laid out for the programs that keep players from deviating.

An outcome is the signal together with the next state; where a state has no signals everyone sees the profile.  Outcomes
that speak for and against every deviation in the same proportions are worth the same, and are put together.

Source: Goldlücke and Kranz (2012), whose likelihoods are here divided by the largest of each outcome, so that signals
of very small probability do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Floats, Ints
from games.numerics.components import Component, components

DIGITS = 13
"""Likelihoods, relative to the largest of the outcome, that agree to so many digits are the same."""


@final
@dataclass(frozen=True, eq=False)
class Incentives:
    """One row: what its outcomes say about every deviation of a single player.

    ``row``        the profile.
    ``share``      Float[k]: probability of each group of outcomes, over the group's largest likelihood.
    ``gain``       Float[deviations, k]: how much less likely the deviation makes it, over the same.
    ``who``        Int[deviations] the player, ``to`` Int[deviations] the row that it brings about.
    ``spread``     Float[k, states ahead]: sums of the largest likelihoods of each group's outcomes, per next state.
    ``ahead``      Int[states ahead]: next states of the row's state, whatever is played; ``law`` Float[states ahead].
    ``law_after``  Float[deviations, states ahead]: law of the next state after each deviation.
    ``group``      Int[outcomes of the state]: the group of each outcome, -1 if neither the row nor a deviation has it.

    Deviations that change nothing that is seen and do not pay at once are left out; where money can be burnt, so are
    those that are always found out, leave the next state alone and do not pay at once.
    """

    row: int
    share: Floats
    gain: Floats
    who: Ints
    to: Ints
    spread: Floats
    ahead: Ints
    law: Floats
    law_after: Floats
    group: Ints


@final
@dataclass(frozen=True, eq=False)
class PublicOutcomes:
    """A game with public signals, row by row; rows are laid out when first asked for."""

    game: StochasticGame

    @cached_property
    def _known(self) -> dict[int, Incentives]:
        return {}

    @cached_property
    def ahead(self) -> tuple[Ints, ...]:
        """Per state, the next states that some row makes possible, in order."""
        law, start = self.game.transition, self.game.row_start
        out = []
        for s in range(self.game.n_states):
            span = slice(int(law.indptr[start[s]]), int(law.indptr[start[s + 1]]))
            out.append(np.unique(law.indices[span][law.data[span] > 0]).astype(np.int64))
        return tuple(out)

    @cached_property
    def _laws(self) -> list[Floats | None]:
        return [None] * self.game.n_states

    def laws(self, state: int) -> Floats:
        """Float[rows of the state, signals, states ahead]; one signal per profile where everyone sees the profile."""
        known = self._laws[state]
        if known is None:
            known = self._laws[state] = self._law_of(state)
        return known

    def _law_of(self, state: int) -> Floats:
        game, rows, ahead = self.game, self.game.rows_of(state), self.ahead[state]
        monitoring = game.monitoring
        following = game.transition[rows.start:rows.stop][:, ahead].toarray()
        if monitoring is None or not monitoring.signals[state]:
            out = np.eye(len(rows))[:, :, None] * following[:, None, :]
        elif monitoring.next_law is None:
            out = monitoring.table(state)[:, :, None] * following[:, None, :]
        else:
            first, stop = monitoring.pair_start[state:state + 2]
            after = monitoring.next_law[first:stop][:, ahead].toarray()
            signal = monitoring.table(state)
            out = signal[:, :, None] * after.reshape(*signal.shape, len(ahead))
        return np.asarray(out / out.sum(axis=(1, 2), keepdims=True))

    def incentives(self, row: int) -> Incentives:
        """What the outcomes of a row say."""
        if row not in self._known:
            self._known[row] = self._lay(row)
        return self._known[row]

    def _lay(self, row: int) -> Incentives:
        game = self.game
        state = int(game.row_state[row])
        first = int(game.row_start[state])
        laws = self.laws(state)
        own = laws[row - first].ravel()
        who, to = [], []
        for i in range(game.n_players):
            for other in game.deviation_rows(row, i):
                if other != row and not self._harmless(row, other, i, own, laws[other - first]):
                    who.append(i)
                    to.append(other)
        after = laws[np.array(to, dtype=np.int64) - first].reshape(len(to), own.size)
        likely = np.vstack([own[None], after])
        largest = likely.max(axis=0)
        seen = np.flatnonzero(largest > 0)
        table = likely[:, seen] / largest[seen]
        _, which = np.unique(np.round(table, DIGITS), axis=1, return_inverse=True)
        which = which.ravel()
        count = int(which.max()) + 1
        # The group's proportions are the average of its members', which differ by rounding only.
        total = np.zeros(count)
        np.add.at(total, which, largest[seen])
        sums = np.zeros((len(likely), count))
        np.add.at(sums.T, which, likely[:, seen].T)
        means = sums / total
        spread = np.zeros((count, laws.shape[2]))
        np.add.at(spread, (which, seen % laws.shape[2]), largest[seen])
        group = np.full(len(own), -1, dtype=np.int64)
        group[seen] = which
        return Incentives(
            row, means[0], means[0] - means[1:], np.array(who, dtype=np.int64), np.array(to, dtype=np.int64), spread,
            self.ahead[state], laws[row - first].sum(axis=0),
            after.reshape(len(to), *laws.shape[1:]).sum(axis=1), group)

    def _harmless(self, row: int, other: int, player: int, own: Floats, after: Floats) -> bool:
        """Whether a deviation cannot pay, whatever follows: it earns no more now and does not move the next state.

        Then it is deterred if nobody sees it, and, where money can be burnt, if it never brings an outcome of the row.
        """
        if self.game.payoffs[other, player] > self.game.payoffs[row, player]:
            return False
        same_law = np.array_equal(own.reshape(after.shape).sum(axis=0), after.sum(axis=0))
        found_out = self.game.burning and not (after.ravel()[own > 0] > 0).any()
        return same_law and (found_out or np.array_equal(own, after.ravel()))


def state_components(outcomes: PublicOutcomes) -> tuple[Component, ...]:
    """States that all reach one another, whatever is played, downstream first."""
    pointer = np.concatenate([[0], np.cumsum([len(a) for a in outcomes.ahead])])
    return components(pointer, np.concatenate(outcomes.ahead), outcomes.game.initial)
