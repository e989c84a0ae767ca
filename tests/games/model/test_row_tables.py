"""Games that differ in patience only share their tables, checked and counted once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from tests.support.random_games import random_game


def test_games_that_differ_in_patience_or_transfers_share_their_tables() -> None:
    game = random_game(np.random.default_rng(3))
    patient = game.with_discount(0.9)
    assert patient.tables is game.tables
    assert replace(patient, transfers="voluntary").tables is game.tables
    assert game.with_discount("1/3").tables is game.tables


def test_other_payoffs_keep_laws_and_places_of_rows_alone() -> None:
    game = random_game(np.random.default_rng(4))
    other = game.with_discount(0.5, game.payoffs + 1)
    assert other.tables.laws is game.tables.laws and other.tables.layout is game.tables.layout
    assert other.tables.payoffs.table is other.payoffs
    exact = replace(game, rationals={("payoff", 0, 0): Fraction(1, 3)})
    assert exact.tables.payoffs.exact and exact.tables.laws is game.tables.laws


def test_what_is_new_in_a_game_is_checked() -> None:
    game = random_game(np.random.default_rng(5))
    with pytest.raises(GameError, match="not a finite number"):
        game.with_discount(0.5, np.where(np.arange(game.n_rows)[:, None] == 1, np.nan, game.payoffs))
    with pytest.raises(GameError, match="sum to 2"):
        replace(game, transition=csr_array(2 * game.transition))
    with pytest.raises(GameError, match="payoffs: shape"):
        replace(game, payoffs=game.payoffs[:-1])
    with pytest.raises(GameError, match="every player needs at least one action"):
        replace(game, players=("A", "B", "C"), discount=np.full(3, 0.5))
    with pytest.raises(GameError, match="expected"):
        replace(game, actions=(*game.actions[:-1], (("only",), ("only",))))


def test_rounding_below_zero_is_mended_once() -> None:
    law = np.array([[1.0 + 1e-15, -1e-15], [0.0, 1.0]])
    with pytest.warns(Warning, match="zero but for rounding"):
        game = StochasticGame(
            ("A",), np.array([0.5]), ("s", "t"), ((("a",),), (("a",),)), np.zeros((2, 1)), csr_array(law)
        )
    assert game.transition.min() == 0 and game.tables.laws.table is game.transition
    assert game.with_discount(0.9).tables is game.tables


def test_pairs_of_states_and_laws_are_counted_row_by_row() -> None:
    game = random_game(np.random.default_rng(6), states=3, actions=(2, 3))
    states, laws, rows = game.tables.rows_of_laws
    counted = {(s, k): n for s, k, n in zip(states.tolist(), laws.tolist(), rows.tolist(), strict=True)}
    by_hand: dict[tuple[int, int], int] = {}
    for row in range(game.n_rows):
        key = int(game.row_state[row]), int(game.law_number[row])
        by_hand[key] = by_hand.get(key, 0) + 1
    assert counted == by_hand


def test_the_digest_of_a_game_is_that_of_the_same_game_made_afresh() -> None:
    game = repeated_game([[["1/3", 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    patient = game.with_discount(0.9)
    assert patient.digest != game.digest
    assert patient.digest == repeated_game([[["1/3", 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.9).digest
