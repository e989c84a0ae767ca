"""Calculations about linked markets: shares on a grid, markets of the same firms, and what is refused."""

from __future__ import annotations

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


def test_no_shares_on_a_grid_deter_at_a_lower_discount_factor() -> None:
    def needed(third: float) -> float:
        two = 0.5 + (1 - third) / 2                    # of each of the firms in both markets, which could have 2
        return max(1 - two / 2, 1 - third)

    found, = calculate("linked_markets", {"markets": [[1, 2], [1, 2, 3]]})
    assert float(found) == pytest.approx(min(needed(k / 1000) for k in range(1001)), abs=1e-9)


@pytest.mark.parametrize("firms", [2, 3, 5])
def test_in_one_market_equal_shares_deter_best(firms: int) -> None:
    found, = calculate("linked_markets", {"markets": [list(range(firms))]})
    assert float(found) == pytest.approx((firms - 1) / firms, abs=1e-9)


def test_markets_of_the_same_firms_gain_nothing_from_the_link() -> None:
    found, = calculate("linked_markets", {"markets": [[1, 2], [1, 2]]})
    assert float(found) == pytest.approx(1 / 2, abs=1e-9)


def test_a_market_without_firms_is_refused() -> None:
    with pytest.raises(GameError, match="some firms"):
        calculate("linked_markets", {"markets": [[1, 2], []]})
