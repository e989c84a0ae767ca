"""The Shapley value and the nucleolus: axioms, definitions, published games, and Kohlberg's criterion."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.coalitions import core, in_core, is_nucleolus, nucleolus, prenucleolus, shapley_shubik, shapley_value
from games.coalitions.characteristic import number_of, subset_sums
from tests.support.random_coalitional_games import coalitional_games, convex_games

Game = tuple[int, list[int]]
CLAIMS = (100, 200, 300)


def estate(worth: int) -> Callable[[frozenset[int]], int]:
    """The bankruptcy game: a coalition can secure what is left when the others have had their claims."""
    return lambda members: max(0, worth - sum(CLAIMS[i] for i in range(3) if i not in members))


def fractions(*numbers: str | int) -> tuple[Fraction, ...]:
    return tuple(Fraction(x) for x in numbers)


# -- the Shapley value ---------------------------------------------------------------------------------------------


@given(coalitional_games())
def test_shapley_value_is_the_mean_over_orders(game: Game) -> None:
    n, v = game
    total = [0] * n
    for order in permutations(range(n)):
        for k, player in enumerate(order):
            total[player] += v[number_of(order[: k + 1], n)] - v[number_of(order[:k], n)]
    assert shapley_value(v, n) == tuple(Fraction(x, factorial(n)) for x in total)


@given(coalitional_games(most=5))
def test_shapley_value_is_efficient(game: Game) -> None:
    n, v = game
    assert sum(shapley_value(v, n)) == v[-1]


@given(coalitional_games(most=4), st.permutations(range(4)))
def test_shapley_value_is_symmetric(game: Game, names: list[int]) -> None:
    n, v = game
    new = [k for k in names if k < n]
    value = shapley_value(v, n)
    renamed = shapley_value(lambda members: v[number_of((new[i] for i in members), n)], n)
    assert renamed == tuple(value[new[i]] for i in range(n))


@given(coalitional_games(most=4), st.integers(-3, 3))
def test_shapley_value_gives_a_dummy_what_it_adds(game: Game, adds: int) -> None:
    n, v = game
    assert shapley_value([*v, *(x + adds for x in v)], n + 1) == (*shapley_value(v, n), adds)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(
    st.lists(st.integers(-5, 5), min_size=2**n - 1, max_size=2**n - 1), min_size=2, max_size=2)))
def test_shapley_value_is_additive(two: list[list[int]]) -> None:
    n = (len(two[0]) + 1).bit_length() - 1
    one, other = ([0, *worths] for worths in two)
    both = [a + b for a, b in zip(one, other, strict=True)]
    added = (x + y for x, y in zip(shapley_value(one, n), shapley_value(other, n), strict=True))
    assert shapley_value(both, n) == tuple(added)


def test_shapley_value_of_a_voting_game_is_its_power_index() -> None:
    weights = [5, 4, 3, 2, 1, 1]
    value = shapley_value(lambda members: int(sum(weights[i] for i in members) >= 9), 6)
    assert value == shapley_shubik(9, weights)


@pytest.mark.parametrize(("worth", "value"), [(200, ("100/3", "250/3", "250/3")), (400, ("200/3", "350/3", "650/3"))])
def test_shapley_value_of_estates(worth: int, value: tuple[str, ...]) -> None:
    assert shapley_value(estate(worth), 3) == fractions(*value)


# -- the nucleolus ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("worth", "shares"), [
    (100, ("100/3", "100/3", "100/3")), (200, (50, 75, 75)), (300, (50, 100, 150)), (400, (50, 125, 225)),
    (500, ("200/3", "500/3", "800/3")),
])
def test_nucleolus_of_estates_is_the_division_of_the_talmud(worth: int, shares: tuple[str | int, ...]) -> None:
    """Aumann and Maschler (1985)."""
    assert nucleolus(estate(worth), 3) == fractions(*shares)


def talmud(worth: Fraction, claims: list[int]) -> list[Fraction]:
    """Aumann and Maschler's rule: equal awards up to half of the claims, then equal losses up to half of them."""
    half = [Fraction(c, 2) for c in claims]
    low = min(worth, sum(half, Fraction(0)))

    def level(amount: Fraction) -> list[Fraction]:
        left, out = amount, [Fraction(0)] * len(half)
        order = sorted(range(len(half)), key=half.__getitem__)
        for k, i in enumerate(order):
            out[i] = min(half[i], left / (len(order) - k))
            left -= out[i]
        return out

    if low == worth:
        return level(worth)
    return [c - back for c, back in zip(claims, level(sum(claims) - worth), strict=True)]


