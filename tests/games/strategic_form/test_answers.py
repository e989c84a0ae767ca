"""What is told of one round: the equilibria, whether they are all, connected sets of them; polished numbers judged."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from games import from_bimatrix, read_game, repeated_game
from games.model.stage_game import stage_game_of
from games.strategic_form import StageAnswer, answer, regret
from games.strategic_form import answers as answers_module
from games.strategic_form.many_players import all_by_gambit, one_mixed, polished, sure

FIELD = Path(__file__).parents[2] / "field" / "cases"
HALF = Fraction(1, 2)

MIXED_THREE = np.array([[[[a == b, b == c, c != a] for c in (0, 1)] for b in (0, 1)] for a in (0, 1)], dtype=float)
"""The first matches the second, who matches the third, who does not match the first: all mix evenly."""


def ask(payoffs: object, seconds: float = 5.0) -> StageAnswer:
    return answer(repeated_game(np.array(payoffs, dtype=object), 0), seconds=seconds)


@pytest.mark.parametrize("payoffs, count, degenerate", [
    ([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], 1, False),
    ([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 1, False),
    ([[[3, 1], [0, 0]], [[0, 0], [1, 3]]], 3, False),
    (from_bimatrix([[0, 1, 1], [0, 0, 0]], [[2, 0, 3], [2, 3, 0]]), 3, True),
    (from_bimatrix(*[[[7, 0, 1, 2], [1, 7, 1, 3], [0, 3, 9, 0], [0, 3, 3, 5]]] * 2), 15, False),
    (np.zeros((2, 3, 2)), 6, True),
])
def test_games_that_are_known(payoffs: object, count: int, degenerate: bool) -> None:
    found = ask(payoffs)
    assert (found.complete, len(found.equilibria), found.degenerate) == (True, count, degenerate)
    assert all(each.regret == 0 for each in found.equilibria)


def test_components_hang_together_as_pairs_do(rng: np.random.Generator) -> None:
    """By brute force: two are neighbours where each player's mixture of the one goes with the other's of the other."""
    larger = 0
    for _ in range(30):
        game = repeated_game(rng.integers(0, 2, (*rng.integers(1, 4, 2), 2)), 0)
        found = answer(game)
        profiles = [each.mixtures for each in found.equilibria]
        group = list(range(len(profiles)))
        for (i, (x, y)), (j, (u, v)) in combinations(enumerate(profiles), 2):
            if (x, v) in profiles and (u, y) in profiles:
                group = [group[i] if label == group[j] else label for label in group]
        expected = {tuple(k for k, label in enumerate(group) if label == one) for one in set(group)}
        assert {part.equilibria for part in found.components} == expected
        for part in found.components:
            points = [np.concatenate([np.array(x, dtype=float) for x in profiles[k]]) for k in part.equilibria]
            span = np.linalg.matrix_rank(np.array(points) - points[0])
            assert part.dimension <= span
            assert (part.dimension == 0) == (len(part.equilibria) == 1)
            larger += len(part.subsets) > 1
    assert larger > 1


def test_an_l_of_two_segments_has_dimension_one() -> None:
    """Two maximal Nash subsets that share a corner."""
    found = ask([[[1, 1], [1, 0]], [[1, 1], [0, 0]]])
    assert [(part.dimension, len(part.subsets)) for part in found.components] in ([(1, 1)], [(1, 2)])


def test_one_player_and_players_without_a_choice() -> None:
    alone = ask([[1], [3], [3]])
    assert [list(map(int, each.mixtures[0])) for each in alone.equilibria] == [[0, 1, 0], [0, 0, 1]]
    assert (alone.complete, alone.degenerate, [part.dimension for part in alone.components]) == (True, True, [1])
    pair = np.array([[[3, 1], [0, 0]], [[0, 0], [1, 3]]])
    trio = np.zeros((2, 1, 2, 3))
    trio[:, 0, :, ::2] = pair
    trio[..., 1] = 5
    found = ask(trio)
    assert found.complete
    paid = [list(map(float, each.payoffs)) for each in found.equilibria]
    assert paid == [[3, 5, 1], [1, 5, 3], [0.75, 5, 0.75]]
    assert found.components[0].subsets[0][1] == ((Fraction(1),),)


def test_strict_dominance_settles_a_game_of_three() -> None:
    payoffs = np.array([[[[3 * (a + b + c) - 5 * own for own in (a, b, c)] for c in (0, 1)] for b in (0, 1)]
                        for a in (0, 1)])
    found = ask(payoffs)
    assert (found.complete, [list(map(int, each.payoffs)) for each in found.equilibria]) == (True, [[0, 0, 0]])
    assert found.equilibria[0].strict
    assert [part.dimension for part in found.components] == [0]


def test_bertrand_lists_what_is_pure_and_claims_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers_module, "all_by_gambit", lambda stage: None)
    monkeypatch.setattr(answers_module, "one_mixed", lambda stage: sure(stage, (1, 1, 1)))
    found = answer(read_game(FIELD / "bertrand_3_firms.json"))
    assert len(found.equilibria) == 7
    assert all(each.pure for each in found.equilibria)
    assert not found.complete
    assert found.notes == ("all equilibria in pure actions are listed; mixed ones may be missing",)


def test_a_search_that_finds_none_does_not_say_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers_module, "all_by_gambit", lambda stage: None)
    monkeypatch.setattr(answers_module, "one_mixed", lambda stage: None)
    found = ask(MIXED_THREE)
    assert (found.equilibria, found.complete) == ((), False)
    assert "did not converge" in found.notes[-1]


@pytest.mark.parametrize(("count", "said"), [(1, "is not proved"), (2, "some may be missing")])
def test_what_gambit_finds_is_not_taken_for_all(count: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    even = ((HALF, HALF),) * 3
    found = [even, ((Fraction(1, 3), Fraction(2, 3)),) * 3][:count]
    monkeypatch.setattr(answers_module, "all_by_gambit", lambda stage: found)
    told = ask(MIXED_THREE)
    assert told.complete is False
    assert [each.regret == 0 for each in told.equilibria] == [True, False][:count]
    assert any("Gambit" in note and said in note for note in told.notes)


def test_polishing_finds_the_rational_equilibrium_near_a_guess() -> None:
    game = repeated_game(MIXED_THREE, 0)
    stage = stage_game_of(game, 0)
    guess = [np.array([0.4999, 0.5001]), np.array([0.50003, 0.49997]), np.array([0.5, 0.5])]
    assert polished(stage, guess) == ((HALF, HALF),) * 3


def test_polishing_leaves_a_small_exact_regret_where_chances_are_irrational() -> None:
    """Nau, Gomez Canovas and Hansen (2004) have such a game; here a chance that solves p^2 = 1/2."""
    payoffs = np.zeros((2, 2, 2, 3))
    for a, b, c in np.ndindex(2, 2, 2):
        payoffs[a, b, c] = [2 * b * c if a else 1, float(b == a) - 0.5 * (a and b and c), float(c == b)]
    stage = stage_game_of(repeated_game(payoffs, 0), 0)
    made = polished(stage, [np.array([0.45, 0.55]), np.array([0.3, 0.7]), np.array([0.28, 0.72])])
    assert all(sum(own) == 1 and min(own) >= 0 for own in made)
    assert regret(stage, made) <= regret(stage, sure(stage, (0, 0, 0)))


def test_regret_is_what_a_deviation_gains() -> None:
    stage = stage_game_of(repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0), 0)
    assert regret(stage, sure(stage, (0, 0))) == 1
    assert regret(stage, sure(stage, (1, 1))) == 0
    assert regret(stage, ((HALF, HALF), (Fraction(0), Fraction(1)))) == HALF


def test_the_search_for_a_mixed_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its steps takes longer than those before, so that it begins anew, and not too often.

    In Jordan's (1993) game each wants to do as the next does, and the last the opposite: none is in pure actions.
    """
    asked: list[int] = []

    def never(game: object, *, init: object, max_iter: int, **kept: object) -> object:
        asked.append(max_iter)
        return init, SimpleNamespace(converged=False)

    monkeypatch.setattr("quantecon.game_theory.mclennan_tourky", never)
    found = ask(np.array([[[[a == b, b == c, c != a] for c in (0, 1)] for b in (0, 1)] for a in (0, 1)], dtype=float))
    assert 0 < sum(asked) <= 800 and max(asked) <= 200
    assert not found.complete and not found.equilibria and any("did not converge" in note for note in found.notes)


