"""Calculations about coalitions in turn: against plain backward induction over all sizes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F

import pytest

from games.replication.calculations import calculate
from games.replication.calculations.coalitions_in_turn import sizes_in_turn
from games.replication.calculations.mergers import cournot_profit

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


def test_the_last_cartel_is_the_least_merger_that_pays() -> None:
    for firms in range(3, 13):
        *alone, last = calculate("cartels_in_turn", {"firms": firms})
        assert [last] == list(calculate("profitable_merger", {"firms": [firms]}))
        assert set(alone) <= {F(1)}


def test_numbers_that_form_one_group_are_those_with_one_size() -> None:
    found = [int(x) for x in calculate("all_in_one_group", {"most": 14})]
    assert found == [n for n in range(1, 15) if len(calculate("groups_in_turn", {"players": n})) == 1]
