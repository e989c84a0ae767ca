"""Games in which only what a plan allows can be played."""

from __future__ import annotations

import numpy as np
import pytest

from games.model.plan import Plan
from games.model.restricted_game import restricted_game
from games.model.stochastic_game import GameError, repeated_game


def test_only_the_allowed_actions_are_left() -> None:
    game = repeated_game([[[3, 3], [0, 4]], [[4, 0], [1, 1]]], 0.5, actions=[["C", "D"], ["C", "D"]])
    plan = Plan.from_json(game, {game.states[0]: [["C", "C"], ["D", "C"]]})
    left = restricted_game(plan)
    assert left.actions == ((("C", "D"), ("C",)),)
    assert left.payoffs.tolist() == [[3, 3], [4, 0]]
    assert np.array_equal(left.transition.toarray(), np.ones((2, 1)))


def test_actions_must_be_allowed_whatever_the_others_do() -> None:
    game = repeated_game([[[3, 3], [0, 4]], [[4, 0], [1, 1]]], 0.5, actions=[["C", "D"], ["C", "D"]])
    plan = Plan.from_json(game, {game.states[0]: [["C", "C"], ["D", "D"]]})
    with pytest.raises(GameError, match="some combinations"):
        restricted_game(plan)
