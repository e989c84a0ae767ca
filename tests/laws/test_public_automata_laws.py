"""Laws of perfect public equilibria of many players, as verdicts and bounds of public automata must keep them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from games import StochasticGame, Sustainable, Unsustainable, repeated_game
from games.model.full_observation import seen_by_all
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.solvers.outer_bounds import refute_and_check
from games.solvers.public_automata import PublicAutomata, PublicAutomataSolution
from tests.support.public_goods import public_goods

SEEDS = range(4)


def one_state(seed: int, discount: str = "4/5") -> StochasticGame:
    """2x2x2 with three signals; chances in multiples of 1/20."""
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(0, 10, size=(2, 2, 2, 3)).astype(float)
    law = rng.multinomial(20, np.ones(3) / 3, size=8) / 20
    game = repeated_game(payoffs, discount)
    return replace(game, monitoring=PublicMonitoring((("x", "y", "z"),), (law,)))


def solved(game: StochasticGame) -> PublicAutomataSolution:
    return PublicAutomata(most_rows=1_500, seconds=5.0).solve(game)


def answers(game: StochasticGame) -> list[type]:
    """Per row of the one state what is said of playing it for ever."""
    solution = solved(game)
    return [type(solution.verdict({"s0": [list(game.profile_labels(row))]})) for row in range(game.n_rows)]


def contradict(one: type, other: type) -> bool:
    return {one, other} == {Sustainable, Unsustainable}


def permuted(game: StochasticGame, order: tuple[int, ...]) -> tuple[StochasticGame, list[int]]:
    """The game with its players in another order, and where each row has gone."""
    counts = [len(labels) for labels in game.actions[0]]
    number = np.arange(game.n_rows).reshape(counts).transpose(order).ravel()
    seen = game.monitoring
    assert seen is not None
    other = repeated_game(
        game.payoffs[number][:, order].reshape(*(counts[i] for i in order), len(order)), float(game.discount[0]),
        actions=[list(game.actions[0][i]) for i in order])
    return replace(other, monitoring=PublicMonitoring(seen.signals, (seen.law[0][number],))), number.tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_permuting_the_players_changes_no_bound_and_no_answer(seed: int) -> None:
    game = one_state(seed)
    low, high = solved(game).refutations.bounds
    known = answers(game)
    for order in list(permutations(range(3)))[1::2]:
        other, number = permuted(game, order)
        there = solved(other)
        for bound, mine in zip(there.refutations.bounds, (low, high), strict=True):
            assert bound == pytest.approx(mine[:, order], abs=1e-9)
        for k, answer in enumerate(answers(other)):
            assert not contradict(answer, known[number[k]])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_player_without_a_choice_or_an_effect_changes_no_answer(seed: int) -> None:
    game = one_state(seed)
    seen = game.monitoring
    assert seen is not None
    payoffs = np.concatenate([game.payoffs, np.full((8, 1), 3.0)], axis=1).reshape(2, 2, 2, 1, 4)
    idle = replace(repeated_game(payoffs, float(game.discount[0])), monitoring=seen)
    one, other = solved(game), solved(idle)
    for mine, theirs in zip(one.refutations.bounds, other.refutations.bounds, strict=True):
        assert theirs[:, :3] == pytest.approx(mine, abs=1e-9)
    assert answers(game) == answers(idle)
    low, with_idle = one.joint_bounds()[0], other.joint_bounds()[0]
    assert (low is None) == (with_idle is None)
    if low is not None and with_idle is not None:
        assert with_idle == pytest.approx(low + 3.0, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_two_public_signals_never_helps_with_public_randomisation_and_pure_actions(seed: int) -> None:
    """What is proved on fewer signals is not refuted on more."""
    game = one_state(seed)
    seen = game.monitoring
    assert seen is not None
    law = np.asarray(seen.law[0])
    merged = replace(game, monitoring=PublicMonitoring(
        (("x", "y or z"),), (np.column_stack([law[:, 0], law[:, 1] + law[:, 2]]).round(12),)))
    for fine, coarse in zip(answers(game), answers(merged), strict=True):
        assert not (coarse is Sustainable and fine is Unsustainable)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_holds_on_public_signals_is_not_refuted_under_full_observation_with_pure_actions(seed: int) -> None:
    game = one_state(seed)
    solution, watched = solved(game), seen_by_all(game)
    for row in range(game.n_rows):
        plan = Plan.from_json(game, {"s0": [list(game.profile_labels(row))]})
        if isinstance(solution.verdict(plan), Sustainable):
            assert refute_and_check(watched, Plan(watched, plan.allowed), seconds=1.0) is None


def test_the_best_that_is_found_grows_with_better_signals_and_falls_with_worse() -> None:
    """Public goods, where the best is known: noise of 1/20, 1/10, 1/5 at 1/2 if somebody keeps."""
    found = [solved(public_goods("9/10", noise=noise)).joint_bounds()[0] for noise in ("1/20", "1/10", "1/5")]
    assert all(x is not None for x in found)
    assert found == sorted(found, key=lambda x: -(x or 0.0)) and found[0] != found[-1]


def test_no_bound_from_outside_lies_below_what_is_found() -> None:
    for seed in SEEDS:
        found = solved(one_state(seed)).support_bounds("s0")
        assert np.all(found.inner <= found.outer + 1e-9)
