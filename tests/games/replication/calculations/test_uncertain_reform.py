"""Calculations about reforms: against all ways in which the unknown winners can be chosen, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.uncertain_reform import gains_of_reform


@pytest.mark.parametrize(("winners", "losers", "known"), [(4, 3, 2), (3, 3, 0), (2, 5, 1)])
def test_expected_gains_are_averages_over_all_who_may_win(winners: int, losers: int, known: int) -> None:
    voters = range(winners + losers)
    ways = [set(range(known)) | set(others) for others in combinations(voters[known:], winners - known)]
    average = [F(sum(3 if i in way else -2 for way in ways), len(ways)) for i in voters]
    assert gains_of_reform(winners, losers, known, 3, 2) == average


def test_the_least_compensation_is_just_enough_for_a_majority() -> None:
    *_, needed = calculate("reform", {"winners": 6, "losers": 5, "known": 3, "gain": 2, "loss": 3})
    expected = gains_of_reform(6, 5, 3, 2, 3)
    assert sum(x + needed >= 0 for x in expected) >= 6
    assert sum(x + needed * F(99, 100) >= 0 for x in expected) < 6


def test_a_reform_that_is_wanted_needs_no_compensation() -> None:
    found = calculate("reform", {"winners": 6, "losers": 5, "known": 6, "gain": 2, "loss": 3})
    assert list(found) == [-3, -3, 6, 6, 0]


def test_more_known_winners_than_there_are_is_refused() -> None:
    with pytest.raises(GameError, match="are known"):
        calculate("reform", {"winners": 2, "losers": 1, "known": 3, "gain": 1, "loss": 1})
