"""Axioms of bargaining solutions beyond those of test_axiomatic_bargaining.py, and the examples of the papers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.bargaining import egalitarian, kalai_smorodinsky, nash, utilitarian

Solution = Callable[..., Any]
seeds = st.integers(0, 10**6)


def problem(seed: int, players: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    players = players or int(rng.integers(2, 5))
    points = rng.normal(size=(int(rng.integers(players + 1, 10)), players)) * 3
    return points, points.mean(axis=0) - rng.random(players)


def disposable(points: Any, base: Any) -> Any:
    """With everything that can be thrown away, down to the disagreement payoff."""
    kept = points[np.all(points >= base, axis=1)]
    masks = np.array(list(product([0, 1], repeat=points.shape[1])))
    return np.unique(np.vstack([base, *(p * masks + base * (1 - masks) for p in kept)]), axis=0)


@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky, egalitarian, utilitarian])
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_names_of_players_do_not_matter(solution: Solution, seed: int) -> None:
    """Anonymity, and with it symmetry, for any number of players."""
    points, base = problem(seed)
    order = np.random.default_rng(seed).permutation(len(base))
    assert solution(points[:, order], base[order]) == pytest.approx(solution(points, base)[order], abs=1e-5)


@pytest.mark.parametrize("players", [2, 3, 4])
@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky, egalitarian])
def test_a_fully_symmetric_problem_is_split_evenly(solution: Solution, players: int) -> None:
    points = np.vstack([np.zeros(players), np.eye(players), np.full(players, 0.6)])
    assert solution(points, np.zeros(players)) == pytest.approx([0.6] * players, abs=1e-6)


@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky, egalitarian])
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_everybody_who_can_gain_gains(solution: Solution, seed: int) -> None:
    points, base = problem(seed)
    assert np.all(solution(points, base) > base)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_weighted_nash_keeps_units_independence_and_weights(seed: int) -> None:
    """All of Nash's axioms but symmetry (Kalai 1977); only the proportions of weights count."""
    points, base = problem(seed)
    rng = np.random.default_rng(seed)
    weights = (rng.random(len(base)) + 0.2).tolist()
    unit, origin = np.exp(rng.normal(size=len(base))), rng.normal(size=len(base))
    found: Any = nash(points, base, weights)
    assert nash(points * unit + origin, base * unit + origin, weights) == pytest.approx(found * unit + origin, abs=1e-5)
    fewer = np.vstack([points[::2] * 0.5 + found * 0.5, found])
    assert nash(fewer, base, weights) == pytest.approx(found, abs=1e-6)
    assert nash(points, base, [7 * w for w in weights]) == pytest.approx(found, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_egalitarian_gains_can_be_negotiated_step_by_step(seed: int) -> None:
    """Decomposability (Kalai 1977), where all trade-offs are strict: agree on part of what is feasible, then go on."""
    rng = np.random.default_rng(seed)
    base = rng.normal(size=3)
    small = base + np.vstack([np.zeros((1, 3)), np.diag(1 + rng.random(3)), 0.5 * rng.random((4, 3))])
    large = np.vstack([small, base + np.diag(3 + rng.random(3)), base + rng.random((4, 3))])
    first = egalitarian(small, base)
    assert first is not None
    assert egalitarian(large, first) == pytest.approx(egalitarian(large, base), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_egalitarian_is_monotone_for_three_players_with_free_disposal(seed: int) -> None:
    points, base = problem(seed, players=3)
    small = disposable(np.vstack([points, base + 1]), base)
    large = disposable(np.vstack([small, problem(seed + 1, players=3)[0]]), base)
    before: Any = egalitarian(small, base)
    after: Any = egalitarian(np.vstack([small, large]), base)
    assert (after - base).min() >= (before - base).min() - 1e-7


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_kalai_smorodinsky_gains_where_feasible_gains_do_and_ideals_stay(seed: int) -> None:
    """Restricted monotonicity (Rosenthal) for three players: with the same ideal, more cannot hurt the least share."""
    rng = np.random.default_rng(seed)
    small = np.vstack([np.zeros(3), np.eye(3), rng.random((4, 3)) * 0.8])
    large = np.vstack([small, rng.random((3, 3))])
    before: Any = kalai_smorodinsky(small, [0, 0, 0])
    after: Any = kalai_smorodinsky(large, [0, 0, 0])
    assert after.min() >= before.min() - 1e-7


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_utilitarian_does_not_depend_on_alternatives_that_were_not_chosen_or_on_origins(seed: int) -> None:
    points, _ = problem(seed)
    found: Any = utilitarian(points)
    assert utilitarian(np.vstack([points[::2], found])) == pytest.approx(found)
    shift = np.arange(points.shape[1]) - 1.0
    assert utilitarian(points + shift) == pytest.approx(found + shift)


def test_nash_1950_bill_and_jack() -> None:
    """Nine things change hands or not; with lotteries the product of gains is still greatest at one sure exchange."""
    things = np.array([[2, 4], [2, 2], [2, 1], [2, 2], [4, 1], [10, 1], [4, 1], [6, 2], [2, 2]], dtype=float)
    with_bill = np.array(list(product([0, 1], repeat=9)), dtype=float)
    points = np.column_stack([with_bill @ things[:, 0], (1 - with_bill) @ things[:, 1]])
    alone = [things[:5, 0].sum(), things[5:, 1].sum()]
    assert alone == [12, 6]
    assert nash(points, alone) == pytest.approx([24, 11])
    assert kalai_smorodinsky(points, alone) == pytest.approx([12 + 11.172414, 6 + 5.275862], abs=1e-6)


def test_kalai_smorodinsky_1975_nash_can_lose_when_more_is_feasible() -> None:
    small: Any = [[0, 0], [1, 0], [0.75, 0.75], [0, 1]]
    large: Any = [[0, 0], [1, 0], [1, 0.7], [0, 1]]
    assert nash(small, [0, 0]) == pytest.approx([0.75, 0.75])
    assert nash(large, [0, 0]) == pytest.approx([1, 0.7])
    assert kalai_smorodinsky(small, [0, 0]) == pytest.approx([0.75, 0.75])
    assert kalai_smorodinsky(large, [0, 0]) == pytest.approx([0.769231, 0.769231], abs=1e-6)


@pytest.mark.parametrize("aversion", [0.25, 0.5, 0.8])
def test_risk_aversion_costs_its_owner(aversion: float) -> None:
    """Second player's utility (1 - x)**aversion: the first gets 1 / (1 + aversion)."""
    x = np.linspace(0, 1, 2001)
    found: Any = nash(np.vstack([[0, 0], np.column_stack([x, (1 - x) ** aversion])]), [0, 0])
    assert found[0] == pytest.approx(1 / (1 + aversion), abs=1e-3)
