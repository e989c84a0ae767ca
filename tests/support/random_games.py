"""Random games for tests: seeded by the caller, small enough to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame


def random_game(
    rng: np.random.Generator,
    players: int = 2,
    states: int = 1,
    actions: int | tuple[int, int] = 2,
    *,
    discount: float | Sequence[float] | None = None,
    integers: bool = False,
    reach: int | None = None,
) -> StochasticGame:
    """A random stochastic game.

    ``actions``   how many each player has in each state, or the (least, greatest) number, drawn for each.
    ``discount``  None draws one factor for all, from [0.2, 0.9), rounded to two decimals.
    ``integers``  payoffs from -3 ... 4, so that ties and degenerate stage games occur; otherwise uniform on [-1, 2),
                  rounded to six decimals, so that files hold them exactly.
    ``reach``     how many next states a row has at most; None means all.  Probabilities are multiples of 1/64.
    """
    least, greatest = (actions, actions) if isinstance(actions, int) else actions
    counts = rng.integers(least, greatest + 1, size=(states, players))
    rows = int(counts.prod(axis=1).sum())
    payoffs = (
        rng.integers(-3, 5, size=(rows, players)).astype(float)
        if integers
        else np.round(rng.uniform(-1, 2, size=(rows, players)), 6)
    )
    if discount is None:
        discount = float(np.round(rng.uniform(0.2, 0.9), 2))
    factors = np.full(players, discount) if isinstance(discount, float) else np.asarray(discount, dtype=float)
    return StochasticGame(
        players=tuple(f"P{i + 1}" for i in range(players)),
        discount=factors,
        states=tuple(f"s{s}" for s in range(states)),
        actions=tuple(
            tuple(tuple(f"{'abcdefgh'[i]}{k}" for k in range(counts[s, i])) for i in range(players))
            for s in range(states)
        ),
        payoffs=payoffs,
        transition=csr_array(np.array([_law(rng, states, reach) for _ in range(rows)])),
        name="random",
    )


def relabelled(
    game: StochasticGame, rng: np.random.Generator
) -> tuple[StochasticGame, list[int], list[int]]:
    """The same game with players, states and actions in another order, and the old numbers of players and states.

    Player i of the new game is ``players[i]`` of the old one, state s is ``states[s]``.
    """
    players, states = rng.permutation(game.n_players).tolist(), rng.permutation(game.n_states).tolist()
    rows, actions = [], []
    for s in states:
        counts = game.action_counts[s]
        orders = [rng.permutation(counts[i]) for i in range(game.n_players)]
        numbers = np.arange(game.row_start[s], game.row_start[s + 1]).reshape(counts)
        rows.append(numbers[np.ix_(*orders)].transpose(players).ravel())
        actions.append(tuple(tuple(game.actions[s][i][k] for k in orders[i]) for i in players))
    order = np.concatenate(rows)
    other = StochasticGame(
        tuple(game.players[i] for i in players), game.discount[players], tuple(game.states[s] for s in states),
        tuple(actions), game.payoffs[np.ix_(order, players)],
        csr_array(game.transition.toarray()[np.ix_(order, states)]),
        initial=states.index(game.initial), transfers=game.transfers, burning=game.burning, name=game.name)
    return other, players, states


def _law(rng: np.random.Generator, states: int, reach: int | None) -> np.ndarray:
    """Float[states]: a distribution in multiples of 1/64, so that it sums to one exactly."""
    support = rng.permutation(states)[: int(rng.integers(1, min(reach or states, states) + 1))]
    law = np.zeros(states)
    law[support] = rng.multinomial(64, np.full(len(support), 1 / len(support))) / 64
    return law
