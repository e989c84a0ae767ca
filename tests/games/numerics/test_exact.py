"""Floats that stand for exact numbers beyond what floats can hold."""

from __future__ import annotations

import sys
from fractions import Fraction

from games.model.outcome_laws import OutcomeLaws
from games.model.stochastic_game import stochastic_game
from games.numerics.exact import LEAST_CHANCE, chance, nearest_float, quotient

TINY = Fraction(1, 10**400)


def test_what_is_possible_stays_possible_in_floating_point() -> None:
    assert (chance(TINY), chance(Fraction(0)), chance(Fraction(1, 3))) == (LEAST_CHANCE, 0.0, 1 / 3)


def test_quotients_beyond_all_floats_are_the_largest() -> None:
    most = sys.float_info.max
    assert [quotient(a * 10**400, b) for a, b in ((1, 1), (-1, 1), (1, -1), (-1, -1))] == [most, -most, -most, most]
    assert quotient(10**400, 4 * 10**400) == 0.25 and nearest_float(-1 / TINY) == -most and nearest_float(TINY) == 0


def test_games_from_arrays_keep_chances_below_all_floats() -> None:
    game = stochastic_game(
        payoffs=[[[[1, 1]]], [[[0, 0]]]], transitions=[[[["1", "1e-400"]]], [[[0, 1]]]], discount="1/2")
    assert game.transition.toarray().tolist() == [[1.0, LEAST_CHANCE], [0.0, 1.0]]
    assert game.exact_transition(0) == {0: 1 / (1 + TINY), 1: TINY / (1 + TINY)}
    assert OutcomeLaws(game).exact(0) == {(0, 0): 1 / (1 + TINY), (0, 1): TINY / (1 + TINY)}
