"""Three and more players: bounds by many directions at once, and the refutations that they give."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate_file import read_certificate
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep
from games.certificates.exclusion.outer_sets import axis_directions
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.solvers.outer_bounds import outer_levels, refute, threat_bounds
from games.solvers.outer_bounds.directions import batches_of_directions
from games.solvers.outer_bounds.mixtures import LINES, mixture
from games.solvers.outer_bounds.recording import Recorder
from games.solvers.outer_bounds.refutation import by_many_directions, by_one_direction
from tests.support import brute_force
from tests.support.example_certificates import PENNIES, grim
from tests.support.random_games import random_game, relabelled

F = Fraction
CUBE = np.array([v for v in product((-1.0, 0.0, 1.0), repeat=3) if any(v)])


def accepted(found: Exclusion | None, game: StochasticGame) -> bool:
    if found is None:
        return False
    assert found.check(game).accepted
    assert read_certificate(found.to_json()).check(game).accepted
    return True


def factors(rng: np.random.Generator, players: int, common: bool) -> float | list[float]:
    drawn = np.round(rng.uniform(0.2, 0.8, players), 2)
    return float(drawn[0]) if common else [float(x) for x in drawn]


def public_good(players: int, discount: float | str) -> StochasticGame:
    """Everybody may pay 2 for a good worth 1 to each; reversion to 0 deters from a threshold on."""
    pay = np.zeros((2,) * players + (players,))
    for profile in product((0, 1), repeat=players):
        given_ = players - sum(profile)
        pay[profile] = [given_ - 2 * (a == 0) for a in profile]
    return repeated_game(pay, discount, actions=[["give", "keep"]] * players)


# -- refutations ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("players", [3, 4, 5, 6])
def test_a_public_good_is_not_provided_below_its_threshold(players: int) -> None:
    """All give: n - 2 each; alone out: n - 1; nobody gives: 0, which is the least anyone can be held to."""
    threshold = F(1, players - 1)
    below, above = (public_good(players, str(threshold + e)) for e in (F(-1, 500), F(1, 500)))
    everybody = ["give"] * players
    assert accepted(refute(below, Plan.of_profile(below, everybody)), below)
    assert refute(above, Plan.of_profile(above, everybody), seconds=1) is None
    assert NoProfitableDeviation.of(above, grim(above), Plan.of_profile(above, everybody)).check(above).accepted


@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_no_equilibrium_of_three_is_ever_refuted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, int(rng.integers(1, 3)), 2, discount=factors(rng, 3, bool(seed % 2)), integers=True)
    levels = outer_levels(game, CUBE, rounds=1, seconds=5)
    least = threat_bounds(game)
    assert np.all(levels.threats >= least - 1e-7)
    found = refute(game, seconds=0.3)
    if found is not None:
        assert accepted(found, game)
        assert next(brute_force.reversion_paths(game), None) is None
        return
    for automaton in islice(brute_force.reversion_paths(game), 2):
        path = np.zeros(game.n_rows, dtype=bool)
        path[[automaton.cells[0, s].row for s in range(game.n_states)]] = True
        values = brute_force.automaton_values(game, automaton)
        assert refute(game, Plan(game, path), seconds=0.3) is None
        assert refute(game, point=(game.initial, values[0, game.initial]), seconds=0.3) is None
        for (mode, state), cell in automaton.cells.items():
            payoff = np.array([float(v) for v in values[mode, state]])
            assert np.all(levels.directions @ payoff <= levels.level[:, state] + 1e-7)
            assert levels.alive[cell.row] and not levels.empty[state]


@given(st.integers(0, 10**6))
@settings(max_examples=12)
def test_what_is_refuted_passes_the_exact_check_whatever_is_asked(seed: int) -> None:
    rng = np.random.default_rng(seed)
    players, states = (int(rng.integers(3, 5)), 1) if seed % 3 else (3, 3)
    game = random_game(rng, players, states, 2, discount=factors(rng, players, bool(seed % 2)))
    rows = np.zeros(game.n_rows, dtype=bool)
    rows[[int(rng.choice(game.rows_of(s))) for s in range(states)]] = True
    plan = Plan(game, rows)
    found = refute(game, plan, seconds=3)
    if accepted(found, game):
        # The proof is of this plan and of this patience.
        assert found is not None and found.plan == plan.to_json()
        patient = game.with_discount("0.99")
        assert not found.check(patient).accepted


def test_many_directions_refute_all_that_one_direction_does_and_more() -> None:
    one, many = set[tuple[int, str]](), set[tuple[int, str]]()
    for seed, discount in product((29, 30, 31, 32, 53, 54), ("0.4", "0.45", "0.5", "0.55")):
        game = random_game(np.random.default_rng(seed), 3, discount=0.5, integers=True).with_discount(discount)
        rows = np.zeros(game.n_rows, dtype=bool)
        rows[game.payoffs.sum(axis=1).argmax()] = True
        offered = batches_of_directions(game, None)
        for way, refuted in ((by_one_direction, one), (by_many_directions, many)):
            found = way([Recorder(game, Plan(game, rows), None, 1e-7, time.process_time() + 20)], offered)
            if found is not None:
                assert found[1].accepted
                refuted.add((seed, discount))
    assert one < many


def test_a_payoff_beyond_a_facet_is_refuted_and_the_vertices_are_not() -> None:
    """Patient players share the public good in any way that leaves nobody below 0: the facet is the joint payoff."""
    game = public_good(3, "0.9")
    assert accepted(refute(game, point=(0, ["1.001", "1", "1"])), game)
    assert accepted(refute(game, point=(0, ["-0.001", "0.5", "0.5"])), game)
    for inside in ((1, 1, 1), (0, 0, 0)):
        assert refute(game, point=(0, inside), seconds=1) is None


def test_a_point_of_a_state_is_judged_there_and_not_where_play_begins() -> None:
    """Pennies in the first state, for three with a bystander, have no equilibrium; the second state stays for ever."""
    pennies = np.concatenate([np.array(PENNIES, dtype=float), np.zeros((2, 2, 1))], axis=2).reshape(4, 3)
    payoffs = np.vstack([pennies, [[1.0, 2.0, 3.0]]])
    law = csr_array(np.array([[1.0, 0.0]] * 4 + [[0.0, 1.0]]))
    one = (("-",),) * 3
    game = StochasticGame(("A", "B", "C"), np.full(3, 0.5), ("pennies", "rest"),
                          (((("h", "t"),) * 2 + (("-",),)), one), payoffs, law)
    assert accepted(refute(game), game)
    assert refute(game, point=(1, (1, 2, 3)), seconds=1) is None
    assert accepted(refute(game, point=(1, (1, 2, "3.01"))), game)
    levels = outer_levels(game, CUBE)
    assert levels.empty.tolist() == [True, False]
    assert np.all(np.isneginf(levels.level[:, 0])) and np.allclose(levels.level[:, 1], levels.directions @ [1, 2, 3])


def test_players_without_a_future_take_what_they_can() -> None:
    """The third player does not care for tomorrow and keeps; what hangs on its giving is refuted."""
    game = public_good(3, "0.9").with_discount(["0.9", "0.9", "0"])
    assert accepted(refute(game, Plan.of_profile(game, "give,give,give")), game)
    assert refute(game, Plan.of_profile(game, "keep,keep,keep"), seconds=1) is None


def test_hinted_directions_and_axes_only() -> None:
    game = public_good(3, "0.49")
    plan = Plan.of_profile(game, "give,give,give")
    assert accepted(refute(game, plan, batches=0), game)
    assert accepted(refute(game, plan, directions_hint=np.array([[1.0, 1.0, 0.5], [0.0, 0.0, 0.0]])), game)


# -- multipliers ----------------------------------------------------------------------------------------------------

def test_a_mixture_is_exact_even_where_a_weight_is_negative_by_rounding() -> None:
    directions = [*axis_directions(2), (F(1), F(1))]
    goal = [1 - F(1, 10**16), F(1)]
    bound = mixture([0, 4], goal, directions)
    assert bound is not None and min(bound.multipliers.values()) > 0
    reached = [sum(w * directions[k][i] for k, w in bound.multipliers.items()) for i in range(2)]
    assert reached == goal and bound.cuts == {}
    # e_2 twice is no basis.
    assert mixture([1, 1], goal, directions) is None


def test_rays_and_incentive_lines_sum_to_nothing() -> None:
    directions = [*axis_directions(2), (F(1), F(1))]
    bound = mixture([LINES, LINES - 1], [F(0), F(0)], directions, ray=4)
    assert bound is not None and bound.multipliers == {4: F(1)} and bound.cuts == {0: F(1), 1: F(1)}


# -- laws -----------------------------------------------------------------------------------------------------------

@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_levels_do_not_depend_on_the_names_of_players_and_states(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, 2, 2, discount=factors(rng, 3, bool(seed % 2)))
    other, players, states = relabelled(game, rng)
    mine, theirs = outer_levels(game, CUBE), outer_levels(other, CUBE[:, players])
    assert mine.settled and theirs.settled
    assert np.array_equal(mine.empty[states], theirs.empty)
    kept = ~theirs.empty
    assert np.allclose(mine.level[: len(CUBE), states][:, kept], theirs.level[: len(CUBE)][:, kept], atol=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_a_bystander_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    discount = factors(rng, 3, bool(seed % 2))
    game = random_game(rng, 3, 2, 2, discount=discount)
    with_one = StochasticGame(
        (*game.players, "bystander"), np.append(game.discount, 0.5), game.states,
        tuple((*actions, ("-",)) for actions in game.actions),
        np.column_stack([game.payoffs, np.full(game.n_rows, 2.0)]), game.transition)
    mine = outer_levels(game, CUBE)
    theirs = outer_levels(with_one, np.column_stack([CUBE, np.zeros(len(CUBE))]))
    assert np.array_equal(mine.empty, theirs.empty)
    kept = ~mine.empty
    assert np.allclose(mine.level[: len(CUBE)][:, kept], theirs.level[: len(CUBE)][:, kept], atol=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_more_directions_never_raise_a_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = random_game(rng, 3, int(rng.integers(1, 4)), 2, discount=factors(rng, 3, bool(seed % 2)))
    more = np.concatenate([CUBE, rng.normal(size=(10, 3))])
    few, many, refined = (outer_levels(game, d, rounds) for d, rounds in ((CUBE, 0), (more, 0), (CUBE, 2)))
    assert few.settled and many.settled and refined.settled
    for finer in (many, refined):
        assert np.all(finer.level[: len(CUBE)] <= few.level[: len(CUBE)] + 1e-8)
        assert np.all(finer.empty >= few.empty)


def test_levels_hold_no_more_than_the_stage_payoffs_and_directions_are_read_as_given() -> None:
    game = public_good(3, "0.6")
    levels = outer_levels(game, np.array([[2.0, 2.0, 2.0], [1.0, 1.0, 1.0]]))
    assert levels.asked == 2 and levels.level[0, 0] == pytest.approx(2 * levels.level[1, 0]) == pytest.approx(6)
    for wrong in (np.zeros((1, 3)), np.array([[np.nan, 1.0, 1.0]])):
        with pytest.raises(ValueError, match="directions"):
            outer_levels(game, wrong)
    paid = repeated_game(np.zeros((2, 2, 2, 3)), 0.5, transfers="voluntary")
    with pytest.raises(GameError, match="perfect monitoring"):
        outer_levels(paid, CUBE)


def test_certificates_keep_what_they_need_only() -> None:
    """Every level that is lowered is referred to by a later step, or by the claim."""
    game = public_good(4, "0.33")
    found = refute(game, Plan.of_profile(game, ["give"] * 4))
    assert accepted(found, game)
    assert found is not None and len(found.steps) < 40
    assert any(isinstance(step, LevelStep) for step in found.steps)
    assert any(isinstance(step, DropStep) for step in found.steps)
