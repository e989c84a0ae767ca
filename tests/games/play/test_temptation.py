"""The departure that wins most for how much it changes what everyone sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games import repeated_game
from games.model.public_monitoring import PublicMonitoring
from games.play.markov_play import MarkovPlay
from games.play.temptation import hardest_departure, seen_law
from tests.support.random_games import random_game

GAME = repeated_game([[[2, 2], [-1, 4]], [[3, -1], [0, 0]]], discount=0.5)
LAW = np.array([[0.9, 0.1], [0.3, 0.7], [0.8, 0.2], [0.5, 0.5]])
NOISY = replace(GAME, monitoring=PublicMonitoring((("good", "bad"),), (LAW,)))
BOTH = np.array([0])


def test_it_weighs_what_is_won_against_what_is_seen() -> None:
    # The second player wins 2 and moves the law by .6, the first wins 1 and moves it by .1.
    found = hardest_departure(NOISY, BOTH, None)
    assert found is not None
    assert (found.state, found.player, found.row, found.gain) == (0, 0, 2, 1.0)
    assert abs(found.needed - 10.0) < 1e-9
    assert np.allclose(seen_law(NOISY, 2), LAW[2])


def test_what_wins_less_than_is_missing_comes_after_what_wins_so_much() -> None:
    found = hardest_departure(NOISY, BOTH, -1.5)
    assert found is not None and (found.player, found.row, found.gain) == (1, 1, 2.0)


def test_nothing_tells_it_from_complying() -> None:
    blind = replace(GAME, monitoring=PublicMonitoring((("nothing",),), (np.ones((4, 1)),)))
    found = hardest_departure(blind, BOTH, None)
    assert found is not None and found.needed == np.inf and found.gain == 2.0


def test_no_departure_wins_or_the_plan_leaves_play_free() -> None:
    assert hardest_departure(NOISY, np.array([3]), None) is None
    assert hardest_departure(NOISY, np.array([-1]), None) is None


def test_when_play_comes_to_a_state() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        game = random_game(rng, 2, 6, 2, discount=0.5, reach=2)
        play = MarkovPlay(game, game.row_start[:-1])
        chance = play.occupation(game.initial, 7)
        first = np.where((chance > 0).any(axis=0), (chance > 0).argmax(axis=0), -1)
        assert np.array_equal(play.arrival(game.initial), first)
