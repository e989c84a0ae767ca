"""Maximal scores of games that can be worked out by hand, the limit set, and what the command says of them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

import games.solvers
from games import GameError, Undecided, Unsustainable, repeated_game, solve, write_game
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from games.numerics.polygons import hausdorff
from games.questions.solve import choose_solver
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.public_score.solver import PublicScoreSolution
from tests.support.command_line import Run, run_with
from tests.support.example_certificates import DILEMMA, PENNIES, dilemma, partnership
from tests.support.noisy_games import noisy_dilemma
from tests.support.random_games import random_game

F = Fraction
SCHEMA = json.loads((Path(games.solvers.__file__).parents[1] / "files" / "servanda-solution.schema.json").read_text())


def scored(game: StochasticGame, **options: Any) -> PublicScoreSolution:
    solution = solve(game, solver="public_score", **options)
    assert isinstance(solution, PublicScoreSolution)
    return solution


def with_law(game: StochasticGame, law: ArrayLike) -> StochasticGame:
    table = np.array(law, dtype=float)
    names = tuple(f"y{y}" for y in range(table.shape[1]))
    return replace(game, transfers="none", monitoring=PublicMonitoring((names,), (table,)))


def product_law(good: float, bad: float) -> list[list[float]]:
    """A signal for each of two players, good with these chances after its first and its second action."""
    one = [[good, 1 - good], [bad, 1 - bad]]
    return [np.outer(a, b).ravel().tolist() for a in one for b in one]


# -- closed forms -----------------------------------------------------------------------------------------------------


@given(st.integers(55, 99), st.integers(5, 50), st.integers(1, 49))
@settings(max_examples=20)
def test_two_signals_that_do_not_say_who_it_was_cost_the_gain_over_the_likelihood_ratio_less_one(
    well: int, alone: int, both: int
) -> None:
    """At most g - gain / (l - 1) each, l the likelihood ratio of the bad signal (Abreu, Milgrom and Pearce 1991)."""
    p, q, r = well / 100, min(alone, well - 1) / 100, both / 100
    game = with_law(dilemma(0.5), [[p, 1 - p], [q, 1 - q], [q, 1 - q], [r, 1 - r]])
    ratio = (1 - q) / (1 - p)
    scores = scored(game).limit.scores
    found = scores.score(0, scores.scaled((F(1), F(1))))
    assert found is not None
    assert found.value * float(scores.scale[0]) == pytest.approx(2 * (2 - 1 / (ratio - 1)), abs=1e-7)


PUBLISHED = [  # (direction, score) with chances of the good signal 0.9, 0.5 and 0.2; independently recomputed
    ((1, 1), 3.5), ((2, 1), 5.25), (("2.2", 1), 5.6), ((3, 1), 8), ((1, 0), 3), ((-1, 0), 0), ((1, -1), 43 / 12),
    ((1, "-0.75"), 3.75), ((1, -2), 35 / 12), ((1, -5), 11 / 12),
]


@pytest.mark.parametrize(("direction", "value"), PUBLISHED)
def test_scores_of_the_partnership(direction: tuple[int | str, ...], value: float) -> None:
    assert scored(partnership()).score(direction) == pytest.approx(value, abs=1e-9)


def test_limit_set_of_the_partnership() -> None:
    """Between the lines 2.2 x + y = 5.6, of which (1, -0.4545 ...) is the normal, and 51 y = 8 x."""
    found = scored(partnership()).payoff_set()
    x, y = 28 / 5 / (11 / 5 + 8 / 51), 28 / 5 / (11 / 5 + 8 / 51) * 8 / 51
    assert hausdorff(found.vertices, np.array([[0.0, 0.0], [x, y], [1.75, 1.75], [y, x]])) < 1e-9
    assert found.gap < 1e-8 and np.allclose(found.inner, found.vertices)


def test_signals_of_each_players_own_conduct_cost_patient_players_nothing() -> None:
    """Fudenberg, Levine and Maskin (1994): all that is feasible and individually rational."""
    found = scored(with_law(dilemma(0.5), product_law(0.8, 0.3))).payoff_set()
    assert hausdorff(found.vertices, np.array([[0, 0], [8 / 3, 0], [2, 2], [0, 8 / 3]])) < 1e-8


def test_the_noisy_dilemma_of_the_transfers_paper_reaches_the_first_best_without_any() -> None:
    game = replace(noisy_dilemma(), transfers="none")
    assert scored(game).score((1, 1)) == pytest.approx(2, abs=1e-9)


def test_three_partners_whose_outcome_does_not_say_who_shirked() -> None:
    """Each worker costs itself 1 more than it gains; success with 0.9, 0.6, 0.3, 0.1 when 3, 2, 1, 0 work."""
    working = np.array([[a, b, c] for a in (1, 0) for b in (1, 0) for c in (1, 0)])
    chance = np.array([0.1, 0.3, 0.6, 0.9])[working.sum(axis=1)]
    payoffs = (5 * chance[:, None] - 2 * working).reshape(2, 2, 2, 3)
    game = with_law(repeated_game(payoffs, 0.5), np.column_stack([chance, 1 - chance]))
    solution = scored(game)
    # 4.5 - 2 each if all work, 3 for who shirks: the gain is 0.5, the likelihood ratio of failure 4.
    assert solution.score((1, 1, 1)) == pytest.approx(3 * (2.5 - 0.5 / 3), abs=1e-9)
    bounds = solution.support_bounds()
    all_together = int(np.flatnonzero((bounds.directions == 1).all(axis=1))[0])
    assert bounds.outer[all_together] == pytest.approx(7, abs=1e-7)
    assert isinstance(solution.verdict("a0,b0,c0"), Unsustainable)
    assert solution.status == "undecided" and not solution.empty
    told = {f.words(game) for f in solution.identifiability[0].findings}
    assert "P1 playing a1 instead of a0 and P3 playing c1 instead of c0 look the same to everyone" in told
    assert len(told) == 3


@pytest.mark.parametrize("chance", [1e-3, 1e-9, 1e-12])
def test_however_rarely_a_breach_is_found_out_patient_players_lose_nothing(chance: float) -> None:
    """A signal that only a breach of that player's brings, however rare, costs nothing while nobody breaches."""
    rest = 1 - chance
    law = [[0.7, 0.3, 0, 0], [0.7 * rest, 0.3 * rest, 0, chance], [0.7 * rest, 0.3 * rest, chance, 0],
           [0.7 * (1 - 2 * chance), 0.3 * (1 - 2 * chance), chance, chance]]
    solution = scored(with_law(dilemma(0.9), law))
    assert solution.score((1, 1)) == pytest.approx(4, abs=1e-6)
    assert solution.limit.scores.unenforceable == {}


