"""Sets of players who are not equally patient: trade over time never brings more than the best stage payoff."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import StochasticGame, solve
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets

PAYOFFS: list[list[float]] = [[1, 2], [-1, 3], [2, -1], [0, 0.5], [1, 0], [-1, 3], [2, -3], [0, 0.5]]
LAW = [[0.9, 0.1]] * 4 + [[0.6, 0.4]] * 4


def two_states(discount: list[float], payoffs: list[list[float]] = PAYOFFS) -> StochasticGame:
    """Two dilemmas in which nothing that is done changes what comes next."""
    labels = ((("c", "b"), ("c", "b")),) * 2
    return StochasticGame(
        ("A", "B"), np.array(discount), ("s0", "s1"), labels, np.array(payoffs, dtype=float), csr_array(np.array(LAW)))


def test_a_set_that_is_a_point_is_found_to_be_one() -> None:
    solution = solve(two_states([0.8, 0.3]))
    assert solution.status == "converged"
    for state in (0, 1):
        found = solution.payoff_set(state)
        assert np.abs(found.outer - [0, 0.5]).max() < 1e-9
        assert np.abs(found.inner - [0, 0.5]).max() < 1e-9
        assert found.gap < 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_no_player_has_more_or_less_than_in_the_best_or_worst_stage(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = two_states(rng.uniform(0.05, 0.95, 2).round(2).tolist(), rng.integers(-3, 4, (8, 2)).tolist())
    for vertices in (None, 8):
        for polygon in solve_payoff_sets(game, max_vertices=vertices, max_sweeps=300).polygons:
            if len(polygon):
                assert (polygon.min(axis=0) >= game.payoffs.min(axis=0) - 1e-9).all()
                assert (polygon.max(axis=0) <= game.payoffs.max(axis=0) + 1e-9).all()
