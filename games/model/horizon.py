"""Games that end: how many periods are left in each state, and a game with discounting that is played alike.

Where play surely ends, a player may have the discount factor 1: what counts is the average payoff per period.  Such a
game has the same equilibria as a game with discounting.  Let T be the number of periods, d = T / (T + 1), and let the
payoffs of period t = 0, 1, ... be multiplied by (1 + 1/T) / d**t.  Then (1 - d) * sum of d**t * payoff is the average
of the T payoffs as they were, and what a player has from any history on is a positive multiple of the sum of what it
had, so that every strategy profile is an equilibrium of both games or of neither.  All numbers stay rational.

Source: Benoit and Krishna (1985) for equilibria of finitely repeated games; the rescaling is immediate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from games.numerics.arrays import Ints
from games.numerics.components import components
from games.numerics.exact import to_fraction

if TYPE_CHECKING:
    from games.model.stochastic_game import StochasticGame

Flags = NDArray[np.bool_]


@final
@dataclass(frozen=True, eq=False)
class Horizon:
    """When a game ends.

    ``period``  Int[states]: the period, from 0, in which each state comes; -1 where play rests, which is the end.
    ``left``    Int[states]: how many periods are left at most, that of the state included; 0 at the end.
    ``periods`` of play from the initial state, at most.
    """

    period: Ints
    left: Ints
    periods: int


def horizon_of(game: StochasticGame) -> Horizon | str:
    """When the game ends, or why nobody can do without discounting in it, in words.

    Play ends where a state keeps itself for certain and pays nobody anything, whatever is done.  All states must lead
    there, and each of them must come in one period only.
    """
    law = game.transition
    own = csr_array((np.ones(game.n_rows), (game.row_state, np.arange(game.n_rows))))
    arcs = csr_array(own @ (law > 0).astype(float)).tocoo()
    source, target = (np.asarray(ends, dtype=np.int64) for ends in arcs.coords)
    busy = np.logical_or.reduceat((game.payoffs != 0).any(axis=1), game.row_start[:-1])
    for (kind, row, _), value in game.rationals.items():
        if kind == "payoff" and value:
            busy[game.row_state[row]] = True
    busy[source[source != target]] = True
    rest = ~busy
    if not rest.any():
        return "play never ends: no state keeps itself for certain and pays nothing"
    ahead = ~rest[source] & ~rest[target]
    first, then = source[ahead], target[ahead]
    left = _periods_left(game, rest, first, then)
    if isinstance(left, str):
        return left
    period = _periods(game, rest, first, then)
    if isinstance(period, str):
        return period
    return Horizon(period, left, int(left[game.initial]))


def _periods_left(game: StochasticGame, rest: Flags, first: Ints, then: Ints) -> Ints | str:
    """Int[states]: periods until the end, at most; why there need be none, in words, where play can come back."""
    size = game.n_states
    graph = csr_array((np.ones(len(first)), (first, then)), shape=(size, size))
    left = np.zeros(size, dtype=np.int64)
    for component in components(graph.indptr, graph.indices, game.initial):
        s = int(component.states.min())
        if component.cyclic:
            return f"play need not end: it can come back to state {game.states[s]!r}"
        ahead = graph.indices[graph.indptr[s] : graph.indptr[s + 1]]
        left[s] = 0 if rest[s] else 1 + left[ahead].max(initial=0)
    return left


def _periods(game: StochasticGame, rest: Flags, first: Ints, then: Ints) -> Ints | str:
    """Int[states] with period[then] = period[first] + 1; the initial state's is 0, as is the first of all others."""
    size = game.n_states
    arcs: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for a, b in zip(first.tolist(), then.tolist(), strict=True):
        arcs[a].append((b, 1))
        arcs[b].append((a, -1))
    _, group = connected_components(csr_array((np.ones(len(first)), (first, then)), shape=(size, size)), directed=False)
    period = np.full(size, -1, dtype=np.int64)
    known = rest.copy()
    for start in [game.initial, *range(size)]:
        if known[start]:
            continue
        period[start], known[start] = 0, True
        waiting = [start]
        while waiting:
            s = waiting.pop()
            for t, step in arcs[s]:
                if not known[t]:
                    period[t], known[t] = period[s] + step, True
                    waiting.append(t)
                elif period[t] != period[s] + step:
                    return (f"state {game.states[t]!r} can come in more than one period; give it a name for each "
                            "period in which it comes")
        mine = (group == group[start]) & ~rest
        if group[start] != group[game.initial]:
            period[mine] -= period[mine].min()
    return period


@final
@dataclass(frozen=True, eq=False)
class Restated:
    """A game with discounting that has the same equilibria as a game in which some players do without.

    ``game``    with the same states, actions, laws and rows.
    ``scale``   per state and player: a payoff of 1 in the old game is so much in the new one.
    ``share``   per state and player: a value of 1 in the new game is so much in the old one: of players who do not
                discount the average per period that is left, of others the same.
    """

    game: StochasticGame
    scale: tuple[tuple[Fraction, ...], ...]
    share: tuple[tuple[Fraction, ...], ...]


def with_discounting(game: StochasticGame) -> Restated | str:
    """The game restated with discount factors below 1 for everybody, or why that cannot be, in words."""
    found = horizon_of(game)
    if isinstance(found, str):
        return found
    total, one = Fraction(found.periods or 1), Fraction(1)
    factor = total / (total + 1)
    patient = [game.exact_discount(i) == 1 for i in range(game.n_players)]
    scale, share = [], []
    for period, left in zip(found.period.tolist(), found.left.tolist(), strict=True):
        up = one if not left else (1 + 1 / total) / factor**period
        down = one if not left else total * factor**period / left
        scale.append(tuple(up if p else one for p in patient))
        share.append(tuple(down if p else one for p in patient))
    payoffs, kept = game.payoffs.copy(), {k: v for k, v in game.rationals.items() if k[0] == "transition"}
    for row in range(game.n_rows):
        for i, p in enumerate(patient):
            value = game.exact_payoff(row, i) * (scale[int(game.row_state[row])][i] if p else one)
            payoffs[row, i] = float(value)
            if to_fraction(float(value)) != value:
                kept["payoff", row, i] = value
    plain = replace(game, discount=np.where(patient, 0.5, game.discount), payoffs=payoffs, rationals=kept, _tables=None)
    discounts = [factor if p else game.exact_discount(i) for i, p in enumerate(patient)]
    return Restated(plain.with_discount(discounts), tuple(scale), tuple(share))
