"""Games made from their numbers are the games that have these numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.stochastic_game import StochasticGame
from games.structure.games import FloatGames
from games.structure.numbers import numbers_of
from tests.support.noisy_games import random_noisy_game
from tests.support.public_numbers import public_numbers_of
from tests.support.random_games import random_game


def assert_same(one: StochasticGame, other: StochasticGame) -> None:
    """The same payoffs, laws and signals, in floating point."""
    assert np.array_equal(one.payoffs, other.payoffs) and np.array_equal(one.discount, other.discount)
    assert np.array_equal(one.transition.toarray(), other.transition.toarray())
    assert (one.states, one.actions, one.transfers) == (other.states, other.actions, other.transfers)
    assert (one.monitoring is None) == (other.monitoring is None)
    if one.monitoring is not None and other.monitoring is not None:
        assert one.monitoring.signals == other.monitoring.signals
        for s in range(one.n_states):
            assert np.array_equal(one.monitoring.table(s), other.monitoring.table(s))
        mine, its = one.monitoring.next_law, other.monitoring.next_law
        assert (mine is None) == (its is None)
        if mine is not None and its is not None:
            assert np.allclose(mine.toarray(), its.toarray(), rtol=0, atol=1e-12)


def telling(game: StochasticGame, rng: np.random.Generator) -> StochasticGame:
    """The game with next states that depend on the signal, all of which are possible."""
    seen = game.monitoring
    assert seen is not None
    laws = tuple((table * 0.8 + 0.2 / table.shape[1]).round(12) for table in map(seen.table, range(game.n_states)))
    after = [rng.dirichlet(np.ones(game.n_states), size=law.size) for law in laws]
    given = [some.reshape(*law.shape, -1) for law, some in zip(laws, after, strict=True)]
    ahead = [np.einsum("ry,ryz->rz", law, some) for law, some in zip(laws, given, strict=True)]
    return replace(
        game, transition=csr_array(np.concatenate(ahead)),
        monitoring=replace(seen, law=laws, next_law=csr_array(np.concatenate(after))))


@pytest.mark.parametrize("tells", [False, True])
def test_games_with_signals(tells: bool) -> None:
    rng = np.random.default_rng(4)
    for _ in range(6):
        game = random_noisy_game(rng, players=3, states=3, signals=4, zeros=False)
        if tells:
            game = telling(game, rng)
        plan = game.row_start[:-1]
        numbers = public_numbers_of(game, plan)
        games = FloatGames(numbers.structure, game)
        assert_same(games.at(numbers), game)
        other = replace(numbers, earned=2 * numbers.earned, discount=np.full(3, 0.3))
        assert_same(games.at(other), replace(game.with_discount(0.3), payoffs=2 * game.payoffs))


def test_games_in_which_everyone_sees_everything() -> None:
    rng = np.random.default_rng(5)
    for players in (2, 3):
        game = random_game(rng, players, 4, 2, discount=0.6, reach=2)
        numbers = numbers_of(game, game.row_start[:-1])
        assert_same(FloatGames(numbers.structure, game).at(numbers), game)
