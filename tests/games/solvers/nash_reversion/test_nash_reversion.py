"""Grim reversion and Markov equilibria, against theory and against going through every candidate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from games import GameError, Sustainable, Undecided, read_game, repeated_game, solve
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.play.markov_equilibria import FEW, markov_equilibria
from games.solvers.nash_reversion.solver import NashReversion
from games.solvers.solution import Solution
from tests.support.random_games import random_game

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
THIRD = Fraction(1, 3)


def reversion(game: StochasticGame) -> Solution:
    return solve(game, solver="nash_reversion")


def slow_markov_values(game: StochasticGame, rows: tuple[int, ...]) -> np.ndarray:
    """Values of stationary play by a dense linear solve, one player at a time."""
    law = game.transition[list(rows)].toarray()
    return np.column_stack([
        np.linalg.solve(np.eye(len(rows)) - d * law, (1 - d) * game.payoffs[list(rows), i])
        for i, d in enumerate(game.discount)
    ])


def slow_is_markov_equilibrium(game: StochasticGame, rows: tuple[int, ...]) -> bool:
    values = slow_markov_values(game, rows)
    for i, d in enumerate(game.discount):
        for s, row in enumerate(rows):
            for other in game.deviation_rows(row, i):
                gain = (1 - d) * game.payoffs[other, i] + d * (game.transition[[other]].toarray()[0] @ values[:, i])
                if gain > values[s, i] + 1e-9:
                    return False
    return True


@pytest.mark.parametrize(("reward", "temptation", "punishment"), [(2, 3, 0), (9, 10, 3), (5, 12, 1)])
def test_dilemma_threshold_is_temptation_less_reward_over_temptation_less_punishment(
    reward: int, temptation: int, punishment: int
) -> None:
    sucker = punishment - 1
    payoffs = [[[reward, reward], [sucker, temptation]], [[temptation, sucker], [punishment, punishment]]]
    threshold = Fraction(temptation - reward, temptation - punishment)
    little = Fraction(1, 10**6)
    for discount, holds in ((threshold, True), (threshold + little, True), (threshold - little, False)):
        verdict = reversion(repeated_game(payoffs, discount=discount)).verdict("a0,b0")
        assert isinstance(verdict, Sustainable if holds else Undecided)


def test_a_dilemma_one_float_below_the_threshold_is_not_sustained() -> None:
    verdict = reversion(repeated_game(DILEMMA, discount=1 / 3)).verdict("a0,b0")
    assert isinstance(verdict, Undecided)
    assert isinstance(reversion(repeated_game(DILEMMA, discount="1/3")).verdict("a0,b0"), Sustainable)


def test_margin_is_the_largest_extra_temptation() -> None:
    game = repeated_game(DILEMMA, discount=0.5)
    verdict = reversion(game).verdict("a0,b0")
    assert isinstance(verdict, Sustainable)
    assert verdict.margin == pytest.approx(1.0)
    for extra, holds in ((0.999999, True), (1.000001, False)):
        tempted = np.array(DILEMMA, dtype=float)
        tempted[1, 0, 0] += extra
        assert isinstance(reversion(repeated_game(tempted, discount=0.5)).verdict("a0,b0"), Sustainable) == holds


def test_bounds_enclose_the_margin_of_harsher_punishments() -> None:
    """A third action hurts a deviator more than the stage equilibrium: reversion alone must not refute."""
    payoffs = np.array([
        [[2, 2], [-1, 3], [-9, -9]],
        [[3, -1], [0, 0], [-9, -9]],
        [[-9, -9], [-9, -9], [-9, -9]],
    ], dtype=float)
    verdict = reversion(repeated_game(payoffs, discount=0.2)).verdict("a0,b0")
    # (c2, c2) is itself an equilibrium of the stage game: reverting to it deters.
    assert isinstance(verdict, Sustainable)
    payoffs[2, 2] = [-10, -10]
    verdict = reversion(repeated_game(payoffs, discount=0.2)).verdict("a0,b0")
    assert isinstance(verdict, Undecided)
    assert verdict.bounds["margin_lower"] < 0 < verdict.bounds["margin_upper"]


def test_unequal_discount_factors_bind_for_the_less_patient() -> None:
    for patience, holds in ((0.34, True), (0.33, False)):
        verdict = reversion(repeated_game(DILEMMA, discount=[0.95, patience])).verdict("a0,b0")
        assert isinstance(verdict, Sustainable) == holds


def test_three_players_public_good() -> None:
    """Giving costs 1 and brings every one of three players 0.6: threshold 0.4 / 1.2 = 1/3."""
    payoffs = np.array([
        [[[0.6 * sum(profile) - give for give in profile] for profile in ((a, b, c) for c in (1, 0))] for b in (1, 0)]
        for a in (1, 0)
    ])
    for discount, holds in ((0.34, True), (0.33, False)):
        solution = reversion(repeated_game(payoffs, discount=discount))
        assert isinstance(solution.verdict("a0,b0,c0"), Sustainable) == holds
    bounds = reversion(repeated_game(payoffs, discount=0.5)).support_bounds(0)
    assert np.all(bounds.inner <= bounds.outer + 1e-9)
    with pytest.raises(GameError, match="support_bounds"):
        reversion(repeated_game(payoffs, discount=0.5)).payoff_set(0)


def test_mixed_stage_equilibria_are_another_concept() -> None:
    """Matching pennies with an outside deal: no pure stage equilibrium, the mixed one punishes."""
    payoffs = np.array([
        [[1, -1], [-1, 1], [-2, -2]],
        [[-1, 1], [1, -1], [-2, -2]],
        [[-2, -2], [-2, 1.5], [0.5, 0.5]],
    ])
    game = repeated_game(payoffs, discount=0.9)
    assert markov_equilibria(game) == []
    verdict = reversion(game).verdict("a2,b2")
    assert isinstance(verdict, Sustainable)
    assert verdict.concept is SolutionConcept.MIXED_REVERSION
    assert isinstance(verdict.certificate, NoProfitableDeviation)
    assert any(cell.mix is not None for cell in verdict.certificate.automaton.cells.values())
    assert verdict.certificate.check(game).accepted


def test_no_equilibrium_found_is_undecided() -> None:
    game = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5)
    solution = reversion(game)
    verdict = solution.verdict("a0,b0")
    assert isinstance(verdict, Undecided)
    assert not solution.empty
    assert solution.automaton("a0,b0") is None


def test_few_candidates_are_all_gone_through(rng: np.random.Generator) -> None:
    for players in (1, 2, 3):
        for _ in range(6):
            game = random_game(rng, players, 3, 2, discount=0.7, integers=True)
            expected = {
                rows for rows in product(*(game.rows_of(s) for s in range(3))) if slow_is_markov_equilibrium(game, rows)
            }
            assert {tuple(rows.tolist()) for rows in markov_equilibria(game)} == expected


def test_what_the_search_finds_is_an_equilibrium(rng: np.random.Generator) -> None:
    found = 0
    for _ in range(15):
        game = random_game(rng, 2, 12, 3, discount=[0.8, 0.6])
        # A stake in common makes pure equilibria likely; without it twelve states hardly ever all have one.
        game = replace(game, payoffs=game.payoffs + 2 * rng.random(game.n_rows)[:, None])
        assert np.prod(np.diff(game.row_start).astype(float)) > FEW
        for rows in markov_equilibria(game):
            found += 1
            assert slow_is_markov_equilibrium(game, tuple(rows.tolist()))
    assert found > 10


def test_one_player_alone_optimises(rng: np.random.Generator) -> None:
    game = random_game(rng, 1, 30, 4, discount=0.9)
    (rows, *_) = markov_equilibria(game)
    values = slow_markov_values(game, tuple(rows.tolist()))[:, 0]
    best = 0.1 * game.payoffs[:, 0] + 0.9 * (game.transition @ values)
    assert np.allclose(np.maximum.reduceat(best, game.row_start[:-1]), values)


def test_prescribed_states_are_left_as_they_are(rng: np.random.Generator) -> None:
    """The others reply to one another, and to what is prescribed, even if that is bad for somebody."""
    for _ in range(10):
        game = random_game(rng, 2, 3, 2, discount=0.7)
        fixed = np.array([int(game.row_start[0]) + 3, -1, -1])
        expected = set()
        for rest in product(game.rows_of(1), game.rows_of(2)):
            rows = (int(fixed[0]), *rest)
            values = slow_markov_values(game, rows)
            if all(
                (1 - d) * game.payoffs[other, i] + d * (game.transition[[other]].toarray()[0] @ values[:, i])
                <= values[s, i] + 1e-9
                for i, d in enumerate(game.discount) for s in (1, 2) for other in game.deviation_rows(rows[s], i)
            ):
                expected.add(rows)
        assert {tuple(rows.tolist()) for rows in markov_equilibria(game, fixed_rows=fixed)} == expected


def test_a_clock_unravels_backwards() -> None:
    """A dilemma played for a fixed number of years and then nothing: the only Markov equilibrium breaches all along."""
    years = 12
    game = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9,
        "states": [
            {"name": f"year {t}", "actions": [["c", "d"], ["c", "d"]], "payoffs": DILEMMA,
             "transitions": [[{f"year {t + 1}" if t + 1 < years else "end": 1}] * 2] * 2}
            for t in range(years)
        ] + [{"name": "end", "actions": [["-"], ["-"]], "payoffs": [[[0, 0]]]}],
    })
    (rows,) = markov_equilibria(game)
    assert {game.profile_labels(int(r)) for r in rows} == {("d", "d"), ("-", "-")}
    assert isinstance(reversion(game).verdict("c,c"), Undecided)
    assert isinstance(reversion(game).verdict("d,d"), Sustainable)


def test_plans_leave_other_states_free() -> None:
    """Cooperation in peace, whatever happens in the crisis that comes and goes."""
    game = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.8,
        "states": [
            {"name": "peace", "actions": [["c", "d"], ["c", "d"]], "payoffs": DILEMMA,
             "transitions": [[{"peace": 0.8, "crisis": 0.2}] * 2] * 2},
            {"name": "crisis", "actions": [["hold", "fold"], ["hold", "fold"]],
             "payoffs": [[[1, 1], [0, 0]], [[0, 0], [0, 0]]],
             "transitions": [[{"peace": 0.5, "crisis": 0.5}] * 2] * 2},
        ],
    })
    solution = reversion(game)
    for target in ("c,c", {"peace": [["c", "c"]]}, Plan.of_profile(game, "c,c")):
        verdict = solution.verdict(target)
        assert isinstance(verdict, Sustainable)
        assert verdict.certificate.check(game).accepted
    assert solution.automaton("c,c") is not None
    with pytest.raises(GameError, match="another game"):
        solution.verdict(Plan.of_profile(repeated_game(DILEMMA, discount=0.5), "a0,b0"))


def test_every_sustainable_answer_on_random_games_passes_the_exact_check(rng: np.random.Generator) -> None:
    answered = 0
    for k in range(25):
        game = random_game(rng, 2 + k % 2, 1 + k % 4, 2, discount=0.6)
        solution = reversion(game)
        for rows in (game.row_start[:-1], game.row_start[1:] - 1):
            allowed = np.zeros(game.n_rows, dtype=bool)
            allowed[rows] = True
            verdict = solution.verdict(Plan(game, allowed))
            if isinstance(verdict, Sustainable):
                answered += 1
                assert verdict.certificate.check(game).accepted
    assert answered >= 3


def test_games_of_other_kinds_are_refused_in_words() -> None:
    game = repeated_game(DILEMMA, discount=0.5, transfers="voluntary")
    assert "side payments" in str(NashReversion().accepts(game))
    with pytest.raises(GameError, match="side payments"):
        NashReversion().solve(game)


def test_mixed_seconds_is_an_option_and_others_are_refused() -> None:
    game = repeated_game(DILEMMA, discount=0.5)
    assert solve(game, solver="nash_reversion", mixed_seconds=1.0).solver == "nash_reversion"
    with pytest.raises(GameError, match="did you mean 'mixed_seconds'"):
        solve(game, solver="nash_reversion", mixed_second=1.0)
    with pytest.raises(GameError, match="did you mean 'nash_reversion'"):
        solve(game, solver="nash_reversal")


def test_the_equilibria_of_one_period_are_told_with_the_sets_that_they_make_up() -> None:
    game = repeated_game(
        [[[0, 2], [1, 0], [1, 3]], [[0, 2], [0, 3], [0, 0]]], 0.5, players=["A", "B"], actions=["TB", "jkl"])
    solution = reversion(game)
    told = solution.to_json()["stage_equilibria"]
    some, most = {"T": "2/3", "B": "1/3"}, {"T": "1/3", "B": "2/3"}
    assert told["complete"]
    assert told["extreme"] == [
        {"mixtures": [{"T": "1"}, {"l": "1"}], "payoffs": ["1", "3"]},
        {"mixtures": [some, {"j": "1"}], "payoffs": ["0", "2"]},
        {"mixtures": [most, {"j": "1"}], "payoffs": ["0", "2"]},
    ]
    assert told["components"] == [[[{"T": "1"}], [{"l": "1"}]], [[some, most], [{"j": "1"}]]]
    assert solution.remarks() == (
        ("stage", "all Nash equilibria of one period: 2 maximal sets with 3 extreme points"),
        ("stage", "T against l"),
        ("stage", "any mixture of (2/3 T + 1/3 B), (1/3 T + 2/3 B) against j"),
    )


def test_equilibria_of_one_period_that_could_not_all_be_found_are_told_as_such() -> None:
    pennies = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], 0.5)
    lines = [line for _, line in reversion(pennies).remarks()]
    assert lines == ["1 Nash equilibrium of one period; there are no others", "1/2 a0 + 1/2 a1 against 1/2 b0 + 1/2 b1"]
    hurried = solve(pennies, solver="nash_reversion", mixed_seconds=0.0)
    told = hurried.to_json()["stage_equilibria"]
    assert (told["complete"], len(told["extreme"]), told["components"]) == (False, 1, [])
    assert "found" in hurried.remarks()[0][1]
    assert "may be missing" in hurried.remarks()[0][1]


def test_many_equilibria_of_one_period_are_not_all_told_on_the_terminal() -> None:
    game = repeated_game([[[int(i == j)] * 2 for j in range(5)] for i in range(5)], 0.5)
    lines = [line for _, line in reversion(game).remarks()]
    assert lines[0] == "31 Nash equilibria of one period; there are no others"
    assert len(lines) == 18
    assert lines[-1] == "and 15 more; --json gives all"


def test_exact_payoffs_of_mixed_play_reach_the_certificate() -> None:
    """A third for ever is worth exactly as much as 1/2 once and mixed play worth 1/6 thereafter."""
    def game(third: str) -> StochasticGame:
        return repeated_game([
            [[2 * THIRD, -THIRD], [-THIRD, 2 * THIRD], ["1/2", -2]],
            [[-THIRD, 2 * THIRD], [2 * THIRD, -THIRD], ["1/2", -2]],
            [[-2, "1/2"], [-2, "1/2"], [third, third]],
        ], "1/2")

    even = (Fraction(1, 2), Fraction(1, 2), Fraction(0))
    told = reversion(game("1/3")).to_json()["stage_equilibria"]
    assert [equilibrium["payoffs"] for equilibrium in told["extreme"]] == [["1/6", "1/6"]]
    verdict = reversion(game("1/3")).verdict("a2,b2")
    assert isinstance(verdict, Sustainable)
    evidence = verdict.certificate
    assert isinstance(evidence, NoProfitableDeviation)
    assert evidence.check(game("1/3")).accepted
    assert (even, even) in [cell.mix for cell in evidence.automaton.cells.values()]
    assert isinstance(reversion(game("0.33333333333333333")).verdict("a2,b2"), Undecided)
