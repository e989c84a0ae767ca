"""Suspensions: values against their recursion, what the certificate refuses, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.certificates.signals.self_generation import PublicSelfGeneration
from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.suspensions import suspension, temptations

PARTNERS = [["4/5", "4", "1/10", "3/2"], ["1", "6", "1/20", "3/2"], ["1/2", "3", "1/4", "1"]]


def recursion(numbers: list[str], discount: str, periods: int) -> tuple[F, F]:
    low, high, q, harm = map(F, numbers)
    d = F(discount)
    breached, some, once = (1 - q) * low + q * high - harm, 1 - (1 - q) ** 2, q * (high - harm)
    worth = ((1 - d) * once + d * some * (1 - d**periods) * breached) / (1 - d * (1 - some + some * d**periods))
    return worth, (1 - q) * d / (1 - d) * (1 - d**periods) * (worth - breached)


@pytest.mark.parametrize("numbers", PARTNERS)
@pytest.mark.parametrize("discount", ["3/4", "9/10"])
def test_values_and_deterrents_solve_their_recursion(numbers: list[str], discount: str) -> None:
    for periods in (1, 2, 5):
        given = {"numbers": numbers, "discount": discount, "periods": [periods]}
        found = (*calculate("suspension_worth", given), *calculate("deterrent", given))
        assert found == recursion(numbers, discount, periods)


@pytest.mark.parametrize(("numbers", "discount"), [(PARTNERS[0], "9/10"), (PARTNERS[0], "4/5"), (PARTNERS[1], "17/20")])
def test_a_suspension_is_an_equilibrium_just_where_it_deters_the_low(numbers: list[str], discount: str) -> None:
    game = temptations(numbers, discount)
    for periods in range(1, 8):
        given = {"numbers": numbers, "discount": discount, "periods": [periods]}
        deters = calculate("deterrent", given)[0] >= F(numbers[0])
        assert PublicSelfGeneration.of(game, suspension(game, periods)).check(game).accepted == deters
    first, _ = calculate("shortest_suspension", {"numbers": numbers, "discount": discount})
    assert calculate("deterrent", given | {"periods": [int(first) - 1]})[0] < F(numbers[0])


@pytest.mark.parametrize("numbers", PARTNERS)
def test_longer_suspensions_deter_more_and_are_worth_less(numbers: list[str]) -> None:
    given = {"numbers": numbers, "discount": "9/10", "periods": [3, 4, 6, 12, "for ever"]}
    worth, deterrent = calculate("suspension_worth", given), calculate("deterrent", given)
    assert list(worth) == sorted(worth, reverse=True)
    assert list(deterrent) == sorted(deterrent)


@pytest.mark.parametrize(("name", "given", "said"), [
    ("shortest_suspension", {"numbers": PARTNERS[0], "discount": "1/5"}, "none of up to 60"),
    ("suspension_worth", {"numbers": PARTNERS[0], "discount": "1/2", "periods": [0]}, "from 1 to 60"),
    ("always_breached", {"numbers": [2, 4, "1/10", 1]}, "low < harm < high"),
])
def test_what_has_no_answer_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
