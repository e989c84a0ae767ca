"""Games with public signals as they would be if everyone saw everything."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from games.model.full_observation import seen_by_all
from games.model.outcome_laws import OutcomeLaws
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from tests.support.noisy_games import random_noisy_game

F = Fraction


def told_by_signals(third: bool) -> StochasticGame:
    """Two states; the signal tells whether the next state is the first, with a chance that is a third or a half."""
    p = 1 / 3 if third else 0.5
    law = np.array([[p, 1 - p]] * 4)
    rationals = {("signal", row, y): F(1 + y, 3) for row in range(8) for y in (0, 1)} if third else {}
    pairs = csr_array(np.tile(np.array([[0.75, 0.25], [0.0, 1.0]]), (8, 1)))
    marginal = np.array([[0.75 * p, 1 - 0.75 * p]] * 8).round(3)
    return StochasticGame(
        ("A", "B"), np.array([0.5, 0.5]), ("s", "t"), ((("c", "d"),) * 2,) * 2, np.arange(16.0).reshape(8, 2),
        csr_array(marginal), monitoring=PublicMonitoring((("y", "z"),) * 2, (law, law), pairs, rationals))


def test_next_states_have_the_exact_law_that_signals_give_them() -> None:
    for third, chance in ((True, F(1, 4)), (False, F(3, 8))):
        game = told_by_signals(third)
        watched = seen_by_all(game)
        assert watched.monitoring is None
        for row in range(game.n_rows):
            assert watched.exact_transition(row) == {0: chance, 1: 1 - chance}


def test_laws_that_agree_already_are_kept_as_they_are() -> None:
    game = told_by_signals(False)                                   # 3/8 is 0.375, as the matrix has it
    assert seen_by_all(game).transition is game.transition
    plain = random_noisy_game(np.random.default_rng(3), states=2)
    assert seen_by_all(plain).digest == replace(plain, monitoring=None).digest


def test_what_rounding_left_in_the_matrix_does_not_enter() -> None:
    game = told_by_signals(True)
    rough = replace(game, transition=csr_array(game.transition.toarray() + np.array([1e-10, -1e-10])))
    assert rough.exact_transition(0) != game.exact_transition(0)
    assert seen_by_all(rough).exact_transition(0) == {0: F(1, 4), 1: F(3, 4)}
    laws = OutcomeLaws(rough)
    assert sum(p for (_, s), p in laws.exact(0).items() if s == 0) == F(1, 4)
