"""Theorems about one round, each with its hypotheses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games import repeated_game
from games.model.stage_game import stage_game_of
from games.strategic_form import StageAnswer, answer, eliminate
from games.strategic_form.dominance import reduced

GAMES = 40


@pytest.fixture(scope="module")
def answers() -> list[StageAnswer]:
    """Two players with up to four actions each and whole payoffs: half of the games with many ties, half with few."""
    rng = np.random.default_rng(7)
    return [
        answer(repeated_game(rng.integers(0, (3, 1000)[k % 2], (*rng.integers(1, 5, 2), 2)), 0)) for k in range(GAMES)]


def support(mixture: tuple[Fraction, ...]) -> set[int]:
    return {k for k, p in enumerate(mixture) if p}


def test_nondegenerate_two_player_games_have_an_odd_number_of_equilibria_with_supports_of_one_size(
    answers: list[StageAnswer],
) -> None:
    """Wilson (1971); Lemke and Howson (1964)."""
    seen = 0
    for found in answers:
        assert found.complete
        if not found.degenerate:
            seen += len(found.equilibria) > 1
            assert len(found.equilibria) % 2 == 1
            assert all(part.dimension == 0 for part in found.components)
            assert all(len({len(support(own)) for own in each.mixtures}) == 1 for each in found.equilibria)
    assert seen > 2


def test_every_finite_two_player_game_has_an_equilibrium_and_every_one_listed_has_no_regret(
    answers: list[StageAnswer],
) -> None:
    """Nash (1951)."""
    for found in answers:
        assert found.equilibria
        assert all(each.regret == 0 for each in found.equilibria)
        assert len({each.mixtures for each in found.equilibria}) == len(found.equilibria)


def test_equilibria_pay_everybody_at_least_the_mixed_minmax_and_that_is_at_most_the_pure_one(
    answers: list[StageAnswer],
) -> None:
    for found in answers:
        for mixed, pure, *paid in zip(
                found.mixed_minmax, found.pure_minmax, *(each.payoffs for each in found.equilibria), strict=True):
            assert mixed is not None
            assert mixed <= min(pure, *paid)


def test_iterated_strict_dominance_removes_no_equilibrium_and_makes_none(answers: list[StageAnswer]) -> None:
    """Of extreme equilibria all are left, and what is left has no others (Pearce 1984)."""
    removed = 0
    for found in answers:
        stage = stage_game_of(found.game, 0)
        left = eliminate(stage, strict=True).left
        removed += tuple(map(len, left)) != stage.counts
        small = reduced(stage, left).mixed_equilibria()
        kept = {tuple(tuple(own[k] for k in mine) for own, mine in zip(each.mixtures, left, strict=True))
                for each in found.equilibria}
        assert all(support(own) <= set(mine) for each in found.equilibria
                   for own, mine in zip(each.mixtures, left, strict=True))
        assert kept == set(small.profiles)
    assert removed > 10


def test_games_that_strict_dominance_solves_have_one_equilibrium(answers: list[StageAnswer]) -> None:
    solved = 0
    for found in answers:
        assert found.elimination is not None
        if all(len(own) == 1 for own in found.elimination.left):
            solved += 1
            assert len(found.equilibria) == 1
            assert found.equilibria[0].pure
    assert solved > 3


def test_in_zero_sum_games_every_equilibrium_pays_the_minmax_and_they_are_interchangeable(
    rng: np.random.Generator,
) -> None:
    """Von Neumann (1928): one maximal Nash subset."""
    for _ in range(20):
        table = rng.integers(0, rng.choice([2, 3, 50]), rng.integers(1, 5, 2))
        found = answer(repeated_game(np.stack([table, -table], axis=-1), 0))
        assert {each.payoffs for each in found.equilibria} == {found.mixed_minmax}
        (part,) = found.components
        assert len(part.subsets) == 1


def test_a_strict_equilibrium_is_pure_and_stands_alone(answers: list[StageAnswer]) -> None:
    for found in answers:
        for k, each in enumerate(found.equilibria):
            if each.strict:
                assert each.pure
                assert any(part.equilibria == (k,) and part.dimension == 0 for part in found.components)