def test_without_time_what_is_missing_is_said(rng: np.random.Generator) -> None:
    found = ask(rng.integers(0, 99, (9, 9, 2)), seconds=0)
    assert (found.complete, found.components, found.degenerate, found.elimination) == (False, (), None, None)
    assert found.equilibria
    assert len(found.notes) == 2


@pytest.mark.slow
def test_quantecon_finds_one_whose_regret_is_tiny_in_random_games(rng: np.random.Generator) -> None:
    exact = 0
    for shape in ((2, 2, 2),) * 20 + ((3, 2, 3),) * 5 + ((2, 2, 2, 2),) * 3:
        stage = stage_game_of(repeated_game(rng.integers(0, 99, (*shape, len(shape))), 0), 0)
        found = one_mixed(stage)
        assert found is not None
        assert regret(stage, found) < Fraction(1, 10**9)
        exact += regret(stage, found) == 0
    assert exact > 15


@pytest.mark.gambit
def test_gambit_gives_all_and_pure_ones_are_among_them(rng: np.random.Generator) -> None:
    assert importlib.util.find_spec("pygambit")
    for _ in range(20):
        stage = stage_game_of(repeated_game(rng.integers(0, 99, (2, 2, 2, 3)), 0), 0)
        found = all_by_gambit(stage)
        assert found is not None
        assert {sure(stage, profile) for profile in stage.pure_equilibria()} <= set(found)
        assert all(regret(stage, each) < Fraction(1, 10**9) for each in found)
