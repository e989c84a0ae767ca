"""Critical discount factors: closed forms, one game at a time, exact judgements on both sides, the solvers' regions."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games import GameError, critical_discount, discount_region, repeated_game, strategies
from games.files.game_file import read_game
from games.model.strategy_automaton import StrategyAutomaton
from games.play.strategies.evaluation import evaluate

ROOT = Path(__file__).parents[3]


def dilemmas(count: int, seed: int = 0) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Float[count, 2, 2, 2] with T > R > P > S, and T, R, P, S."""
    rng = np.random.default_rng(seed)
    s, p, r, t = np.cumsum(np.round(rng.uniform(0.1, 1.0, size=(4, count)), 2), axis=0)
    table = np.empty((count, 2, 2, 2))
    table[:, 0, 0], table[:, 1, 1] = r[:, None], p[:, None]
    table[:, 0, 1] = np.stack([s, t], axis=1)
    table[:, 1, 0] = np.stack([t, s], axis=1)
    return table, (t, r, p, s)


def test_grim_in_thousand_dilemmas_is_friedmans_formula() -> None:
    table, (t, r, p, _) = dilemmas(1000)
    found = critical_discount(table.reshape(10, 100, 2, 2, 2), strategies.grim())
    assert found.shape == (10, 100)
    assert np.abs(found.ravel() - (t - r) / (t - p)).max() < 1e-11


def test_k_periods_in_dilemmas_solve_their_equation_or_have_no_solution() -> None:
    table, (t, r, p, _) = dilemmas(200, 1)
    for k in (1, 2, 6):
        found = critical_discount(table, strategies.k_period(k))
        worth = (r - p) * sum(found**m for m in range(1, k + 1))
        some = ~np.isnan(found)
        assert np.abs(worth - (t - r))[some].max() < 1e-9
        assert np.all(k * (r - p)[~some] <= (t - r)[~some] + 1e-9)
    assert some.any()


def test_win_stay_lose_shift_and_penance_are_their_formulas() -> None:
    table, (t, r, p, s) = dilemmas(200, 2)
    pavlov = (t - r) / (r - p)
    found = critical_discount(table, strategies.win_stay_lose_shift())
    assert np.array_equal(np.isnan(found), pavlov >= 1 - 1e-8)
    assert np.nanmax(np.abs(found - pavlov)) < 1e-9
    found = critical_discount(table, strategies.penance())
    assert np.nanmax(np.abs(found - np.maximum(t - r, p - s) / (r - s))) < 1e-9
    assert np.isnan(critical_discount(table, strategies.tit_for_tat())).all()


def test_many_games_at_once_are_each_as_alone() -> None:
    table, _ = dilemmas(3, 3)
    for strategy in (strategies.grim(), strategies.k_period(3), strategies.forgiving_grim("1/5")):
        together = critical_discount(table, strategy)
        alone = [critical_discount(repeated_game(one, discount=0.1), strategy) for one in table]
        assert np.allclose(together, alone, atol=1e-11, equal_nan=True)


@pytest.mark.parametrize("strategy", [
    strategies.k_period(2), strategies.forgiving_grim("1/4"), strategies.penance(2), strategies.win_stay_lose_shift(),
    strategies.generous_tit_for_tat("1/3"), strategies.stick_and_carrot((1, 0), (0, 0)),
], ids=lambda strategy: strategy.name)
def test_exact_judgements_change_at_the_critical_factor(strategy: strategies.Strategy) -> None:
    table, _ = dilemmas(3, 9)
    for one in table:
        found = float(critical_discount(one, strategy))
        game = repeated_game(one, discount="1/2")
        tried = {0.05: False, 0.6: None, 0.97: None} if np.isnan(found) else {
            found * 0.5: False, found - 1e-7: False, found + 1e-7: True}
        for d, expected in tried.items():
            if 0 <= d < 1 and (expected is not None or np.isnan(found)):
                exact = evaluate(game.with_discount(Fraction(d).limit_denominator(10**9)), strategy).equilibrium
                assert exact is bool(expected)


