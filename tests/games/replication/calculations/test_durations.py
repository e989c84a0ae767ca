"""Durations: costs summed up period by period, the rule for the best one, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import islice

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.durations import drifting, learning


@pytest.mark.parametrize(("cost", "variance"), [(F(10), F(1)), (F(3), F(1, 2)), (F(50), F(2, 5)), (F(0), F(1))])
def test_without_discounting_the_best_duration_obeys_its_rule(cost: F, variance: F) -> None:
    duration = int(*calculate("drift_durations", {"contracts": [[cost, variance]]}))
    least, = calculate("drift_costs", {"contracts": [[cost, variance]]})
    assert duration * (duration - 1) <= 2 * cost / variance <= duration * (duration + 1)
    assert least == cost / duration + variance / 2 * (duration - 1)
    assert all(least <= cost / n + variance / 2 * (n - 1) for n in range(1, 60))


def test_discounted_costs_are_those_of_renewing_for_ever() -> None:
    for duration, (cost, _) in enumerate(islice(drifting(F(10), F(1), F(9, 10)), 6), 1):
        total = sum(0.9**t * (t % duration + (10 if t % duration == 0 else 0)) for t in range(600))
        assert float(cost) == pytest.approx(total, abs=1e-9)


def test_learning_costs_are_the_variance_before_and_what_is_left_after() -> None:
    for date, (cost, _) in enumerate(islice(learning(F(4), F(16), F(5), F(9, 10)), 6), 1):
        left = 4 * 16 / (16 + 4 * date)
        total = sum(0.9**t * (4 if t < date else left) + (0.9**t * 5 if t == date else 0) for t in range(600))
        assert float(cost) == pytest.approx(total, abs=1e-9)


def test_more_uncertainty_makes_it_earlier_and_noise_or_cost_later() -> None:
    def dates(contracts: list[list[int]]) -> list[F]:
        return list(calculate("learning_durations", {"contracts": contracts, "discount": "9/10"}))

    assert dates([[1, 4, 5], [2, 4, 5], [4, 4, 5], [8, 4, 5]]) == sorted(dates(
        [[1, 4, 5], [2, 4, 5], [4, 4, 5], [8, 4, 5]]), reverse=True)
    for contracts in ([[4, 1, 5], [4, 4, 5], [4, 16, 5], [4, 64, 5]], [[4, 4, 1], [4, 4, 5], [4, 4, 12]]):
        assert dates(contracts) == sorted(dates(contracts))


@pytest.mark.parametrize(("name", "given", "said"), [
    ("learning_durations", {"contracts": [[1, 1, 100]], "discount": "1/2"}, "best not to end"),
    ("drift_durations", {"contracts": [[1000, 1]], "discount": "1/2"}, "best not to end"),
    ("drift_costs", {"contracts": [[1, 0]]}, "above 0"),
    ("learning_costs", {"contracts": [[1, 1, 1]], "discount": 1}, "between 0 and 1"),
])
def test_what_has_no_answer_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
