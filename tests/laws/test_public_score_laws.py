"""Laws of maximal scores: agreement with the programs as they stand, monotonicity, equilibria inside, no forgeries."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example as pinned
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from games import repeated_game, solve
from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.signals.maximal_score import HalfSpace, MaximalScore
from games.model.stage_game import stage_game_of
from games.model.stochastic_game import StochasticGame
from games.solvers.public_score.scores import PublicScores
from games.solvers.public_score.solver import PublicScoreSolution
from games.solvers.verdict import Unsustainable
from tests.support.brute_scores import maximal_score, score
from tests.support.example_certificates import partnership, score_examples
from tests.support.forging import resealed
from tests.support.noisy_games import garbled, random_noisy_game, seen_in_full
from tests.support.random_games import random_game

F = Fraction


def scored(game: StochasticGame) -> PublicScoreSolution:
    solution = solve(game, solver="public_score")
    assert isinstance(solution, PublicScoreSolution)
    return solution


def without_transfers(game: StochasticGame) -> StochasticGame:
    return replace(game, transfers="none")


def some_directions(rng: np.random.Generator, players: int, count: int) -> list[np.ndarray]:
    found = [np.round(d, 3) for d in rng.normal(size=(count, players))]
    return [*np.eye(players), *-np.eye(players), *found]


# -- the numbers ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.sampled_from([(2, 2, 2), (2, 3, 3), (3, 2, 3), (2, 2, 5)]))
@settings(max_examples=12)
def test_scores_are_those_of_the_program_as_it_stands(seed: int, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(seed)
    players, actions, signals = shape
    game = without_transfers(random_noisy_game(rng, players=players, actions=(actions, actions), signals=signals))
    scores = scored(game).limit.scores
    for direction in some_directions(rng, players, 2):
        exact = tuple(F(str(x)) for x in direction.tolist())
        size = max(abs(float(x) * s) for x, s in zip(exact, scores.scale, strict=True))
        for row in range(game.n_rows):
            found = scores.score(row, scores.scaled(exact))
            value = -np.inf if found is None else size * found.value
            assert value == pytest.approx(score(game, row, direction), abs=1e-6)


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 5]))
@pinned(519, 2)  # two half-planes meet in a line only
@settings(max_examples=10)
def test_no_direction_at_all_cuts_the_polygon_of_two_players(seed: int, signals: int) -> None:
    rng = np.random.default_rng(seed)
    game = without_transfers(random_noisy_game(rng, signals=signals, actions=(2, 3)))
    solution = scored(game)
    if solution.limit.empty:
        return
    found = solution.payoff_set()
    for angle in rng.uniform(0, 2 * np.pi, 20):
        direction = np.array([np.cos(angle), np.sin(angle)])
        assert maximal_score(game, direction) >= found.support(direction) - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_seeing_the_profile_needs_no_program_and_gives_what_the_program_gives(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2 + seed % 2, 1, (2, 3), integers=bool(seed % 2))
    plain, signalled = scored(game).limit.scores, scored(without_transfers(seen_in_full(game))).limit.scores
    assert plain.perfect and not signalled.perfect
    for direction in some_directions(rng, game.n_players, 4):
        given = plain.scaled(tuple(F(str(x)) for x in direction.tolist()))
        assert plain.maximal(given) == pytest.approx(signalled.maximal(given), abs=1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_under_perfect_monitoring_the_limit_is_what_is_feasible_above_the_pure_minmax(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 1, (2, 4), integers=bool(seed % 2))
    solution = scored(game)
    stage = stage_game_of(game, 0)
    least = np.array([stage.pure_minmax(i) for i in (0, 1)])
    for angle in rng.uniform(0, 2 * np.pi, 12):
        direction = np.array([np.cos(angle), np.sin(angle)])
        shares = linprog(-game.payoffs @ direction, A_ub=-game.payoffs.T, b_ub=-least, A_eq=np.ones((1, game.n_rows)),
                         b_eq=[1.0], method="highs")
        if shares.fun is None:
            assert solution.limit.empty and solution.empty
            return
        assert solution.payoff_set().support(direction) == pytest.approx(-shares.fun, abs=1e-6)


# -- theorems ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("discount", [0.4, 0.95])
def test_equilibria_at_any_common_discount_factor_lie_in_the_limit_set(seed: int, discount: float) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 1, (2, 3), discount=discount, integers=bool(seed % 2))
    found, limit = solve(game).payoff_set(), scored(game).limit
    if not found.empty:
        assert not limit.empty
        over = found.inner @ limit.normals.T - limit.offsets
        assert over.max() <= 1e-7


@given(st.integers(0, 10**6), st.sampled_from([2, 3, 4]))
@settings(max_examples=12)
def test_less_informative_signals_in_the_sense_of_blackwell_enlarge_no_score(seed: int, signals: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_noisy_game(rng, signals=signals, actions=(2, 3))
    fine, coarse = PublicScores(without_transfers(game)), PublicScores(without_transfers(garbled(game, rng)))
    for direction in some_directions(rng, 2, 6):
        given = fine.scaled(tuple(F(str(x)) for x in direction.tolist()))
        assert coarse.maximal(given) <= fine.maximal(given) + 1e-7


@pytest.mark.parametrize("seed", range(4))
def test_pairwise_full_rank_everywhere_means_full_scores_in_all_directions_that_count_everyone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    laws = rng.dirichlet(np.ones(6), size=4)
    game = random_noisy_game(rng, signals=6)
    assert game.monitoring is not None
    game = without_transfers(replace(game, monitoring=replace(game.monitoring, law=(laws,))))
    solution = scored(game)
    assert all(profile.full() for profile in solution.identifiability)
    for direction in ((1, 1), (2, -1), (-1, "0.3"), (-1, -1)):
        payoffs = game.payoffs @ np.array([float(x) for x in direction])
        assert solution.score(direction) == pytest.approx(payoffs.max(), abs=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_every_payoff_outside_the_set_is_refused_with_a_proof_and_none_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = without_transfers(random_noisy_game(rng, signals=3, actions=(2, 3)))
    solution = scored(game)
    for row in range(game.n_rows):
        verdict = solution.verdict(list(game.profile_labels(row)))
        outside = solution.limit.empty or solution.limit.distance_inside(game.payoffs[row]) < -1e-7
        inside = not solution.limit.empty and solution.limit.distance_inside(game.payoffs[row]) > 1e-7
        assert not (outside and not isinstance(verdict, Unsustainable))
        assert not (inside and isinstance(verdict, Unsustainable))


def test_the_answer_does_not_depend_on_the_discount_factor() -> None:
    for discount in (0, "1/3", 0.999):
        game = partnership().with_discount(discount)
        assert scored(game).payoff_set().vertices.tolist() == scored(partnership()).payoff_set().vertices.tolist()
        assert isinstance(scored(game).verdict("C,C"), Unsustainable)


def test_units_of_payoff_do_not_matter() -> None:
    game = partnership()
    other = replace(game, payoffs=game.payoffs * [1000, 0.01] + [5, -3])
    expected = scored(game).payoff_set().vertices * [1000, 0.01] + [5, -3]
    assert np.allclose(scored(other).payoff_set().vertices, expected, rtol=1e-8)


# -- what is refused --------------------------------------------------------------------------------------------------


@cache
def example(name: str) -> tuple[StochasticGame, Certificate]:
    return score_examples()[name]


RESEALED: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("score of a plan", ("claim",), {"empty": True}, "steps"),
    ("score of a plan", ("claim", "plan", "s0"), [["D", "D"]], "steps"),
    ("score of a plan", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("score of a plan", ("concept",), SolutionConcept.PURE_SUBGAME_PERFECT.value, "concept"),
    ("score of a plan", ("steps",), [], "steps"),
    ("score of a plan", ("steps", 0, "level"), "0.6", "steps[0].level"),
    ("score of a plan", ("steps", 0, "weight"), "0", "steps"),
    ("score of a plan", ("steps", 0, "weight"), "-1", "steps[0].weight"),
    ("score of a plan", ("steps", 0, "direction", 0), "0.26", "steps[0]"),
    ("score of a plan", ("steps", 0, "direction"), ["1"], "steps[0].direction"),
    ("score of a plan", ("steps", 0, "multipliers"), [], "steps[0].level"),
    ("score of a plan", ("steps", 0, "multipliers", 0, 0), 7, "steps[0].multipliers"),
    ("score of a plan", ("steps", 0, "multipliers", 0, 1, 0, 0), 3, "steps[0].multipliers"),
    ("score of a plan", ("steps", 0, "multipliers", 0, 1, 0, 1), "0.0626", "steps[0].multipliers"),
    ("score of a plan", ("steps", 0, "multipliers", 0, 1), [[2, "0.625"], [1, "25/88"]], "steps[0].multipliers"),
    ("score of a plan", ("steps", 0, "multipliers", 0, 1), [[2, "-1"], [1, "-5/11"]], "steps[0].multipliers"),
    ("score of a plan", ("steps", 0, "dropped"), [[0, [[2, "1"]]]], "steps[0].dropped[0]"),
    ("score of a plan", ("steps", 0, "dropped"), [[0, []]], "steps[0].dropped[0]"),
    ("scores of all", ("steps", 0, "weight"), "0", "steps"),
    ("scores of all", ("steps", 0, "level"), "-0.6", "steps[0].level"),
    ("score with unseen deviations", ("steps", 0, "dropped"), [[1, [[3, "1"]]]], "steps[0].level"),
    ("score with unseen deviations", ("steps", 0, "dropped", 0, 0), 2, "steps[0].dropped"),
    ("scores of a mixture", ("claim", "plan", "s0"), [["C", "C"], ["D", "D"]], "steps"),
]


@pytest.mark.parametrize(("name", "path", "value", "place"), RESEALED, ids=[f"{r[0]}: {r[3]}" for r in RESEALED])
def test_what_is_changed_and_sealed_again_is_refused_by_its_meaning(
    name: str, path: tuple[Any, ...], value: Any, place: str
) -> None:
    game, certificate = example(name)
    document: dict[str, Any] = json.loads(certificate_text(certificate))
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    report = read_certificate(resealed(document)).check(game)
    assert not report.accepted
    assert report.place.startswith(place), report.place
    assert report.claim and report.problem


def test_a_plan_of_an_action_that_the_game_lacks_is_refused_by_its_name() -> None:
    game, certificate = example("score of a plan")
    assert isinstance(certificate, MaximalScore)
    report = replace(certificate, plan={"s0": [["X", "D"]]}).check(game)
    assert (report.accepted, report.place) == (False, "claim.plan") and "X" in report.problem


@pytest.mark.parametrize("change", ["transfers", "discount", "states"])
def test_games_that_scores_do_not_bound_are_refused(change: str) -> None:
    game, certificate = example("score of a plan")
    assert isinstance(certificate, MaximalScore)
    other = {
        "transfers": replace(game, transfers="voluntary"),
        "discount": game.with_discount(["0.5", "0.6"]),
        "states": random_game(np.random.default_rng(0), 2, 2),
    }[change]
    report = replace(certificate, game_digest=other.digest).check(other)
    assert not report.accepted and report.place == "game" and len(report.problem.split()) > 5


def test_the_payoffs_of_an_equilibrium_cannot_be_excluded_whatever_is_claimed() -> None:
    """Weak duality: random multipliers, balanced or not, never prove that mutual defection goes."""
    rng = np.random.default_rng(3)
    game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], "1/2")
    plan = {"s0": [["a1", "b1"]]}
    for _ in range(200):
        direction = tuple(F(int(x)) for x in rng.integers(-2, 3, size=2))
        given = tuple((row, tuple((b, F(int(rng.integers(0, 4)))) for i in (0, 1) for b in game.deviation_rows(row, i)
                                  if b != row)) for row in range(4))
        step = HalfSpace(direction, F(int(rng.integers(-8, 9)), 4), F(1), given)
        claim = MaximalScore(game.digest, SolutionConcept.PUBLIC_LIMIT, (step,), plan)
        assert not claim.check(game).accepted
