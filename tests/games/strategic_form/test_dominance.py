"""Dominance and minmax payoffs: exact, and the same as by linear programs in floating point."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from games import stage_game
from games.model import minmax as minmax_module
from games.model.minmax import own_table
from games.model.stage_game import StageGame
from games.numerics.vertices import Unfinished
from games.strategic_form import dominated, eliminate, mixed_minmax, pure_minmax
from games.strategic_form.dominance import reduced

HALF = Fraction(1, 2)
SHAPES = ((1,), (4,), (1, 3), (2, 2), (3, 2), (4, 5), (2, 2, 2), (3, 1, 2), (2, 3, 2))


def games(rng: np.random.Generator, each: int) -> list[StageGame]:
    """Whole payoffs, often tied."""
    return [
        stage_game(rng.integers(0, rng.choice([2, 3, 6]), (*shape, len(shape)))) for shape in SHAPES
        for _ in range(each)
    ]


def surplus(table: np.ndarray[tuple[int, int], np.dtype[np.float64]], action: int, *, strict: bool) -> float:
    """By a linear program: how far a mixture of rows is ahead of a row at worst, or in sum where never behind."""
    ahead = table - table[action]
    rows, columns = ahead.shape
    if strict:
        found = linprog(np.r_[np.zeros(rows), -1], A_ub=np.c_[-ahead.T, np.ones(columns)], b_ub=np.zeros(columns),
                        A_eq=[[*[1] * rows, 0]], b_eq=[1], bounds=[(0, None)] * rows + [(None, None)])
    else:
        found = linprog(-ahead.sum(axis=1), A_ub=-ahead.T, b_ub=np.zeros(columns), A_eq=[[1] * rows], b_eq=[1])
    assert found.fun is not None
    return -float(found.fun)


def test_of_many_actions_the_same_are_dominated_as_by_linear_programs(rng: np.random.Generator) -> None:
    """All but a few rows are no better anywhere than another one, and have no part in mixtures."""
    game = stage_game(rng.integers(0, 20, (80, 3, 2)))
    table = np.array(own_table(game, 0), dtype=float)
    for strict in (True, False):
        found = {d.action: d.by for d in dominated(game, strict=strict) if d.player == 0}
        assert set(found) == {k for k in range(80) if surplus(table, k, strict=strict) > 1e-7}
        for action, by in found.items():
            gains = np.array([float(p) for p in by]) @ table - table[action]
            assert len(by) == 80 and gains.min() > -1e-9 and gains.max() > 1e-9
    with pytest.raises(Unfinished):
        dominated(game, strict=False, deadline=0.0)


def test_the_same_actions_as_by_linear_programs(rng: np.random.Generator) -> None:
    seen = {True: 0, False: 0}
    by_mixtures = 0
    for game in games(rng, 4):
        for strict in (True, False):
            found = {(d.player, d.action): d.by for d in dominated(game, strict=strict)}
            seen[strict] += len(found)
            for player, count in enumerate(game.counts):
                table = own_table(game, player)
                floats = np.array(table, dtype=float)
                for action in range(count):
                    assert ((player, action) in found) == (surplus(floats, action, strict=strict) > 1e-7)
                    if (player, action) in found:
                        by = found[player, action]
                        assert sum(by) == 1
                        assert min(by) >= 0
                        gains = [sum(p * (table[k][j] - table[action][j]) for k, p in enumerate(by))
                                 for j in range(len(table[0]))]
                        assert min(gains) > 0 if strict else min(gains) >= 0 and max(gains) > 0
                        by_mixtures += max(by) < 1
    assert seen[True] > 5
    assert seen[False] > seen[True] + 5
    assert by_mixtures > 0


def test_an_action_that_only_mixtures_beat() -> None:
    strictly = stage_game([[[4, 0], [0, 0]], [[0, 0], [4, 0]], [[1, 0], [1, 0]]])
    weakly = stage_game([[[4, 0], [0, 0], [1, 0]], [[0, 0], [4, 0], [1, 0]], [[2, 0], [2, 0], [0, 0]]])
    assert [(d.action, d.by) for d in dominated(strictly, strict=True)] == [(2, (HALF, HALF, Fraction(0)))]
    assert [d.by for d in dominated(weakly, strict=False) if d.player == 0] == [(HALF, HALF, Fraction(0))]
    assert not dominated(weakly, strict=True)


def test_a_tie_is_not_strict_and_ties_everywhere_are_no_dominance() -> None:
    assert not dominated(stage_game(np.zeros((3, 2, 2))), strict=False)
    third = stage_game([[["1/3", 0]], [["0.33333333333333333", 0]]])
    assert [d.action for d in dominated(third, strict=True)] == [1]


def test_rounds_of_elimination_one_after_another() -> None:
    """L is worse than M; without it D is worse than U; without that R is worse than M."""
    game = stage_game([[[4, 3], [5, 4], [6, 2]], [[9, 1], [0, 5], [3, 6]]])
    found = eliminate(game, strict=True)
    assert [[(d.player, d.action) for d in each] for each in found.rounds] == [[(1, 0)], [(0, 1)], [(1, 2)]]
    assert found.left == ((0,), (1,))
    assert list(map(int, found.rounds[-1][0].by)) == [0, 1, 0]


def test_numbers_stay_exact_in_what_is_left() -> None:
    game = stage_game([[["1/3", 0], [0, "1/7"]], [[5, 0], [6, 0]]])
    assert [reduced(game, ((0, 1), (1,))).exact((0, 0), i) for i in (0, 1)] == [0, Fraction(1, 7)]


def test_without_time_nothing_is_claimed() -> None:
    with pytest.raises(Unfinished):
        eliminate(stage_game(np.zeros((2, 2, 2))), strict=True, deadline=0)


def test_minmax_as_by_linear_programs(rng: np.random.Generator) -> None:
    for game in games(rng, 2):
        for player in range(game.n_players):
            table = np.array(own_table(game, player), dtype=float)
            rows, columns = table.shape
            found = linprog(np.r_[np.zeros(columns), 1], A_ub=np.c_[table, -np.ones(rows)], b_ub=np.zeros(rows),
                            A_eq=[[*[1] * columns, 0]], b_eq=[1], bounds=[(0, None)] * columns + [(None, None)])
            mixed = mixed_minmax(game, player)
            assert mixed is not None
            assert float(mixed) == pytest.approx(found.fun, abs=1e-9)
            assert float(pure_minmax(game, player)) == game.pure_minmax(player)
            assert mixed <= pure_minmax(game, player)


def test_too_large_a_table_has_no_mixed_minmax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minmax_module, "MOST_CELLS", 3)
    assert mixed_minmax(stage_game(np.zeros((2, 2, 2))), 0) is None