@pytest.mark.parametrize("shift", [0.0, 1e-13, 1e-6])
def test_what_is_hardly_seen_is_told_apart_from_what_is_not(shift: float) -> None:
    """Exactly unseen deviations that pay make a profile unenforceable; those that are all but unseen do not."""
    exact = {("signal", 0, 0): F(7, 10) + F(shift), ("signal", 0, 1): F(3, 10) - F(shift)}
    game = with_law(dilemma(0.9), [[0.7, 0.3]] * 4)
    assert game.monitoring is not None
    game = replace(game, monitoring=replace(game.monitoring, rationals=exact))
    solution = scored(game)
    assert (0 in solution.limit.scores.unenforceable) == (shift == 0)
    if shift == 1e-13:
        # Too little for floating point, which is said: the set is then a bound of unknown quality.
        assert solution.status == "undecided" and solution.limit.full is None and solution.error_bound is None
        assert isinstance(solution.verdict("C,C"), Undecided)
    else:
        # One signal for both: it costs so much to deter either that nothing is won.
        assert isinstance(solution.verdict("C,C"), Unsustainable)
        assert solution.payoff_set().vertices.tolist() == [[0.0, 0.0]]


# -- edges ------------------------------------------------------------------------------------------------------------


def test_signals_that_say_nothing_leave_the_equilibria_of_the_stage_game() -> None:
    solution = scored(with_law(dilemma(0.9), [[0.7, 0.3]] * 4))
    assert solution.payoff_set().vertices.tolist() == [[0.0, 0.0]]
    assert solution.limit.full is False and solution.status == "converged"
    assert isinstance(solution.verdict("C,C"), Unsustainable)
    assert set(solution.limit.scores.unenforceable) == {0, 1, 2}


def test_where_nothing_is_enforced_no_equilibrium_exists_which_is_proved() -> None:
    for game in (with_law(repeated_game(PENNIES, 0.9), [[0.7, 0.3]] * 4), repeated_game(PENNIES, 0.9)):
        solution = scored(game)
        assert solution.empty and solution.status == "converged" and solution.payoff_set().empty
        verdict = solution.verdict("a0,b0")
        assert isinstance(verdict, Unsustainable) and verdict.certificate.check(game).accepted
        assert solution.to_json()["empty"] is True


def test_a_set_without_full_dimension_is_called_a_bound() -> None:
    """Pure coordination: all payoffs are on a line."""
    solution = scored(repeated_game([[[1, 1], [0, 0]], [[0, 0], [2, 2]]], 0.5))
    assert solution.limit.full is False and solution.status == "converged"
    assert np.allclose(sorted(solution.payoff_set().vertices.tolist()), [[1, 1], [2, 2]])
    verdict = solution.verdict("a0,b0")
    assert isinstance(verdict, Undecided) and "only a bound" in verdict.reason


def test_inside_the_set_patience_is_what_is_said_and_how_far_inside() -> None:
    solution = scored(with_law(dilemma(0.1), product_law(0.8, 0.3)))
    verdict = solution.verdict("C,C")
    assert isinstance(verdict, Undecided)
    assert "as near to them as one likes" in verdict.reason
    assert verdict.bounds["distance_to_boundary"] == pytest.approx(0, abs=1e-8)
    inside = scored(repeated_game([[[3, 3], [0, 4]], [[4, 0], [1, 1]], [[2, 2], [0, 1]]], 0.1)).verdict("a2,b0")
    assert isinstance(inside, Undecided)
    assert inside.bounds["distance_to_boundary"] == pytest.approx(1, abs=1e-8)


