"""A campaign over random games: sets nest, verdicts are proved, and hardly any is left undecided."""

from __future__ import annotations

import numpy as np
import pytest

from games import Plan, Sustainable, Undecided, Unsustainable
from games.numerics.polygons import excess
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from tests.support.random_games import random_game


@pytest.mark.parametrize(
    "seed", [pytest.param(0, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.campaign)])
def test_on_250_random_games_sets_nest_and_every_verdict_carries_a_proof_that_passes_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    undecided = 0
    for k in range(250):
        game = random_game(rng, 2, 1 + k % 3, 2 + k % 3)
        solution = EquilibriumPolygons(refute_seconds=5).solve(game)
        for found in solution.payoff_sets:
            outer, inner = found.outer, found.inner
            if len(inner):
                assert excess(inner, len(inner), outer, len(outer)) <= 1e-7 * np.ptp(game.payoffs)
        asked = np.ones(game.n_rows, dtype=bool)
        asked[: game.row_start[1]] = False
        asked[rng.integers(game.row_start[1])] = True
        verdict = solution.verdict(Plan(game, asked))
        if isinstance(verdict, Undecided):
            undecided += 1
        else:
            assert isinstance(verdict, (Sustainable, Unsustainable))
            assert verdict.certificate.check(game).accepted
    assert undecided <= 5
