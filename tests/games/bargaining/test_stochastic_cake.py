"""Stochastic cakes: worked numbers, efficient delay, plain iteration, and answers that are proved."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.bargaining import alternating_offers, stochastic_bargaining


def independent(cakes: list[float], chances: list[str], discount: float) -> Any:
    """Two players, equal recognition, cakes drawn anew each period; states ordered by cake, then proposer."""
    row = [Fraction(p) / 2 for p in chances for _ in range(2)]
    found = stochastic_bargaining([c for c in cakes for _ in range(2)], [0, 1] * len(cakes), [row] * len(row), discount)
    assert found is not None
    assert found.check()
    return found


@pytest.mark.parametrize(("cakes", "chances", "discount", "agree", "last"), [
    ([1, 2], ["1/2", "1/2"], 0.9, [False, True], (1.181818, 0.818182)),
    ([1, 2], ["1/2", "1/2"], 0.6, [True, True], (1.55, 0.45)),
    ([1, 3], ["1/2", "1/2"], 0.9, [False, True], (1.772727, 1.227273)),
    ([1, 1.5, 4], ["3/10", "3/10", "4/10"], 0.8, [False, False, True], (2.769231, 1.230769)),
])
def test_waiting_for_a_larger_cake(cakes: Any, chances: Any, discount: float, agree: Any, last: Any) -> None:
    found = independent(cakes, chances, discount)
    assert found.agrees[::2].tolist() == agree
    assert found.values[-2] == pytest.approx(last, abs=1e-6)
    assert found.unique


def test_shares_where_all_agree_at_once() -> None:
    assert independent([1, 2], ["1/2", "1/2"], 0.6).values[0] == pytest.approx([0.55, 0.45])


@pytest.mark.parametrize(("discount", "agree", "shares"), [
    (0.9, False, None), (0.8, True, (0.501355, 0.498645)), (0.6, True, (0.574324, 0.425676))])
def test_a_cake_that_may_grow(discount: float, agree: bool, shares: Any) -> None:
    """Alternating proposers; a cake of 1 grows to 2 for good with probability 1/5."""
    law: Any = [[0, 0.8, 0, 0.2], [0.8, 0, 0.2, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    found = stochastic_bargaining([1, 1, 2, 2], [0, 1, 0, 1], law, discount)
    assert found is not None
    assert found.agrees[0] == agree
    assert np.isnan(found.proposals[0]).all() != agree
    if shares:
        assert found.values[0] == pytest.approx(shares, abs=1e-6)
    else:
        assert found.values[0].sum() == pytest.approx(1.285714, abs=1e-6)


def test_one_cake_and_alternating_proposers_are_alternating_offers() -> None:
    found = stochastic_bargaining([1, 1], [0, 1], [[0, 1], [1, 0]], [0.9, 0.8])
    assert found is not None
    assert found.exact == alternating_offers((0.9, 0.8)).exact
    assert not found.unique


def test_unanimity_pays_recognition_and_patience() -> None:
    """One cake, equal recognition: values are in proportion to recognition / (1 - discount)."""
    found = stochastic_bargaining([1, 1, 1], [0, 1, 2], [["1/3"] * 3] * 3, [0.95, 0.9, 0.8])
    assert found is not None
    means = [sum(row[j] for row in found.exact) / 3 for j in range(3)]
    assert means == [Fraction(4, 7), Fraction(2, 7), Fraction(1, 7)]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_with_a_common_discount_delay_is_what_a_single_owner_would_choose(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, players, discount = int(rng.integers(1, 7)), int(rng.integers(2, 5)), float(rng.uniform(0, 0.95))
    cakes, law = rng.integers(0, 10, states).astype(float), rng.dirichlet(np.ones(states) * 0.5, states)
    found = stochastic_bargaining(cakes, rng.integers(0, players, states), law, discount, players)
    assert found is not None
    assert found.check()
    planner = cakes.copy()
    for _ in range(800):
        planner = np.maximum(cakes, discount * law @ planner)
    assert found.values.sum(axis=1) == pytest.approx(planner, abs=1e-9)
    assert found.values.min() >= 0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_unequal_patience_is_solved_and_proved_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, players = int(rng.integers(1, 7)), int(rng.integers(2, 5))
    who = rng.integers(0, players, states)
    found = stochastic_bargaining(
        rng.integers(0, 10, states), who, rng.dirichlet(np.ones(states) * 0.5, states), rng.uniform(0, 0.95, players))
    assert found is not None
    assert found.check()
    worse = tuple(tuple(x + Fraction(s == j == 0, 10**9) for j, x in enumerate(row))
                  for s, row in enumerate(found.exact))
    assert not replace(found, exact=worse).check()


@pytest.mark.parametrize(("arguments", "said"), [
    (([], [], [], 0.9), "no states"),
    (([1], [0], [[0.5]], 0.9), "sums to 0.5"),
    (([1], [0], [[1]], 1), "discount of 1"),
    (([1], [2], [[1]], [0.9, 0.9]), "proposers"),
    (([1, 2], [0], [[1]], 0.9), "every state"),
    (([-1], [0], [[1]], 0.9), "at least 0"),
])
def test_what_does_not_fit_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(GameError, match=said):
        stochastic_bargaining(*arguments)
