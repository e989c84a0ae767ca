"""Where rounding could decide: sets of very patient players settle slowly, and margins at thresholds are zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from games import Plan, Sustainable, read_game, repeated_game, solve
from games.solvers.equilibrium_polygons.paths import path_sets
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons


@pytest.mark.slow
def test_where_the_exact_check_refuses_by_rounding_an_equilibrium_with_slack_to_spare_is_found() -> None:
    """Three states, discount factor 0.999, payoffs with twelve digits; the margin is three hundred payoff ranges."""
    game = read_game(Path(__file__).with_name("patient.json"))
    verdict = EquilibriumPolygons(refute_seconds=1.0, inner_sets=False).solve(game).verdict(Plan.free(game))
    assert isinstance(verdict, Sustainable)
    assert verdict.certificate.check(game).accepted
    assert verdict.margin is not None and verdict.margin > 100 * np.ptp(game.payoffs)


@pytest.mark.parametrize(("punishment", "reward", "temptation"), [(2, 4, 5), (1, 6, 7), (-2, 2, 4), (1, 3, 7)])
def test_a_margin_that_is_zero_but_for_rounding_has_the_sign_of_the_proof(
    punishment: int, reward: int, temptation: int
) -> None:
    """Dilemmas at exactly the discount factor from which on cooperation holds."""
    p, r, t = punishment, reward, temptation
    game = repeated_game([[[r, r], [p - 1, t]], [[t, p - 1], [p, p]]], f"{t - r}/{t - p}")
    solution, plan = solve(game), Plan.of_profile(game, "a0,b0")
    computed = path_sets(game, solve_payoff_sets(game), plan).margin
    assert computed is not None and -1e-12 < computed < 0
    verdict = solution.verdict(plan)
    link = solution.weakest_link(plan, verdict)
    assert isinstance(verdict, Sustainable)
    assert solution.margin(plan) == 0.0
    assert link is not None and link.margin == 0.0
