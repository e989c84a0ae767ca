"""What signals tell of who did what: exact ranks, and what cannot be told in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from games import StochasticGame, repeated_game
from games.model.identifiability import Finding, identifiability
from games.model.public_monitoring import PublicMonitoring
from tests.support.noisy_games import random_noisy_game, seen_in_full
from tests.support.random_games import random_game

F = Fraction


def seen(shape: tuple[int, ...], law: ArrayLike) -> StochasticGame:
    """A game in which nobody earns anything, with a law Float[rows, signals]."""
    names = ["Norland", "Sundmark", "Westmark"][:len(shape)]
    actions = [["comply", "breach", "cheat"][:count] for count in shape]
    table = np.array(law, dtype=float)
    game = repeated_game(np.zeros((*shape, len(shape))), 0.5, players=names, actions=actions)
    return replace(game, monitoring=PublicMonitoring((tuple(f"y{y}" for y in range(table.shape[1])),), (table,)))


def kinds(game: StochasticGame, row: int = 0) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [(f.kind, f.players, f.deviations) for f in identifiability(game, [row])[0].findings]


def test_one_alarm_for_two_does_not_say_whose_it_was() -> None:
    game = seen((2, 2), [[0.9, 0.1], [0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    profile = identifiability(game)[0]
    assert profile.individual == (True, True)
    assert profile.pairwise == profile.identifiable == ()
    assert profile.findings == (Finding("look-alikes", 0, (0, 1), (2, 1)),)
    assert profile.findings[0].words(game) == (
        "Norland playing breach instead of comply and Sundmark playing breach instead of comply look the same to "
        "everyone")


def test_an_alarm_that_rings_louder_for_one_is_no_better() -> None:
    game = seen((2, 2), [[0.9, 0.1], [0.5, 0.5], [0.6, 0.4], [0.2, 0.8]])
    assert kinds(game) == [("same direction", (0, 1), (2, 1))]
    assert "nothing tells whose it was" in identifiability(game)[0].findings[0].words(game)
    assert kinds(game, 1) == [("opposite", (0, 1), (3, 0))]


def test_an_alarm_for_each_tells_everything() -> None:
    one = np.array([[0.9, 0.1], [0.4, 0.6]])
    game = seen((2, 2), [np.outer(a, b).ravel() for a in one for b in one])
    for profile in identifiability(game):
        assert profile.full() and profile.findings == ()
        assert profile.pairwise == profile.identifiable == ((0, 1),)


def test_what_nobody_sees_is_identifiable_but_has_no_full_rank() -> None:
    game = seen((2, 2), [[0.7, 0.3], [0.4, 0.6], [0.7, 0.3], [0.4, 0.6]])
    profile = identifiability(game)[0]
    assert profile.individual == (False, True) and profile.pairwise == () and profile.identifiable == ((0, 1),)
    assert profile.findings == (Finding("unseen", 0, (0,), (2,)),)
    assert profile.findings[0].words(game) == "nobody sees Norland playing breach instead of comply"


def test_two_ways_of_breaching_that_look_alike() -> None:
    game = seen((3, 1), [[0.7, 0.3], [0.4, 0.6], [0.4, 0.6]])
    assert kinds(game) == [("own look-alikes", (0, 0), (1, 2))]
    assert identifiability(game)[0].findings[0].words(game) == (
        "Norland playing breach and Norland playing cheat look the same to everyone")


def test_mixtures_can_look_alike_where_no_two_deviations_do() -> None:
    """Norland moves towards the first or the second signal; Sundmark half towards each."""
    law = {(0, 0): [1, 1, 4], (1, 0): [3, 1, 2], (2, 0): [1, 3, 2], (0, 1): [2, 2, 2]}
    rows = [law.get((a, b), [2, 2, 2]) for a in range(3) for b in range(2)]
    game = seen((3, 2), np.array(rows) / 6)
    exact = {("signal", r, y): F(x, 6) for r, row in enumerate(rows) for y, x in enumerate(row)}
    assert game.monitoring is not None
    game = replace(game, monitoring=replace(game.monitoring, rationals=exact))
    assert kinds(game) == [("mixtures look alike", (0, 1), ())]
    assert "some mixture of deviations by Norland" in identifiability(game)[0].findings[0].words(game)
    # Spans that meet away from the cones cannot be mistaken: Sundmark moves away from both.
    away = [[0, 0, 6] if row == [2, 2, 2] and k == 1 else row for k, row in enumerate(rows)]
    told = seen((3, 2), np.array(away) / 6)
    assert told.monitoring is not None
    exact |= {("signal", 1, y): F(x, 6) for y, x in enumerate([0, 0, 6])}
    told = replace(told, monitoring=replace(told.monitoring, rationals=exact))
    assert identifiability(told)[0].identifiable == () and kinds(told) == []


def test_ranks_are_exact_where_floats_would_guess() -> None:
    """Thirds are no floats: the laws are proportional exactly, and nearly so is told apart from exactly so."""
    exact = {("signal", row, y): F(k, 3) for row, ks in enumerate([(2, 1), (1, 2), (1, 2), (1, 2)])
             for y, k in enumerate(ks)}
    game = seen((2, 2), [[2 / 3, 1 / 3], [1 / 3, 2 / 3], [1 / 3, 2 / 3], [1 / 3, 2 / 3]])
    assert game.monitoring is not None
    game = replace(game, monitoring=replace(game.monitoring, rationals=exact))
    assert kinds(game) == [("look-alikes", (0, 1), (2, 1))]
    nearly = seen((2, 2), [[0.8, 0.1, 0.1], [0.5, 0.25, 0.25], [0.5, 0.25 + 1e-12, 0.25 - 1e-12], [0.4, 0.3, 0.3]])
    assert identifiability(nearly)[0].pairwise == ((0, 1),)


@pytest.mark.parametrize("players", [2, 3])
def test_seeing_the_profile_is_full_rank_with_or_without_signals(players: int) -> None:
    game = random_game(np.random.default_rng(1), players, 1, 2)
    for one in (game, seen_in_full(game)):
        assert all(profile.full() and not profile.findings for profile in identifiability(one))


@given(st.integers(0, 10**6), st.sampled_from([(2, 2, 3), (3, 2, 4), (2, 3, 4)]))
@settings(max_examples=15)
def test_ranks_agree_with_numerical_ranks(seed: int, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(seed)
    players, actions, signals = shape
    game = random_noisy_game(rng, players=players, actions=(actions, actions), signals=signals)
    assert game.monitoring is not None
    law = game.monitoring.table(0)
    for profile in identifiability(game):
        tables = [law[list(game.deviation_rows(profile.row, i))] for i in range(players)]
        ranks = [int(np.linalg.matrix_rank(t, tol=1e-9)) for t in tables]
        assert profile.individual == tuple(r == len(t) for r, t in zip(ranks, tables, strict=True))
        for i in range(players):
            for j in range(i + 1, players):
                both = int(np.linalg.matrix_rank(np.vstack([tables[i], tables[j]]), tol=1e-9))
                assert ((i, j) in profile.pairwise) == (both == len(tables[i]) + len(tables[j]) - 1)
                assert ((i, j) in profile.identifiable) == (both == ranks[i] + ranks[j] - 1)


def test_the_next_state_is_seen_too() -> None:
    """One signal says nothing, but where play goes next says who moved it."""
    game = random_game(np.random.default_rng(2), 2, 2, 2)
    law = csr_array(np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.5, 0.5]] * 2))
    silent = PublicMonitoring((("y",),) * 2, (np.ones((4, 1)),) * 2)
    first, *_ = identifiability(replace(game, transition=law, monitoring=silent))
    assert first.individual == (True, True)
    assert [(f.kind, f.players, f.deviations) for f in first.findings] == [("opposite", (0, 1), (2, 1))]
