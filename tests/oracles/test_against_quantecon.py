"""Payoff sets of random repeated games against QuantEcon's, and where that fails against a plain iteration."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np
from numpy.typing import NDArray
from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

from games.polygon_sets import solve_payoff_sets
from games.stochastic_game import StochasticGame, repeated_game
from tests.oracles.naive_payoff_sets import naive_payoff_set

GAMES = 200
ANGLE = np.arange(180) * np.pi / 90
DIRECTIONS = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])


def random_game(seed: int) -> StochasticGame:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    return repeated_game(rng.random((n, n, 2)), discount=float(rng.choice([0.3, 0.5, 0.7])))


def by_quantecon(game: StochasticGame) -> NDArray[np.float64] | None:
    """Vertices of QuantEcon's set; None where it fails, as it does on sets of one or two points."""
    g = game.stage_payoffs(0)
    stage = NormalFormGame([Player(g[..., 0].copy()), Player(np.ascontiguousarray(g[..., 1].T))])
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = RepeatedGame(stage, float(game.discount[0])).equilibrium_payoffs(options={"tol": 1e-10, "max_iter": 1000})
        return np.asarray(found.points[found.vertices], dtype=float)
    return None


def same(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> bool:
    if len(ours) == 0 or len(theirs) == 0:
        return len(ours) == len(theirs)
    difference = (ours @ DIRECTIONS.T).max(axis=0) - (theirs @ DIRECTIONS.T).max(axis=0)
    return bool(np.abs(difference).max() < 1e-6)


def test_random_repeated_games_agree_with_quantecon_or_else_with_a_plain_iteration() -> None:
    agreed = checked = 0
    for seed in range(GAMES):
        game = random_game(seed)
        ours = solve_payoff_sets(game)
        assert ours.status == "converged", seed
        theirs = by_quantecon(game)
        if theirs is not None and same(ours.polygons[0], theirs):
            agreed += 1
            continue
        plain = naive_payoff_set(game, sweeps=int(np.ceil(np.log(1e-9) / np.log(game.discount[0]))))
        assert same(ours.polygons[0], plain), seed
        checked += 1
    assert agreed + checked == GAMES
    assert agreed > GAMES // 2
