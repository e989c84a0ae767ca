"""Rows or their classes: the same equilibria, and the same bounds on what a player can be held to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.model.row_quotient import row_quotient
from games.model.stochastic_game import StochasticGame
from games.play import markov_equilibria as module
from games.play.markov_equilibria import AuxiliaryGames, markov_equilibria
from tests.games.model.test_row_quotient import tied_game


def with_copies(game: StochasticGame) -> StochasticGame:
    """The game in which every action of the first player and of the last is there twice."""
    rows = []
    for s, counts in enumerate(game.action_counts.tolist()):
        local = np.arange(len(game.rows_of(s))).reshape(counts)
        rows.append(int(game.row_start[s]) + np.repeat(np.repeat(local, 2, axis=0), 2, axis=-1).ravel())
    kept = np.concatenate(rows)
    actions = tuple((_twice(per_player[0]), *per_player[1:-1], _twice(per_player[-1])) for per_player in game.actions)
    return replace(game, actions=actions, payoffs=game.payoffs[kept], transition=csr_array(game.transition[kept]))


def _twice(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{label}{k}" for label in labels for k in "xy")


@pytest.mark.parametrize("seed", range(8))
def test_classes_of_rows_give_the_equilibria_that_rows_give(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    game = with_copies(tied_game(seed, players=2 + seed % 2))
    starts = ("harsh", *(f"against {k}" for k in range(game.n_players)), "generous", "first", "last")
    by_row = markov_equilibria(game, starts=starts)
    given = markov_equilibria(game, starts=by_row)
    monkeypatch.setattr(module, "MANY", 0)
    assert row_quotient(game).n_classes < game.n_rows
    assert [rows.tolist() for rows in markov_equilibria(game, starts=starts)] == [rows.tolist() for rows in by_row]
    assert [rows.tolist() for rows in markov_equilibria(game, starts=by_row)] == [rows.tolist() for rows in given]


@pytest.mark.parametrize("seed", range(4))
def test_auxiliary_games_by_definition(seed: int) -> None:
    game = tied_game(20 + seed)
    values = np.random.default_rng(seed).random((game.n_states, game.n_players))
    brings = brought(game, values)
    for auxiliary in (AuxiliaryGames(game), AuxiliaryGames(game, row_quotient(game))):
        payoffs = auxiliary.payoffs(values)
        assert np.allclose(payoffs, brings[auxiliary.rows], atol=1e-15)
        for i in range(game.n_players):
            best = auxiliary.best(payoffs, i)
            by_row = np.array([brings[list(game.deviation_rows(r, i)), i].max() for r in range(game.n_rows)])
            assert np.allclose(best, by_row[auxiliary.rows], atol=1e-15)
            least = [by_row[list(game.rows_of(s))].min() for s in range(game.n_states)]
            assert np.allclose(auxiliary.minmax(payoffs, i), least, atol=1e-15)


def brought(game: StochasticGame, values: np.ndarray) -> np.ndarray:
    """Float[rows, players]: today's payoff and what follows, row by row."""
    return np.array(
        [
            [
                (1 - game.discount[i]) * game.payoffs[row, i]
                + game.discount[i] * sum(float(p) * values[s, i] for s, p in game.exact_transition(row).items())
                for i in range(game.n_players)
            ]
            for row in range(game.n_rows)
        ]
    )
