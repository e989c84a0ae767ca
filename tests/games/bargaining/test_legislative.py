"""Legislative bargaining: closed forms, published and recomputed numbers, random games, forged evidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.bargaining import LegislativeEquilibrium, legislative

seeds = st.integers(0, 10**6)


def solved(*arguments: Any, **options: Any) -> LegislativeEquilibrium:
    found = legislative(*arguments, **options)
    assert found is not None
    assert found.check()
    return found


def with_vetoes(n: int, v: int, q: int, discount: Fraction) -> tuple[Fraction, Fraction]:
    """Values of veto players and others: V (n (1-d) + d v) + d (q-v) W = 1 = v V + (n-v) W, with equal recognition.

    The first is a veto player's own equation: V = (1/n)(1 - d (v-1) V - d (q-v) W) + (1 - 1/n) d V.
    """
    a, b, c, e = n * (1 - discount) + discount * v, discount * (q - v), Fraction(v), Fraction(n - v)
    return (e - b) / (a * e - b * c), (a - c) / (a * e - b * c)


def brute_error(found: LegislativeEquilibrium, recognition: Any, discounts: Any, wins: Any) -> float:
    """The largest gain or inconsistency, over all coalitions, from the published arrays alone."""
    n = len(recognition)
    values = np.array(found.exact)
    prices = values * discounts
    worst = 0.0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        least = min(sum((prices[j] for j in c), Fraction(0)) for size in range(n)
                    for c in combinations(others, size) if wins(frozenset({*c, i})))
        for chance, with_ in found.evidence.partners[i]:
            assert chance > 0
            assert wins(with_ | {i})
            worst = max(worst, abs(float(sum(prices[j] for j in with_) - least)))
        worst = max(worst, abs(found.proposals[i, i] - float(1 - least)))
    return max(worst, float(np.abs(np.array(recognition, dtype=float) @ found.proposals - found.values).max()))


# -- closed forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 5, 7, 15, 25, 51])
@pytest.mark.parametrize("discount", ["1/2", "9/10", "99/100"])
def test_equal_members_under_majority_rule(n: int, discount: str) -> None:
    d, q = Fraction(discount), n // 2 + 1
    found = solved([Fraction(1, n)] * n, d, q)
    assert found.error == 0
    assert set(found.exact) == {Fraction(1, n)}
    assert found.evidence.paid(0)[0] == 1 - d * (q - 1) / n
    assert found.proposals.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("n", [3, 5, 9, 21, 51])
@pytest.mark.parametrize("discount", ["1/2", "9/10", "99/100"])
def test_one_veto_player(n: int, discount: str) -> None:
    d, q = Fraction(discount), n // 2 + 1
    found = solved([Fraction(1, n)] * n, d, q, veto=[0])
    veto, other = with_vetoes(n, 1, q, d)
    assert found.exact == (veto, *[other] * (n - 1))
    assert found.error == 0


def test_one_veto_player_among_three() -> None:
    d = Fraction(9, 10)
    found = solved([Fraction(1, 3)] * 3, d, 2, veto=[0])
    assert found.exact[0] == (2 - d) / (6 - 5 * d)
    assert found.proposals[0, 0] == pytest.approx(0.88)
    assert found.proposals[1, 1] == pytest.approx(0.34)


def test_a_veto_player_gets_all_in_the_limit_but_only_there() -> None:
    near = [float(solved([Fraction(1, 51)] * 51, d, 26, veto=[0]).exact[0])
            for d in (Fraction(99, 100), Fraction(999, 1000), 1 - Fraction(1, 10**4), 1 - Fraction(1, 10**6))]
    assert near[0] == pytest.approx(0.502488, abs=1e-6)
    assert near == sorted(near)
    assert near[-1] > 0.9999


@pytest.mark.parametrize(("n", "v", "q", "discount", "veto", "other"), [
    (5, 1, 3, 0.9, 0.578947, 0.105263), (5, 2, 4, 0.9, 0.363636, 0.090909), (7, 1, 4, 0.95, 0.636364, 0.060606),
    (15, 5, 9, 0.9, 0.152381, 0.023810), (3, 1, 2, 0.5, 0.428571, 0.285714), (3, 1, 2, 0.99, 0.961905, 0.019048),
])
def test_several_veto_players(n: int, v: int, q: int, discount: float, veto: float, other: float) -> None:
    found = solved([1 / n] * n, discount, q, veto=range(v))
    assert found.exact == (with_vetoes(n, v, q, Fraction(str(discount)))[0],) * v + found.exact[v:]
    assert found.values == pytest.approx([veto] * v + [other] * (n - v), abs=1e-6)


@pytest.mark.parametrize(("n", "value"), [(3, 0.733333), (4, 0.571429), (5, 0.578947), (7, 0.478261)])
def test_more_members_need_not_hurt_a_veto_player(n: int, value: float) -> None:
    """From 4 to 5 members the quota stays 3 and the veto player gains."""
    assert solved([1 / n] * n, 0.9, n // 2 + 1, veto=[0]).values[0] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("recognised", "executive", "legislator"), [
    ("0", 0, 0.2), ("1/10", 0.338235, 0.132353), ("1/6", 0.479167, 0.104167), ("1/2", 0.821429, 0.035714)])
def test_a_veto_without_proposals_is_worth_nothing(recognised: str, executive: float, legislator: float) -> None:
    p = Fraction(recognised)
    found = solved([p, *[(1 - p) / 5] * 5], 0.9, 4, veto=[0])
    assert found.values == pytest.approx([executive, *[legislator] * 5], abs=1e-6)


def test_a_veto_that_can_be_overridden_is_one_vote_like_any_other() -> None:
    def passes(votes: frozenset[int]) -> bool:
        return (0 in votes and len(votes) >= 4) or len(votes - {0}) >= 4

    found = solved([Fraction(1, 6)] * 6, 0.9, passes)
    assert found.exact == (Fraction(1, 6),) * 6


@pytest.mark.parametrize(("recognition", "expected"), [
    ([0.5, 0.3, 0.2], [0.354839, 0.322581, 0.322581]), ([0.6, 0.1, 0.1, 0.1, 0.1], [0.452055, *[0.136986] * 4])])
def test_unequal_recognition(recognition: list[float], expected: list[float]) -> None:
    assert solved(recognition, 0.9, len(recognition) // 2 + 1).values == pytest.approx(expected, abs=1e-6)


def test_unanimity_pays_recognition_over_impatience() -> None:
    found = solved([Fraction(1, 3)] * 3, [0.95, 0.9, 0.8], 3)
    assert found.exact == (Fraction(4, 7), Fraction(2, 7), Fraction(1, 7))


def test_weighted_votes() -> None:
    found = solved([1 / 4] * 4, 0.9, 5, weights=[3, 2, 2, 1])
    assert found.values == pytest.approx([0.348606, 0.258964, 0.258964, 0.133466], abs=1e-6)
    assert found.error == 0
    assert solved([1 / 3] * 3, 0.9, 51, weights=[50, 49, 2]).exact == (Fraction(1, 3),) * 3
    assert solved([1 / 5] * 5, 0.9, 6, weights=[2] * 5).exact == (Fraction(1, 5),) * 5


@pytest.mark.parametrize(("weights", "quota"), [
    ([2, 1, 1, 1], 3), ([3, 1, 1, 1, 1], 4), ([3, 2, 2, 1, 1], 5), ([2, 2, 1, 1, 1], 4), ([4, 2, 2, 1, 1, 1], 6)])
def test_votes_of_homogeneous_games_recognised_by_weight_are_worth_their_weight(weights: list[int], quota: int) -> None:
    """One dear vote costs as much as several cheap ones; the rationals are recognised and proved (Montero 2002)."""
    total = sum(weights)
    found = solved([Fraction(w, total) for w in weights], Fraction(9, 10), quota, weights=weights)
    assert found.error == 0
    assert found.exact == tuple(Fraction(w, total) for w in weights)


def test_irrational_prices_are_proved_up_to_rounding() -> None:
    """With equal recognition a vote of 3 costs what 2 and 1 cost together, which makes a quadratic equation."""
    found = solved([Fraction(1, 5)] * 5, Fraction(9, 10), 5, weights=[3, 2, 2, 1, 1])
    assert 0 < found.error < Fraction(1, 10**14)
    assert not found.evidence.check()
    assert found.values == pytest.approx([0.306427, 0.217738, 0.217738, 0.129049, 0.129049], abs=1e-6)


def test_who_has_no_vote_that_counts_has_only_its_own_proposals() -> None:
    found = solved([1 / 3] * 3, 0.9, 6, weights=[3, 3, 1])
    assert found.evidence.partners[0] == ((Fraction(1), frozenset({1})),)
    assert found.values[2] < found.values[0]


def test_one_vote_is_enough() -> None:
    found = solved([0.5, 0.3, 0.2], 0.9, 1)
    assert found.exact == (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))


def test_patience_does_not_help_under_majority_rule_when_nothing_is_discounted() -> None:
    found = solved([Fraction(1, 3)] * 3, 1, 2)
    assert found.evidence.paid(0)[0] == Fraction(2, 3)


def test_without_discounting_unanimity_supports_any_division_and_that_is_said() -> None:
    found = solved([0.2, 0.3, 0.5], 1, 3)
    assert found.unique is False
    assert found.remark.startswith("members 0, 1 and 2 do not discount")
    assert found.exact == (Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))
    # Another division passes the same exact check.
    other = replace(found.evidence, values=(Fraction(1, 7), Fraction(2, 7), Fraction(4, 7)))
    assert other.check()


@pytest.mark.parametrize(("recognition", "discounts", "rule", "options", "patient"), [
    ([1 / 3] * 3, 1, 2, {"veto": [0]}, 0),
    ([0.1, 0.6, 0.3], [1, 0.9, 0.2], 3, {}, 0),
    ([0.5, 0.3, 0.1, 0.1], [0.9, 1, 0.5, 0.99], 3, {"veto": [0, 1]}, 1),
    ([1 / 4] * 4, 1, 5, {"weights": [4, 2, 1, 1]}, 0),
])
def test_a_single_veto_player_who_does_not_discount_has_everything(
    recognition: Any, discounts: Any, rule: int, options: Any, patient: int
) -> None:
    found = solved(recognition, discounts, rule, **options)
    assert found.unique is True
    assert found.remark == ""
    assert found.exact == tuple(Fraction(int(i == patient)) for i in range(len(recognition)))
    # Where it goes to as the discount factor of the patient goes to 1.
    nearly = [discounts] * len(recognition) if isinstance(discounts, (int, float)) else list(discounts)
    nearly = [0.99999 if d == 1 else d for d in nearly]
    assert solved(recognition, nearly, rule, **options).values == pytest.approx(found.values, abs=2e-3)


def test_a_veto_player_who_never_proposes_may_have_any_share() -> None:
    found = solved([0.5, 0.5, 0], 1, 2, veto=[2])
    assert found.unique is False
    assert "member 2" in found.remark
    half = replace(found.evidence, values=(Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)),
                   partners=((((Fraction(1), frozenset({2})),)), ((Fraction(1), frozenset({2})),),
                             ((Fraction(1), frozenset({0})),)))
    assert half.check()


def test_uniqueness_is_claimed_only_where_it_is_proved() -> None:
    assert solved([0.2, 0.3, 0.5], 0.999, 2).unique is True
    majority = solved([0.2, 0.3, 0.5], 1, 2)
    assert majority.unique is None
    assert "not known" in majority.remark


# -- random games -----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_random_quotas_are_solved_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    p = [Fraction(int(k), 100) for k in rng.multinomial(100, rng.dirichlet(np.ones(n)))]
    d = [Fraction(int(k), 20) for k in rng.integers(0, 20, n)]
    q, veto = int(rng.integers(1, n + 1)), frozenset(np.flatnonzero(rng.random(n) < 0.25).tolist())
    found = solved(p, d, q, veto)
    assert found.error == 0
    assert brute_error(found, p, d, lambda votes: len(votes) >= q and veto <= votes) < 1e-12
    by_function = solved(p, d, lambda votes: len(votes) >= q, veto)
    assert by_function.values == pytest.approx(found.values, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_random_weighted_votes_are_solved(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 7))
    weights = rng.integers(1, 8, n).tolist()
    quota = int(rng.integers(sum(weights) // 2 + 1, sum(weights) + 1))
    p, d = rng.dirichlet(np.ones(n) * 2), np.array([Fraction(int(k), 100) for k in rng.integers(50, 100, n)])
    found = solved(p, d, quota, weights=weights)
    assert brute_error(found, p, d, lambda votes: sum(weights[j] for j in votes) >= quota) < 1e-6
    assert found.values.sum() == pytest.approx(1, abs=1e-6)


def test_a_large_assembly_of_unequal_members_is_solved_exactly() -> None:
    rng = np.random.default_rng(3)
    found = solved(rng.dirichlet(np.ones(31)), rng.uniform(0.5, 0.99, 31), 17, veto=[2])
    assert found.error == 0
    assert len(set(found.exact)) > 15


# -- evidence ---------------------------------------------------------------------------------------------------------


def test_forged_evidence_is_refused() -> None:
    evidence = solved([0.5, 0.3, 0.2], 0.9, 2, veto=[1]).evidence
    assert evidence.check()
    tiny = Fraction(1, 10**9)
    for j in range(3):
        values = tuple(v + tiny * (i == j) for i, v in enumerate(evidence.values))
        assert not replace(evidence, values=values).check()
    dearer = (((Fraction(1), frozenset({1, 2})),), *evidence.partners[1:])
    assert not replace(evidence, partners=dearer).check()
    losing = (((Fraction(1), frozenset({2})),), *evidence.partners[1:])
    assert not replace(evidence, partners=losing).check()
    half = (((Fraction(1, 2), frozenset({1})),), *evidence.partners[1:])
    assert not replace(evidence, partners=half).check()
    assert not replace(evidence, recognition=(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))).check()
    assert not replace(evidence, discounts=(*evidence.discounts[:2], Fraction(8, 10))).check()
    assert replace(evidence, values=values).check(tolerance=Fraction(1, 10**8))


@pytest.mark.parametrize(("arguments", "options", "said"), [
    (([0.5, 0.4], 0.9, 2), {}, "sums to 0.9"),
    (([0.5, 0.5], [0.9], 2), {}, "2 are needed"),
    (([0.5, 0.5], 1.1, 2), {}, "discount"),
    (([0.5, 0.5], 0.9, 3), {}, "quota of 3"),
    (([0.5, 0.5], 0.9, 1.5), {}, "whole number"),
    (([0.5, 0.5], 0.9), {}, "either a quota or a function"),
    (([0.5, 0.5], 0.9, 2), {"winning": lambda votes: True}, "either a quota or a function"),
    (([0.5, 0.5], 0.9, 2, [2]), {}, "veto players"),
    (([0.5, 0.5], 0.9, 2), {"weights": [1]}, "1 weights"),
    (([0.5, 0.5], 0.9, 2), {"weights": [1, -1]}, "weights are at least 0"),
    (([0.5, 0.5], 0.9, 9), {"weights": [1, 2]}, "pass nothing"),
    (([0.5, 0.5], 0.9), {"winning": lambda votes: len(votes) == 1}, "pass nothing"),
    (([0.25] * 4, 0.9), {"winning": lambda votes: len(votes) in {2, 4}}, "never hurt"),
    (([0.05] * 20, 0.9), {"winning": lambda votes: True}, "at most 16"),
])
def test_what_does_not_fit_is_refused(arguments: Any, options: Any, said: str) -> None:
    with pytest.raises(GameError, match=said):
        legislative(*arguments, **options)