def test_reversion_begins_where_the_solver_finds_the_edge_in_a_stochastic_game() -> None:
    game = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.6, "states": [
            {"name": "peace", "actions": [["comply", "breach"]] * 2,
             "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]],
             "transitions": [[{"peace": 1}, {"peace": "1/2", "war": "1/2"}],
                             [{"peace": "1/2", "war": "1/2"}, {"war": 1}]]},
            {"name": "war", "actions": [["wait"]] * 2, "payoffs": [[[-2, -2]]],
             "transitions": [[{"peace": "1/4", "war": "3/4"}]]}]})
    region = discount_region(game, "comply,comply", 0.1, 0.7, 0.3, solver="nash_reversion", prove=False)
    found = critical_discount(game, strategies.grim("comply,comply", "breach,breach"))
    assert abs(region.intervals[0][0] - found) < 2e-6
    others = critical_discount(game, strategies.grim("comply,comply", "breach,breach"), np.stack(
        [game.payoffs, game.payoffs * 3 + 1]))
    assert np.allclose(others, found, atol=1e-9)


def test_stick_and_carrot_in_cournot_with_two_and_three_firms() -> None:
    """Abreu (1986): (n + 1)^2 / (16 n)."""
    two = read_game(ROOT / "papers/abreu_1986/cournot_2_firms.json")
    assert abs(critical_discount(two, strategies.stick_and_carrot("5/12,5/12", "1/4,1/4")) - 9 / 32) < 1e-9
    three = read_game(ROOT / "papers/abreu_1986/cournot_3_firms.json")
    strategy = strategies.stick_and_carrot("1/3,1/3,1/3", "1/6,1/6,1/6")
    assert abs(critical_discount(three, strategy) - 1 / 3) < 1e-9


def test_an_automaton_and_a_strategy_each_are_taken_as_well() -> None:
    table, (t, r, p, _) = dilemmas(3, 6)
    automaton = strategies.grim().automaton(repeated_game(table[0], discount=0.5))
    assert isinstance(automaton, StrategyAutomaton)
    for strategy in (automaton, [strategies.grim(), "grim"], "grim"):
        assert np.allclose(critical_discount(table, strategy), (t - r) / (t - p), atol=1e-9)  # type: ignore[arg-type]


def test_who_has_no_choice_is_never_tempted() -> None:
    assert critical_discount([[[1.0, 2.0]]], strategies.always((0, 0))) == 0


@pytest.mark.parametrize(("payoffs", "message"), [
    ([1.0, 2.0], "need n \\+ 1 axes"),
    (np.zeros((0, 2, 2, 2)), "need n \\+ 1 axes"),
    ([[[[1, "x"]]]], "not an array of numbers"),
    (np.full((2, 2, 2), np.nan), "not a finite number"),
])
def test_what_is_no_payoff_array_is_told(payoffs: object, message: str) -> None:
    with pytest.raises(GameError, match=message):
        critical_discount(payoffs, "grim")  # type: ignore[arg-type]


def test_a_step_or_payoffs_that_make_no_sense_are_told() -> None:
    table, _ = dilemmas(2)
    with pytest.raises(GameError, match="step"):
        critical_discount(table, "grim", step=0)
    with pytest.raises(GameError, match="they go with a game"):
        critical_discount(table, "grim", table)
    with pytest.raises(GameError, match="last two axes"):
        critical_discount(repeated_game(table[0], 0.5), "grim", table)


@pytest.mark.parametrize("step", ["a tenth", None, 0, 1e-9, 0.6])
def test_a_step_that_makes_no_sense_is_told(step: object) -> None:
    with pytest.raises(GameError, match="step"):
        critical_discount([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], "grim", step=step)  # type: ignore[arg-type]


def test_payoffs_and_steps_may_be_exact_or_text() -> None:
    payoffs = [[[2, 2], ["-1/2", Fraction(7, 2)]], [["7/2", -0.5], [0, 0]]]
    assert float(critical_discount(payoffs, "grim", step="0.1")) == pytest.approx(3 / 7)  # (T - R) / (T - P)


def test_payoffs_may_be_fractions_and_text() -> None:
    games = [[[[2, 2], [-1, t]], [[t, -1], [0, 0]]] for t in ("5/2", Fraction(3), 4)]
    assert critical_discount(games, strategies.grim()).tolist() == pytest.approx([1 / 5, 1 / 3, 1 / 2])
