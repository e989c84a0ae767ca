"""Equilibria of one round in symbols, against the mixed equilibria of numbers."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from games.model.stochastic_game import GameError
from games.symbolic import cournot, dilemma, repeated, stage_equilibria

a, b, c, d = sp.symbols("a b c d", positive=True)


def test_a_dilemma_has_one() -> None:
    (only,) = stage_equilibria(dilemma())
    assert only.profile == ("D", "D") and only.certain


def test_a_battle_has_three() -> None:
    game = repeated([[[a, b], [0, 0]], [[0, 0], [b, a]]], assuming=[a - b])
    first, second, mixed = stage_equilibria(game)
    assert (first.chances, second.chances) == ((1, 1), (0, 0)) and first.certain and second.certain
    assert mixed.kind == "mixed" and mixed.certain
    assert [sp.cancel(x - y) for x, y in zip(mixed.chances, (a / (a + b), b / (a + b)), strict=True)] == [0, 0]


def test_matching_pennies_have_only_the_mixed_one() -> None:
    game = repeated([[[a, -b], [-c, d]], [[-c, d], [a, -b]]])
    (only,) = stage_equilibria(game)
    assert only.kind == "mixed" and only.chances == (sp.Rational(1, 2),) * 2


def test_conditions_tell_which_there_are() -> None:
    """Without an order of T and R the profile of both complying is an equilibrium where R is at least T."""
    T, R, P, S = sp.symbols("T R P S")
    game = repeated([[[R, R], [S, T]], [[T, S], [P, P]]])
    generator = np.random.default_rng(3)
    found = {e.profile or "mixed": e for e in stage_equilibria(game)}
    for _ in range(12):
        t, r, p, s = generator.normal(size=4)
        values = {T: t, R: r, P: p, S: s}
        table = np.array([[[r, r], [s, t]], [[t, s], [p, p]]])
        for row in range(2):
            for column in range(2):
                holds = table[row, column, 0] >= table[1 - row, column, 0]
                holds &= table[row, column, 1] >= table[row, 1 - column, 1]
                told = found["ab"[0] + str(row), "b" + str(column)]
                assert all(x.subs(values) >= 0 for x in told.conditions) == holds
        mixed = all(x.subs(values) > 0 for x in found["mixed"].conditions)
        chances = [float(x.subs(values)) for x in found["mixed"].chances]
        assert mixed == all(0 < x < 1 for x in chances)
        if mixed:
            p1, p2 = (np.array([x, 1 - x]) for x in chances)
            assert np.ptp(table[:, :, 0] @ p2) < 1e-9 and np.ptp(p1 @ table[:, :, 1]) < 1e-9


def test_latex_and_refusals() -> None:
    T, R, P, S = sp.symbols("T R P S")
    first = stage_equilibria(repeated([[[R, R], [S, T]], [[T, S], [P, P]]]))[0]
    assert first.to_latex() == r"\left(1, 1\right)\text{ if } R - T \geq 0" and first._repr_latex_().startswith("$")
    with pytest.raises(GameError, match="two players with two actions each"):
        stage_equilibria(cournot(2))
    with pytest.raises(GameError, match="state 'war' does not exist"):
        stage_equilibria(dilemma(), "war")
