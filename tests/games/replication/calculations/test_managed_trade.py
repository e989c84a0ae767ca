"""Tariffs: welfare against its algebra, the most cooperative tariff by trying all, and protection in surges."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.managed_trade import Trade, stakes


@pytest.mark.parametrize("trade", [Trade(1.0, 1.0), Trade(0.7, 2.0), Trade(1.4, 0.5)])
def test_welfare_from_market_clearing_is_the_quadratic_form(trade: Trade) -> None:
    v, b = trade.volume, trade.slope
    free = trade.welfare(0.0, 0.0)
    for own, other in ((0.1, 0.0), (0.0, 0.2), (0.3, 0.1), (0.05, 0.4)):
        form = v * own / 2 - 3 * b * own**2 / 8 - v * other / 2 + b * other**2 / 8
        assert trade.welfare(own, other) - free == pytest.approx(form, abs=1e-12)
    assert trade.nash == pytest.approx(2 * v / (3 * b), abs=1e-12)


def test_the_most_cooperative_tariff_is_the_least_of_all_that_hold() -> None:
    trade, grid = Trade(1.0, 1.0), [k / 1500 for k in range(1001)]
    for patience in (0.15, 0.4, 0.55, 0.7):
        holds = [t for t in grid if patience * trade.loss(t) >= (1 - patience) * trade.gain(t) - 1e-12]
        found, = calculate("cooperative_tariffs", {"discounts": [patience]})
        assert 0 <= holds[0] - float(found) <= 1 / 1500 + 1e-9
        assert float(found) == pytest.approx(2 / 3 * max(0.0, (3 - 5 * patience) / (3 - patience)), abs=1e-9)


def test_tariffs_do_not_depend_on_units_but_for_scale() -> None:
    given = {"discounts": ["1/4", "1/2"]}
    plain = calculate("cooperative_tariffs", given)
    scaled = calculate("cooperative_tariffs", given | {"volume": "3/2", "slope": 2})
    assert [float(x) for x in scaled] == pytest.approx([0.75 * float(x) for x in plain], abs=1e-9)


def test_protection_rises_with_the_volume_and_falls_with_patience() -> None:
    edges = [stakes(d, (0.5, 1.5), 1.0) for d in (0.3, 0.5, 0.65)]
    assert edges == sorted(edges)
    stake, edge = edges[1]
    tariffs = [Trade(v, 1.0).least_tariff(stake) for v in (0.6, edge - 1e-6, edge + 0.05, 1.2, 1.5)]
    assert tariffs[:2] == [0.0, 0.0]
    assert 0 < tariffs[2] < tariffs[3] < tariffs[4]


def test_what_is_at_stake_is_a_fixed_point() -> None:
    stake, _ = stakes(0.6, (0.5, 1.5), 1.0)
    volumes = [0.5 + (k + 0.5) / 400 for k in range(400)]
    mean = sum(Trade(v, 1.0).loss(Trade(v, 1.0).least_tariff(stake)) for v in volumes) / 400
    assert 0.6 / 0.4 * mean == pytest.approx(stake, rel=1e-5)


def test_trade_is_free_at_every_volume_from_a_patience_on() -> None:
    least, = calculate("free_trade_patience", {"volumes": ["1/2", "3/2"]})
    for patience, free in ((float(least) - 1e-4, False), (float(least) + 1e-4, True)):
        assert (stakes(patience, (0.5, 1.5), 1.0)[1] >= 1.5) == free


@pytest.mark.parametrize(("name", "given", "said"), [
    ("nash_tariff", {"volume": 0}, "above 0"),
    ("managed_trade", {"discounts": [F(1, 2)], "volumes": [2, 1]}, "the lesser first"),
])
def test_what_makes_no_sense_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
