"""Three members under the open rule: closed forms, the switch between paying one and both, simulated play."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from games import GameError
from games.bargaining import open_rule


@pytest.mark.parametrize("discount", ["0", "1/4", "1/2", "73/100", "74/100", "9/10", "1"])
def test_closed_form(discount: str) -> None:
    d = Fraction(discount)
    found = open_rule(d)
    assert found.check()
    assert found.paid == (1 if d > sqrt(3) - 1 else 2)
    assert found.value == (1 / (1 + 2 * d) if found.paid == 2 else 2 / (4 + 2 * d - d**2))
    assert found.share == 1 - found.paid * d * found.value


def test_the_closed_rule_favours_the_proposer_more() -> None:
    assert open_rule(1).share == Fraction(3, 5) < Fraction(2, 3)


def test_values_are_those_of_simulated_play() -> None:
    """Who is on the floor, who is to be paid, who is neither; the neither amends and pays who was to be paid."""
    rng, d, runs = np.random.default_rng(0), 0.9, 40_000
    found = open_rule(d)
    share, total = float(found.share), np.zeros(3)
    for _ in range(runs):
        floor, paid, neither, factor = 0, 1, 2, 1.0
        while rng.random() < 0.5:
            floor, neither, factor = neither, floor, factor * d
        total[floor] += factor * share
        total[paid] += factor * (1 - share)
    assert total[0] / runs == pytest.approx(float(found.value), abs=0.01)
    assert found.expected_delay == 1


def test_forged_answers_are_refused() -> None:
    found = open_rule("9/10")
    for name in ("share", "value", "former", "discount"):
        assert not replace(found, **{name: getattr(found, name) + Fraction(1, 10**9)}).check()
    assert not replace(open_rule("1/2"), discount=Fraction(9, 10)).check()
    with pytest.raises(GameError, match="discount"):
        open_rule(1.5)


def test_paying_the_other_number_of_members_is_refused() -> None:
    d = Fraction(1, 2)
    one = 2 / (4 + 2 * d - d**2)
    assert not replace(open_rule(d), paid=1, share=1 - d * one, value=one, former=d * one / 2).check()
    d = Fraction(9, 10)
    both = 1 / (1 + 2 * d)
    assert not replace(open_rule(d), paid=2, share=both, value=both, former=None).check()
