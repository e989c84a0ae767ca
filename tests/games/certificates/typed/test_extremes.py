"""Extreme values of play: against all policies one by one, and on the safe side where groups are large."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from games.certificates.typed import extremes
from games.certificates.typed.extremes import Choice, extreme_values

F = Fraction


def _drawn(seed: int) -> tuple[list[list[Choice]], Fraction]:
    draw = random.Random(seed)
    size = draw.randint(2, 4)

    def law() -> dict[int, Fraction]:
        ahead = draw.sample(range(size), draw.randint(1, 2))
        return {k: F(1, len(ahead)) for k in ahead}

    return [[(F(draw.randint(-5, 5)), law()) for _ in range(draw.randint(1, 3))] for _ in range(size)], F(
        draw.randint(1, 9), 10)


def _of_policy(choices: list[list[Choice]], policy: tuple[int, ...], discount: Fraction) -> list[float]:
    values = [0.0] * len(choices)
    for _ in range(600):
        values = [float(choices[k][a][0]) + float(discount) * sum(float(p) * values[j] for j, p in
                                                                  choices[k][a][1].items())
                  for k, a in enumerate(policy)]
    return values


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("most", [True, False])
def test_no_policy_does_better(seed: int, most: bool) -> None:
    choices, discount = _drawn(seed)
    every = [_of_policy(choices, policy, discount) for policy in product(*(range(len(mine)) for mine in choices))]
    best = [(max if most else min)(values[k] for values in every) for k in range(len(choices))]
    assert [float(x) for x in extreme_values(choices, discount, most)] == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("most", [True, False])
def test_larger_groups_are_enclosed_from_the_safe_side(most: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    inexact = 0
    for seed in range(20):
        choices, discount = _drawn(seed)
        exact = extreme_values(choices, discount, most)
        monkeypatch.setattr(extremes, "EXACT_NODES", 1)
        near = extreme_values(choices, discount, most)
        monkeypatch.undo()
        for a, b in zip(exact, near, strict=True):
            assert (a <= b if most else b <= a) and abs(a - b) < F(1, 10**9)
            inexact += a != b
    assert inexact


def test_where_play_rests_and_is_remembered_otherwise_nothing_is_to_be_had() -> None:
    flips = [[(F(2), {1: F(1)})], [(F(0), {2: F(1)})], [(F(0), {1: F(1)})]]
    assert extreme_values(flips, F(1), True) == extreme_values(flips, F(1), False) == [2, 0, 0]