def test_two_players_with_one_action_each() -> None:
    solution = scored(repeated_game([[[1, 1]]], 0.9))
    assert solution.payoff_set().vertices.tolist() == [[1.0, 1.0]] and solution.status == "converged"


def test_one_player_alone() -> None:
    bounds = scored(repeated_game([[1.0], [3.0], [2.0]], 0.9)).support_bounds()
    assert {tuple(d): x for d, x in zip(bounds.directions.tolist(), bounds.outer, strict=True)} == pytest.approx(
        {(1.0,): 3.0, (-1.0,): -3.0})


def test_further_directions_are_tried_and_malformed_ones_refused() -> None:
    game = random_game(np.random.default_rng(0), 3, 1, 2)
    wider = scored(game, directions=((1, 2, 3), ("1/3", 0.5, 1)))
    assert len(wider.limit.directions) == len(scored(game).limit.directions) + 2
    for malformed in ((1, 2), (0, 0, 0), ("x", 1, 1)):
        with pytest.raises(GameError, match="direction"):
            scored(game, directions=(malformed,))


def test_it_stops_undecided_after_so_many_directions() -> None:
    solution = scored(partnership(), most_directions=8)
    assert solution.iterations <= 8 and solution.status == "undecided"
    assert solution.error_bound is not None and solution.error_bound > 0.01
    assert solution.limit.full is None and solution.payoff_set().inner.tolist() == [[0.0, 0.0]]
    # What it reports still holds the limit set.
    for vertex in scored(partnership()).payoff_set().vertices:
        assert solution.limit.distance_inside(vertex) >= -1e-9


@pytest.mark.parametrize(("game", "reason"), [
    (random_game(np.random.default_rng(0), 2, 2, 2), "Hörner"),
    (repeated_game(DILEMMA, 0.5, transfers="voluntary"), "side payments"),
    (repeated_game(DILEMMA, [0.5, 0.6]), "discount factors differ"),
])
def test_other_games_are_refused_with_the_reason(game: StochasticGame, reason: str) -> None:
    with pytest.raises(GameError, match=reason):
        scored(game)


def test_it_is_used_by_name_only() -> None:
    three = repeated_game(np.zeros((2, 2, 2, 3)), 0.9)
    blind = replace(three, monitoring=PublicMonitoring((("a", "b"),), (np.full((8, 2), 0.5),)))
    assert choose_solver(blind)[0].name == "public_automata"
    with pytest.raises(GameError, match=r"public_score \("):
        choose_solver(replace(blind, monitoring=None, transfers="voluntary", discount=np.array([0.5, 0.6, 0.7])))
    assert choose_solver(partnership())[0].name == "public_polygons"
    assert choose_solver(dilemma(0.5))[0].name == "equilibrium_polygons"


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_the_command_says_what_the_signals_tell(run: Run, tmp_path: Path) -> None:
    file, proof = tmp_path / "game.json", tmp_path / "proof.json"
    write_game(partnership(), file)
    told = run("game", "solve", file, "--solver", "public_score", "--target", "C,C", "--certificate", proof)
    assert told.code == 0
    for words in ("(1.75, 1.75)", "full dimension", "directions tried", "unsustainable", "maximal-score",
                  "at (C, C): P1 playing D instead of C and P2 playing D instead of C look the same to everyone"):
        assert words in " ".join(told.out.split()), words
    checked = run("game", "certify", file, "--certificate", proof)
    assert checked.code == 0 and "at every common discount factor" in " ".join(checked.out.split())
    given = json.loads(run("game", "solve", file, "--solver", "public_score", "--json").out)
    assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(given))
    assert given["full_dimension"] is True
    assert [p["profile"] for p in given["identifiability"]] == [["C", "C"], ["C", "D"], ["D", "C"], ["D", "D"]]
    assert given["identifiability"][0]["findings"][0]["kind"] == "look-alikes"


def test_the_command_says_once_that_everything_shows(run: Run, tmp_path: Path) -> None:
    write_game(dilemma(0.5), tmp_path / "game.json")
    told = run("game", "solve", tmp_path / "game.json", "--solver", "public_score").out
    assert "at every profile each deviation shows, and shows who deviated" in told


def test_the_limit_is_a_polygon_that_can_be_drawn(run: Run, tmp_path: Path) -> None:
    write_game(partnership(), tmp_path / "game.json")
    picture = tmp_path / "set.svg"
    done = run("game", "solve", tmp_path / "game.json", "--solver", "public_score", "--plot", picture)
    assert done.code == 0 and picture.read_text().startswith("<?xml")
    assert isinstance(scored(partnership()).payoff_sets[0], EquilibriumPayoffSet)
