"""Calculations about mergers and coalitions in turn: against plain backward induction over all sizes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from math import ceil, sqrt

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.coalitions_in_turn import cournot_profit, sizes_in_turn

Payoff = Callable[[int, tuple[int, ...]], F]


def cartel(size: int, structure: tuple[int, ...]) -> F:
    return F(1, (len(structure) + 1) ** 2 * size)


def group(size: int, structure: tuple[int, ...]) -> F:
    return sum(s * s for s in structure) - F(size**2, 2)


def plainly(left: int, formed: tuple[int, ...], payoff: Payoff) -> tuple[int, ...]:
    """The whole structure, with nothing remembered or left out."""
    if not left:
        return formed
    structures = [plainly(left - size, (*formed, size), payoff) for size in range(left, 0, -1)]
    return max(structures, key=lambda one: payoff(one[len(formed)], one))


@pytest.mark.parametrize("players", range(1, 9))
def test_sizes_in_turn_are_those_of_plain_backward_induction(players: int) -> None:
    found = sizes_in_turn(players, lambda _: 1, lambda size, cartels: cournot_profit(cartels) / size)
    assert found == plainly(players, (), cartel)
    for separable in (False, True):
        assert sizes_in_turn(
            players, lambda size: size**2, lambda size, total: total - F(size**2, 2), separable=separable,
        ) == plainly(players, (), group)


@pytest.mark.parametrize("firms", [1, 2, 3, 7])
def test_a_cournot_firm_earns_what_the_textbook_says(firms: int) -> None:
    assert cournot_profit(firms) == F(1, (firms + 1) ** 2)


def test_the_last_cartel_is_the_least_merger_that_pays() -> None:
    for firms in range(3, 13):
        *alone, last = calculate("cartels_in_turn", {"firms": firms})
        assert [last] == list(calculate("profitable_merger", {"firms": [firms]}))
        assert set(alone) <= {F(1)}


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


def test_numbers_that_form_one_group_are_those_with_one_size() -> None:
    found = [int(x) for x in calculate("all_in_one_group", {"most": 14})]
    assert found == [n for n in range(1, 15) if len(calculate("groups_in_turn", {"players": n})) == 1]


def test_a_single_firm_has_nobody_to_merge_with() -> None:
    with pytest.raises(GameError, match="nobody to merge with"):
        calculate("profitable_merger", {"firms": [1]})
