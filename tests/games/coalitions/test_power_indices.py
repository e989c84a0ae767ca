"""Power indices against permutations and coalitions counted one by one, and the axioms."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, permutations
from math import comb, factorial
from statistics import NormalDist

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from games.coalitions import (
    Rule,
    all_of,
    any_of,
    approximate_shapley_shubik,
    at_least,
    banzhaf,
    consent_of,
    eu_council,
    packed_sums,
    security_council,
    shapley_shubik,
    swings,
    weighted,
)
from games.coalitions.power import members
from games.model.stochastic_game import GameError

Winning = Callable[[frozenset[int]], bool]


def pivots(winning: Winning, n: int) -> tuple[Fraction, ...]:
    """The chance of being pivotal, order by order."""
    count = [0] * n
    for order in permutations(range(n)):
        for k, voter in enumerate(order):
            if winning(frozenset(order[: k + 1])):
                count[voter] += 1
                break
    return tuple(Fraction(c, factorial(n)) for c in count)


def swings_one_by_one(winning: Winning, n: int) -> tuple[int, ...]:
    out = [0] * n
    for i in range(n):
        others = [j for j in range(n) if j != i]
        for size in range(n):
            for group in map(frozenset, combinations(others, size)):
                out[i] += winning(group | {i}) and not winning(group)
    return tuple(out)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[int, list[int]]:
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=6))
    assume(sum(weights) > 0)
    return draw(st.integers(1, sum(weights))), weights


@st.composite
def composites(draw: st.DrawFn, voters: int | None = None) -> Rule:
    n = draw(st.integers(2, 6)) if voters is None else voters

    def simple() -> Rule:
        weights = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n).filter(any))
        return weighted(draw(st.integers(1, sum(weights))), weights)

    first = draw(st.sampled_from([any_of, all_of]))(simple(), simple())
    return draw(st.sampled_from([any_of, all_of]))(first, at_least(draw(st.integers(1, n)), n), simple())


@given(bodies())
def test_weighted_bodies_agree_with_permutations_and_coalitions(body: tuple[int, list[int]]) -> None:
    quota, weights = body
    n = len(weights)

    def winning(group: frozenset[int]) -> bool:
        return sum(weights[i] for i in group) >= quota

    assert shapley_shubik(quota, weights) == shapley_shubik(winning, n) == pivots(winning, n)
    counted = swings_one_by_one(winning, n)
    assert tuple(map(sum, swings(quota, weights))) == counted
    assert banzhaf(quota, weights) == banzhaf(winning, n) == tuple(Fraction(c, sum(counted)) for c in counted)
    assert banzhaf(quota, weights, absolute=True) == tuple(Fraction(c, 2 ** (n - 1)) for c in counted)


@given(composites())
def test_composite_bodies_agree_with_permutations_and_coalitions(rule: Rule) -> None:
    n = rule.voters
    assert shapley_shubik(rule) == shapley_shubik(rule, n) == pivots(rule, n)
    assert tuple(map(sum, swings(rule))) == swings_one_by_one(rule, n)


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_tables_agree_with_enumeration_for_twelve_voters(seed: int) -> None:
    pick = random.Random(seed)
    n = 12
    rule = all_of(
        weighted(pick.randint(1, 40), [pick.randint(1, 6) for _ in range(n)]),
        any_of(at_least(pick.randint(3, 8), n), weighted(pick.randint(5, 15), [pick.randint(0, 3) for _ in range(n)])),
    )
    assume(rule(range(n)))

    def winning(group: frozenset[int]) -> bool:
        return rule(group)

    assert swings(rule) == swings(winning, n)


@given(bodies())
def test_shapley_shubik_is_efficient_and_null_voters_get_nothing(body: tuple[int, list[int]]) -> None:
    quota, weights = body
    power = shapley_shubik(quota, [*weights, 0])
    assert sum(power) == 1
    assert power[-1] == 0
    assert power[:-1] == shapley_shubik(quota, weights)
    assert sum(banzhaf(quota, [*weights, 0])) == 1
    assert banzhaf(quota, [*weights, 0])[-1] == 0


@given(bodies())
def test_weighted_voting_power_is_monotone_in_weight_and_equal_for_equal_weights(body: tuple[int, list[int]]) -> None:
    quota, weights = body
    for power in (shapley_shubik(quota, weights), banzhaf(quota, weights)):
        for i, j in combinations(range(len(weights)), 2):
            assert (power[i] - power[j]) * (weights[i] - weights[j]) >= 0
            assert weights[i] != weights[j] or power[i] == power[j]


@given(composites(voters=5), composites(voters=5))
def test_transfer_axiom_of_dubey_for_simple_games(one: Rule, other: Rule) -> None:
    """Dubey (1975): φ(v ∨ w) + φ(v ∧ w) = φ(v) + φ(w), likewise for the absolute Banzhaf index."""
    both, either = all_of(one, other), any_of(one, other)

    def total(index: Callable[[Rule], tuple[Fraction, ...]], a: Rule, b: Rule) -> list[Fraction]:
        return [x + y for x, y in zip(index(a), index(b), strict=True)]

    assert total(shapley_shubik, both, either) == total(shapley_shubik, one, other)

    def absolute(rule: Rule) -> tuple[Fraction, ...]:
        return banzhaf(rule, absolute=True)

    assert total(absolute, both, either) == total(absolute, one, other)


def test_the_absolute_banzhaf_index_is_not_efficient() -> None:
    assert sum(banzhaf(2, [1, 1, 1], absolute=True)) == Fraction(3, 2)
    assert sum(banzhaf(3, [1, 1, 1], absolute=True)) == Fraction(3, 4)


def test_shares_of_votes_as_texts_and_floats_are_exact() -> None:
    assert shapley_shubik("0.6", [0.1, 0.2, "3/10", 0.4]) == shapley_shubik(6, [1, 2, 3, 4])
    assert shapley_shubik(0.3, [0.1, 0.1, 0.1]) == (Fraction(1, 3),) * 3           # 0.1 + 0.1 + 0.1 as written
    assert shapley_shubik(0.3, [0.1, 0.1, 0.1, 0.1]) == (Fraction(1, 4),) * 4


def test_security_council_in_three_ways() -> None:
    permanent, other = Fraction(421, 2145), Fraction(4, 2145)
    weights = [7] * 5 + [1] * 10
    council = security_council()

    def winning(group: frozenset[int]) -> bool:
        return len(group) >= 9 and group >= set(range(5))

    for found in (shapley_shubik(39, weights), shapley_shubik(council), shapley_shubik(winning, 15)):
        assert found == (permanent,) * 5 + (other,) * 10
    assert (round(float(permanent), 5), round(float(other), 5)) == (0.19627, 0.00186)  # of 0.0018648
    for index in (banzhaf(39, weights), banzhaf(council), banzhaf(winning, 15)):
        assert index == (Fraction(106, 635),) * 5 + (Fraction(21, 1270),) * 10
    assert banzhaf(council, absolute=True)[::14] == (Fraction(848, 2**14), Fraction(84, 2**14))
    assert all(council(members(mask, 15)) == winning(members(mask, 15)) for mask in range(0, 2**15, 7))


def test_council_of_the_european_union_in_exact_numbers() -> None:
    body = eu_council()
    power, banzhaf_power = shapley_shubik(body.rule), banzhaf(body.rule)
    assert len(power) == len(body.members) == 27
    assert sum(power) == sum(banzhaf_power) == 1
    for index in (power, banzhaf_power):
        assert list(index) == sorted(index, reverse=True)                           # members in order of population
        assert min(index) > 0
    assert power[0] > 20 * power[-1]


def test_a_hundred_members_with_ten_thousand_votes_in_exact_numbers() -> None:
    pick = random.Random(4)
    weights = pick.sample(range(1, 200), 100)
    weights[0] += 10_000 - sum(weights)
    assert min(weights) > 0 and sum(weights) == 10_000 and len(set(weights)) > 90
    power, banzhaf_power = shapley_shubik(5_001, weights), banzhaf(5_001, weights)
    assert sum(power) == sum(banzhaf_power) == 1
    order = sorted(range(100), key=weights.__getitem__)
    assert [power[i] for i in order] == sorted(power)
    heaviest = order[-1]
    assert abs(float(power[heaviest]) - weights[heaviest] / 10_000) < 1e-3           # large bodies: nearly the share


def test_many_equal_voters_beyond_machine_integers() -> None:
    """One voter of weight k among n of weight 1, simple majority: k / (n + 1) (Shapley and Shubik 1954)."""
    assert shapley_shubik(36, [1] * 70) == (Fraction(1, 70),) * 70
    n, k = 80, 10
    assert shapley_shubik((n + k) // 2 + 1, [k] + [1] * n)[0] == Fraction(k, n + 1)
    both = all_of(weighted((n + k) // 2 + 1, [k] + [1] * n), at_least(1, n + 1))
    assert shapley_shubik(both)[0] == Fraction(k, n + 1)


def test_a_high_quota_is_counted_through_its_dual() -> None:
    weights = [9, 7, 5, 3, 2, 1]
    for quota in range(1, sum(weights) + 1):
        dual = sum(weights) - quota + 1
        assert shapley_shubik(quota, weights) == shapley_shubik(dual, weights)
        assert banzhaf(quota, weights) == banzhaf(dual, weights)


@pytest.mark.parametrize(("body", "said"), [
    ((0, [1, 2]), "the empty coalition wins"),
    ((4, [1, 2]), "no coalition wins"),
    ((2, [1, -1, 3]), "voter 1 has the weight -1"),
    ((2, []), "no weights"),
    ((2, ["a", 1]), "one finite number per voter"),
    ((2, [True, 1]), "True is no number"),
    ((float("nan"), [1]), "one finite number per voter"),
    ((2, 3), "one weight for each voter"),
    ((lambda group: True, 3), "the empty coalition wins"),
    ((lambda group: len(group) in (1, 3), 3), "must be monotone"),
    ((lambda group: True, 40), "from 1 to 20"),
    ((at_least(2, 3), 4), "has its own"),
    ((10**9, [10**9 - k for k in range(30)]), "larger units"),
    ((all_of(weighted(10**9, [10**9 - k for k in range(30)]), at_least(1, 30)),), "larger units"),
])
def test_what_is_no_simple_game_is_refused(body: tuple[object, ...], said: str) -> None:
    with pytest.raises(GameError, match=said):
        shapley_shubik(*body)  # type: ignore[call-overload]


def test_a_few_voters_may_have_any_weights_under_composite_rules() -> None:
    rule = all_of(weighted(10**12, [10**12, 10**11, 1]), consent_of([2], 3))
    assert shapley_shubik(rule) == (Fraction(1, 2), Fraction(0), Fraction(1, 2))


# -- large bodies -----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_swings_of_any_size_are_those_of_all_sizes_together(weights: list[int], quota: int) -> None:
    assume(sum(weights) > 0)
    quota = min(quota, sum(weights))
    by_size = packed_sums.swings_by_size(quota, tuple(weights))
    assert packed_sums.swings(quota, tuple(weights)) == tuple(map(sum, by_size))


def test_large_equal_weights_are_counted_by_binomials() -> None:
    """Of 60 members with 997 votes each, 31 are needed; one with a single vote never matters."""
    found = packed_sums.swings(31 * 997 - 3, (997,) * 60 + (1,))
    assert found == (2 * comb(59, 30),) * 60 + (0,)


def test_a_body_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(GameError, match=r"190 voters and 50000000 votes has 1200000000 bytes, .* larger"):
        banzhaf(50_000_000, [999_999, *[523_811] * 189])


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 2400))
@settings(max_examples=40, deadline=None)
def test_the_approximate_index_is_as_near_as_it_says(weights: list[int], quota: int) -> None:
    assume(sum(weights) > 0)
    quota = min(quota, sum(weights))
    found = approximate_shapley_shubik(quota, weights)
    exact = shapley_shubik(quota, weights)
    assert max(abs(Fraction(x) - y) for x, y in zip(found.values.tolist(), exact, strict=True)) <= found.error < 1e-11


def test_the_approximate_index_where_quadrature_is_cut_short() -> None:
    """With 150 members fewer nodes are used than would integrate the polynomial exactly."""
    weights = [1 + k % 7 for k in range(150)]
    found = approximate_shapley_shubik(sum(weights) * 2 // 3, weights)
    exact = shapley_shubik(sum(weights) * 2 // 3, weights)
    assert max(abs(Fraction(x) - y) for x, y in zip(found.values.tolist(), exact, strict=True)) <= found.error
    assert 1e-14 < found.error < 1e-11
    assert "each within" in str(found)


def test_the_approximate_index_refuses_what_has_none_and_what_is_too_large() -> None:
    for quota in (0, 4):
        with pytest.raises(GameError, match="nobody's vote matters"):
            approximate_shapley_shubik(quota, [1, 1, 1])
    with pytest.raises(GameError, match="a table of 30000000 votes is too large"):
        approximate_shapley_shubik(30_000_000, [39_999_999, 20_000_000])
    with pytest.raises(GameError, match=r"bytes, more than .* approximate_shapley_shubik"):
        shapley_shubik(3_500_000, [1_000_003, *(1500 + 331 * k for k in range(189))])


@pytest.mark.slow
def test_a_body_of_the_size_of_the_monetary_fund() -> None:
    """190 members and some 7 million votes: exact, and near what chance says."""
    weights = [1_000_003, *(1500 + 331 * k for k in range(189))]
    quota = sum(weights) // 2 + 1
    found = banzhaf(quota, weights, absolute=True)
    assert 6_900_000 < sum(weights) < 7_300_000
    assert list(found[1:]) == sorted(found[1:])
    # Random coalitions of many members weigh about as a normal variable does.
    spread = sum(w * w for w in weights[1:-1]) ** 0.5 / 2
    middle = sum(weights[1:-1]) / 2 + weights[0] / 2
    normal = NormalDist(0, spread)
    expected = sum(
        normal.cdf(quota - middle + side) - normal.cdf(quota - weights[-1] - middle + side)
        for side in (-weights[0] / 2, weights[0] / 2)
    ) / 2
    assert float(found[-1]) == pytest.approx(expected, rel=0.02)
