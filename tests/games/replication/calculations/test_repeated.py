"""Calculations about repeated games, beside their closed forms and counts worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


@pytest.mark.parametrize("firms", [2, 3, 6, 17])
def test_reversion_to_cournot_has_the_closed_form(firms: int) -> None:
    square = (firms + 1) ** 2
    assert calculate("cournot_reversion", {"firms": firms}) == (Fraction(square, square + 4 * firms),)
    assert calculate("bertrand_reversion", {"firms": firms}) == (Fraction(firms - 1, firms),)


@pytest.mark.parametrize("firms", [2, 3, 4, 5])
def test_stick_and_carrot_has_the_closed_form_and_a_price_below_cost_from_four_firms_on(firms: int) -> None:
    threshold, output, price = calculate("stick_and_carrot", {"firms": firms})
    assert abs(threshold - Fraction((firms + 1) ** 2, 16 * firms)) < 1e-12
    assert price == 1 - firms * output
    assert (price < -1e-12) == (firms >= 4)


def test_the_last_period_counts_as_its_own_game() -> None:
    """Coordination: two equilibria; in two periods every pair of them and nothing else, for no other profile gains."""
    both = {"first": [[2, 0], [0, 1]], "second": [[2, 0], [0, 1]]}
    assert [*calculate("finite_vectors", {**both, "periods": 1})] == [1, 1, 2, 2]
    assert calculate("finite_vectors", {**both, "periods": 2, "discount": "1/2"}) == tuple(
        x for u in ("3/2", "2", "5/2", "3") for x in (Fraction(u),) * 2)
    assert [*calculate("finite_horizons", {**both, "horizons": [1]})] == [2, 2, 1]


def test_a_game_without_pure_equilibrium_has_no_payoffs_and_too_many_are_refused() -> None:
    pennies = {"first": [[1, -1], [-1, 1]], "second": [[-1, 1], [1, -1]]}
    assert calculate("finite_vectors", {**pennies, "periods": 3}) == ()
    many = {"first": [["1.01", 0], [0, "0.1"]], "second": [["0.37", 0], [0, 2]]}
    with pytest.raises(GameError, match="fewer periods"):
        calculate("finite_vectors", {**many, "periods": 40, "discount": "0.9"})
