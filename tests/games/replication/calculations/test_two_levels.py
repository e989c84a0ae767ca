"""Calculations about ratification: against iteration of offers and against a grid of offers."""

from __future__ import annotations

import pytest

from games.replication.calculations import calculate


@pytest.mark.parametrize("floors", [(0, 0), (0.6, 0), (0, 0.55), (0.5, 0.4), (0.2, 0.7), (0.5, 0.5)])
@pytest.mark.parametrize("d", [0.5, 0.9])
def test_offers_are_where_iterated_replies_settle(floors: tuple[float, float], d: float) -> None:
    first, second = 0.0, 0.0
    for _ in range(600):
        first, second = 1 - max(d * (1 - second), floors[1]), max(d * first, floors[0])
    found = calculate("ratified_offers", {"discount": d, "floors": floors})
    assert [float(x) for x in found] == pytest.approx([first, second], abs=1e-9)


def test_floors_that_do_not_bind_change_nothing() -> None:
    free = calculate("ratified_offers", {"discount": "9/10", "floors": [0, 0]})
    assert calculate("ratified_offers", {"discount": "9/10", "floors": ["2/5", "2/5"]}) == free


def test_floors_that_leave_nothing_to_divide_leave_no_offers() -> None:
    assert calculate("ratified_offers", {"discount": "9/10", "floors": ["3/5", "1/2"]}) == ()


@pytest.mark.parametrize("highest", [0.2, 0.45, 0.6, 1.0])
def test_no_offer_to_ratifiers_is_better(highest: float) -> None:
    def worth(offer: float) -> float:
        return (1 - offer) * min(1.0, offer / highest)

    offer, = calculate("offer_to_ratifiers", {"highest": [highest]})
    assert max(worth(k / 2000) for k in range(2001)) <= worth(float(offer)) + 1e-7
