"""Laws of payoff sets: how they move with payoffs, names and patience, what inner and outer sets mean, known theory."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.numerics.arrays import Floats
from games.numerics.polygons import hausdorff, hull_of
from games.solvers.equilibrium_polygons.extraction import extract_automaton
from games.solvers.equilibrium_polygons.paths import path_sets
from games.solvers.equilibrium_polygons.sets import payoff_sets, solve_payoff_sets

DILEMMA = np.array([[[2.0, 2.0], [-1.0, 3.0]], [[3.0, -1.0], [0.0, 0.0]]])
LABELS = [["C", "D"], ["C", "D"]]


def stochastic(rng: np.random.Generator, states: int, actions: int, discount: float | list[float]) -> StochasticGame:
    rows = states * actions**2
    law = np.floor(rng.dirichlet(np.ones(states) * 0.5, size=rows) * 1000)
    law[:, 0] += 1000 - law.sum(axis=1)
    labels = tuple((tuple("abcd"[:actions]), tuple("abcd"[:actions])) for _ in range(states))
    names = tuple(f"s{k}" for k in range(states))
    payoffs = rng.random((rows, 2)).round(3)
    game = StochasticGame(("A", "B"), np.zeros(2), names, labels, payoffs, csr_array(law / 1000))
    return game.with_discount(discount)


def sets_of(game: StochasticGame) -> tuple[Floats, ...]:
    solution = solve_payoff_sets(game)
    assert solution.status == "converged"
    return solution.polygons


def outside(inner: Floats, outer: Floats) -> float:
    """How far the first set sticks out of the second."""
    if len(inner) == 0:
        return 0.0
    return hausdorff(hull_of(np.vstack([inner, outer])), outer) if len(outer) else np.inf


# -- scale, names, patience ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 1e6), (1e9, 0.0), (1e-9, 0.0), (-1.0, 0.0), (3.0, -7.0)])
@pytest.mark.parametrize("seed", range(6))
def test_positive_affine_changes_of_payoffs_change_the_sets_alike(factor: float, shift: float, seed: int) -> None:
    """A negative factor makes another game; its sets are only asked to be found."""
    rng = np.random.default_rng(seed)
    game = stochastic(rng, 3, 2, 0.6) if seed % 2 else repeated_game(rng.random((4, 4, 2)), discount=0.6)
    moved = StochasticGame(
        game.players, game.discount, game.states, game.actions, game.payoffs * factor + shift, game.transition)
    found = sets_of(moved)
    if factor < 0:
        return
    for here, there in zip(sets_of(game), found, strict=True):
        assert hausdorff(here * factor + shift, there) < 1e-8 * factor + 1e-9 * abs(shift) * 1e-3


@pytest.mark.parametrize("seed", range(6))
def test_exchanging_the_players_mirrors_the_set(seed: int) -> None:
    g = np.random.default_rng(seed).random((4, 3, 2))
    there = repeated_game(np.swapaxes(g, 0, 1)[..., ::-1].copy(), discount=[0.8, 0.6])
    here = repeated_game(g, discount=[0.6, 0.8])
    assert hausdorff(sets_of(here)[0][:, ::-1], sets_of(there)[0]) < 1e-8 or len(sets_of(here)[0]) == 0


@pytest.mark.parametrize("seed", range(8))
def test_sets_of_repeated_games_with_one_discount_factor_grow_with_patience(seed: int) -> None:
    """With public randomisation and one state (Abreu, Pearce and Stacchetti 1990, theorem 6)."""
    g = np.random.default_rng(seed).random((4, 4, 2))
    before = np.empty((0, 2))
    for discount in (0.1, 0.3, 0.5, 0.7, 0.9):
        after = sets_of(repeated_game(g, discount=discount))[0]
        assert outside(before, after) < 1e-8
        before = after


def test_extreme_points_of_repeated_games_agree_with_the_full_operator() -> None:
    """Discount factors that differ in the last digits take the other way through the solver."""
    for seed in range(12):
        g = np.random.default_rng(seed).random((4, 4, 2))
        quick = sets_of(repeated_game(g, discount=0.7))[0]
        full = sets_of(repeated_game(g, discount=[0.7, 0.7 + 1e-12]))[0]
        assert hausdorff(quick, full) < 1e-7


# -- known theory ------------------------------------------------------------------------------------------------------


def test_impatient_players_get_the_hull_of_stage_equilibria() -> None:
    battle = np.array([[[3.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [2.0, 3.0]]])
    assert hausdorff(sets_of(repeated_game(battle, discount=0))[0], np.array([[2.0, 3.0], [3.0, 2.0]])) < 1e-12


def test_dilemma_with_unequal_discount_factors_leaves_the_hull_of_stage_payoffs() -> None:
    found = sets_of(repeated_game(DILEMMA, discount=[0.5, 0.9]))[0]
    assert found.sum(axis=1).max() == pytest.approx(4.3656, abs=5e-5)


def test_dilemma_at_its_knife_edge() -> None:
    """The threshold is (T - R) / (T - P) = 1/3."""
    for discount, holds in ((1 / 3 - 1e-10, False), (Fraction(1, 3), True), (1 / 3 + 1e-10, True)):
        solution = solve_payoff_sets(repeated_game(DILEMMA, discount=discount))
        assert solution.status == "undecided" or (solution.polygons[0].max() > 1) == holds


def test_patience_near_one_is_answered_right_or_not_at_all() -> None:
    g = np.array([[[9.0, 9.0], [1.0, 10.0]], [[10.0, 1.0], [3.0, 3.0]]])
    for discount in (0.99, 0.995, 0.999):
        solution = solve_payoff_sets(repeated_game(g, discount=discount))
        exact = 9.0 + 0.75
        if solution.status == "converged":
            assert solution.polygons[0].max() == pytest.approx(exact, abs=1e-6)
        else:
            assert solution.polygons[0].max() >= exact - 1e-6


def test_too_few_sweeps_are_said() -> None:
    game = stochastic(np.random.default_rng(1), 3, 3, [0.9, 0.8])
    solution = solve_payoff_sets(game, max_sweeps=3)
    assert solution.status == "undecided"
    assert all(s.gap > 0 for s in payoff_sets(game, solution))
    assert all(outside(a, b) < 1e-7 for a, b in zip(sets_of(game), solution.polygons, strict=True))


def test_a_finite_clock_needs_no_iteration_and_gives_backward_induction() -> None:
    """Three years of a dilemma, then nothing: it unravels to the stage equilibrium."""
    labels = (("C", "D"), ("C", "D"))
    law = np.zeros((13, 4))
    for year in range(3):
        law[4 * year : 4 * year + 4, year + 1] = 1
    law[12, 3] = 1
    payoffs = np.vstack([DILEMMA.reshape(4, 2)] * 3 + [np.zeros((1, 2))])
    names = ("year 1", "year 2", "year 3", "over")
    game = StochasticGame(
        ("A", "B"), np.array([0.9, 0.9]), names, (labels, labels, labels, (("-",), ("-",))), payoffs, csr_array(law))
    for found in sets_of(game):
        assert np.abs(found).max() < 1e-12


def test_one_state_without_equilibrium_empties_every_state_that_can_reach_it() -> None:
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
    labels = (("a", "b"), ("a", "b"))
    law = np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] + [[0.0, 1.0]] * 4)
    game = StochasticGame(
        ("A", "B"), np.array([0.5, 0.5]), ("calm", "pennies"), (labels, labels),
        np.vstack([DILEMMA.reshape(4, 2), pennies]), csr_array(law))
    assert [len(p) for p in sets_of(game)] == [0, 0]


def test_other_kinds_of_games_are_refused() -> None:
    with pytest.raises(GameError, match="two players"):
        solve_payoff_sets(repeated_game(np.zeros((2, 2, 2, 3)), discount=0.5))
    with pytest.raises(GameError, match="transfers"):
        solve_payoff_sets(repeated_game(DILEMMA, discount=0.5, transfers="voluntary"))


# -- inner and outer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_inner_sets_lie_inside_outer_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = stochastic(rng, 2, 2, 0.6) if seed % 2 else repeated_game(rng.random((3, 3, 2)), discount=0.6)
    for found in payoff_sets(game, solve_payoff_sets(game)):
        assert outside(found.inner, found.outer) < 1e-8
        assert found.gap == pytest.approx(hausdorff(found.outer, found.inner))


# -- plans and automata ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("discount", "margin"), [("0.5", 1.0), ("1/3", 0.0), ("0.2", -0.5)])
def test_margin_of_cooperation_in_the_dilemma(discount: str, margin: float) -> None:
    """R - [(1 - d) T + d P] over 1 - d."""
    game = repeated_game(DILEMMA, discount=discount, actions=LABELS)
    found = path_sets(game, solve_payoff_sets(game), Plan.of_profile(game, "C,C"))
    assert found.margin == pytest.approx(margin, abs=1e-9)
    assert found.sustained == (margin >= 0)
    assert found.weakest is not None


def test_margin_of_a_plan_with_choices_is_that_of_its_best_choice() -> None:
    game = repeated_game(DILEMMA, discount=0.5, actions=LABELS)
    solution = solve_payoff_sets(game)
    either = path_sets(game, solution, Plan(game, np.array([True, True, False, False])))
    assert either.margin == pytest.approx(1.0, abs=1e-6)
    never = path_sets(game, solution, Plan(game, np.array([False, True, False, False])))
    assert never.margin is not None
    assert never.margin < 0
    assert not never.sustained


def test_a_game_without_equilibrium_has_no_margin() -> None:
    pennies = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5)
    found = path_sets(pennies, solve_payoff_sets(pennies), Plan.free(pennies))
    assert (found.margin, found.sustained) == (None, False)


def prove(game: StochasticGame, plan: Plan) -> bool | None:
    """Whether the automaton found for a plan passes the exact check; None if none was found."""
    automaton = extract_automaton(game, solve_payoff_sets(game), plan)
    if automaton is None:
        return None
    return NoProfitableDeviation.of(game, automaton, plan).check(game).accepted


def test_cooperation_at_the_exact_threshold_is_proved() -> None:
    game = repeated_game(DILEMMA, discount="1/3", actions=LABELS)
    assert prove(game, Plan.of_profile(game, "C,C"))


@pytest.mark.parametrize("seed", range(25))
def test_every_repeated_game_with_equilibria_yields_an_automaton_that_checks_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    g = rng.random((n, n, 2)).round(3) if seed % 2 else rng.integers(0, 4, size=(n, n, 2)).astype(float)
    game = repeated_game(g, discount=str(rng.choice([0.3, 0.5, 0.7, 0.9])))
    if not solve_payoff_sets(game).empty:
        assert prove(game, Plan.free(game))


@pytest.mark.parametrize("seed", range(12))
def test_plans_that_can_be_kept_are_proved_and_others_are_not(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    game = stochastic(rng, 2, 2, 0.6) if seed % 2 else repeated_game(rng.random((3, 3, 2)).round(3), discount="0.7")
    solution = solve_payoff_sets(game)
    for _ in range(3):
        allowed = np.zeros(game.n_rows, dtype=bool)
        for state in range(game.n_states):
            allowed[rng.choice(list(game.rows_of(state)), size=2)] = True
        plan = Plan(game, allowed)
        found = path_sets(game, solution, plan)
        proved = prove(game, plan)
        if found.margin is not None and abs(found.margin) > 1e-3:
            assert (proved is True) == found.sustained


ugly = st.sampled_from([0.0, 0.0, 1.0, 1.0, 2.0, -1.0, 1e-9, 1e9, 1 / 3])


@settings(max_examples=60)
@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(ugly, ugly), min_size=n * 2, max_size=n * 2)),
    st.sampled_from([0.0, 0.3, 0.5, 0.9]),
    st.sampled_from([1e-9, 1.0, 1e9]),
)
def test_no_crash_on_ties_zero_columns_and_extreme_scales(
    entries: list[tuple[float, float]], discount: float, scale: float
) -> None:
    game = repeated_game(scale * np.array(entries).reshape(len(entries) // 2, 2, 2), discount=discount)
    solution = solve_payoff_sets(game)
    assert np.all(np.isfinite(solution.polygons[0]))
    for found in payoff_sets(game, solution):
        assert outside(found.inner, found.outer) <= 1e-7 * max(np.ptp(game.payoffs), 1e-300)
    free = path_sets(game, solution, Plan.free(game))
    assert free.sustained != solution.empty
    extract_automaton(game, solution, Plan.free(game))
