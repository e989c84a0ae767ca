"""Calculations about votes, agreements and reputations that no claim alone pins down: what they refuse, and by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


def test_linear_agreements_do_not_depend_on_the_scale() -> None:
    for benefit, cost in (("1", "1"), ("3", "1/7")):
        given = {"countries": 6, "benefit": benefit, "cost": cost}
        assert [*calculate("linear_environmental_agreements", given)] == [2, 3]


def test_contributions_by_hand_and_what_is_no_dilemma_is_refused() -> None:
    assert [*calculate("contributions", {"countries": 4, "costs": ["3/2", "7/2"]})] == [2, 4]
    with pytest.raises(GameError, match="above 1"):
        calculate("contributions", {"countries": 4, "costs": [1]})


def test_vetoes_in_indices_of_power() -> None:
    alone = {"members": 3, "vetoes": 1, "needed": 2}                   # wins: {1, 2}, {1, 3}, {1, 2, 3}
    assert [*calculate("swings_with_vetoes", alone)] == [3, 1, 1]
    assert calculate("banzhaf_with_vetoes", alone) == (Fraction(3, 5), Fraction(1, 5), Fraction(1, 5))
    assert calculate("shapley_shubik_with_vetoes", alone) == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))


def test_proposals_are_what_prices_leave() -> None:
    given = {"members": 5, "vetoes": 2, "quota": 4, "discount": "9/10"}
    veto, other = calculate("veto_players", given)
    d = Fraction(9, 10)
    assert calculate("veto_proposals", given) == (1 - d * veto - 2 * d * other, 1 - 2 * d * veto - d * other)


def test_the_risk_averse_get_less_and_who_loves_risk_is_refused() -> None:
    assert [float(x) for x in calculate("risk_averse", {"power": 1, "parts": 4})] == pytest.approx([0.5, 0.5])
    share, worth = calculate("risk_averse", {"power": "1/4", "parts": 10})
    assert (float(share), float(worth)) == pytest.approx((0.8, 0.2**0.25))
    with pytest.raises(GameError, match="at most 1"):
        calculate("risk_averse", {"power": 2, "parts": 4})


def test_entry_at_the_limit_belief_pays_nothing() -> None:
    assert [*calculate("entry_pays", {"b": "1/2", "belief": "1/8", "left": 3})] == [0]
    assert calculate("entry_pays", {"b": "1/2", "belief": "1/10", "left": 1}) == (Fraction(2, 5),)


def test_growth_of_stakes_is_that_of_the_stakes() -> None:
    numbers = [15, 1, 5, "9/10"]
    stakes = calculate("stakes", {"numbers": numbers, "trust": "1/10", "steps": 4})
    first, later = calculate("growth_of_stakes", {"numbers": numbers, "trust": "1/10"})
    assert first == stakes[1] / stakes[0]
    assert later == stakes[4] / stakes[3]
