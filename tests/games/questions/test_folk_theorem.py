"""What patient players can have: published sets, hypotheses, and payoff sets of very patient players."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games import GameError, folk_theorem_set, minmax, repeated_game, solve, stage_game, stochastic_game
from games.numerics.exact_polygons import exact_hull, exact_part
from games.numerics.polygons import hausdorff, hull_of

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]


def test_the_dilemma_exactly() -> None:
    found = folk_theorem_set(repeated_game(DILEMMA, 0.5))
    nothing, more, two = Fraction(0), Fraction(8, 3), Fraction(2)
    assert found.exact == ((nothing, nothing), (more, nothing), (two, two), (nothing, more))
    assert found.holds and found.dimension == 2 and not found.equivalent


def test_fudenberg_and_tirole_1991_figure_5_1_minmax_by_mixing_is_lower() -> None:
    """The row player's minmax payoff is 0 where the column player mixes, 1 where it may not."""
    game = stage_game([[[-2, 2], [1, -2]], [[1, -2], [-2, 2]], [[0, 1], [0, 1]]])
    mixed, pure = folk_theorem_set(game), folk_theorem_set(game, "pure")
    assert [m.high for m in mixed.minmax] == [Fraction(0), Fraction(0)]
    assert mixed.minmax[0].pure == 1
    assert mixed.exact is not None and pure.exact is not None
    assert min(u for u, _ in mixed.exact) == 0 and (not pure.exact or min(u for u, _ in pure.exact) >= 1)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5])
def test_pure_equilibria_of_patient_players_fill_it_two_players_perfect_monitoring_common_discount_interior(
    seed: int
) -> None:
    """Fudenberg and Maskin (1986), theorem 1, with pure punishments: never outside, and near to all for patience."""
    payoffs = np.random.default_rng(seed).integers(0, 5, (2, 2, 2)).astype(float)
    limit = folk_theorem_set(stage_game(payoffs), "pure")
    found = solve(repeated_game(payoffs, "0.995")).payoff_set()
    for direction in np.vstack([np.eye(2), -np.eye(2), [[1, 1], [1, -1], [-1, 1], [-1, -1]]]):
        most = (limit.vertices @ direction).max(initial=-np.inf)
        assert found.support(direction) <= most + 1e-7
    if limit.holds and limit.dimension == 2:
        assert hausdorff(hull_of(limit.vertices), found.vertices) < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_exact_polygons_agree_with_floating_point(seed: int) -> None:
    points = np.random.default_rng(seed).integers(-9, 10, (12, 2))
    hull = exact_hull((Fraction(int(x)), Fraction(int(y))) for x, y in points)
    assert hausdorff(np.array(hull, dtype=float), hull_of(points.astype(float))) < 1e-12
    part = exact_part(hull, 0, Fraction(1, 3))
    assert all(x >= Fraction(1, 3) for x, _ in part)
    inside = [p for p in points.tolist() if p[0] >= 1]
    assert all(exact_hull([*part, (Fraction(x), Fraction(y))]) == part for x, y in inside)


def test_three_players_with_the_same_payoffs_are_left_out_by_the_theorem() -> None:
    """Fudenberg and Maskin (1986), example 3: all payoffs are alike, and no equilibrium comes near the minmax of 0."""
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[0, 0, 0] = payoffs[1, 1, 1] = 1
    found = folk_theorem_set(stage_game(payoffs))
    assert not found.holds and found.dimension == 1 and found.equivalent == ((0, 1), (0, 2), (1, 2))
    assert [m.pure for m in found.minmax] == [0, 0, 0]
    assert found.vertices.tolist() == [[0, 0, 0], [1, 1, 1]]


def test_three_players_with_full_dimension() -> None:
    payoffs = np.zeros((2, 2, 2, 3))
    for a in np.ndindex(2, 2, 2):
        payoffs[a] = [sum(a) - 2 * a[i] + 1 for i in range(3)]
    found = folk_theorem_set(repeated_game(payoffs, 0.9, players=["A", "B", "C"]))
    assert found.holds and found.dimension == 3 and found.exact is None
    assert [m.high for m in found.minmax] == [1, 1, 1]
    assert found.vertices.min() == pytest.approx(1) and found.vertices.max() <= 3
    assert any("full dimension (3): yes" in said for said in found.hypotheses)


def test_no_room_above_minmax() -> None:
    found = folk_theorem_set(stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]))
    assert found.exact == ((Fraction(0), Fraction(0)),) and found.dimension == 0 and not found.holds
    none = folk_theorem_set(stage_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]), "pure")
    assert none.exact == () and none.dimension == -1 and not none.holds


def test_other_games_are_refused_in_words() -> None:
    many = stochastic_game([DILEMMA, [[[0, 0]]]], [[[[1, 0]] * 2] * 2, [[[0, 1]]]], 0.5)
    for ask in (minmax, folk_theorem_set):
        with pytest.raises(GameError, match="2 states"):
            ask(many)
    with pytest.raises(GameError, match="side payments"):
        folk_theorem_set(repeated_game(DILEMMA, 0.5, transfers="voluntary"))
    with pytest.raises(GameError, match="up to 4 players"):
        folk_theorem_set(stage_game(np.zeros((1,) * 5 + (5,))))
    with pytest.raises(GameError, match="'mixed' or 'pure'"):
        folk_theorem_set(stage_game(DILEMMA), "harsh")  # type: ignore[arg-type]


def test_what_is_no_game_is_told() -> None:
    with pytest.raises(GameError, match="where a game is needed"):
        minmax([[[1, 1]]])  # type: ignore[arg-type]
