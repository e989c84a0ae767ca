"""Minmax payoffs against grids of mixtures, the minimax theorem and published numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from games import stage_game
from games.model.minmax import minmax_of, minmax_payoffs
from games.model.stage_game import StageGame


def small(seed: int, counts: tuple[int, ...]) -> StageGame:
    rng = np.random.default_rng(seed)
    return stage_game(rng.integers(-5, 6, (*counts, len(counts))).tolist())


def held_to(stage: StageGame, player: int, mixtures: tuple[tuple[Fraction, ...], ...]) -> Fraction:
    """The most a player gets against the others' mixtures, by expanding every profile."""
    values = []
    for own in range(stage.counts[player]):
        total = Fraction(0)
        for profile in product(*map(range, stage.counts)):
            if profile[player] != own:
                continue
            chance = Fraction(1)
            for j, a in enumerate(profile):
                chance *= mixtures[j][a] if j != player else 1
            total += chance * stage.exact(profile, player)
        values.append(total)
    return max(values)


def test_matching_pennies_and_the_dilemma() -> None:
    pennies = stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    assert [(int(m.pure), int(m.high), m.exact) for m in minmax_payoffs(pennies)] == [(1, 0, True), (1, 0, True)]
    dilemma = stage_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]])
    assert [(int(m.pure), int(m.high)) for m in minmax_payoffs(dilemma)] == [(0, 0), (0, 0)]


def test_fudenberg_and_maskin_1986_example_in_which_mixing_punishes_harder() -> None:
    """Fudenberg and Tirole (1991), figure 5.1: the row player's minmax is 0 in mixed actions, 1 in pure ones."""
    stage = stage_game([[[-2, 2], [1, -2]], [[1, -2], [-2, 2]], [[0, 1], [0, 1]]])
    row, column = minmax_payoffs(stage)
    assert row.pure == 1 and row.high == 0
    assert Fraction(1, 3) <= row.punish[1][0] <= Fraction(2, 3)
    assert column.high == 0


@pytest.mark.parametrize("seed", range(8))
def test_minimax_theorem_with_two_players_any_finite_game(seed: int) -> None:
    """von Neumann: what the opponent can hold a player to is what the player can secure, and no pure action does."""
    stage = small(seed, (3, 4))
    for player in (0, 1):
        found = minmax_of(stage, player)
        assert found.exact and found.high <= found.pure
        assert held_to(stage, player, found.punish) == found.high
        table = np.moveaxis(stage.payoffs[..., player], player, 0)
        secured = (np.array([float(x) for x in found.punish[player]]) @ table).min()
        assert secured == pytest.approx(float(found.high))


@pytest.mark.parametrize("seed", range(3))
def test_three_players_against_a_grid_of_independent_mixtures(seed: int) -> None:
    stage = small(seed, (2, 2, 2))
    grid = np.linspace(0, 1, 101)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    for player in range(3):
        found = minmax_of(stage, player)
        table = np.moveaxis(stage.payoffs[..., player], player, 0)
        best = np.max([t[0, 0] * x * y + t[0, 1] * x * (1 - y) + t[1, 0] * (1 - x) * y + t[1, 1] * (1 - x) * (1 - y)
                       for t in table], axis=0).min()
        assert found.low <= found.high <= found.pure
        assert float(found.low) - 1e-12 <= best
        assert float(found.high) <= best + 1e-9
        assert held_to(stage, player, found.punish) == found.high


def test_one_player_is_held_to_its_best() -> None:
    found = minmax_of(stage_game([[1], [3], [2]]), 0)
    assert found.pure == found.high == 3
