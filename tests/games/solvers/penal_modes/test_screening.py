"""Screens say without proof what verdicts prove."""

from __future__ import annotations

import numpy as np
import pytest

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.play.markov_play import MarkovPlay
from games.solvers.equilibrium_polygons import solve_payoff_sets
from games.solvers.outer_bounds import threat_bounds
from games.solvers.penal_modes import PenalModes
from games.solvers.penal_modes.screening import Screen
from games.solvers.screen import Screened
from games.solvers.verdict import Sustainable, Undecided
from games.structure.numbers import numbers_of
from tests.support.random_games import random_game

QUICK = PenalModes(search_seconds=1.0, refute_seconds=1.0, whole_sets=False)


def best_rows(game: StochasticGame) -> np.ndarray:
    """Int[states]: the row of greatest joint payoff."""
    joint = game.payoffs.sum(axis=1)
    return np.array([
        game.row_start[s] + int(joint[game.row_start[s] : game.row_start[s + 1]].argmax())
        for s in range(game.n_states)
    ])


def screened(game: StochasticGame, rows: np.ndarray) -> Screened:
    numbers = numbers_of(game, rows)
    return Screen(numbers.structure).judge(numbers)


def cases(players: int, states: int, actions: int, count: int) -> list[StochasticGame]:
    rng = np.random.default_rng(100 * players + states)
    factors = rng.uniform(0.2, 0.9, size=(count, players)).round(3)
    return [random_game(rng, players, states, actions, discount=some.tolist(), reach=3) for some in factors]


@pytest.mark.parametrize(("players", "states", "actions"), [(2, 1, 3), (2, 6, 2), (3, 1, 2), (3, 4, 2), (4, 2, 2)])
def test_no_verdict_contradicts_a_screen(players: int, states: int, actions: int) -> None:
    answers = []
    for game in cases(players, states, actions, 12):
        rows = best_rows(game)
        found, allowed = screened(game, rows), np.zeros(game.n_rows, dtype=bool)
        allowed[rows] = True
        verdict = QUICK.solve(game).verdict(Plan(game, allowed))
        answers.append(found.answer)
        if found.answer != "undecided" and not isinstance(verdict, Undecided):
            assert isinstance(verdict, Sustainable) == (found.answer == "yes")
        if found.answer == "no":
            assert found.margin < 0 and found.breaks is not None
    assert {"yes", "no"} <= set(answers)
    assert answers.count("undecided") <= 6


def test_values_are_those_of_playing_the_plan_for_good() -> None:
    for game in cases(3, 4, 2, 10):
        rows = best_rows(game)
        told = screened(game, rows).values
        assert np.abs(told - MarkovPlay(game, rows).values()[game.initial]).max() < 1e-9



def test_worst_payoffs_are_those_of_the_sets_wherever_one_begins_within_the_screens_bounds() -> None:
    """From the screen's bounds, and stopped where they rest, as from the box of all payoffs to the end."""
    compared = 0
    for game in cases(2, 4, 3, 12):
        numbers = numbers_of(game, best_rows(game))
        least, alive = Screen(numbers.structure).outer(numbers)
        assert least == pytest.approx(threat_bounds(game), abs=1e-9)
        whole = solve_payoff_sets(game)
        if not np.isfinite(least).all() or whole.empty:
            continue
        compared += 1
        assert not (whole.alive & ~alive).any()
        found = solve_payoff_sets(game, outer=(least, alive), worst_rest=8)
        assert found.worst == pytest.approx(whole.worst, abs=1e-8, nan_ok=True)
        # Stopped earlier they are bounds all the same.
        early = solve_payoff_sets(game, outer=(least, alive), worst_rest=1)
        assert np.all(~(early.worst > whole.worst + 1e-8))
    assert compared >= 6
