"""Calculations about transfers promised for what is played: a grid of transfers with all equilibria."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product

import pytest

from games.model.stage_game import stage_game
from games.replication.calculations.solo_payoffs import solo_payoff


@pytest.mark.parametrize("temptation", [3, 4])
def test_transfers_on_a_grid_secure_no_more_than_the_solo_payoff_and_nearly_as_much(temptation: int) -> None:
    """The worst equilibrium, mixed ones included, for transfers of the first player for every profile."""
    step, t = F(1, 4), temptation
    payoffs = [[[2, 2], [-1, t]], [[t, -1], [0, 0]]]
    worst = []
    for paid in product((F(0), F(1), F(1) + step, F(5)), repeat=4):
        game = stage_game([
            [[payoffs[a][b][0] - paid[2 * a + b], payoffs[a][b][1] + paid[2 * a + b]] for b in (0, 1)] for a in (0, 1)
        ])
        profiles = game.mixed_equilibria().profiles
        worst.append(min(game.expected(profile, 0) for profile in profiles))
    found = F(solo_payoff(payoffs)).limit_denominator(1000)
    assert found - step <= max(worst) <= found


def test_who_needs_to_promise_nothing_has_its_dominant_payoff() -> None:
    assert solo_payoff([[[3, 1], [1, 0]], [[0, 1], [0, 0]]]) == pytest.approx(3)
