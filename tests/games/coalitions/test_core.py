"""The core: points and balancing weights, checked by code that knows no solver, and forged evidence refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.certificates.core_evidence import BalancedCollection, CorePoint
from games.certificates.reading import CertificateError
from games.coalitions import core, in_core, shapley_value
from games.coalitions.characteristic import Worths
from games.model.stochastic_game import GameError
from tests.support.random_coalitional_games import coalitional_games, convex_games


def majority(members: frozenset[int]) -> int:
    return int(len(members) > 1)


def gloves(members: frozenset[int]) -> int:
    """Players 0 and 1 own left gloves, player 2 a right one."""
    return min(len(members & {0, 1}), len(members & {2}))


@given(coalitional_games(most=5))
def test_every_answer_is_proved_without_a_solver(game: tuple[int, list[int]]) -> None:
    n, v = game
    found = core(v, n)
    report = found.check()
    assert report.accepted, (report.place, report.problem)
    assert found.empty == (found.point is None) == (found.balancing_weights is not None)
    if found.point is not None:
        assert in_core(found.point, v, n)
        assert not in_core([found.point[0] + 1, *found.point[1:]], v, n)


@given(coalitional_games(most=4), st.integers(1, 3))
def test_core_is_empty_by_linear_programming_in_floats_too(game: tuple[int, list[int]], scale: int) -> None:
    from scipy.optimize import linprog

    n, v = game
    rows = [[-(k >> i & 1) for i in range(n)] for k in range(1, 2**n)]
    least = linprog([1] * n, A_ub=rows, b_ub=[-scale * v[k] for k in range(1, 2**n)], bounds=[(None, None)] * n)
    assert least.fun is not None
    assert core([scale * x for x in v], n).empty == (least.fun > scale * v[-1] + 1e-9)


@given(convex_games())
def test_core_of_a_convex_game_holds_the_shapley_value(game: tuple[int, list[int]]) -> None:
    n, v = game
    assert in_core(shapley_value(v, n), v, n)
    assert not core(v, n).empty


def test_core_without_convexity_may_miss_the_shapley_value() -> None:
    assert not in_core(shapley_value(gloves, 3), gloves, 3)
    assert core(gloves, 3).point == (Fraction(0), Fraction(0), Fraction(1))


def test_majority_has_an_empty_core_and_balancing_weights_of_one_half() -> None:
    found = core(majority, 3)
    half = Fraction(1, 2)
    assert found.balancing_weights == {frozenset(pair): half for pair in ((0, 1), (0, 2), (1, 2))}
    report = found.check()
    assert (report.accepted, report.claim, report.place, report.problem) == (True, "the core is empty", "", "")
    assert report.numbers == {"shortfall": 0.5}


def test_core_point_shares_out_what_is_left_over() -> None:
    assert core([0, 1, 1, 6], 2).point == (Fraction(3), Fraction(3))
    assert core([0, 7], 1).point == (Fraction(7),)
    assert core([0, "1/3", "1/3", "2/3"], 2).point == (Fraction(1, 3), Fraction(1, 3))
    assert core([0, "1/3", "1/3", "0.6666666"], 2).empty


def test_forged_balancing_weights_are_refused() -> None:
    evidence = core(majority, 3).evidence
    assert isinstance(evidence, BalancedCollection)
    worth = Worths.of(majority, 3).worth
    pairs = evidence.weights
    forged = {
        "add up to": [(pairs[0][0], Fraction(3, 5)), *pairs[1:]],
        "positive": [*pairs, (frozenset({0, 1, 2}), Fraction(0))],
        "no coalition": [*pairs, (frozenset({7}), Fraction(1))],
        "no more than all": [(frozenset({0, 1, 2}), Fraction(1))],
    }
    for said, weights in forged.items():
        report = replace(evidence, weights=tuple(weights)).check(worth)
        assert not report.accepted
        assert said in report.problem
        assert report.claim == "the core is empty" and report.place.startswith(("weights", "player"))
    assert evidence.check(worth).accepted


def test_forged_core_points_are_refused_with_the_coalition_named() -> None:
    worth = Worths.of(gloves, 3).worth
    many = BalancedCollection(10**30, ((frozenset({0, 1}), Fraction(1)),)).check(worth)
    assert not many.accepted and many.place == "players"
    off = CorePoint((Fraction(1, 6), Fraction(1, 6), Fraction(2, 3))).check(worth)
    assert (off.accepted, off.place, off.problem) == (False, "coalition [0, 2]", "it can secure 1/6 more")
    assert not CorePoint((Fraction(0), Fraction(0), Fraction(2))).check(worth).accepted
    report = CorePoint((Fraction(0), Fraction(0), Fraction(1))).check(worth)
    assert (report.accepted, report.claim, report.numbers) == (True, "the core is not empty", {"least_slack": 0.0})


def test_evidence_survives_being_written_and_read() -> None:
    for game in (majority, gloves):
        evidence = core(game, 3).evidence
        document = evidence.to_json()
        assert type(evidence).from_json(document) == evidence
        for wrong in ({**document, "kind": "x"}, {**document, "more": 1}, {"kind": document["kind"]}):
            with pytest.raises(CertificateError):
                type(evidence).from_json(wrong)
    with pytest.raises(CertificateError, match=r"weights\[0\]"):
        BalancedCollection.from_json({"kind": "balanced-collection", "players": 2, "weights": [[[0]]]})


def test_payoffs_must_be_one_number_for_each_player() -> None:
    with pytest.raises(GameError, match="2 numbers for 3 players"):
        in_core([1, 2], gloves, 3)
    with pytest.raises(GameError, match="one finite number per player"):
        in_core([1, 2, "x"], gloves, 3)
