"""The parts of penal codes: programs of rows, bounds, plans that settle play, patience."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from games import Plan, repeated_game
from games.numerics.arrays import Floats
from games.solvers.outer_bounds import threat_bounds
from games.solvers.penal_modes import PenalModes
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.automaton import automaton_of
from games.solvers.penal_modes.bounds import axis_box
from games.solvers.penal_modes.modes import few_modes, with_directions
from games.solvers.penal_modes.patience import for_more_patient
from games.solvers.penal_modes.row_programs import row_program, row_room
from games.solvers.penal_modes.search import QUICK, Search, settled_rows
from tests.support.brute_force import automaton_values, least_slack
from tests.support.random_games import random_game


def by_scipy(aim: Floats, columns: Floats, need: Floats) -> tuple[float, float]:
    """The least uniform miss of the needs, and the most of ``aim . w`` if there is none: Float[columns, players]."""
    count, n = columns.shape
    least = linprog(
        np.append(np.zeros(count), 1.0), A_ub=np.column_stack([-columns.T, -np.ones(n)]), b_ub=-need,
        A_eq=np.append(np.ones(count), 0.0)[None, :], b_eq=[1.0], bounds=[(0, None)] * (count + 1))
    assert least.fun is not None
    if least.fun > 1e-9:
        return least.fun, -np.inf
    most = linprog(-(columns @ aim), A_ub=-columns.T, b_ub=-need, A_eq=np.ones((1, count)), b_eq=[1.0])
    assert most.fun is not None
    return 0.0, -most.fun


@pytest.mark.parametrize("seed", range(40))
def test_programs_of_rows_agree_with_a_library(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, modes, states = int(rng.integers(2, 5)), int(rng.integers(1, 6)), int(rng.integers(1, 3))
    points = rng.random((modes, states, n))
    if seed % 3 == 0:
        points = points.round(1)
    chances = rng.dirichlet(np.ones(states))
    need, aim = rng.random(n) * 0.8, rng.normal(size=n)
    picks = np.stack(np.meshgrid(*[np.arange(modes)] * states, indexing="ij"), axis=-1).reshape(-1, states)
    columns = np.einsum("s,ksi->ki", chances, points[picks, np.arange(states)])
    weight, column = np.empty(n + 1), np.zeros((n + 1, states), dtype=np.int64)
    payoff, price = np.empty(n), np.empty(n)
    room = row_room(n, states)
    miss = row_program(aim, points, np.arange(states), chances, need, weight, column, payoff, price, *room)
    least, most = by_scipy(aim, columns, need)
    assert miss == pytest.approx(least, abs=1e-8)
    made = sum((w * (chances @ points[c, np.arange(states)]) for w, c in zip(weight, column, strict=True)),
               np.zeros(n))
    assert weight.sum() == pytest.approx(1) and payoff == pytest.approx(made)
    if miss == 0:
        assert aim @ payoff == pytest.approx(most, abs=1e-8)
        assert (payoff >= need - 1e-9).all()
        # By duality no continuation is worth more than the prices say.
        assert ((columns @ (aim + price)).max() - price @ need) == pytest.approx(most, abs=1e-8)


@pytest.mark.parametrize("seed", range(10))
def test_bounds_by_sweeps_are_those_of_policy_iteration(seed: int) -> None:
    game = random_game(np.random.default_rng(seed), 3, int(1 + seed % 4), (1, 3), reach=2)
    arrays = PenalGame.of(game)
    box = axis_box(arrays)
    found = np.where(box.empty[:, None], np.inf, arrays.unscaled(box.least))
    assert found == pytest.approx(threat_bounds(game), abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_equilibrium_serves_players_of_any_greater_patience_with_the_same_payoffs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    code = None
    while code is None:
        # Some of these games have no equilibrium in pure actions.
        game = random_game(rng, 3, 1, 2, integers=True, discount=0.6)
        arrays, plan = PenalGame.of(game), Plan.free(game)
        search = Search(arrays, plan, axis_box(arrays))
        code = next((code for way in QUICK for code in search.codes(way, np.inf)), None)
    automaton = automaton_of(arrays, code, plan, 10**6)
    before = least_slack(game, automaton)
    assert before is None or before >= 0
    for after in (Fraction(7, 10), Fraction(99, 100)):
        lifted = for_more_patient(automaton, Fraction(3, 5), after)
        patient = game.with_discount(after)
        assert automaton_values(patient, lifted) == automaton_values(game, automaton)
        slack = least_slack(patient, lifted)
        assert slack is None or slack >= 0


def test_a_plan_settles_play_if_it_leaves_no_choice_where_it_leads() -> None:
    game = random_game(np.random.default_rng(1), 3, 3, 2, reach=3)
    allowed = np.zeros(game.n_rows, dtype=bool)
    allowed[game.row_start[:-1]] = True
    rows = settled_rows(Plan(game, allowed))
    assert rows is not None and rows.tolist() == game.row_start[:-1].tolist()
    assert settled_rows(Plan.free(game)) is None


def test_further_directions_are_those_furthest_from_all_others() -> None:
    family = few_modes(3)
    assert len(with_directions(family, family * 3, 5)) == 4
    grown = with_directions(family, np.array([[1.0, 0, 0], [0.99, 0.01, 0], [-1.0, 0.01, 0]]), 1)
    assert grown[4] == pytest.approx([1, 0, 0], abs=0.02)


def test_two_players_are_decided_by_name() -> None:
    game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    solution = PenalModes().solve(game)
    assert solution.margin("a0,b0") == pytest.approx(1.0)
    link = solution.weakest_link("a0,b0")
    assert link is not None and link.margin == pytest.approx(1.0)
    impatient = PenalModes().solve(game.with_discount(0.2))
    link = impatient.weakest_link("a0,b0")
    assert link is not None and link.margin < 0
