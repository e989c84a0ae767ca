"""Screens of games with side payments say without proof what verdicts prove, at both ends of the players' patience."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from games.certificates.certificate import SolutionConcept
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.play.temptation import hardest_departure
from games.solvers.public_transfers import PublicTransfers
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.screen import PlanScreen, Screened
from games.solvers.screens import SeenPayments, SignalledPayments
from games.solvers.screens.payments import PATIENCE
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable
from games.structure.numbers import Numbers, numbers_of
from games.structure.public import PublicNumbers
from tests.games.solvers.screens.test_signals import best_rows, kept
from tests.support.noisy_games import random_noisy_game
from tests.support.public_numbers import public_numbers_of
from tests.support.random_games import random_game

NEAR = 2e-4
"""How far from where a plan begins to hold discount factors are tried."""


def seen(rng: np.random.Generator, states: int) -> StochasticGame:
    game = random_game(rng, 2, states, 2, discount=0.5)
    return replace(game, transfers="voluntary")


def signalled(rng: np.random.Generator, states: int) -> StochasticGame:
    return random_noisy_game(rng, states=states, signals=4)


def screen_of(game: StochasticGame, rows: np.ndarray) -> tuple[PlanScreen[Any], Numbers | PublicNumbers]:
    if game.monitoring is None:
        numbers = numbers_of(game, rows)
        return SeenPayments(numbers.structure, game), numbers
    heard = public_numbers_of(game, rows)
    return SignalledPayments(heard.structure, game), heard


def method(game: StochasticGame) -> Solver:
    return RelationalTransfers(settle=False) if game.monitoring is None else PublicTransfers(settle=False)


def told(game: StochasticGame, rows: np.ndarray, *discount: float) -> Screened:
    screen, numbers = screen_of(game.with_discount(discount), rows)
    return screen.judge(numbers)


def edge(game: StochasticGame, rows: np.ndarray) -> float | None:
    """A discount factor at which the plan begins to hold, as a screen has it; None without one."""
    low, high = 0.05, 0.98
    if told(game, rows, low, low).answer != "no" or told(game, rows, high, high).answer != "yes":
        return None
    while high - low > NEAR / 4:
        middle = (low + high) / 2
        low, high = (low, middle) if told(game, rows, middle, middle).answer == "yes" else (middle, high)
    return round(high, 4)


@pytest.mark.parametrize("kind", [seen, signalled])
@pytest.mark.parametrize("states", [1, 3])
def test_screens_agree_with_verdicts_near_the_edge_and_afar(kind: Any, states: int) -> None:
    rng, answers = np.random.default_rng(states), []
    for _ in range(10 if states == 1 else 5):
        game = kind(rng, states)
        rows = best_rows(game)
        at = edge(game, rows)
        for discount in (0.3, 0.7, 0.9) if at is None else (0.3, at - NEAR, at + NEAR, 0.9):
            there = game.with_discount(discount)
            found = told(game, rows, discount, discount)
            verdict = method(there).solve(there).verdict(kept(there, rows))
            answers.append(found.answer)
            if found.answer == "undecided":
                continue
            if isinstance(verdict, Undecided):
                assert abs(found.margin) < 1e-9
                continue
            assert isinstance(verdict, Sustainable if found.answer == "yes" else Unsustainable)
            if verdict.margin is not None and np.isfinite(found.margin) and abs(found.margin) > 1e-300:
                assert abs(verdict.margin - found.margin) <= 1e-5 * np.ptp(game.payoffs)
    assert {"yes", "no"} <= set(answers) and answers.count("undecided") <= len(answers) / 10


@pytest.mark.parametrize("kind", [seen, signalled])
def test_unequal_patience_asks_both_ends(kind: Any) -> None:
    rng, checked = np.random.default_rng(5), 0
    for _ in range(10):
        game = kind(rng, 2)
        rows = best_rows(game)
        at = edge(game, rows)
        if at is None:
            continue
        checked += 1
        mixed = told(game, rows, at - 0.02, at + 0.02)
        assert (mixed.answer, mixed.route) == ("undecided", PATIENCE)
        patient = told(game, rows, at + 0.02, 0.97)
        ends = [told(game, rows, d, d) for d in (at + 0.02, 0.97)]
        if {one.answer for one in ends} == {"yes"}:
            assert patient.answer == "yes" and patient.margin == min(one.margin for one in ends)
    assert checked >= 2


@pytest.mark.parametrize("kind", [seen, signalled])
def test_what_is_told_is_proved(kind: Any) -> None:
    rng, proved = np.random.default_rng(9), []
    for _ in range(8):
        game = kind(rng, 2).with_discount([0.6, 0.8])
        rows = best_rows(game)
        screen, numbers = screen_of(game, rows)
        found = screen.judge(numbers)
        proof = screen.prove(numbers, game, kept(game, rows))
        if found.answer == "undecided":
            assert isinstance(proof, Undecided)
            continue
        assert isinstance(proof, Sustainable if found.answer == "yes" else Unsustainable)
        assert screen.concept is proof.concept
        proved.append(found.answer)
    assert len(proved) >= 4


def test_first_to_break_is_the_departure_hardest_to_deter() -> None:
    rng, checked = np.random.default_rng(2), 0
    for _ in range(40):
        game = signalled(rng, 2).with_discount(0.4)
        rows = best_rows(game)
        found = told(game, rows, 0.4, 0.4)
        if found.breaks is not None:
            hardest = hardest_departure(game, rows, found.margin)
            assert hardest is not None and found.breaks[:2] == (hardest.state, hardest.player)
            assert found.breaks[2] >= 1
            checked += 1
    assert checked >= 3


def test_concepts_and_what_is_refused() -> None:
    rng = np.random.default_rng(1)
    for game, concept in ((seen(rng, 2), SolutionConcept.PURE_WITH_TRANSFERS),
                          (signalled(rng, 2), SolutionConcept.PUBLIC_WITH_TRANSFERS)):
        rows = best_rows(game)
        screen, numbers = screen_of(game, rows)
        assert screen.concept is concept and screen.settled
        other, _ = screen_of(game, rows)
        with pytest.raises(ValueError, match="own structure"):
            other.judge(numbers)
        unburnt, held = screen_of(replace(game, burning=False), rows)
        assert not unburnt.settled
        with pytest.raises(ValueError, match="settles play"):
            unburnt.judge(held)
        open_, free = screen_of(game, np.full(game.n_states, -1))
        assert not open_.settled
        with pytest.raises(ValueError, match="settles play"):
            open_.judge(free)


def test_the_plan_of_a_screen_is_the_plan() -> None:
    game = signalled(np.random.default_rng(3), 3)
    rows = best_rows(game)
    screen, _ = screen_of(game, rows)
    assert isinstance(screen, SignalledPayments)
    assert np.array_equal(screen.plan.allowed, Plan(game, kept(game, rows).allowed).allowed)
