"""Stage games: best replies, minmax, equilibria; nothing listed that exact arithmetic does not confirm."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games import GameError, read_game
from games.model.stage_game import StageGame, stage_game_of

HALF = Fraction(1, 2)


def test_matching_pennies_has_one_equilibrium_and_it_is_mixed() -> None:
    game = StageGame(np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]]))
    assert game.pure_equilibria() == []
    found = game.mixed_equilibria()
    assert found.profiles == (((HALF, HALF), (HALF, HALF)),)
    assert found.complete
    assert found.notes == ()


def test_weights_are_exact_rationals() -> None:
    game = StageGame(np.array([[[3.0, 1], [0, 0]], [[0, 0], [1, 3]]]))
    mixed = [p for p in game.mixed_equilibria().profiles if 1 not in p[0]]
    assert mixed == [((Fraction(3, 4), Fraction(1, 4)), (Fraction(1, 4), Fraction(3, 4)))]
    assert game.expected(mixed[0], 0) == Fraction(3, 4)


def test_ties_are_exact() -> None:
    """A third and its float are told apart: with 0.333... the row is better by 1e-17, with 1/3 it is a tie."""
    def game(number: str) -> StageGame:
        return stage_game_of(read_game({
            "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.5,
            "states": [{"name": "s", "actions": [["x", "y"], ["z"]], "payoffs": [[["1/3", 0]], [[number, 0]]]}],
        }), 0)

    assert game("1/3").pure_equilibria() == [(0, 0), (1, 0)]
    assert game("0.33333333333333333").pure_equilibria() == [(0, 0)]


def test_minmax_lets_the_punished_reply() -> None:
    game = StageGame(np.array([[[2.0, 2], [-1, 3]], [[3, -1], [0, 0]]]))
    assert [game.pure_minmax(i) for i in (0, 1)] == [0, 0]
    pennies = StageGame(np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]]))
    assert pennies.pure_minmax(0) == 1


def test_three_players_pure_equilibria_agree_with_brute_force(rng: np.random.Generator) -> None:
    for _ in range(30):
        payoffs = rng.integers(0, 4, (2, 3, 2, 3)).astype(float)
        expected = [
            profile for profile in np.ndindex(2, 3, 2)
            if all(
                payoffs[(*profile, i)] >= payoffs[(*profile[:i], b, *profile[i + 1:], i)]
                for i in range(3) for b in range(payoffs.shape[i])
            )
        ]
        assert StageGame(payoffs).pure_equilibria() == expected


def test_three_players_have_no_mixed_search() -> None:
    with pytest.raises(GameError, match="two players"):
        StageGame(np.zeros((2, 2, 2, 3))).mixed_equilibria()


def test_shapes_that_are_no_game_are_refused() -> None:
    with pytest.raises(GameError, match="n \\+ 1 axes"):
        StageGame(np.zeros((2, 2)))
