"""Concessions in stages: closed forms, all schedules on a grid, games with free steps, forged schedules."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import GameError
from games.bargaining import GradualConcessions, gradual_concessions

Q = Fraction
HALVES = ("1/2", "1/2")


def fewest_on_a_grid(owed: tuple[int, int], claims: Any, costs: Any, discount: Fraction, most: int) -> int | None:
    """Every schedule in whole steps, from the end: which outstanding pairs a mover prefers going on from."""
    reached = {(0, 0, last) for last in (0, 1)}               # (owed by 0, owed by 1, next to move)
    for stages in range(1, most + 1):
        before = set()
        for *left, then in reached:
            mover = 1 - then
            for more in range(left[mover], owed[mover] + 1):
                now = list(left)
                now[mover] = more
                kept = owed[then] - now[then]
                away = kept + claims[mover] * sum(now) - costs[mover]
                if discount ** (stages - 1) * owed[then] >= away:
                    before.add((now[0], now[1], mover))
        reached = before
        if any(pair[:2] == owed for pair in reached):
            return stages
    return None


@pytest.mark.parametrize(("owed", "cost"), [((3, 3), 1), ((5, 5), 1), ((12, 8), 1), ((6, 6), 2), ((9, 2), 1)])
@pytest.mark.parametrize("discount", [Q(1), Q(99, 100), Q(97, 100), Q(9, 10)])
def test_fewest_stages_of_all_schedules_on_a_grid(owed: tuple[int, int], cost: int, discount: Fraction) -> None:
    """In steps of half a unit every bound of the undiscounted game is on the grid."""
    found = gradual_concessions(owed, HALVES, (cost, cost), discount=discount)
    fine = (2 * owed[0], 2 * owed[1])
    brute = fewest_on_a_grid(fine, (Q(1, 2),) * 2, (Q(2 * cost),) * 2, discount, 30)
    assert found.check()
    if discount == 1:
        assert found.stages == brute
    else:
        assert brute is None or (found.stages is not None and found.stages <= brute)


small = st.integers(0, 6)


@settings(deadline=None, max_examples=60)
@given(st.tuples(small, small), st.tuples(st.integers(0, 5), st.integers(0, 5)), st.tuples(small, small),
       st.sampled_from([Q(1), Q(95, 100), Q(8, 10)]))
def test_no_schedule_on_a_grid_is_shorter(
    owed: tuple[int, int], tenths: tuple[int, int], costs: tuple[int, int], discount: Fraction
) -> None:
    claims = (Q(tenths[0], 10), Q(tenths[1], 10))
    found = gradual_concessions(owed, claims, [Q(c, 2) for c in costs], discount=discount)
    assert found.check()
    brute = fewest_on_a_grid(owed, claims, [Q(c, 2) for c in costs], discount, 14) if any(owed) else 0
    if brute is not None:
        assert found.stages is not None
        assert found.stages <= brute


def free_play(owed: tuple[int, int], claims: Any, costs: Any, discount: Fraction) -> int | None:
    """Stages of the equilibrium in which movers may choose any step of a unit or more; None: somebody walks away."""
    @cache
    def best(left: tuple[int, int], mover: int) -> tuple[tuple[Fraction, Fraction], int | None]:
        other = 1 - mover
        away = [owed[1 - i] - left[1 - i] + claims[i] * sum(left) - costs[i] for i in (0, 1)]
        found: tuple[tuple[Fraction, Fraction], int | None] = ((away[0], away[1]), None)
        for step in range(min(1, left[mover]), left[mover] + 1):
            now = (left[0] - step, left[1]) if mover == 0 else (left[0], left[1] - step)
            if now == (0, 0):
                worth, stages = (Q(owed[1]), Q(owed[0])), 1
            else:
                late, then = best(now, other)
                if then is None:
                    continue                                  # walking away now is as good as letting the other
                worth, stages = (discount * late[0], discount * late[1]), then + 1
            if worth[mover] > found[0][mover] or (worth[mover] == found[0][mover] and found[1] is None):
                found = worth, stages
        return found

    done = [stages for first in (0, 1) if (stages := best(owed, first)[1]) is not None]
    return min(done, default=None)


def test_where_every_step_is_free_equilibria_take_no_fewer_stages() -> None:
    """Subgame-perfect equilibria of the finite game by backward induction, in which one unit at least is conceded."""
    agreed = 0
    for owed, cost, discount in product([(4, 4), (6, 5), (8, 8)], [Q(1, 2), Q(1), Q(2)], [Q(1), Q(99, 100)]):
        played = free_play(owed, (Q(1, 2),) * 2, (cost,) * 2, discount)
        found = gradual_concessions(owed, HALVES, (cost,) * 2, discount=discount)
        if played is not None:
            agreed += 1
            assert found.stages is not None
            assert played >= found.stages
    assert agreed >= 6


@pytest.mark.parametrize("claim", [Q(1, 2), Q(2, 5), Q(1, 4)])
@pytest.mark.parametrize("cost", [Q(1, 7), Q(1, 20), Q(1, 61)])
def test_closed_form_of_equal_parties(claim: Fraction, cost: Fraction) -> None:
    found = gradual_concessions((Q(1, 2), Q(1, 2)), (claim, claim), (cost, cost))
    ratio = (1 - claim) / claim

    def may_owe(k: int) -> Fraction:
        return 2 * cost * k if ratio == 1 else cost * (ratio**k - 1) / (1 - 2 * claim)

    first = next(k for k in range(1, 100) if may_owe(k) >= Q(1, 2))
    assert found.stages == first + 1                          # the other opens with what it may still owe then
    assert found.check()
    if ratio == 1:
        assert max(found.steps or ()) <= 4 * cost
        assert found.stages == ceil(1 / (4 * cost)) + 1


def test_the_less_a_breakdown_costs_the_more_stages_and_the_smaller_steps() -> None:
    costs = [Q(1, k) for k in (4, 8, 16, 32, 64)]
    found = [gradual_concessions((1, 1), HALVES, (c, c)) for c in costs]
    assert [one.stages for one in found] == [3, 5, 9, 17, 33]
    assert [max(one.steps or ()) for one in found] == [4 * c if 4 * c <= 1 else 1 for c in costs]


def test_the_more_is_won_by_walking_away_the_more_stages() -> None:
    stages = [gradual_concessions((1, 1), (a, a), ("1/20", "1/20")).stages for a in ("1/10", "1/4", "2/5", "1/2")]
    assert None not in stages
    assert stages == sorted(stages, key=lambda one: one or 0)
    assert stages[0] != stages[-1]


def test_what_cannot_be_enforced_at_all_is_not_conceded() -> None:
    assert gradual_concessions((1, 1), HALVES, (0, 0)).stages is None
    assert gradual_concessions((1, 1), HALVES, (0, 0)).values is None
    assert gradual_concessions((1, 1), HALVES, (0, 0)).check()


def test_with_delay_a_deal_that_is_harder_to_enforce_is_never_made() -> None:
    """At a discount of 0.99 small steps cost more time than a breakdown would."""
    easy, hard = (gradual_concessions((1, 1), HALVES, (c, c), discount="99/100") for c in ("1/10", "1/50"))
    assert easy.stages == 9                                   # 6 without discounting
    assert easy.values == (Q(99, 100) ** 8,) * 2
    assert hard.stages is None
    assert hard.check()


def test_who_opens() -> None:
    lopsided = [gradual_concessions((9, 7), HALVES, (2, 2), opener=first) for first in (None, 0, 1)]
    stages = [one.stages for one in lopsided]
    assert stages[0] == min(one for one in stages if one is not None)
    assert [one.opener for one in lopsided[1:]] == [0, 1]
    assert all(one.check() for one in lopsided)


def test_one_sided_and_empty_deals() -> None:
    assert gradual_concessions((1, 0), HALVES, (1, 1)).steps == (Q(1),)
    assert gradual_concessions((0, 0), HALVES, (0, 0)).steps == ()
    assert gradual_concessions((1, 1), (0, 0), (0, 0)).stages == 2
    assert gradual_concessions((1, 0), HALVES, ("1/10", "1/10"), discount="9/10").check()


def forged(found: GradualConcessions) -> list[GradualConcessions]:
    assert found.steps is not None
    steps = found.steps
    moved = (steps[0] + Q(1, 1000), steps[1], steps[2] - Q(1, 1000), *steps[3:])
    return [
        replace(found, steps=moved), replace(found, steps=steps[:-1]), replace(found, steps=None),
        replace(found, opener=1 - (found.opener or 0)), replace(found, costs=(Q(1, 100), Q(1, 100))),
        replace(found, steps=(Q(0), Q(0), *steps)),           # holds, but is not the shortest
    ]


def test_forged_schedules_are_refused() -> None:
    found = gradual_concessions((Q(1, 2), Q(2, 5)), HALVES, ("1/20", "1/20"))
    assert found.check()
    assert [one.check() for one in forged(found)] == [False] * 6


@pytest.mark.parametrize(("change", "said"), [
    ({"owed": (1,)}, "2 are needed"), ({"owed": (1, -1)}, "at least 0"), ({"claims": ("2/3", "1/2")}, "at most 1"),
    ({"costs": (-1, 0)}, "at least 0"), ({"discount": 0}, "above 0"), ({"discount": 2}, "from 0 to 1"),
    ({"opener": 2}, "opener"), ({"costs": ("1/100000", "1/100000")}, "2000 stages"),
])
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"owed": (1, 1), "claims": HALVES, "costs": (1, 1)}
    with pytest.raises(GameError, match=said):
        gradual_concessions(**(asked | change))


def test_a_deal_that_gives_a_party_less_than_walking_away_is_not_made() -> None:
    found = gradual_concessions((9, 1), HALVES, (2, 2))       # the first would get 1 of 10, and 3 by walking away
    assert found.stages is None
    assert found.check()
