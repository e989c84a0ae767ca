"""Calculations about payments promised beforehand: closed forms, and grids of transfers with all equilibria."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product

import pytest

from games.model.stage_game import stage_game
from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.side_payments import solo_payoff


@pytest.mark.parametrize(("r", "c", "e"), [(10, 1, 1), (6, 2, 1), ("7/2", 1, 3)])
def test_prices_bring_about_the_efficient_level(r: object, c: int, e: int) -> None:
    first, second, level, without = calculate("compensation", {"gain": r, "cost": c, "harm": e})
    gain = F(str(r))
    assert level == gain / (c + e)                     # where r x - c x²/2 - e x²/2 is largest
    assert first == second == e * level
    assert without == gain / c


def test_a_harmless_externality_at_no_cost_is_refused() -> None:
    with pytest.raises(GameError, match="give positive ones"):
        calculate("compensation", {"gain": 1, "cost": 0, "harm": 0})


@pytest.mark.parametrize("dilemma", [[2, 3, 0, -1], [4, 5, 1, 0], [6, 8, 3, 1]])
def test_offers_are_what_temptation_asks_for_where_fear_asks_for_the_same(dilemma: list[int]) -> None:
    r, t, p, s = dilemma
    assert t - r == p - s
    found = calculate("conditional_offers", {"dilemma": dilemma, "step": "1/2", "most": 3})
    assert list(found) == [t - r, t - r, r, r]


def test_where_temptation_exceeds_fear_no_offers_are_best_replies() -> None:
    assert calculate("conditional_offers", {"dilemma": [4, 6, 1, 0], "step": "1/2", "most": 4}) == ()


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