@settings(max_examples=40)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=6), st.integers(0, 100))
def test_nucleolus_of_a_bankruptcy_game_is_the_talmud_rule(claims: list[int], per_cent: int) -> None:
    n = len(claims)
    worth = Fraction(sum(claims) * per_cent, 100)

    def game(members: frozenset[int]) -> Fraction:
        return max(Fraction(0), worth - sum(claims[i] for i in range(n) if i not in members))

    assert nucleolus(game, n) == tuple(talmud(worth, claims))


def test_nucleolus_of_published_games() -> None:
    def runway(members: frozenset[int]) -> int:
        return -max(((10, 20, 40)[i] for i in members), default=0)

    assert nucleolus(runway, 3) == fractions(-5, "-7.5", "-27.5")                    # Littlechild and Owen (1973)
    assert shapley_value(runway, 3) == fractions("-10/3", "-25/3", "-85/3")

    def gloves(members: frozenset[int]) -> int:
        return min(len(members & {0, 1}), len(members & {2}))

    assert nucleolus(gloves, 3) == fractions(0, 0, 1)
    pairs = {(0,): 0, (1,): 0, (2,): 0, (0, 1): 60, (0, 2): 40, (1, 2): 20, (0, 1, 2): 100}
    assert nucleolus(pairs, 3) == fractions(50, 30, 20)
    assert shapley_value(pairs, 3) == fractions("130/3", "100/3", "70/3")


def surpluses(payoffs: tuple[Fraction, ...], v: list[int]) -> list[Fraction]:
    return sorted(x - y for x, y in list(zip(subset_sums(payoffs), v, strict=True))[1:-1])


@settings(max_examples=60)
@given(coalitional_games(most=5), st.integers(0, 10**6))
def test_nucleolus_is_lexicographically_best_and_passes_kohlberg(game: Game, seed: int) -> None:
    n, v = game
    alone = sum(v[2**i] for i in range(n))
    found, before = nucleolus(v, n), prenucleolus(v, n)
    assert is_nucleolus(before, v, n, rational_for_each=False)
    assert (found is None) == (alone > v[-1])
    pick = np.random.default_rng(seed)
    for _ in range(20):
        shift = pick.integers(-3, 4, n)
        step = [Fraction(int(x), 4) for x in shift - np.roll(shift, 1)]
        other = tuple(x + s for x, s in zip(before, step, strict=True))
        assert surpluses(other, v) <= surpluses(before, v)
        assert any(step) != is_nucleolus(other, v, n, rational_for_each=False)
        if found is not None:
            other = tuple(x + s for x, s in zip(found, step, strict=True))
            if all(other[i] >= v[2**i] for i in range(n)):
                assert surpluses(other, v) <= surpluses(found, v)
            assert any(step) != is_nucleolus(other, v, n)
    if found is not None:
        assert sum(found) == v[-1] and all(found[i] >= v[2**i] for i in range(n))
        if not core(v, n).empty:
            assert in_core(found, v, n)
            assert found == before


@given(convex_games(most=4))
def test_nucleolus_of_a_convex_game_is_in_the_core(game: Game) -> None:
    n, v = game
    found = nucleolus(v, n)
    assert found is not None and in_core(found, v, n)


def test_individual_rationality_can_bind() -> None:
    """Alone, player 0 has 3; without that bound the others would rather have it give."""
    v = [0, 3, 0, 0, 0, 0, 6, 6]
    found, before = nucleolus(v, 3), prenucleolus(v, 3)
    assert found is not None and found[0] == 3 > before[0]
    assert is_nucleolus(found, v, 3) and not is_nucleolus(found, v, 3, rational_for_each=False)
    assert is_nucleolus(before, v, 3, rational_for_each=False) and not is_nucleolus(before, v, 3)


def test_without_payoffs_that_give_each_its_own_worth_there_is_no_nucleolus() -> None:
    assert nucleolus([0, 2, 2, 3], 2) is None
    assert prenucleolus([0, 2, 2, 3], 2) == fractions("3/2", "3/2")
    assert nucleolus([0, 5], 1) == fractions(5)


def test_ten_players_with_many_ties() -> None:
    weights = [9, 7, 5, 4, 3, 3, 2, 2, 1, 1]

    def v(members: frozenset[int]) -> int:
        return int(sum(weights[i] for i in members) >= 25)

    found = nucleolus(v, 10)
    assert found is not None and is_nucleolus(found, v, 10)
    assert nucleolus(lambda members: len(members) ** 2, 10) == fractions(*[10] * 10)
