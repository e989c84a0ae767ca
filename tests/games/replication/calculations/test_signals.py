"""Calculations about public signals that papers name: closed forms, what is refused, and the order of things."""

from __future__ import annotations

from fractions import Fraction

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate

DILEMMA = [2, -1, 3, 0]
F = Fraction


@pytest.mark.parametrize("law", [("9/10", "1/2", "1/5"), ("4/5", "2/5", "1/5"), ("0.82", "0.5", "0.26")])
def test_cooperation_lasts_as_long_as_bang_bang_continuations_say(law: tuple[str, str, str]) -> None:
    p, q, _ = map(F, law)
    best = 2 - (1 - p) / (p - q)
    patience = 1 / (1 + best * (p - q)) + F(1, 100)
    lasts = patience * best * (p - q) / ((1 - patience) * (1 - p))
    found = calculate("noisy_partnership", {"payoffs": DILEMMA, "good": law, "discount": patience})
    assert [float(x) for x in found] == pytest.approx([float(best), float(best), float(lasts)], abs=1e-5)


def test_where_nothing_beats_defection_cooperation_lasts_no_period() -> None:
    given = {"payoffs": DILEMMA, "good": ["9/10", "1/2", "1/5"], "discount": "1/2"}
    assert [float(x) for x in calculate("noisy_partnership", given)] == pytest.approx([0, 0, 0], abs=1e-6)


@pytest.mark.parametrize("patience", [F(3, 5), F(3, 4), F(9, 10)])
def test_the_shortest_price_war_is_the_first_that_deters(patience: Fraction) -> None:
    p, q = F(9, 10), F(1, 2)
    worth = [(1 - patience) * 2 / (1 - patience * p - (1 - p) * patience ** (k + 1)) for k in range(1, 9)]
    deters = [patience * (p - q) * (1 - patience**k) * v >= 1 - patience for k, v in enumerate(worth, 1)]
    first = deters.index(True)
    given = {"payoffs": DILEMMA, "good": [p, q, "1/5"], "discount": patience}
    assert calculate("shortest_price_war", given) == (F(first + 1), worth[first], F(10))


def test_below_the_least_patience_no_price_war_deters() -> None:
    given = {"payoffs": DILEMMA, "good": ["9/10", "1/2", "1/5"], "discount": "0.588"}
    with pytest.raises(GameError, match="none of up to 60"):
        calculate("shortest_price_war", given)
