"""Paths of play: means against exact values, errors against a Markov chain, seeds, frames and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from games import GameError, StochasticGame, repeated_game, simulate, solve, strategies
from games.drawing import plot_simulation
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.play.simulation import Simulation
from games.play.strategies.evaluation import evaluate
from tests.support import brute_strategies as brute
from tests.support.noisy_games import noisy_dilemma
from tests.support.random_games import random_game

DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
SIGMAS = 5
"""Standard errors that a mean may lie off: with seeds that do not change, once and for all."""


def dilemma(discount: float = 0.7) -> StochasticGame:
    return repeated_game(DILEMMA, discount=discount, actions=[["C", "D"]] * 2)


def close(drawn: Simulation, exact: tuple[Fraction, ...] | np.ndarray) -> bool:
    value = drawn.value
    off = np.abs(value.mean - np.array([float(v) for v in exact]))
    return bool(np.all(off <= SIGMAS * value.standard_error + value.remainder + 1e-9))


def test_without_chance_paths_are_what_strategies_say() -> None:
    drawn = simulate([strategies.always("D,D"), strategies.tit_for_tat()], dilemma(), periods=6, paths=3)
    assert drawn.rows.tolist() == [[2, 3, 3, 3, 3, 3]] * 3
    assert drawn.payoffs[0, 0].tolist() == [3, -1]
    assert drawn.discounted[0] == pytest.approx([0.3 * 3, -0.3])
    assert not drawn.trembled.any()


@pytest.mark.parametrize("start", ["C", "D"])
def test_discounted_means_come_to_the_exact_values_of_a_forgiving_grim(start: str) -> None:
    game = dilemma()
    first = strategies.forgiving_grim("1/4").automaton(game)
    assert not isinstance(first, PublicAutomaton)
    automaton = first if start == "C" else replace(first, initial=((1, Fraction(1)),))
    drawn = simulate(automaton, game, periods=60, paths=4000, seed=3)
    assert close(drawn, evaluate(game, automaton).values)
    assert start == "C" or drawn.value.standard_error.min() > 0


def test_discounted_means_come_to_the_exact_values_in_random_stochastic_games() -> None:
    rng = np.random.default_rng(8)
    for seed in range(3):
        game = random_game(rng, 2, 3, 2, reach=2)
        keep, threat = (np.array([int(rng.integers(*game.row_start[s:s + 2])) for s in range(3)]) for _ in range(2))
        strategy = strategies.k_period(2, keep, threat)
        periods = int(np.ceil(np.log(1e-4) / np.log(game.discount.max())))
        assert close(simulate(strategy, game, periods=periods, paths=3000, seed=seed), evaluate(game, strategy).values)


def test_an_automaton_of_a_proof_with_lotteries_and_mixed_punishments_is_followed() -> None:
    pennies = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5)
    verdict = solve(pennies, solver="nash_reversion").automaton("a0,b0")
    assert verdict is None                                     # nothing is sustained, but play can be mixed for ever
    from games.model.strategy_automaton import Cell, StrategyAutomaton, surely

    half = (Fraction(1, 2),) * 2
    cell = Cell(-1, surely(0), (surely(0),) * 2, mix=(half, half))
    automaton = StrategyAutomaton(("mix",), {(0, 0): cell}, surely(0))
    drawn = simulate(automaton, pennies, periods=30, paths=2000, seed=1)
    assert close(drawn, (Fraction(0), Fraction(0)))
    assert np.bincount(drawn.rows.ravel()).min() > 14_000
    assert not drawn.trembled.any()


def _with_errors(game: StochasticGame, rule: brute.Rule, noise: float) -> np.ndarray:
    """Exact values of a strategy with errors, by the chain of what is remembered."""
    profiles = list(product(*(range(len(own)) for own in game.actions[0])))
    memories = [rule.start]
    for memory in memories:
        memories += [m for m in dict.fromkeys(rule.follows(memory, x) for x in profiles) if m not in memories]
    size, d = len(memories), game.discount[0]
    law, now = np.zeros((size, size)), np.zeros((size, game.n_players))
    for k, memory in enumerate(memories):
        for row, profile in enumerate(profiles):
            p = np.prod([1 - noise if a == b else noise / (len(own) - 1)
                         for a, b, own in zip(profile, rule.plays(memory), game.actions[0], strict=True)])
            law[k, memories.index(rule.follows(memory, profile))] += p
            now[k] += p * game.payoffs[row]
    return np.asarray(np.linalg.solve(np.eye(size) - d * law, (1 - d) * now)[0])


@pytest.mark.parametrize(("strategy", "rule"), [
    (strategies.tit_for_tat, brute.tit_for_tat), (strategies.win_stay_lose_shift, brute.win_stay_lose_shift),
    (strategies.grim, brute.grim), (strategies.penance, brute.penance),
])
def test_with_errors_means_come_to_the_values_of_the_chain(
    strategy: Callable[..., strategies.Strategy], rule: Callable[..., brute.Rule]
) -> None:
    game = dilemma()
    drawn = simulate(strategy(), game, periods=40, paths=4000, seed=2, noise=0.1)
    assert close(drawn, _with_errors(game, rule((0, 0), (1, 1)), 0.1))
    share = drawn.trembled.mean()
    assert abs(share - (1 - 0.9**2)) < 0.01


def test_errors_of_three_actions_take_each_other_action_as_often_and_only_those_who_err() -> None:
    game = random_game(np.random.default_rng(1), 2, 1, 3)
    drawn = simulate(strategies.always((1, 1)), game, periods=50, paths=400, seed=4, noise=[0.3, 0.0])
    own = game.own_action[drawn.rows]
    assert (own[..., 1] == 1).all()
    shares = np.bincount(own[..., 0].ravel(), minlength=3) / own[..., 0].size
    assert np.abs(shares - [0.15, 0.7, 0.15]).max() < 0.01


def test_a_public_automaton_is_followed_on_signals() -> None:
    game = replace(noisy_dilemma(), transfers="none")
    good, bad = 0, 1
    half = ((good, Fraction(1, 2)), (bad, Fraction(1, 2)))
    then = {(y, 0): half if y == 1 else ((good, Fraction(1)),) for y in range(4)}         # yC, yD, y1, y2
    modes = (PublicMode(0, 0, (Fraction(0),) * 2, then), PublicMode(0, 3, (Fraction(0),) * 2, then))
    drawn = simulate(PublicAutomaton(modes, ((good, Fraction(1)),)), game, periods=80, paths=3000, seed=5)
    assert game.monitoring is not None
    flag = game.monitoring.table(0)[[0, 3], 1] / 2
    law = np.array([[1 - flag[0], flag[0]], [1 - flag[1], flag[1]]])
    d = game.discount[0]
    exact = np.linalg.solve(np.eye(2) - d * law, (1 - d) * game.payoffs[[0, 3]])[0]
    assert close(drawn, exact)


def test_a_strategy_that_has_to_see_profiles_is_followed_as_a_public_automaton_as_well() -> None:
    game = dilemma()
    strategy = strategies.tit_for_two_tats()
    automaton = strategy.automaton(game)
    assert isinstance(automaton, PublicAutomaton)
    one, other = (simulate(x, game, periods=30, paths=200, seed=6, noise=0.2) for x in (strategy, automaton))
    assert np.array_equal(one.rows, other.rows)


def test_players_who_bring_one_strategy_each_stay_together_through_public_draws() -> None:
    each = simulate([strategies.forgiving_grim("1/3")] * 2, dilemma(), periods=40, paths=300, seed=7, noise=0.1)
    one = simulate(strategies.forgiving_grim("1/3"), dilemma(), periods=40, paths=300, seed=7, noise=0.1)
    assert np.array_equal(each.rows, one.rows)


def test_the_same_seed_gives_the_same_paths_and_another_others() -> None:
    draws = [simulate("grim", dilemma(), periods=20, paths=50, seed=s, noise=0.1).rows for s in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1]) and not np.array_equal(draws[0], draws[2])


def test_a_frame_has_a_row_for_every_path_and_period() -> None:
    drawn = simulate("tit_for_tat", dilemma(), periods=5, paths=4, seed=1, noise=0.3)
    frame = drawn.to_frame()
    assert len(frame) == 20
    assert list(frame.columns) == [
        "path", "period", "state", "mode", "profile", "trembled", "payoff of P1", "payoff of P2"]
    assert frame["payoff of P1"].to_numpy().reshape(4, 5).tolist() == drawn.payoffs[:, :, 0].tolist()
    assert set(frame["profile"]) <= {"C, C", "C, D", "D, C", "D, D"}


def test_a_picture_is_the_same_bytes_for_the_same_paths(tmp_path: Path) -> None:
    drawn = simulate("tit_for_tat", dilemma(), periods=20, paths=30, seed=1, noise=0.1)
    one, other = (plot_simulation(drawn, tmp_path / name) for name in ("one.svg", "other.svg"))
    assert one.read_bytes() == other.read_bytes() and b"<svg" in one.read_bytes()


@pytest.mark.parametrize(("options", "message"), [
    ({"periods": 0}, "periods: 0 given"),
    ({"paths": 2.5}, "paths: 2.5 given"),
    ({"periods": 10**5, "paths": 10**5}, "more than 20,000,000"),
    ({"seed": -1}, "seed: -1 given"),
    ({"noise": 1.5}, "chances are numbers from 0 to 1"),
    ({"noise": [0.1, 0.2, 0.3]}, "one for each of 2 players"),
    ({"noise": "much"}, "noise: 'much' given"),
])
def test_numbers_that_make_no_sense_are_told(options: dict[str, object], message: str) -> None:
    with pytest.raises(GameError, match=message):
        simulate("grim", dilemma(), **options)  # type: ignore[arg-type]


def test_an_automaton_that_does_not_fit_is_told() -> None:
    other = random_game(np.random.default_rng(1), 3, 1, 2)
    automaton = strategies.grim((0, 0, 0), (1, 1, 1)).automaton(other)
    with pytest.raises(GameError, match="strategies"):
        simulate(automaton, dilemma())
    with pytest.raises(GameError, match="PublicAutomaton"):
        simulate("grim", replace(noisy_dilemma(), transfers="none"))
    with pytest.raises(GameError, match="there are none"):
        simulate(PublicAutomaton((), ((0, Fraction(1)),)), dilemma())


def test_paths_of_games_that_end_are_worth_their_average_per_period() -> None:
    game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=[1, "1/2"], periods=4)
    drawn = simulate(strategies.always((0, 1)), game, periods=6, paths=3).value
    assert drawn.mean[0] == pytest.approx(-1) and drawn.remainder[0] == 0
    assert drawn.mean[1] == pytest.approx(3 * (1 - 0.5**4), abs=float(drawn.remainder[1]) + 1e-12)
    short = simulate(strategies.always((0, 0)), game, periods=1, paths=3).value
    assert abs(short.mean[0] - 2) <= short.remainder[0] == pytest.approx(0.75 * 2)


def test_at_a_prompt_paths_take_one_line() -> None:
    assert repr(simulate("grim", dilemma(), periods=3, paths=1)) == "<Simulation: 1 path of 3 periods, 2 modes>"
