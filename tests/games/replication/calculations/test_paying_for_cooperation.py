"""Calculations about prices and offers announced beforehand: closed forms, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


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
