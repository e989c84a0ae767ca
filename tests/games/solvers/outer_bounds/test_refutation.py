"""The search for exclusions: finds what theory says is impossible, and never contradicts an equilibrium."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games import read_game
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.exclusion.exclusion import Exclusion
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.model.strategy_automaton import StrategyAutomaton
from games.solvers.equilibrium_polygons.sets import solve_payoff_sets
from games.solvers.outer_bounds.refutation import refute, threat_bounds
from tests.support import brute_force
from tests.support.example_certificates import PENNIES, dilemma, grim, two_state_dilemma
from tests.support.random_games import random_game

F = Fraction


def proved(found: Exclusion | None, game: StochasticGame) -> bool:
    if found is None:
        return False
    assert found.check(game).accepted
    assert read_certificate(found.to_json()).check(game).accepted
    return True


@pytest.mark.parametrize("name", ["no_equilibrium_both_ends", "no_equilibrium_fine"])
def test_that_no_equilibrium_exists_is_proved_where_bounds_must_be_read_from_both_ends_or_in_many_directions(
    name: str
) -> None:
    game = read_game(Path(__file__).with_name(f"{name}.json"))
    assert solve_payoff_sets(game).empty
    assert proved(refute(game), game)


# -- published facts ------------------------------------------------------------------------------------------------

def test_the_dilemma_needs_a_discount_factor_of_one_third() -> None:
    for discount in ("0.33", F(1, 3) - F(1, 1000), F(1, 3) - F(1, 10**7), "0"):
        game = dilemma(discount)
        assert proved(refute(game, Plan.of_profile(game, "C,C")), game), discount
    for discount in (F(1, 3), "0.334", "0.9"):
        game = dilemma(discount)
        assert refute(game, Plan.of_profile(game, "C,C"), seconds=5) is None


def test_the_two_state_dilemma_is_bracketed_at_its_published_threshold() -> None:
    critical = (97**0.5 - 7) / 8
    below, above = (two_state_dilemma(f"{critical + e:.10f}") for e in (-5e-7, 5e-7))
    assert proved(refute(below, Plan.of_profile(below, "C,C")), below)
    assert NoProfitableDeviation.of(above, grim(above), Plan.of_profile(above, "C,C")).check(above).accepted
    assert refute(above, Plan.of_profile(above, "C,C"), seconds=5) is None


@pytest.mark.parametrize("discount", ["0", "0.1", "1/2", "0.9", "0.999"])
def test_matching_pennies_has_no_pure_equilibrium_at_any_patience(discount: str) -> None:
    game = repeated_game(PENNIES, discount)
    assert proved(refute(game), game)


def test_one_hopeless_state_that_only_deviations_reach_empties_the_whole_game() -> None:
    """Compliance never leads to matching pennies, but a joint deviation does: no pure equilibrium exists."""
    pay = np.vstack([np.array(dilemma("1/2").payoffs), np.array(PENNIES, dtype=float).reshape(4, 2)])
    law = np.zeros((8, 2))
    law[:3, 0], law[3:, 1] = 1, 1
    game = StochasticGame(("A", "B"), np.full(2, 0.6), ("peace", "war"), ((("C", "D"),) * 2,) * 2, pay, csr_array(law))
    found = refute(game)
    assert proved(found, game)
    assert found is not None and found.check(game).numbers["empty_states"] == 2


def test_a_fixed_term_unravels_as_in_benoit_and_krishna_1985() -> None:
    """Ten years of the dilemma, then nothing: cooperation in the first year is excluded whatever the patience."""
    years = 10
    pay = np.vstack([np.tile(np.array(dilemma(0.9).payoffs), (years, 1)), [[0.0, 0.0]]])
    law = np.zeros((4 * years + 1, years + 1))
    for t in range(years):
        law[4 * t:4 * t + 4, t + 1] = 1
    law[-1, -1] = 1
    game = StochasticGame(("A", "B"), np.full(2, 0.99), (*(f"y{t}" for t in range(years)), "over"),
                          (*((("C", "D"),) * 2,) * years, (("-",), ("-",))), pay, csr_array(law))
    plan = np.ones(game.n_rows, dtype=bool)
    plan[1:4] = False
    assert proved(refute(game, Plan(game, plan)), game)


def test_unequal_patience_leaves_room_beyond_the_hull_but_not_beyond_the_truth() -> None:
    """Dilemma 3/2/0/-1 at (.5, .9): joint payoffs up to 4.3656 are reached, outside the hull (Lehrer and Pauzner)."""
    game = dilemma("0.5").with_discount(["0.5", "0.9"])
    assert proved(refute(game, point=(0, ["2.35", "2.35"])), game)
    assert refute(game, point=(0, ["2", "2"]), seconds=1) is None
    impatient = dilemma("0.5").with_discount(["0.2", "0.9"])
    assert proved(refute(impatient, Plan.of_profile(impatient, "C,C")), impatient)


def test_three_parties_do_not_provide_a_public_good_below_its_threshold() -> None:
    """Each of three pays 2 for a good worth 1 to everyone: all provide from discount 1/2 on.

    Everyone: 3 - 2 = 1; alone out: 2; nobody: 0.  So grim trigger needs 1 >= (1 - d) 2.
    """
    pay = np.zeros((2, 2, 2, 3))
    for profile in product((0, 1), repeat=3):
        pay[profile] = [3 - sum(profile) - 2 * (a == 0) for a in profile]
    below, above = (repeated_game(pay, d, actions=[["give", "keep"]] * 3) for d in ("0.49", "0.5"))
    assert proved(refute(below, Plan.of_profile(below, "give,give,give")), below)
    assert NoProfitableDeviation.of(above, grim(above)).check(above).accepted
    assert refute(above, Plan.of_profile(above, "give,give,give"), seconds=3) is None


def test_hinted_directions_prove_what_the_standard_ones_cannot() -> None:
    game = dilemma("1/2")
    point = (0, ["2.34", "0.99"])  # just beyond the edge through (2, 2) and (8/3, 0), whose normal is (3, 1)
    assert refute(game, point=(0, ["2.33", "0.99"]), directions_hint=np.array([[3.0, 1.0]]), seconds=5) is None
    found = refute(game, point=point, directions_hint=np.array([[3.0, 1.0]]))
    assert proved(found, game)


def test_a_payoff_below_the_threat_is_excluded() -> None:
    game = dilemma("0.9")
    assert proved(refute(game, point=(0, ["-0.001", "2"])), game)


# -- against brute force --------------------------------------------------------------------------------------------

@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(max_examples=8)
def test_no_equilibrium_is_ever_excluded(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discount = None if seed % 2 else [float(x) for x in np.round(rng.uniform(0.1, 0.9, 2), 2)]
    game = random_game(rng, 2, int(rng.integers(1, 3)), 2, discount=discount, integers=True)
    found = refute(game, seconds=0.3)
    bounds = threat_bounds(game)
    if found is not None:
        assert proved(found, game)
        assert next(brute_force.reversion_paths(game), None) is None
        return
    for automaton in islice(brute_force.reversion_paths(game), 3):
        path = np.zeros(game.n_rows, dtype=bool)
        path[[automaton.cells[0, s].row for s in range(game.n_states)]] = True
        assert refute(game, Plan(game, path), seconds=0.1) is None
        values = brute_force.automaton_values(game, automaton)
        point = (game.initial, values[0, game.initial])
        assert refute(game, point=point, seconds=0.1) is None
        for mode, state in automaton.cells:
            assert np.all(bounds[state] <= np.array([float(v) for v in values[mode, state]]) + 1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=30)
def test_threats_are_at_least_the_minmax(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 2, 3, (1, 3), discount=[0.5, 0.8] if seed % 2 else 0.8)
    bounds = threat_bounds(game)
    for i in range(2):
        assert np.all(bounds[:, i] >= np.array(brute_force.minmax(game, i, 200)) - 1e-7)
    again = threat_bounds(game, start=bounds + 1.0)
    assert np.allclose(again, bounds, atol=1e-9) or np.array_equal(again, bounds)


def test_threats_without_rows_are_infinite_and_rows_can_be_withheld() -> None:
    game = dilemma("0.9")
    assert np.allclose(threat_bounds(game), 0)
    assert np.allclose(threat_bounds(game, alive=np.array([True, False, False, True])), 0)
    # If nothing but mutual compliance could be played, no punishment would back it.
    assert np.all(np.isinf(threat_bounds(game, alive=np.array([True, False, False, False]))))
    assert np.all(np.isinf(threat_bounds(repeated_game(PENNIES, 0.5))))


def test_a_plan_that_no_equilibrium_follows_though_equilibria_exist() -> None:
    game = dilemma("0.9")
    odd = Plan.of_profile(game, "C,D")
    assert proved(refute(game, odd), game)
    assert refute(game, seconds=2) is None


def test_plans_and_points_of_another_patience_are_carried_over() -> None:
    game = dilemma("0.9")
    plan = Plan.of_profile(game, "C,C")
    low = game.with_discount("0.3")
    assert proved(refute(low, plan), low)


def test_public_signals_are_refused_in_words() -> None:
    game = replace(dilemma("0.5"), monitoring=PublicMonitoring((("y",),), (np.ones((4, 1)),)))
    with pytest.raises(GameError, match="perfect monitoring"):
        refute(game)


# -- size -----------------------------------------------------------------------------------------------------------

def clock(years: int, governments: int, actions: int, discount: float) -> StochasticGame:
    """A renewing treaty: years in a ring, governments that change at random, ``actions`` ways to comply less."""
    size, rows = years * governments, actions * actions
    depth = np.arange(actions)
    own, other = np.meshgrid(depth, depth, indexing="ij")
    stage = np.stack([2 - 2 * other + 1.5 * own - 0.2 * own**2, 2 - 2 * own + 1.5 * other - 0.2 * other**2], axis=-1)
    pay = np.concatenate([stage.reshape(rows, 2) * (1 + 0.1 * k) for _ in range(years) for k in range(governments)])
    stay = np.full((governments, governments), 0.3 / max(governments - 1, 1)) if governments > 1 else np.ones((1, 1))
    stay = np.round(stay, 4)
    np.fill_diagonal(stay, 0)
    np.fill_diagonal(stay, 1 - stay.sum(axis=1))
    state = np.arange(size)
    start = (state // governments + 1) % years * governments
    columns = np.repeat(start[:, None] + np.arange(governments), rows, axis=0)
    weights = np.repeat(stay[state % governments], rows, axis=0)
    law = csr_array((weights.ravel(), (np.repeat(np.arange(size * rows), governments), columns.ravel())))
    labels = tuple(f"a{k}" for k in range(actions))
    return StochasticGame(("A", "B"), np.full(2, discount), tuple(f"s{k}" for k in range(size)),
                          ((labels, labels),) * size, np.round(pay, 6), law)


def test_a_clock_of_seven_hundred_states_is_refuted_in_a_small_certificate() -> None:
    game = clock(70, 10, 5, 0.3)
    plan = Plan.of_profile(game, "a0,a0")
    found = refute(game, plan)
    assert found is not None
    text = certificate_text(found)
    assert len(text) < 2_000_000
    assert found.check(game).accepted
    patient = game.with_discount("0.95")
    certificate = NoProfitableDeviation.of(patient, stationary_threat(patient), Plan.of_profile(patient, "a0,a0"))
    assert certificate.check(patient).accepted
    bounds, values = threat_bounds(patient), certificate.values(patient)
    for s in range(game.n_states):
        assert np.all(bounds[s] <= values[1, s] + 1e-9)


def stationary_threat(game: StochasticGame) -> StrategyAutomaton:
    """Grim reversion to the stage equilibrium, which here is everybody's dominant action."""
    rows = tuple(next(iter(
        r for r in game.rows_of(s)
        if all(game.payoffs[r, i] == max(game.payoffs[b, i] for b in game.deviation_rows(r, i)) for i in range(2))
    )) for s in range(game.n_states))
    return brute_force.reversion(game, tuple(game.rows_of(s)[0] for s in range(game.n_states)), rows)
