"""Bargaining solutions: every axiom that defines one, worked examples, and agreement with plain search."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from games import GameError
from games.bargaining.axiomatic import egalitarian, kalai_smorodinsky, nash, utilitarian

Solution = Callable[..., Any]
ALL: tuple[Solution, ...] = (nash, kalai_smorodinsky, egalitarian, utilitarian)
AGREED: tuple[Solution, ...] = (nash, kalai_smorodinsky, egalitarian)
seeds = st.integers(0, 10**6)


def problem(seed: int, players: int | None = None) -> tuple[Any, Any]:
    """Random points and a disagreement payoff that leaves something to gain."""
    rng = np.random.default_rng(seed)
    players = players or int(rng.integers(2, 5))
    points = rng.normal(size=(int(rng.integers(players + 1, 12)), players)) * 3
    return points, points.mean(axis=0) - rng.random(players)


def comprehensive(points: Any, base: Any) -> Any:
    """The points and, for two players, what is left of them when either throws payoffs away."""
    corners = [p * mask + base * (1 - mask) for p in points for mask in np.array([[1, 1], [1, 0], [0, 1], [0, 0]])]
    return np.array([p for p in corners if np.all(p >= base)])


# -- the axioms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solution", ALL)
@given(seed=seeds)
def test_nothing_feasible_is_better_for_all_and_nobody_loses(solution: Solution, seed: int) -> None:
    points, base = problem(seed)
    found = solution(points, base)
    assert np.all(found >= base - 1e-8)
    others = np.random.default_rng(seed).dirichlet(np.full(len(points), 0.3), size=500) @ points
    assert not np.any(np.all(others > found + 1e-7, axis=1))


@pytest.mark.parametrize("solution", ALL)
@given(seed=seeds)
def test_symmetric_problems_have_symmetric_solutions(solution: Solution, seed: int) -> None:
    points, base = problem(seed, players=2)
    base = np.full(2, base.min())
    found = solution(np.vstack([points, points[:, ::-1]]), base)
    assert found[0] == pytest.approx(found[1], abs=1e-8)


@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky])
@given(seed=seeds)
def test_units_and_origins_do_not_matter_to_nash_and_kalai_smorodinsky(solution: Solution, seed: int) -> None:
    points, base = problem(seed)
    rng = np.random.default_rng(seed)
    unit, origin = np.exp(rng.normal(size=len(base))), rng.normal(size=len(base)) * 5
    assert solution(points * unit + origin, base * unit + origin) == pytest.approx(
        solution(points, base) * unit + origin, abs=1e-5)


@given(seed=seeds)
def test_nash_does_not_depend_on_alternatives_that_were_not_chosen(seed: int) -> None:
    points, base = problem(seed)
    found = nash(points, base)
    assert found is not None
    fewer = np.vstack([points[::2] * 0.5 + found * 0.5, found])
    assert nash(fewer, base) == pytest.approx(found, abs=1e-6)


def test_kalai_smorodinsky_does_depend_on_them() -> None:
    with_it, without = [[0, 0], [4, 0], [2, 2], [0, 2]], [[0, 0], [2, 2], [0, 2], [2, 0]]
    assert kalai_smorodinsky(with_it, [0, 0]) == pytest.approx([8 / 3, 4 / 3])
    assert kalai_smorodinsky(without, [0, 0]) == pytest.approx([2, 2])
    assert nash(with_it, [0, 0]) == pytest.approx([2, 2])


@given(seed=seeds)
def test_kalai_smorodinsky_is_monotone_in_what_one_can_hope_for(seed: int) -> None:
    """More payoffs, and the same ideal payoff for the first player: the second gets no less (with free disposal)."""
    points, base = problem(seed, players=2)
    small = comprehensive(points, base)
    rng = np.random.default_rng(seed)
    added = base + (small.max(axis=0) - base) * [rng.random(), 1 + rng.random()]
    large = comprehensive(np.vstack([small, added]), base)
    before, after = kalai_smorodinsky(small, base), kalai_smorodinsky(large, base)
    assert before is not None
    assert after is not None
    assert after[1] >= before[1] - 1e-9


@given(seed=seeds)
def test_egalitarian_is_strongly_monotone(seed: int) -> None:
    """More payoffs, whatever they are: nobody gets less, where all trade-offs are strict."""
    rng = np.random.default_rng(seed)
    base = rng.normal(size=2)
    small = np.vstack([np.zeros((1, 2)), np.diag(1 + rng.random(2)), rng.random((4, 2))])
    large = np.vstack([small, np.diag(3 + rng.random(2)), 3 * rng.random((1, 2))])
    before, after = egalitarian(base + small, base), egalitarian(base + large, base)
    assert before is not None
    assert after is not None
    assert np.all(after >= before - 1e-9)
    assert before[0] - base[0] == pytest.approx(before[1] - base[1])


@given(seed=seeds)
def test_utilitarian_is_linear_in_the_problem(seed: int) -> None:
    """The best sum of two problems played side by side is the sum of the best (Myerson 1981)."""
    first, _ = problem(seed, players=3)
    second, _ = problem(seed + 1, players=3)
    both = np.array([a + b for a in first for b in second])
    one, two, joint = utilitarian(first), utilitarian(second), utilitarian(both)
    assert one is not None
    assert two is not None
    assert joint == pytest.approx(one + two)


@given(seed=seeds)
def test_utilitarian_can_disregard_disagreement(seed: int) -> None:
    points, base = problem(seed)
    found = utilitarian(points)
    assert found is not None
    assert found.sum() == pytest.approx(points.sum(axis=1).max())
    agreed = utilitarian(points, base)
    assert agreed is not None
    assert agreed.sum() <= found.sum() + 1e-9


# -- what they maximise, by plain search ------------------------------------------------------------------------------


@given(seed=seeds)
def test_the_product_of_gains_is_at_its_maximum(seed: int) -> None:
    """No corner is uphill: share . (corner - base) / gains is at most 1, which proves a concave maximum."""
    points, base = problem(seed)
    power = np.random.default_rng(seed).random(len(base)) + 0.2
    found = nash(points, base, weights=power.tolist())
    assert found is not None
    assert ((points - base) @ (power / power.sum() / (found - base))).max() <= 1 + 1e-8


@given(seed=seeds)
def test_no_lottery_has_greater_least_gains(seed: int) -> None:
    points, base = problem(seed)
    lotteries = np.random.default_rng(seed).dirichlet(np.full(len(points), 0.3), size=2000) @ points
    lotteries = lotteries[np.all(lotteries >= base, axis=1)]
    found = egalitarian(points, base)
    assert found is not None
    assert np.all((lotteries - base).min(axis=1) <= (found - base).min() + 1e-8)


# -- worked examples -------------------------------------------------------------------------------------------------


def test_a_pie_is_split_by_bargaining_power() -> None:
    pie = [[0, 0], [1, 0], [0, 1]]
    for solution in ALL:
        assert solution(pie, [0, 0]) == pytest.approx([0.5, 0.5])
    assert nash(pie, [0, 0], weights=[3, 1]) == pytest.approx([0.75, 0.25])
    assert nash(pie, [0.2, 0]) == pytest.approx([0.6, 0.4])
    assert nash([[0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 3]], [0, 0, 0], [1, 2, 3]) == pytest.approx([0.5, 1, 1.5])


def test_three_players_with_unequal_hopes() -> None:
    corners = [[0, 0, 0], [3, 0, 0], [0, 6, 0], [0, 0, 9]]
    assert nash(corners, [0, 0, 0]) == pytest.approx([1, 2, 3])
    assert kalai_smorodinsky(corners, [0, 0, 0]) == pytest.approx([1, 2, 3])
    assert egalitarian(corners, [0, 0, 0]) == pytest.approx([18 / 11] * 3)
    assert utilitarian(corners, [0, 0, 0]) == pytest.approx([0, 0, 9], abs=1e-7)


@pytest.mark.parametrize("solution", ALL)
@pytest.mark.parametrize(("points", "base", "expected"), [
    ([[1, 1]], [1, 1], [1, 1]),
    ([[1, 1]], [0, 0], [1, 1]),
    ([[0, 0], [0, 3]], [0, 1], [0, 3]),
    ([[0, 3], [0, 3], [0, 0]], [-1, 1], [0, 3]),
    ([[1, 1, 1]], [1, 1, 1], [1, 1, 1]),
    ([[0, 0, 0], [0, 3, 0]], [0, 1, 0], [0, 3, 0]),
])
def test_points_segments_and_players_who_cannot_gain(
    solution: Solution, points: Any, base: Any, expected: Any
) -> None:
    assert solution(points, base) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("solution", ALL)
@pytest.mark.parametrize(("points", "base"), [([[1, 2], [2, 1]], [3, 3]), ([[0, 0], [4, 0], [0, 4]], [3, 3]),
                                              ([[1, 2, 3], [2, 1, 3]], [3, 3, 3])])
def test_no_agreement_is_an_answer(solution: Solution, points: Any, base: Any) -> None:
    assert solution(points, base) is None


@pytest.mark.parametrize("solution", [nash, kalai_smorodinsky, egalitarian, partial(utilitarian, weights=[1, 1])])
@pytest.mark.parametrize(("points", "base"), [([], [0, 0]), ([[1], [2]], [0]), ([[1, 2]], [0]), ([1, 2], [0, 0]),
                                              ([[1, float("nan")]], [0, 0]), ([[1, 2]], [0, float("inf")])])
def test_what_is_no_problem_is_refused(solution: Solution, points: Any, base: Any) -> None:
    with pytest.raises(GameError, match="bargaining"):
        solution(points, base)


@pytest.mark.parametrize("weights", [[1], [1, 0], [1, -1], [1, float("nan")]])
def test_weights_must_be_positive(weights: list[float]) -> None:
    with pytest.raises(GameError, match="weights"):
        nash([[0, 0], [1, 1]], [0, 0], weights=weights)
    with pytest.raises(GameError, match="weights"):
        utilitarian([[0, 0], [1, 1]], [0, 0], weights=weights)


@pytest.mark.parametrize("solution", AGREED)
@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_tiny_and_huge_payoffs(solution: Solution, scale: float) -> None:
    points, base = problem(7, players=2)
    assert solution(points * scale, base * scale) == pytest.approx(solution(points, base) * scale, rel=1e-9)
