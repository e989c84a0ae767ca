"""Collusion in booms: fixed points by plain iteration, many states for a continuum, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.booms import settled, sustained


def iterated(profits: list[float], chances: list[float], reach: float) -> list[float]:
    kept = np.array(profits)
    for _ in range(1500):
        kept = np.minimum(profits, reach * (np.array(chances) @ kept))
    return list(map(float, kept))


def test_the_largest_fixed_point_is_where_iteration_from_above_ends() -> None:
    random = np.random.default_rng(7)
    for _ in range(25):
        count = int(random.integers(1, 6))
        profits = [F(int(x), 4) for x in random.integers(1, 20, count)]
        weights = [int(x) for x in random.integers(1, 6, count)]
        chances = [F(w, sum(weights)) for w in weights]
        reach = F(int(random.integers(5, 40)), 16) + F(1, 97)
        found = sustained(profits, chances, reach)
        assert found == [min(m, reach * sum(p * x for p, x in zip(chances, found, strict=True))) for m in profits]
        plain = iterated([float(x) for x in profits], [float(x) for x in chances], float(reach))
        assert [float(x) for x in found] == pytest.approx(plain, abs=1e-8)


@pytest.mark.parametrize(("discount", "firms"), [("11/20", 2), ("3/5", 2), ("18/25", 3)])
def test_a_continuum_of_shocks_is_the_limit_of_many(discount: str, firms: int) -> None:
    profits = [F(60 * 200 + 60 * k + 30, 200) ** 2 / 4 for k in range(200)]
    kept = calculate("collusion", {"profits": profits, "discount": discount, "firms": firms})
    mean, = calculate("profit_under_shocks", {
        "intercept": 60, "shocks": [0, 60], "discount": discount, "firms": firms})
    assert float(sum(kept)) / 200 == pytest.approx(float(mean), rel=1e-4)


def test_at_the_fixed_point_the_gain_that_is_deterred_is_what_reversion_takes() -> None:
    gain, shock, mean = settled(60, (0, 60), 0.55, 2)
    assert gain == pytest.approx(0.55 / 0.45 * mean / 2, rel=1e-11)
    assert (60 + shock) ** 2 / 4 / 2 == pytest.approx(gain, rel=1e-11)


def test_patience_helps_and_rivals_hurt_and_booms_are_where_it_binds() -> None:
    given = {"profits": [1, 2, 4]}
    for firms in (2, 3, 5):
        found = [calculate("collusion", given | {"discount": F(k, 40), "firms": firms}) for k in range(1, 40)]
        assert all(a <= b for one, other in pairwise(found)
                   for a, b in zip(one, other, strict=True))
        assert all(x[0] <= x[1] <= x[2] and (x[2] < 4 or x[0] == 1) for x in found)
        more = [calculate("collusion", given | {"discount": F(k, 40), "firms": firms + 1}) for k in range(1, 40)]
        assert all(b <= a for x, y in zip(found, more, strict=True) for a, b in zip(x, y, strict=True))


def test_nothing_is_kept_up_below_the_threshold_of_one_state() -> None:
    assert calculate("collusion", {"profits": [3], "discount": "2/3", "firms": 3}) == (F(3),)
    assert calculate("collusion", {"profits": [3], "discount": "665/1000", "firms": 3}) == (F(0),)
    assert settled(60, (0, 60), 0.4, 2)[2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("name", "given"), [
    ("collusion", {"profits": [1, 2], "discount": "1/2", "chances": ["1/2", "1/4"]}),
    ("collusion", {"profits": [1, 0], "discount": "1/2"}),
    ("collusion", {"profits": [1, 2], "discount": 1}),
    ("profit_under_shocks", {"intercept": 60, "shocks": [60, 0], "discount": "1/2"}),
])
def test_what_makes_no_sense_is_refused(name: str, given: dict[str, object]) -> None:
    with pytest.raises(GameError, match="collusion"):
        calculate(name, given)
