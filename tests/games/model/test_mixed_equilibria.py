"""All equilibria of two-player stage games: none missed, none invented, sets of equilibria told as sets."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from games import stage_game
from games.model.first_equilibrium import first_equilibrium
from games.model.mixed_equilibria import is_equilibrium, one_equilibrium
from games.model.stage_game import StageGame
from games.numerics.vertices import Unfinished, vertices
from tests.support.brute_equilibria import Table, brute_equilibria, brute_subsets

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def _random_payoffs(rng: np.random.Generator, most: int) -> np.ndarray[Any, Any]:
    """Whole payoffs, often tied; one game in three with equal, opposite or repeated ones."""
    n1, n2 = rng.integers(1, most + 1, 2)
    payoffs = rng.integers(0, rng.choice([1, 2, 3, 9, 1000]) + 1, (n1, n2, 2))
    kind = rng.integers(0, 9)
    if kind == 0:
        payoffs[..., 1] = -payoffs[..., 0]
    elif kind == 1:
        payoffs[..., 1] = payoffs[..., 0]
    elif kind == 2:
        payoffs[-1] = payoffs[0]
        payoffs[:, -1] = payoffs[:, 0]
    return payoffs


def _tables(payoffs: np.ndarray[Any, Any]) -> tuple[Table, Table]:
    first, second = ([[Fraction(int(x)) for x in row] for row in payoffs[..., k]] for k in (0, 1))
    return first, second


def _agree_with_brute_force(seed: int, games: int, most: int) -> int:
    """The number of games with whole sets of equilibria among them."""
    rng = np.random.default_rng(seed)
    with_sets = 0
    for _ in range(games):
        payoffs = _random_payoffs(rng, most)
        found = stage_game(payoffs).mixed_equilibria()
        expected = brute_equilibria(*_tables(payoffs))
        assert found.complete
        assert len(found.profiles) == len(expected)
        assert set(found.profiles) == expected, payoffs.tolist()
        if len({x for x, _ in expected}) <= 10:
            assert len(found.components) == len(set(found.components))
            assert {(frozenset(xs), frozenset(ys)) for xs, ys in found.components} == brute_subsets(expected)
        with_sets += any(len(xs) * len(ys) > 1 for xs, ys in found.components)
    return with_sets


def test_the_same_extreme_equilibria_as_by_trying_every_basis() -> None:
    assert _agree_with_brute_force(seed=1, games=90, most=4) > 15


@pytest.mark.slow
def test_the_same_extreme_equilibria_as_by_trying_every_basis_in_2000_games() -> None:
    assert _agree_with_brute_force(seed=2, games=2000, most=5) > 400


def test_fifteen_equilibria_of_a_game_of_common_interest() -> None:
    """One for each set of actions to mix over, none degenerate."""
    table = [[7, 0, 1, 2], [1, 7, 1, 3], [0, 3, 9, 0], [0, 3, 3, 5]]
    found = stage_game([[[x, x] for x in row] for row in table]).mixed_equilibria()
    assert found.complete
    assert len(set(found.profiles)) == len(found.profiles) == 15
    assert found.notes == ()
    assert found.components == tuple(((x,), (y,)) for x, y in found.profiles)


def test_a_segment_of_equilibria() -> None:
    found = stage_game([[[0, 2], [1, 0], [1, 3]], [[0, 2], [0, 3], [0, 0]]]).mixed_equilibria()
    zero, one = Fraction(0), Fraction(1)
    top, some, most = (one, zero), (2 * THIRD, THIRD), (THIRD, 2 * THIRD)
    left, right = (one, zero, zero), (zero, zero, one)
    assert found.profiles == ((top, right), (some, left), (most, left))
    assert found.components == (((top,), (right,)), ((some, most), (left,)))
    assert found.complete
    assert any("go together" in note for note in found.notes)


def test_every_pair_of_a_product_of_hulls_is_an_equilibrium(rng: np.random.Generator) -> None:
    seen = 0
    for _ in range(60):
        game = stage_game(_random_payoffs(rng, 4))
        for xs, ys in game.mixed_equilibria().components:
            seen += len(xs) * len(ys) > 1
            middle = [tuple(sum(column) / len(mixtures) for column in zip(*mixtures, strict=True))
                      for mixtures in (xs, ys)]
            assert game.is_equilibrium((middle[0], middle[1]))
    assert seen > 20


def test_nobody_minds_what_is_played() -> None:
    """Every profile is an equilibrium: the extreme ones are the pure ones, and they all go together."""
    found = stage_game(np.zeros((2, 3, 2))).mixed_equilibria()
    assert len(found.profiles) == 6
    (component,) = found.components
    assert [[list(map(int, mixture)) for mixture in mixtures] for mixtures in component] == [
        [[1, 0], [0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]]


@pytest.mark.filterwarnings("ignore::RuntimeWarning:nashpy")
def test_what_nashpy_finds_is_among_them(rng: np.random.Generator) -> None:
    import nashpy

    for _ in range(20):
        payoffs = rng.integers(0, 50, (3, 4, 2))
        found = stage_game(payoffs).mixed_equilibria()
        ours = np.array([[float(p) for mixture in profile for p in mixture] for profile in found.profiles])
        for profile in nashpy.Game(payoffs[..., 0], payoffs[..., 1]).support_enumeration():
            assert np.abs(ours - np.concatenate(profile)).max(axis=1).min() < 1e-7


def test_a_search_that_is_given_no_time_says_so_and_has_one(rng: np.random.Generator) -> None:
    for payoffs in (rng.random((9, 9, 2)), rng.random((14, 15, 2)), rng.integers(0, 2, (12, 12, 2))):
        game = stage_game(payoffs)
        found = game.mixed_equilibria(seconds=0)
        assert not found.complete
        assert found.components == ()
        assert any("may be missing" in note for note in found.notes)
        assert found.profiles
        assert all(game.is_equilibrium(profile) for profile in found.profiles)
        assert len(found.profiles) >= len(game.pure_equilibria())


def test_vertices_are_not_searched_beyond_the_deadline() -> None:
    with pytest.raises(Unfinished):
        vertices([[1, 2], [2, 1]], deadline=0)


def test_more_constraints_than_a_word_has_bits(rng: np.random.Generator) -> None:
    payoffs = rng.integers(0, 20, (70, 2, 2))
    found = stage_game(payoffs).mixed_equilibria(seconds=60)
    assert found.complete
    # Actions of player 1 that are never a best reply change nothing.
    kept = sorted({i for x, _ in found.profiles for i, p in enumerate(x) if p})
    fewer = stage_game(payoffs[kept]).mixed_equilibria()
    assert {(tuple(x[i] for i in kept), y) for x, y in found.profiles} == set(fewer.profiles)


@pytest.mark.parametrize("method", [one_equilibrium, first_equilibrium])
def test_one_equilibrium_is_one(method: Any, rng: np.random.Generator) -> None:
    for k in range(60):
        first, second = _tables(_random_payoffs(rng, 4 if k % 3 else 25))
        assert is_equilibrium(first, second, method(first, second))


def test_one_equilibrium_of_large_numbers_with_small_differences() -> None:
    """Floating point sees no difference; the answer is exact all the same."""
    big = 10**20
    table = [[Fraction(big + 1), Fraction(big)], [Fraction(big), Fraction(big + 2)]]
    assert first_equilibrium(table, [[-x for x in row] for row in table])[0] == (2 * THIRD, THIRD)


def test_what_is_no_equilibrium_is_told_from_one() -> None:
    pennies: Table = [[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]]
    other: Table = [[-x for x in row] for row in pennies]
    even = (HALF, HALF)
    assert is_equilibrium(pennies, other, (even, even))
    assert not is_equilibrium(pennies, other, (even, (THIRD, 2 * THIRD)))
    assert not is_equilibrium(pennies, other, ((THIRD, 2 * THIRD), even))
    assert not is_equilibrium(pennies, other, ((Fraction(3, 2), -HALF), even))
    assert not is_equilibrium(pennies, other, ((HALF, Fraction(1)), even))


def test_exact_payoffs_decide_ties() -> None:
    """With a third the first two actions are equally good, with its float they are not."""
    exact = StageGame(np.array([[[1 / 3, 0]], [[0.0, 0]]]), {(0, 0, 0): THIRD})
    tied = stage_game([[["1/3", 0]], [[THIRD, 0]], [[0, 0]]])
    assert len(exact.mixed_equilibria().profiles) == 1
    assert len(tied.mixed_equilibria().profiles) == 2
    assert len(stage_game([[["1/3", 0]], [["0.33333333333333333", 0]]]).mixed_equilibria().profiles) == 1
