"""QuantEcon's payoff sets of random repeated games, one JSON line per seed.

    python -m tests.support.quantecon_sets FIRST LAST

A process of its own: on some games QuantEcon writes outside its arrays, which may bring the process down.  It is
imported there only: test workers that import it at once for the first time spoil each other's compiled code.
"""

from __future__ import annotations

import json
import sys
import warnings

import numpy as np

from games.model.stochastic_game import StochasticGame, repeated_game


def random_game(seed: int) -> StochasticGame:
    """Two to five actions per player, payoffs uniform on [0, 1]."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    return repeated_game(rng.random((n, n, 2)), discount=float(rng.choice([0.3, 0.5, 0.7])))


def by_quantecon(game: StochasticGame) -> list[list[float]] | None:
    """Vertices of QuantEcon's set; None where it fails, as it does on sets of one or two points."""
    from quantecon.game_theory import NormalFormGame, Player, RepeatedGame

    g = game.stage_payoffs(0)
    stage = NormalFormGame([Player(np.ascontiguousarray(g[..., 0])), Player(np.ascontiguousarray(g[..., 1].T))])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = RepeatedGame(stage, float(game.discount[0])).equilibrium_payoffs(
                options={"tol": 1e-10, "max_iter": 1000})
        return [[float(x), float(y)] for x, y in found.points[found.vertices]]
    except Exception:  # whatever it trips over, there is no set to compare with
        return None


if __name__ == "__main__":
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps([seed, by_quantecon(random_game(seed))]), flush=True)
