"""Calculations about mergers: the formula of the paper, and who has nobody to merge with."""

from __future__ import annotations

from fractions import Fraction as F
from math import ceil, sqrt

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.mergers import cournot_profit


@pytest.mark.parametrize("firms", [1, 2, 3, 7])
def test_a_cournot_firm_earns_what_the_textbook_says(firms: int) -> None:
    assert cournot_profit(firms) == F(1, (firms + 1) ** 2)


def test_the_least_merger_is_that_of_the_formula_of_salant_switzer_and_reynolds() -> None:
    firms = range(2, 25)
    found = calculate("profitable_merger", {"firms": list(firms)})
    assert [int(k) for k in found] == [ceil((2 * n + 3 - sqrt(4 * n + 5)) / 2 - 1e-12) for n in firms]


def test_one_firm_fewer_than_the_least_merger_loses() -> None:
    for firms in (4, 7, 11):
        merged = int(calculate("profitable_merger", {"firms": [firms]})[0])
        before = cournot_profit(firms)
        assert cournot_profit(firms - merged + 1) >= merged * before
        assert all(cournot_profit(firms - k + 1) < k * before for k in range(2, merged))


def test_a_single_firm_has_nobody_to_merge_with() -> None:
    with pytest.raises(GameError, match="nobody to merge with"):
        calculate("profitable_merger", {"firms": [1]})
