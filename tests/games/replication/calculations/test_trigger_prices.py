"""Trigger prices: values by another road, outputs that are best replies only near by, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F
from math import log
from statistics import NormalDist
from typing import Any

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate

NORMAL = NormalDist()
MARKET = {"discount": 0.9, "sigma": 0.1}


def values(output: float, trigger: float, sigma: float, periods: int | None) -> tuple[float, list[float]]:
    """What collusion at an output is worth, step by step through a price war, and what other outputs are worth once."""
    d = 0.9

    def profit(own: float) -> float:
        return own * (9 - own - output)

    def war(own: float) -> float:
        return NORMAL.cdf((log(trigger / (10 - own - output)) + sigma**2 / 2) / sigma)

    worth = 0.0
    for _ in range(2000):
        after = 9.0 if periods is None else worth
        for _ in range(0 if periods is None else periods - 1):
            after = (1 - d) * 9 + d * after
        worth = (1 - d) * profit(output) + d * ((1 - war(output)) * worth + war(output) * after)
    others = [k * (9.9 - output) / 500 for k in range(1, 500)]
    return worth, [(1 - d) * profit(q) + d * ((1 - war(q)) * worth + war(q) * after) for q in others]


@pytest.mark.parametrize(("trigger", "sigma", "periods"), [
    (4.0, 0.1, 10), (4.5, 0.1, 10), (4.2, 0.1, None), (5.0, 0.05, None), (4.1, 0.1, 4)])
def test_collusion_is_a_best_reply_to_itself_among_all_outputs(
    trigger: float, sigma: float, periods: int | None
) -> None:
    given = MARKET | {"sigma": sigma, "trigger": trigger, "periods": periods}
    output, value, *_ = (float(x) for x in calculate("trigger_price", given))
    worth, others = values(output, trigger, sigma, periods)
    assert value == pytest.approx(worth, abs=1e-8)
    assert max(others) <= worth + 1e-8
    every = [float(x) for x in calculate("trigger_equilibria", given)]
    assert output in every
    assert every[-1] == 3


def test_an_output_that_is_a_best_reply_only_near_by_is_left_out() -> None:
    given: dict[str, Any] = MARKET | {"sigma": 0.05, "trigger": 5.0}
    low, cournot = (float(x) for x in calculate("trigger_equilibria", given))
    assert (round(low, 3), cournot) == (2.262, 3)
    worth, others = values(2.592199268808926, 5.0, 0.05, None)         # solves the first-order condition all the same
    assert max(others) > worth + 0.01


def test_longer_wars_are_worth_more_in_green_and_porter_and_the_first_best_is_out_of_reach() -> None:
    given = MARKET | {"between": [4.0, 4.4]}
    found = [float(*calculate("best_trigger_value", given | {"periods": k})) for k in (4, 6, 10, 30)]
    found.append(float(*calculate("best_trigger_value", given)))
    assert found == sorted(found)
    assert found[0] > 9
    assert found[-1] < 10.125


def test_a_trigger_that_sustains_nothing_is_refused() -> None:
    with pytest.raises(GameError, match="nothing but Cournot"):
        calculate("trigger_price", MARKET | {"trigger": 4.0, "periods": 2})
    assert calculate("trigger_equilibria", MARKET | {"trigger": 4.0, "periods": 2}) == (F(3),)
    assert calculate("best_trigger_value", MARKET | {"between": [4.0, 4.1], "periods": 2}) == ()
