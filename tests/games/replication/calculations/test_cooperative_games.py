"""Calculations about what groups can secure: the rules of the Talmud and of runways, and what is refused."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations

import pytest

from games.coalitions import is_nucleolus
from games.model.stochastic_game import GameError
from games.replication.calculations import calculate


@pytest.mark.parametrize("claims", [(100, 200, 300), (30, 30, 200), (10, 20, 40, 50)])
@pytest.mark.parametrize("part", ["1/6", "2/5", "1/2", "7/9"])
def test_every_pair_shares_an_estate_as_two_claimants_of_a_garment(claims: tuple[int, ...], part: str) -> None:
    estate = F(part) * sum(claims)
    given = {"claims": claims, "estate": estate, "solution": "nucleolus"}
    found = calculate("estate", given)
    assert sum(found) == estate
    for i, j in combinations(range(len(claims)), 2):
        both = found[i] + found[j]
        conceded = max(both - claims[j], F(0)), max(both - claims[i], F(0))      # by the other to i, and to j
        assert found[i] == conceded[0] + (both - sum(conceded)) / 2


@pytest.mark.parametrize("costs", [(10, 20, 40), (7, 7, 12, 30), (1, 2, 3, 4, 5)])
def test_users_of_a_runway_share_each_part_among_those_who_need_it(costs: tuple[int, ...]) -> None:
    paid, before = [F(0)] * len(costs), 0
    for k, cost in enumerate(costs):
        for i in range(k, len(costs)):
            paid[i] += F(cost - before, len(costs) - k)
        before = cost
    assert list(calculate("shared_facility", {"costs": costs, "solution": "shapley_value"})) == paid
    least = calculate("shared_facility", {"costs": costs, "solution": "nucleolus"})
    worth = [-max((costs[i] for i in range(len(costs)) if s >> i & 1), default=0) for s in range(2 ** len(costs))]
    assert is_nucleolus([-x for x in least], worth, len(costs))


def test_coalitions_that_are_not_named_are_worth_nothing() -> None:
    given = {"players": 3, "worths": {"123": 6}}
    for solution in ("nucleolus", "shapley_value"):
        assert list(calculate("cooperative_game", given | {"solution": solution})) == [2, 2, 2]


@pytest.mark.parametrize(("worths", "solution", "said"), [
    ({"12": 1}, "core", "is no solution"),
    ({"1": 2, "2": 2, "12": 3}, "nucleolus", "no nucleolus"),
])
def test_what_has_no_answer_is_refused(worths: dict[str, int], solution: str, said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate("cooperative_game", {"players": 2, "worths": worths, "solution": solution})
